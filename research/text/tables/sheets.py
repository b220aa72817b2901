"""A sheet's part to rows. It is walked, not built: a row is the most of it that is held."""

from collections.abc import Callable, Iterator

from django.utils.translation import gettext as _
from openpyxl.utils import column_index_from_string, get_column_letter

from research.text.tables.parts import MOST_CELLS, Archive, name_of, too_large, too_many_cells, walk
from research.text.tables.shown import NoDate
from research.text.tables.table import (
    LONGEST_CELL,
    LONGEST_ROW,
    MOST_BYTES,
    Cells,
    TableError,
    refuse_width,
    too_long,
    too_long_row,
)

LAST_COLUMN = 16_384  # of any spreadsheet
Held = tuple[str, str, str]  # of a cell: type, style, text
Shown = Callable[[str, str, str], str]


def sheet_rows(archive: Archive, part: str, sheet: "Sheet", shown: Shown) -> Iterator[Cells]:
    """Rows with their numbers; their cells end with the last that is not empty. Raises TableError."""
    total = 0
    for share in walk(archive, part, sheet.start, sheet.end, sheet.text):
        sheet.share = share
        for number, held in sheet.rows:
            cells = row_of(number, held, shown)
            total += sum(map(len, cells))
            if total > MOST_BYTES:  # many cells may share one long text
                raise too_large(total)
            yield number, cells
        sheet.rows.clear()
        if sheet.ended:
            return


def row_of(number: int, held: dict[int, Held], shown: Shown) -> list[str]:
    """The row's texts. Raises TableError for one that shows an error, or is too long."""
    cells: dict[int, str] = {}
    length = 0
    for column, (kind, style, text) in held.items():
        try:
            value, error = shown(kind, style, text), text if kind == "e" else ""
        except NoDate:
            value, error = "", "#VALUE!"
        if error:
            message = _("The cell shows the error %s; mend its formula.") % error
            raise TableError(message, number, get_column_letter(column))
        if value:
            refuse_width(column, number)
            if len(value) > LONGEST_CELL:
                raise too_long(number, get_column_letter(column))
            length += len(value)
            if length > LONGEST_ROW:
                raise too_long_row(number)
            cells[column] = value
    return [cells.get(column, "") for column in range(1, max(cells, default=0) + 1)]


class Sheet:
    """Handlers for the elements that matter: <row r><c r t s><f/><v>, or in place of <v> <is><t>."""

    def __init__(self) -> None:
        self.share = 0.0  # of the part, that was read
        self.rows: list[tuple[int, dict[int, Held]]] = []
        self.number = self.column = self.cells = self.length = 0
        self.row: dict[int, Held] = {}
        self.kind = self.style = ""
        self.texts: list[str] = []
        self.in_cell = self.taking = self.phonetic = self.formula = self.ended = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = name_of(tag)
        if name == "c":
            self.start_cell(attributes)
        elif name == "row":
            self.number = int(attributes.get("r") or self.number + 1)
            self.column, self.row, self.length = 0, {}, 0
        elif self.in_cell:
            self.formula = self.formula or name == "f"
            self.phonetic = self.phonetic or name == "rPh"
            self.taking = name == ("t" if self.kind == "inlineStr" else "v") and not self.phonetic

    def start_cell(self, attributes: dict[str, str]) -> None:
        letters = attributes.get("r", "").rstrip("0123456789")
        self.column = column_index_from_string(letters) if letters else self.column + 1
        self.kind, self.style = attributes.get("t", "n"), attributes.get("s", "0")
        self.texts, self.in_cell, self.formula = [], True, False
        self.cells += 1
        if self.cells > MOST_CELLS:
            raise too_many_cells()

    def text(self, data: str) -> None:
        if self.taking:
            self.texts.append(data)
            self.length += len(data)
            if self.length > LONGEST_ROW:
                raise too_long_row(self.number)

    def end(self, tag: str) -> None:
        self.taking = False
        name = name_of(tag)
        if name == "c":
            self.in_cell = False
            if self.texts or self.formula:
                self.end_cell("".join(self.texts))
        elif name == "row":
            self.rows.append((self.number, self.row))
            self.row = {}
        elif name == "rPh":
            self.phonetic = False
        elif name == "sheetData":
            self.ended = True

    def end_cell(self, text: str) -> None:
        if not text and self.formula and self.kind != "str":  # an empty text is a value
            message = _("The cell holds a formula without its value. Save the file in a spreadsheet program.")
            raise TableError(message, self.number, get_column_letter(self.column))
        if self.column > LAST_COLUMN:
            refuse_width(self.column, self.number)
        self.row[self.column] = self.kind, self.style, text
