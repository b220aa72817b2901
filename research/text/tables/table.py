"""A table as text, the limits it must keep, and the one error that says why a file is not one."""

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from itertools import chain

from django.utils.translation import gettext as _

MEGABYTE = 1024 * 1024
MOST_BYTES = 200 * MEGABYTE
MOST_ROWS = 1_000_000
LAST_ROW = 1_048_576  # of any spreadsheet: so far down rows may be, if they are blank
MOST_COLUMNS = 1_000
LONGEST_CELL = 1_000_000  # characters
LONGEST_ROW = 4_000_000  # characters: a row is the least that is held in memory

Cells = tuple[int, list[str]]  # a row's number as a spreadsheet counts, and its cells


class TableError(Exception):
    """Why a file cannot be read; `row` as a spreadsheet counts, 0 for the whole file."""

    def __init__(self, message: str, row: int = 0, column: str = "") -> None:
        super().__init__(message)
        self.message, self.row, self.column = message, row, column


@dataclass
class Table:
    """A file's header, and its other rows, read from the file as they are asked for.

    `rows` leaves out blank rows, and raises TableError where the file cannot be read on. `reason` says how
    the file was read; `alternatives` are other encodings that its bytes fit as well. `share` tells how much
    of the file the rows so far are, from 0 to 1.
    """

    format: str
    encoding: str = ""
    reason: str = ""
    alternatives: list[str] = field(default_factory=list)
    delimiter: str = ""
    header: list[str] = field(default_factory=list)
    rows: Iterator[Cells] = field(default_factory=lambda: iter(()))
    share: Callable[[], float] = lambda: 0.0
    _opened: Iterator[Cells] = field(default_factory=lambda: iter(()))

    def take(self, rows: Iterator[Cells]) -> None:
        """Row 1 is the header, read at once. Raises TableError."""
        self._opened = rows
        for number, cells in rows:
            refuse_width(len(cells), number)
            if number == 1:
                self.header = [name.strip() for name in cells]
            else:
                rows = chain([(number, cells)], rows)
            break
        self.rows = self._kept(rows)

    def _kept(self, rows: Iterator[Cells]) -> Iterator[Cells]:
        try:
            yield from kept(rows)
        finally:
            self.close()

    def close(self) -> None:
        """Close the file, however far it was read."""
        if isinstance(self._opened, Generator):
            self._opened.close()

    def column(self, place: int) -> str:
        """The column's name; where the header has none, its letter as a spreadsheet shows it."""
        if place < len(self.header) and self.header[place]:
            return self.header[place]
        letters = ""
        place += 1
        while place:
            place, rest = divmod(place - 1, 26)
            letters = chr(ord("A") + rest) + letters
        return letters


def kept(rows: Iterator[Cells]) -> Iterator[Cells]:
    """The rows that are not blank. Raises TableError past a limit."""
    for number, cells in rows:
        refuse_width(len(cells), number)
        filled = any(cells)
        if number > MOST_ROWS and (filled or number > LAST_ROW):
            raise too_many_rows()
        if filled:
            yield number, cells


def refuse_width(width: int, row: int) -> None:
    if width > MOST_COLUMNS:
        found = {"found": f"{width:,}", "most": f"{MOST_COLUMNS:,}"}
        message = _("%(found)s columns are too many; a table has at most %(most)s. Is the delimiter right?")
        raise TableError(message % found, row)


def too_long(row: int, column: str, most: int = LONGEST_CELL) -> TableError:
    message = _("The cell is longer than %s characters; shorten it. If it should be short, mend its quotes.")
    return TableError(message % f"{most:,}", row, column)


def too_long_row(row: int) -> TableError:
    message = _("The row is longer than %s characters; shorten its cells.")
    return TableError(message % f"{LONGEST_ROW:,}", row)


def too_many_rows() -> TableError:
    return TableError(_("The table has more than %s rows; split the file.") % f"{MOST_ROWS:,}")
