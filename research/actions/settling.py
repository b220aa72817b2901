"""What a person chose where two changed the same, put into the change: it then begins from what was shown."""

import copy
from collections.abc import Callable
from dataclasses import dataclass

from research.actions.changes import Change
from research.actions.reconciling import clash_where_mine, merged, row_of
from research.merging import Merge, resolved
from research.models import Record, Revision
from research.rows import TABLES, Row, Rows
from research.text.merging import Hunk

# Whether mine shall stand in the column's hunk of that number; None if nobody has said.
Choose = Callable[[str, int], bool | None]


@dataclass(frozen=True)
class Shown:
    """What the person saw of a record: as `version`, `aside` and `beside` of the Clash."""

    version: int
    aside: bool = False
    beside: int = 0


def settle(change: Change, shown: Shown, choose: Choose) -> dict[str, list[str]] | None:
    """Let the change begin from what was shown, with the choices in its row.

    None if a choice is missing, else what is wrong with the row, by column; the change is as before then.
    """
    codec = TABLES[change.record.table]()
    aside = change.aside
    found = _found(codec, change, shown)
    complete = found is not None and all(
        choose(name, number) is not None
        for name, parts in found.clashes.items()
        for number in range(sum(isinstance(part, Hunk) for part in parts))
    )
    if not found or not complete:
        change.aside = aside
        return None
    row = resolved(found, lambda name, number: bool(choose(name, number)))
    errors = codec.decode(row, copy.copy(change.record)).errors
    if errors:
        change.aside = aside
        return errors
    change.links = codec.decode(row, change.record).links
    change.row = codec.row_of(change.record, change.links)
    change.record.version = shown.version
    same_line = change.aside == shown.aside and not shown.beside
    change.idle = same_line and change.row == row_at(change.record, shown.version, aside=shown.aside)
    if shown.beside:
        change.settled = shown.version
    else:
        change.from_draft = shown.aside
    return {}


def _found(codec: Rows, change: Change, shown: Shown) -> Merge | None:
    """The merge as it was shown; None if something else would have been asked."""
    kind, record, columns = type(codec), change.record, change.columns
    base = row_at(record, record.version, aside=change.from_draft)
    mine = row_of(codec, change, base)
    theirs = row_at(record, shown.version, aside=shown.aside)
    if shown.beside:
        if record.version != shown.version:
            drafts = row_at(record, shown.version, aside=True)
            found = merged(kind, change, base, drafts, mine, columns)
            if found.clashes:
                return None
            mine = found.row
        base, columns = row_at(record, shown.beside, aside=False), None
    found = merged(kind, change, base, theirs, mine, columns)
    if not found.clashes and codec.decode(found.row, copy.copy(record)).errors:
        clash_where_mine(found, base, theirs, mine)
    return found


def row_at(record: Record, version: int, *, aside: bool) -> Row:
    """The row of one of the record's lines as it stood at the version; empty if there was none."""
    line = Revision.objects.of(record).filter(aside=aside, deleted=False, version__lte=version)
    found = line.first()
    return found.row if found else {}
