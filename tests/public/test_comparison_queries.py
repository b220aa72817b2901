"""A comparison asks the database as often for 5,000 cases and findings as for 20, whatever its axes."""

import re

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from taggit.models import Tag, TaggedItem

from research.models import (
    Case,
    Citation,
    Comparison,
    Criterion,
    Finding,
    Industry,
    Mode,
    Organization,
    Source,
)
from research.models import ComparisonOrganization as Place
from research.rows import MODELS
from tests import factories as make
from tests.public.test_query_counts import queries_of
from tests.public.urls import cell_url

pytestmark = pytest.mark.django_db

VIEWS = (
    "",
    "?rows=industry&columns=period&sourced=1",
    "?rows=organization&columns=tag&differ=1",
    "?rows=mode&columns=industry&mode=m0&period=2010&sort=count&criteria=value:o0",
)


@pytest.fixture
def comparison():
    ContentType.objects.get_for_models(*MODELS.values())  # a process asks for each once
    make.make_source(key="k")
    organizations = [make.make_organization(f"甲{place}", slug=f"o{place}") for place in range(3)]
    for place in range(4):
        make.make_mode(f"m{place}", slug=f"m{place}")
        make.make_industry(f"i{place}", slug=f"i{place}")
    make.make_note(tags=["云", "端"])
    criteria = [make.make_criterion(f"c{place}", value_kind="number") for place in range(4)]
    return make.make_comparison(slug="对照", organizations=organizations, criteria=criteria)


def fill(number):
    """So many cases and findings more, straight into the tables."""
    organizations, modes = list(Organization.objects.all()), list(Mode.objects.all())
    criteria, industries, tags = (
        list(Criterion.objects.all()),
        list(Industry.objects.all()),
        Tag.objects.all(),
    )
    first = Case.objects.count()
    common = [
        {"organization": organizations[place % len(organizations)], "status": "published"}
        for place in range(first, first + number)
    ]
    cases = Case.objects.bulk_create(
        Case(slug=f"c{place}", title="例", mode=modes[place % 4], period=str(2008 + place % 5), **values)
        for place, values in enumerate(common, first)
    )
    findings = Finding.objects.bulk_create(
        Finding(
            slug=f"f{place}",
            criterion=criteria[place % 4],
            value=str(place),
            number=place,
            as_of=str(1990 + place % 30),
            **values,
        )
        for place, values in enumerate(common, first)
    )
    link = Case.industries.through
    link.objects.bulk_create(
        link(case=case, industry=industries[place % 4]) for place, case in enumerate(cases)
    )
    TaggedItem.objects.bulk_create(
        TaggedItem(content_object=case, tag=tags[place % 2]) for place, case in enumerate(cases)
    )
    source = Source.objects.get()
    Citation.objects.bulk_create(
        Citation(table=record.table, record_id=record.pk, key="k", source=source, position=1)
        for record in [*cases[::2], *findings[::2]]
    )


def test_20_and_5000(client, comparison):
    url = comparison.get_absolute_url()
    cell = cell_url(comparison, "?row=m0&column=o0")
    fill(20)
    few = {query: queries_of(client, url + query) for query in VIEWS} | {"cell": queries_of(client, cell)}
    fill(4980)
    many = {query: queries_of(client, url + query) for query in VIEWS} | {"cell": queries_of(client, cell)}
    assert Case.objects.count() == Finding.objects.count() == 5000
    assert many == few
    assert max(few.values()) < 60


def test_3_and_24_organizations(client, comparison):
    url = comparison.get_absolute_url()
    fill(100)
    few = {query: queries_of(client, url + query) for query in VIEWS}
    for place in range(3, 24):
        organization = make.make_organization(f"乙{place}", slug=f"o{place}")
        Place.objects.create(comparison=Comparison.objects.get(), organization=organization, position=place)
    fill(500)
    assert len(client.get(url).context["matrix"].witnesses) == 24
    assert {query: queries_of(client, url + query) for query in VIEWS} == few


def test_the_texts_of_cases_and_findings_are_not_read(client, comparison):
    """A page shows thousands of them by title and value alone."""
    fill(20)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(comparison.get_absolute_url()).context["matrix"].pivot.shown_cases
    assert not [one for one in asked if re.search(r'"research_(case|finding)"."body"', one["sql"])]
