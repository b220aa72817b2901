"""Evidence coverage: of all that a comparison says, how much cites a source; counted once more by hand."""

import csv
import re

import pytest
from django.urls import reverse

from research import actions
from research.models import Case, Comparison, Finding, Source
from research.queries import gaps
from research.queries.coverage import coverage
from research.queries.gaps import Scope
from tests import factories as make
from tests.conftest import FIXTURES

pytestmark = pytest.mark.django_db

CITED = re.compile(r"\[[^\[\]]*@[^\[\]]*\]|(?<![\w.])@\{?\w")


def rows(table):
    with (FIXTURES / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return {row.get("slug") or row["key"]: row for row in csv.DictReader(file)}


def keys(cell):
    return [key for key in cell.split("; ") if key]


def counted_by_hand(comparison):
    """(cited, all) by table, from the fixtures' text alone; everything in them is published."""
    placed, asked = keys(comparison["organizations"]), keys(comparison["criteria"])
    cases = {key: row for key, row in rows("cases").items() if row["organization"] in placed}
    of_organizations = {key: row for key, row in rows("findings").items() if row["organization"] in placed}
    findings = {key: row for key, row in of_organizations.items() if row["criterion"] in asked}
    arguments = rows("arguments").values()
    about = {
        row["thesis"]
        for row in arguments
        if any(key in cases for key in keys(row["cases"]))
        or any(key in of_organizations for key in keys(row["findings"]))
    }
    claims = [row for row in arguments if row["thesis"] in about]
    every = {"cases": rows("cases"), "findings": rows("findings")}
    rests = [
        bool(CITED.search(row["body"]))
        or any(CITED.search(every[name][key]["body"]) for name in every for key in keys(row[name]))
        for row in claims
    ]
    return {
        "cases": (sum(bool(CITED.search(row["body"])) for row in cases.values()), len(cases)),
        "findings": (sum(bool(CITED.search(row["body"])) for row in findings.values()), len(findings)),
        "arguments": (sum(rests), len(claims)),
    }


def test_that_of_the_seed_is_what_a_count_by_hand_gives(seed, client):
    for comparison in rows("comparisons").values():
        expected = counted_by_hand(comparison)
        found = coverage(Comparison.objects.get(slug=comparison["slug"]))
        assert {one.table: (one.cited, one.all) for one in found.by_table} == expected
        cited, whole = (sum(pair) for pair in zip(*expected.values(), strict=True))
        page = client.get(reverse("comparison", args=[comparison["slug"]])).content.decode()
        assert f'<span class="figure">{cited}/{whole}</span>' in page


def test_also_after_some_were_cited_and_some_withdrawn(seed):
    comparison = Comparison.objects.get()
    cases = list(Case.objects.filter(organization__comparisons=comparison).order_by("slug"))
    source = Source.objects.order_by("key")[0]
    before = coverage(comparison)
    uncited = [gap.record for gap in gaps.each(Scope(True, comparison.slug), ["uncited_case"])]
    for case in uncited[:5]:
        case.body += f" [@{source.key}]"
        actions.save(case, by=None, via="test")
    after = coverage(comparison)
    assert (after.by_table[0].cited, after.by_table[0].all) == (before.by_table[0].cited + 5, len(cases))
    actions.withdraw(uncited[:2], by=None, via="test")
    assert (coverage(comparison).by_table[0].cited, coverage(comparison).by_table[0].all) == (
        after.by_table[0].cited - 2,
        after.by_table[0].all - 2,
    )


def test_what_is_missing_of_it_are_the_gaps(seed):
    comparison = Comparison.objects.get()
    found = coverage(comparison, with_gaps=True)
    kinds = ["uncited_case", "uncited_finding", "uncited_claim"]
    scope = Scope(True, comparison.slug)
    assert found.all - found.cited == len(list(gaps.each(scope, kinds)))
    assert found.gaps == len(list(gaps.each(scope)))


def test_it_counts_all_not_only_what_a_page_shows(db):
    organization = make.make_organization()
    comparison = make.make_comparison(organizations=[organization])
    make.make_source(key="s")
    with make.together():
        for place in range(60):
            make.make_case(organization=organization, body="[@s]" if place % 3 else "")
    found = coverage(comparison)
    assert (found.cited, found.all) == (40, 60)


def test_an_empty_comparison(db, client):
    comparison = make.make_comparison()
    assert (coverage(comparison).cited, coverage(comparison).all) == (0, 0)
    assert client.get(comparison.get_absolute_url()).status_code == 200


def test_findings_beside_its_criteria_are_not_on_its_page(db):
    organization, criterion = make.make_organization(), make.make_criterion()
    comparison = make.make_comparison(organizations=[organization], criteria=[criterion])
    make.make_finding(organization=organization, criterion=criterion)
    make.make_finding(organization=organization)
    assert (coverage(comparison).all, Finding.objects.count()) == (1, 2)


def test_the_link_to_the_gaps_is_there_if_the_team_wishes(seed, client, settings):
    url = Comparison.objects.get().get_absolute_url()
    assert "/gaps/?comparison=" in client.get(url).content.decode()
    settings.PUBLIC_GAPS = False
    assert "/gaps/" not in client.get(url).content.decode()


def test_the_number_of_queries_is_fixed(seed, django_assert_num_queries):
    comparison = Comparison.objects.get()
    with django_assert_num_queries(8):
        coverage(comparison)
    with make.together():
        for _ in range(100):
            make.make_case(organization=comparison.organizations.first())
    with django_assert_num_queries(8):
        coverage(comparison)
