"""`/comparisons/<slug>/v/<n>/diff/<m>/` and `…/live/`: exactly the cells that changed, and what else did."""

import random
import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from research import actions
from research.models import Citation
from research.rows import TABLES
from tests import factories as make
from tests.frozen import last, make_world
from tests.public.changed import edit
from tests.public.urls import body

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_world()


@pytest.fixture
def compared(client, world):
    """What the page names: from version 1 to the comparison as it is now."""

    def compare(first=1, other="live"):
        response = client.get(reverse("version_difference", args=["two", first, other]))
        assert response.status_code == 200
        text = body(response)
        found = {tuple(cell.split(" ", 1)) for cell in re.findall(r'data-cell="([^"]*)"', text)}
        assert found == {(one.line.key, one.organization) for one in response.context["difference"].cells}
        return found, text, response.context["difference"]

    return compare


def test_nothing_where_nothing_was_edited(compared):
    cells, text, difference = compared()
    assert (cells, difference.is_empty) == (set(), True)
    assert "<del>" not in text.partition("<article>")[2]


class TestCells:
    def test_a_finding_s_value_and_date(self, world, compared):
        edit(world.findings[1], value="8000")
        edit(world.findings[6], as_of="2003")
        cells, text, _difference = compared()
        assert cells == {("criteria/customers", "ali"), ("criteria/position", "tx")}
        assert re.search(r"<del>1</del>,?<ins>8</ins>|<del>1,000</del><ins>8,000</ins>|<ins>8</ins>", text)

    def test_one_record_is_called_as_one(self, client, world):
        edit(world.cases[0], title="改过")
        text = body(client.get(f"/en{reverse('version_difference', args=['two', 1, 'live'])}"))
        assert "case · revised" in text
        assert "cases · revised" not in text

    def test_a_finding_is_named_by_whose_it_is_and_of_what(self, world, compared):
        finding = world.findings[1]
        edit(finding, value="8000")
        _cells, text, difference = compared()
        name = f"{finding.organization} · {finding.criterion}"
        assert [record.name for record in difference.records] == [name]
        assert f'<h3><a href="{finding.get_absolute_url()}">{name}</a> <' in text

    def test_what_readers_see_no_more_is_named_without_a_link(self, world, compared):
        finding = world.findings[1]
        edit(finding, status="draft")
        _cells, text, difference = compared()
        assert finding.slug in [record.key for record in difference.records]
        assert finding.get_absolute_url() not in text

    def test_a_finding_s_source(self, world, compared):
        edit(world.findings[1], body="[@report, p. 9]")
        cells, text, _difference = compared()
        assert cells == {("criteria/customers", "ali")}
        assert "@report, p. 9" in re.sub(r"</?(ins|del)>", "", unescape(text))

    def test_a_case_s_title_period_and_source(self, world, compared):
        edit(world.cases[0], title="新题目")  # platform
        edit(world.cases[5], period="2000")  # link
        edit(world.cases[7], body="")  # none
        cells, _text, _difference = compared()
        assert cells == {("modes/platform", "ali"), ("modes/link", "tx"), ("modes/", "tx")}

    def test_a_case_s_text_changes_no_cell(self, world, compared):
        edit(world.cases[1], body=f"另写。{world.cases[1].body}")
        cells, text, difference = compared()
        assert cells == set()
        assert [(one.table, one.key) for one in difference.records] == [("cases", "ali-case-1")]
        assert "另写" in text

    def test_a_case_that_came_and_one_that_went(self, world, compared):
        mode, industry = world.cases[0].mode, world.cases[1].industries.get()
        make.make_case("来的", organization=world.organizations[0], mode=mode, industries=[industry])
        actions.withdraw([world.cases[6]], by=None, via="test")  # tx, platform, bank and health
        cells, text, _difference = compared()
        assert cells == {
            *{("modes/platform", "ali"), ("industries/bank", "ali")},
            *{("modes/platform", "tx"), ("industries/bank", "tx"), ("industries/health", "tx")},
        }
        assert "2 → 3" in text
        assert "<ins>来的</ins>" in text

    def test_a_case_of_another_mode(self, world, compared):
        edit(world.cases[3], mode=world.cases[0].mode)
        assert compared()[0] == {("modes/", "ali"), ("modes/platform", "ali")}

    def test_a_unit_changes_the_line_s_cells(self, world, compared):
        edit(world.criteria[0], unit="户")
        cells, text, difference = compared()
        assert cells == {("criteria/customers", "ali"), ("criteria/customers", "tx")}
        assert [one.key for one in difference.lines] == ["criteria/customers"]
        assert "户" in text

    def test_any_edits_at_random(self, world, compared):
        """Each round changes some findings or cases; the page names their cells and no others."""
        chance, number = random.Random(190912), 1
        for _round in range(6):
            expected = set()
            for finding in chance.sample(world.findings, chance.randint(0, 4)):
                value = str(chance.randint(10_000, 10**6))
                edit(finding, value=value)
                expected.add((f"criteria/{finding.criterion.slug}", finding.organization.slug))
            for case in chance.sample(world.cases, chance.randint(0, 4)):
                edit(case, title=f"案例 {chance.randint(0, 10**6)}")
                expected.add((f"modes/{case.mode.slug if case.mode else ''}", case.organization.slug))
            assert compared(number)[0] == expected
            frozen = actions.freeze(world.comparison, by=None, via="test")
            if frozen:
                assert compared(number, frozen.number)[0] == expected
                number = frozen.number
        assert number > 3


