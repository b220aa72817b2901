"""The pivot: cases along any two axes, counted as an independent count has them; cells that open."""

import random
from collections import Counter, defaultdict
from itertools import permutations

import pytest

from research.models import Case
from research.queries.comparison import Matrix, Options
from research.queries.comparison.options import AXES, NONE
from tests import factories as make
from tests.public.urls import body, cell_url

pytestmark = pytest.mark.django_db


def pivot_of(comparison, **options):
    return Matrix(comparison, Options(**options)).pivot


def counts(pivot):
    return {
        (cell.row.key, cell.column.key): cell.count for row in pivot.rows for cell in row.cells if cell.count
    }


def column_keys(pivot):
    return [column.key for column in pivot.columns]


def row_keys(pivot):
    return [row.member.key for row in pivot.rows]


@pytest.fixture
def pair():
    left, right = (make.make_organization(name, slug=name) for name in ("甲", "乙"))
    return left, right, make.make_comparison(slug="对照", organizations=[left, right])


@pytest.fixture
def many(pair):
    """Two hundred cases at random of two organizations, some of a third that is not compared."""
    *organizations, comparison = pair
    organizations.append(make.make_organization("丙", slug="丙"))
    modes = [make.make_mode(f"m{number}", slug=f"m{number}") for number in range(3)]
    industries = [make.make_industry(f"i{number}", slug=f"i{number}") for number in range(4)]
    chance = random.Random(6)
    with make.together():
        for _number in range(200):
            make.make_case(
                organization=chance.choice(organizations),
                mode=chance.choice([*modes, None]),
                industries=chance.sample(industries, chance.randrange(3)),
                tags=chance.sample(["云", "端", "链"], chance.randrange(3)),
                period=chance.choice(["", "2015", "2016-03", "2017?", "2015-04/2018"]),
            )
    return comparison


def keys_of(case, axis):
    """The keys of one case along one axis, read without the pivot."""
    found = {
        "organization": [case.organization.slug],
        "mode": [case.mode.slug] if case.mode else [],
        "industry": [industry.slug for industry in case.industries.all()],
        "tag": [tag.slug for tag in case.tags.all()],
        "period": [case.period[:4]] if case.period else [],
    }[axis]
    return found or [NONE]


class TestCounts:
    @pytest.mark.parametrize(("rows", "columns"), list(permutations(AXES, 2)))
    def test_they_are_those_of_an_independent_count(self, many, rows, columns):
        cells: Counter[tuple[str, str]] = Counter()
        by_row, by_column = defaultdict(set), defaultdict(set)
        cases = Case.objects.filter(organization__slug__in=["甲", "乙"])
        for case in cases:
            for row in keys_of(case, rows):
                by_row[row].add(case.pk)
                for column in keys_of(case, columns):
                    cells[row, column] += 1
                    by_column[column].add(case.pk)
        pivot = pivot_of(many, rows=rows, columns=columns)
        assert counts(pivot) == dict(cells)
        assert {row.member.key: row.total for row in pivot.rows} == {
            key: len(ids) for key, ids in by_row.items()
        }
        totals = {column.key: total for column, total in pivot.column_totals}
        assert totals == {key: len(ids) for key, ids in by_column.items()}
        assert pivot.total == len(cases)

    def test_without_the_organization_as_axis_each_has_its_number_in_the_cell(self, many):
        pivot = pivot_of(many, rows="industry", columns="mode")
        for row in pivot.rows:
            for cell in row.cells:
                assert sum(number for _witness, number in cell.by_witness) == cell.count
        shown = [line for row in pivot.rows for cell in row.cells for line in cell.lines]
        assert all(line.witness.organization.pk == line.case.organization_id for line in shown)

    def test_of_a_chosen_industry_s_cases_the_other_industries_are_no_rows(self, pair):
        left, _right, comparison = pair
        both = [make.make_industry("金融", slug="金融"), make.make_industry("零售", slug="零售")]
        make.make_case(organization=left, industries=both)
        assert row_keys(pivot_of(comparison, rows="industry", industry=("零售",))) == ["零售"]


class TestPeriods:
    def periods(self, pair, *dates, **options):
        left, _right, comparison = pair
        for date in dates:
            make.make_case(organization=left, period=date)
        return pivot_of(comparison, rows="period", **options)

    def test_a_few_years_stand_alone_and_the_undated_last(self, pair):
        pivot = self.periods(pair, "2019", "", "2010-05", "2015-04/2016")
        assert row_keys(pivot) == ["2010", "2015", "2019", NONE]

    def test_more_than_twelve_years_are_put_together_by_fives(self, pair):
        pivot = self.periods(pair, "2003", "2004", "2005", "2019")
        assert row_keys(pivot) == ["2000/2004", "2005/2009", "2015/2019"]
        assert [row.total for row in pivot.rows] == [2, 1, 1]
        assert len(pivot.rows[0].cells[0].lines) == 2

    def test_more_than_sixty_by_decades(self, pair):
        assert row_keys(self.periods(pair, "1949", "2019")) == ["1940/1949", "2010/2019"]

    def test_a_span_is_a_facet_as_well(self, pair):
        pivot = self.periods(pair, "2003", "2004", "2019", period=("2000/2004",))
        assert row_keys(pivot) == ["2003", "2004"]

    def test_an_open_beginning_counts_where_it_ends(self, pair):
        assert row_keys(self.periods(pair, "../2012", "2013/..")) == ["2012", "2013"]

    @pytest.mark.parametrize("date", ["0001", "9999-12-31", "00XX"])
    def test_the_ends_of_the_calendar_are_a_page(self, pair, client, date):
        left, _right, comparison = pair
        if date == "00XX":
            date = "01XX"
        make.make_case(organization=left, period=date)
        assert client.get(comparison.get_absolute_url() + "?rows=period").status_code == 200


