"""CSV as people save it: any of four delimiters, any line break, quotes doubled or escaped."""

import re
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from typing import TextIO

from django.utils.translation import gettext as _

from research.text.tables.quotes import locate
from research.text.tables.records import BREAK, BadRow, records
from research.text.tables.source import Source
from research.text.tables.table import Cells, Table, kept

DELIMITERS = ",;\t|"
HEAD = 100_000  # characters in which the delimiter is looked for
SEPARATOR = re.compile(r'"?sep=([,;\t|])"?[\r\n]+', re.IGNORECASE)  # Excel's note to itself


def read_csv(source: Source, table: Table) -> None:
    """Checked to its end before its first row is told: a wrong quote may be far down. Raises TableError."""
    with source.open() as text:
        head = text.read(HEAD)
    said = SEPARATOR.match(head)
    table.delimiter = said[1] if said else delimiter_of(head)
    opened = partial(open_past, source, len(BREAK.findall(said[0])) if said else 0)
    # Some programs write \" for a quote within quotes. Strict CSV has no such thing.
    bad = wrong = first_bad(opened, table.delimiter)
    escaped = source.backslash_quotes and bad is not None
    if escaped:
        table.reason += " " + _("Quotes within cells follow a backslash and were read as quotes.")
        wrong = first_bad(opened, table.delimiter, escaped)
    if wrong is None or wrong.number > 1:
        table.take(rows(opened, table, escaped))
    if bad and wrong:
        raise locate(opened, table, bad)


def open_past(source: Source, skipped: int) -> TextIO:
    text = source.open()
    for _line in islice(text, skipped):
        pass
    return text


def delimiter_of(head: str) -> str:
    """The one that stands most often in the header, outside its quotes."""
    header = re.sub(r'"(?:[^"]|"")*"', "", head).lstrip("\r\n")
    line = re.split(r"[\r\n]", header, maxsplit=1)[0]
    return max(DELIMITERS, key=line.count)


def first_bad(opened: Callable[[], TextIO], delimiter: str, escaped: bool = False) -> BadRow | None:
    """The first row that CSV does not have. Raises TableError past a limit."""
    with opened() as text:
        try:
            for _row in kept(records(text, delimiter, escaped)):
                pass
        except BadRow as bad:
            return bad
    return None


def rows(opened: Callable[[], TextIO], table: Table, escaped: bool) -> Iterator[Cells]:
    with opened() as text:
        yield from records(text, table.delimiter, escaped)