class TestOrganizationsAndLines:
    def test_a_criterion_renamed(self, world, compared):
        edit(world.criteria[1], name="战略定位")
        cells, text, difference = compared()
        assert cells == set()
        [named] = difference.lines
        assert (named.key, named.before, named.after) == (
            "criteria/position",
            "战略 · 定位",
            "战略 · 战略定位",
        )
        assert "战略定位" in text

    def test_an_organization_dropped_and_one_that_came(self, world, compared):
        other = make.make_organization("华为", slug="hw")
        make.make_finding("3", slug="hw-1", organization=other, criterion=world.criteria[0])
        edit(world.comparison, organizations=[world.organizations[0], other])
        cells, _text, difference = compared()
        assert {(one.key, one.before, one.after) for one in difference.organizations} == {
            ("tx", "腾讯", ""),
            ("hw", "", "华为"),
        }
        filled = {("modes/", "tx"), ("modes/link", "tx"), ("modes/platform", "tx")}
        filled |= {(f"industries/{key}", "tx") for key in ("", "bank", "health")}
        filled |= {("criteria/customers", "tx"), ("criteria/position", "tx"), ("criteria/customers", "hw")}
        assert cells == filled

    def test_a_criterion_dropped(self, world, compared):
        edit(world.comparison, criteria=[world.criteria[0]])
        cells, _text, difference = compared()
        assert cells == {("criteria/position", "ali"), ("criteria/position", "tx")}
        assert [(one.key, one.after) for one in difference.lines] == [("criteria/position", "")]


class TestOtherKeys:
    """What has another key by now is the same record: no cell changes, and beside them its key alone."""

    @pytest.mark.parametrize(
        "table", ["organizations", "modes", "industries", "criteria", "cases", "findings"]
    )
    def test_of_what_is_in_cells(self, world, compared, table):
        record = TABLES[table].model.objects.order_by("slug")[0]
        edit(record, slug="neu")
        cells, _text, difference = compared()
        assert (cells, difference.lines, difference.organizations) == (set(), [], [])
        [changed] = difference.records
        assert (changed.table, changed.key) == (table, "neu")
        before, after = changed.change.before, changed.change.after
        assert [name for name in after if before[name] != after[name]] == ["slug"]

    def test_and_what_was_changed_beside_is_named_under_the_new_one(self, world, compared):
        edit(world.organizations[0], slug="alibaba")
        edit(world.cases[0], title="新题")
        assert compared()[0] == {("modes/platform", "alibaba")}

    def test_a_key_that_another_has_taken_is_another_record(self, world, compared):
        edit(world.cases[0], slug="fort")
        make.make_case("别的", slug="ali-case-0", organization=world.organizations[1])
        cells, _text, _difference = compared()
        assert ("modes/platform", "ali") in cells
        assert ("modes/", "tx") in cells


class TestBeside:
    def test_the_introduction_and_an_argument(self, world, compared):
        edit(world.comparison, intro="另一段引言。")
        edit(world.cases[0].organization, name="阿里")
        _cells, text, difference = compared()
        assert {one.table for one in difference.records} == {"comparisons", "organizations", "sources"} - (
            {"sources"} if Citation.objects.filter(source__key="idc").exists() else set()
        )
        assert "另一段引言" in unescape(text)

    def test_a_comparison_by_another_key(self, client, world):
        edit(world.comparison, slug="renamed")
        response = client.get("/comparisons/two/v/1/diff/2/")
        assert [one.table for one in response.context["difference"].records] == ["comparisons"]

    def test_nothing_that_is_hidden_now(self, world, compared):
        """The older version is public still; what is new and hidden is not in the difference to live."""
        edit(world.cases[0], title="绝密新题", status="draft")
        make.make_case("绝密案例", organization=world.organizations[0], status="draft")
        _cells, text, _difference = compared()
        assert "绝密" not in text


def test_which_of_the_two_is_named_first_does_not_matter(client, world):
    edit(world.comparison, title="第二题")
    forth, back = (client.get(f"/comparisons/two/v/{one}/diff/{other}/") for one, other in ((1, 2), (2, 1)))
    assert (
        forth.context["first"]
        == back.context["first"]
        == last(world.comparison).comparison.versions.get(number=1)
    )
    assert forth.context["difference"] == back.context["difference"]


def test_it_takes_a_fixed_number_of_queries(client, world):
    def taken():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            body(client.get("/comparisons/two/v/1/diff/live/"))
        return len(queries)

    def fill(number):
        with make.together():
            for _ in range(number):
                make.make_case(organization=world.organizations[0], mode=world.cases[0].mode, body="[@idc]")

    fill(20)
    taken()
    few = taken()
    fill(400)
    assert taken() == few < 50


def test_marks_only_what_changed(world, compared):
    edit(world.cases[2], title="阿里巴巴案例2号")
    _cells, text, _difference = compared()
    assert re.search(r"案例2<ins>号</ins>", text)
