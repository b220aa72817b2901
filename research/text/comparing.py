"""What two texts have in common, by lines or by words (Chinese by character)."""

import re
from collections.abc import Iterator, Sequence

from diff_match_patch import diff_match_patch

WORDS = re.compile(r"[^\W\d_\u3400-\u9fff\U00020000-\U0003ffff]+|\d+|\s+|.", re.DOTALL)
LINES = re.compile(r"\n|[^\n]+")
SECONDS = 0.5  # after which a comparison is finished coarsely
Block = tuple[int, int, int]  # where it begins in the one and in the other, and how long it is


def words(text: str) -> list[str]:
    """The text in pieces that are marked whole: a word, a number, white space, any other character."""
    return WORDS.findall(text)


def lines(text: str) -> list[str]:
    """The text in lines, line breaks apart: a line added at the end does not change the one above."""
    return LINES.findall(text)


def common(one: Sequence[str], other: Sequence[str]) -> list[Block]:
    """The runs of pieces that stand in both, in order."""
    blocks, here, there = [], 0, 0
    for kind, length in _steps(one, other):
        if kind == 0:
            blocks.append((here, there, length))
        here += length if kind <= 0 else 0
        there += length if kind >= 0 else 0
    return blocks


def differences(old: str, new: str, seconds: float = SECONDS) -> Iterator[tuple[int, str]]:
    """The texts as runs of words: (-1, gone), (0, kept), (1, come)."""
    before, after = words(old), words(new)
    here = there = 0
    for kind, length in _steps(before, after, readable=True, seconds=seconds):
        yield kind, "".join(after[there : there + length] if kind > 0 else before[here : here + length])
        here += length if kind <= 0 else 0
        there += length if kind >= 0 else 0


def _steps(
    one: Sequence[str], other: Sequence[str], *, readable: bool = False, seconds: float = SECONDS
) -> Iterator[tuple[int, int]]:
    """(-1, 0 or 1, how many pieces): each piece is one character to the library, which compares strings.

    `readable` joins changes with little between them.
    """
    names: dict[str, str] = {}
    encoded = [
        "".join(names.setdefault(piece, _name(len(names))) for piece in pieces) for pieces in (one, other)
    ]
    library = diff_match_patch()
    library.Diff_Timeout = seconds
    found = library.diff_main(*encoded, False)
    if readable:
        library.diff_cleanupSemantic(found)
    return ((kind, len(text)) for kind, text in found)


def _name(number: int) -> str:
    """A character of its own for each number, past the surrogates, which are no text."""
    return chr(number if number < 0xD800 else number + 0x800)
