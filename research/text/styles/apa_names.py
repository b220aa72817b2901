"""Names in APA style (section 9.8)."""

import re

from research.text.styles.joining import join, join_all
from research.text.styles.names import Name, initials, without_others

MOST_NAMES = 20  # of 21 and more the first 19 and the last are given


def names(found: list[Name], *, inverted: bool) -> str:
    """`McCauley, S. M., & Christiansen, M. H.`; within a reference `G. Y. Iwamasa & P. A. Hays`."""
    found, more = without_others(found)
    shown = [name(one, inverted=inverted) for one in found]
    if more:
        return f"{join_all(', ', shown)}, et al." if shown[-1].isascii() else f"{join_all(', ', shown)}, 等"
    if len(shown) > MOST_NAMES:
        return f"{join_all(', ', shown[: MOST_NAMES - 1])}, … {shown[-1]}"
    if len(shown) < 2:
        return join_all("", shown)
    has_comma = len(shown) > 2 or (inverted and not found[0].literal and not found[0].is_east_asian)
    return f"{join_all(', ', shown[:-1])}{',' if has_comma else ''} & {shown[-1]}"


def name(one: Name, *, inverted: bool) -> str:
    if one.literal:
        return one.literal
    if one.is_east_asian:
        return one.joined
    given = join(" ", _points(one.given), one.dropped)
    if inverted:
        return join(", ", one.full_family, given, one.suffix)
    return join(", ", join(" ", given, one.full_family), one.suffix)


def _points(given: str) -> str:
    """`Jean-Paul M` → `J.-P. M.`"""
    parts = [" ".join(_pointed(word) for word in initials(part)) for part in re.split("[-‐‑]", given)]
    return join_all("-", parts)


def _pointed(word: str) -> str:
    return f"{word}." if word[0].isupper() else word
