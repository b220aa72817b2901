"""A record and its row are the same thing in two forms, for every table."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from research import actions
from research.cells import Keys
from research.models import Case, Finding, Note, Organization
from research.rows import MODELS, TABLES, Row
from tests import factories as make

pytestmark = pytest.mark.django_db

TEXT = '# 题\n\n他说：“云”, "cloud"; [@a, p. 6] [[阿里]]\n\n- 一\n- 二'
TAGS = ["2B", "云", "腾讯 云"]


def rich_organization() -> Any:
    return make.make_organization(
        "腾讯",
        aliases="Tencent; TX",
        summary=TEXT,
        website="https://tencent.example/",
        tags=TAGS,
        status="review",
    )


def rich_source() -> Any:
    texts = {"authors": "刘松; 王 小明", "publisher": "BCG", "container": "白皮书", "language": "zh-CN"}
    addresses = {
        "url": "https://a.example/?a=1,2",
        "archived_url": "http://b.example/",
        "identifier": "10.1/x",
        "extra": "volume: 27\nabstract: First line\n  and a second: 第二行",
    }
    return make.make_source(
        kind="report", issued="2018-21", accessed="2019-09-12", body=TEXT, tags=TAGS, **texts, **addresses
    )


def rich_case() -> Any:
    industries = [make.make_industry("零售", slug="z"), make.make_industry("金融", slug="a")]
    return make.make_case(mode=make.make_mode(), industries=industries, period="2000~", body=TEXT, tags=TAGS)


def rich_finding() -> Any:
    criterion = make.make_criterion(value_kind="number", unit="元")
    return make.make_finding("约-1.5亿", criterion=criterion, as_of="2015-04/..", body=TEXT, status="draft")


def rich_comparison() -> Any:
    organizations = [make.make_organization(slug=slug) for slug in "cab"]
    criteria = [make.make_criterion(slug=slug) for slug in "zyx"]
    return make.make_comparison(intro=TEXT, organizations=organizations, criteria=criteria)


def rich_argument() -> Any:
    cases = [make.make_case(slug=slug) for slug in "ba"]
    findings = [make.make_finding(slug=slug) for slug in "dc"]
    return make.make_argument(stance="opposes", body=TEXT, cases=cases, findings=findings, position=7)


def rich_event() -> Any:
    organizations = [make.make_organization(slug=slug) for slug in "ba"]
    return make.make_event(date="197X", body=TEXT, organizations=organizations, tags=TAGS)


def rich_todo() -> Any:
    person = make.make_user(username="liu.song@a.example")
    return make.make_todo(
        body=TEXT,
        state="done",
        assignee=person,
        due="2019-10-01",
        note=make.make_note(),
        results="有了。",
        gap="uncited_case cases/a",
    )


RICH: dict[str, Callable[[], Any]] = {
    "organizations": rich_organization,
    "modes": lambda: make.make_mode(definition=TEXT, position=3),
    "industries": lambda: make.make_industry(position=4),
    "sources": rich_source,
    "notes": lambda: make.make_note(date="2019-09-12", body=TEXT, tags=TAGS),
    "cases": rich_case,
    "criteria": lambda: make.make_criterion(
        group="规模", value_kind="number", unit="家", description=TEXT, position=2, shelf_life=12
    ),
    "findings": rich_finding,
    "comparisons": rich_comparison,
    "theses": lambda: make.make_thesis(body=TEXT, tags=TAGS),
    "arguments": rich_argument,
    "events": rich_event,
    "todos": rich_todo,
    "changelog": lambda: make.make_changelog_entry(stamp="190912", note=make.make_note(), summary=TEXT),
}


def row_of(record: Any) -> Row:
    codec = TABLES[record.table]()
    return codec.row(codec.queryset().get(pk=record.pk))


def decode(table: str, row: Row) -> Any:
    codec = TABLES[table](keys=Keys())
    return codec.decode(row, codec.model())


@pytest.mark.parametrize("public", [False, True])
@pytest.mark.parametrize("table", TABLES)
def test_many_rows_read_at_once_are_the_rows_one_by_one(seed: None, table: str, public: bool) -> None:
    codec = TABLES[table](public=public)
    records = MODELS[table].objects.public() if public else MODELS[table].objects.all()
    for hidden in (Organization, Note, Case, Finding):
        actions.withdraw(hidden.objects.all()[::4], by=None, via="test")
    one_by_one = [codec.row(record) for record in codec.queryset(records)]
    assert list(codec.rows(records)) == one_by_one
    assert codec.rows_of(list(codec.queryset(records).prefetch_related(None))) == one_by_one


def test_rows_are_the_same_however_many_are_read_at_a_time(seed: None, monkeypatch: Any) -> None:
    whole = {table: list(codec().saved()) for table, codec in TABLES.items()}
    monkeypatch.setattr("research.rows.CHUNK", 3)
    assert {table: list(codec().saved()) for table, codec in TABLES.items()} == whole


def row_when_saved(table: str, row: Row) -> Row:
    decoded = decode(table, row)
    return TABLES[table]().row_of(decoded.record, decoded.links)


class TestRoundTrip:
    @pytest.mark.parametrize("table", TABLES)
    def test_a_row_reads_back_as_it_was_written(self, table: str) -> None:
        row = row_of(RICH[table]())
        decoded = decode(table, row)
        assert decoded.errors == {}
        assert TABLES[table]().row_of(decoded.record, decoded.links) == row

    @pytest.mark.parametrize("table", TABLES)
    def test_a_rich_row_leaves_no_column_empty(self, table: str) -> None:
        row = row_of(RICH[table]())
        assert list(row) == list(TABLES[table].columns)
        assert [name for name, cell in row.items() if not cell] == []

    @pytest.mark.parametrize("table", TABLES)
    def test_a_bare_row_reads_back_too(self, table: str) -> None:
        row = row_of(make.MAKERS[table]())
        decoded = decode(table, row)
        assert decoded.errors == {}
        assert TABLES[table]().row_of(decoded.record, decoded.links) == row

    def test_a_set_is_sorted_and_a_list_keeps_its_order(self) -> None:
        assert row_of(rich_case())["industries"] == "a; z"
        comparison = row_of(rich_comparison())
        assert (comparison["organizations"], comparison["criteria"]) == ("c; a; b", "z; y; x")
        assert row_of(make.make_note(tags=["云", "2B"]))["tags"] == "2B; 云"

    def test_values_stand_in_one_form(self) -> None:
        row = row_of(rich_finding())
        assert (row["value"], row["as_of"], row["status"]) == ("~-150000000", "2015-04/..", "draft")
        assert row_of(rich_todo())["due"] == "2019-10-01"


class TestPublicRows:
    def cells(self, record: Any) -> Row:
        codec = TABLES[record.table](public=True)
        return codec.row(codec.queryset().get(pk=record.pk))

    def test_what_is_public_is_named(self) -> None:
        record = rich_comparison()
        assert self.cells(record) == row_of(record)

    @pytest.mark.parametrize("status", ["draft", "review"])
    def test_keys_of_drafts_are_left_out(self, status: str) -> None:
        shown, hidden = (
            make.make_organization(slug="shown"),
            make.make_organization(slug="hidden", status=status),
        )
        note = make.make_note(slug="hidden-note", status=status)
        cases = [make.make_case(slug="shown-case"), make.make_case(slug="child", organization=hidden)]
        findings = [make.make_finding(slug="child-finding", organization=hidden)]
        assert self.cells(make.make_comparison(organizations=[hidden, shown]))["organizations"] == "shown"
        assert self.cells(make.make_event(organizations=[hidden, shown]))["organizations"] == "shown"
        assert self.cells(make.make_todo(note=note))["note"] == ""
        argument = self.cells(make.make_argument(cases=cases, findings=findings))
        assert (argument["cases"], argument["findings"]) == ("shown-case", "")
        assert self.cells(cases[1])["organization"] == ""

    def test_a_vocabulary_is_named(self) -> None:
        assert self.cells(make.make_case(mode=make.make_mode(slug="m")))["mode"] == "m"


@contextmanager
def queries() -> Iterator[Callable[[], int]]:
    with CaptureQueriesContext(connection) as captured:
        yield lambda: len(captured)


class TestQueries:
    @pytest.mark.parametrize("public", [False, True])
    @pytest.mark.parametrize("table", TABLES)
    def test_thirty_rows_take_as_many_queries_as_three(self, table: str, public: bool) -> None:
        counts = []
        for wanted in (3, 30):
            while TABLES[table].model.objects.count() < wanted:
                RICH_MANY.get(table, make.MAKERS[table])()
            with queries() as count:
                assert len(list(TABLES[table](public=public).rows())) == wanted
                counts.append(count())
        assert counts[0] == counts[1]

    def test_reading_rows_asks_once_for_each_table_that_they_point_to(self) -> None:
        organization = make.make_organization(slug="o")
        row = row_of(make.make_case(organization=organization, mode=make.make_mode()))
        codec = TABLES["cases"](keys=Keys())
        with queries() as count:
            for _ in range(30):
                assert codec.decode(row, codec.model()).errors == {}
            assert count() == 2  # organizations, modes


# With relations, each to records of its own.
RICH_MANY: dict[str, Callable[[], Any]] = {
    "cases": lambda: make.make_case(industries=[make.make_industry()], mode=make.make_mode(), tags=["云"]),
    "comparisons": lambda: make.make_comparison(
        organizations=[make.make_organization()], criteria=[make.make_criterion()]
    ),
    "arguments": lambda: make.make_argument(cases=[make.make_case()], findings=[make.make_finding()]),
    "events": lambda: make.make_event(organizations=[make.make_organization()], tags=["云"]),
    "todos": lambda: make.make_todo(note=make.make_note(), assignee=make.make_user()),
    "changelog": lambda: make.make_changelog_entry(note=make.make_note()),
}


class TestErrors:
    @pytest.mark.parametrize(
        ("table", "column", "cell"),
        [
            ("cases", "organization", "nobody"),
            ("cases", "organization", ""),
            ("cases", "mode", "nothing"),
            ("cases", "industries", "a; nothing"),
            ("cases", "period", "去年"),
            ("cases", "title", " "),
            ("cases", "status", "secret"),
            ("cases", "status", ""),
            ("cases", "tags", "长" * 101),
            ("cases", "tags", "a\x00b"),
            ("cases", "body", "a\x00b"),
            ("findings", "value", "many"),
            ("findings", "criterion", ""),
            ("criteria", "unit", "家"),
            ("criteria", "position", "-1"),
            ("criteria", "shelf_life", "0"),
            ("criteria", "shelf_life", "1201"),
            ("criteria", "shelf_life", "一年"),
            ("criteria", "position", "1.5"),
            ("criteria", "position", "９"),
            ("criteria", "position", "9999999999"),
            ("notes", "date", "2019-13-01"),
            ("notes", "date", "190912"),
            ("notes", "date", "2019/2/30"),
            ("notes", "date", "9/12/2019"),
            ("notes", "slug", "a b"),
            ("events", "date", ""),
            ("sources", "url", "javascript:alert(1)"),
            ("sources", "key", "a b"),
            ("todos", "assignee", "nobody"),
            ("todos", "state", "gone"),
            ("changelog", "date", ""),
            ("arguments", "stance", "doubts"),
            ("arguments", "cases", "nothing"),
        ],
    )
    def test_a_bad_cell_is_named_by_its_column(self, table: str, column: str, cell: str) -> None:
        row = {**row_of(self.good(table)), column: cell}
        errors = decode(table, row).errors
        assert list(errors) == [column]
        assert all(errors[column])

    def good(self, table: str) -> Any:
        if table == "findings":
            return make.make_finding("1", criterion=make.make_criterion(value_kind="number"))
        make.make_industry(slug="a")
        return make.MAKERS[table]()

    def test_all_bad_cells_are_named_at_once(self) -> None:
        row = {**row_of(make.make_case()), "organization": "x", "period": "去年", "status": "?", "title": ""}
        assert set(decode("cases", row).errors) == {"organization", "period", "status", "title"}

    def test_a_rule_of_the_table_does_not_hide_a_bad_cell(self) -> None:
        row = {**row_of(make.make_todo()), "state": "done", "status": "?", "due": "soon"}
        assert set(decode("todos", row).errors) == {"results", "status", "due"}

    def test_an_absent_column_changes_nothing(self) -> None:
        case = make.make_case("城市大脑", tags=["云"], body="文")
        codec = TABLES["cases"]()
        decoded = codec.decode({"slug": case.slug, "title": "工业大脑"}, case)
        assert decoded.errors == {}
        assert codec.row_of(decoded.record, decoded.links) == {**row_of(case), "title": "工业大脑"}

    @pytest.mark.parametrize("cell", ["b；a", "b ;a ; ;", "a; b; a"])
    def test_lists_may_be_typed_loosely(self, cell: str) -> None:
        for slug in "ab":
            make.make_industry(slug=slug)
        row = {**row_of(make.make_case()), "industries": cell}
        assert row_when_saved("cases", row)["industries"] == "a; b"

    @pytest.mark.parametrize("cell", ["2019-09-12", " 2019/09/12 ", "2019/9/12", "2019年9月12日", "20190912"])
    def test_days_may_be_typed_loosely(self, cell: str) -> None:
        row = {**row_of(make.make_note()), "date": cell}
        assert row_when_saved("notes", row)["date"] == "2019-09-12"


@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite sorts by code point whatever the machine's language"
)
def test_rows_stand_by_code_point_whatever_the_language_of_the_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute('ALTER TABLE research_note ALTER COLUMN slug TYPE varchar(120) COLLATE "en-x-icu"')
    for slug in ("b", "B", "a", "云", "A-1", "A1"):
        make.make_note(slug=slug)
    assert [row["slug"] for row in TABLES["notes"]().rows()] == ["A-1", "A1", "B", "a", "b", "云"]
