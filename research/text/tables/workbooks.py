"""XLSX: one sheet of a workbook, its cells as a person sees them."""

import posixpath
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile

from django.utils.translation import gettext as _
from openpyxl.styles.numbers import builtin_format_code
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH

from research.text.tables.parts import Archive, Handler, Strings, name_of, refuse_bomb, too_large, walk
from research.text.tables.sheets import Sheet, sheet_rows
from research.text.tables.shown import GENERAL, Style, shown_day, shown_number, unescaped
from research.text.tables.table import MEGABYTE, Cells, Table, TableError

WORKBOOK, LINKS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
MOST_IN_A_LIST = 8 * MEGABYTE  # of sheets, of number formats: these are held in memory


def read_xlsx(path: Path, stem: str, table: Table) -> None:
    """Raises TableError."""
    with readable(), Archive(path) as archive:
        refuse_bomb(archive)
        book = Book(archive)
    title, part = book.choose(stem)
    table.reason = _("An XLSX workbook: the sheet “%s” was read.") % title
    if len(book.sheets) > 1:
        table.reason += " " + _("The workbook has %s more; they were not read.") % (len(book.sheets) - 1)
    table.take(rows(path, book, part, table))


@contextmanager
def readable() -> Iterator[None]:
    """A damaged workbook can make the reader raise nearly anything; all of it means the same."""
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


class Book:
    """What a workbook says of its cells: its sheets, its number formats, and the day from which it counts."""

    def __init__(self, archive: Archive) -> None:
        self.links: dict[str, tuple[str, str]] = {}  # id → what it is, and its part
        self.named: list[tuple[str, str]] = []  # title, id
        self.codes: dict[str, str] = {}
        self.styles: list[Style] = []
        self.looks: dict[str, Style] = {}  # many styles share a format
        self.in_cells, self.epoch = False, WINDOWS_EPOCH
        read(archive, LINKS, self.start_link)
        read(archive, WORKBOOK, self.start_sheet)
        parts = set(archive.namelist())
        self.parts = {kind: part for kind, part in self.links.values() if part in parts}
        self.sheets = [
            (title, part)
            for title, link in self.named
            for kind, part in [self.links.get(link, ("", ""))]
            if kind == "worksheet" and part in parts
        ]
        if "styles" in self.parts:
            read(archive, self.parts["styles"], self.start_style)

    def start_link(self, _tag: str, attributes: dict[str, str]) -> None:
        if "Id" in attributes:
            kind = attributes.get("Type", "").rpartition("/")[2]
            part = posixpath.join("/xl", attributes.get("Target", ""))
            self.links[attributes["Id"]] = kind, posixpath.normpath(part).lstrip("/")

    def start_sheet(self, tag: str, attributes: dict[str, str]) -> None:
        name = name_of(tag)
        if name == "sheet":
            link = next((value for key, value in attributes.items() if name_of(key) == "id"), "")
            self.named.append((attributes.get("name", ""), link))
        elif name == "workbookPr" and attributes.get("date1904") in ("1", "true"):
            self.epoch = MAC_EPOCH

    def start_style(self, tag: str, attributes: dict[str, str]) -> None:
        name = name_of(tag)
        if name == "numFmt":
            self.codes[attributes["numFmtId"]] = attributes["formatCode"]
        elif name in ("cellXfs", "cellStyleXfs"):
            self.in_cells = name == "cellXfs"
        elif name == "xf" and self.in_cells:
            own = attributes.get("numFmtId", "0")
            code = self.codes.get(own) or builtin_format_code(int(own)) or "General"
            if code not in self.looks:
                self.looks[code] = Style(code)
            self.styles.append(self.looks[code])

    def choose(self, stem: str) -> tuple[str, str]:
        """Title and part of the sheet that is named as the file, else of the first."""
        if not self.sheets:
            raise TableError(_("The workbook has no sheet with cells. Save the table as CSV."))
        return next((found for found in self.sheets if found[0].lower() == stem.lower()), self.sheets[0])


def read(archive: Archive, part: str, start: Handler) -> None:
    """Raises TableError."""
    size = archive.getinfo(part).file_size
    if size > MOST_IN_A_LIST:
        raise too_large(size)
    for _piece in walk(archive, part, start):
        pass


def rows(path: Path, book: Book, part: str, table: Table) -> Iterator[Cells]:
    """A sheet has no right edge: empty cells beyond the header are no cells, those before it are."""
    with (
        readable(),
        Archive(path) as archive,
        TemporaryFile() as file,
    ):
        strings = Strings(file, archive, book.parts.get("sharedStrings"))

        def shown(kind: str, style: str, text: str) -> str:
            if kind == "s":
                return unescaped(strings[int(text)])
            if kind == "b":
                return "TRUE" if int(text) else "FALSE"
            if kind in ("str", "inlineStr", "e") or not text:
                return unescaped(text)
            found = book.styles[int(style)] if book.styles else GENERAL
            return shown_day(text, found) if kind == "d" else shown_number(text, found, book.epoch)

        sheet = Sheet()
        table.share = lambda: sheet.share
        for number, cells in sheet_rows(archive, part, sheet, shown):
            yield number, cells + [""] * (len(table.header) - len(cells))
