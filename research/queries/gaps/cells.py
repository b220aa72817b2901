"""Cells of comparisons that are empty, without a date, or out of date."""

from calendar import monthrange
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from research.models import Comparison, ComparisonOrganization, Criterion, Finding, Organization, Record
from research.queries.gaps.base import Gap, Kind, Scope
from research.queries.gaps.narrowing import for_its_readers, records

SIDES: tuple[type[Record], ...] = (Comparison, Organization, Criterion)


class EmptyCell(Kind):
    """An organization of a comparison without a finding for one of its criteria."""

    name, tables = "empty_cell", frozenset({"comparisons"})
    label = gettext_lazy("empty cells of comparisons")
    advice = gettext_lazy("Find out and enter a finding; or take the criterion out of the comparison.")
    task = gettext_lazy("Fill an empty cell: %(record)s")

    def found(self, scope: Scope) -> QuerySet[Any]:
        """(comparison, organization, criterion) as ids."""
        cell = {"organization": OuterRef("organization"), "criterion": OuterRef("asked")}
        shown = Finding.objects.public().filter(**cell).order_by()
        every = Finding.objects.filter(**cell).order_by()
        to_readers = Comparison.public_condition("comparison__")
        to_readers &= Organization.public_condition("organization__")
        empty = ~Q(Exists(every)) | (to_readers & ~Q(Exists(shown)))
        places = ComparisonOrganization.objects.filter(
            comparison__in=records(Comparison, scope).order_by().values("pk")
        )
        if scope.public or scope.narrowed:
            asked = scope.organizations if scope.narrowed else Organization.objects.public()
            places = places.filter(organization__in=asked)
        row = "comparison__criterion_places"
        rows = {"asked": F(f"{row}__criterion"), "place": F(f"{row}__position"), "row": F(f"{row}__id")}
        found: Any = places.annotate(**rows)
        found = found.filter(empty, asked__isnull=False)
        found = found.order_by("comparison__slug", "place", "row", "position", "pk")
        return found.values_list("comparison", "organization", "asked")

    def gaps(self, found: Iterable[Any]) -> list[Gap]:
        rows = list(found)
        sides: list[dict[int, Any]] = [
            model.objects.in_bulk({row[place] for row in rows}) for place, model in enumerate(SIDES)
        ]
        return [
            self.cell(*(side[pk] for side, pk in zip(sides, row, strict=True)))
            for row in rows
            if all(pk in side for side, pk in zip(sides, row, strict=True))
        ]

    def cell(self, comparison: Comparison, organization: Organization, criterion: Criterion) -> Gap:
        detail = f"organizations/{organization.slug} criteria/{criterion.slug}"
        names = {"organization": organization, "criterion": criterion}
        sentence = _("Nothing is known of %(organization)s: %(criterion)s.") % names
        return Gap(self, comparison, detail, sentence, (organization, criterion), "#criteria")


class UndatedFinding(Kind):
    name, tables = "undated_finding", frozenset({"findings"})
    label = gettext_lazy("findings without a date")
    advice = gettext_lazy("Enter of when it is, as exactly as the source says.")
    task = gettext_lazy("Find out of when it is: %(record)s")

    def found(self, scope: Scope) -> QuerySet[Any]:
        return records(Finding, scope).filter(as_of="")

    def gap(self, found: Finding) -> Gap:
        return Gap(self, found, sentence=_("Nothing says of when it is."))


class StaleFigure(Kind):
    """The newest finding of a cell, older than its criterion's shelf life."""

    name, tables = "stale_figure", frozenset({"findings"})
    label = gettext_lazy("figures out of date")
    advice = gettext_lazy("Look for a newer figure and enter it beside this one.")
    task = gettext_lazy("Look for a newer figure: %(record)s")

    def found(self, scope: Scope) -> QuerySet[Any]:
        today = timezone.localdate()
        old = Q(pk__in=[])
        lives: Any = Criterion.objects.exclude(shelf_life=None).order_by("shelf_life")
        for months in lives.values_list("shelf_life", flat=True).distinct():
            old |= Q(criterion__shelf_life=months, as_of_latest__lt=months_before(today, months))
        newer = Q(as_of_latest__gt=OuterRef("as_of_latest"))
        newer |= Q(as_of_latest=OuterRef("as_of_latest"), slug__lt=OuterRef("slug"))
        newer &= Q(organization=OuterRef("organization"), criterion=OuterRef("criterion"))
        shown, every = (
            found.filter(newer).order_by() for found in (Finding.objects.public(), Finding.objects.all())
        )
        superseded = for_its_readers(Finding, shown, every)
        return records(Finding, scope).filter(old).annotate(superseded=superseded).filter(superseded=False)

    def gap(self, found: Finding) -> Gap:
        of = {"date": found.display_as_of(), "months": found.criterion.shelf_life}
        return Gap(self, found, sentence=_("It is of %(date)s; it holds for %(months)s months.") % of)


def is_stale(finding: Finding, today: date) -> bool:
    """Whether the finding is older than its criterion's shelf life; reads the criterion, so select it too."""
    months = finding.criterion.shelf_life
    latest = finding.as_of_latest
    return bool(months and latest and latest < months_before(today, months))


def months_before(day: date, months: int) -> date:
    """The same day so many months ago, or the last of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
