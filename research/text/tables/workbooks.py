"""XLSX: the cells as a person sees them, and a look at the archive before anything is unpacked."""

import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import openpyxl
from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter

from research.text.tables.table import (
    MOST_CELLS,
    MOST_ROWS,
    Table,
    TableError,
    refuse_width,
    too_many_cells,
    too_many_rows,
)

MEGABYTE = 1024 * 1024
LAST_ROW = 1_048_576  # of any sheet; a file may claim more
MOST_UNPACKED, MOST_IN_A_SHEET, MOST_STRINGS = 200 * MEGABYTE, 100 * MEGABYTE, 50 * MEGABYTE
MOST_SQUEEZED, SMALL = 200, 20 * MEGABYTE  # how many times smaller an archive of more than SMALL may be
# A formula's cell without a value: whoever wrote the file never computed it.
UNCOMPUTED = re.compile(rb"<c ([^>]*)><f(?:[^>]*/>|[^>]*>[^<]*</f>)(?:<v\s*/>|<v></v>)?</c>")
ROW_TAG, CELL_TAG = re.compile(rb"<row[ >/]"), re.compile(rb"<c[ >/]")
FAR_ROW = re.compile(rb'<row [^>]*\br="\d{8,}"')
ESCAPE = re.compile(r"_x(?![Dd][89A-Fa-f])([0-9A-Fa-f]{4})_")  # a character, but not half of one
NOT_CODE = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')  # of a number format: what is shown as it is


def read_xlsx(data: bytes, stem: str, table: Table) -> None:
    with readable(), zipfile.ZipFile(io.BytesIO(data)) as archive:
        refuse_bomb(archive, len(data))
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet = choose(book, stem)
        table.reason = _("An XLSX workbook: the sheet “%s” was read.") % sheet.title
        if len(book.worksheets) > 1:
            table.reason += " " + _("The workbook has %s more; they were not read.") % (
                len(book.worksheets) - 1
            )
        inspect(archive, sheet)
        sheet.reset_dimensions()  # what the file says of its size need not be so
        for number, cells in enumerate(sheet.iter_rows(), start=1):
            if number > LAST_ROW:
                raise too_many_rows()
            if not cells:
                continue
            refuse_width(len(cells), number)
            table.add(number, fit([shown(cell) for cell in cells], table.header))


@contextmanager
def readable() -> Iterator[None]:
    """A damaged workbook can make the reader raise nearly anything; all of it means the same."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        except TableError:
            raise
        except Exception as error:
            message = _(
                "Not readable as an XLSX workbook (%s). "
                "Open it in a spreadsheet program and save it again, or save it as CSV."
            )
            raise TableError(message % type(error).__name__) from error


def refuse_bomb(archive: zipfile.ZipFile, packed: int) -> None:
    sizes = {entry.filename: entry.file_size for entry in archive.infolist()}
    total = sum(sizes.values())
    strings = sizes.get("xl/sharedStrings.xml", 0)
    if (
        total > MOST_UNPACKED
        or (total > SMALL and total > MOST_SQUEEZED * packed)
        or any(size > MOST_IN_A_SHEET for size in sizes.values())
        or strings > MOST_STRINGS
    ):
        message = _(
            "Unpacked, the workbook would take %s MB, which is too much. Save the table alone, or as CSV."
        )
        raise TableError(message % f"{total / MEGABYTE:,.0f}")
    for name in sizes:
        if name.endswith(".xml"):
            with archive.open(name) as part:
                if b"<!DOCTYPE" in part.read(1000):
                    raise TableError(
                        _("The workbook holds XML that no spreadsheet program writes. Save it as CSV.")
                    )


def choose(book: Any, stem: str) -> Any:
    """The sheet named as the file, else the first."""
    if not book.worksheets:
        raise TableError(_("The workbook has no sheet with cells. Save the table as CSV."))
    return next(
        (sheet for sheet in book.worksheets if sheet.title.lower() == stem.lower()), book.worksheets[0]
    )


def inspect(archive: zipfile.ZipFile, sheet: Any) -> None:
    """Look for what would take long to find cell by cell, or would not be found at all."""
    content = archive.read(sheet._worksheet_path)
    if FAR_ROW.search(content) or sum(1 for _tag in ROW_TAG.finditer(content)) > MOST_ROWS:
        raise too_many_rows()
    if sum(1 for _tag in CELL_TAG.finditer(content)) > MOST_CELLS:
        raise too_many_cells()
    for found in UNCOMPUTED.finditer(content):
        if b't="str"' not in found[1]:  # an empty text is a value
            place = re.search(rb'\br="([A-Z]+)(\d+)"', found[1])
            column, row = (place[1].decode(), int(place[2])) if place else ("", 0)
            message = _("The cell holds a formula without its value. Save the file in a spreadsheet program.")
            raise TableError(message, row, column)


def fit(cells: list[str], header: list[str]) -> list[str]:
    """A sheet has no right edge: empty cells beyond the header are no cells, those before it are."""
    width = len(cells)
    while width and not cells[width - 1]:
        width -= 1
    return cells[:width] + [""] * (len(header) - width)


def shown(cell: Any) -> str:
    value = cell.value
    if value is None or isinstance(value, str):
        if cell.data_type == "e":
            message = _("The cell shows the error %s; mend its formula.") % value
            raise TableError(message, cell.row, get_column_letter(cell.column))
        return ESCAPE.sub(lambda found: chr(int(found[1], 16)), value or "")
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        return number(value, NOT_CODE.sub("", cell.number_format or ""))
    if isinstance(value, datetime):
        return day(value, NOT_CODE.sub("", cell.number_format or "").lower())
    return value.isoformat() if isinstance(value, date | time) else str(value)


def number(value: int | float, style: str) -> str:
    """To fifteen digits, as spreadsheets have them, and never in powers of ten."""
    if "%" in style:
        return number(value * 100, "") + "%"
    text = format(Decimal(format(value, ".15g")), "f") if isinstance(value, float) else str(value)
    return text.zfill(len(style)) if re.fullmatch("0+", style) else text


def day(value: datetime, style: str) -> str:
    """A date that is shown without its day, or its month, is not more precise than that."""
    if value.time() != time():
        return value.isoformat(sep=" ", timespec="seconds")
    if "d" not in style and "y" in style:
        return f"{value:%Y-%m}" if "m" in style else f"{value:%Y}"
    return value.date().isoformat()
