"""From tables to files: canonical CSV, UTF-8, line feeds, sorted by key; equal data give equal bytes.

For a person's spreadsheet the same lines are `safe`: no cell starts a formula.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from research.rows import TABLES, Row
from research.text import formulas

# Excel takes a file for UTF-8 only with the mark; `import_csv` reads past it.
BOM = "\ufeff"


class Echo:
    """A file for csv.writer that hands back what it is given, so that lines can be streamed."""

    def write(self, text: str) -> str:
        return text


def csv_lines(columns: Sequence[str], rows: Iterable[Row], *, safe: bool = False) -> Iterator[str]:
    """The header and the rows; `importing` reads both forms back as they were."""
    written = formulas.neutral if safe else formulas.canonical
    writer: Any = csv.writer(Echo(), lineterminator="\n")
    yield writer.writerow(columns)
    for row in rows:
        yield writer.writerow([written(row[name]) for name in columns])


def export_folder(folder: Path) -> dict[str, int]:
    """Write every table to `folder/<table>.csv`, making the folder; returns rows by table."""
    folder.mkdir(parents=True, exist_ok=True)
    counts = {}
    for table, codec in TABLES.items():
        with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
            counts[table] = -1  # the header
            for line in csv_lines(codec.columns, codec().rows()):
                file.write(line)
                counts[table] += 1
    return counts
