"""A source's page: everything public that cites it, with the locator and the sentence."""

import pytest

from research import actions
from research.models import Citation
from tests import factories as make
from tests.admin.pages import count_queries
from tests.public.changed import edit
from tests.public.urls import body

pytestmark = pytest.mark.django_db

PAGE = "/sources/a/"


@pytest.fixture
def source(db):
    return make.make_source("甲书", key="a", authors="刘松")


def quotes(page):
    return {
        (found.record.table, quote.locator, quote.sentence)
        for citing in page.context["cited_by"]
        for found in citing.records
        for quote in found.quotes
    }


FIELDS = {
    "criteria": "description",
    "comparisons": "intro",
    "organizations": "summary",
    "modes": "definition",
}


@pytest.mark.parametrize("table", [table for table in make.MAKERS if table not in ("industries", "sources")])
def test_every_table_that_has_a_text(client, source, table):
    field = FIELDS.get(table, "summary" if table == "changelog" else "body")
    record = make.MAKERS[table](**{field: "先说一句。阿里云的份额为 43% [@a, 第6页]。再说一句。"})
    page = client.get(PAGE)
    assert quotes(page) == {(table, "第6页", "阿里云的份额为 43%。")}
    assert record.get_absolute_url() in body(page)


def test_another_source_s_text_and_a_to_do_s_results_too(client, source):
    make.make_source("乙书", key="b", body="评甲书[@a]。")
    make.make_todo(state="done", results="查到了[@a, p. 1]。")
    found = {("sources", "", "评甲书。"), ("todos", "p. 1", "查到了。")}
    assert quotes(client.get(PAGE)) == found


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("甲。乙！丙[@a]？丁", "丙？"),
        ("他说：“甲。乙。”[@a]丙。", "他说：“甲。乙。”"),
        ("甲。[@a]乙。", "甲。"),
        ("甲。@a认为乙。丙。", "刘松认为乙。"),
        ("甲。\n\n- 乙 [@a]\n- 丙", "乙"),
        ("| 项 | 值 |\n|---|---|\n| 份额 | 43% [@a] |", "43%"),
        ("| 项 | 值 |\n|---|---|\n| 份额 | [@a] |", "份额"),
        ("See e.g. Smith. It grew 3.5 times [@a]. Then not.", "It grew 3.5 times."),
        ("**粗**的 `码` [链](https://a.example) [[无|名]] [@a]。", "粗的 码 链 名。"),
    ],
)
def test_the_sentence_is_the_one_around_the_mark(client, source, text, sentence):
    make.make_note(body=text)
    assert [found for _table, _locator, found in quotes(client.get(PAGE))] == [sentence]


def test_a_very_long_sentence_is_cut_around_the_mark(client, source):
    make.make_note(body="前" * 900 + "此处[@a]" + "后" * 900)
    [(_table, _locator, sentence)] = quotes(client.get(PAGE))
    assert "此处" in sentence
    assert sentence.startswith("…")
    assert sentence.endswith("…")
    assert len(sentence) <= 300


def test_what_is_hidden_is_neither_named_nor_counted(client, source):
    make.make_note("可见", body="可见句[@a]。")
    make.make_note("绝密", body="绝密句[@a]。", status="draft")
    hidden = make.make_organization("绝密公司", status="draft")
    make.make_case("绝密案例", organization=hidden, body="绝密句[@a]。")
    page = client.get(PAGE)
    assert "绝密" not in body(page)
    assert [citing.count for citing in page.context["cited_by"]] == [1]
    assert "绝密" not in body(client.get(f"{PAGE}?cited=cases"))


def test_an_in_text_key_beside_is_not_told(client, source):
    """The key of another source, which may be hidden, stands in no quoted sentence."""
    make.make_source("绝密书", key="secret", status="draft")
    make.make_note(body="@secret 与 @a 都说乙。")
    page = body(client.get(PAGE))
    assert "secret" not in page
    assert "与 刘松 都说乙。" in page


def test_many_are_shown_in_pages_by_table(client, source):
    organization = make.make_organization()
    with make.together():
        for number in range(120):
            make.make_case(f"案例{number:03}", slug=f"c{number:03}", organization=organization, body="[@a]")
        make.make_note("札记", body="[@a]" * 30)
    first = client.get(PAGE)
    assert [(citing.count, len(citing.records)) for citing in first.context["cited_by"]] == [
        (1, 1),
        (120, 20),
    ]
    assert "?cited=cases#cited-by" in body(first)
    pages = [client.get(f"{PAGE}?cited=cases&page={number}") for number in (1, 2, 3)]
    names = [str(found.record) for page in pages for found in page.context["cited_by"][0].records]
    assert len(set(names)) == len(names) == 120


@pytest.mark.parametrize("query", ["?cited=no", "?cited=%00", "?cited=cases&page=99", "?cited=modes&page=x"])
def test_a_strange_address_shows_the_page(client, source, query):
    make.make_note(body="[@a]")
    assert client.get(f"{PAGE}{query}").status_code == 200


def test_queries_do_not_grow(client, source):
    organization, criterion = make.make_organization(), make.make_criterion()
    thesis = make.make_thesis()
    make.make_comparison(organizations=[organization], criteria=[criterion], intro="[@a]")

    def fill(number):
        with make.together():
            for _ in range(number):
                make.make_case(organization=organization, body="[@a]")
                make.make_finding(organization=organization, criterion=criterion, body="一[@a]。二[@a]。")
                make.make_argument(thesis=thesis, body="[@a]")

    fill(5)
    few = [count_queries(client, address) for address in (PAGE, f"{PAGE}?cited=findings")]
    fill(95)
    assert [count_queries(client, address) for address in (PAGE, f"{PAGE}?cited=findings")] == few
    assert max(few) < 40


def test_changing_a_text_changes_it_at_once(client, source):
    note = make.make_note(body="旧句[@a]。")
    assert quotes(client.get(PAGE)) == {("notes", "", "旧句。")}
    edit(note, body="新句[@a, p. 2]。")
    assert quotes(client.get(PAGE)) == {("notes", "p. 2", "新句。")}
    edit(note, body="不再引用。")
    assert quotes(client.get(PAGE)) == set()


def test_a_source_that_comes_after_its_citation(client):
    make.make_note(body="先引用[@later]。")
    assert Citation.objects.get().source is None
    make.make_source("后来的书", key="later")
    [citing] = client.get("/sources/later/").context["cited_by"]
    assert citing.records[0].quotes[0].sentence == "先引用。"


def test_a_withdrawn_record_leaves_the_list(client, source):
    note = make.make_note(body="一句[@a]。")
    actions.withdraw([note], by=None, via="test")
    assert quotes(client.get(PAGE)) == set()
