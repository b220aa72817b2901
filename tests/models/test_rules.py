"""What `clean()` and the fields tell the person who typed: one message, at the column that is wrong."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from research import actions
from research.models import Case, Criterion, Finding, Note, Organization, Record, Source, Todo
from tests import factories as make


def errors_of(record: Record) -> dict[str, list[str]]:
    """By column; relations are not looked up, so no database is needed."""
    relations = [field.name for field in record._meta.get_fields() if field.is_relation]
    try:
        record.clean()
        record.clean_fields(exclude=relations)
    except ValidationError as error:
        return error.message_dict
    return {}


def finding(value: str, kind: str, unit: str = "", **values: Any) -> Finding:
    criterion = Criterion(slug="c", name="问", value_kind=kind, unit=unit)
    return Finding(slug="f", organization=Organization(slug="o"), criterion=criterion, value=value, **values)


def test_a_good_record_has_no_errors() -> None:
    assert (
        errors_of(Case(slug="阿里云", title="阿里云", organization=Organization(slug="o"), period="2009-09"))
        == {}
    )
    assert errors_of(Todo(slug="t", title="补时间点", state="done", results="2019年8月")) == {}


@pytest.mark.django_db
@pytest.mark.parametrize("value", ["9" * 19, "-" + "9" * 19, "9" * 19 + ".999999"])
def test_the_longest_number_is_read_as_it_was_written(value: str) -> None:
    criterion = make.make_criterion(value_kind="number")
    written = make.make_finding(value, criterion=criterion)
    assert Finding.objects.get(pk=written.pk).number is not None
    assert Finding.objects.get(pk=written.pk).value == value


def test_a_longer_one_is_refused() -> None:
    assert list(errors_of(finding("9" * 20, "number"))) == ["value"]


def test_done_needs_a_result() -> None:
    assert list(errors_of(Todo(slug="t", title="补时间点", state="done"))) == ["results"]
    assert list(errors_of(Todo(slug="t", title="补时间点", state="done", results=" \n"))) == ["results"]


@pytest.mark.parametrize("kind", ["text", "yesno", "level"])
def test_only_numbers_have_a_unit(kind: str) -> None:
    assert list(errors_of(Criterion(slug="c", name="问", value_kind=kind, unit="家"))) == ["unit"]
    assert errors_of(Criterion(slug="c", name="问", value_kind="number", unit="家")) == {}


@pytest.mark.parametrize(
    ("typed", "kind", "unit", "value", "number"),
    [
        (">8000", "number", "家", ">8000", 8000),
        ("超过8000家", "number", "家", ">8000", 8000),
        ("45.50%", "number", "%", "45.5", Decimal("45.5")),
        ("-1.2亿", "number", "元", "-120000000", -120_000_000),
        ("约10亿", "number", "人", "~1000000000", 1_000_000_000),
        ("<=3", "number", "位", "<=3", 3),
        ("是", "yesno", "", "yes", 1),
        ("有", "yesno", "", "yes", 1),
        ("Yes", "yesno", "", "yes", 1),
        ("否", "yesno", "", "no", 0),
        ("无", "yesno", "", "no", 0),
        (" 4 ", "level", "", "4", 4),
        (" 领先\r\n者 ", "text", "", "领先\n者", None),
    ],
)
def test_values_take_the_form_of_their_kind(
    typed: str, kind: str, unit: str, value: str, number: Decimal | int | None
) -> None:
    record = finding(typed, kind, unit)
    assert errors_of(record) == {}
    assert (record.value, record.number) == (value, number)


@pytest.mark.parametrize(
    ("typed", "kind"),
    [("很多", "number"), ("8000人左右吧", "number"), ("也许", "yesno"), ("6", "level"), ("0", "level")],
)
def test_values_of_another_kind_are_refused(typed: str, kind: str) -> None:
    assert list(errors_of(finding(typed, kind))) == ["value"]


def test_numbers_read_as_people_write_them() -> None:
    record = finding(">8000", "number", "家")
    assert errors_of(record) == {}
    with translation.override("zh-hans"):
        assert record.display_value() == "超过 8,000 家"
    with translation.override("en"):
        assert record.display_value() == "more than 8,000 家"


class TestSlugs:
    def test_an_argument_is_named_after_its_thesis(self, db: None) -> None:
        argument = make.make_argument(thesis=make.make_thesis(slug="平台"), slug="", position=3)
        assert argument.slug == "平台-3"

    def test_a_finding_is_named_after_its_cell(self, db: None) -> None:
        found = make.make_finding(
            organization=make.make_organization(slug="腾讯"),
            criterion=make.make_criterion(slug="份额"),
            slug="",
            as_of="2017",
        )
        assert found.slug == "腾讯-份额-2017"

    def test_a_long_suggestion_is_cut(self, db: None) -> None:
        thesis = make.make_thesis(slug="长" * 120)
        assert len(make.make_argument(thesis=thesis, slug="").slug) == 120

    @pytest.mark.parametrize(
        "record", [Case(title="云"), Note(title="记"), Finding(value="1"), Todo(title="补")]
    )
    def test_without_a_suggestion_one_is_asked_for(self, record: Record) -> None:
        assert list(errors_of(record)) == ["slug"]

    @pytest.mark.parametrize("slug", ["a b", "a/b", "云！", "<b>", "x" * 121])
    def test_what_an_address_cannot_hold_is_refused(self, slug: str) -> None:
        assert list(errors_of(Note(slug=slug, title="记"))) == ["slug"]


@pytest.mark.parametrize("key", ["a b", "a..b", "-a", "a;b", "a@b", "a]", "", "。a", "a."])
def test_a_key_that_no_text_could_cite_is_refused(key: str) -> None:
    assert list(errors_of(Source(key=key, title="书"))) == ["key"]


@pytest.mark.parametrize("key", ["bcg2018", "刘松2018", "doi:10.1000", "a_b-c.d+e", "_a", "a~1"])
def test_a_key_may_be_what_pandoc_takes(key: str) -> None:
    assert errors_of(Source(key=key, title="书")) == {}


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "ftp://a.example/b", "//a.example", "HTTP://a.example", "网址"]
)
@pytest.mark.parametrize("field", ["url", "archived_url"])
def test_an_address_is_http_or_https(field: str, url: str) -> None:
    assert list(errors_of(Source(key="a", title="书", **{field: url}))) == [field]


def test_an_address_may_hold_what_addresses_hold() -> None:
    assert errors_of(Source(key="a", title="书", url="https://a.example/p/1?x=1&y=%E4%BA%91#c")) == {}


class TestTexts:
    def test_line_ends_become_line_feeds_and_ends_are_bare(self) -> None:
        note = Note(slug="n", title=" 记 ", body="\r\n一\r\n\r\n二\r三\n ")
        assert errors_of(note) == {}
        assert (note.title, note.body) == ("记", "一\n\n二\n三")

    def test_a_text_of_blanks_is_empty(self) -> None:
        assert list(errors_of(Note(slug="n", title=" \t"))) == ["title"]

    @pytest.mark.parametrize("field", ["slug", "title", "body"])
    def test_nul_is_refused_where_it_stands(self, field: str) -> None:
        values = {"slug": "n", "title": "记", "body": "", field: "a\x00b"}
        assert list(errors_of(Note(**values))) == [field]

    def test_a_text_longer_than_its_column_is_refused(self) -> None:
        assert list(errors_of(Note(slug="n", title="长" * 301))) == ["title"]


@pytest.mark.parametrize(
    ("record", "field"),
    [
        (Note(slug="n", title="记", status="secret"), "status"),
        (Source(key="a", title="书", kind="rumour"), "kind"),
        (Todo(slug="t", title="补", state="forgotten"), "state"),
        (Criterion(slug="c", name="问", value_kind="colour"), "value_kind"),
    ],
)
def test_a_word_that_is_no_choice_is_refused(record: Record, field: str) -> None:
    assert list(errors_of(record)) == [field]


@pytest.mark.parametrize("kind", ["number", "yesno", "level"])
def test_a_value_outlives_a_change_of_its_criterions_kind(db, client, kind):
    finding = make.make_finding("领先")
    criterion = finding.criterion
    criterion.value_kind = kind
    actions.save(criterion, by=None, via="test")
    assert "领先" in client.get(finding.get_absolute_url()).content.decode()
