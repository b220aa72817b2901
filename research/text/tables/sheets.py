"""A sheet's part to rows. It is walked, not built: a row is the most of it that is held."""

from collections.abc import Callable, Iterator

from django.utils.translation import gettext as _
from openpyxl.utils import column_index_from_string, get_column_letter

from research.text.tables.parts import Archive, name_of, walk
from research.text.tables.shown import NoDate
from research.text.tables.table import (
    LONGEST_CELL,
    LONGEST_ROW,
    Cells,
    TableError,
    refuse_width,
    too_long,
    too_long_row,
)

MOST_CELLS = 2_000_000  # each takes time, even if it is empty

Shown = Callable[[str, str, str], str]  # a cell's type, style and text to what it shows


def sheet_rows(archive: Archive, part: str, shown: Shown) -> Iterator[Cells]:
    """Rows with their numbers; their cells end with the last that is not empty. Raises TableError."""
    sheet = Sheet(shown)
    for _piece in walk(archive, part, sheet.start, sheet.end, sheet.text):
        yield from sheet.rows
        sheet.rows.clear()


class Sheet:
    """Handlers for the elements that matter: <row r><c r t s><f/><v>, or in place of <v> <is><t>."""

    def __init__(self, shown: Shown) -> None:
        self.shown, self.rows = shown, list[Cells]()
        self.number = self.column = self.cells = self.length = 0
        self.row: dict[int, str] = {}
        self.kind = self.style = ""
        self.texts: list[str] = []
        self.in_cell = self.taking = self.phonetic = self.formula = False

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
            width = max(self.row, default=0)
            self.rows.append((self.number, [self.row.get(place, "") for place in range(1, width + 1)]))
        elif name == "rPh":
            self.phonetic = False

    def end_cell(self, text: str) -> None:
        letter = get_column_letter(self.column)
        if not text and self.formula and self.kind != "str":  # an empty text is a value
            message = _("The cell holds a formula without its value. Save the file in a spreadsheet program.")
            raise TableError(message, self.number, letter)
        try:
            value, error = self.shown(self.kind, self.style, text), text if self.kind == "e" else ""
        except NoDate:
            value, error = "", "#VALUE!"
        if error:
            raise TableError(_("The cell shows the error %s; mend its formula.") % error, self.number, letter)
        if not value:
            return
        refuse_width(self.column, self.number)
        if len(value) > LONGEST_CELL:
            raise too_long(self.number, letter)
        self.length += len(value) if self.kind == "s" else 0
        if self.length > LONGEST_ROW:
            raise too_long_row(self.number)
        self.row[self.column] = value


def too_many_cells() -> TableError:
    return TableError(_("The table has more than %s cells; split the file.") % f"{MOST_CELLS:,}")
