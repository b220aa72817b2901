"""Putting parts together: empty ones vanish, and no mark stands twice where two parts meet."""

from collections.abc import Iterable

# What a mark that follows is swallowed by: `Jr.` and `. ` make `Jr. `, `Why?` and `. ` make `Why? `.
_SWALLOWED_BY = {".": ".!?:;", ":": ":!?;", ",": ",", ";": ";"}


def join(delimiter: str, *parts: str) -> str:
    """The parts that hold something, with the delimiter between them."""
    return join_all(delimiter, parts)


def join_all(delimiter: str, parts: Iterable[str]) -> str:
    pieces: list[str] = []
    for part in filter(None, parts):
        if pieces:
            pieces.append(_after(pieces[-1], delimiter))
        pieces.append(part)
    return "".join(pieces)


def end_with(text: str, mark: str) -> str:
    """The text and the mark, unless what it ends with swallows it. The space of the mark stays."""
    return text + _after(text, mark)


def wrap(opening: str, text: str, closing: str) -> str:
    return f"{opening}{text}{closing}" if text else ""


def _after(text: str, mark: str) -> str:
    swallowed = text[-1:] and text[-1:] in _SWALLOWED_BY.get(mark[:1], "")
    return mark[1:] if swallowed else mark
