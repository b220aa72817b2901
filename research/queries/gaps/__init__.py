"""What is missing, found by the system: a small class a kind, all of them in `KINDS`."""

from research.queries.gaps.base import Gap, Kind, Name, Scope
from research.queries.gaps.cells import is_stale, months_before
from research.queries.gaps.listing import KINDS, Count, Gaps, closed, counts, each, named, of_record

__all__ = [
    "KINDS",
    "Count",
    "Gap",
    "Gaps",
    "Kind",
    "Name",
    "Scope",
    "closed",
    "counts",
    "each",
    "is_stale",
    "months_before",
    "named",
    "of_record",
]
