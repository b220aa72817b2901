"""/comparisons/<slug>/?…: axes, organizations and facets of a reader's choice, said by the address alone."""

import re

import html5lib
import pytest
from django.urls import reverse
from taggit.models import Tag

from research.queries.comparison import Options, axes
from tests import factories as make
from tests.public.urls import body

pytestmark = pytest.mark.django_db


@pytest.fixture
def three():
    """甲 and 乙 compared, 丙 beside them."""
    found = [make.make_organization(name, slug=name) for name in ("甲", "乙", "丙")]
    return make.make_comparison(slug="对照", organizations=found[:2]), *found


def view(client, comparison, query=""):
    response = client.get(comparison.get_absolute_url() + query)
    assert response.status_code == 200
    return response


def names(response):
    return [witness.organization.slug for witness in response.context["matrix"].witnesses]


def labels(members):
    return [str(member) for member in members]


def test_what_stands_on_the_page_can_be_gone_to(client, three):
    page = body(view(client, three[0]))
    contents = page.partition('class="toc"')[2].partition("</nav>")[0]
    anchors = re.findall('href="#([^"]*)"', contents)
    assert {"cases", "criteria", "exports", "cite-as"} <= set(anchors)
    assert all(f'id="{anchor}"' in page for anchor in anchors)


class TestNothingToCompare:
    def test_without_organizations(self, client):
        page = body(view(client, make.make_comparison(slug="空")))
        assert "No organizations are compared here yet." in page or "这里还没有要对照的机构。" in page
        assert "0 个案例" not in body(client.get("/"))

    def test_without_cases_or_with_none_left(self, client, three):
        assert "还没有案例。" in body(view(client, three[0]))
        make.make_case(organization=three[1])
        assert "没有符合条件的案例。" in body(view(client, three[0], "?sourced=1"))


class TestOptions:
    def test_what_is_not_the_default_comes_back_as_it_was_asked(self):
        query = "rows=period&columns=tag&organization=%E7%94%B2&mode=a&mode=b&period=2015%2F2019&differ=1"
        query += "&sourced=1&sort=count&criteria=-value%3A%E7%94%B2"
        options = Options.read(
            {
                "rows": ["period"],
                "columns": ["tag"],
                "organization": ["甲"],
                "mode": ["a", "b"],
                "period": ["2015/2019"],
                "differ": ["1"],
                "sourced": ["1"],
                "sort": ["count"],
                "criteria": ["-value:甲"],
            }
        )
        assert options.querystring() == f"?{query}"

    def test_a_slug_may_be_as_long_as_any(self):
        for name, value in (("organization", "长" * 120), ("criteria", f"-value:{'长' * 120}")):
            assert Options.read({name: [value]}).pairs() == [(name, value)]

    def test_the_default_view_has_no_query(self):
        assert Options.read({}).querystring() == ""
        assert Options.read({"rows": ["mode"], "columns": ["organization"], "sort": [""]}) == Options()

    @pytest.mark.parametrize(
        ("given", "axes"),
        [
            ({"rows": ["organization"]}, ("organization", "mode")),
            ({"rows": ["tag"], "columns": ["tag"]}, ("tag", "organization")),
            ({"columns": ["mode"]}, ("mode", "organization")),
            ({"rows": ["nonsense"], "columns": ["industry"]}, ("mode", "industry")),
        ],
    )
    def test_two_axes_are_never_the_same(self, given, axes):
        options = Options.read(given)
        assert (options.rows, options.columns) == axes

    def test_what_nobody_can_mean_is_left_out(self):
        given = {
            "mode": ["a\x00", "x" * 999, ""],
            "period": ["next year"],
            "sort": ["price"],
            "criteria": ["x"],
        }
        assert Options.read(given) == Options()


class TestAxes:
    def test_swapping_exchanges_rows_and_columns(self, client, three):
        comparison, left, *_others = three
        make.make_case(organization=left, mode=make.make_mode("深耕", slug="深耕"))
        page = view(client, comparison, "?rows=mode&columns=organization")
        swapped = client.get(page.context["controls"].swap_url)
        pivot = swapped.context["matrix"].pivot
        assert labels(row.member for row in pivot.rows) == ["甲", "乙"]
        assert labels(pivot.columns) == ["深耕"]
        assert client.get(swapped.context["controls"].swap_url).context["matrix"].options == Options()


