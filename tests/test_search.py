"""Search finds every substring of every public text, and nothing else."""

import random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from research import actions, search
from research.models import Finding, Passage
from research.rows import TABLES
from research.text import folding, markdown
from tests import factories as make

pytestmark = pytest.mark.django_db

# What a reader sees of each table: names and titles as they are, and Markdown without its markup.
PLAIN = {
    "organizations": ["name", "aliases"],
    "modes": ["name"],
    "industries": ["name"],
    "sources": ["title", "authors", "publisher", "container", "url", "identifier"],
    "notes": ["title"],
    "cases": ["title"],
    "criteria": ["name", "group"],
    "findings": ["value"],
    "comparisons": ["title"],
    "theses": ["statement"],
    "arguments": ["claim"],
    "events": ["title"],
    "todos": ["title"],
    "changelog": ["kind", "stamp"],
}
MARKDOWN = {"summary", "definition", "body", "description", "intro", "results"}


def texts_of(table: str) -> dict[str, list[str]]:
    """Key → visible texts, from the rows and not from the index."""
    codec = TABLES[table]
    texts: dict[str, list[str]] = {}
    findings = Finding.objects.select_related("criterion") if table == "findings" else []
    displayed = {
        found.slug: [found.display_value("zh-hans"), found.display_value("en")] for found in findings
    }
    for row in codec().rows():
        plain = [row[column] for column in PLAIN[table]] + row.get("tags", "").split("; ")
        plain += displayed.get(row[codec.key()], [])
        rendered = [piece for column in MARKDOWN & row.keys() for piece in markdown.plain(row[column])]
        texts[row[codec.key()]] = [text for text in (*plain, *rendered) if text]
    return texts


def found(query: str, table: str = "") -> set[str]:
    return {
        hit.record.record_key for group in search.find(query, table=table, limit=1000) for hit in group.hits
    }


def holding(query: str, texts: dict[str, list[str]]) -> set[str]:
    """The keys whose text holds the query, by looking at all of it."""
    wanted = folding.fold(query).text
    return {
        key for key, pieces in texts.items() if any(wanted in folding.fold(piece).text for piece in pieces)
    }


