"""The axes along which cases are counted, and their members: organizations, words, tags, spans of years."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Case as Choose
from django.db.models import F, Q, QuerySet, When
from django.db.models.functions import ExtractYear
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from taggit.models import Tag

from research.models import Case, Citation, Industry, Mode
from research.queries.comparison.options import FACETS, NONE, Options
from research.queries.comparison.witnesses import Witness

PATHS = {
    "organization": "organization",
    "mode": "mode",
    "industry": "industries",
    "tag": "tags",
    "period": "year",
}
SEVERAL = ("industry", "tag")  # of which a case may have more than one
LABELS: dict[str, str | Promise] = {
    "organization": _("organization"),
    "mode": _("mode"),
    "industry": _("industry"),
    "tag": _("tag"),
    "period": _("period"),
}
WITHOUT: dict[str, str | Promise] = {
    "mode": _("no mode"),
    "industry": _("no industry"),
    "tag": _("no tag"),
    "period": _("no date"),
}
YEARS = 12  # more are put together to spans
TAGS = 160  # the most used of them; the others have their own pages


@dataclass(frozen=True)
class Member:
    """A row or a column: its key in addresses, its name, and the values in the database that it is."""

    key: str
    label: str | Promise = field(compare=False)
    values: frozenset[Any]
    url: str = field(default="", compare=False)
    definition: str = field(default="", compare=False)
    witness: Witness | None = field(default=None, compare=False)

    @property
    def is_none(self) -> bool:
        return self.key == NONE

    def __str__(self) -> str:
        return str(self.label)


def with_year(cases: QuerySet[Any]) -> QuerySet[Any]:
    """The cases with their `year`: of their first day, or of their last where the beginning is open."""
    open_beginning = When(period_earliest=date.min, then=F("period_latest"))
    first_known = Choose(open_beginning, default=F("period_earliest"))
    return cases.annotate(year=ExtractYear(first_known))


def asked_for(cases: QuerySet[Any], options: Options) -> QuerySet[Any]:
    """Of `with_year` cases those that the facets choose: one of the values of each."""
    for facet in FACETS:
        if values := options.chosen(facet):
            cases = cases.filter(_condition(facet, values))
    return cases.filter(pk__in=cited("cases")) if options.sourced else cases


def cited(table: str) -> QuerySet[Any]:
    """The ids of the table's records that cite a public source."""
    found: QuerySet[Any] = Citation.objects.public().filter(table=table)
    return found.values("record_id")


def _condition(facet: str, values: Sequence[str]) -> Q:
    if facet == "period":
        condition = Q(pk__in=[])
        for value in values:
            first, _slash, last = value.partition("/")
            condition |= Q(year=None) if value == NONE else Q(year__range=(int(first), int(last or first)))
        return condition
    path = PATHS[facet]
    # By subquery, so that a join for the filter is never taken for the axis.
    having = Case.objects.filter(**{f"{path}__slug__in": [value for value in values if value != NONE]})
    condition = Q(pk__in=having.values("pk"))
    if NONE in values:
        condition |= Q(pk__in=Case.objects.filter(**{path: None}).values("pk"))
    return condition


def members(
    axis: str, counts: Mapping[Any, int], witnesses: Iterable[Witness] = (), chosen: Sequence[str] = ()
) -> list[Member]:
    """The members in use, in the axis's own order, and last the one of cases that have none.

    `counts` says how many cases have each value in the database; all witnesses are members, in use or not.
    Of many tags the most used are members, and those chosen.
    """
    if axis == "organization":
        return [_of_witness(witness) for witness in witnesses]
    used = [value for value in counts if value is not None]
    if axis == "period":
        found = _spans(used)
    elif axis == "tag":
        most = sorted(used, key=lambda value: -counts[value])[:TAGS]
        found = [
            Member(tag.slug, tag.name, frozenset([tag.pk]), reverse("tag", args=[tag.slug]))
            for tag in Tag.objects.filter(Q(pk__in=most) | Q(slug__in=chosen)).order_by("name", "pk")
            if tag.pk in counts
        ]
    else:
        model: type[Mode | Industry] = Mode if axis == "mode" else Industry
        found = [_of_word(word) for word in model.objects.all() if word.pk in counts]
    return [*found, Member(NONE, WITHOUT[axis], frozenset([None]))] if None in counts else found


def _of_witness(witness: Witness) -> Member:
    organization = witness.organization
    return Member(
        organization.slug,
        organization.name,
        frozenset([organization.pk]),
        organization.get_absolute_url(),
        witness=witness,
    )


def _of_word(word: Any) -> Member:
    definition = getattr(word, "definition", "")
    return Member(word.slug, word.name, frozenset([word.pk]), word.get_absolute_url(), definition)


def _spans(years: Sequence[int]) -> list[Member]:
    """Single years; five at a time, or ten, where the years reach further than `YEARS`."""
    if not years:
        return []
    reach = max(years) - min(years) + 1
    size = 1 if reach <= YEARS else 5 if reach <= 5 * YEARS else 10
    spans: dict[int, list[int]] = {}
    for year in sorted(years):
        spans.setdefault(year - year % size, []).append(year)
    return [
        Member(*_span(first, first + size - 1), values=frozenset(found)) for first, found in spans.items()
    ]


def _span(first: int, last: int) -> tuple[str, str]:
    """Key and name."""
    if first == last:
        return f"{first:04}", str(first)
    return f"{max(first, 0):04}/{last:04}", f"{first}–{last}"