class TestOrganizations:
    def test_they_stand_in_the_order_asked_for(self, client, three):
        comparison, *_found = three
        assert names(view(client, comparison)) == ["甲", "乙"]
        assert names(view(client, comparison, "?organization=丙&organization=甲")) == ["丙", "甲"]

    def test_one_is_added_by_name_and_left_out_by_a_link(self, client, three):
        comparison, *_found = three
        added = client.get(comparison.get_absolute_url(), {"add": " 丙 ", "sort": "name"}, follow=True)
        assert names(added) == ["甲", "乙", "丙"]
        assert added.context["matrix"].options.sort == "name"
        chip = added.context["controls"].chips[0]
        assert names(client.get(chip.url)) == ["乙", "丙"]

    def test_one_is_found_by_its_alias(self, client, three):
        make.make_organization("字节跳动", slug="字节", aliases="抖音; ByteDance")
        added = client.get(three[0].get_absolute_url(), {"add": "bytedance"}, follow=True)
        assert names(added) == ["甲", "乙", "字节"]

    def test_one_is_found_among_many_that_are_called_nearly_so(self, client, three):
        with make.together():
            for number in range(60):
                make.make_organization(f"云{number:02}", aliases=f"云计算{number}; 云服务")
        make.make_organization("计算", slug="计算", aliases="云; 算")
        for name in ("计算", "云"):
            added = client.get(three[0].get_absolute_url(), {"add": name}, follow=True)
            assert names(added) == ["甲", "乙", "计算"]

    def test_the_last_one_cannot_be_left_out(self, client, three):
        page = view(client, three[0], "?organization=乙")
        assert [chip.url for chip in page.context["controls"].chips] == [""]

    def test_the_comparison_s_own_need_no_saying(self, client, three):
        page = view(client, three[0], "?organization=甲&organization=乙")
        assert page.context["matrix"].options == Options()

    def test_each_keeps_its_colour_in_every_view(self, client, three):
        def colours(query=""):
            found = view(client, three[0], query).context["matrix"].witnesses
            return {witness.organization.slug: witness.colour for witness in found}

        other = make.make_organization("丁", slug="丁")
        every = colours()
        assert sorted(every.values()) == [1, 2]
        assert colours("?organization=乙&organization=甲") == {key: every[key] for key in ("乙", "甲")}
        assert colours(f"?organization={other.slug}&organization=乙") == {"丁": 3, "乙": every["乙"]}

    def test_an_unknown_name_is_said(self, client, three):
        page = view(client, three[0], "?add=丁")
        assert names(page) == ["甲", "乙"]
        assert page.context["controls"].unknown == "丁"
        assert "“丁”" in body(page)

    def test_the_form_without_script_leads_to_the_shortest_address(self, client, three):
        address = three[0].get_absolute_url()
        sent = client.get(f"{address}?rows=mode&columns=organization&differ=1&add=")
        assert (sent.status_code, sent.url) == (302, f"{address}?differ=1")
        assert client.get(f"{address}?add=+").url == address

    def test_more_than_a_page_can_carry_are_named_and_linked(self, client, three):
        many = [make.make_organization(f"机构{number}", slug=f"o{number}") for number in range(26)]
        query = "?" + "&".join(f"organization={found.slug}" for found in many)
        page = view(client, three[0], query)
        assert len(names(page)) == 24
        assert [found.slug for found in page.context["matrix"].organizations_beyond] == ["o24", "o25"]
        assert f'href="{many[25].get_absolute_url()}"' in body(page)


