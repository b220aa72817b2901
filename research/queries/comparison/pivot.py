"""Cases counted along two axes: cells with their first cases, totals of distinct cases."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import Case as Choose
from django.db.models import Count, F, IntegerField, Q, QuerySet, Value, When, Window
from django.db.models.functions import RowNumber

from research.models import Case
from research.queries.comparison.axes import LABELS, PATHS, SEVERAL, Member, cited, members
from research.queries.comparison.options import Options
from research.queries.comparison.witnesses import Witness

FIRST = 5  # cases of a cell that stand in the open
MOST = 20  # of a cell on the page
MOST_ON_PAGE = 1500  # of all cells together: with many cells, each shows fewer
COLUMNS, ROWS = 60, 200


@dataclass
class Line:
    """A case in a cell; its witness where the organization is no axis."""

    case: Case
    witness: Witness | None = None


@dataclass
class Cell:
    row: Member
    column: Member
    count: int
    lines: list[Line]
    # (witness, count) of those that have any, where the organization is no axis.
    by_witness: list[tuple[Witness, int]] = field(default_factory=list)
    query: str = ""  # the address of all its cases ends with it

    @property
    def first(self) -> list[Line]:
        return self.lines[:FIRST]

    @property
    def further(self) -> list[Line]:
        return self.lines[FIRST:]

    @property
    def hidden(self) -> int:
        """How many cases are not in the open."""
        return self.count - len(self.first)

    @property
    def more(self) -> int:
        """How many cases are not on the page."""
        return self.count - len(self.lines)


@dataclass
class PivotRow:
    member: Member
    cells: list[Cell]
    total: int


class Pivot:
    """`cases` are public, filtered and with their `year`; counts are of distinct cases."""

    def __init__(self, cases: QuerySet[Any], options: Options, witnesses: Sequence[Witness]) -> None:
        self.cases, self.options, self.witnesses = cases, options, witnesses

    @cached_property
    def rows(self) -> list[PivotRow]:
        totals = self._totals("rows")
        rows = [PivotRow(row, cells, totals[row]) for row, cells in self._kept]
        if self.options.sort == "name":
            rows.sort(key=lambda row: (row.member.is_none, str(row.member)))
        elif self.options.sort == "count":
            rows.sort(key=lambda row: (row.member.is_none, -row.total))
        return rows

    @cached_property
    def columns(self) -> list[Member]:
        return self._columns_that_differ if self._columns_are_compared else self._columns

    @property
    def column_totals(self) -> list[tuple[Member, int]]:
        totals = self._totals("columns")
        return [(column, totals[column]) for column in self.columns]

    @cached_property
    def total(self) -> int:
        return self.cases.count()

    @property
    def axes(self) -> tuple[str, str]:
        return self.options.rows, self.options.columns

    @property
    def labels(self) -> tuple[Any, Any]:
        """What the rows and the columns are, in words."""
        return LABELS[self.options.rows], LABELS[self.options.columns]

    @property
    def counts_twice(self) -> bool:
        """Whether a case may stand in several cells."""
        return any(axis in SEVERAL for axis in self.axes)

    @property
    def beyond(self) -> list[Member]:
        """Rows and columns that are more than a page can carry: those with the fewest cases."""
        sides = (("columns", self._columns), ("rows", self._rows))
        return [member for side, shown in sides for member in self._members(side) if member not in shown]

    @property
    def shown_cases(self) -> list[Case]:
        return [line.case for row in self.rows for cell in row.cells for line in cell.lines]

    def cell_cases(self, row: str, column: str) -> tuple[Member, Member, QuerySet[Any]] | None:
        """All cases of one cell, in the order in which the cell has them; None without such a cell."""
        found = [
            member
            for side, key in (("rows", row), ("columns", column))
            for member in self._members(side)
            if member.key == key
        ]
        if len(found) < 2:
            return None
        cases = self.cases
        for axis, member in zip(self.axes, found, strict=True):
            cases = cases.filter(_has(axis, member))
        return found[0], found[1], cases.annotate(uncited=uncited()).order_by("uncited", "slug")

    # --- members -------------------------------------------------------------------------------------

    def _axis(self, side: str) -> str:
        return self.options.rows if side == "rows" else self.options.columns

    @cached_property
    def _side_counts(self) -> dict[str, dict[Any, int]]:
        """By side: how many distinct cases have each value in the database."""
        found = {}
        for side in ("rows", "columns"):
            grouped = self.cases.annotate(key=F(PATHS[self._axis(side)])).order_by().values_list("key")
            found[side] = dict(grouped.annotate(count=Count("pk", distinct=True)))
        return found

    def _members(self, side: str) -> list[Member]:
        return self._members_of_sides[side]

    @cached_property
    def _members_of_sides(self) -> dict[str, list[Member]]:
        return {side: self._read_members(side) for side in ("rows", "columns")}

    def _read_members(self, side: str) -> list[Member]:
        axis = self._axis(side)
        chosen = self.options.chosen(axis) if axis in SEVERAL else ()
        found = members(axis, self._side_counts[side], self.witnesses, chosen)
        # A case that was chosen for one industry has others; only those asked for are rows.
        return [member for member in found if member.key in chosen] if chosen else found

    @cached_property
    def _rows(self) -> list[Member]:
        return self._most("rows", ROWS)

    @cached_property
    def _columns(self) -> list[Member]:
        return self._most("columns", COLUMNS)

    def _most(self, side: str, limit: int) -> list[Member]:
        """As many members as a page can carry, those with the most cases, in their own order."""
        found, totals = self._members(side), self._totals(side)
        if len(found) <= limit:
            return found
        most = set(sorted(found, key=lambda member: -totals[member])[:limit])
        return [member for member in found if member in most]

    def _totals(self, side: str) -> dict[Member, int]:
        counts = self._side_counts[side]
        return {
            member: sum(counts.get(value, 0) for value in member.values) for member in self._members(side)
        }

    # --- cells ---------------------------------------------------------------------------------------

    @cached_property
    def _counts(self) -> Counter[tuple[Member, Member, int]]:
        """Cases by row, column and organization."""
        rows, columns = _by_value(self._rows), _by_value(self._columns)
        grouped = self._keyed.order_by().values_list("row_key", "column_key", "organization")
        counts: Counter[tuple[Member, Member, int]] = Counter()
        for row, column, organization, count in grouped.annotate(count=Count("pk", distinct=True)):
            if row in rows and column in columns:
                counts[rows[row], columns[column], organization] += count
        return counts

    @property
    def _keyed(self) -> QuerySet[Any]:
        row, column = (F(PATHS[axis]) for axis in self.axes)
        return self.cases.annotate(row_key=row, column_key=column)

    @cached_property
    def _lines(self) -> dict[tuple[Member, Member], list[Line]]:
        """The first cases of each cell: those with a source before those without, then by key."""
        filled = len({(row, column) for row, column, _organization in self._counts}) or 1
        most = max(1, min(MOST, MOST_ON_PAGE // filled))
        place = Window(
            RowNumber(),
            partition_by=[F("row_key"), F("column_key")],
            order_by=[F("uncited").asc(), F("slug").asc()],
        )
        found = self._keyed.defer("body").annotate(uncited=uncited()).annotate(place=place)
        found = found.filter(place__lte=most)
        rows, columns = _by_value(self._rows), _by_value(self._columns)
        by_pk = {witness.organization.pk: witness for witness in self.witnesses}
        named = "organization" not in self.axes
        cells: dict[tuple[Member, Member], list[Line]] = defaultdict(list)
        for case in found.order_by("uncited", "slug"):
            if case.row_key in rows and case.column_key in columns:
                line = Line(case, by_pk[case.organization_id] if named else None)
                cells[rows[case.row_key], columns[case.column_key]].append(line)
        # A span of years has the first cases of each of its years.
        return {cell: lines[:most] for cell, lines in cells.items()}

    @cached_property
    def _kept(self) -> list[tuple[Member, list[Cell]]]:
        """The rows with their cells, as far as the page shows them."""
        differ = self.options.differ and not self._columns_are_compared
        rows = [row for row in self._rows if not differ or self._row_differs(row)]
        return [(row, [self._cell(row, column) for column in self.columns]) for row in rows]

    def _cell(self, row: Member, column: Member) -> Cell:
        ids = [(witness, witness.organization.pk) for witness in self.witnesses]
        by_witness = [(witness, self._counts[row, column, pk]) for witness, pk in ids]
        return Cell(
            row,
            column,
            sum(count for _witness, count in by_witness),
            self._lines.get((row, column), []),
            [] if "organization" in self.axes else [found for found in by_witness if found[1]],
            self.options.querystring(row=row.key, column=column.key),
        )

    # --- only what differs ---------------------------------------------------------------------------

    @property
    def _columns_are_compared(self) -> bool:
        """Where the organizations are the rows, it is columns that differ or do not."""
        return self.options.differ and self.options.rows == "organization"

    @property
    def _columns_that_differ(self) -> list[Member]:
        return [
            column
            for column in self._columns
            if not _alike(self._counts[row, column, pk] for row in self._rows for pk in row.values)
        ]

    def _row_differs(self, row: Member) -> bool:
        if self.options.columns == "organization":
            cells = ((row, column, pk) for column in self._columns for pk in column.values)
            return not _alike(self._counts[cell] for cell in cells)
        ids = [witness.organization.pk for witness in self.witnesses]
        return any(not _alike(self._counts[row, column, pk] for pk in ids) for column in self._columns)


def _has(axis: str, member: Member) -> Q:
    path = PATHS[axis]
    return Q(**{path: None}) if member.is_none else Q(**{f"{path}__in": list(member.values)})


def uncited() -> Choose:
    """0 for a case that cites a public source, else 1: what can be checked comes first."""
    with_source = When(pk__in=cited("cases"), then=Value(0))
    return Choose(with_source, default=Value(1), output_field=IntegerField())


def _by_value(found: Iterable[Member]) -> dict[Any, Member]:
    return {value: member for member in found for value in member.values}


def _alike(counts: Iterable[int]) -> bool:
    return len(set(counts)) < 2
