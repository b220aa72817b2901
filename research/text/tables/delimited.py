"""CSV as people save it: any of four delimiters, any line break, quotes doubled or escaped."""

import csv
import re
from collections.abc import Iterator
from itertools import islice

from django.utils.translation import gettext as _

from research.text.tables.table import LONGEST_CELL, Table, TableError, too_long

DELIMITERS = ",;\t|"
csv.field_size_limit(LONGEST_CELL)
LINE, BREAK = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+"), re.compile(r"\r\n|\r|\n")
SEPARATOR = re.compile(r'"?sep=([,;\t|])"?[\r\n]+', re.IGNORECASE)  # Excel's note to itself
QUOTED = re.compile(r'"(?:[^"]+|"")*+("?)')


def read_csv(text: str, table: Table) -> None:
    if said := SEPARATOR.match(text):
        text, table.delimiter = text[said.end() :], said[1]
    else:
        table.delimiter = delimiter_of(text)
    try:
        fill(text, table)
    except csv.Error as error:
        # Some programs write \" for a quote within quotes. Strict CSV has no such thing.
        if '\\"' not in text:
            raise locate(text, table, str(error)) from None
        table.header, table.rows, table.cells = [], [], 0
        try:
            fill(text.replace('\\"', '""'), table)
        except csv.Error:
            table.header, table.rows, table.cells = [], [], 0
            raise locate_first(text, table) from None
        table.reason += " " + _("Quotes within cells follow a backslash and were read as quotes.")


def delimiter_of(text: str) -> str:
    """The one that stands most often in the header, outside its quotes."""
    header = re.sub(r'"(?:[^"]|"")*"', "", text[:100_000]).lstrip("\r\n")
    line = re.split(r"[\r\n]", header, maxsplit=1)[0]
    return max(DELIMITERS, key=line.count)


def lines(text: str) -> Iterator[str]:
    """Broken as CSV breaks them; `splitlines` would also break at characters that belong to cells."""
    return (found[0] for found in LINE.finditer(text))


def fill(text: str, table: Table) -> None:
    for number, cells in enumerate(csv.reader(lines(text), delimiter=table.delimiter, strict=True), start=1):
        table.add(number, cells)


def locate_first(text: str, table: Table) -> TableError:
    try:
        fill(text, table)
    except csv.Error as error:
        return locate(text, table, str(error))
    raise AssertionError("only called for a text that cannot be read")


def locate(text: str, table: Table, error: str) -> TableError:
    """Where csv gave up is far below what is wrong: find the row, and the line on which its quote opened."""
    reader = csv.reader(lines(text), delimiter=table.delimiter, strict=True)
    number, start = 0, 0  # rows read, and the lines they took
    try:
        for _cells in reader:
            number, start = number + 1, reader.line_num
    except csv.Error:
        pass
    row = "".join(islice(lines(text), start, start + LONGEST_CELL))
    column, offset, closed = wrong_cell(row, table.delimiter)
    line = start + 1 + len(BREAK.findall(row, 0, offset))
    name = table.column(column) if number else ""
    if closed and "field larger" in error:
        return too_long(number + 1, name)
    if closed:
        message = _(
            "The quote that opens in line %s closes before its cell ends; write a quote within quotes twice."
        )
    else:
        message = _("The quote that opens in line %s is never closed.")
    return TableError(message % line, number + 1, name)


def wrong_cell(row: str, delimiter: str) -> tuple[int, int, bool]:
    """The first cell that no rule of CSV lets pass: its place, its offset, and whether its quotes close."""
    plain = re.compile(f"[^{re.escape(delimiter)}\r\n]*")
    place = offset = 0
    while offset < len(row):
        quoted = QUOTED.match(row, offset)
        if quoted is None:
            end = plain.match(row, offset).end()  # type: ignore[union-attr] # it matches anything
        else:
            end = quoted.end()
            if not quoted[1] or row[end : end + 1] not in ("", delimiter, "\r", "\n"):
                return place, offset, bool(quoted[1])
        if end - offset > LONGEST_CELL or row[end : end + 1] != delimiter:
            break
        place, offset = place + 1, end + 1
    return place, offset, True
