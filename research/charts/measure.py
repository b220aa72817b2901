"""How wide a text is before any font has drawn it: widths from above, so that what fits here fits anywhere.

Widths are in ems. A Han character is one; Latin ones are as in DejaVu Sans, the widest of the common fonts.
"""

import re
import unicodedata
from functools import lru_cache

NARROW, DIGIT, SMALL, CAPITAL, WIDE, UNKNOWN = 0.42, 0.64, 0.66, 0.8, 1.02, 1.4
_NARROW = frozenset("iljI.,:;'|!()[] /\\-\u202f\u2009")
_WIDE = frozenset("mwMW@%—…&+<>=≥≤~−QO°·→↑↓")
ELLIPSIS = "…"
MOST = 500  # characters of a text that are looked at

# What XML cannot hold, what moves other text about (marks of direction), and what only breaks lines.
_UNFIT = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff\ufffe\uffff]"
)


def clean(text: str) -> str:
    """One line without what no drawing can hold: controls, halves of characters, marks of direction."""
    return " ".join(_UNFIT.sub("", text[:MOST]).split())


@lru_cache(maxsize=8192)
def _advance(character: str) -> float:
    if character in _NARROW:
        return NARROW
    if character in _WIDE:
        return WIDE
    if character.isascii():
        return DIGIT if character.isdigit() else CAPITAL if character.isupper() else SMALL
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0.0
    return 1.0 if is_plain(character) else UNKNOWN


@lru_cache(maxsize=8192)
def is_plain(character: str) -> bool:
    """Whether fonts agree on its width: ASCII, Latin, Han, kana and their punctuation."""
    code = ord(character)
    return code < 0x250 or 0x2010 <= code < 0x2040 or 0x2E80 <= code < 0xA000 or 0xFF00 <= code < 0xFFF0


def width_of(text: str, size: float) -> float:
    """The most that the text takes in pixels, at a font size of `size` pixels."""
    return sum(map(_advance, text)) * size


def is_plain_text(text: str) -> bool:
    return all(map(is_plain, text))


def shortened(text: str, width: float, size: float) -> str:
    """The text, or as much of its beginning as fits with an ellipsis; "" where not even that fits."""
    if width_of(text, size) <= width:
        return text
    room = width - width_of(ELLIPSIS, size)
    if room < 0:
        return ""
    taken = 0.0
    for place, character in enumerate(text):
        taken += _advance(character) * size
        if taken > room:
            return text[:place].rstrip() + ELLIPSIS
    return text


def wrapped(text: str, width: float, size: float, lines: int = 2) -> list[str]:
    """The text in at most `lines` lines of at most `width` pixels; the last ends in … if more would follow.

    Latin words stay whole where they fit a line; Han text may break anywhere but before its punctuation.
    Lines are about equally long: no last one of a single character.
    """
    rest = clean(text)
    found = _lines(rest, width, size, lines)
    if len(found) > 1 and not found[-1].endswith(ELLIPSIS):
        even = width_of(rest, size) / len(found)
        tries = (even + step * size for step in range(1, int((width - even) // size) + 1))
        fitting = (_lines(rest, narrower, size, len(found)) for narrower in tries)
        found = next((one for one in fitting if not one[-1].endswith(ELLIPSIS)), found)
    return found


def _lines(rest: str, width: float, size: float, lines: int) -> list[str]:
    found: list[str] = []
    while rest and len(found) < lines - 1:
        end = _break(rest, width, size)
        found.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    if rest:
        found.append(shortened(rest, width, size))
    return [line for line in found if line]


_NOT_FIRST = frozenset("，。、；：？！）》」』”’…,.;:?!)%")


def _break(text: str, width: float, size: float) -> int:
    """How many characters stand in the first line; at least one."""
    taken, end = 0.0, len(text)
    for place, character in enumerate(text):
        taken += _advance(character) * size
        if taken > width:
            end = place
            break
    if end == len(text):
        return end
    end = max(end, 1)
    back = end
    while back > 1 and (text[back] in _NOT_FIRST or _within_word(text[back - 1], text[back])):
        back -= 1
    return back if back > end // 3 else end


def _within_word(before: str, after: str) -> bool:
    return before.isascii() and after.isascii() and before.isalnum() and after.isalnum()
