"""The criteria table: one finding for each organization, its series, orders by typed value."""

import pytest

from research.models import Criterion
from research.queries.comparison import Matrix, Options
from tests import factories as make
from tests.public.urls import body

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair():
    return [make.make_organization(name, slug=name) for name in ("甲", "乙")]


def rows_of(comparison, **options):
    return [row for _group, rows in Matrix(comparison, Options(**options)).criterion_groups for row in rows]


def criteria_names(comparison, **options):
    return [row.criterion.name for row in rows_of(comparison, **options)]


class TestSeries:
    def findings(self, pair, values, **criterion):
        question = make.make_criterion("客户", **criterion)
        for value, as_of in values:
            make.make_finding(value, organization=pair[0], criterion=question, as_of=as_of)
        return make.make_comparison(organizations=pair, criteria=[question])

    def test_the_latest_stands_first_and_earlier_numbers_are_a_line_and_a_list(self, pair, client):
        values = [("30", "2015"), (">8000", "2019"), ("450", "2017-05"), ("1", "")]
        comparison = self.findings(pair, values, value_kind="number", unit="家")
        cell = rows_of(comparison)[0].cells[0]
        assert cell.latest.value == ">8000"
        assert [finding.value for finding in cell.earlier] == ["450", "30", "1"]
        page = body(client.get(comparison.get_absolute_url()))
        assert page.count('class="spark w1"') == 1
        for shown in ("超过 8,000 家", "450 家", "30 家", "2017年5月", "无日期"):
            assert shown in page

    def test_the_latest_is_out_of_date_once_the_criterion_s_shelf_life_is_over(self, pair, client):
        values = [("30", "2015"), ("450", "2017-05")]
        lasting = self.findings(pair, values, value_kind="number")
        assert "已过时" not in body(client.get(lasting.get_absolute_url()))
        make.make_finding(
            "7",
            organization=pair[1],
            criterion=make.make_criterion("价格", value_kind="number", shelf_life=12),
            as_of="2017",
        )
        question = Criterion.objects.get(name="价格")
        make.make_finding("8", organization=pair[1], criterion=question, as_of="2015")
        spoiling = make.make_comparison(slug="易变", organizations=pair, criteria=[question])
        assert body(client.get(spoiling.get_absolute_url())).count("已过时") == 1

    @pytest.mark.parametrize(
        ("values", "kind"),
        [
            ([("30", "2015")], "number"),
            ([("30", ""), ("40", "")], "number"),
            ([("30", "2015"), ("40", "2015")], "number"),
            ([("领先", "2015"), ("落后", "2017")], "text"),
            ([("1", "2015"), ("4", "2017")], "level"),
        ],
    )
    def test_there_is_no_line_without_two_dated_numbers(self, pair, values, kind):
        cell = rows_of(self.findings(pair, values, value_kind=kind))[0].cells[0]
        assert cell.line == ""

    def test_who_comes_from_third_to_first_rises(self, pair):
        comparison = self.findings(pair, [("3", "2015"), ("1", "2017")], value_kind="number", unit="位")
        line = rows_of(comparison)[0].cells[0].line
        ((_x, before), (_y, after)) = [
            place.split(",") for place in line.split('points="')[1].split('"')[0].split()
        ]
        assert float(after) < float(before)

    def test_more_than_a_cell_shows_are_counted_and_linked(self, pair, client):
        values = [(str(year), str(year)) for year in range(2001, 2011)]
        comparison = self.findings(pair, values, value_kind="number")
        row = rows_of(comparison)[0]
        assert (row.cells[0].count, row.cells[0].more) == (10, 4)
        page = client.get(comparison.get_absolute_url())
        assert "全部 10 条" in body(page)
        assert page.context["matrix"].finding_count == 10