class TestTheSeed:
    @pytest.fixture(autouse=True)
    def the_seed(self, class_seed: None, db: None) -> None:
        pass

    @pytest.mark.parametrize("table", TABLES)
    def test_any_substring_is_found_and_only_where_it_stands(self, table: str) -> None:
        texts = texts_of(table)
        chance = random.Random(f"substrings of {table}")  # the same in every run
        everything = [text for pieces in texts.values() for text in pieces]
        for size in [1] * 8 + [2] * 16 + [3] * 8 + [chance.randint(4, 99) for _ in range(16)]:
            text = chance.choice(everything)
            start = chance.randrange(max(len(text) - size, 0) + 1)
            query = text[start : start + size]
            expected = holding(query, texts) if folding.fold(query).text else set()
            assert found(query, table) == expected, query

    def test_every_character_of_the_note_is_found_by_itself(self) -> None:
        texts = texts_of("notes")
        (pieces,) = texts.values()
        missing = [
            one for one in sorted(set("".join(pieces))) if not one.isspace() and not found(one, "notes")
        ]
        assert missing == []

    @pytest.mark.parametrize(
        ("query", "table", "key"),
        [
            ("城市大脑", "cases", "ET城市大脑"),
            ("ET大脑", "cases", "ET大脑"),
            ("ET 大脑", "cases", "ET大脑"),
            ("ＥＴ大脑", "cases", "ET大脑"),
            ("et  大脑", "cases", "ET大脑"),
            ("阿里的 ET 大脑建立", "notes", "阿里-产业互联网-190912"),
            ("阿里的ET大脑建立", "notes", "阿里-产业互联网-190912"),
            ("ibaba", "organizations", "阿里巴巴"),
            ("TENC", "organizations", "腾讯"),
            ("ｔｅｎｃ", "organizations", "腾讯"),
            ("nternet-Report", "sources", "bcg-internet2"),
            ("「时间点」", "notes", "阿里-产业互联网-190912"),
            ("45.5%", "notes", "阿里-产业互联网-190912"),
            ("强调消费互联网是", "notes", "阿里-产业互联网-190912"),
            ("鱼", "cases", ""),
        ],
    )
    def test_a_query_finds_its_record(self, query: str, table: str, key: str) -> None:
        assert found(query, table) >= {key} if key else found(query, table) == set()

    def test_tables_stand_in_their_order_with_their_counts(self) -> None:
        groups = search.find("阿里", limit=3)
        assert [group.table for group in groups] == [
            table for table in TABLES if holding("阿里", texts_of(table))
        ]
        assert [group.count for group in groups] == [
            len(holding("阿里", texts_of(group.table))) for group in groups
        ]
        assert max(group.count for group in groups) > 3
        assert all(len(group.hits) == min(group.count, 3) for group in groups)

    def test_pages_follow_each_other(self) -> None:
        (everything,) = search.find("阿里", table="cases", limit=1000)
        pages = [search.find("阿里", table="cases", limit=4, offset=start)[0].hits for start in (0, 4)]
        keys = [hit.record.record_key for page in pages for hit in page]
        assert keys == [hit.record.record_key for hit in everything.hits[:8]]

    @pytest.mark.parametrize(
        "query",
        [
            *(
                '"',
                "'",
                '" OR *',
                "云 OR 端",
                "NOT 云",
                "NEAR(云 端)",
                "tokens:云",
                "*",
                "云*",
                ":*",
                "'a':*",
                "a & b",
                "!a",
            ),
            *(
                "a <-> b",
                "\\",
                "%",
                "_",
                "(",
                ")",
                "-",
                "^",
                "+",
                "--",
                "; DROP TABLE research_case",
                "\x00",
                "a\x00b",
            ),
            *(
                "",
                " ",
                "\u3000\n",
                "\u200b",
                "\ud800",
                "\u0301",
                "云" * 10_000,
                "a b " * 5000,
                "𠮷",
                "👩‍👩‍👧",
                "ﷺ",
                "İ",
                "ß",
            ),
        ],
    )
    def test_no_query_is_an_error_or_an_operator(self, query: str) -> None:
        shown = folding.fold(query[:100]).text
        for table in TABLES:
            assert found(query, table) == (holding(shown, texts_of(table)) if shown else set())

    def test_a_long_passage_of_the_text_is_found_whole(self) -> None:
        text = max((piece for pieces in texts_of("notes").values() for piece in pieces), key=len)
        assert len(text) > 150
        assert found(text, "notes") == {"阿里-产业互联网-190912"}


class TestOneRecord:
    @pytest.mark.parametrize(
        ("text", "query"),
        [
            ("𠮷野家", "𠮷"),
            ("𠮷野家", "𠮷野"),
            ("我👍你", "👍"),
            ("straße", "STRASSE"),
            ("caf\u00e9", "cafe\u0301"),
            ("ｶﾞｽ", "ガス"),
            ("１２３４", "1234"),
            ("No. 5", "no.5".replace(".", ". ")),
            ("a_b%c'd\"e", "_b%c'd\"e"),
            ("阿里 巴巴", "阿里巴巴"),
            ("云计\n算", "云计算"),
            ("x" * 5000 + "末", "xx末"),
            ("哈" * 3000 + "云" + "哈" * 3000, "哈哈哈云哈哈哈"),
            ("，" + "……" * 700 + "完", "……完"),
            ("甲" + " -" * 900 + " 完", "- - 完"),
        ],
    )
    def test_text_is_found_as_it_is_read(self, text: str, query: str) -> None:
        case = make.make_case("题", body=text)
        assert found(query, "cases") == {case.slug}

    def test_words_apart_are_not_words_together(self) -> None:
        make.make_case("题", body="data base")
        assert found("database") == set()

    def test_a_match_does_not_reach_from_one_paragraph_or_title_into_the_next(self) -> None:
        make.make_case("大脑", body="城市\n\n金融")
        assert found("城市金融") == set()
        assert found("大脑城市") == set()

    def test_markup_is_not_text(self) -> None:
        case = make.make_case(
            "题", body="强**调消费互联网。**“C端 [@bcg2018, p. 6] [[阿里|阿里云]] <b>[网](http://a.example)"
        )
        assert found("强调消费互联网。“C端", "cases") == {case.slug}
        assert found("阿里云", "cases") == {case.slug}
        assert found("bcg2018") == found("a.example") == found("**") == set()

    def test_the_match_is_marked_as_the_text_has_it(self) -> None:
        make.make_case("题", body="阿里的 ＥＴ 大脑，腾讯的ET大脑。")
        ((hit,),) = [group.hits for group in search.find("et大脑")]
        assert hit.pieces == [
            ("阿里的 ", False),
            ("ＥＴ 大脑", True),
            ("，腾讯的", False),
            ("ET大脑", True),
            ("。", False),
        ]

    def test_titles_stand_before_text(self) -> None:
        body = make.make_case("甲", body="讲云")
        title = make.make_case("云")
        ((first, second),) = [group.hits for group in search.find("云", table="cases")]
        assert (first.record, second.record) == (title, body)
        assert first.pieces == [("云", True)]


