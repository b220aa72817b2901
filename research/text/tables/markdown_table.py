"""A table in GitHub's Markdown, in which any text stays as it is.

Source: https://github.github.com/gfm/#tables-extension-
"""

import re
from collections.abc import Iterable, Sequence

from research.text.controls import without_controls

# What can begin something, in a cell or on GitHub (where `$` begins a formula); the rest may stand as it is.
_SIGNS = re.compile(r"[\\`*_{}\[\]<>#|~&$!]")
_LIST_OR_RULE = re.compile(r"^(?:([0-9]+)(?=[.)](?:\s|$))|(?=[-+]))")  # how one begins


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Lines of the table, of cells that are Markdown already; see `cell` and `escaped`."""
    lines = [header, ["---"] * len(header), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def cell(pieces: Iterable[str]) -> str:
    """Markdown of one line each, as the lines of a cell."""
    return "<br>".join(pieces)


def escaped(text: str) -> str:
    """Plain text as Markdown that shows it: line ends as `<br>`, blank ends kept, controls as blanks."""
    return cell(map(_escaped_line, without_controls(text).split("\n")))


def in_one_line(text: str) -> str:
    """Plain text as a paragraph or heading of one line: `1. x` is no list."""
    return _LIST_OR_RULE.sub(r"\1\\", escaped(" ".join(without_controls(text).split())))


def _escaped_line(line: str) -> str:
    """The blanks at its ends as references to characters: a cell would lose them."""
    inner = line.strip()
    if not inner:
        return _blanks(line)
    start = line.index(inner)
    signs = _SIGNS.sub(r"\\\g<0>", inner)
    return f"{_blanks(line[:start])}{signs}{_blanks(line[start + len(inner) :])}"


def _blanks(text: str) -> str:
    return "".join(f"&#{ord(sign)};" for sign in text)
