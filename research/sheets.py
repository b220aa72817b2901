"""Files as sheets: text by row and column, under the names that the tables have for their columns."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from research.plans import PlannedRow, Problem
from research.rows import TABLES, Row, Rows
from research.text import formulas
from research.text.tables import EXTENSIONS, TableError, open_table

# Columns that a file may have beside the table's: the version that was exported, and what we said of a row.
VERSION, ERROR = "version", "error"
BESIDE = {VERSION: VERSION, "版本": VERSION, ERROR: ERROR, "错误": ERROR}


@dataclass
class Sheet:
    """A file as text: the header, and the data rows with their numbers; and how it came to be read so.

    A cell that is None is absent: it changes nothing, as a column that is absent. `size` is the file's in
    bytes, `share` the part of it that the rows so far are.
    """

    file: str
    table: str
    header: list[str] = field(default_factory=list)
    rows: Iterable[tuple[int, Sequence[str | None]]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    format: str = ""
    encoding: str = ""
    reason: str = ""
    alternatives: list[str] = field(default_factory=list)
    size: int = 0
    share: Callable[[], float] = lambda: 0.0

    # What a file that is no table knows of its rows beside their cells.

    def line(self, number: int) -> int:
        """The line where the row begins; 0 where rows are counted."""
        return 0

    def fault(self, number: int) -> str:
        """Why the row has no cells, though there is something in the file."""
        return ""

    def overlaid(self, number: int, cells: Row, saved: Row) -> Row:
        """What the row's cells make of the record that is there."""
        return cells

    def remark(self, rows: list[PlannedRow]) -> None:
        """Look at rows that are planned: give them notes, make them doubtful."""


def find_files(paths: Iterable[Path]) -> list[Path]:
    """The files that the paths name: files as they are, of folders all CSV and what else is named as a table.

    Raises FileNotFoundError.
    """
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            files += sorted(file for file in path.iterdir() if file.is_file() and _is_table(file))
        elif path.is_file():
            files.append(path)
        else:
            raise FileNotFoundError(_("There is no file or folder “%s”.") % path)
    return files


def _is_table(file: Path) -> bool:
    extension = file.suffix.lower().removeprefix(".")
    return extension == "csv" or (extension in EXTENSIONS and file.stem in TABLES)


def read_file(path: Path, *, encoding: str = "", name: str = "", table: str = "") -> Sheet:
    """A table's file. Its name says which table, as `cases.csv`, unless `name` and `table` say otherwise.

    What cannot be read is a problem of the sheet, no exception; the rows are read as they are asked for.
    """
    name, table = name or path.name, table or path.stem
    if table not in TABLES:
        names = ", ".join(f"{table}.csv" for table in TABLES)
        return failed(Sheet(name, table), TableError(_("This is no table's name. Tables are: %s.") % names))
    sheet = Sheet(name, table, encoding=encoding)
    try:
        found = open_table(path, name, encoding=encoding)
    except TableError as error:
        return failed(sheet, error)
    sheet.header, sheet.rows, sheet.format = found.header, found.rows, found.format
    sheet.size, sheet.share = path.stat().st_size, lambda: found.share()
    if found.format != "json":
        # Ours for a spreadsheet have apostrophes before what it would run; saving as XLSX keeps them.
        sheet.rows = ((number, list(map(formulas.original, cells))) for number, cells in found.rows)
    sheet.encoding, sheet.reason, sheet.alternatives = found.encoding, found.reason, found.alternatives
    return sheet


def named_columns(header: list[str], codec: Rows) -> list[str]:
    """The header with the columns' own names where it has the names that people see, in either language."""
    known = {name: name for name in codec.columns} | BESIDE
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            for column in codec.columns:
                label = str(codec.label(column))
                known.setdefault(label.casefold(), column)
    return [known.get(name.casefold(), name) for name in header]


def failed(sheet: Sheet, error: TableError) -> Sheet:
    """The sheet with what keeps it from being read."""
    sheet.problems.append(Problem(sheet.file, error.row, error.column, error.message))
    return sheet
