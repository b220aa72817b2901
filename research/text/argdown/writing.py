"""Boards as Argdown, so that Argdown's own parser reads in them what they say."""

import re
from collections.abc import Iterable, Iterator

from research.text.argdown.boards import Board, Claim
from research.text.argdown.data import quoted

# Signs that begin something in Argdown wherever they stand, and those that do so before certain others.
_SIGNS = re.compile(r"[\\@#*_\[<{}]|/(?=[/*])|=(?===)|\.(?=\S+\.)|:(?=\S+:)")
# Titles are keys of JavaScript objects in Argdown's parser, which takes these for something that is there.
_TAKEN = {
    *("constructor", "hasOwnProperty", "isPrototypeOf", "propertyIsEnumerable", "toLocaleString", "toString"),
    *("valueOf", "__proto__", "__defineGetter__", "__defineSetter__", "__lookupGetter__", "__lookupSetter__"),
}
_UNSHOWN = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ufeff\ue000-\uf8ff\ufffe\uffff]")
NOTHING = "# —\n"  # Argdown knows no empty text


def write(boards: Iterable[Board]) -> Iterator[str]:
    """The text, a piece for each board. Titles are slugs: letters, digits, hyphens and underscores."""
    written = False
    for board in boards:
        yield "\n" * written + written_board(board)
        written = True
    if not written:
        yield NOTHING


def written_board(board: Board) -> str:
    lines = [f"[{title(board.title)}]: {escaped(board.text)} {{", *_data(board, "statement", "  "), "}"]
    for claim in board.claims:
        relation = "<+" if claim.supports else "<-"
        lines.append(f"  {relation} <{title(claim.title)}>: {escaped(claim.text)} {{")
        lines += [*_data(claim, "claim", "      "), "  }"]
    return "\n".join(lines) + "\n"


def _data(node: Board | Claim, text: str, indent: str) -> Iterator[str]:
    """One value a line, so that two versions can be compared; the exact text where Argdown would alter it."""
    for name, value in node.data.items():
        yield f"{indent}{name}: {quoted(value)}"
    if as_shown(node.text) != node.text:
        yield f"{indent}{text}: {quoted(node.text)}"


def title(slug: str) -> str:
    return f"{slug}’" if slug in _TAKEN else slug


def as_shown(text: str) -> str:
    """The text in one line with single spaces: Argdown keeps no others."""
    return " ".join(_UNSHOWN.sub(" ", text).split())


def escaped(text: str) -> str:
    """As running text of an element, in one line."""
    return _SIGNS.sub(r"\\\g<0>", as_shown(text))
