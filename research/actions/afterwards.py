"""What follows from a write as a whole, done once at its end and in the same transaction.

A write may consist of many: an import of thousands, a form with its rows, two sources that become one. Only
when the outermost of them ends is it known what stands.
"""

import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from research.models import Batch, Record


@dataclass
class Written:
    """An outermost write, and the ids by table of what it wrote; some may be of parts that failed.

    `touched` were created, changed or kept aside, `deleted` were deleted; of those touched `published` stand
    in their table as published since, and did not before. `done` are the to-dos whose gap it closed.
    """

    by: Any
    via: str
    batch: Batch | None
    touched: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    deleted: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    published: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    done: list[Record] = field(default_factory=list)

    def touch(self, records: Iterable[Record]) -> None:
        for record in records:
            self.touched[record.table].add(record.pk)


Step = Callable[[Written], None]

_steps: list[Step] = []
_standing = threading.local()  # as the connection, whose transaction it belongs to


def follow_with(*steps: Step) -> None:
    """The steps that follow every write, in this order. Said once, in `research.actions`."""
    _steps[:] = steps


@contextmanager
def one_write(*, by: Any, via: str, batch: Batch | None = None) -> Iterator[Written]:
    """All writes inside are one transaction, and what follows from them is done once, at its end.

    Inside another, it is a part of that: a savepoint, whose failure may be caught. What a step writes is
    followed by nothing. A step that raises undoes the whole.
    """
    with transaction.atomic():
        outer: Written | None = getattr(_standing, "written", None)
        if outer is not None:
            yield outer
            return
        _standing.written = written = Written(by, via, batch)
        try:
            yield written
            for step in _steps:
                step(written)
        finally:
            _standing.written = None
