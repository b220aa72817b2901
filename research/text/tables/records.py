"""The rows of a CSV text, one at a time, and none of them larger than memory has room for."""

import csv
import re
from collections.abc import Iterator
from functools import partial
from typing import TextIO

from research.text.tables.table import LONGEST_CELL, LONGEST_ROW, MOST_ROWS, Cells, too_many_rows

MOST_LINES = 10 * MOST_ROWS  # cells of line breaks alone would keep the reader for a minute
BREAK = re.compile(r"\r\n|\r|\n")
csv.field_size_limit(LONGEST_CELL)


class BadRow(Exception):
    """The row that cannot be read: its number, and how many lines are above it."""

    def __init__(self, number: int, above: int, outgrown: bool) -> None:
        super().__init__(number, above, outgrown)
        self.number, self.above, self.outgrown = number, above, outgrown


class Outgrown(csv.Error):
    """The row goes on past LONGEST_ROW."""


def records(text: TextIO, delimiter: str, escaped: bool = False) -> Iterator[Cells]:
    """Rows with their numbers, blank ones too; `escaped` takes \\" for a quote. Raises BadRow, TableError."""
    length = 0

    def lines() -> Iterator[str]:
        nonlocal length
        # A file of one line must not be read whole. `splitlines` would break at what belongs to cells.
        for number, line in enumerate(iter(partial(text.readline, LONGEST_ROW + 1), "")):
            length += len(line)
            if length > LONGEST_ROW:
                raise Outgrown
            if number > MOST_LINES:
                raise too_many_rows()
            yield line.replace('\\"', '""') if escaped else line

    reader = csv.reader(lines(), delimiter=delimiter, strict=True)
    number = above = 0
    try:
        for number, cells in enumerate(reader, start=1):
            above, length = reader.line_num, 0
            yield number, cells
    except csv.Error as error:
        raise BadRow(number + 1, above, isinstance(error, Outgrown)) from None