class TestOrder:
    @pytest.fixture
    def comparison(self, pair):
        """Criteria of all kinds, in an order of the team's own; 甲 has all but one, 乙 none."""
        kinds = {
            "千": ("number", "家", "9"),
            "万": ("number", "家", ">8000"),
            "负": ("number", "家", "-3"),
            "份额": ("number", "%", "45.5"),
            "高": ("level", "", "5"),
            "低": ("level", "", "2"),
            "有": ("yesno", "", "yes"),
            "无": ("yesno", "", "no"),
            "成立": ("text", "", "2009-09"),
            "更早": ("text", "", "1999"),
            "说": ("text", "", "领先"),
        }
        criteria = [make.make_criterion("缺", value_kind="number")]
        for name, (kind, unit, value) in kinds.items():
            criteria.append(make.make_criterion(name, value_kind=kind, unit=unit))
            make.make_finding(value, organization=pair[0], criterion=criteria[-1])
        return make.make_comparison(organizations=pair, criteria=criteria)

    def test_like_with_like_by_number_date_and_level_and_missing_last(self, comparison):
        assert criteria_names(comparison, criteria="value:甲") == [
            *("份额", "负", "千", "万"),
            *("低", "高"),
            *("无", "有"),
            *("更早", "成立"),
            "说",
            "缺",
        ]

    def test_the_largest_first_and_missing_last_still(self, comparison):
        found = criteria_names(comparison, criteria="-value:甲")
        assert found[:6] == ["份额", "万", "千", "负", "高", "低"]
        assert found[-1] == "缺"

    @pytest.mark.parametrize("criteria", ["", "value:乙", "value:no-such"])
    def test_without_values_the_team_s_own(self, comparison, criteria):
        assert criteria_names(comparison, criteria=criteria)[:3] == ["缺", "千", "万"]

    def test_by_name(self, comparison):
        assert criteria_names(comparison, criteria="name") == sorted(criteria_names(comparison))

    def test_the_page_leads_up_and_then_down(self, comparison, client):
        page = client.get(comparison.get_absolute_url())
        upward = page.context["controls"].criteria_orders[2]
        assert "criteria=value" in upward.url
        downward = client.get(upward.url).context["controls"].criteria_orders[2]
        assert downward.is_current
        assert client.get(downward.url).context["matrix"].options.criteria == "-value:甲"


class TestOnly:
    @pytest.fixture
    def comparison(self, pair):
        make.make_source(key="k")
        criteria = [make.make_criterion(name) for name in ("同", "异", "缺", "空")]
        for organization, value in zip(pair, ("领先", "落后"), strict=True):
            make.make_finding("一样", organization=organization, criterion=criteria[0], body="[@k]")
            make.make_finding(value, organization=organization, criterion=criteria[1], as_of="2019")
        make.make_finding("旧", organization=pair[0], criterion=criteria[1], as_of="2015", body="[@k]")
        make.make_finding("只此", organization=pair[0], criterion=criteria[2])
        return make.make_comparison(organizations=pair, criteria=criteria)

    def test_differences_are_of_the_latest_values_and_a_gap_is_one(self, comparison):
        assert criteria_names(comparison, differ=True) == ["异", "缺"]

    def test_sourced_are_findings_with_a_public_source(self, comparison):
        rows = rows_of(comparison, sourced=True)
        assert [row.criterion.name for row in rows] == ["同", "异"]
        assert [cell.latest and cell.latest.value for cell in rows[1].cells] == ["旧", None]

    def test_a_hidden_source_is_none(self, comparison, pair):
        make.make_source(key="h", status="draft")
        hidden = make.make_criterion("暗")
        make.make_finding("值", organization=pair[0], criterion=hidden, body="[@h]")
        other = make.make_comparison(organizations=pair, criteria=[hidden])
        assert criteria_names(other, sourced=True) == []

    def test_where_nothing_is_left_the_page_says_so(self, pair, client):
        other = make.make_comparison(organizations=pair, criteria=[make.make_criterion()])
        page = client.get(other.get_absolute_url() + "?sourced=1")
        assert page.context["matrix"].criterion_groups == []