class TestTheIndexFollows:
    def test_text_that_was_changed_is_not_found_any_more(self) -> None:
        case = make.make_case("城市大脑", body="旧文")
        case.title, case.body = "工业大脑", "新文"
        actions.save(case, by=None, via="test")
        assert found("城市") == found("旧文") == set()
        assert found("工业") == found("新文") == {case.slug}

    def test_nothing_of_a_deleted_record_stays(self) -> None:
        case = make.make_case("城市大脑")
        actions.delete([case], by=None, via="test")
        assert not Passage.objects.filter(table="cases").exists()
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM research_index WHERE rowid NOT IN (SELECT id FROM research_passage)"
            )
            assert cursor.fetchone() == (0,)

    @pytest.mark.parametrize("table", sorted(set(make.MAKERS) - {"modes", "industries", "criteria"}))
    @pytest.mark.parametrize("status", ["draft", "review"])
    def test_drafts_are_never_found(self, table: str, status: str) -> None:
        text = {"changelog": "kind", "organizations": "name", "theses": "statement", "findings": "value"}
        field = {**text, "arguments": "claim"}.get(table, "title")
        make.MAKERS[table](**{field: "未公开"}, status=status)
        assert found("未公开") == set()

    def test_children_of_drafts_are_never_found(self) -> None:
        hidden = make.make_organization(status="draft")
        make.make_case("未公开", organization=hidden)
        make.make_finding("未公开", organization=hidden)
        make.make_argument("未公开", thesis=make.make_thesis(status="review"))
        assert search.find("未公开") == []
        actions.publish([hidden], by=None, via="test")
        assert [group.table for group in search.find("未公开")] == ["cases", "findings"]


@pytest.mark.parametrize("limit", [5, 50])
def test_two_hundred_records_take_as_many_queries_as_twenty(limit: int) -> None:
    organization, criterion, thesis = make.make_organization(), make.make_criterion(), make.make_thesis()
    counts, first = [], 0
    for wanted in (20, 200):
        with make.together():
            for made in range(first, wanted):
                make.make_case(f"云 {made}", organization=organization)
                make.make_finding(f"云 {made}", organization=organization, criterion=criterion)
                make.make_argument(f"云 {made}", thesis=thesis)
        first = wanted
        with CaptureQueriesContext(connection) as captured:
            groups = search.find("云", limit=limit)
            listed = [
                (str(hit.record), hit.record.get_absolute_url()) for group in groups for hit in group.hits
            ]
        assert [group.count for group in groups] == [wanted] * 3
        assert len(listed) == 3 * min(limit, wanted)
        counts.append(len(captured))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("query", ["超过 8,000 家", "more than 8,000", ">8000", "8,000"])
def test_a_value_is_found_as_stored_and_as_shown(db, query):
    criterion = make.make_criterion(value_kind="number", unit="家")
    make.make_finding("超过8000", criterion=criterion)
    assert [group.count for group in search.find(query) if group.table == "findings"] == [1]


def test_tags_are_found_and_follow_their_record(db):
    case = make.make_case(tags=["普惠金融"])
    assert [group.table for group in search.find("惠金")] == ["cases"]
    actions.save(case, by=None, via="test", links={"tags": ["风控"]})
    assert search.find("惠金") == []
    assert [group.table for group in search.find("风控")] == ["cases"]
