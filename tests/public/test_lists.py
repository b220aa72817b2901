"""The lists and their facets: cases, findings, timeline, sources, changelog, tags."""

import re

import pytest
from django.urls import reverse

from tests import factories as make
from tests.public.urls import body

pytestmark = pytest.mark.django_db


def keys(response):
    return [record.record_key for record in response.context["page"]]


@pytest.mark.usefixtures("class_seed")
class TestSeed:
    def test_the_timeline_goes_by_date_with_each_dates_own_precision(self, client):
        page = client.get(reverse("timeline"))
        shown = re.findall(r'<span class="when">(.*?)</span>', body(page))
        assert len(shown) >= 14
        wanted = ["20世纪70年代", "2000年左右", "2009年9月"]
        assert [shown.index(date) for date in wanted] == sorted(shown.index(date) for date in wanted)

    def test_nine_sources_and_no_bracket_in_an_address(self, client):
        sources = client.get(reverse("sources")).context["page"].object_list
        assert len(sources) == 9
        assert not [source.url for source in sources if set(source.url) & set("[]()")]

    def test_the_changelog_entry(self, client):
        (entry,) = client.get(reverse("changelog")).context["page"].object_list
        assert (entry.stamp, str(entry.date)) == ("190912", "2019-09-12")


def test_cases_filter_by_each_facet_and_by_several(client):
    finance, retail = make.make_industry("金融", slug="金融"), make.make_industry("零售", slug="零售")
    platform = make.make_mode("赋能平台", slug="赋能平台")
    left, right = make.make_organization(slug="甲"), make.make_organization(slug="乙")
    make.make_case(slug="一", organization=left, mode=platform, industries=[finance, retail], tags=["云"])
    make.make_case(slug="二", organization=right, industries=[finance])
    url = reverse("cases")
    assert set(keys(client.get(url))) == {"一", "二"}
    for facet, value, wanted in [
        ("organization", "甲", {"一"}),
        ("mode", "赋能平台", {"一"}),
        ("industry", "金融", {"一", "二"}),
        ("industry", "零售", {"一"}),
        ("tag", "云", {"一"}),
    ]:
        assert set(keys(client.get(url, {facet: value}))) == wanted
    assert keys(client.get(url, {"organization": "乙", "industry": "零售"})) == []


def test_a_facet_offers_only_what_a_public_record_has(client):
    make.make_industry("无人用")
    make.make_case(industries=[make.make_industry("有人用")])
    options = {
        choice.facet.name: choice.options
        for choice in client.get(reverse("cases")).context["listing"].choices
    }
    assert [label for _value, label in options["industry"]] == ["有人用"]


def test_a_page_past_the_end_is_the_last(client):
    with make.together():
        for _ in range(60):
            make.make_note()
    assert client.get(reverse("notes"), {"page": "2"}).context["page"].number == 2
    assert client.get(reverse("notes"), {"page": "99"}).context["page"].number == 2
    assert client.get(reverse("notes"), {"page": "x"}).context["page"].number == 1


@pytest.mark.parametrize("value", ["no-such", "\x00", "x" * 5000, "'\"<>", "%"])
@pytest.mark.parametrize(
    "facet", ["organization", "mode", "industry", "tag", "note", "assignee", "criterion"]
)
def test_an_unknown_value_finds_nothing_and_breaks_nothing(client, facet, value):
    for name in ("cases", "findings", "timeline", "todos", "notes", "changelog", "cases_csv", "todos_json"):
        assert client.get(reverse(name), {facet: value}).status_code == 200


def test_a_tag_leads_to_all_that_bears_it(client):
    make.make_case("案例甲", tags=["互联网+", "云"])
    make.make_source("来源乙", tags=["互联网+"])
    (tag,) = [tag for tag in client.get(reverse("tags")).context["page"] if tag.name == "互联网+"]
    assert tag.uses == 2
    page = body(client.get(reverse("tag", args=[tag.slug])))
    assert "案例甲" in page
    assert "来源乙" in page
    assert client.get(reverse("tag", args=["无"])).status_code == 404


def test_a_source_lists_all_that_rests_on_it(client):
    source = make.make_source(key="idc")
    make.make_finding("领先", body="[@idc, p. 3]", criterion=make.make_criterion("份额"))
    make.make_case("城市大脑", body="[@idc]")
    page = body(client.get(source.get_absolute_url()))
    assert "份额" in page
    assert "p. 3" in page
    assert "城市大脑" in page


def test_the_home_page_says_what_is_missing(client):
    make.make_source(key="k")
    make.make_case(body="[@k]", mode=make.make_mode())
    make.make_case()
    make.make_finding()
    missing = client.get(reverse("home")).context["missing"]
    assert {one.kind.name: one.count for one in missing if one.count} == {
        "uncited_case": 1,
        "uncited_finding": 1,
        "undated_finding": 1,
        "case_without_mode": 1,
        "case_without_industry": 2,
    }


def test_an_empty_site_is_all_pages(client):
    for name in ("home", "notes", "cases", "comparisons", "timeline", "todos", "tags", "search", "about"):
        assert client.get(reverse(name)).status_code == 200
