"""From tables to files: canonical CSV, UTF-8, line feeds, sorted by key; equal data give equal bytes.

For a person's spreadsheet the same lines are harmless: no cell starts a formula.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TextIO

from research.rows import TABLES, Row, chunks
from research.text import formulas
from research.text.tables.csv_writing import BOM, as_csv

CHUNK = 1000  # rows written at a time


def csv_lines(columns: Sequence[str], rows: Iterable[Row]) -> Iterator[str]:
    """The header, then the rows, in pieces of many lines; `importing` reads them back as they were."""
    return _lines(columns, rows, formulas.canonical)


def spreadsheet_lines(columns: Sequence[str], rows: Iterable[Row]) -> Iterator[str]:
    """As `csv_lines`, for a person's spreadsheet: with the mark of UTF-8, and no cell starts a formula."""
    yield BOM
    yield from _lines(columns, rows, formulas.neutral)


def _lines(columns: Sequence[str], rows: Iterable[Row], written: Callable[[str], str]) -> Iterator[str]:
    yield as_csv([columns])
    for chunk in chunks(rows, CHUNK):
        yield as_csv(map(written, map(row.__getitem__, columns)) for row in chunk)


def write_csv(file: TextIO, columns: Sequence[str], rows: Iterable[Row]) -> int:
    """Write canonical CSV into a file that leaves line ends alone; returns how many rows there were."""
    written = 0

    def counted() -> Iterator[Row]:
        nonlocal written
        for row in rows:
            written += 1
            yield row

    file.writelines(csv_lines(columns, counted()))
    return written


def json_lines(rows: Iterable[Row]) -> Iterator[str]:
    """A JSON array, one record a line, in pieces of many lines."""
    separator = "[\n"
    for chunk in chunks(rows, CHUNK):
        yield separator + ",\n".join(json.dumps(row, ensure_ascii=False) for row in chunk)
        separator = ",\n"
    yield "\n]\n" if separator != "[\n" else "[]\n"


def export_folder(folder: Path) -> dict[str, int]:
    """Write every table to `folder/<table>.csv`, making the folder; returns rows by table."""
    folder.mkdir(parents=True, exist_ok=True)
    counts = {}
    for table, codec in TABLES.items():
        with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
            counts[table] = write_csv(file, codec.columns, codec().rows())
    return counts
