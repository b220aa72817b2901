"""Which quote is wrong: where csv gives up is far below it."""

import re
from collections.abc import Callable
from itertools import islice
from typing import TextIO

from django.utils.translation import gettext as _

from research.text.tables.records import BREAK, BadRow
from research.text.tables.source import PIECE
from research.text.tables.table import (
    LONGEST_CELL,
    LONGEST_ROW,
    Table,
    TableError,
    refuse_width,
    too_long,
    too_long_row,
)

QUOTED = re.compile(r'"(?:[^"]+|"")*+("?)')
OPEN, EARLY, LONG, FINE = "open", "early", "long", "fine"


def locate(opened: Callable[[], TextIO], table: Table, bad: BadRow) -> TableError:
    """The error with the row, the column, and the line on which the wrong quote opens."""
    with opened() as text:
        for _line in islice(text, bad.above):
            pass
        row = text.read(LONGEST_ROW)
        place, offset, fault = wrong_cell(row, table.delimiter)
        if fault == OPEN and is_closed(text):
            fault = LONG
    column = table.column(place) if bad.number > 1 else ""
    if fault == LONG:
        return too_long(bad.number, column)
    if fault == FINE and bad.outgrown:
        return too_wide(place + 1, bad.number)
    if fault == OPEN:
        message = _("The quote that opens in line %s is never closed.")
    else:
        message = _(
            "The quote that opens in line %s closes before its cell ends; write a quote within quotes twice."
        )
    line = bad.above + 1 + len(BREAK.findall(row, 0, offset))
    return TableError(message % line, bad.number, column)


def wrong_cell(row: str, delimiter: str) -> tuple[int, int, str]:
    """The first cell that no rule of CSV lets pass, else the last: its place, its offset, its fault."""
    plain = re.compile(f"[^{re.escape(delimiter)}\r\n]*")
    place = offset = 0
    while True:
        quoted = QUOTED.match(row, offset)
        end = quoted.end() if quoted else plain.match(row, offset).end()  # type: ignore[union-attr]
        if quoted and not quoted[1]:
            return place, offset, OPEN
        if end - offset > LONGEST_CELL:
            return place, offset, LONG
        if quoted and row[end : end + 1] not in ("", delimiter, "\r", "\n"):
            return place, offset, EARLY
        if row[end : end + 1] != delimiter:
            return place, offset, FINE
        place, offset = place + 1, end + 1


def is_closed(text: TextIO) -> bool:
    """Whether a quote comes that stands alone; two in a row are one within the cell."""
    rest = ""
    while piece := text.read(PIECE):
        rest = (rest + piece).replace('""', "")
        if '"' in rest[:-1]:
            return True
        rest = rest[-1:] if rest.endswith('"') else ""
    return bool(rest)


def too_wide(width: int, row: int) -> TableError:
    try:
        refuse_width(width, row)
    except TableError as error:
        return error
    return too_long_row(row)
