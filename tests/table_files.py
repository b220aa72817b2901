"""Tables as people and their programs save them, for the tests of reading."""

import csv
import io
import zipfile
from collections.abc import Sequence
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, NamedTuple

import openpyxl

from research.text.tables import open_table
from research.text.tables.writing import ESCAPED


class Read(NamedTuple):
    """A table read to its end."""

    header: list[str]
    rows: list[tuple[int, list[str]]]
    encoding: str
    reason: str
    alternatives: list[str]
    delimiter: str


def read_table(data: bytes, name: str, **options: str) -> Read:
    with NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        table = open_table(Path(file.name), name, **options)
        rows = list(table.rows)
        return Read(table.header, rows, table.encoding, table.reason, table.alternatives, table.delimiter)


def rows_of(file: Path) -> list[list[str]]:
    return rows_in(file.read_bytes().decode("utf-8-sig"))


def rows_in(text: str, *, delimiter: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def as_csv(rows: Sequence[Sequence[str]], *, delimiter: str = ",", newline: str = "\n") -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=newline).writerows(rows)
    return text.getvalue()


def as_saved_xlsx(rows: Sequence[Sequence[str]]) -> bytes:
    """As a spreadsheet program saves it: what looks like its escape for a character is escaped itself."""
    return as_xlsx([[ESCAPED.sub("_x005F_", text) for text in row] for row in rows])


def as_xlsx(
    rows: Sequence[Sequence[Any]], title: str = "Sheet1", formats: dict[str, str] | None = None
) -> bytes:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = title
    for number, row in enumerate(rows, start=1):
        for place, value in enumerate(row, start=1):
            if value not in ("", None):
                cell: Any = sheet.cell(number, place)
                cell.value = value
                if isinstance(value, str):
                    cell.data_type = "s"  # a text that begins with = is no formula
    for name, style in (formats or {}).items():
        sheet[name].number_format = style
    return saved(book)


def saved(book: Any) -> bytes:
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def repacked(data: bytes, changed: dict[str, bytes]) -> bytes:
    """A workbook with some of its parts replaced."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in dict.fromkeys([*old.namelist(), *changed]):
            new.writestr(name, changed.get(name) or old.read(name))
    return packed.getvalue()


def with_sheet(rows: bytes, strings: bytes = b"") -> bytes:
    """A workbook whose one sheet has these rows, as XML, and shares these texts."""
    links = "xl/_rels/workbook.xml.rels"
    data = as_xlsx([["slug"]])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        link = (
            b'<Relationship Id="shared" Type="x/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
        )
        linked = archive.read(links).replace(b"</Relationships>", link)
    changed = {"xl/worksheets/sheet1.xml": b"<worksheet><sheetData>" + rows + b"</sheetData></worksheet>"}
    if strings:
        changed |= {"xl/sharedStrings.xml": b"<sst>" + strings + b"</sst>", links: linked}
    return repacked(data, changed)


def zipped(parts: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return packed.getvalue()
