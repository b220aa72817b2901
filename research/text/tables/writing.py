"""A table as an XLSX workbook that keeps every text as it is: leading zeros, `=…`, long numbers."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import IO, Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

LAST_ROW, LONGEST = 1_048_576, 32_767  # of any sheet; characters of a cell, as UTF-16 counts them
OF_LINES = Alignment(wrap_text=True, vertical="top")
WIDTH = 24  # of a column for people, in characters
ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
# XML has no way to write these, and a reader makes a line feed of a carriage return.
UNFIT = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Unfit(ValueError):
    """A table that no workbook can hold; the message says why and what to do."""


def write_xlsx(file: IO[bytes], title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A workbook with one sheet, row by row; the first column names the record. Raises Unfit."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    try:
        sheet.append([text_cell(sheet, name) for name in columns])
        for number, row in enumerate(rows, start=2):
            if number > LAST_ROW:
                raise too_many_rows()
            refuse_unfit(columns, row)
            sheet.append([text_cell(sheet, text) for text in row])
    finally:
        book.save(file)  # also what stays unfinished: it removes the file that the rows were kept in


Value = str | int | Decimal | None


@dataclass
class Sheet:
    """One of several, for people: its header stays in view, and so do its first `frozen` columns."""

    title: str
    columns: Sequence[str]
    rows: Iterable[Sequence[Value]]
    frozen: int = 0


def write_sheets(file: IO[bytes], sheets: Iterable[Sheet]) -> None:
    """A workbook of these sheets; numbers are numbers, texts of several lines are shown so. Raises Unfit."""
    book = Workbook(write_only=True)
    try:
        for plan in sheets:
            sheet = book.create_sheet(plan.title)
            sheet.freeze_panes = f"{get_column_letter(plan.frozen + 1)}2"
            for place in range(len(plan.columns)):
                sheet.column_dimensions[get_column_letter(place + 1)].width = WIDTH
            header = [text_cell(sheet, name) for name in plan.columns]
            for cell in filter(None, header):
                cell.font = Font(bold=True)
            sheet.append(header)
            for number, row in enumerate(plan.rows, start=2):
                if number > LAST_ROW:
                    raise too_many_rows()
                refuse_unfit(plan.columns, ["" if value is None else str(value) for value in row])
                sheet.append([shown_cell(sheet, value) for value in row])
    finally:
        book.save(file)


def shown_cell(sheet: Any, value: Value) -> Any:
    if value is None or not isinstance(value, str):
        return value
    cell = text_cell(sheet, value)
    if "\n" in value:
        cell.alignment = OF_LINES
    return cell


def too_many_rows() -> Unfit:
    return Unfit(_("A sheet holds at most %s rows; export the table as CSV.") % f"{LAST_ROW:,}")


def text_cell(sheet: Any, text: str) -> Any:
    """None where there is no text; otherwise a text that stays one when a person edits it."""
    if not text:
        return None
    cell = WriteOnlyCell(sheet, ESCAPED.sub("_x005F_", text))
    cell.data_type, cell.number_format = "s", "@"
    return cell


def refuse_unfit(columns: Sequence[str], row: Sequence[str]) -> None:
    for column, text in zip(columns, row, strict=True):
        named = {"record": row[0], "column": column}
        if len(text) > LONGEST // 2 and (length := len(text.encode("utf-16-le")) // 2) > LONGEST:
            message = _(
                "“%(record)s”, column %(column)s: the text has %(found)s characters, "
                "a cell of an XLSX workbook at most %(most)s. Export the table as CSV."
            )
            raise Unfit(message % {**named, "found": f"{length:,}", "most": f"{LONGEST:,}"})
        if found := UNFIT.search(text):
            message = _(
                "“%(record)s”, column %(column)s: no XLSX workbook can hold the character %(character)s. "
                "Remove it, or export the table as CSV."
            )
            raise Unfit(message % {**named, "character": f"U+{ord(found[0]):04X}"})
