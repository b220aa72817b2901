"""A collation as files: tables of text, tidy rows, JSON, Markdown, LaTeX and a workbook.

All say the same. Each is a function of the collation alone, so equal collations give equal texts.
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import partial
from itertools import groupby
from typing import IO, Any

from django.utils.translation import gettext as _

from research.queries.collation import CRITERIA, Cell, Collation, Line, Reading
from research.text import latex
from research.text.citations import Cite
from research.text.controls import without_controls
from research.text.tables import markdown_table
from research.text.tables.writing import LONGEST, Sheet, Value, write_sheets

LINE = ["line", "group", "label", "unit"]
TIDY = ["line", "kind", "group", "label", "organization", "name", "count", "value", "number", "unit", "as_of"]
READING = ["line", "kind", "group", "label", "organization", "name", "key", "text", "value", "number", "unit"]
READING += ["as_of", "sources"]
LAST = LONGEST // 2  # characters of a workbook's cell that surely fit
Rows = list[list[str]]


def as_rows(collation: Collation) -> Rows:
    """A row for each line, a column for each organization; the header first."""
    rows = [
        [line.key, line.group, line.label, line.unit, *(cell.text for cell in collation.row(line))]
        for line in collation.lines
    ]
    return [[*LINE, *names(collation)], *rows]


def as_transposed_rows(collation: Collation) -> Rows:
    """A row for each organization, a column for each line; the header first."""
    labels = [line_name(line) for line in collation.lines]
    keys = [line.key for line in collation.lines]
    rows = [
        [slug, name, *(collation.cells[key, slug].text for key in keys)]
        for slug, name in collation.organizations
    ]
    return [["organization", "name", *unlike(labels, keys)], *rows]


def as_tidy_rows(collation: Collation) -> Rows:
    """A row for each cell with its typed value, that of the latest finding or the count of cases."""
    rows = [
        [line.key, line.kind, line.group, line.label, slug, name, *tidy(collation.cells[line.key, slug])]
        for line in collation.lines
        for slug, name in collation.organizations
    ]
    return [[*TIDY, "items", "sources"], *rows]


def tidy(cell: Cell) -> list[str]:
    count, value, number, unit, as_of = typed(cell)
    shown = "" if number is None else f"{Decimal(number).normalize():f}"
    return [str(count), value, shown, unit, as_of, "; ".join(cell.items), "; ".join(cell.sources)]


def typed(cell: Cell) -> tuple[int, str, Decimal | int | None, str, str]:
    """Count, value as written (`>8000`), number, unit and date; of cases the value is the count."""
    value = str(cell.count) if cell.line.kind != CRITERIA else cell.latest.value if cell.latest else ""
    return cell.count, value, cell.value, cell.unit, cell.as_of


def names(collation: Collation) -> list[str]:
    """The organizations as columns: by name, and by key where two have one name."""
    return unlike(
        [name for _slug, name in collation.organizations],
        [slug for slug, _name in collation.organizations],
        LINE,
    )


def unlike(labels: Sequence[str], keys: Sequence[str], taken: Sequence[str] = ()) -> list[str]:
    """The labels, each with its key where there is another like it."""
    counts = Counter([*labels, *taken])
    return [
        label if counts[label] == 1 else f"{label} ({key})" for label, key in zip(labels, keys, strict=True)
    ]


def line_name(line: Line) -> str:
    return " · ".join(filter(None, [line.group, line.label])) + (f" ({line.unit})" if line.unit else "")


# --- JSON ------------------------------------------------------------------------------------------------


def as_data(collation: Collation, address: str) -> dict[str, Any]:
    """The collation as plain values; numbers are exact up to 15 digits, and exact as texts in `value`."""
    organizations = collation.organizations
    return {
        "slug": collation.slug,
        "title": collation.title,
        "address": address,
        "organizations": [{"slug": slug, "name": name} for slug, name in organizations],
        "lines": [
            {
                "key": line.key,
                "kind": line.kind,
                "group": line.group,
                "label": line.label,
                "unit": line.unit,
                "cells": {
                    slug: _cell(collation.cells[line.key, slug]) for slug, _n in collation.organizations
                },
            }
            for line in collation.lines
        ],
        "sources": [
            {"number": one.number, "key": one.key, "reference": one.line} for one in collation.sources
        ],
    }


def json_text(collation: Collation, address: str) -> str:
    return json.dumps(as_data(collation, address), ensure_ascii=False, indent=1) + "\n"


def _cell(cell: Cell) -> dict[str, Any]:
    return {
        "text": cell.text,
        "count": cell.count,
        "number": _number(cell.value),
        "unit": cell.unit,
        "as_of": cell.as_of,
        "items": cell.items,
        "sources": cell.sources,
        **(
            {"readings": [_reading(reading) for reading in cell.readings]}
            if cell.line.kind == CRITERIA
            else {"by_mode": dict(cell.parts)}
            if cell.parts
            else {}
        ),
    }


def _reading(reading: Reading) -> dict[str, Any]:
    return {
        "key": reading.key,
        "text": reading.shown,
        "value": reading.value,
        "number": _number(reading.number),
        "unit": reading.unit,
        "as_of": reading.as_of,
        "sources": [{"key": cite.key, "locator": cite.locator} for cite in reading.cites],
    }


def _number(value: Decimal | int | None) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == int(value) else float(value)


# --- for readers -----------------------------------------------------------------------------------------


def markdown_text(collation: Collation, address: str) -> str:
    """The title, the table and the sources as its footnotes."""
    escaped = markdown_table.escaped
    header = [_("group"), "", *(name for _slug, name in collation.organizations)]
    numbers = {one.key: one.number for one in collation.sources}

    def mark(cites: Sequence[Cite]) -> str:
        return "; ".join(
            f"[^{numbers[cite.key]}]" + (f" {escaped(cite.locator)}" if cite.locator else "")
            for cite in cites
        )

    rows = [
        [
            escaped(line.group),
            escaped(line.label),
            *(markdown_table.cell(cell.pieces(mark, escaped)) for cell in collation.row(line)),
        ]
        for line in collation.lines
    ]
    table = markdown_table.table([escaped(name) for name in header], rows)
    notes = "".join(f"[^{one.number}]: {markdown_table.in_one_line(one.line)}\n" for one in collation.sources)
    head = f"# {markdown_table.in_one_line(collation.title)}\n\n<{address}>\n\n"
    return head + table + (f"\n{notes}" if notes else "")


def latex_text(collation: Collation, address: str, *, fragment: bool = False) -> str:
    """A document, or as a fragment what stands in it: the tables and the sources that they number."""
    numbers = {one.key: one.number for one in collation.sources}
    mark = partial(numbered, numbers)
    groups = [
        latex.Group(
            heading,
            [(line.label, [list(cell.pieces(mark)) for cell in collation.row(line)]) for line in lines],
        )
        for heading, lines in groupby(collation.lines, key=lambda line: line.group)
    ]
    columns = [name for _slug, name in collation.organizations]
    body = latex.tables(columns, groups)
    body += latex.references(_("Sources"), [(one.number, one.line) for one in collation.sources])
    if fragment:
        return latex.NEEDED + body
    return latex.document(collation.title, address, body, upright=latex.is_upright(columns))


def numbered(numbers: dict[str, int], cites: Sequence[Cite]) -> str:
    """Marks as on the page: `[1, p. 3; 2]`."""
    marks = (f"{numbers[cite.key]}, {cite.locator}".removesuffix(", ") for cite in cites)
    return f"[{'; '.join(marks)}]"


# --- workbook --------------------------------------------------------------------------------------------


def write_workbook(file: IO[bytes], collation: Collation) -> None:
    """The table; its cells and its readings with typed numbers; the sources. Raises Unfit."""
    sheets = [
        Sheet("table", [*LINE, *names(collation)], _table_rows(collation), frozen=len(LINE)),
        Sheet("cells", TIDY, _cell_rows(collation)),
        Sheet("readings", READING, _reading_rows(collation)),
        Sheet("sources", ["number", "key", "reference"], _source_rows(collation)),
    ]
    write_sheets(file, map(_fitting, sheets))


ValueRows = Iterator[list[Value]]


def _table_rows(collation: Collation) -> ValueRows:
    for line in collation.lines:
        yield [line.key, line.group, line.label, line.unit, *map(_sheet_cell, collation.row(line))]


def _cell_rows(collation: Collation) -> ValueRows:
    for line in collation.lines:
        for slug, name in collation.organizations:
            first = [line.key, line.kind, line.group, line.label, slug, name]
            yield [*first, *typed(collation.cells[line.key, slug])]


def _reading_rows(collation: Collation) -> ValueRows:
    for line in collation.lines:
        for slug, name in collation.organizations:
            for one in collation.cells[line.key, slug].readings:
                first = [line.key, line.kind, line.group, line.label, slug, name, one.key, one.shown]
                yield [*first, one.value, one.number, one.unit, one.as_of, "; ".join(one.sources)]


def _source_rows(collation: Collation) -> ValueRows:
    return ([one.number, one.key, one.line] for one in collation.sources)


def _sheet_cell(cell: Cell) -> str:
    """Of a long cell as many readings as a workbook's can hold; the sheet of readings has all."""
    pieces = cell.text.split("\n")
    if len(cell.text) <= LAST:
        return cell.text
    shown: list[str] = []
    left = LAST - 100
    for piece in pieces:
        left -= len(piece) + 1
        if left < 0:
            break
        shown.append(piece)
    return "\n".join([*shown, _("and %s more") % (len(pieces) - len(shown))])


def _fitting(sheet: Sheet) -> Sheet:
    """Without control characters, which no workbook can hold."""

    def fit(value: Value) -> Value:
        return without_controls(value) if isinstance(value, str) else value

    columns = [without_controls(column) for column in sheet.columns]
    return replace(sheet, columns=columns, rows=([fit(value) for value in row] for row in sheet.rows))
