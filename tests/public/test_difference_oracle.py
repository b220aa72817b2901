"""The difference of a comparison names exactly the cells that changed, as the rows of the tables tell."""

import random
import re
from typing import Any

import pytest
from django.urls import reverse

from research import actions
from research.models import Case, Comparison, Criterion, Finding, Industry, Mode, Organization, Source
from research.rows import TABLES
from tests import factories as make
from tests.frozen import make_world
from tests.public.changed import edit

pytestmark = pytest.mark.django_db

CITED = re.compile(r"\[@([^\[\],]+)(?:, ([^\[\]]+))?\]")
Cells = dict[tuple[str, str], list[Any]]


def all_rows():
    return {table: list(codec().rows()) for table, codec in TABLES.items()}


def keys(cell: str) -> list[str]:
    return [key for key in cell.split("; ") if key]


def cells(rows: dict[str, Any]) -> Cells:
    """By line and organization what readers see of the cell, from rows as an export writes them."""
    [comparison] = rows["comparisons"]
    shown = {row["slug"] for row in rows["organizations"] if row["status"] == "published"}
    placed = [key for key in keys(comparison["organizations"]) if key in shown]
    sources = {row["key"] for row in rows["sources"] if row["status"] == "published"}
    criteria = {row["slug"]: row for row in rows["criteria"]}
    found: Cells = {}

    def put(line: str, row: Any, *seen: str) -> None:
        found.setdefault((line, row["organization"]), []).append((row["slug"], *seen))

    def cited(row: Any) -> str:
        every = [(key, place) for key, place in CITED.findall(row["body"]) if key in sources]
        return str(list(dict.fromkeys(every)))

    for row in rows["cases"]:
        if row["status"] == "published" and row["organization"] in placed:
            put(f"modes/{row['mode']}", row, row["title"], row["period"], cited(row))
            for industry in keys(row["industries"]) or [""]:
                put(f"industries/{industry}", row)
    for row in rows["findings"]:
        asked = row["criterion"] in keys(comparison["criteria"])
        if row["status"] == "published" and row["organization"] in placed and asked:
            unit = criteria[row["criterion"]]["unit"]
            put(f"criteria/{row['criterion']}", row, row["value"], row["as_of"], cited(row), unit)
    return {place: sorted(readings) for place, readings in found.items()}


def changed(before: Cells, after: Cells) -> set[tuple[str, str]]:
    return {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}


class Edits:
    """One of many kinds of write, chosen by chance."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance

    def any(self, model: Any) -> Any:
        return self.chance.choice(list(model.objects.order_by("pk")))

    def word(self) -> str:
        return f"词{self.chance.randint(0, 99)}"

    def source(self) -> str:
        return self.chance.choice(
            ["", "[@idc]", "[@report, p. 3]", "[@idc, p. 1] [@report]", "[@idc] [@idc]"]
        )

    def some(self, model: Any) -> list[Any]:
        every = list(model.objects.order_by("pk"))
        return self.chance.sample(every, self.chance.randint(0, len(every)))

    def of_case(self) -> None:
        chance = self.chance
        values = chance.choice(
            [
                {"title": self.word()},
                {"period": str(chance.randint(2000, 2020))},
                {"body": f"{self.word()} {self.source()}"},
                {"mode": chance.choice([None, self.any(Mode)])},
                {"industries": self.some(Industry)},
                {"organization": self.any(Organization)},
                {"status": chance.choice(["draft", "published"])},
                {"tags": [self.word()]},
            ]
        )
        edit(self.any(Case), **values)

    def of_finding(self) -> None:
        finding, chance = self.any(Finding), self.chance
        values = chance.choice(
            [
                {"value": str(chance.randint(1, 99))},
                {"as_of": chance.choice(["", "2019", "2018-03", "2017/2019"])},
                {"body": self.source()},
                {"organization": self.any(Organization)},
                {"status": chance.choice(["draft", "published"])},
            ]
        )
        edit(finding, **values)

    def of_criterion(self) -> None:
        criterion = self.any(Criterion)
        unit: dict[str, Any] = {"unit": self.word()} if criterion.value_kind == "number" else {}
        values: list[dict[str, Any]] = [{"name": self.word()}, {"position": 9}, unit]
        edit(criterion, **self.chance.choice(values))

    def of_comparison(self) -> None:
        comparison = Comparison.objects.get()
        organizations = self.some(Organization) or [self.any(Organization)]
        criteria = self.some(Criterion)
        lists: list[dict[str, Any]] = [{"organizations": organizations}, {"criteria": criteria}]
        edit(comparison, **self.chance.choice(lists))

    def of_visibility(self) -> None:
        edit(
            self.any(self.chance.choice([Organization, Source])),
            status=self.chance.choice(["draft", "published"]),
        )

    def coming(self) -> None:
        make.make_case(self.word(), organization=self.any(Organization), body=self.source())

    def going(self) -> None:
        cases = [case for case in Case.objects.order_by("pk") if not case.arguments.exists()]
        actions.delete([self.chance.choice(cases)], by=None, via="test")

    def make_one(self) -> None:
        kinds = [self.of_case] * 6 + [self.of_finding] * 6 + [self.of_criterion, self.of_comparison]
        self.chance.choice([*kinds, self.of_visibility, self.of_visibility, self.coming, self.going])()


def named(client: Any, first: Any, second: Any) -> set[tuple[str, str]]:
    response = client.get(reverse("version_difference", args=["two", first, second]))
    assert response.status_code == 200
    return {(one.line.key, one.organization) for one in response.context["difference"].cells}


@pytest.mark.parametrize("seed_of_chance", range(2))
def test_any_edits_of_all_that_is_in_cells(client, seed_of_chance):
    make_world()
    make.make_organization("华为", slug="hw")
    edits = Edits(random.Random(seed_of_chance))
    states = {1: cells(all_rows())}
    for _round in range(8):
        for _one in range(edits.chance.randint(1, 4)):
            edits.make_one()
        now, newest = cells(all_rows()), max(states)
        comparison = Comparison.objects.get()
        last: Any = comparison.versions.order_by("-number").first()
        if last.number == newest:
            assert named(client, newest, "live") == changed(states[newest], now)
        last = (
            actions.freeze(comparison, by=None, via="test") or comparison.versions.order_by("-number").first()
        )
        states[last.number] = now
        assert named(client, last.number, "live") == set()
    for first, second in [
        (1, max(states)),
        (max(states), 1),
        *zip(list(states), list(states)[1:], strict=False),
    ]:
        old, new = sorted((first, second))
        assert named(client, first, second) == changed(states[old], states[new])
    english = client.get("/en" + reverse("version_difference", args=["two", 1, "live"]))
    cells_named = {(one.line.key, one.organization) for one in english.context["difference"].cells}
    assert cells_named == changed(states[1], cells(all_rows()))
