"""The figures of a comparison and of the timeline: public records only, in a fixed number of queries.

What a chart cannot show legibly is cut to a number, which is said in the drawing and under its table.
"""

from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import groupby
from typing import Any

from django.db.models import Count, F, Max, Prefetch, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from research.charts.bands import Band, Happening
from research.charts.bars import Bar, Bars, Group, Segment
from research.charts.drawing import FILLED, HOLLOW, TILES
from research.charts.figures import Cell, Figure, Row, Table
from research.charts.lines import Lines
from research.models import Criterion, Event, Organization, ValueKind
from research.queries import dated_numbers
from research.queries.comparison import Matrix, Witness, witnesses
from research.queries.comparison.axes import cited
from research.queries.comparison.criteria import NEWEST
from research.text.numbers import RANKS

ORGANIZATIONS, INDUSTRIES, KINDS, EVENTS, POINTS = 24, 40, 7, 60, 40
CITING = 300  # cases whose sources stand under a chart of cases
MODES, OF_CASES, CRITERION, TIMELINE = "modes", ("modes", "industries", "multiples"), "criterion-", "timeline"


def figures_of(matrix: Matrix) -> list[Figure]:
    """The figures of a comparison that have something to draw, each with the name that its address has."""
    return Figures(matrix).all()


def figure_of(matrix: Matrix, name: str) -> Figure | None:
    """The figure of this name, or None where the comparison has none of it."""
    return Figures(matrix).named(name)


