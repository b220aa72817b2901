"""Any table that a person saves, as text: CSV in the encodings and shapes it comes in, XLSX, JSON.

A file is read as its rows are asked for; of none of them more than a few rows are in memory.
"""

from pathlib import Path

from django.utils.translation import gettext as _

from research.text.tables.delimited import read_csv
from research.text.tables.encodings import find_encoding
from research.text.tables.kinds import EXTENSIONS, format_of
from research.text.tables.objects import read_json
from research.text.tables.table import MEGABYTE, MOST_BYTES, Table, TableError
from research.text.tables.workbooks import read_xlsx

__all__ = ["EXTENSIONS", "MOST_BYTES", "Table", "TableError", "open_table", "refuse_size"]

# Both are checked whole before their first row: a workbook's shared texts, and each object's names.
# The entries of a bibliography are held in memory, at up to a hundred times their size.
MOST_BYTES_OF = {"xlsx": 100 * MEGABYTE, "json": 50 * MEGABYTE, "bibliography": 10 * MEGABYTE}


def open_table(path: Path, name: str, *, encoding: str = "") -> Table:
    """The table at the path, in a file that its owner named so.

    `encoding` is taken instead of the one that would be found. The header is read at once, the rows when the
    table's `rows` are iterated, once. Both raise TableError; the file must stay where it is until then.
    """
    size = path.stat().st_size
    refuse_size(size)
    table = Table(format_of(path, name))
    refuse_size(size, table.format)
    try:
        read(path, name, table, encoding)
    except TableError:
        table.close()
        raise
    return table


def read(path: Path, name: str, table: Table, encoding: str) -> None:
    """The header, and how the rows will be read. Raises TableError."""
    if table.format == "xlsx":
        read_xlsx(path, name.rpartition(".")[0], table)
        return
    source = find_encoding(path, encoding)
    table.encoding, table.reason, table.alternatives = source.encoding, source.reason, source.alternatives
    table.share = source.share
    (read_json if table.format == "json" else read_csv)(source, table)


def refuse_size(size: int, format: str = "") -> None:
    """Raises TableError for more bytes than are read of a file, or of one of that format."""
    most = min(MOST_BYTES, MOST_BYTES_OF.get(format, MOST_BYTES))
    if size > most:
        named = {"found": f"{size / MEGABYTE:,.0f}", "most": most // MEGABYTE}
        raise TableError(_("The file has %(found)s MB; at most %(most)s are read. Split it.") % named)
