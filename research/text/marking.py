"""The difference of two texts as a reader meets it: words marked, long stretches in common left out."""

from collections.abc import Iterator, Sequence

from research.text.comparing import differences

GONE, KEPT, CAME, LEFT_OUT = -1, 0, 1, 2
AROUND = 40  # characters kept on either side of a change
Run = tuple[int, str]


def marked(old: str, new: str, around: int = AROUND) -> list[Run]:
    """The texts as runs of (GONE, KEPT, CAME or LEFT_OUT, text); equal texts are one run, kept."""
    runs = list(differences(old, new)) if old != new else [(KEPT, new)]
    return [
        part
        for place, (kind, text) in enumerate(runs)
        for part in (
            _folded(text, around if place else 0, around if place < len(runs) - 1 else 0)
            if kind == KEPT and len(runs) > 1
            else [(kind, text)]
        )
    ]


def marked_members(old: Sequence[str], new: Sequence[str]) -> list[Run]:
    """A list with the members that went in their places and those that came, each marked whole.

    Of the same members in another order both lists.
    """
    if sorted(old) == sorted(new) and old != new:
        return [(GONE, "; ".join(old)), (KEPT, " "), (CAME, "; ".join(new))]
    runs = [(KEPT if member in new else GONE, member) for member in old if member]
    runs += [(CAME, member) for member in new if member and member not in old]
    return [part for run in runs for part in ((KEPT, "; "), run)][1:]


def _folded(text: str, first: int, last: int) -> Iterator[Run]:
    """The text's first and last so many characters, with what it has between them left out."""
    if len(text) <= first + last + 10:  # not worth a sign
        yield KEPT, text
        return
    if first:
        yield KEPT, text[:first]
    yield LEFT_OUT, text[first : len(text) - last]
    if last:
        yield KEPT, text[len(text) - last :]
