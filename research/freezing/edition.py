"""All that a comparison says to the public at one time, read once: records, rows, and what they cite."""

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import Any

from django.db.models import Q, QuerySet

from research.cells import LIST
from research.models import (
    Argument,
    Case,
    Comparison,
    Criterion,
    Event,
    Finding,
    Industry,
    Mode,
    Organization,
    Source,
    Thesis,
)
from research.queries.apparatus import Apparatus
from research.queries.arguments import claims, with_state
from research.queries.comparison import ThesisView, thesis_view
from research.rows import TABLES, Row

Rows = dict[str, list[Row]]  # by table, in the tables' order
Cited = dict[str, dict[str, list[str]]]  # by table and key: "key" or "key, locator" of the public sources


@dataclass
class Data:
    """What an edition comes to without a database: so it is kept, compared and loaded again."""

    comparison: str
    rows: Rows
    cited: Cited

    def as_json(self) -> dict[str, Any]:
        return {"comparison": self.comparison, "tables": self.rows, "cited": self.cited}

    @property
    def keys(self) -> dict[str, set[str]]:
        """By table, but for the comparison's own, which is one whatever its key is."""
        kept = {table: rows for table, rows in self.rows.items() if table != "comparisons"}
        return {table: {row.get("slug") or row["key"] for row in rows} for table, rows in kept.items()}

    @classmethod
    def from_json(cls, found: dict[str, Any]) -> "Data":
        return cls(found["comparison"], found["tables"], found["cited"])


@dataclass
class Edition:
    """The public records of a comparison by table, each by key, with their rows.

    Beside the compared organizations with their cases and findings there may be others: those on which
    arguments rest, so that the rows refer to nothing that is not among them.
    """

    comparison: Comparison
    records: dict[str, list[Any]] = field(default_factory=dict)
    rows: Rows = field(default_factory=dict)

    def read(self, **tables: QuerySet[Any]) -> None:
        """The records with what their names need; a row has its relations as they are at this moment."""
        for table, found in tables.items():
            codec = TABLES[table](public=True)
            self.records[table] = list(codec.queryset(found).prefetch_related(None))
            self.rows[table] = codec.rows_of(self.records[table])

    def keys_in(self, table: str, column: str) -> set[str]:
        """All keys in a column of the table's rows."""
        return {key for row in self.rows[table] for key in LIST.split(row[column]) if key}

    @cached_property
    def theses(self) -> list[ThesisView]:
        arguments = sorted(self.records["arguments"], key=lambda one: (one.position, one.slug))
        return [
            thesis_view(thesis, [one for one in arguments if one.thesis_id == thesis.pk])
            for thesis in self.records["theses"]
        ]

    @cached_property
    def apparatus(self) -> Apparatus:
        """Of all records but the sources, whose own sources are not part of the edition."""
        return Apparatus(chain(*(found for table, found in self.records.items() if table != "sources")))

    @cached_property
    def data(self) -> Data:
        rows = {table: self.rows[table] for table in TABLES if table in self.rows}
        return Data(self.comparison.slug, rows, self._cited)

    @property
    def _cited(self) -> Cited:
        keys = {(record.table, record.pk): record.record_key for record in chain(*self.records.values())}
        cited: Cited = defaultdict(dict)
        for place, citations in self.apparatus.cited.items():
            texts = (f"{one.key}, {one.locator}" if one.locator else one.key for one in citations)
            cited[place[0]][keys[place]] = list(dict.fromkeys(texts))
        return {table: dict(sorted(cited[table].items())) for table in sorted(cited)}


def edition(comparison: Comparison) -> Edition:
    """The comparison as the public sees it now. It must be public itself."""
    found = Edition(comparison)
    compared = Organization.objects.public().filter(comparison_places__comparison=comparison)
    read_said(found, compared)
    read_named(found, compared)
    cited = [source.pk for source in found.apparatus.sources]
    found.read(sources=Source.objects.public().filter(pk__in=cited))
    return found


def read_said(found: Edition, compared: QuerySet[Any]) -> None:
    """What is said of the compared organizations, the theses argued from that, and all these rest on."""
    comparison = found.comparison
    cases = Case.objects.public().filter(organization__in=compared)
    findings = Finding.objects.public().filter(
        organization__in=compared, criterion__in=comparison.criteria.values("pk")
    )
    # As on the comparison's page: also from what its criteria do not ask for.
    known = Finding.objects.public().filter(organization__in=compared)
    about = Argument.objects.public().filter(Q(cases__in=cases) | Q(findings__in=known))
    theses = Thesis.objects.public().filter(pk__in=about.values("thesis"))
    arguments = Argument.objects.public().filter(thesis__in=theses)
    cases = Case.objects.public().filter(Q(organization__in=compared) | Q(pk__in=arguments.values("cases")))
    findings = Finding.objects.public().filter(Q(pk__in=findings) | Q(pk__in=arguments.values("findings")))
    events = Event.objects.filter(organizations__in=compared).values("pk")
    found.read(
        events=Event.objects.public().filter(pk__in=events),
        comparisons=Comparison.objects.filter(pk=comparison.pk),
        cases=cases,
        findings=findings,
        theses=with_state(theses),
        arguments=claims().filter(pk__in=arguments),
    )


def read_named(found: Edition, compared: QuerySet[Any]) -> None:
    """The organizations, modes, industries and criteria of the records and of the comparison itself."""
    parents = {one.organization_id for one in (*found.records["cases"], *found.records["findings"])}
    named = Q(pk__in=compared) | Q(pk__in=parents) | Q(slug__in=found.keys_in("events", "organizations"))
    asked = {one.criterion_id for one in found.records["findings"]}
    modes = {case.mode_id for case in found.records["cases"] if case.mode_id}
    found.read(
        organizations=Organization.objects.public().filter(named),
        modes=Mode.objects.filter(pk__in=modes),
        industries=Industry.objects.filter(slug__in=found.keys_in("cases", "industries")),
        criteria=Criterion.objects.filter(Q(pk__in=found.comparison.criteria.values("pk")) | Q(pk__in=asked)),
    )
