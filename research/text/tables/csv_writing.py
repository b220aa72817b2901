"""Rows to CSV: commas, line feeds, UTF-8."""

import csv
import io
from collections.abc import Iterable

# Excel takes a file for UTF-8 only with the mark; `import_csv` reads past it.
BOM = "\ufeff"


def as_csv(rows: Iterable[Iterable[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()
