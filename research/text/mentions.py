"""Who is spoken to in a comment: `@name`, also in the midst of Chinese text."""

import re
from collections.abc import Iterable, Iterator

# Not the sign within an address (a@b.org); input methods type it full width too.
AT = re.compile(r"(?<![A-Za-z0-9_.+-])[@＠]")
WORD = re.compile(r"[A-Za-z0-9_]")


def find(text: str, names: Iterable[str]) -> Iterator[tuple[int, int, str]]:
    """Start, end and name of each of the names that the text calls; the longest where several fit."""
    longest_first = sorted(filter(None, names), key=len, reverse=True)
    for sign in AT.finditer(text):
        fitting = (name for name in longest_first if calls(text, sign.end(), name))
        if name := next(fitting, None):
            yield sign.start(), sign.end() + len(name), name


def calls(text: str, start: int, name: str) -> bool:
    """Whether the name stands there whole: `@li` does not begin `@liu`; after 李四 anything may follow."""
    end = start + len(name)
    if text[start:end].casefold() != name.casefold():
        return False
    return not (WORD.match(name[-1]) and end < len(text) and WORD.match(text[end]))
