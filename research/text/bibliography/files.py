"""A bibliography's file as text, in whatever encoding it was saved."""

from pathlib import Path

from django.utils.translation import gettext as _

from research.text.tables.encodings import find_encoding
from research.text.tables.source import Source
from research.text.tables.table import MEGABYTE, TableError

MOST_BYTES = 50 * MEGABYTE


def read_text(path: Path, encoding: str = "") -> tuple[str, Source]:
    """The text, and how it was decoded: its encoding, why, and which others would do.

    `encoding` is taken instead of the one that would be found. Raises TableError where the bytes are no text
    or are too many.
    """
    size = path.stat().st_size
    if size > MOST_BYTES:
        named = {"found": f"{size / MEGABYTE:,.0f}", "most": MOST_BYTES // MEGABYTE}
        raise TableError(_("The file has %(found)s MB; at most %(most)s are read. Split it.") % named)
    source = find_encoding(path, encoding)
    with source.open() as file:
        return file.read(), source
