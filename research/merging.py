"""Three-way merge of rows: what two writers made of the same row, column by column."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from research.cells import LIST
from research.rows import Row, Rows
from research.text.merging import Hunk, Part, merge_sets, merge_text


@dataclass
class Merge:
    """`row` is the merged row; in the columns that clash it has theirs, and `clashes` has the parts.

    `theirs` and `mine` are the columns that the one and the other changed, those that clash in both.
    """

    row: Row
    theirs: list[str] = field(default_factory=list)
    mine: list[str] = field(default_factory=list)
    clashes: dict[str, list[Part]] = field(default_factory=dict)


def merge(
    codec: type[Rows], base: Row, theirs: Row, mine: Row, columns: Iterable[str] | None = None
) -> Merge:
    """Merge the columns; one that is not among `columns` the writer of `mine` did not mean to set."""
    result = Merge(dict(theirs))
    meant = set(codec.columns if columns is None else columns)
    for name in codec.columns:
        before, other, own = base.get(name, ""), theirs.get(name, ""), mine.get(name, "")
        if other != before:
            result.theirs.append(name)
        if name not in meant or own == before:
            continue
        result.mine.append(name)
        parts = merge_cell(codec, name, before, other, own)
        if any(isinstance(part, Hunk) for part in parts):
            result.clashes[name] = parts
        else:
            result.row[name] = "".join(map(str, parts))
    return result


def merge_cell(codec: type[Rows], name: str, base: str, theirs: str, mine: str) -> list[Part]:
    """The cell in parts: a text by paragraph, a set by its members, everything else whole."""
    if theirs in (base, mine):
        return [mine]
    if name in codec.model.text_fields:
        return merge_text(base, theirs, mine)
    if name in codec.relations() and not is_ordered(codec, name):
        sets = (members(cell) for cell in (base, theirs, mine))
        return ["; ".join(sorted(merge_sets(*sets)))]
    return [Hunk(base, theirs, mine)]


def is_ordered(codec: type[Rows], name: str) -> bool:
    """Whether the order of the column's records is the team's: then a mixture of two orders is nobody's."""
    return bool(getattr(codec.fields[name].widget, "places", None))


def members(cell: str) -> list[str]:
    return [one for one in LIST.split(cell) if one]


def resolved(merged: Merge, choose: Callable[[str, int], bool]) -> Row:
    """The row with mine in each clash (column, number of the hunk in it) that `choose` says so for."""
    row = dict(merged.row)
    for name, parts in merged.clashes.items():
        texts, number = [], 0
        for part in parts:
            if isinstance(part, Hunk):
                texts.append(part.mine if choose(name, number) else part.theirs)
                number += 1
            else:
                texts.append(part)
        row[name] = "".join(texts).strip()
    return row
