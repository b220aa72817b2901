"""What stands on a source: the records that cite it, and the comparisons and theses that stand on these.

A record is *left bare* if it cites no other source that those who may read it may see: for what is public
another public source, for the rest any other source.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from research.models import Argument, Case, Citation, Comparison, Finding, Record, Source, Thesis
from research.queries.cited import any_records, citing_records
from research.rows import MODELS

LISTED = 100  # comparisons and theses that a page names

Cell = tuple[int, Any]  # an organization, and a criterion or a mode


@dataclass
class Share:
    """How many rest on the source, and how many of them would be left bare; the same of what is public."""

    count: int = 0
    bare: int = 0
    public: int = 0
    public_bare: int = 0

    def __add__(self, other: "Share") -> "Share":
        return Share(
            self.count + other.count,
            self.bare + other.bare,
            self.public + other.public,
            self.public_bare + other.public_bare,
        )


@dataclass
class Resting:
    """A comparison with its cells that rest on the source, or a thesis with its arguments."""

    record: Any
    count: int
    bare: int


@dataclass
class Standing:
    """Comparisons and theses that stand on what cites the source; `count` and `bare` are over all of them."""

    comparisons: list[Resting] = field(default_factory=list)
    theses: list[Resting] = field(default_factory=list)
    cells: Share = field(default_factory=Share)
    arguments: Share = field(default_factory=Share)


def citing(source: Source, model: type[Record]) -> QuerySet[Any]:
    return citing_records(source, model, any_records)


def has_other(source: Source, model: type[Record]) -> Q:
    """That a record of the table cites another source, too, which its readers may see."""
    others = Citation.objects.filter(table=model.table, record_id=OuterRef("pk")).exclude(source=source)
    public = Q(Exists(others.public()))
    condition = model.public_condition()
    if not condition:
        return public
    return (condition & public) | (~condition & Q(Exists(others.exclude(source=None))))


def share(source: Source, model: type[Record]) -> Share:
    """Of the table's records that cite the source; one query."""
    public, other = model.public_condition(), has_other(source, model)
    found = citing(source, model).aggregate(
        count=Count("pk"),
        bare=Count("pk", filter=~other),
        public=Count("pk", filter=public or Q(pk__isnull=False)),
        public_bare=Count("pk", filter=public & ~other),
    )
    return Share(**found)


def bare_ids(source: Source, model: type[Record], ids: Iterable[int]) -> set[int]:
    """Which of the records would be left bare."""
    found = model.objects.filter(pk__in=list(ids)).exclude(has_other(source, model))
    return set(found.values_list("pk", flat=True))


def standing(source: Source, *, public: bool, tables: Iterable[str] = tuple(MODELS)) -> Standing:
    """What stands on the records that cite the source; in a fixed number of queries.

    With `public` only public records count, and only public comparisons and theses are named.
    """
    found, shown = Standing(), set(tables)
    if "comparisons" in shown:
        cells = case_cells(source, public=public) | finding_cells(source, public=public)
        supported = case_cells(source, public=public, other=True) if cells else set()
        supported |= finding_cells(source, public=public, other=True) if cells else set()
        found.comparisons, found.cells = rest(Comparison, cells, supported, public=public)
    if "theses" in shown and "arguments" in shown:
        arguments = argument_places(source, public=public)
        supported = argument_places(source, public=public, other=True) if arguments else set()
        found.theses, found.arguments = rest(Thesis, arguments, supported, public=public)
    return found


def of(model: type[Record], *, public: bool) -> QuerySet[Any]:
    found: QuerySet[Any] = model.objects.public() if public else model.objects.all()
    return found


def those(source: Source, model: type[Record], *, public: bool, other: bool) -> QuerySet[Any]:
    """The records that cite the source or, with `other`, those that have another source."""
    found = of(model, public=public)
    condition = has_other(source, model) if other else Q(pk__in=citing(source, model).values("pk"))
    return found.filter(condition)


def case_cells(source: Source, *, public: bool, other: bool = False) -> set[tuple[Any, ...]]:
    """(comparison, "mode", organization, mode) of the cases; with `other`, of cells with another source."""
    found = those(source, Case, public=public, other=other)
    if other:
        cited = citing(source, Case)
        found = found.filter(organization__in=cited.values("organization"))
    cells = found.filter(organization__comparison_places__isnull=False).order_by()
    columns = ("organization__comparison_places__comparison", "organization", "mode")
    return {(comparison, "mode", *cell) for comparison, *cell in cells.values_list(*columns).distinct()}


def finding_cells(source: Source, *, public: bool, other: bool = False) -> set[tuple[Any, ...]]:
    """(comparison, "criterion", organization, criterion), as `case_cells`."""
    found = those(source, Finding, public=public, other=other)
    if other:
        cited = citing(source, Finding)
        found = found.filter(
            organization__in=cited.values("organization"), criterion__in=cited.values("criterion")
        )
    compared = "criterion__comparison_places__comparison"
    cells = found.filter(**{f"{compared}__organization_places__organization": F("organization")}).order_by()
    columns = (compared, "organization", "criterion")
    return {(comparison, "criterion", *cell) for comparison, *cell in cells.values_list(*columns).distinct()}


def argument_places(source: Source, *, public: bool, other: bool = False) -> set[tuple[Any, ...]]:
    """(thesis, argument): those that cite the source, or rest on a case or finding that does."""
    evidence = [
        Q(**{f"{name}__in": those(source, model, public=public, other=other)})
        for name, model in (("cases", Case), ("findings", Finding))
    ]
    own = Q(pk__in=those(source, Argument, public=public, other=other).values("pk"))
    found = of(Argument, public=public).filter(own | evidence[0] | evidence[1]).order_by()
    return set(found.values_list("thesis", "pk").distinct())


def rest(
    model: type[Record], places: set[tuple[Any, ...]], supported: set[tuple[Any, ...]], *, public: bool
) -> tuple[list[Resting], Share]:
    """The places by the record that they stand in, the most first; a place that nothing supports is bare."""
    counts: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for place in places:
        counts[place[0]].append(place)
    records = any_records(model).filter(pk__in=list(counts))
    if public:
        records = records.filter(model.public_condition())
    found, total = [], Share()
    for record in records:
        count = len(counts[record.pk])
        bare = sum(place not in supported for place in counts[record.pk])
        shown = (count, bare) if record.is_public else (0, 0)
        total += Share(count, bare, *shown)
        found.append(Resting(record, count, bare))
    found.sort(key=lambda one: (-one.bare, -one.count, one.record.record_key))
    return found[:LISTED], total
