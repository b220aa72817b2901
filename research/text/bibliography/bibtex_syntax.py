"""The blocks of a BibTeX file, whatever is wrong with some of them.

Source: "Tame the BeaST" and btparse's grammar, https://metacpan.org/dist/Text-BibTeX/view/btparse/doc/bt_language.pod.
A block ends before the next line that begins one (`@book{key,`), so that an unclosed one costs no other.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from research.text import edtf
from research.text.bibliography.lines import Lines

MOST_UNCLOSED = 20  # comments of one stretch whose end is looked for
MOST_EXPANDED = 20_000_000  # characters that abbreviations become in one file

_START = re.compile(r"@[ \t\n]*([^\W\d][\w-]*)[ \t\n]*([{(])")
_NEXT = re.compile(
    r"^[ \t]*@[ \t]*(?:(?:string|comment|preamble)[ \t]*[{(]"
    r"|[^\W\d][\w-]*[ \t]*[{(]\s{0,20}[^\n{}=,\"]{0,200},)",
    re.MULTILINE | re.IGNORECASE,
)
# Inside a broken block also one that does not begin its line.
_INNER = re.compile(
    r"@[ \t]*[^\W\d][\w-]*[ \t]*[{(]\s{0,20}[^\s{}()=,\"]{1,200}\s{0,20},"
    r"\s{0,20}[^\s{}()=,\"]{1,100}\s{0,20}="
)
_BLANK = re.compile(r"[ \t\n]*")
_KEY = re.compile(r"[^\n{}=,\"]*")
_NAME = re.compile(r"[^\s{}()=,\"#%']+")
_BARE = re.compile(r"[^\s{}()=,\"#%']+")
_BRACES = re.compile(r"[{}]")
_ESCAPES = re.compile(r"\\.|[{}]", re.DOTALL)
_QUOTED = re.compile(r"[{}\"]")
_QUOTED_ESCAPES = re.compile(r"\\.|[{}\"]", re.DOTALL)

MONTHS = {name[:3].lower(): name for name in edtf.MONTHS_EN}


class Broken(Exception):
    """Why a block cannot be read, and where."""

    def __init__(self, message: str, place: int, **names: str) -> None:
        super().__init__(message)
        self.message, self.place, self.names = message, place, names


@dataclass
class Piece:
    """A part of a value: text, or the name of an abbreviation."""

    text: str
    is_name: bool = False


@dataclass
class Block:
    """An entry as written, its type in lower case; or a @string, with one field. Bad ones have a problem."""

    line: int
    type: str
    key: str = ""
    fields: list[tuple[str, list[Piece]]] = field(default_factory=list)
    problem: str = ""


def blocks(text: str) -> Iterator[Block]:
    """All entries and @strings in their order. Comments, preambles and what stands between are left out."""
    nexts = [found.start() for found in _NEXT.finditer(text)] + [len(text)]
    lines, place, ahead, mending, inner, unclosed = Lines(text), 0, 0, False, -1, 0
    while start := _START.search(text, place):
        while nexts[ahead] <= start.start():
            ahead += 1
            mending, inner, unclosed = False, -1, 0
        stop = nexts[ahead]
        # After a broken block no other of the same lines may look further than the next.
        if mending and inner < start.end():
            found = _INNER.search(text, start.end(), stop)
            inner = found.start() if found else len(text)
        if mending:
            stop = min(stop, inner)
        if start[1].lower() in ("comment", "preamble"):
            place = _after_comment(text, start, stop) if unclosed < MOST_UNCLOSED else start.end()
            unclosed += place == start.end()
            continue
        block, place = _block(text, start, stop, lines)
        if block:
            mending = mending or bool(block.problem)
            yield block


def _block(text: str, start: re.Match[str], stop: int, lines: Lines) -> tuple[Block | None, int]:
    line, kind = lines.at(start.start()), start[1].lower()
    if kind in ("comment", "preamble"):
        return None, _after_comment(text, start, stop)
    block = Block(line, kind)
    try:
        try:
            return _read(text, start, stop, block, escapes=False)
        except Broken:  # some programs write \{ for a brace that does not count
            block.fields.clear()
            return _read(text, start, stop, block, escapes=True)
    except Broken as broken:
        inner = _INNER.search(text, start.end(), stop)
        end = inner.start() if inner else stop
        at = line + text.count("\n", start.start(), min(broken.place, end))
        block.fields.clear()
        block.problem = broken.message % {**broken.names, "line": at}
        return (block if kind != "string" else None), end


def _after_comment(text: str, start: re.Match[str], stop: int) -> int:
    try:
        return _braced(text, start.end() - 1, stop, _BRACES) if start[2] == "{" else start.end()
    except Broken:
        return start.end()


# --- one block -----------------------------------------------------------------------------------------


def _read(text: str, start: re.Match[str], stop: int, block: Block, *, escapes: bool) -> tuple[Block, int]:
    """Raises Broken."""
    close = "}" if start[2] == "{" else ")"
    place = start.end()
    if block.type != "string":
        place = _key(text, place, stop, block, close)
    while True:
        place = _skip(text, place, stop)
        if text[place : place + 1] == close and place < stop:
            return block, place + 1
        name = _NAME.match(text, place, stop)
        if not name:
            raise (
                _unclosed(place)
                if place >= stop
                else Broken(
                    _("In line %(line)s a field's name was expected, not “%(found)s”."),
                    place,
                    found=text[place],
                )
            )
        place = _skip(text, name.end(), stop)
        if text[place : place + 1] != "=" or place >= stop:
            raise Broken(_("In line %(line)s a “=” is missing after “%(name)s”."), name.start(), name=name[0])
        pieces, place = _value(text, place + 1, stop, name[0], escapes=escapes)
        block.fields.append((name[0].lower(), pieces))
        place = _comma(text, place, stop, name[0], close)


def _key(text: str, place: int, stop: int, block: Block, close: str) -> int:
    found = _KEY.match(text, _skip(text, place, stop), stop)
    assert found
    end = _skip(text, found.end(), stop)
    if end >= stop:
        raise _unclosed(end)
    if text[end] == ",":
        block.key = found[0].strip()
        return end + 1
    if text[end] == close or (close == ")" and found[0].rstrip().endswith(")")):
        block.key = found[0].strip().removesuffix(")").rstrip()
        return end if text[end] == close else found.start() + found[0].rindex(")")
    if text[end] == "=" and not re.search(r"\S\s+\S", found[0]):  # a field at once: the entry has no key
        return place
    raise Broken(
        _("In line %(line)s a comma is missing after the key “%(name)s”."), place, name=found[0].strip()[:60]
    )


def _comma(text: str, place: int, stop: int, name: str, close: str) -> int:
    place = _skip(text, place, stop)
    if place >= stop:
        raise _unclosed(place)
    if text[place] == ",":
        return place + 1
    if text[place] != close:
        raise Broken(
            _("In line %(line)s a comma is missing after the value of “%(name)s”."), place, name=name
        )
    return place


def _unclosed(place: int) -> Broken:
    return Broken(_("The entry is not closed: a bracket is missing before line %(line)s."), place)


def _value(text: str, place: int, stop: int, name: str, *, escapes: bool) -> tuple[list[Piece], int]:
    """The pieces that `#` joins, and where they end. Raises Broken."""
    pieces: list[Piece] = []
    while True:
        begin = place = _skip(text, place, stop)
        sign = text[place] if place < stop else ""
        try:
            if sign == "{":
                place = _braced(text, place, stop, _ESCAPES if escapes else _BRACES)
            elif sign == '"':
                place = _quoted(text, place, stop, _QUOTED_ESCAPES if escapes else _QUOTED)
        except Broken:
            message = _("The value of “%(name)s”, which begins in line %(line)s, does not end.")
            raise Broken(message, begin, name=name) from None
        if sign and sign in '{"':
            pieces.append(Piece(text[begin + 1 : place - 1]))
        elif bare := _BARE.match(text, place, stop):
            place = bare.end()
            pieces.append(Piece(bare[0], is_name=not bare[0].isdecimal()))
        else:
            raise Broken(_("In line %(line)s “%(name)s” has no value."), begin, name=name)
        after = _skip(text, place, stop)
        if text[after : after + 1] != "#" or after >= stop:
            return pieces, place
        place = after + 1


def _braced(text: str, place: int, stop: int, pattern: re.Pattern[str]) -> int:
    """The place after the brace that closes the one at `place`. Raises Broken."""
    depth = 0
    for found in pattern.finditer(text, place, stop):
        if found[0] == "{":
            depth += 1
        elif found[0] == "}":
            depth -= 1
            if depth == 0:
                return found.end()
    raise Broken("", place)


def _quoted(text: str, place: int, stop: int, pattern: re.Pattern[str]) -> int:
    """The place after the quotation mark outside of braces that closes the one at `place`. Raises Broken."""
    depth = 0
    for found in pattern.finditer(text, place + 1, stop):
        if found[0] == "{":
            depth += 1
        elif found[0] == "}":
            depth -= 1
        elif found[0] == '"' and depth <= 0:
            return found.end()
    raise Broken("", place)


def _skip(text: str, place: int, stop: int) -> int:
    found = _BLANK.match(text, place, stop) if place < stop else None
    return found.end() if found else place


# --- abbreviations -------------------------------------------------------------------------------------


class Abbreviations:
    """What @string has defined. A name that it has not is itself, as are those past a budget of letters."""

    def __init__(self, found: list[Block]) -> None:
        self.known, self.left = dict(MONTHS), MOST_EXPANDED
        for block in found:
            if block.type == "string":
                for name, pieces in block.fields:
                    self.known[name] = self.join(pieces)

    def join(self, pieces: list[Piece]) -> str:
        return "".join(self._text(piece) for piece in pieces)

    def unknown(self, pieces: list[Piece]) -> list[str]:
        return [piece.text for piece in pieces if piece.is_name and piece.text.lower() not in self.known]

    def _text(self, piece: Piece) -> str:
        text = self.known.get(piece.text.lower(), piece.text) if piece.is_name else piece.text
        if not piece.is_name or len(text) > self.left:
            return piece.text
        self.left -= len(text)
        return text
