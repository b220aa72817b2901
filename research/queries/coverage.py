"""How much of what a comparison says rests on a source that readers can look up."""

from dataclasses import dataclass
from typing import Any

from research.models import Comparison
from research.queries.gaps import KINDS, Scope, counts
from research.queries.gaps.narrowing import records
from research.rows import MODELS

# What is said, by table, and the kind of gap that says which of it cites nothing.
STATEMENTS = {"cases": "uncited_case", "findings": "uncited_finding", "arguments": "uncited_claim"}


@dataclass(frozen=True)
class Covered:
    """The statements of one table: how many cite a source, of how many."""

    label: Any
    table: str
    cited: int
    all: int


@dataclass(frozen=True)
class Coverage:
    """`gaps` are all of the comparison's, of whatever kind; None where nobody asked."""

    by_table: list[Covered]
    gaps: int | None = None

    @property
    def cited(self) -> int:
        return sum(one.cited for one in self.by_table)

    @property
    def all(self) -> int:
        return sum(one.all for one in self.by_table)


def coverage(comparison: Comparison, *, with_gaps: bool = False) -> Coverage:
    """Of all public cases of the compared organizations, their findings on the comparison's criteria, and
    the arguments of the theses on its page. A fixed number of queries.

    What is missing of it are the comparison's gaps of these kinds, one by one.
    """
    scope = Scope(public=True, comparison=comparison.slug)
    counted = {one.kind.name: one.count for one in counts(scope, KINDS if with_gaps else STATEMENTS.values())}
    by_table = []
    for table, kind in STATEMENTS.items():
        every = records(MODELS[table], scope).count()
        label = MODELS[table]._meta.verbose_name_plural
        by_table.append(Covered(label, table, every - counted[kind], every))
    return Coverage(by_table, sum(counted.values()) if with_gaps else None)
