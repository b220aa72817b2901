"""From tables to files: canonical CSV, UTF-8, line feeds, sorted by key; the same data gives the same bytes."""

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import IO

from research.rows import TABLES, Row


def write_csv(file: IO[str], columns: Iterable[str], rows: Iterable[Row]) -> int:
    """Write header and rows; returns how many rows."""
    writer = csv.DictWriter(file, list(columns), lineterminator="\n")
    writer.writeheader()
    count = 0
    for row in rows:
        writer.writerow(row)
        count += 1
    return count


def export_folder(folder: Path) -> dict[str, int]:
    """Write every table to `folder/<table>.csv`, making the folder; returns rows by table."""
    folder.mkdir(parents=True, exist_ok=True)
    counts = {}
    for table, codec in TABLES.items():
        with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
            counts[table] = write_csv(file, codec.columns, codec().rows())
    return counts
