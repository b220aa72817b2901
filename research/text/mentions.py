"""Who is spoken to in a comment: `@name`, also in the midst of Chinese text."""

import re
from collections.abc import Iterable, Iterator

# Not the sign within an address (a@b.org); input methods type it full width too.
AT = re.compile(r"(?<![A-Za-z0-9_.+-])[@＠]")
WORD = re.compile(r"[A-Za-z0-9_]")


def find(text: str, names: Iterable[str]) -> Iterator[tuple[int, int, str]]:
    """Start, end and name of each of the names that the text calls; the longest where several fit."""
    by_length: dict[int, dict[str, str]] = {}
    for name in filter(None, names):
        by_length.setdefault(len(name), {}).setdefault(name.casefold(), name)
    longest_first = sorted(by_length.items(), reverse=True)
    for sign in AT.finditer(text):
        start = sign.end()
        # A look a length, not one a name: there may be many of either.
        called = (same.get(text[start : start + length].casefold(), "") for length, same in longest_first)
        if name := next((name for name in called if name and is_whole(text, start, name)), ""):
            yield sign.start(), start + len(name), name


def is_whole(text: str, start: int, name: str) -> bool:
    """`@li` does not begin `@liu`; after 李四 anything may follow."""
    end = start + len(name)
    return not (WORD.match(name[-1]) and end < len(text) and WORD.match(text[end]))
