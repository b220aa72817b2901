"""A figure: a chart with its name, what is said of it, and the table of the same numbers."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from hashlib import sha1
from typing import Any, Protocol

from django.utils.html import format_html
from django.utils.safestring import SafeString

from research.charts.drawing import Drawing, inline_svg

NARROW, WIDE = 320, 720  # natural widths: for a phone, and for all else


class Chart(Protocol):
    def layout(self, width: float) -> Drawing: ...


@dataclass(frozen=True)
class Cell:
    """A cell of a figure's table; `missing` is the editor's word for nothing, `data` what a file has."""

    text: str
    url: str = ""
    is_number: bool = False
    missing: bool = False
    data: str | None = None

    @property
    def as_data(self) -> str:
        return self.text if self.data is None else self.data


@dataclass(frozen=True)
class Row:
    """A row of a figure's table; the record, if it is of one, whose sources stand behind it."""

    cells: tuple[Cell, ...]
    record: Any = None


@dataclass(frozen=True)
class Table:
    """The numbers that a chart draws: names of the columns, and rows of as many cells."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    more: str = ""

    @property
    def has_records(self) -> bool:
        return any(row.record for row in self.rows)

    @property
    def numbers(self) -> list[bool]:
        """For each column whether it has numbers: they stand to the right."""
        return [cell.is_number for cell in self.rows[0].cells] if self.rows else [False] * len(self.columns)

    @property
    def headings(self) -> list[tuple[str, bool]]:
        return list(zip(self.columns, self.numbers, strict=True))

    def as_data(self) -> list[list[str]]:
        """Rows of plain text, as a file has them."""
        return [[cell.as_data for cell in row.cells] for row in self.rows]


@dataclass(frozen=True)
class Figure:
    """`name` is its part of an address; `records` are those that its sources are found by."""

    name: str
    title: str
    caption: str
    chart: Chart
    table: Table
    summary: str = ""
    records: Sequence[Any] = field(default=(), repr=False)
    data_of: date | None = None

    @property
    def uid(self) -> str:
        """For ids in a page: a name may have characters that no reference to an id can."""
        return f"f{sha1(self.name.encode()).hexdigest()[:8]}"

    @cached_property
    def inline(self) -> SafeString:
        """Two drawings, of which the page's style sheet shows the one that fits."""
        return format_html("{}{}", self._svg("wide", WIDE), self._svg("narrow", NARROW))

    @property
    def small(self) -> SafeString:
        """One drawing as for a phone, for a place of that width."""
        return self._svg("small", NARROW)

    def _svg(self, kind: str, width: float) -> SafeString:
        uid = f"{self.uid}-{kind}"
        return inline_svg(
            self.chart.layout(width), uid=uid, title=self.title, summary=self.summary, kind=kind
        )
