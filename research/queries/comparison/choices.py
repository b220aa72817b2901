"""What a reader may choose in a comparison's view: values of its facets, organizations to add."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.utils.functional import Promise

from research.models import Organization
from research.queries.comparison.axes import LABELS, PATHS, members
from research.queries.comparison.options import FACETS, Options
from research.queries.comparison.witnesses import Witness

MOST = 40  # values of a facet that are offered: those with the most cases, and those chosen
OTHERS = 300  # organizations that are offered by name; any other is found by typing it


@dataclass(frozen=True)
class Choice:
    """A value of a facet, with the number of cases of the shown organizations that have it."""

    key: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True)
class FacetChoices:
    name: str
    label: str | Promise
    choices: list[Choice]

    def label_of(self, key: str) -> str:
        """A value that no case has is called as it was asked for."""
        return next((choice.label for choice in self.choices if choice.key == key), key)


def facet_choices(cases: QuerySet[Any], options: Options) -> list[FacetChoices]:
    """The facets with their values; `cases` are those of the shown organizations, with their `year`."""
    return [FacetChoices(name, LABELS[name], _choices(cases, name, options.chosen(name))) for name in FACETS]


def _choices(cases: QuerySet[Any], facet: str, chosen: Sequence[str]) -> list[Choice]:
    grouped = cases.annotate(key=F(PATHS[facet])).order_by().values_list("key")
    counts = dict(grouped.annotate(count=Count("pk", distinct=True)))
    found = [
        Choice(
            member.key,
            str(member),
            sum(counts.get(value, 0) for value in member.values),
            member.key in chosen,
        )
        for member in members(facet, counts, chosen=chosen)
    ]
    most = sorted(found, key=lambda choice: (not choice.chosen, -choice.count))[:MOST]
    kept = {choice.key for choice in most}
    return [choice for choice in found if choice.key in kept]


def others(shown: Sequence[Witness]) -> list[Organization]:
    """Public organizations that may be added, by name."""
    ids = [witness.organization.pk for witness in shown]
    return list(Organization.objects.public().exclude(pk__in=ids)[:OTHERS])


def named(text: str) -> Organization | None:
    """The public organization of this slug, name or alias, as typed; None without one."""
    text = text.strip()
    if not text or "\x00" in text:
        return None
    public = Organization.objects.public()
    if found := public.filter(Q(slug=text) | Q(name__iexact=text)).first():
        return found
    having = public.filter(aliases__icontains=text)
    return next((one for one in having.iterator() if text.casefold() in _aliases(one)), None)


def _aliases(organization: Organization) -> set[str]:
    return {alias.strip().casefold() for alias in organization.aliases.split(";")}