class TestOrder:
    def test_by_name_and_by_count(self, pair):
        left, _right, comparison = pair
        for name, position, number in (("丁", 1, 1), ("丙", 2, 3), ("戊", 3, 2)):
            mode = make.make_mode(name, slug=name, position=position)
            for _case in range(number):
                make.make_case(organization=left, mode=mode)
        make.make_case(organization=left)
        assert row_keys(pivot_of(comparison)) == ["丁", "丙", "戊", NONE]
        assert row_keys(pivot_of(comparison, sort="name")) == ["丁", "丙", "戊", NONE]
        assert row_keys(pivot_of(comparison, sort="count")) == ["丙", "戊", "丁", NONE]


class TestOnlyDifferences:
    @pytest.fixture
    def uneven(self, pair):
        left, right, comparison = pair
        same, other = make.make_mode("同", slug="同"), make.make_mode("异", slug="异")
        for organization in (left, right):
            make.make_case(organization=organization, mode=same, period="2015")
        make.make_case(organization=left, mode=other, period="2016")
        return comparison

    def test_rows_in_which_the_counts_are_alike_are_left_out(self, uneven, client):
        assert row_keys(pivot_of(uneven, differ=True)) == ["异"]
        assert "未归模式" not in body(client.get(uneven.get_absolute_url() + "?differ=1"))

    def test_where_organizations_are_the_rows_it_is_columns(self, uneven):
        pivot = pivot_of(uneven, rows="organization", columns="mode", differ=True)
        assert (row_keys(pivot), column_keys(pivot)) == (["甲", "乙"], ["异"])

    def test_where_they_are_no_axis_their_shares_differ(self, uneven):
        assert row_keys(pivot_of(uneven, rows="mode", columns="period", differ=True)) == ["异"]

    def test_where_nothing_differs_the_page_says_so(self, uneven, client):
        page = client.get(uneven.get_absolute_url() + "?differ=1&mode=同")
        assert page.context["matrix"].pivot.rows == []
        assert page.context["matrix"].case_count == 2


class TestMoreThanFits:
    def test_columns_beyond_sixty_are_named_and_linked(self, pair, client):
        left, _right, comparison = pair
        tags = [f"词{number:02}" for number in range(65)]
        make.make_case(organization=left, tags=tags)
        make.make_case(organization=left, tags=tags[:60])
        page = client.get(comparison.get_absolute_url() + "?columns=tag")
        pivot = page.context["matrix"].pivot
        assert column_keys(pivot) == tags[:60]
        assert [member.key for member in pivot.beyond] == tags[60:]
        assert f'href="{pivot.beyond[0].url}"' in body(page)


class TestCells:
    @pytest.fixture
    def full(self, pair):
        """A cell of 130 cases, the last three with a source."""
        left, _right, comparison = pair
        make.make_source("白皮书", key="k")
        with make.together():
            for number in range(130):
                cited = "[@k, p. 1]" if number > 126 else ""
                make.make_case(f"例{number:03}", slug=f"c{number:03}", organization=left, body=cited)
        return comparison

    def test_a_cell_opens_to_twenty_and_leads_to_all(self, full, client):
        page = client.get(full.get_absolute_url())
        cell = page.context["matrix"].pivot.rows[0].cells[0]
        assert (cell.count, len(cell.first), len(cell.further), cell.more) == (130, 5, 15, 110)
        assert [line.case.slug for line in cell.first] == ["c127", "c128", "c129", "c000", "c001"]
        address = cell_url(full, cell.query)
        assert f'href="{address}"'.replace("&", "&amp;") in body(page)
        whole = client.get(address)
        assert whole.context["page"].paginator.count == 130
        assert [case.slug for case in whole.context["page"]][:4] == ["c127", "c128", "c129", "c000"]
        assert "白皮书" in body(whole)
        assert len(client.get(f"{address}&page=2").context["page"].object_list) == 30

    def test_the_cell_has_the_view_s_own_filters(self, full, client):
        page = client.get(full.get_absolute_url() + "?sourced=1")
        cell = page.context["matrix"].pivot.rows[0].cells[0]
        assert client.get(cell_url(full, cell.query)).context["page"].paginator.count == 3

    def test_every_cell_s_address_has_as_many_cases_as_it_says(self, many, client):
        for rows, columns in permutations(AXES, 2):
            pivot = pivot_of(many, rows=rows, columns=columns, mode=("m0", "m1"))
            cells = [cell for row in pivot.rows for cell in row.cells]
            for cell in cells[:3]:
                page = client.get(cell_url(many, cell.query))
                assert page.context["page"].paginator.count == cell.count, cell.query

    @pytest.mark.parametrize(
        "query", ["", "?row=-", "?row=-&column=no", "?row=%00&column=甲", "?row=x&column=x"]
    )
    def test_no_such_cell_answers_404(self, full, client, query):
        assert client.get(cell_url(full, query)).status_code == 404

    def test_an_empty_cell_says_so_in_words(self, full, client):
        page = body(client.get(full.get_absolute_url()))
        assert 'aria-hidden="true">—</span>' in page