class TestFacets:
    @pytest.fixture
    def cases(self, three):
        _comparison, left, right, _third = three
        deep, platform = make.make_mode("深耕", slug="深耕"), make.make_mode("平台", slug="平台")
        bank, shop = make.make_industry("金融", slug="金融"), make.make_industry("零售", slug="零售")
        make.make_source(key="k")
        make.make_case(
            "一", organization=left, mode=deep, industries=[bank, shop], period="2015", body="[@k]"
        )
        make.make_case("二", organization=left, mode=platform, industries=[shop], period="2016", tags=["云"])
        make.make_case("三", organization=right, mode=deep, period="2017-05/2019")
        make.make_case("四", organization=right)

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("?mode=深耕", {"一", "三"}),
            ("?mode=深耕&mode=平台", {"一", "二", "三"}),
            ("?mode=-", {"四"}),
            ("?industry=零售", {"一", "二"}),
            ("?industry=零售&mode=深耕", {"一"}),
            ("?industry=-", {"三", "四"}),
            ("?tag=云", {"二"}),
            ("?tag=-&mode=深耕", {"一", "三"}),
            ("?period=2015", {"一"}),
            ("?period=2016/2019&period=-", {"二", "三", "四"}),
            ("?sourced=1", {"一"}),
            ("?mode=unknown", set()),
            ("?organization=甲&mode=-", set()),
        ],
    )
    @pytest.mark.usefixtures("cases")
    def test_one_value_or_several(self, client, three, query, found):
        page = view(client, three[0], query)
        pivot = page.context["matrix"].pivot
        assert {case.title for case in pivot.shown_cases} == found
        assert page.context["matrix"].case_count == len(found)

    @pytest.mark.usefixtures("cases")
    def test_the_charts_follow_the_facets(self, client, three):
        matrix = view(client, three[0], "?mode=深耕&rows=tag").context["matrix"]
        assert [str(row.mode) for row in matrix.mode_rows] == ["深耕"]
        assert sum(row.total for row in matrix.count_rows) == 3  # one in two industries, one in none

    @pytest.mark.usefixtures("cases")
    def test_what_is_chosen_stands_as_words_that_remove_it(self, client, three):
        page = view(client, three[0], "?mode=深耕&period=2015&differ=1&industry=nonsense")
        words = page.context["controls"].words
        assert [word.label for word in words][:3] == ["模式: 深耕", "行业: nonsense", "时期: 2015"]
        assert len(words) == 4
        without = client.get(words[0].url).context["matrix"].options
        assert without == Options(industry=("nonsense",), period=("2015",), differ=True)

    @pytest.mark.usefixtures("cases")
    def test_the_form_keeps_also_what_it_does_not_offer(self, client, three):
        """With 丙 the years are put together to spans: 2015 is no longer one of the values."""
        make.make_case("五", organization=three[3], period="1950")
        chosen = {"period": ["2015"], "mode": ["深耕", "unknown"]}
        page = client.get(three[0].get_absolute_url(), {"add": "丙", **chosen}, follow=True)
        assert page.context["matrix"].case_count == 1
        form = html5lib.parse(body(page), namespaceHTMLElements=False).find(".//form[@class='view']")
        fields = [field for field in form.iter("input") if field.get("type") != "checkbox"]
        fields += [field for field in form.iter("input") if field.get("checked") is not None]
        sent = [(field.get("name"), field.get("value")) for field in fields]
        given = {name: [value for of, value in sent if of == name] for name, _value in sent}
        options = page.context["matrix"].options
        assert set(Options.read(given).pairs()) == set(options.pairs())

    @pytest.mark.usefixtures("cases")
    def test_a_tag_is_a_row_and_a_choice_also_where_others_are_used_more(self, client, three, monkeypatch):
        monkeypatch.setattr(axes, "TAGS", 1)
        for tags in (["多"], ["多", "少"]):
            make.make_case(organization=three[1], tags=tags)
        slugs = dict(Tag.objects.values_list("name", "slug"))
        page = view(client, three[0], f"?rows=tag&tag={slugs['云']}&tag={slugs['少']}")
        assert labels(row.member for row in page.context["matrix"].pivot.rows) == ["云", "少"]
        assert [word.label for word in page.context["controls"].words] == ["标签: 云", "标签: 少"]

    @pytest.mark.usefixtures("cases")
    def test_values_are_offered_with_their_number_of_cases(self, client, three):
        facets = {facet.name: facet for facet in view(client, three[0]).context["controls"].facets}
        offered = [(choice.label, choice.count) for choice in facets["industry"].choices]
        assert offered == [("金融", 1), ("零售", 2), ("未归行业", 2)]
        assert [choice.key for choice in facets["period"].choices] == ["2015", "2016", "2017", "-"]


class TestThePageAround:
    def test_it_stays_citable_and_described(self, client, three):
        page = body(view(client, three[0], "?rows=organization&columns=period"))
        assert "application/ld+json" in page
        assert "cite-as" in page

    @pytest.mark.parametrize("key", ["rows", "organization", "mode", "period", "add", "criteria", "sort"])
    @pytest.mark.parametrize("value", ["%00", "-", "9" * 300, "'%22<script>", "../..", "0000/9999", "value:"])
    def test_strange_parameters_are_a_page(self, client, three, key, value):
        assert "<script>&" not in body(view(client, three[0], f"?{key}={value}&{key}={value}"))

    def test_an_unknown_comparison_answers_404(self, client, three):
        for name in ("comparison", "comparison_cell"):
            assert (
                client.get(reverse(name, args=["no-such"]), {"row": "-", "column": "甲"}).status_code == 404
            )
