"""JSON as a table: a list of flat objects, one a row."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, TextIO

from django.utils.translation import gettext as _

from research.text.tables.source import Source
from research.text.tables.table import (
    LONGEST_CELL,
    LONGEST_ROW,
    MOST_ROWS,
    Cells,
    Table,
    TableError,
    refuse_width,
    too_long,
    too_long_row,
    too_many_rows,
)

SURROGATE = re.compile("[\ud800-\udfff]")
BLANK = re.compile(r"[ \t\r\n]*")


class Pairs(list[tuple[str, Any]]):
    """An object as written: a name that stands twice is still there."""

    __slots__ = ()


class NotANumber(str):
    """NaN or Infinity, which JSON does not have but Python reads."""


# Numbers stay as they are written: 45.50 is not 45.5.
DECODER = json.JSONDecoder(object_pairs_hook=Pairs, parse_int=str, parse_float=str, parse_constant=NotANumber)


def read_json(source: Source, table: Table) -> None:
    """Read twice: what any object names is a column of the header. Raises TableError."""
    header: dict[str, None] = {}
    for number, row in objects(source):
        if not row.keys() <= header.keys():
            header.update(dict.fromkeys(row))
            refuse_width(len(header), 1)
            if sum(map(len, header)) > LONGEST_ROW:
                raise too_long_row(number)
            if any(SURROGATE.search(name) for name in row):
                raise half_a_character(number, "")
    names = list(header)
    # A name that the object lacks shows as a cell too few.
    table.take(rows(source, names))


def rows(source: Source, names: list[str]) -> Iterator[Cells]:
    yield 1, names
    for number, row in objects(source):
        yield number, [cell(row[name], number, name) for name in names if name in row]


def objects(source: Source) -> Iterator[tuple[int, dict[str, Any]]]:
    """The objects one at a time, the first as row 2: all at once they take many times their text."""
    with source.open() as file:
        text = Window(file)
        if text.next() != "[":
            raise TableError(_("The file must be a list of objects, one for each row."))
        number, mark = 1, text.step()
        while mark != "]":
            number += 1
            if number > MOST_ROWS:
                raise too_many_rows()
            yield number, pairs(text.value(number), number)
            mark = text.next()
            if mark == ",":
                text.step()
            elif mark != "]":
                raise text.wrong("Expecting ',' delimiter", text.place)
        if text.step():
            raise text.wrong("Extra data", text.place)


class Window:
    """A text of which little more than one value is held at a time."""

    def __init__(self, file: TextIO) -> None:
        self.file, self.text, self.place, self.above, self.ended = file, "", 0, 0, False

    def next(self) -> str:
        """The next character that is not blank, which stays; empty at the end."""
        while True:
            self.place = BLANK.match(self.text, self.place).end()  # type: ignore[union-attr]
            if self.place < len(self.text) or self.ended:
                return self.text[self.place : self.place + 1]
            self.read_on()

    def step(self) -> str:
        self.place += 1
        return self.next()

    def value(self, row: int) -> Any:
        """The value that begins next. Raises TableError."""
        self.next()
        try:
            return self.decode()
        except json.JSONDecodeError:
            self.read_on()  # it may only be cut
        try:
            return self.decode()
        except json.JSONDecodeError as error:
            cut = error.msg.startswith("Unterminated") or error.pos > len(self.text) - 10
            if cut and not self.ended:
                raise too_long_row(row) from None
            raise self.wrong(error.msg, error.pos) from None

    def decode(self) -> Any:
        try:
            value, self.place = DECODER.raw_decode(self.text, self.place)
        except RecursionError:
            message = _("The JSON is nested too deeply; it must be a list of flat objects.")
            raise TableError(message) from None
        return value

    def read_on(self) -> None:
        self.above += self.text.count("\n", 0, self.place)
        rest = self.text[self.place :]
        wanted = LONGEST_ROW + 1 - len(rest)
        more = self.file.read(wanted)
        self.text, self.place, self.ended = rest + more, 0, len(more) < wanted

    def wrong(self, error: str, place: int) -> TableError:
        message = _("Not readable as JSON in line %(line)s: %(error)s.")
        return TableError(
            message % {"line": self.above + self.text.count("\n", 0, place) + 1, "error": error}
        )


def pairs(value: Any, number: int) -> dict[str, Any]:
    if not isinstance(value, Pairs):
        raise TableError(_("The file must be a list of objects, one for each row."), number)
    row = dict(value)
    if len(row) < len(value):
        twice = Counter(name for name, _value in value).most_common(1)[0][0]
        raise TableError(_("The name stands twice in the object."), number, twice)
    return row


def cell(value: Any, number: int, column: str) -> str:
    if isinstance(value, list) and not isinstance(value, Pairs):
        if any(isinstance(part, list) for part in value):
            raise TableError(_("A list within a list does not fit into a cell."), number, column)
        return short("; ".join(cell(part, number, column) for part in value), number, column)
    if isinstance(value, Pairs):
        raise TableError(_("An object does not fit into a cell; write text or a number."), number, column)
    if isinstance(value, NotANumber):
        raise TableError(_("%s is not a value; write a number, or null.") % value, number, column)
    if value is None or isinstance(value, bool):
        return "" if value is None else str(value).lower()
    if SURROGATE.search(value):
        raise half_a_character(number, column)
    return short(value, number, column)


def short(text: str, number: int, column: str) -> str:
    if len(text) > LONGEST_CELL:
        raise too_long(number, column)
    return text


def half_a_character(row: int, column: str) -> TableError:
    return TableError(_("Half of a surrogate pair is not a character; write the text again."), row, column)
