"""The comparison: organizations side by side, cases by mode and industry, findings by criterion."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from typing import Any

from django.db.models import Count, F, Prefetch, Q, Window
from django.db.models.functions import RowNumber

from research.models import (
    Argument,
    Case,
    Comparison,
    Criterion,
    Finding,
    Industry,
    Mode,
    Organization,
    Stance,
    Thesis,
)
from research.queries.apparatus import Apparatus
from research.queries.arguments import claims, with_state

CASES_PER_CELL = 20
FINDINGS_PER_CELL = 6
THESES = 30
WITNESSES = 8


@dataclass
class Witness:
    """An organization in the comparison: its column, its colour (1 to 8) and its siglum."""

    organization: Organization
    colour: int
    siglum: str
    cases: int = 0


@dataclass
class CaseCell:
    witness: Witness
    count: int
    cases: list[Case]

    @property
    def more(self) -> int:
        return self.count - len(self.cases)


@dataclass
class ModeRow:
    mode: Mode | None
    cells: list[CaseCell]


@dataclass
class CountRow:
    """One industry: for each witness, the number of cases by mode in the order of `Matrix.modes`."""

    industry: Industry | None
    counts: list[list[int]]

    @property
    def total(self) -> int:
        return sum(map(sum, self.counts))


@dataclass
class FindingCell:
    witness: Witness
    latest: Finding | None = None
    earlier: list[Finding] = field(default_factory=list)


@dataclass
class CriterionRow:
    criterion: Criterion
    cells: list[FindingCell]


@dataclass
class ThesisView:
    thesis: Thesis
    supports: list[Argument]
    opposes: list[Argument]


class Matrix:
    """All that a comparison's page shows, public records only, in a fixed number of queries."""

    def __init__(self, comparison: Comparison) -> None:
        self.comparison = comparison
        self.witnesses = witnesses(
            Organization.objects.public()
            .filter(comparison_places__comparison=comparison)
            .order_by("comparison_places__position", "comparison_places__id")
        )
        self._by_id = {witness.organization.pk: witness for witness in self.witnesses}
        self._cases = Case.objects.public().filter(organization__in=list(self._by_id))

    @cached_property
    def modes(self) -> list[Mode | None]:
        """The modes in use, and last None where a case has none."""
        used = {mode for (_organization, mode), count in self._by_mode.items() if count}
        found: list[Mode | None] = [mode for mode in Mode.objects.all() if mode.pk in used]
        return [*found, None] if None in used else found

    @cached_property
    def mode_rows(self) -> list[ModeRow]:
        shown = self._top_cases
        return [
            ModeRow(
                mode,
                [
                    CaseCell(witness, self._by_mode[pk, id_of(mode)], shown[pk, id_of(mode)])
                    for pk, witness in self._by_id.items()
                ],
            )
            for mode in self.modes
        ]

    @cached_property
    def count_rows(self) -> list[CountRow]:
        """Cases by industry; a case of two industries counts in both, one of none in the last row."""
        counts: Counter[tuple[Any, Any, Any]] = Counter()
        for industry, organization, mode, count in (
            self._cases.values_list("industries", "organization", "mode")
            .annotate(count=Count("pk", distinct=True))
            .order_by()
        ):
            counts[industry, organization, mode] = count
        used = {industry for industry, _organization, _mode in counts}
        found: list[Industry | None] = [
            industry for industry in Industry.objects.all() if industry.pk in used
        ]
        rows = [
            CountRow(
                industry,
                [[counts[id_of(industry), pk, id_of(mode)] for mode in self.modes] for pk in self._by_id],
            )
            for industry in [*found, *([None] if None in used else [])]
        ]
        return sorted(rows, key=lambda row: (row.industry is None, -row.total))

    @cached_property
    def criterion_groups(self) -> list[tuple[str, list[CriterionRow]]]:
        """(group, rows) in the comparison's order of criteria; rows of one group stand together."""
        findings = self._findings
        criteria = Criterion.objects.filter(comparison_places__comparison=self.comparison).order_by(
            "comparison_places__position", "comparison_places__id"
        )
        rows: dict[str, list[CriterionRow]] = defaultdict(list)
        for criterion in criteria:
            cells = [
                self._finding_cell(witness, findings.get((pk, criterion.pk), []))
                for pk, witness in self._by_id.items()
            ]
            rows[criterion.group].append(CriterionRow(criterion, cells))
        return list(rows.items())

    @cached_property
    def theses(self) -> list[ThesisView]:
        """Theses argued from the cases or findings of the compared organizations."""
        ids = list(self._by_id)
        about = Argument.objects.public().filter(
            Q(cases__in=self._cases) | Q(findings__in=Finding.objects.public().filter(organization__in=ids))
        )
        arguments = claims().order_by("position", "slug")
        found = (
            with_state(Thesis.objects.public())
            .filter(pk__in=about.values("thesis"))
            .prefetch_related(Prefetch("arguments", arguments, to_attr="public_arguments"))
        )
        views = [thesis_view(thesis, thesis.public_arguments) for thesis in found[:THESES]]
        # The contested first: there the comparison is decided.
        return sorted(views, key=lambda view: -min(len(view.opposes), len(view.supports)))

    @cached_property
    def apparatus(self) -> Apparatus:
        return Apparatus([self.comparison, *self._shown_cases, *self._shown_findings, *self._shown_arguments])

    @property
    def case_count(self) -> int:
        return sum(witness.cases for witness in self.witnesses)

    @property
    def finding_count(self) -> int:
        return sum(1 for finding in self._shown_findings)

    @property
    def evidence(self) -> tuple[int, int]:
        """(cited, all) of the cases and findings shown."""
        shown = [*self._shown_cases, *self._shown_findings]
        return sum(self.apparatus.is_cited(record) for record in shown), len(shown)

    @cached_property
    def _by_mode(self) -> Counter[tuple[int, int | None]]:
        counts: Counter[tuple[int, int | None]] = Counter()
        grouped = self._cases.values_list("organization", "mode").annotate(count=Count("pk")).order_by()
        for organization, mode, count in grouped:
            counts[organization, mode] = count
            self._by_id[organization].cases += count
        return counts

    @cached_property
    def _top_cases(self) -> dict[tuple[int, int | None], list[Case]]:
        place = Window(RowNumber(), partition_by=[F("organization"), F("mode")], order_by=F("slug").asc())
        cells: dict[tuple[int, int | None], list[Case]] = defaultdict(list)
        for case in self._cases.annotate(place=place).filter(place__lte=CASES_PER_CELL).order_by("slug"):
            cells[case.organization_id, case.mode_id].append(case)
        return cells

    @cached_property
    def _findings(self) -> dict[tuple[int, int], list[Finding]]:
        """The latest findings of each cell, undated last; a few, so that a page stays a page."""
        newest = [
            F("as_of_latest").desc(nulls_last=True),
            F("as_of_earliest").desc(nulls_last=True),
            F("slug").asc(),
        ]
        place = Window(RowNumber(), partition_by=[F("organization"), F("criterion")], order_by=newest)
        found = (
            Finding.objects.public()
            .filter(organization__in=list(self._by_id), criterion__comparisons=self.comparison)
            .select_related("organization", "criterion")
            .annotate(place=place)
            .filter(place__lte=FINDINGS_PER_CELL)
            .order_by("organization", "criterion", "place")
        )
        return {
            cell: list(findings)
            for cell, findings in groupby(
                found, key=lambda finding: (finding.organization_id, finding.criterion_id)
            )
        }

    @staticmethod
    def _finding_cell(witness: Witness, findings: list[Finding]) -> FindingCell:
        return FindingCell(witness, findings[0] if findings else None, findings[1:])

    @property
    def _shown_cases(self) -> Iterable[Case]:
        return [case for cases in self._top_cases.values() for case in cases]

    @property
    def _shown_findings(self) -> Iterable[Finding]:
        return [finding for findings in self._findings.values() for finding in findings]

    @property
    def _shown_arguments(self) -> Iterable[Argument]:
        return [argument for view in self.theses for argument in (*view.supports, *view.opposes)]


def id_of(record: Mode | Industry | None) -> int | None:
    return record.pk if record else None


def witnesses(organizations: Iterable[Organization]) -> list[Witness]:
    """Columns with distinct sigla: the first character of the name, more where names begin alike."""
    found: list[Witness] = []
    taken: set[str] = set()
    for place, organization in enumerate(organizations):
        name = organization.name
        lengths = (name[:size] for size in range(1, len(name) + 1))
        siglum = next((short for short in lengths if short not in taken), f"{name}{place + 1}")
        taken.add(siglum)
        found.append(Witness(organization, place % WITNESSES + 1, siglum))
    return found


def thesis_view(thesis: Thesis, arguments: Iterable[Argument]) -> ThesisView:
    by_stance: dict[str, list[Argument]] = {Stance.SUPPORTS: [], Stance.OPPOSES: []}
    for argument in arguments:
        by_stance[argument.stance].append(argument)
    return ThesisView(thesis, by_stance[Stance.SUPPORTS], by_stance[Stance.OPPOSES])
