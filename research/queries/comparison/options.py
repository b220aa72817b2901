"""What a reader asks of a comparison's page, as its address says it: pure, and never refused.

An unknown axis or order is as if it were not there; an unknown value of a facet finds nothing.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self
from urllib.parse import urlencode

AXES = ("organization", "mode", "industry", "tag", "period")
FACETS = ("mode", "industry", "tag", "period")
NONE = "-"  # a facet's value, or a member of an axis: cases that have none
ORDERS = ("name", "count")
MOST_VALUES, LONGEST = 60, 120  # of a facet; longer than any slug is no key
BEFORE_KEY = len("-value:")
PERIOD = re.compile(r"[0-9]{4}(/[0-9]{4})?|-")
BY_VALUE = re.compile(r"-?value:(.+)")


@dataclass(frozen=True)
class Options:
    """Axes, organizations (slugs; none: the comparison's own), facets, switches and orders of one view."""

    rows: str = "mode"
    columns: str = "organization"
    organization: tuple[str, ...] = ()
    mode: tuple[str, ...] = ()
    industry: tuple[str, ...] = ()
    tag: tuple[str, ...] = ()
    period: tuple[str, ...] = ()
    differ: bool = False
    sourced: bool = False
    sort: str = ""  # of the pivot's rows: one of ORDERS
    criteria: str = ""  # of the criteria: `name`, `value:<organization>`, `-value:<organization>`

    @classmethod
    def read(cls, parameters: Mapping[str, Sequence[str]]) -> Self:
        """From all values of each parameter, such as `dict(request.GET.lists())`."""

        def values(name: str, longest: int = LONGEST) -> tuple[str, ...]:
            given = (value for value in parameters.get(name, ()) if value and len(value) <= longest)
            return tuple(dict.fromkeys(value for value in given if "\x00" not in value))[:MOST_VALUES]

        def last(name: str, known: Sequence[str], default: str = "") -> str:
            return next((value for value in reversed(values(name)) if value in known), default)

        rows = last("rows", AXES, cls.rows)
        columns = last("columns", AXES, cls.columns)
        if rows == columns:
            columns = cls.columns if rows != cls.columns else cls.rows
        criteria = next(reversed(values("criteria", BEFORE_KEY + LONGEST)), "")
        return cls(
            rows=rows,
            columns=columns,
            organization=values("organization"),
            mode=values("mode"),
            industry=values("industry"),
            tag=values("tag"),
            period=tuple(value for value in values("period") if PERIOD.fullmatch(value)),
            differ="1" in values("differ"),
            sourced="1" in values("sourced"),
            sort=last("sort", ORDERS),
            criteria=criteria if criteria == "name" or BY_VALUE.fullmatch(criteria) else "",
        )

    def pairs(self) -> list[tuple[str, str]]:
        """(parameter, value) of all that is not the default."""
        found = [(name, getattr(self, name)) for name in ("rows", "columns")]
        if self.rows == Options.rows and self.columns == Options.columns:
            found = []
        found += [(name, value) for name in ("organization", *FACETS) for value in getattr(self, name)]
        found += [(name, "1") for name in ("differ", "sourced") if getattr(self, name)]
        found += [(name, getattr(self, name)) for name in ("sort", "criteria") if getattr(self, name)]
        return found

    def querystring(self, **more: str) -> str:
        """`?rows=…&…` of all that is not the default, with `more`; empty for the default view."""
        pairs = [*self.pairs(), *more.items()]
        return f"?{urlencode(pairs)}" if pairs else ""

    def chosen(self, facet: str) -> tuple[str, ...]:
        values: tuple[str, ...] = getattr(self, facet)
        return values

    def swapped(self) -> Self:
        return replace(self, rows=self.columns, columns=self.rows)

    def without(self, name: str, value: str) -> Self:
        kept: Any = tuple(chosen for chosen in self.chosen(name) if chosen != value)
        return replace(self, **{name: kept})

    @property
    def sorts_by(self) -> tuple[str, bool]:
        """The organization by whose values the criteria are sorted, and whether the largest is first."""
        found = BY_VALUE.fullmatch(self.criteria)
        return (found[1], self.criteria.startswith("-")) if found else ("", False)
