"""Three-way merge of a text that two people changed: what only one changed is taken, else one must choose.

The regions are those of diff3: https://www.cis.upenn.edu/~bcpierce/papers/diff3-short.pdf
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from research.text.comparing import common, lines


@dataclass(frozen=True)
class Hunk:
    """A piece that both changed, each in another way."""

    base: str
    theirs: str
    mine: str


Part = str | Hunk


def merge_text(base: str, theirs: str, mine: str) -> list[Part]:
    """The parts of the merged text in order; where two people touched the same lines, a Hunk."""
    # With a line break at the end of all three, what is added below the last line leaves that line alone.
    texts = lines(f"{base}\n"), lines(f"{theirs}\n"), lines(f"{mine}\n")
    parts: list[Part] = []
    for old, left, right in _regions(*texts):
        part = _merged("".join(old), "".join(left), "".join(right))
        if isinstance(part, str) and parts and isinstance(parts[-1], str):
            parts[-1] += part
        elif part != "":
            parts.append(part)
    last = parts.pop()
    if isinstance(last, Hunk):
        return [*parts, Hunk(*(text.removesuffix("\n") for text in (last.base, last.theirs, last.mine)))]
    last = last.removesuffix("\n")
    return [*parts, last] if last or not parts else parts


def merge_sets(base: Sequence[str], theirs: Sequence[str], mine: Sequence[str]) -> list[str]:
    """Theirs, with what was added and without what was removed in mine; nothing is left to be chosen."""
    removed = set(base) - set(mine)
    added = [one for one in mine if one not in base and one not in theirs]
    return [one for one in theirs if one not in removed] + added


def _merged(base: str, theirs: str, mine: str) -> Part:
    if theirs == mine or mine == base:
        return theirs
    return mine if theirs == base else Hunk(base, theirs, mine)


Region = tuple[Sequence[str], Sequence[str], Sequence[str]]


def _regions(base: list[str], theirs: list[str], mine: list[str]) -> Iterator[Region]:
    """The three texts cut where all three agree: agreed and other regions in turn."""
    here = left = right = 0
    for start, in_theirs, in_mine, length in [
        *_agreed(base, theirs, mine),
        (len(base), len(theirs), len(mine), 0),
    ]:
        yield base[here:start], theirs[left:in_theirs], mine[right:in_mine]
        here, left, right = start + length, in_theirs + length, in_mine + length
        yield base[start:here], theirs[in_theirs:left], mine[in_mine:right]


def _agreed(base: list[str], theirs: list[str], mine: list[str]) -> Iterator[tuple[int, int, int, int]]:
    """Where runs of the base stand in both others: place in each of the three, and length."""
    left, right = common(base, theirs), common(base, mine)
    i = j = 0
    while i < len(left) and j < len(right):
        (a, in_theirs, m), (b, in_mine, n) = left[i], right[j]
        start, end = max(a, b), min(a + m, b + n)
        if start < end:
            yield start, in_theirs + start - a, in_mine + start - b, end - start
        if a + m < b + n:
            i += 1
        else:
            j += 1
