"""The links and fields by which a reader changes a comparison's view; every one is an address."""

from dataclasses import dataclass, replace
from functools import cached_property

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from research.queries.comparison import Matrix, Witness
from research.queries.comparison.axes import LABELS, WITHOUT
from research.queries.comparison.choices import FacetChoices, facet_choices, others
from research.queries.comparison.options import AXES, FACETS, NONE, Options


@dataclass(frozen=True)
class Chip:
    """An organization of the view, with the address without it; none for the last one."""

    witness: Witness
    url: str


@dataclass(frozen=True)
class Word:
    """What is chosen, with the address where it is not."""

    label: str
    url: str


@dataclass(frozen=True)
class Order:
    """An order of rows, with its address."""

    label: str
    url: str
    is_current: bool


@dataclass
class Controls:
    """`path` is the page's address without its options; `unknown` a name that no organization has."""

    matrix: Matrix
    path: str
    unknown: str = ""

    def __post_init__(self) -> None:
        self.options = self.matrix.options

    def url(self, options: Options, anchor: str = "") -> str:
        return self.path + options.querystring() + anchor

    @property
    def axes(self) -> list[tuple[str, str]]:
        return [(name, capfirst(str(LABELS[name]))) for name in AXES]

    @property
    def swap_url(self) -> str:
        return self.url(self.options.swapped())

    @property
    def default_url(self) -> str:
        """The comparison as its team set it up; empty where this is it."""
        return self.path if self.options != Options() else ""

    @property
    def chips(self) -> list[Chip]:
        slugs = [witness.organization.slug for witness in self.matrix.witnesses]

        def without(slug: str) -> str:
            kept = tuple(other for other in slugs if other != slug)
            return self.url(replace(self.options, organization=kept)) if kept else ""

        return [Chip(witness, without(witness.organization.slug)) for witness in self.matrix.witnesses]

    @cached_property
    def others(self) -> list[tuple[str, str]]:
        """(slug, name) of organizations that may be added."""
        return [(found.slug, found.name) for found in others(self.matrix.witnesses)]

    @cached_property
    def facets(self) -> list[FacetChoices]:
        return facet_choices(self.matrix.all_cases, self.options)

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What the form hands on without a field of its own: also values of facets that are not offered.

        No case has them in this view: its years are put together otherwise, or its organizations are others.
        """
        offered = {(facet.name, choice.key) for facet in self.facets for choice in facet.choices}
        by_field = {"rows", "columns", "differ", "sourced"}
        return [pair for pair in self.options.pairs() if pair[0] not in by_field and pair not in offered]

    @property
    def words(self) -> list[Word]:
        """The values of facets and the switches that are on."""
        labels = {facet.name: facet for facet in self.facets}
        found = [
            Word(
                f"{capfirst(str(LABELS[name]))}: {self._value(labels[name], value)}",
                self.url(self.options.without(name, value)),
            )
            for name in FACETS
            for value in self.options.chosen(name)
        ]
        if self.options.differ:
            found.append(Word(_("only differences"), self.url(replace(self.options, differ=False))))
        if self.options.sourced:
            found.append(Word(_("only sourced"), self.url(replace(self.options, sourced=False))))
        return found

    @staticmethod
    def _value(facet: FacetChoices, value: str) -> str:
        if value == NONE:
            return str(WITHOUT[facet.name])
        label = facet.label_of(value)
        return label.replace("/", "–") if facet.name == "period" else label

    @property
    def row_orders(self) -> list[Order]:
        names = (("", _("own order")), ("name", _("name")), ("count", _("number of cases")))
        return [
            Order(label, self.url(replace(self.options, sort=sort), "#cases"), self.options.sort == sort)
            for sort, label in names
        ]

    @property
    def criteria_orders(self) -> list[Order]:
        """Own order, name, and each organization's values: upward, and once that is so, downward."""
        found = [self._criteria_order("", _("own order")), self._criteria_order("name", _("name"))]
        slug, largest_first = self.options.sorts_by
        for witness in self.matrix.witnesses:
            upward = f"value:{witness.organization.slug}"
            label = _("value of %(siglum)s") % {"siglum": witness.siglum}
            if slug != witness.organization.slug:
                found.append(self._criteria_order(upward, label))
                continue
            other, arrow = (upward, "↓") if largest_first else (f"-{upward}", "↑")
            order = self._criteria_order(other, f"{label} {arrow}")
            found.append(replace(order, is_current=True))
        return found

    def _criteria_order(self, criteria: str, label: str) -> Order:
        url = self.url(replace(self.options, criteria=criteria), "#criteria")
        return Order(label, url, self.options.criteria == criteria)
