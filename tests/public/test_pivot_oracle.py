"""The pivot along every pair of axes, and the coverage, counted once more over the tables' rows."""

import random
import re
from collections.abc import Iterable
from itertools import permutations
from typing import Any

import pytest
from django.utils.text import slugify
from taggit.models import Tag

from research.models import Comparison
from research.queries.comparison import Matrix, Options
from research.queries.comparison.options import AXES
from research.queries.coverage import coverage
from research.rows import TABLES
from tests import factories as make

pytestmark = pytest.mark.django_db

PERIODS = ["", "2009", "2012-05", "2014/2016", "../2015", "2018/..", "2019~", "1998"]
YEARS = ["-", "2009", "2012", "2014", "2015", "2018", "2019", "1998"]
CITED = re.compile(r"\[@([^\[\],]+)")
Row = dict[str, str]


def published(chance: random.Random) -> str:
    return chance.choice(["published", "published", "published", "draft"])


@pytest.fixture(params=range(2))
def crowd(request):
    """Organizations, cases, findings and arguments by chance, some of each hidden, some citing in vain."""
    chance = random.Random(request.param)
    organizations = [make.make_organization(slug=f"o{n}", status=published(chance)) for n in range(5)]
    modes = [make.make_mode(f"模式{n}", slug=f"m{n}", position=n) for n in range(3)]
    industries = [make.make_industry(f"行业{n}", slug=f"i{n}", position=n) for n in range(4)]
    for number in range(4):
        make.make_source(key=f"s{number}", status="draft" if number == 0 else "published")
    criteria = [make.make_criterion(f"指标{n}", slug=f"c{n}") for n in range(3)]

    def body() -> str:
        cited = ["", "", "[@s0]", "[@s1] [@s1, p. 2]", "[@s2] [@s0]", "[@nowhere]", "`[@s1]`"]
        return f"正文 {chance.choice(cited)}"

    cases, findings = [], []
    for number in range(70):
        shared: Any = {"organization": chance.choice(organizations), "status": published(chance)}
        cases.append(
            make.make_case(
                slug=f"case{number}",
                mode=chance.choice([*modes, None]),
                industries=chance.sample(industries, chance.randint(0, 3)),
                tags=chance.sample(["云", "数据", "生态"], chance.randint(0, 2)),
                period=chance.choice(PERIODS),
                body=body(),
                **shared,
            )
        )
        if number < 40:
            criterion = chance.choice(criteria)
            findings.append(make.make_finding(slug=f"f{number}", criterion=criterion, body=body(), **shared))
    for number in range(4):
        thesis = make.make_thesis(slug=f"t{number}", status=published(chance))
        for place in range(3):
            make.make_argument(
                slug=f"a{number}{place}",
                thesis=thesis,
                status=published(chance),
                cases=chance.sample(cases, chance.randint(0, 2)),
                findings=chance.sample(findings, chance.randint(0, 1)),
                body=body(),
            )
    make.make_comparison(slug="c", organizations=organizations[:4], criteria=criteria[:2])
    return chance


def rows(table: str) -> list[Row]:
    return list(TABLES[table]().rows())


def keys(cell: str) -> list[str]:
    return [key for key in cell.split("; ") if key]


def public(table: str) -> list[Row]:
    shown = {row["slug"] for row in rows("organizations") if row["status"] == "published"}
    found = [row for row in rows(table) if row["status"] == "published"]
    return [row for row in found if row.get("organization", "") in {*shown, ""} or "organization" not in row]


def compared(table: str) -> list[Row]:
    [comparison] = rows("comparisons")
    placed = keys(comparison["organizations"])
    return [row for row in public(table) if row["organization"] in placed]


def is_sourced(row: Row) -> bool:
    shown = {row["key"] for row in rows("sources") if row["status"] == "published"}
    return bool(shown & set(CITED.findall(row["body"].replace("`[@s1]`", ""))))


def members_of(row: Row, axis: str) -> list[str]:
    if axis == "organization":
        return [row["organization"]]
    if axis == "mode":
        return [row["mode"] or "-"]
    if axis == "industry":
        return keys(row["industries"]) or ["-"]
    if axis == "tag":
        return [slugify(name, allow_unicode=True) for name in keys(row["tags"])] or ["-"]
    return [YEARS[PERIODS.index(row["period"])]]


def is_in(row: Row, axis: str, wanted: str) -> bool:
    found = members_of(row, axis)
    if axis != "period" or wanted == "-" or found == ["-"]:
        return wanted in found
    first, _slash, last = wanted.partition("/")
    return int(first) <= int(found[0]) <= int(last or first)


def alike(counts: Iterable[int]) -> bool:
    return len(set(counts)) < 2


