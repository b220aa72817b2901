"""The gaps of the seed research, against a count straight over the text of its tables."""

import csv
import re

import pytest

from research import actions
from research.models import Finding, Note, Source, Todo
from research.queries import gaps
from research.queries.gaps import Name, Scope
from tests.conftest import FIXTURES
from tests.link_checks import days_pass, found

pytestmark = pytest.mark.django_db

# A citation as people write it: [@key], [见 @key, p. 6], @key in running text.
CITED = re.compile(r"\[[^\[\]]*@[^\[\]]*\]|(?<![\w.])@\{?\w")
CACHE = "117.136.191.145"


def rows(table):
    with (FIXTURES / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def listed(kind):
    return {gap.record.record_key for gap in gaps.each(Scope(public=True), [kind])}


@pytest.fixture(autouse=True)
def in_the_database(seed):
    return None


@pytest.mark.parametrize(("table", "kind"), [("cases", "uncited_case"), ("findings", "uncited_finding")])
def test_every_uncited_case_and_finding(table, kind):
    uncited = [row["slug"] for row in rows(table) if not CITED.search(row["body"])]
    assert listed(kind) == set(uncited)
    [count] = [one.count for one in gaps.counts(Scope(public=True)) if one.kind.name == kind]
    assert count == len(uncited)


def test_every_finding_without_a_date_and_case_without_a_mode():
    assert listed("undated_finding") == {row["slug"] for row in rows("findings") if not row["as_of"]}
    assert listed("case_without_mode") == {row["slug"] for row in rows("cases") if not row["mode"]}
    assert listed("case_without_industry") == {row["slug"] for row in rows("cases") if not row["industries"]}


def test_every_empty_cell():
    filled = {(row["organization"], row["criterion"]) for row in rows("findings")}
    empty = {
        (comparison["slug"], organization, criterion)
        for comparison in rows("comparisons")
        for organization in comparison["organizations"].split("; ")
        for criterion in comparison["criteria"].split("; ")
        if (organization, criterion) not in filled
    }
    found = {
        (gap.record.slug, *(one.slug for one in gap.named))
        for gap in gaps.each(Scope(public=True), ["empty_cell"])
    }
    assert found == empty
    assert empty


def test_every_thesis_with_one_side_only():
    sides: dict[str, set[str]] = {row["slug"]: set() for row in rows("theses")}
    for row in rows("arguments"):
        sides[row["thesis"]].add(row["stance"])
    assert listed("one_sided_thesis") == {slug for slug, stances in sides.items() if len(stances) < 2}


PARTNER_FIGURES = ("云合作伙伴数", "云客户数", "云市场订单数", "合作伙伴业务增长率")


def test_the_missing_time_of_the_partner_figures():
    """The note says 「时间点」 where it should say when; the four findings taken from it have no date."""
    [note] = [row for row in rows("notes") if "「时间点」" in row["body"]]
    names = {str(gap.name) for gap in gaps.each(Scope(public=True))}
    assert f"placeholder notes/{note['slug']} 「时间点」" in names
    figures = [
        row
        for row in rows("findings")
        if row["criterion"] in PARTNER_FIGURES and row["organization"] == "阿里巴巴"
    ]
    assert len(figures) == 4
    for row in figures:
        assert f"undated_finding findings/{row['slug']}" in names


def test_filling_in_the_time_closes_what_it_closes():
    todos = actions.make_gap_todos(
        gaps.named(
            [
                Name("undated_finding", "findings", "阿里巴巴-云合作伙伴数"),
                Name("placeholder", "notes", Note.objects.get().slug, "「时间点」"),
            ]
        ),
        by=None,
        via="form",
    )
    assert len(todos) == 2
    finding = Finding.objects.get(slug="阿里巴巴-云合作伙伴数")
    finding.as_of = "2018"
    actions.save(finding, by=None, via="form")
    note = Note.objects.get()
    note.body = note.body.replace("「时间点」", "截至2018年")
    actions.save(note, by=None, via="form")
    assert set(Todo.objects.filter(pk__in=[todo.pk for todo in todos]).values_list("state", flat=True)) == {
        "done"
    }


def test_the_dead_cache_link_once_it_is_checked():
    [row] = [row for row in rows("sources") if CACHE in row["url"] + row["archived_url"]]
    column = "url" if CACHE in row["url"] else "archived_url"
    source = Source.objects.get(key=row["key"])
    assert row["key"] in listed("unchecked_link")
    for _ in range(5):
        found(source, "unreachable", column=column)
        days_pass(10)
    found(source, "unreachable", column=column)
    assert f"dead_link sources/{row['key']} {column}" in {
        str(gap.name) for gap in gaps.each(Scope(public=True), ["dead_link"])
    }
