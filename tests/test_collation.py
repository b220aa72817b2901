"""A comparison as a table of cells: every case and finding in its cell, in a fixed number of queries."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from research.models import Comparison
from research.queries.collation import by_key, collate
from research.queries.comparison import Matrix
from research.text.citations import Cite, find_cites
from tests import factories as make

pytestmark = pytest.mark.django_db
MANY = 40  # records of a cell: more than a page shows


@pytest.mark.usefixtures("class_seed")
class TestSeed:
    def test_it_counts_as_the_page_does(self, db):
        comparison = Comparison.objects.get()
        matrix = Matrix(comparison)
        collation = collate(matrix)
        assert len(collation.lines) == len(matrix.modes) + len(matrix.count_rows) + sum(
            len(rows) for _group, rows in matrix.criterion_groups
        )
        by_mode = [row.counts for row in matrix.mode_rows]
        assert [[cell.count for cell in collation.row(line)] for line in of(collation, "modes")] == by_mode
        parts = [
            [
                [count for _name, count in cell.parts] or [0] * len(matrix.modes)
                for cell in collation.row(line)
            ]
            for line in of(collation, "industries")
        ]
        assert parts == [row.counts for row in matrix.count_rows]
        latest = [
            [cell.latest.slug if cell.latest else None for cell in row.cells]
            for _group, rows in matrix.criterion_groups
            for row in rows
        ]
        assert [
            [cell.items[0] if cell.items else None for cell in collation.row(line)]
            for line in of(collation, "criteria")
        ] == latest


def of(collation, kind):
    return [line for line in collation.lines if line.kind == kind]


def test_a_cell_of_a_criterion_has_value_unit_date_and_source():
    left, right = make.make_organization("甲公司", slug="甲"), make.make_organization("乙公司", slug="乙")
    share = make.make_criterion("份额", slug="份额", value_kind="number", unit="%", group="市场")
    make.make_source("市场报告", key="idc")
    make.make_finding(">45.5", organization=left, criterion=share, as_of="2017", body="[@idc, p. 3] [@idc]")
    make.make_finding("30", organization=left, criterion=share, as_of="2015")
    make.make_finding("10.3", organization=right, criterion=share)
    comparison = make.make_comparison(organizations=[left, right], criteria=[share])
    collation = collate(Matrix(comparison))
    assert collation.organizations == [("甲", "甲公司"), ("乙", "乙公司")]
    (line,) = collation.lines
    left_cell, right_cell = collation.row(line)
    assert (line.key, line.group, line.label, line.unit) == ("criteria/份额", "市场", "份额", "%")
    assert left_cell.text == "超过 45.5% (2017年) [@idc, p. 3]\n30% (2015年) [未注来源]"
    assert (left_cell.value, left_cell.unit, left_cell.as_of) == (Decimal("45.5"), "%", "2017")
    assert left_cell.latest
    assert (left_cell.latest.value, left_cell.count, left_cell.sources) == (">45.5", 2, ["idc"])
    assert right_cell.text == "10.3% (无日期) [未注来源]"
    assert [(source.number, source.key, source.line) for source in collation.sources] == [
        (1, "idc", "市场报告[EB].")
    ]


def test_a_case_stands_under_its_mode_and_each_of_its_industries():
    organization, mode = make.make_organization(slug="甲"), make.make_mode("赋能平台", slug="平台")
    industries = [make.make_industry("金融", slug="金融"), make.make_industry("零售", slug="零售")]
    make.make_case("双业", slug="双", organization=organization, industries=industries, mode=mode)
    make.make_case("孤例", slug="孤", organization=organization)
    collation = collate(Matrix(make.make_comparison(organizations=[organization])))
    assert {key: (cell.value, cell.text, cell.items) for (key, _), cell in collation.cells.items()} == {
        "modes/平台": (1, "双业 [未注来源]", ["双"]),
        "modes/": (1, "孤例 [未注来源]", ["孤"]),
        "industries/金融": (1, "1 (赋能平台 1)", ["双"]),
        "industries/零售": (1, "1 (赋能平台 1)", ["双"]),
        "industries/": (1, "1 (未归模式 1)", ["孤"]),
    }


def test_sources_are_numbered_in_the_order_of_the_table():
    organization, mode = make.make_organization(), make.make_mode()
    for key in ("a", "b", "c"):
        make.make_source(key=key)
    make.make_case(slug="二", organization=organization, body="[@c]", mode=mode)
    make.make_case(slug="三", organization=organization, body="[@a; @b]")
    make.make_case(slug="一", organization=organization, body="[@b]", mode=mode)
    collation = collate(Matrix(make.make_comparison(organizations=[organization])))
    assert collation.cells[collation.lines[0].key, organization.slug].items == ["一", "二"]
    assert [(source.number, source.key) for source in collation.sources] == [(1, "b"), (2, "c"), (3, "a")]


def test_labels_follow_the_language_and_keys_do_not():
    organization = make.make_organization()
    make.make_case("孤例", organization=organization)
    comparison = make.make_comparison(organizations=[organization])
    chinese = collate(Matrix(comparison))
    with translation.override("en"):
        english = collate(Matrix(comparison))
    assert [line.label for line in english.lines] == ["no mode", "no industry"]
    assert [line.label for line in chinese.lines] == ["未归模式", "未归行业"]
    assert [line.key for line in chinese.lines] == [line.key for line in english.lines]
    assert (chinese.address, english.address) == (
        f"/comparisons/{comparison.slug}/",
        f"/en/comparisons/{comparison.slug}/",
    )


def test_all_records_of_a_cell_are_named_in_as_many_queries_as_few():
    organization, mode = make.make_organization(slug="甲"), make.make_mode()
    criterion = make.make_criterion(slug="客户", value_kind="number")
    industry = make.make_industry()
    make.make_source(key="k")
    comparison = make.make_comparison(organizations=[organization], criteria=[criterion])

    def queries(number):
        with make.together():
            for place in range(number):
                make.make_case(
                    organization=organization, mode=mode, industries=[industry], body=f"[@k, p. {place}]"
                )
                make.make_finding(str(place), organization=organization, criterion=criterion, body="[@k]")
        with CaptureQueriesContext(connection) as captured:
            collate(Matrix(comparison))
        return len(captured)

    few = queries(3)
    assert queries(MANY) == few
    assert few < 20
    collation = collate(Matrix(comparison))
    assert [cell.count for cell in collation.cells.values()] == [3 + MANY] * 3


def test_a_hidden_case_finding_or_source_is_nowhere():
    organization, criterion = make.make_organization(), make.make_criterion()
    make.make_source("秘", key="hidden", status="draft")
    seen: dict[str, Any] = {"organization": organization, "body": "[@hidden]"}
    make.make_case("可见", **seen)
    make.make_case("秘", status="draft", **seen)
    make.make_finding("秘", criterion=criterion, status="review", **seen)
    comparison = make.make_comparison(organizations=[organization], criteria=[criterion])
    collation = collate(Matrix(comparison))
    assert [cell.text for cell in collation.cells.values()] == ["可见 [未注来源]", "1 (未归模式 1)", ""]
    assert collation.sources == []


def test_an_empty_comparison_is_an_empty_table():
    collation = collate(Matrix(make.make_comparison()))
    assert (collation.organizations, collation.lines, collation.cells) == ([], [], {})


@pytest.mark.parametrize("key", ["idc", "白皮书2019", "a key", "10.1000/x(1)"])
def test_a_citation_reads_back_as_it_was(key):
    cites = [Cite(key, "p. 3"), Cite("other", "")]
    assert find_cites(by_key(cites)) == cites
