"""Rows to CSV: commas, line feeds, UTF-8."""

import csv
import io
from collections.abc import Iterable

from research.text import formulas

# Excel takes a file for UTF-8 only with the mark; `import_csv` reads past it.
BOM = "\ufeff"


def as_csv(rows: Iterable[Iterable[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def for_spreadsheets(rows: Iterable[Iterable[str]]) -> str:
    """As a person's spreadsheet opens it: with the mark of UTF-8, and without a cell that it would run."""
    return BOM + as_csv(map(formulas.neutral, row) for row in rows)
