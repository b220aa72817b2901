"""All that a comparison says to the public at one time, read once: records, rows, and what they cite."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet

from research.models import (
    Argument,
    Case,
    Citation,
    Comparison,
    Criterion,
    Event,
    Finding,
    Industry,
    Mode,
    Organization,
    Record,
    Source,
    Thesis,
)
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
    """The public records of a comparison by table, each by key.

    Beside the compared organizations with their cases and findings there may be others: those on which
    arguments rest, so that the rows refer to nothing that is not among them.
    """

    comparison: Comparison
    records: dict[str, list[Any]] = field(default_factory=dict)

    @cached_property
    def theses(self) -> list[ThesisView]:
        arguments = sorted(self.records["arguments"], key=lambda one: (one.position, one.slug))
        return [
            thesis_view(thesis, [one for one in arguments if one.thesis_id == thesis.pk])
            for thesis in self.records["theses"]
        ]

    @cached_property
    def data(self) -> Data:
        codecs = {table: codec(public=True) for table, codec in TABLES.items() if table in self.records}
        rows = {
            table: [codec.row(record) for record in self.records[table]] for table, codec in codecs.items()
        }
        return Data(self.comparison.slug, rows, self._cited)

    @cached_property
    def _cited(self) -> Cited:
        keys = {(record.table, record.pk): record.record_key for record in self.citing}
        cited: Cited = defaultdict(dict)
        for citation in citations_of(self.citing):
            table, key = citation.table, keys[citation.table, citation.record_id]
            text = f"{citation.key}, {citation.locator}" if citation.locator else citation.key
            texts = cited[table].setdefault(key, [])
            if text not in texts:
                texts.append(text)
        return {table: dict(sorted(cited[table].items())) for table in sorted(cited)}

    @property
    def citing(self) -> list[Record]:
        """All records but the sources, whose own sources are not part of the edition."""
        return [record for table, found in self.records.items() if table != "sources" for record in found]


def edition(comparison: Comparison) -> Edition:
    """The comparison as the public sees it now. It must be public itself."""
    compared = Organization.objects.public().filter(comparison_places__comparison=comparison)
    records = said(comparison, compared)
    records |= named_in(records, comparison, compared)
    citing = [record for found in records.values() for record in found]
    cited = {one.source_id for one in citations_of(citing) if one.source_id}
    records["sources"] = read("sources", Source.objects.public().filter(pk__in=cited))
    return Edition(comparison, {table: records[table] for table in TABLES if table in records})


def said(comparison: Comparison, compared: QuerySet[Any]) -> dict[str, list[Any]]:
    """What is said of the compared organizations, the theses argued from that, and all these rest on."""
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
    return {
        "events": read("events", Event.objects.public().filter(pk__in=events)),
        "comparisons": read("comparisons", Comparison.objects.filter(pk=comparison.pk)),
        "cases": read("cases", cases),
        "findings": read("findings", findings),
        "theses": read("theses", with_state(theses)),
        "arguments": read("arguments", claims().filter(pk__in=arguments)),
    }


def named_in(
    records: dict[str, list[Any]], comparison: Comparison, compared: QuerySet[Any]
) -> dict[str, list[Any]]:
    """The organizations, modes, industries and criteria of the records and of the comparison itself."""
    parents = {one.organization_id for one in (*records["cases"], *records["findings"])}
    parents |= {one.pk for event in records["events"] for one in event.organizations.all()}
    asked = {one.criterion_id for one in records["findings"]}
    modes = {case.mode_id for case in records["cases"] if case.mode_id}
    industries = {industry.pk for case in records["cases"] for industry in case.industries.all()}
    organizations = Organization.objects.public().filter(Q(pk__in=compared) | Q(pk__in=parents))
    criteria = Criterion.objects.filter(Q(pk__in=comparison.criteria.values("pk")) | Q(pk__in=asked))
    return {
        "organizations": read("organizations", organizations),
        "modes": read("modes", Mode.objects.filter(pk__in=modes)),
        "industries": read("industries", Industry.objects.filter(pk__in=industries)),
        "criteria": read("criteria", criteria),
    }


def read(table: str, records: Any) -> list[Any]:
    """The records with all that their rows and names need, by key."""
    return list(TABLES[table](public=True).queryset(records))


def citations_of(records: Iterable[Record]) -> list[Citation]:
    """The citations of public sources in the records' texts, in the order of the texts; a query in all."""
    return list(Citation.objects.public().of_records(records).order_by("table", "record_id", "position"))