class Figures:
    """The charts of one matrix, from the numbers that its page has read already and a few queries more."""

    def __init__(self, matrix: Matrix) -> None:
        self.matrix = matrix
        self.witnesses = matrix.witnesses[:ORGANIZATIONS]

    def all(self) -> list[Figure]:
        found = [*map(self._of_cases, OF_CASES), *self._of_criteria(), self._of_events()]
        return [figure for figure in found if figure]

    def named(self, name: str) -> Figure | None:
        """The one of this name; the others are neither read nor made."""
        if name in OF_CASES:
            return self._of_cases(name)
        return self._of_events() if name == TIMELINE else next(iter(self._of_criteria(name)), None)

    # --- cases ---

    def _of_cases(self, name: str) -> Figure | None:
        if not any(self._mode_counts):
            return None
        return self.modes() if name == MODES else self._industries(name)

    def modes(self) -> Figure:
        groups, rows = [], []
        for (name, pattern), counts in zip(self.kinds, self._mode_counts, strict=True):
            groups.append(Group(name, self._bars([(name, pattern)], [[count] for count in counts])))
            rows.append(Row((Cell(name), *(number_cell(count) for count in counts))))
        columns = (_("mode"), *(witness.organization.name for witness in self.witnesses))
        return Figure(
            MODES,
            _("Cases by mode"),
            _("Cases by mode and organization."),
            Bars(tuple(groups), more=self._more_organizations),
            Table(columns, tuple(rows), self._more_organizations),
            summary=self._summary,
            **self._behind_cases,
        )

    def _industries(self, name: str) -> Figure:
        shown = self.matrix.count_rows[:INDUSTRIES]
        more = " ".join(
            filter(None, (more_industries(len(self.matrix.count_rows)), self._more_organizations))
        )
        groups, rows = [], []
        for row in shown:
            counts = [self._folded(of_witness) for of_witness in row.counts[: len(self.witnesses)]]
            label, url = _("no industry"), ""
            if row.industry:
                label, url = str(row.industry), row.industry.get_absolute_url()
            groups.append(Group(label, self._bars(self.kinds, counts)))
            cells = (number_cell(count) for of_witness in counts for count in of_witness)
            rows.append(Row((Cell(label, url, missing=not row.industry), *cells)))
        columns = [
            f"{witness.organization.name} · {kind}"
            for witness in self.witnesses
            for kind, _pattern in self.kinds
        ]
        tiles = name == "multiples"
        caption = _("Cases by industry, organization and mode. A case of several industries counts in each.")
        if not tiles:
            caption += " " + _("Where an organization has no case it has no bar.")
        return Figure(
            name,
            _("Cases by industry, a small chart each") if tiles else _("Cases by industry"),
            caption,
            Bars(tuple(groups), tuple(self.kinds), tiles=tiles, with_empty=tiles, more=more),
            Table((_("industry"), *columns), tuple(rows), more),
            summary=self._summary,
            **self._behind_cases,
        )

    @cached_property
    def kinds(self) -> list[tuple[str, int]]:
        """(mode, pattern) in the order in which bars are stacked; hollow is what has no mode."""
        found = [
            (str(mode or _("no mode")), HOLLOW if mode is None else FILLED + place % (len(TILES) + 1))
            for place, mode in enumerate(self.matrix.modes)
        ]
        if len(found) <= KINDS:
            return found
        return [*found[: KINDS - 1], (_("other modes or none"), HOLLOW)]

    @cached_property
    def _mode_counts(self) -> list[list[int]]:
        """For each kind, the cases of each witness."""
        counts = [row.counts[: len(self.witnesses)] for row in self.matrix.mode_rows]
        by_witness = [self._folded(list(of_witness)) for of_witness in zip(*counts, strict=True)]
        return [list(of_kind) for of_kind in zip(*by_witness, strict=True)]

    def _folded(self, counts: list[int]) -> list[int]:
        """Counts by mode as counts by kind: the rest of many modes in one."""
        kinds = len(self.kinds)
        return counts if len(counts) <= kinds else [*counts[: kinds - 1], sum(counts[kinds - 1 :])]

    def _bars(self, kinds: Sequence[tuple[str, int]], counts: Sequence[Sequence[int]]) -> tuple[Bar, ...]:
        return tuple(
            Bar(
                witness.siglum,
                witness.organization.name,
                witness.colour,
                tuple(
                    Segment(kind, count, pattern)
                    for (kind, pattern), count in zip(kinds, of_one, strict=True)
                ),
            )
            for witness, of_one in zip(self.witnesses, counts, strict=True)
        )

    @cached_property
    def _behind_cases(self) -> dict[str, Any]:
        """Of the drawn cases those with a source, as handles for the apparatus, and the day of the newest."""
        cases = self.matrix.cases
        newest = cases.aggregate(newest=Max("updated_at"))["newest"]
        return {
            "records": list(cases.filter(pk__in=cited("cases")).only("pk").order_by("slug")[:CITING]),
            "data_of": timezone.localdate(newest) if newest else None,
        }

    @property
    def _summary(self) -> str:
        totals = zip(self.witnesses, zip(*self._mode_counts, strict=True), strict=True)
        return "; ".join(f"{witness.organization.name}: {sum(counts)}" for witness, counts in totals)

    @cached_property
    def _more_organizations(self) -> str:
        more = len(self.matrix.witnesses) - len(self.witnesses)
        words = ngettext("and %(number)s more organization", "and %(number)s more organizations", more)
        return words % {"number": more} if more else ""

    # --- findings ---

    def _of_criteria(self, name: str = "") -> list[Figure]:
        """Those of all criteria, or the one of this name."""
        groups = groupby(self._findings(name), key=lambda finding: finding.criterion)
        found = [(criterion, list(findings)) for criterion, findings in groups]
        return [
            self._criterion(criterion, findings)
            for criterion, findings in found
            if any(finding.as_of for finding in findings)
        ]

    def _criterion(self, criterion: Criterion, findings: list[Any]) -> Figure:
        by_id = {witness.organization.pk: witness for witness in self.witnesses}
        of_witnesses = [
            (witness, [one for one in findings if one.organization_id == pk]) for pk, witness in by_id.items()
        ]
        # Of each cell the newest finding, which has the first place, says how many the cell has.
        left_out = sum(max(one.in_cell - POINTS, 0) for one in findings if one.place == 1)
        more = " ".join(filter(None, (more_findings(left_out), self._more_organizations)))
        chart = Lines(
            tuple(dated_numbers.series(one, look, of_one) for look, (one, of_one) in enumerate(of_witnesses)),
            dated_numbers.writer(criterion.unit),
            _("Unit: %(unit)s") % {"unit": criterion.unit} if criterion.unit else "",
            more,
            ranks=criterion.unit in RANKS,
        )
        rows = tuple(dated_numbers.row(one) for _witness, of_one in of_witnesses for one in of_one)
        return Figure(
            f"{CRITERION}{criterion.slug}",
            criterion.name,
            dated_numbers.caption(findings),
            chart,
            Table(dated_numbers.columns(criterion.unit), rows, more),
            summary="; ".join(f"{one.label}: {one.latest}" for one in chart.series if one.points),
            records=findings,
            data_of=timezone.localdate(max(one.updated_at for one in findings)),
        )

    def _findings(self, name: str) -> list[Any]:
        """The newest numbers of each organization by each criterion of numbers, oldest first."""
        cell = [F("organization"), F("criterion")]
        criteria = self.matrix.criteria
        order = {
            pk: place
            for place, (pk, one) in enumerate(criteria.placed.items())
            if one.value_kind == ValueKind.NUMBER and name in ("", f"{CRITERION}{one.slug}")
        }
        found = (
            criteria.findings.filter(criterion__in=list(order), number__isnull=False)
            .defer("body")
            .annotate(
                place=Window(RowNumber(), partition_by=cell, order_by=NEWEST),
                in_cell=Window(Count("pk"), partition_by=cell),
            )
            .filter(place__lte=POINTS)
            .order_by("-place", "pk")
        )
        return sorted(criteria.named(found), key=lambda one: order[one.criterion_id])

    # --- events ---

    def _of_events(self) -> Figure | None:
        return band(self._events, self.matrix.witnesses, self._event_count)

    @cached_property
    def _all_events(self) -> QuerySet[Event]:
        ids = [witness.organization.pk for witness in self.matrix.witnesses]
        return Event.objects.public().filter(organizations__in=ids).distinct()

    @cached_property
    def _event_count(self) -> int:
        return self._all_events.count()

    @cached_property
    def _events(self) -> list[Event]:
        """The newest, with their public organizations."""
        organizations = Prefetch("organizations", Organization.objects.public())
        newest = self._all_events.order_by("-date_latest", "-date_earliest", "slug").prefetch_related(
            organizations
        )
        return list(newest[:EVENTS])


