"""Rows merged, column by column: what two writers made of the same row, or two rows of the same thing."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from research.cells import LIST
from research.rows import Row, Rows
from research.text.bibliography.extra import read_extra, write_extra
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


# --- two rows of one thing -------------------------------------------------------------------------------

OURS, OTHERS, BOTH = "ours", "others", "both"


@dataclass
class Difference:
    """Where two rows differ and neither is empty: a column, or a field of one (`extra.volume`)."""

    name: str
    ours: str
    others: str
    may_be_both: bool = False


@dataclass
class Union:
    """`row` has what was chosen in each of `differences`; `filled` names what only the other had."""

    row: Row
    filled: list[str] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)


def unite(codec: type[Rows], ours: Row, others: Row, choices: Mapping[str, str]) -> Union:
    """Our row with what the other has beside it: empty cells filled, sets united, `extra` field by field.

    `choices` says by name whose shall stand where both have something else (OURS, if it says nothing), or of
    a text BOTH, one below the other. The key and the status stay ours.
    """
    union = Union(dict(ours))
    for name in codec.columns:
        if name in (codec.key(), "status"):
            continue
        if name in codec.relations():
            union.row[name] = "; ".join(sorted({*members(ours[name]), *members(others[name])}))
            if union.row[name] != ours[name]:
                union.filled.append(name)
        elif name == "extra":
            union.row[name] = _unite_fields(union, ours[name], others[name], choices)
        else:
            found = Difference(name, ours[name], others[name], name in codec.model.text_fields)
            union.row[name] = _choose(union, found, choices)
    return union


def _unite_fields(union: Union, ours: str, others: str, choices: Mapping[str, str]) -> str:
    """As they stand, if the other has nothing else: an unusual way to write them stays, too."""
    mine, fields = read_extra(ours), read_extra(others)
    united = {
        name: _choose(union, Difference(f"extra.{name}", mine.get(name, ""), fields.get(name, "")), choices)
        for name in {**mine, **fields}
    }
    return ours if united == mine else others if united == fields else write_extra(united)


def _choose(union: Union, found: Difference, choices: Mapping[str, str]) -> str:
    if found.ours == found.others or not found.others:
        return found.ours
    if not found.ours:
        union.filled.append(found.name)
        return found.others
    union.differences.append(found)
    choice = choices.get(found.name, OURS)
    if choice == BOTH and found.may_be_both:
        return f"{found.ours}\n\n{found.others}"
    return found.others if choice == OTHERS else found.ours
