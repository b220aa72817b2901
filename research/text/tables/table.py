"""A table as text, the limits it must keep, and the one error that says why a file is not one."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

MOST_BYTES = 50 * 1024 * 1024
MOST_ROWS = 1_000_000
MOST_COLUMNS = 1_000
MOST_CELLS = 2_000_000  # each takes some 60 bytes of memory beside its text
LONGEST_CELL = 1_000_000  # characters


class TableError(Exception):
    """Why a file cannot be read; `row` as a spreadsheet counts, 0 for the whole file."""

    def __init__(self, message: str, row: int = 0, column: str = "") -> None:
        super().__init__(message)
        self.message, self.row, self.column = message, row, column


@dataclass
class Table:
    """`reason` says how the file was read; `alternatives` are other encodings that its bytes fit as well."""

    format: str
    encoding: str = ""
    reason: str = ""
    alternatives: list[str] = field(default_factory=list)
    delimiter: str = ""
    header: list[str] = field(default_factory=list)
    rows: list[tuple[int, list[str]]] = field(default_factory=list)
    cells: int = 0

    def add(self, number: int, cells: list[str]) -> None:
        """Take a row, the first as the header; blank rows are left out. Raises TableError past a limit."""
        refuse_width(len(cells), number)
        if number > MOST_ROWS and any(cells):
            raise too_many_rows()
        if max(map(len, cells), default=0) > LONGEST_CELL:
            place = next(place for place, cell in enumerate(cells) if len(cell) > LONGEST_CELL)
            raise too_long(number, self.column(place))
        self.cells += len(cells)
        if self.cells > MOST_CELLS:
            raise too_many_cells()
        if number == 1:
            self.header = [name.strip() for name in cells]
        elif any(cells):
            self.rows.append((number, cells))

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


def refuse_width(width: int, row: int) -> None:
    if width > MOST_COLUMNS:
        found = {"found": f"{width:,}", "most": f"{MOST_COLUMNS:,}"}
        message = _("%(found)s columns are too many; a table has at most %(most)s. Is the delimiter right?")
        raise TableError(message % found, row)


def too_long(row: int, column: str) -> TableError:
    message = _("The cell is longer than %s characters; shorten it. If it should be short, mend its quotes.")
    return TableError(message % f"{LONGEST_CELL:,}", row, column)


def too_many_rows() -> TableError:
    return TableError(_("The table has more than %s rows; split the file.") % f"{MOST_ROWS:,}")


def too_many_cells() -> TableError:
    return TableError(_("The table has more than %s cells; split the file.") % f"{MOST_CELLS:,}")
