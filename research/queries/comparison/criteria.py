"""Findings by criterion and organization: the latest of each cell, the earlier ones as its series."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import groupby
from typing import Any

from django.db.models import Count, F, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils.safestring import SafeString

from research.models import Comparison, Criterion, Finding
from research.models.criterion import ValueKind
from research.queries.comparison.axes import cited
from research.queries.comparison.options import Options
from research.queries.comparison.witnesses import Witness
from research.sparklines import sparkline
from research.text import edtf
from research.text.numbers import RANKS

FINDINGS_PER_CELL = 6
# The order of a cell's findings: the latest first, the undated last.
NEWEST = (F("as_of_latest").desc(nulls_last=True), F("as_of_earliest").desc(nulls_last=True), F("slug").asc())
# Values of one kind stand together, and these are the kinds' order; what is missing is last.
NUMBER, LEVEL, YESNO, DATE, TEXT = range(5)
SortKey = tuple[int, str, Any]


@dataclass
class FindingCell:
    witness: Witness
    latest: Finding | None = None
    earlier: list[Finding] = field(default_factory=list)
    count: int = 0

    @property
    def more(self) -> int:
        """How many findings of the cell are not on the page."""
        return self.count - len(self.earlier) - (self.latest is not None)

    @cached_property
    def line(self) -> SafeString:
        """The dated numbers as a small line, oldest first; empty for fewer than two."""
        found = [*reversed(self.earlier), *([self.latest] if self.latest else [])]
        better = -1 if found and found[0].criterion.unit in RANKS else 1  # the first place stands on top
        points = [
            (day, better * float(finding.number))
            for finding in found
            if finding.number is not None and _is_number(finding) and (day := _day(finding))
        ]
        return sparkline(points, self.witness.colour)


@dataclass
class CriterionRow:
    criterion: Criterion
    cells: list[FindingCell]

    @property
    def differs(self) -> bool:
        """Whether the latest values are not all the same; a gap beside a value is a difference."""
        return len({cell.latest.value if cell.latest else None for cell in self.cells}) > 1

    @property
    def is_empty(self) -> bool:
        return not any(cell.latest for cell in self.cells)


class Criteria:
    """The criteria table of a comparison for the witnesses and options of one view."""

    def __init__(self, comparison: Comparison, options: Options, witnesses: Sequence[Witness]) -> None:
        self.comparison, self.options, self.witnesses = comparison, options, witnesses

    @cached_property
    def groups(self) -> list[tuple[str, list[CriterionRow]]]:
        """(group, rows) in the comparison's order of criteria; rows of one group stand together."""
        groups: dict[str, list[CriterionRow]] = defaultdict(list)
        for criterion in self.placed.values():
            row = CriterionRow(criterion, [self._cell(witness, criterion) for witness in self.witnesses])
            if self._is_shown(row):
                groups[criterion.group].append(row)
        return [(group, self._sorted(rows)) for group, rows in groups.items()]

    @cached_property
    def placed(self) -> dict[int, Criterion]:
        """The comparison's criteria by id, in its order."""
        placed = Criterion.objects.filter(comparison_places__comparison=self.comparison)
        placed = placed.order_by("comparison_places__position", "comparison_places__id")
        return {criterion.pk: criterion for criterion in placed}

    @property
    def shown_findings(self) -> list[Finding]:
        return [finding for findings in self._findings.values() for finding in findings]

    @cached_property
    def findings(self) -> QuerySet[Any]:
        """All public findings that the table is about, shown or among the earlier of a cell."""
        found = Finding.objects.public().filter(
            organization__in=[witness.organization.pk for witness in self.witnesses],
            criterion__comparisons=self.comparison,
        )
        return found.filter(pk__in=cited("findings")) if self.options.sourced else found

    @cached_property
    def _findings(self) -> dict[tuple[int, int], list[Finding]]:
        """The latest findings of each cell, undated last; a few, so that a page stays a page."""
        cell = [F("organization"), F("criterion")]
        found = (
            self.findings.defer("body")
            .annotate(
                place=Window(RowNumber(), partition_by=cell, order_by=NEWEST),
                in_cell=Window(Count("pk"), partition_by=cell),
            )
            .filter(place__lte=FINDINGS_PER_CELL)
            .order_by("organization", "criterion", "place")
        )
        return {
            key: list(findings)
            for key, findings in groupby(
                self.named(found), key=lambda finding: (finding.organization_id, finding.criterion_id)
            )
        }

    def named(self, findings: Iterable[Finding]) -> Iterator[Any]:
        """The findings with their organization and criterion, which are read already."""
        organizations = {witness.organization.pk: witness.organization for witness in self.witnesses}
        for finding in findings:
            if criterion := self.placed.get(finding.criterion_id):  # another may have come in this instant
                finding.organization, finding.criterion = organizations[finding.organization_id], criterion
                yield finding

    def _cell(self, witness: Witness, criterion: Criterion) -> FindingCell:
        found: list[Any] = self._findings.get((witness.organization.pk, criterion.pk), [])
        if not found:
            return FindingCell(witness)
        return FindingCell(witness, found[0], found[1:], found[0].in_cell)

    def _is_shown(self, row: CriterionRow) -> bool:
        if self.options.differ and not row.differs:
            return False
        return not (self.options.sourced and row.is_empty)

    def _sorted(self, rows: list[CriterionRow]) -> list[CriterionRow]:
        slug, largest_first = self.options.sorts_by
        if self.options.criteria == "name":
            return sorted(rows, key=lambda row: row.criterion.name)
        places = [place for place, witness in enumerate(self.witnesses) if witness.organization.slug == slug]
        if not places:
            return rows
        return sorted_by_value(rows, lambda row: row.cells[places[0]].latest, largest_first)


def sorted_by_value(rows: Iterable[CriterionRow], latest: Any, largest_first: bool) -> list[CriterionRow]:
    """By the typed value that `latest` gives of a row: like with like, and rows without a value last."""
    found = [(sort_key(finding), row) for row in rows if (finding := latest(row))]
    missing = [row for row in rows if not latest(row)]
    kinds = sorted({key[:2] for key, _row in found})
    ordered = [
        row
        for kind in kinds
        for _key, row in sorted(
            (one for one in found if one[0][:2] == kind), key=lambda one: one[0][2], reverse=largest_first
        )
    ]
    return ordered + missing


def sort_key(finding: Finding) -> SortKey:
    """(kind, unit, value): `>8000` sorts by its number, a text that is a date by its first day."""
    kind, number = finding.criterion.value_kind, finding.number
    if number is not None and kind in (ValueKind.NUMBER, ValueKind.LEVEL, ValueKind.YESNO):
        places = {ValueKind.NUMBER.value: NUMBER, ValueKind.LEVEL.value: LEVEL}
        return places.get(kind, YESNO), finding.criterion.unit, number
    try:
        return DATE, "", edtf.parse(finding.value).earliest
    except ValueError:
        return TEXT, "", finding.value


def _is_number(finding: Finding) -> bool:
    return finding.criterion.value_kind == ValueKind.NUMBER


def _day(finding: Finding) -> date | None:
    """The first day of the finding's date; the last where the beginning is open."""
    return finding.as_of_latest if finding.as_of_earliest == date.min else finding.as_of_earliest
