"""Texts that name a source by one key made to name it by another: where two sources turn out to be one.

What is a citation or a link only the parser knows, and it keeps no places. So each place that may be one is
marked inside of its key, the marked text is parsed, and those that come back with their mark are renamed.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from research.text.citations import Cite, find_cites, find_links, keys_at, link_at

MOST_PARSES = 200  # of one text in which places depend on each other, as a link's label and its definition do

# What a text names, in order: a tuple for each, the name first.
Names = list[tuple[str, ...]]


@dataclass(frozen=True)
class _Place:
    """Where a name begins; `wanted` is what stands there afterwards."""

    start: int
    wanted: str


def rename_key(text: str, old: str, new: str) -> str:
    """The text with every citation of `old` citing `new`; all else stays, byte for byte.

    The new key gets braces where it would be read otherwise: `@bcg认为` → `@{刘松2018}认为`.
    Raises ValueError where that cannot be done without changing what else is cited.
    """
    if not new or re.search(r"[{}\n]", new) or new != new.strip():
        raise ValueError(f"not a key that can be cited: {new!r}")
    places = [
        _Place(start, _key_there(text, at, start, old, new))
        for at in _occurrences(text, "@", old)
        for start in sorted({start for key, start in keys_at(text, at) if key == old})
    ]
    after = (
        [replace(cite, key=new) if cite.key == old else cite for cite in find_cites(text)] if places else []
    )
    return _renamed(text, old, places, _cited, [_flat(cite) for cite in after])


def rename_link(text: str, table: str, old: str, new: str, *, bare: bool = True) -> str:
    """The text with every link to the table's record `old` leading to `new`; all else stays, byte for byte.

    `bare`: whether `[[old]]`, without a table, means that record. Raises ValueError as `rename_key`.
    """
    tables = (table, "") if bare else (table,)
    alone = link_at(f"[[{new}]]", 0)
    bare_new = new if alone and (alone[0].table, alone[0].slug) == ("", new) else f"{table}/{new}"
    places = [
        _Place(found[1], new if found[0].table else bare_new)
        for at in _occurrences(text, "[[", old)
        if (found := link_at(text, at))
        and found[0].slug in (old, f"{old}\\")  # in a table a backslash guards the line before the label
        and found[0].table in tables
    ]
    after = [
        (new, one[1] or ("" if bare_new == new else table), one[2])
        if one[0] == old and one[1] in tables
        else one
        for one in (_linked(text) if places else [])
    ]
    return _renamed(text, old, places, _linked, after)


# --- what a text names ---------------------------------------------------------------------------------


def _cited(text: str) -> Names:
    return [_flat(cite) for cite in find_cites(text)]


def _flat(cite: Cite) -> tuple[str, ...]:
    return cite.key, cite.locator, cite.prefix, str(cite.suppress_author), str(cite.listed_only)


def _linked(text: str) -> Names:
    return [(link.slug, link.table, link.label) for link in find_links(text)]


# --- places --------------------------------------------------------------------------------------------


def _occurrences(text: str, sign: str, name: str) -> Iterator[int]:
    if name in text:
        yield from (found.start() for found in re.finditer(f"(?={re.escape(sign)})", text))


def _key_there(text: str, at: int, start: int, old: str, new: str) -> str:
    """The new key as it must be written there: bare if it is read whole wherever the old one was."""
    if start != at + 1:  # it has braces
        return new
    end = start + len(old)
    before, after = text[max(0, at - 1) : at], text[end : end + 2]
    written = f"{before}@{new}{after}"
    was, now = keys_at(text, at), keys_at(written, len(before))
    same = all(found[0] == new for found, one in zip(now, was, strict=True) if one[0] == old)
    # Right behind it another may stand: `@刘松@bcg`.
    next_same = bool(keys_at(text, end)) == bool(keys_at(written, len(written) - len(after)))
    return new if same and next_same else f"{{{new}}}"


def _renamed(
    text: str, old: str, places: Sequence[_Place], read: Callable[[str], Names], after: Names
) -> str:
    if not places:
        return text
    pieces, here = [], 0
    for place in _true(text, old, places, read):
        pieces += [text[here : place.start], place.wanted]
        here = place.start + len(old)
    found = "".join([*pieces, text[here:]])
    if read(found) != after:
        raise ValueError(f"“{old}” cannot be renamed in this text without changing what else it names")
    return found


def _true(text: str, old: str, places: Sequence[_Place], read: Callable[[str], Names]) -> Iterator[_Place]:
    """Those of the places that the parser takes for names, in order.

    Where marking them all changes what else is named, each half is tried.
    """
    sign = next(sign for number in range(len(text) + 2) if (sign := f"zq{number}q") not in text)
    before, left, waiting = read(text), MOST_PARSES, [list(places)]
    while waiting:
        some = waiting.pop()
        left -= 1
        if left < 0:
            raise ValueError(f"“{old}” cannot be renamed in this text: too much of it hangs together")
        marks = [f"{old[0]}{sign}{number}z{old[1:]}" for number in range(len(some))]
        marked = read(_put(text, old, some, marks))
        if [tuple(re.sub(rf"{sign}\d+z", "", part) for part in one) for one in marked] == before:
            named = {one[0] for one in marked}
            yield from (place for place, mark in zip(some, marks, strict=True) if mark in named)
        elif len(some) > 1:
            half = len(some) // 2
            waiting += [some[half:], some[:half]]


def _put(text: str, old: str, places: Sequence[_Place], names: Sequence[str]) -> str:
    pieces, here = [], 0
    for place, name in zip(places, names, strict=True):
        pieces += [text[here : place.start], name]
        here = place.start + len(old)
    return "".join([*pieces, text[here:]])
