"""/comparisons/ and /comparisons/<slug>/: organizations side by side."""

import html5lib
import pytest
from django.urls import reverse

from research.queries.comparison import witnesses
from tests import factories as make
from tests.public.urls import body

pytestmark = pytest.mark.django_db
SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.usefixtures("class_seed")
class TestSeed:
    def page(self, client):
        tree = html5lib.parse(body(client.get(reverse("comparisons"))), namespaceHTMLElements=False)
        (link,) = [
            node.get("href") for node in tree.find(".//main").iter("a") if node.get("href", "")[-1] == "/"
        ]
        return client.get(link)

    def test_one_click_leads_to_alibaba_against_tencent(self, client):
        matrix = self.page(client).context["matrix"]
        assert [witness.organization.name for witness in matrix.witnesses] == ["阿里巴巴", "腾讯"]
        assert [witness.siglum for witness in matrix.witnesses] == ["阿", "腾"]

    def test_at_least_twenty_cases_over_both_modes_and_several_industries(self, client):
        matrix = self.page(client).context["matrix"]
        assert matrix.case_count >= 20
        modes = {str(row.mode): sum(row.counts) for row in matrix.mode_rows}
        assert modes["深耕产业"] > 0
        assert modes["赋能平台"] > 0
        assert len([row for row in matrix.count_rows if row.industry]) >= 5

    def test_at_least_fourteen_figures_dated_or_not(self, client):
        page = self.page(client)
        matrix = page.context["matrix"]
        readings = [
            cell.latest for _group, rows in matrix.criterion_groups for row in rows for cell in row.cells
        ]
        figures = [finding for finding in readings if finding and finding.criterion.value_kind == "number"]
        assert len(figures) >= 14
        for figure in figures:
            assert figure.display_value() in body(page)

    def test_the_chart_and_its_table_say_the_same(self, client):
        page = self.page(client)
        tree = html5lib.parse(body(page), namespaceHTMLElements=False)
        drawn = [
            [int(node.text) for node in svg.iter(f"{SVG}text") if node.get("class") == "value"]
            for svg in tree.iter(f"{SVG}svg")
            if svg.get("class") == "chart wide"
        ]
        matrix = page.context["matrix"]
        by_mode = [count for row in matrix.mode_rows for count in row.counts]
        by_industry = [sum(counts) for row in matrix.count_rows for counts in row.counts]
        assert drawn[:2] == [by_mode, [count for count in by_industry if count]]


def two(**values):
    left, right = make.make_organization("甲公司"), make.make_organization("乙公司")
    return left, right, make.make_comparison(organizations=[right, left], **values)


def test_the_order_of_columns_is_the_teams(client):
    _left, _right, comparison = two()
    matrix = client.get(comparison.get_absolute_url()).context["matrix"]
    assert [witness.organization.name for witness in matrix.witnesses] == ["乙公司", "甲公司"]


def test_a_cell_shows_value_unit_date_and_source(client):
    left, right, _comparison = two()
    share = make.make_criterion("份额", value_kind="number", unit="%", group="市场")
    make.make_source("市场报告", key="idc")
    make.make_finding("45.5", organization=left, criterion=share, as_of="2017", body="[@idc, p. 3]")
    make.make_finding("30", organization=left, criterion=share, as_of="2015")
    make.make_finding("10.3", organization=right, criterion=share)
    comparison = make.make_comparison(organizations=[left, right], criteria=[share])
    page = client.get(comparison.get_absolute_url())
    ((_group, (row,)),) = page.context["matrix"].criterion_groups
    assert [cell.latest.value for cell in row.cells] == ["45.5", "10.3"]
    assert [finding.value for finding in row.cells[0].earlier] == ["30"]
    text = body(page)
    for shown in ("45.5%", "2017年", ">1</a>", ", p. 3]", "市场报告", "无日期", "未注来源"):
        assert shown in text


def test_a_case_without_mode_or_industry_is_shown_as_such(client):
    left, _right, comparison = two()
    make.make_case("孤例", organization=left)
    page = client.get(comparison.get_absolute_url())
    assert [row.mode for row in page.context["matrix"].mode_rows] == [None]
    assert [row.industry for row in page.context["matrix"].count_rows] == [None]
    assert "未归模式" in body(page)


def test_a_case_of_two_industries_counts_in_both_but_once_in_all(client):
    left, _right, comparison = two()
    make.make_case(organization=left, industries=[make.make_industry("金融"), make.make_industry("零售")])
    matrix = client.get(comparison.get_absolute_url()).context["matrix"]
    assert matrix.case_count == 1
    assert [row.total for row in matrix.count_rows] == [1, 1]


def test_theses_stand_with_pro_and_con(client):
    left, _right, comparison = two()
    case = make.make_case(organization=left)
    thesis = make.make_thesis("甲胜过乙。")
    make.make_argument("有此例。", thesis=thesis, cases=[case], stance="supports")
    make.make_argument("不尽然。", thesis=thesis, stance="opposes")
    make.make_argument("与此无关。", thesis=make.make_thesis("别的论点。"))
    page = client.get(comparison.get_absolute_url())
    (view,) = page.context["matrix"].theses
    assert [argument.claim for argument in view.supports] == ["有此例。"]
    assert [argument.claim for argument in view.opposes] == ["不尽然。"]


def test_sigla_are_distinct_where_names_begin_alike():
    names = ["中国电信", "中国移动", "中国", "中国"]
    organizations = [make.make_organization(name) for name in names]
    sigla = [witness.siglum for witness in witnesses(organizations)]
    assert sigla == ["中", "移", "中3", "中4"]


def test_an_empty_comparison_is_a_page(client):
    page = client.get(make.make_comparison().get_absolute_url())
    assert page.status_code == 200


def test_twelve_organizations_of_long_names_are_a_page(client):
    organizations = [make.make_organization(f"{'名' * 19}{place}") for place in range(12)]
    comparison = make.make_comparison(organizations=organizations)
    matrix = client.get(comparison.get_absolute_url()).context["matrix"]
    assert len({witness.siglum for witness in matrix.witnesses}) == 12


def test_a_bad_key_answers_404(client):
    assert client.get("/comparisons/no-such/").status_code == 404
