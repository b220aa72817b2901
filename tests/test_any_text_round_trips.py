"""Whatever text Excel keeps, an export of it is read back without a change."""

import re
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from research import exporting, importing, sheets
from research.models import tags
from research.plans import State
from research.rows import TABLES
from tests import factories as make
from tests.table_files import as_saved_xlsx, rows_in

pytestmark = pytest.mark.django_db

LONGEST = 32_766  # one less than a cell of Excel holds: the apostrophe takes a place
# Neither a cell of Excel nor XML has other control characters, surrogates or these two.
ANY = st.characters(
    exclude_categories=["Cs", "Cc"], include_characters="\t\n", exclude_characters="\ufffe\uffff"
)
TRICKY = st.text(alphabet="'\"=+-@＝_x00dD\n\t 01;；,，|\\.eE/:%#阿𠮷", max_size=40)
TEXTS = st.text(ANY, max_size=60) | TRICKY
BODIES = st.tuples(TEXTS, st.sampled_from([1, 1, 1, 1000, LONGEST]))  # and how many times it stands there
TITLES = TEXTS.filter(str.strip)
SLUGS = st.text(ANY.filter(re.compile(r"[-\w]").fullmatch), min_size=1, max_size=30) | st.from_regex(
    r"[-0-9eE]{1,9}", fullmatch=True
)
KEYS = st.from_regex(r"\w(?:\w|[:.#$%&\-+?<>~](?=\w)){0,30}", fullmatch=True)
TAGS = TEXTS.map(tags.split)
DATES = st.sampled_from(["", "197X", "2000~", "2018-21", "../2015-04", "2015-04/..", "0001", "9999-12-31?"])
DAYS = st.none() | st.dates()
CASES = st.fixed_dictionaries({"title": TITLES, "body": BODIES, "period": DATES, "tags": TAGS})
SOURCES = st.fixed_dictionaries(
    {
        **{"title": TITLES, "authors": TEXTS, "publisher": TEXTS, "container": TEXTS, "identifier": TEXTS},
        **{
            "language": TEXTS.map(lambda text: text[:35]),
            "body": BODIES,
            "issued": DATES,
            "accessed": DAYS,
            "tags": TAGS,
        },
    }
)


def write(cases: dict[str, Any], sources: dict[str, Any]) -> None:
    with make.together():
        for key, values in cases.items():
            organization = make.make_organization(slug=key)
            industries = [make.make_industry(slug=key)]
            make.make_case(slug=key, organization=organization, industries=industries, **with_body(values))
        for key, values in sources.items():
            make.make_source(key=key, **with_body(values))


def with_body(values: dict[str, Any]) -> dict[str, Any]:
    text, times = values["body"]
    return {**values, "body": (text * times)[:LONGEST]}


@settings(max_examples=40)
@given(st.dictionaries(SLUGS, CASES, max_size=4), st.dictionaries(KEYS, SOURCES, max_size=4))
def test_an_export_of_any_text_changes_nothing(
    tmp_path_factory: Any, cases: dict[str, Any], sources: dict[str, Any]
) -> None:
    folder = tmp_path_factory.mktemp("any")
    with transaction.atomic():
        write(cases, sources)
        for table, count in (("cases", len(cases)), ("sources", len(sources))):
            codec = TABLES[table]
            text = "".join(exporting.spreadsheet_lines(codec.columns, codec().rows()))
            file = folder / f"{table}.csv"
            file.write_bytes(text.encode())
            assert_same(sheets.read_file(file), count)
            text = text.removeprefix("\ufeff")
            file.write_bytes(text.encode("gb18030"))
            assert_same(sheets.read_file(file, encoding="gb18030"), count)
            workbook = folder / f"{table}.xlsx"
            workbook.write_bytes(as_saved_xlsx(rows_in(text)))
            assert_same(sheets.read_file(workbook), count)
        transaction.set_rollback(True)


def assert_same(sheet: sheets.Sheet, count: int) -> None:
    plan = importing.plan([sheet])
    assert [str(problem)[:300] for problem in plan.problems] == []
    assert +plan.tables[0].count() == ({State.SAME: count} if count else {})
