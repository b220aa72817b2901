"""Folding for substring search: the same text however it is typed, cut into overlapping pairs of characters.

Both the texts and the queries are folded, so `ET 大脑`, `ＥＴ大脑` and `et大脑` find each other.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from itertools import chain, groupby, pairwise

from research.text.cjk import is_cjk

END = 0  # the partner of the last character
MAX_MARKS = 32  # combining marks on one character; Unicode's own limit for a stream (UAX #15) is 30


@dataclass(frozen=True)
class Folded:
    """Folded text; `offsets[i]` is the index in the original string from which `text[i]` comes."""

    text: str
    offsets: list[int]


class _Kind(Enum):
    LETTER = 1
    WIDE = 2  # takes no space beside it
    SPACE = 3
    MARK = 4  # belongs to the character before it
    NOTHING = 5


class _Kinds(dict[str, _Kind]):
    """The kind of each character, worked out once."""

    def __missing__(self, character: str) -> _Kind:
        self[character] = kind = _kind(character)
        return kind


def _kind(character: str) -> _Kind:
    code = ord(character)
    if character.isspace():
        return _Kind.SPACE
    variation_selector = 0xFE00 <= code < 0xFE10 or 0xE0100 <= code < 0xE01F0
    if variation_selector or unicodedata.category(character) in ("Cc", "Cf", "Cs"):
        return _Kind.NOTHING
    if unicodedata.combining(character) or character in "\uff9e\uff9f":  # the voice marks of half-width kana
        return _Kind.MARK
    plain = _FOLDS[character]
    full_width_latin = plain.isascii() and plain.isalnum()
    return _Kind.WIDE if is_cjk(character) and not full_width_latin else _Kind.LETTER


class _Folds(dict[str, str]):
    """The folded form of each character, worked out once; of a character with its marks, every time."""

    def __missing__(self, cluster: str) -> str:
        folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", cluster).casefold())
        folded = "".join(folded.split())
        while folded and unicodedata.combining(folded[0]):  # a stand-alone accent became a space and a mark
            folded = folded[1:]
        if len(cluster) == 1:
            self[cluster] = folded
        return folded


_KINDS = _Kinds()
_FOLDS = _Folds()


def fold(text: str) -> Folded:
    """Fold width (NFKC), case and white space.

    A run of white space becomes one space; it goes altogether at both ends and beside Han, kana, Hangul and
    their punctuation. Zero-width and control characters go too, and accents on nothing.
    """
    pieces: list[str] = []
    offsets: list[int] = []
    before, space = _Kind.WIDE, -1
    for index, cluster, kind in _clusters(text):
        if kind is _Kind.SPACE:
            space = index if space < 0 else space
            continue
        folded = _FOLDS[cluster]
        if not folded:
            continue
        if space >= 0 and before is _Kind.LETTER and kind is _Kind.LETTER:
            pieces.append(" ")
            offsets.append(space)
        pieces.append(folded)
        offsets.extend([index] * len(folded))
        before, space = kind, -1
    return Folded("".join(pieces), offsets)


class _Shapes(dict[int, str]):
    """For `str.translate`: a character folded; one that takes no space beside it stands between two EDGEs."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        kind, folded = _KINDS[character], _FOLDS[character]
        if kind is _Kind.SPACE:
            shape = " "
        elif kind is _Kind.NOTHING:
            shape = ""
        elif kind is _Kind.MARK or not folded:
            shape = UNSURE
        else:
            shape = f"{EDGE}{folded}{EDGE}" if kind is _Kind.WIDE else folded
        self[code] = shape
        return shape


# Control characters, which no folded text holds.
EDGE, UNSURE = "\x01", "\x02"
_SHAPES = _Shapes()
_BESIDE_WIDE, _RUN = re.compile(f" *{EDGE} *"), re.compile(" +")


def fold_text(text: str) -> str:
    """`fold(text).text`, without the offsets and some three times as fast."""
    shaped = text.translate(_SHAPES)
    if UNSURE in shaped:
        return fold(text).text
    return _RUN.sub(" ", _BESIDE_WIDE.sub("", shaped)).strip(" ")


def _clusters(text: str) -> Iterator[tuple[int, str, _Kind]]:
    """(index, characters, kind): each character with its combining marks, without those that show nothing."""
    start, cluster, kind = 0, "", _Kind.NOTHING
    for index, character in enumerate(text):
        own = _KINDS[character]
        if own is _Kind.NOTHING:
            continue
        if own is _Kind.MARK and kind in (_Kind.LETTER, _Kind.WIDE) and len(cluster) < MAX_MARKS:
            cluster += character
            continue
        if cluster:
            yield start, cluster, kind
        start, cluster, kind = index, character, _Kind.LETTER if own is _Kind.MARK else own
    if cluster:
        yield start, cluster, kind


def pairs(folded: str) -> list[str]:
    """One token for each character of folded text: its code and that of the next one, in hexadecimal.

    `et大` → `65x74`, `74x5927`, `5927x0`. A string occurs in a text just where its tokens but the last stand
    in a row among the tokens of the text.
    """
    codes = [*map(ord, folded), END]
    return [f"{a:x}x{b:x}" for a, b in pairwise(codes)]


def passages(paragraphs: list[str], limit: int = 2000, overlap: int = 200) -> list[str]:
    """The paragraphs that are not empty, those over `limit` characters as windows that overlap.

    Any string of up to `overlap` characters stands whole in one of the windows.
    """
    if not 0 <= overlap < limit:
        raise ValueError("overlap must be at least 0 and less than limit")
    return [
        paragraph[start : start + limit]
        for paragraph in paragraphs
        if paragraph.strip()
        for start in range(0, max(len(paragraph) - overlap, 1), limit - overlap)
    ]


def mark(text: str, query: str, around: int = 40) -> list[tuple[str, bool]]:
    """An excerpt around the first match, in pieces (piece, is it a match).

    All matches that lie whole in the excerpt are marked; `…` stands where the text is cut. Without a match it
    is the beginning of the text, unmarked.
    """
    matches = _matches(text, fold(query).text)
    first = next(matches, None)
    low, high = (first[0] - around, first[1] + around) if first else (0, 2 * around)
    low, high = max(low, 0), min(high, len(text))
    pieces: list[tuple[str, bool]] = []
    here = low
    for start, end in chain([first] if first else [], matches):
        if end > high:
            break
        pieces += [(text[here:start], False), (text[start:end], True)]
        here = end
    pieces.append((text[here:high], False))
    pieces = [("…" if low else "", False), *pieces, ("…" if high < len(text) else "", False)]
    return _merged(pieces)


def _merged(pieces: list[tuple[str, bool]]) -> list[tuple[str, bool]]:
    runs = groupby(pieces, key=lambda piece: piece[1])
    joined = [("".join(piece for piece, _ in run), is_match) for is_match, run in runs]
    return [piece for piece in joined if piece[0]]


def _matches(text: str, query: str) -> Iterator[tuple[int, int]]:
    """(start, end) in the original text of each match of a folded query; they do not overlap."""
    folded = fold(text)
    found = folded.text.find(query) if query else -1
    last_end = 0
    while found >= 0:
        start = folded.offsets[found]
        end = folded.offsets[found + len(query) - 1] + 1
        while end < len(text) and _KINDS[text[end]] in (_Kind.MARK, _Kind.NOTHING):
            end += 1
        if start >= last_end:
            yield start, end
            last_end = end
        found = folded.text.find(query, found + len(query))
