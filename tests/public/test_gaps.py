"""`/gaps/`: what is missing in what is published, with facets, and the same as data."""

import csv
import io
import json
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from research.queries import gaps
from research.queries.gaps import KINDS, Scope
from tests import factories as make
from tests.public.urls import body

pytestmark = pytest.mark.django_db

URL = "/gaps/"


def names(client, **params):
    return [
        " ".join(filter(None, (row["kind"], f"{row['table']}/{row['key']}", row["detail"])))
        for row in json.loads(client.get("/gaps.json", params).getvalue())
    ]


@pytest.fixture
def cases(db):
    organization = make.make_organization("甲公司", slug="甲")
    mode, industry = make.make_mode(), make.make_industry()
    sorted_: dict[str, Any] = {"organization": organization, "mode": mode, "industries": [industry]}
    make.make_comparison("对照", slug="c", organizations=[organization])
    make.make_case("城市大脑", slug="a", body="「时间点」", **sorted_)
    make.make_case("隐", slug="hidden", **sorted_, status="draft")
    make.make_case("乙案", slug="b", mode=mode, industries=[industry])


def test_it_lists_each_gap_with_its_record_and_what_is_missing(client, cases):
    page = client.get(URL)
    text = page.content.decode()
    assert page.status_code == 200
    assert [gap.name.key for gap in page.context["page"]] == ["a", "a", "b"]
    assert '<a href="/cases/a/">城市大脑</a>' in text
    assert "「时间点」" in text
    assert "隐" not in text


def test_facets_narrow_it(client, cases):
    assert len(names(client)) == 3
    assert names(client, kind="placeholder") == ["placeholder cases/a 「时间点」"]
    assert names(client, organization="甲", kind="uncited_case") == ["uncited_case cases/a"]
    assert names(client, comparison="c") == ["placeholder cases/a 「时间点」", "uncited_case cases/a"]
    page = client.get(URL, {"comparison": "c", "kind": "uncited_case"})
    assert [str(gap.name) for gap in page.context["page"]] == ["uncited_case cases/a"]
    assert [one.count for one in page.context["counts"]] == [1, 1], "the kinds of the comparison"


def test_csv_and_json_have_all_with_sentences_and_addresses(client, seed):
    every = [str(gap.name) for gap in gaps.each(Scope(public=True))]
    assert names(client) == every
    text = body(client.get("/gaps.csv")).removeprefix("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == len(every)
    assert all(row["sentence"] and row["address"].startswith("http://testserver/") for row in rows)
    english = json.loads(client.get("/en/gaps.json").getvalue())
    assert english[0]["address"].startswith("http://testserver/en/")


def test_pages_go_through_all(client, seed):
    every = [str(gap.name) for gap in gaps.each(Scope(public=True))]
    seen: list[str] = []
    for number in range(1, client.get(URL).context["page"].paginator.num_pages + 1):
        seen += [str(gap.name) for gap in client.get(URL, {"page": number}).context["page"]]
    assert seen == every


def test_the_home_page_counts_them_and_leads_there(client, seed):
    page = client.get("/")
    shown = {one.kind.name: one.count for one in page.context["missing"] if one.count}
    assert shown == {one.kind.name: one.count for one in gaps.counts(Scope(public=True)) if one.count}
    for kind in shown:
        assert f'href="/gaps/?kind={kind}"' in page.content.decode()
        assert client.get(URL, {"kind": kind}).context["page"].paginator.count == shown[kind]


def test_where_the_team_does_not_wish_it_there_is_nothing(client, seed, settings):
    settings.PUBLIC_GAPS = False
    for address in (URL, "/gaps.csv", "/gaps.json", "/en/gaps/"):
        assert client.get(address).status_code == 404
    for address in ("/", reverse("comparisons"), reverse("cases")):
        assert "/gaps/" not in client.get(address).content.decode()


@pytest.mark.parametrize(
    "params",
    [
        {"kind": "nothing"},
        {"kind": "cites_draft"},
        {"comparison": "nothing"},
        {"organization": "a\x00b"},
        {"comparison": "x" * 3000},
        {"kind": "\x00"},
    ],
)
def test_what_is_unknown_finds_none(client, cases, params):
    assert names(client, **params) == []
    assert client.get(URL, params).status_code == 200


@pytest.mark.parametrize("page", ["0", "-1", "99999999999999999999", "x", "\x00"])
def test_a_page_that_is_none_shows_one_that_is(client, cases, page):
    assert client.get(URL, {"page": page}).status_code == 200


def test_kinds_that_name_what_is_hidden_are_for_the_team_only():
    assert [kind.name for kind in KINDS.values() if not kind.for_the_public] == ["cites_draft"]


def test_nothing_missing(client, db):
    assert client.get(URL).status_code == 200
    assert names(client) == []


def test_asking_for_a_hidden_comparison_tells_nothing(client, cases):
    organization = make.make_organization(slug="y")
    make.make_comparison(slug="secret", organizations=[organization], status="draft")
    make.make_case(organization=organization)
    assert names(client, comparison="secret") == names(client, comparison="nothing") == []


def test_it_asks_as_often_for_many(client, cases):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get(URL, {"kind": "uncited_case"})
        return len(captured)

    few = queries()
    with make.together():
        for _ in range(300):
            make.make_case()
            make.make_source(url="https://a.example/")
    assert queries() == few