def band(events: Sequence[Event], compared: Sequence[Witness], count: int) -> Figure | None:
    """Events in time, in the colours of those compared, of `count` in all; None without any."""
    if not events:
        return None
    places = {witness.organization.pk: place for place, witness in enumerate(compared)}
    shown = sorted(events, key=lambda event: (event.date_earliest, event.date_latest, event.slug))
    of_events = [
        tuple(sorted(places[one.pk] for one in event.organizations.all() if one.pk in places))
        for event in shown
    ]
    used = sorted({place for found in of_events for place in found})
    renumbered = {place: new for new, place in enumerate(used)}
    happenings = tuple(
        Happening(
            event.title,
            event.display_date(),
            event.date_earliest,
            event.date_latest,
            tuple(renumbered[place] for place in found),
            any(sign in event.date for sign in "?~%"),
        )
        for event, found in zip(shown, of_events, strict=True)
    )
    named = [compared[place] for place in used]
    more = max(count - len(events), 0)
    words = ngettext("and %(number)s more event", "and %(number)s more events", more) % {"number": more}
    return Figure(
        TIMELINE,
        _("Timeline"),
        _("Events as precisely as they are dated: points, spans, and the uncertain drawn lighter."),
        Band(
            happenings,
            tuple((one.siglum, one.organization.name, one.colour) for one in named),
            words if more else "",
        ),
        Table(
            (_("date"), _("event"), _("organizations")), tuple(map(event_row, shown)), words if more else ""
        ),
        summary=ngettext("%(number)s event", "%(number)s events", len(shown)) % {"number": len(shown)},
        records=shown,
        data_of=timezone.localdate(max(event.updated_at for event in shown)),
    )


def band_of_page(events: Iterable[Event]) -> Figure | None:
    """The events of a page of the timeline, whose organizations have been read with it."""
    found = list(events)
    organizations = {one.pk: one for event in found for one in event.organizations.all()}
    compared = witnesses(sorted(organizations.values(), key=lambda one: one.slug))
    return band(found, compared, len(found))


def event_row(event: Event) -> Row:
    named = "; ".join(organization.name for organization in event.organizations.all())
    date = Cell(event.display_date(), data=event.date)
    return Row((date, Cell(event.title, event.get_absolute_url()), Cell(named)), event)


def number_cell(number: int) -> Cell:
    return Cell(f"{number:,}", is_number=True, data=str(number))


def more_findings(more: int) -> str:
    words = ngettext("and %(number)s earlier finding", "and %(number)s earlier findings", more)
    return words % {"number": more} if more else ""


def more_industries(count: int) -> str:
    more = max(count - INDUSTRIES, 0)
    words = ngettext("and %(number)s more industry", "and %(number)s more industries", more)
    return words % {"number": more} if more else ""
