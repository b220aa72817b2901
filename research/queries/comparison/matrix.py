"""All that a comparison's page shows: the pivot of cases, findings by criterion, theses, the apparatus."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.db.models import Count, Prefetch, Q

from research.models import (
    Argument,
    Case,
    Comparison,
    Finding,
    Industry,
    Mode,
    Organization,
    Thesis,
)
from research.queries.apparatus import Apparatus
from research.queries.arguments import claims, with_state
from research.queries.comparison.axes import Member, asked_for, members, with_year
from research.queries.comparison.criteria import Criteria, CriterionRow
from research.queries.comparison.options import NONE, Options
from research.queries.comparison.pivot import Pivot
from research.queries.comparison.theses import ThesisView, thesis_view
from research.queries.comparison.witnesses import witnesses

THESES = 30
ORGANIZATIONS = 24  # that one page can carry
DEFAULT = Options()


@dataclass
class ModeRow:
    """One mode: for each witness, the number of cases."""

    mode: Mode | None
    counts: list[int]


@dataclass
class CountRow:
    """One industry: for each witness, the number of cases by mode in the order of `Matrix.modes`."""

    industry: Industry | None
    counts: list[list[int]]

    @property
    def total(self) -> int:
        return sum(map(sum, self.counts))


class Matrix:
    """One view of a comparison, public records only, in a fixed number of queries.

    Without options it is the default view: that of the comparison's own organizations, all their cases.
    """

    def __init__(self, comparison: Comparison, options: Options = DEFAULT) -> None:
        self.comparison = comparison
        self.own_organizations = list(
            Organization.objects.public()
            .filter(comparison_places__comparison=comparison)
            .order_by("comparison_places__position", "comparison_places__id")
        )
        chosen = self._chosen(options.organization)
        if [organization.pk for organization in chosen] == self._ids_of(self.own_organizations):
            options = replace(options, organization=())
        self.options = options
        self.witnesses = witnesses(chosen[:ORGANIZATIONS], self.own_organizations)
        self.organizations_beyond = chosen[ORGANIZATIONS:]
        self._by_id = {witness.organization.pk: witness for witness in self.witnesses}
        self.all_cases = with_year(Case.objects.public().filter(organization__in=list(self._by_id)))
        self.cases = asked_for(self.all_cases, options)
        self.pivot = Pivot(self.cases, options, self.witnesses)
        self.criteria = Criteria(comparison, options, self.witnesses)

    def _chosen(self, slugs: Sequence[str]) -> list[Organization]:
        """The public organizations of these names, in this order; the comparison's own if there are none."""
        found = {found.slug: found for found in Organization.objects.public().filter(slug__in=slugs)}
        return [found[slug] for slug in slugs if slug in found] or self.own_organizations

    @staticmethod
    def _ids_of(organizations: Sequence[Organization]) -> list[int]:
        return [organization.pk for organization in organizations]

    @cached_property
    def modes(self) -> list[Mode | None]:
        """The modes in use, and last None where a case has none."""
        used = {mode for (_organization, mode), count in self._by_mode.items() if count}
        found: list[Mode | None] = [mode for mode in Mode.objects.all() if mode.pk in used]
        return [*found, None] if None in used else found

    @property
    def mode_rows(self) -> list[ModeRow]:
        """Cases by mode and organization, whatever axes the page's pivot has."""
        return [ModeRow(mode, [self._by_mode[pk, id_of(mode)] for pk in self._by_id]) for mode in self.modes]

    @cached_property
    def count_rows(self) -> list[CountRow]:
        """Cases by industry; a case of two industries counts in both, one of none in the last row.

        Of a case that was chosen for one industry the others are no rows: they would miss other cases.
        """
        counts: Counter[tuple[Any, Any, Any]] = Counter()
        for industry, organization, mode, count in (
            self.cases.values_list("industries", "organization", "mode")
            .annotate(count=Count("pk", distinct=True))
            .order_by()
        ):
            counts[industry, organization, mode] = count
        used = {industry for industry, _organization, _mode in counts}
        found: list[Industry | None] = [
            industry for industry in Industry.objects.all() if industry.pk in used
        ]
        found += [None] if None in used else []
        if chosen := self.options.industry:
            found = [one for one in found if (one.slug if one else NONE) in chosen]
        rows = [
            CountRow(
                industry,
                [[counts[id_of(industry), pk, id_of(mode)] for mode in self.modes] for pk in self._by_id],
            )
            for industry in found
        ]
        return sorted(rows, key=lambda row: (row.industry is None, -row.total))

    @property
    def heads(self) -> list[Member]:
        """The witnesses as columns of a table."""
        return members("organization", {}, self.witnesses)

    @property
    def criterion_groups(self) -> list[tuple[str, list[CriterionRow]]]:
        return self.criteria.groups

    @cached_property
    def theses(self) -> list[ThesisView]:
        """Theses argued from the cases or findings of the compared organizations."""
        ids = list(self._by_id)
        cases = Case.objects.public().filter(organization__in=ids)
        findings = Finding.objects.public().filter(organization__in=ids)
        about = Argument.objects.public().filter(Q(cases__in=cases) | Q(findings__in=findings))
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
        shown = [*self.pivot.shown_cases, *self.criteria.shown_findings, *self._shown_arguments]
        return Apparatus([self.comparison, *shown])

    @property
    def case_count(self) -> int:
        return self.pivot.total

    @cached_property
    def finding_count(self) -> int:
        return self.criteria.findings.count()

    @cached_property
    def _by_mode(self) -> Counter[tuple[int, int | None]]:
        counts: Counter[tuple[int, int | None]] = Counter()
        grouped = self.cases.values_list("organization", "mode").annotate(count=Count("pk")).order_by()
        for organization, mode, count in grouped:
            counts[organization, mode] = count
        return counts

    @property
    def _shown_arguments(self) -> list[Argument]:
        return [argument for view in self.theses for argument in (*view.supports, *view.opposes)]


def id_of(record: Mode | Industry | None) -> int | None:
    return record.pk if record else None