def check(options: Options, cases: list[Row], organizations: list[str]) -> None:
    """Every cell, every total, and that what is not there is empty."""
    if options.sourced:
        cases = [row for row in cases if is_sourced(row)]
    for axis in ("mode", "industry", "tag", "period"):
        if chosen := options.chosen(axis):
            cases = [row for row in cases if any(is_in(row, axis, value) for value in chosen)]
    pivot = Matrix(Comparison.objects.get(), options).pivot
    assert pivot.total == len(cases)

    def count(row: str, column: str, organization: str = "") -> int:
        return sum(
            is_in(case, options.rows, row)
            and is_in(case, options.columns, column)
            and organization in ("", case["organization"])
            for case in cases
        )

    for row in pivot.rows:
        assert row.total == sum(is_in(case, options.rows, row.member.key) for case in cases)
        for cell in row.cells:
            assert cell.count == count(row.member.key, cell.column.key), (options, cell.row, cell.column)
    for cell in [cell for row in pivot.rows for cell in row.cells][:3]:
        found = pivot.cell_cases(cell.row.key, cell.column.key)
        assert found is not None
        assert found[2].count() == cell.count
    for column, total in pivot.column_totals:
        assert total == sum(is_in(case, options.columns, column.key) for case in cases)
    if not options.differ:
        for case in cases:
            for axis, shown in (
                (options.rows, [row.member for row in pivot.rows]),
                (options.columns, pivot.columns),
            ):
                assert any(is_in(case, axis, member.key) for member in shown)
        return
    every = Matrix(Comparison.objects.get(), Options(**{**vars(options), "differ": False})).pivot
    row_keys, column_keys = [row.member.key for row in every.rows], [column.key for column in every.columns]
    if options.rows == "organization":
        expected = [one for one in column_keys if not alike(count(row, one) for row in row_keys)]
        assert [column.key for column in pivot.columns] == expected
    elif options.columns == "organization":
        expected = [one for one in row_keys if not alike(count(one, column) for column in column_keys)]
        assert [row.member.key for row in pivot.rows] == expected
    else:
        expected = [
            one
            for one in row_keys
            if any(
                not alike(count(one, column, organization) for organization in organizations)
                for column in column_keys
            )
        ]
        assert [row.member.key for row in pivot.rows] == expected


def test_every_pair_of_axes_and_every_choice(crowd):
    cases = compared("cases")
    shown = {row["slug"] for row in public("organizations")}
    organizations = [f"o{n}" for n in range(4) if f"o{n}" in shown]
    for row, column in permutations(AXES, 2):
        for differ, sourced in ((False, False), (True, False), (False, True), (True, True)):
            check(Options(row, column, differ=differ, sourced=sourced), cases, organizations)
        facets: dict[str, Any] = {
            "mode": tuple(crowd.sample(["m0", "m1", "-"], crowd.randint(0, 2))),
            "industry": tuple(crowd.sample(["i0", "i1", "-", "none"], crowd.randint(0, 2))),
            "tag": tuple(
                crowd.sample([*Tag.objects.values_list("slug", flat=True), "-"], crowd.randint(0, 2))
            ),
            "period": tuple(crowd.sample(["-", "2010/2015", "2009", "2018"], crowd.randint(0, 2))),
        }
        check(Options(row, column, **facets, differ=crowd.random() < 0.5), cases, organizations)


def test_coverage(crowd):
    [comparison] = rows("comparisons")
    cases, of_organizations = compared("cases"), compared("findings")
    findings = [row for row in of_organizations if row["criterion"] in keys(comparison["criteria"])]
    theses = {row["slug"] for row in public("theses")}
    arguments = [row for row in public("arguments") if row["thesis"] in theses]
    known = {(table, row["slug"]): row for table in ("cases", "findings") for row in public(table)}

    def rests_on(row: Row) -> list[tuple[str, str]]:
        names = [(table, key) for table in ("cases", "findings") for key in keys(row[table])]
        return [name for name in names if name in known]

    mine = {("cases", row["slug"]) for row in cases} | {("findings", row["slug"]) for row in of_organizations}
    about = {row["thesis"] for row in arguments if mine & set(rests_on(row))}
    claims = [row for row in arguments if row["thesis"] in about]
    sourced_claims = [
        row for row in claims if is_sourced(row) or any(is_sourced(known[name]) for name in rests_on(row))
    ]
    expected = {
        "cases": (sum(map(is_sourced, cases)), len(cases)),
        "findings": (sum(map(is_sourced, findings)), len(findings)),
        "arguments": (len(sourced_claims), len(claims)),
    }
    found = coverage(Comparison.objects.get())
    assert {one.table: (one.cited, one.all) for one in found.by_table} == expected
