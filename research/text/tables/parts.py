"""The parts of a workbook: an archive of XML, of which none is unpacked or held whole."""

import io
import os
import zipfile
from array import array
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any
from xml.parsers import expat

from django.utils.translation import gettext as _

from research.text.tables.table import LONGEST_CELL, MEGABYTE, TableError

PIECE = 64 * 1024
MOST_UNPACKED = 250 * MEGABYTE
MOST_SQUEEZED, SMALL = 200, 20 * MEGABYTE  # how many times smaller an archive of more than SMALL may be
MOST_CELLS = 2_000_000  # each takes time, even if it is empty
MOST_TAGS, MOST_NAMES = 10_000_000, 10_000  # a parser keeps the names of all elements
Handler = Callable[..., Any]


class Pieces(io.FileIO):
    """A file of which little is read at once: an archive's list of parts may else fill the memory."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > 2 * MEGABYTE:
            raise zipfile.BadZipFile
        return super().read(size) or b""


class Archive(zipfile.ZipFile):
    """Raises zipfile.BadZipFile."""

    def __init__(self, path: Path) -> None:
        self.packed = path.stat().st_size
        self._pieces = Pieces(path)
        try:
            super().__init__(self._pieces)
        except BaseException:
            self._pieces.close()
            raise

    def close(self) -> None:
        super().close()
        self._pieces.close()


def refuse_bomb(archive: Archive) -> None:
    """Raises TableError."""
    total = sum(entry.file_size for entry in archive.infolist())
    if total > MOST_UNPACKED or (total > SMALL and total > MOST_SQUEEZED * archive.packed):
        raise too_large(total)


def too_large(size: int) -> TableError:
    message = _(
        "Unpacked, the workbook would take %s MB, which is too much. Save the table alone, or as CSV."
    )
    return TableError(message % f"{size / MEGABYTE:,.0f}")


def walk(
    archive: Archive, part: str, start: Handler, end: Handler | None = None, text: Handler | None = None
) -> Iterator[float]:
    """Call the handlers for the elements of the part; after each piece, the share that was read.

    Raises TableError.
    """
    names: dict[str, str] = {}
    parser = expat.ParserCreate(intern=names)
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = refuse  # before its entities can grow
    read = tags = 0
    with archive.open(part) as file:
        while piece := file.read(PIECE):
            parser.Parse(piece)
            read, tags = read + len(piece), tags + piece.count(b"<")
            # A tag or a comment is held until it ends.
            held = read - parser.CurrentByteIndex
            if tags > MOST_TAGS or len(names) > MOST_NAMES or held > MEGABYTE:
                refuse()
            yield read / max(read, archive.getinfo(part).file_size)
    parser.Parse(b"", True)
    yield 1.0


def refuse(*_declared: Any) -> None:
    raise TableError(_("The workbook holds XML that no spreadsheet program writes. Save it as CSV."))


def name_of(tag: str) -> str:
    """Without its prefix: some programs write <x:row>."""
    return tag.rpartition(":")[2] if ":" in tag else tag


def too_many_cells() -> TableError:
    return TableError(_("The table has more than %s cells; split the file.") % f"{MOST_CELLS:,}")


class Strings:
    """The texts that cells share, on disk: there may be more of them than memory has room for."""

    def __init__(self, file: IO[bytes], archive: Archive, part: str | None) -> None:
        self.file, self.ends = file, array("Q", [0])
        self.texts: list[str] = []
        self.length, self.shown, self.phonetic = 0, False, False
        for _piece in walk(archive, part, self.start, self.end, self.text) if part else ():
            pass
        self.file.flush()

    def start(self, tag: str, _attributes: dict[str, str]) -> None:
        name = name_of(tag)
        if name == "si":
            self.texts, self.length = [], 0
        elif name == "rPh":
            self.phonetic = True
        self.shown = name == "t" and not self.phonetic

    def end(self, tag: str) -> None:
        name = name_of(tag)
        if name == "si":
            self.ends.append(self.ends[-1] + self.file.write("".join(self.texts).encode()))
            if len(self.ends) > MOST_CELLS:
                raise too_many_cells()
        elif name == "rPh":
            self.phonetic = False
        self.shown = False

    def text(self, data: str) -> None:
        if self.shown and self.length <= LONGEST_CELL:  # one more tells that it is too long
            self.texts.append(data[: LONGEST_CELL + 1 - self.length])
            self.length += len(data)

    def __getitem__(self, place: int) -> str:
        """Raises IndexError."""
        if place < 0:
            raise IndexError(place)
        start, end = self.ends[place], self.ends[place + 1]
        return os.pread(self.file.fileno(), end - start, start).decode()
