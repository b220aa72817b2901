"""Spoiling CSV files, and seeing what the database holds, for the tests of `import_csv`."""

import csv
from collections.abc import Callable
from pathlib import Path

from research import exporting
from research.models import Revision

Rows = list[list[str]]


def edit(file: Path, change: Callable[[Rows], object]) -> None:
    with file.open(encoding="utf-8", newline="") as text:
        rows = list(csv.reader(text))
    change(rows)
    with file.open("w", encoding="utf-8", newline="") as text:
        csv.writer(text, lineterminator="\n").writerows(rows)


def set_cell(number: int, column: str, value: str) -> Callable[[Rows], object]:
    """`number` is the row as a spreadsheet shows it: the header is 1."""
    return lambda rows: rows[number - 1].__setitem__(rows[0].index(column), value)


def database(tmp_path: Path) -> dict[str, bytes]:
    """All rows of all tables, and the history."""
    exporting.export_folder(tmp_path / "state")
    files = {file.name: file.read_bytes() for file in (tmp_path / "state").iterdir()}
    return {**files, "revisions": str(Revision.objects.count()).encode()}


def add_cell(header: str, value: str) -> Callable[[Rows], object]:
    """One more column, named `header`."""

    def change(rows: Rows) -> None:
        for row in rows:
            row.append(header if row is rows[0] else value)

    return change
