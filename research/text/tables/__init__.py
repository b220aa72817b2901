"""Any table that a person saves, as text: CSV in the encodings and shapes it comes in, XLSX, JSON."""

from django.utils.translation import gettext as _

from research.text.tables.delimited import read_csv
from research.text.tables.encodings import decode
from research.text.tables.kinds import EXTENSIONS, format_of
from research.text.tables.objects import read_json
from research.text.tables.table import MOST_BYTES, Table, TableError
from research.text.tables.workbooks import read_xlsx

__all__ = ["EXTENSIONS", "MOST_BYTES", "Table", "TableError", "read_table", "refuse_size"]


def read_table(data: bytes, name: str, *, encoding: str = "") -> Table:
    """The table in a file of that name; `encoding` is taken instead of the one that would be found.

    Raises TableError.
    """
    refuse_size(len(data))
    table = Table(format_of(data, name))
    if table.format == "xlsx":
        read_xlsx(data, name.rpartition(".")[0], table)
        return table
    found = decode(data, encoding)
    table.encoding, table.reason, table.alternatives = found.encoding, found.reason, found.alternatives
    read = read_json if table.format == "json" else read_csv
    read(found.text, table)
    return table


def refuse_size(size: int) -> None:
    if size > MOST_BYTES:
        named = {"found": f"{size / 1024 / 1024:,.0f}", "most": MOST_BYTES // 1024 // 1024}
        raise TableError(_("The file has %(found)s MB; at most %(most)s are read. Split it.") % named)
