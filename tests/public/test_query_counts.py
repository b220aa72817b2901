"""A page asks the database as often for 2,000 records as for 20."""

from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from research.models import Case, Source
from research.rows import MODELS
from tests import factories as make
from tests.frozen import without_files
from tests.public.changed import edit, publish_entry
from tests.public.urls import body, difference_url, figure_urls, table_urls

pytestmark = pytest.mark.django_db


def queries_of(client, url):
    with CaptureQueriesContext(
        connection,
    ) as captured:
        response = client.get(url)
        assert response.status_code == 200
        body(response)
    return len(captured)


def fill(table, number, shared):
    organization, criterion, thesis, note, industry, mode = shared
    own = {
        "cases": {
            "organization": organization,
            "industries": [industry],
            "mode": mode,
            "tags": ["云"],
            "body": "正文 [@k]",
        },
        "findings": {"organization": organization, "criterion": criterion, "as_of": "2017", "body": "[@k]"},
        "events": {"organizations": [organization], "tags": ["云"]},
        "todos": {"note": note},
        "changelog": {"note": note},
        "comparisons": {"organizations": [organization], "criteria": [criterion]},
        "arguments": {"thesis": thesis},
    }
    plain = {"notes", "sources", "theses", "organizations"}
    values = own.get(table, {"tags": ["云"]} if table in plain else {})
    with make.together():
        for _ in range(number):
            make.MAKERS[table](**values)


LISTS = {table: ("timeline" if table == "events" else table) for table in make.MAKERS}


@pytest.fixture
def shared():
    ContentType.objects.get_for_models(*MODELS.values())  # a process asks for each once
    make.make_source(key="k")
    return (
        make.make_organization(slug="甲", tags=["云"]),
        make.make_criterion(slug="份额"),
        make.make_thesis(),
        make.make_note(slug="札记", tags=["云"]),
        make.make_industry(),
        make.make_mode(),
    )


@pytest.mark.parametrize("table", make.MAKERS)
def test_lists(client, shared, table):
    name = LISTS[table]
    pages = [] if table in {"modes", "industries", "criteria", "arguments"} else [reverse(name)]
    urls = [*pages, reverse(f"{name}_csv"), reverse(f"{name}_json"), reverse("home"), reverse("tags")]
    urls += [reverse("search") + "?q=公", reverse("tag", args=["云"])]
    urls += [reverse("sources_bib"), reverse("sources_ris")] if table == "sources" else []
    fill(table, 20, shared)
    few = {url: queries_of(client, url) for url in urls}
    with without_files():
        fill(table, 1980, shared)
    assert {url: queries_of(client, url) for url in urls} == few
    assert max(few.values()) < 80


def test_comparison(client, shared):
    organization, criterion, _thesis, *_ = shared
    others = [make.make_organization(name) for name in ("乙公司", "丙公司")]
    criteria = [criterion, make.make_criterion("客户", value_kind="number", unit="家")]
    comparison = make.make_comparison(organizations=[organization, *others], criteria=criteria, intro="[@k]")
    urls = [comparison.get_absolute_url(), *table_urls(comparison)]

    def fill_comparison(number):
        fill("cases", number, shared)
        fill("events", number, shared)
        with make.together():
            for place in range(number):
                make.make_finding(
                    str(place),
                    organization=others[place % 2],
                    criterion=criteria[1],
                    as_of=str(1900 + place % 100),
                )
        case = organization.cases.first()
        with make.together():
            for place in range(number // 10):
                argued = make.make_thesis()
                make.make_argument(thesis=argued, cases=[case], stance=("supports", "opposes")[place % 2])

    fill_comparison(20)
    urls += figure_urls(comparison)
    assert len(urls) > 16
    few = {url: queries_of(client, url) for url in urls}
    fill_comparison(1980)
    assert {url: queries_of(client, url) for url in urls} == few
    assert max(few.values()) < 60  # the page: pivot, criteria, figures, facets, and each kind of gap once


def test_a_thesis_with_many_claims(client, shared):
    """Claims, what they rest on, what those cite: none of them costs a query, as a page or as Argdown."""
    organization, criterion, thesis, *_ = shared

    def argue(number):
        with make.together():
            for place in range(number):
                rests_on: dict[str, Any] = {
                    "cases": [make.make_case(organization=organization, body="[@k]")],
                    "findings": [make.make_finding(organization=organization, criterion=criterion)],
                }
                stance = ("supports", "opposes")[place % 2]
                make.make_argument(thesis=thesis, stance=stance, body="据 [@k]", **rests_on)
        urls = [thesis.get_absolute_url(), reverse("thesis_argdown", args=[thesis.slug])]
        urls += [reverse("theses_argdown"), f"{reverse('theses')}?state=contested"]
        return [queries_of(client, url) for url in urls]

    few = argue(20)
    assert argue(480) == few
    assert max(few) < 30


def test_details_with_many_related_records(client, shared):
    organization, criterion, _thesis, _note, *_ = shared
    source_url = reverse("source", args=["k"])
    urls = [organization.get_absolute_url(), criterion.get_absolute_url(), source_url]
    fill("cases", 20, shared)
    fill("findings", 20, shared)
    few = {url: queries_of(client, url) for url in urls}
    fill("cases", 380, shared)
    fill("findings", 380, shared)
    assert {url: queries_of(client, url) for url in urls} == few


def test_a_changelog_entry_and_its_differences(client, shared):
    """Records named, saves of each, entries in all: none of them costs a query."""

    def tell(number):
        with make.together():
            for _ in range(number):
                make.make_case(organization=shared[0], industries=[shared[4]], mode=shared[5], tags=["云"])
                make.make_source(body="[@k]")
        publish_entry()
        cases, sources = Case.objects.all()[:number], Source.objects.all()[:number]
        for step in range(number // 10):
            edit(cases[0], body=f"{number} {step}")
        entry = publish_entry(*cases, *sources)
        urls = [entry.get_absolute_url(), difference_url(entry, cases[0]), reverse("changelog")]
        return [queries_of(client, url) for url in urls]

    few = tell(20)
    assert tell(1000) == few
    assert max(few) < 45
