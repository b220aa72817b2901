"""All gaps of a scope: counted by kind, in pages, by their names, and one after another."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from research.models import Record
from research.queries.gaps.base import Gap, Kind, Name, Scope
from research.queries.gaps.cells import EmptyCell, StaleFigure, UndatedFinding
from research.queries.gaps.evidence import (
    CitesDraft,
    UncitedCase,
    UncitedClaim,
    UncitedFinding,
    UncitedSource,
)
from research.queries.gaps.links import DeadLink, UncheckedLink
from research.queries.gaps.sorting import CaseWithoutIndustry, CaseWithoutMode, OneSidedThesis
from research.queries.gaps.texts import PlaceholderLeft

CHUNK = 500

# In the order in which they are listed: what a reader meets first.
KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        *(PlaceholderLeft(), UncitedCase(), UncitedFinding(), UncitedClaim(), UndatedFinding()),
        *(StaleFigure(), EmptyCell(), OneSidedThesis(), CaseWithoutMode(), CaseWithoutIndustry()),
        *(DeadLink(), UncheckedLink(), UncitedSource(), CitesDraft()),
    )
}


@dataclass(frozen=True)
class Count:
    kind: Kind
    count: int


def counts(scope: Scope, names: Iterable[str] = tuple(KINDS)) -> list[Count]:
    """How many gaps of each of these kinds there are, in the usual order; a query a kind."""
    wanted = [KINDS[name] for name in names]
    return [Count(kind, kind.found(scope).count()) for kind in wanted if kind.applies(scope)]


class Gaps(Sequence[Gap]):
    """The gaps of these kinds one after another, as a paginator asks for them: slices, and how many."""

    def __init__(self, scope: Scope, counted: list[Count]) -> None:
        self.scope, self.counted = scope, counted

    def __len__(self) -> int:
        return sum(one.count for one in self.counted)

    def __getitem__(self, place: Any) -> Any:
        if isinstance(place, int):
            return self.part(place, place + 1)[0]
        start, stop, _step = place.indices(len(self))
        return self.part(start, stop)

    def part(self, start: int, stop: int) -> list[Gap]:
        gaps, before = list[Gap](), 0
        for one in self.counted:
            first, last = max(start - before, 0), min(stop - before, one.count)
            if first < last:
                gaps += one.kind.gaps(one.kind.found(self.scope)[first:last])
            before += one.count
        return gaps


def each(scope: Scope, names: Iterable[str] = tuple(KINDS)) -> Iterator[Gap]:
    """All gaps of these kinds, read a chunk at a time."""
    for kind in (KINDS[name] for name in names):
        if kind.applies(scope):
            rows = kind.found(scope).iterator(chunk_size=CHUNK)
            while chunk := list(islice(rows, CHUNK)):
                yield from kind.gaps(chunk)


def named(names: Iterable[Name | None], scope: Scope | None = None) -> list[Gap]:
    """Those of the names that are gaps, in the usual order; a fixed number of queries."""
    wanted = [name for name in names if name]
    return [
        gap
        for kind in KINDS.values()
        if (of_kind := [name for name in wanted if name.kind == kind.name])
        for gap in kind.named(of_kind, scope)
    ]


def closed(names: Iterable[Name]) -> set[Name]:
    """Those of the names that are gaps no more; a kind that nobody knows is left alone."""
    found: set[Name] = set()
    wanted = set(names)
    for kind in KINDS.values():
        if of_kind := {name for name in wanted if name.kind == kind.name and name.table in kind.tables}:
            found |= kind.closed(of_kind)
    return found


def of_record(record: Record, scope: Scope) -> list[Gap]:
    """The record's own gaps; a query or two for each kind that its table can have."""
    only = replace(scope, only={record.table: frozenset({record.record_key})})
    return list(each(only))
