"""What a writer wants of a record, and what became of it."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from research.models import Record
from research.rows import Row


@dataclass
class Change:
    """A record with its new values and its new relations: records by many-to-many name, tag names by `tags`.

    A relation that is not named stays as it is. `record.version` is the version that the writer began from,
    `columns` those that the writer means to set (all, if None). `row` is the row that the record will have,
    where the writer has made it already; `note` says why.

    `from_draft`: the writer began from the record's newer draft, not from what is published; `aside`: the
    change is to be kept as such a draft. `settled` is the version of the published row against which the
    draft was compared, if a person did that; `base` the one that it begins from by now, where its writer has
    changed that row as well. `idle` is set by the writer: others have written just the same.
    """

    record: Record
    links: dict[str, list[Any]] = field(default_factory=dict)
    row: Row | None = None
    columns: Collection[str] | None = None
    note: str = ""
    from_draft: bool = False
    aside: bool = False
    settled: int | None = None
    base: int | None = None
    idle: bool = False


@dataclass
class Merged:
    """A change that was written together with what others had changed since: both sides' columns."""

    record: Record
    theirs: list[str]
    mine: list[str]
    author: str
    aside: bool = False
