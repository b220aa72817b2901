"""What a file is by its first bytes, whatever its name says."""

import re
import zipfile
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from research.text.tables.parts import Archive
from research.text.tables.source import pieces
from research.text.tables.table import TableError

EXTENSIONS = {"csv": "csv", "tsv": "csv", "txt": "csv", "xlsx": "xlsx", "json": "json"}
SIGNATURES = {
    b"\xd0\xcf\x11\xe0": gettext_noop("an old Excel file (XLS) or a workbook with a password"),
    b"%PDF": gettext_noop("a PDF"),
    b"\x89PNG": gettext_noop("a PNG image"),
    b"\xff\xd8\xff": gettext_noop("a JPEG image"),
    b"GIF8": gettext_noop("a GIF image"),
    b"\x1f\x8b": gettext_noop("a gzip archive"),
    b"7z\xbc\xaf": gettext_noop("a 7z archive"),
    b"Rar!": gettext_noop("a RAR archive"),
}
HTML = re.compile(rb"<(!doctype html|html|head|body|table|meta|div)\b", re.IGNORECASE)
XML = re.compile(rb"<(\?xml|!doctype|\w[\w:.-]*[\s/>])", re.IGNORECASE)
JSON = re.compile(rb'\[\s*([\[{"\]]|-?\d+\s*[,\]])|\{\s*["}]')
BLANK = b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"
NAMES = {
    "csv": gettext_noop("a text table (CSV)"),
    "xlsx": gettext_noop("an XLSX workbook"),
    "json": gettext_noop("JSON"),
}


def format_of(path: Path, name: str) -> str:
    """ "csv", "xlsx" or "json", as the name says. Raises TableError where the content is something else."""
    stem, _dot, extension = name.rpartition(".")
    expected = EXTENSIONS.get(extension.lower()) if stem else None
    if expected is None:
        raise TableError(_("The file's name must end in .csv, .tsv, .txt, .xlsx or .json."))
    if not any(piece.strip(BLANK) for piece in pieces(path, 0)):
        raise TableError(_("The file is empty; its first row must name the columns."))
    found = kind(path)
    if found == expected:
        return expected
    named = {"found": _(NAMES.get(found, found)), "expected": _(NAMES[expected])}
    if found in NAMES:
        message = _("This is %(found)s, not %(expected)s; rename it to “%(name)s”.")
        raise TableError(message % {**named, "name": f"{stem}.{found}"})
    message = _("This is %(found)s, not %(expected)s; save the table as CSV, XLSX or JSON.")
    raise TableError(message % named)


def kind(path: Path) -> str:
    """A format that is read here, or the name of what the file is instead (a msgid)."""
    with path.open("rb") as file:
        data = file.read(1000)
    for signature, name in SIGNATURES.items():
        if data.startswith(signature):
            return name
    if data.startswith(b"PK\x03\x04") or data.startswith(b"PK\x05\x06"):
        return kind_of_zip(path)
    # The zero bytes of UTF-16 and its mark do not hide what is written.
    start = data.lstrip(b"\xef\xbb\xbf\xff\xfe\0").replace(b"\0", b"").lstrip()
    if HTML.match(start):
        return gettext_noop("an HTML page")
    if XML.match(start):
        return gettext_noop("an XML file")
    return "json" if JSON.match(start) else "csv"


def kind_of_zip(path: Path) -> str:
    try:
        with Archive(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return gettext_noop("a damaged ZIP archive")
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "mimetype" in names and "content.xml" in names:
        return gettext_noop("an OpenDocument file")
    return gettext_noop("a ZIP archive")
