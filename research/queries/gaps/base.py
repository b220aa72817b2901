"""What a gap is, and which gaps somebody asks for.

Each record is judged by its own readers: of what is public a gap is what the public meets (a case that cites
a draft only is unsourced for them), of a draft what the team meets. So the public's gaps are some of the
team's, and a to-do made of either closes by the same rule.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, ClassVar

from django.db.models import QuerySet

from research.models import Comparison, Criterion, Organization, Record
from research.rows import MODELS


@dataclass(frozen=True)
class Name:
    """A gap's identity as text: `uncited_case cases/a`, `placeholder notes/a 「时间点」`."""

    kind: str
    table: str
    key: str
    detail: str = ""

    def __str__(self) -> str:
        return " ".join(filter(None, [self.kind, f"{self.table}/{self.key}", self.detail]))

    @classmethod
    def read(cls, text: str) -> "Name | None":
        """None for what names no gap."""
        kind, _space, rest = text.partition(" ")
        place, _space, detail = rest.partition(" ")
        table, slash, key = place.partition("/")
        name = cls(kind, table, key, detail)
        return name if slash and key and str(name) == text and "\x00" not in text else None


@dataclass
class Gap:
    """A gap with its record; `detail` says where in it, `sentence` what is missing, for people.

    `named` are further records that it is about.
    """

    kind: "Kind"
    record: Any
    detail: str = ""
    sentence: str = ""
    named: tuple[Record, ...] = ()
    anchor: str = ""

    @property
    def name(self) -> Name:
        return Name(self.kind.name, self.record.table, self.record.record_key, self.detail)

    def get_absolute_url(self) -> str:
        url: str = self.record.get_absolute_url()
        return url + self.anchor if "#" not in url else url


@dataclass(frozen=True)
class Scope:
    """Which gaps are asked for.

    `public`: only what readers may know of. `comparison` and `organization` are keys; one that is not there
    (or not public, where that is asked) finds none. `tables` are those that may be looked at, `only` the keys
    by table of the records whose gaps are wanted.
    """

    public: bool = False
    comparison: str = ""
    organization: str = ""
    tables: frozenset[str] = frozenset(MODELS)
    only: dict[str, frozenset[str]] | None = None

    @property
    def narrowed(self) -> bool:
        return bool(self.comparison or self.organization)

    def seen(self, model: type[Record]) -> QuerySet[Any]:
        found: QuerySet[Any] = model.objects.public() if self.public else model.objects.all()
        return found

    # Few, so they are asked for once: as subqueries they would nest too deep for SQLite.

    @cached_property
    def comparisons(self) -> list[int]:
        """The comparison asked for; for an organization alone, those in which it stands."""
        found = self.seen(Comparison)
        if self.comparison:
            found = found.filter(slug=self.comparison)
        if self.organization:
            found = found.filter(organization_places__organization__slug=self.organization)
        return self._ids(found)

    @cached_property
    def organizations(self) -> list[int]:
        found = self.seen(Organization)
        if self.comparison:
            asked = self.seen(Comparison).filter(slug=self.comparison)
            found = found.filter(comparison_places__comparison__in=asked)
        return self._ids(found.filter(slug=self.organization) if self.organization else found)

    @cached_property
    def criteria(self) -> list[int]:
        """Those of the comparison."""
        asked = self.seen(Comparison).filter(slug=self.comparison)
        return self._ids(Criterion.objects.filter(comparison_places__comparison__in=asked))

    def _ids(self, found: QuerySet[Any]) -> list[int]:
        if "\x00" in self.comparison + self.organization:  # PostgreSQL would not look for it
            return []
        return list(found.order_by().values_list("pk", flat=True))


class Kind:
    """One kind of gap: how it is called, what to do about it, and the query that finds it.

    `found()` gives what the gaps are made of, in a fixed order: a query set, whatever the scope; `gaps()`
    makes them of a few of these, in a fixed number of queries.
    """

    name: ClassVar[str]
    label: ClassVar[Any]
    advice: ClassVar[Any]  # what to do
    task: ClassVar[Any]  # the title of its to-do; %(record)s is the record
    tables: ClassVar[frozenset[str]]  # whose records have it
    for_the_public: ClassVar[bool] = True

    def found(self, scope: Scope) -> QuerySet[Any]:
        raise NotImplementedError

    def gaps(self, found: Iterable[Any]) -> list[Gap]:
        return [self.gap(one) for one in found]

    def gap(self, found: Any) -> Gap:
        return Gap(self, found)

    def applies(self, scope: Scope) -> bool:
        wanted = scope.tables if scope.only is None else scope.tables & scope.only.keys()
        return bool(self.tables & wanted) and (self.for_the_public or not scope.public)

    def closed(self, names: Iterable[Name]) -> set[Name]:
        """Those of the names that are gaps no more; a fixed number of queries."""
        wanted = set(names)
        return wanted - {gap.name for gap in self.named(wanted)}

    def named(self, names: Iterable[Name], scope: Scope | None = None) -> list[Gap]:
        """The gaps of these names that there are."""
        wanted = set(names)
        only: dict[str, set[str]] = {}
        for name in wanted:
            only.setdefault(name.table, set()).add(name.key)
        keys = {table: frozenset(found) for table, found in only.items()}
        narrowed = replace(scope or Scope(), only=keys)
        if not self.applies(narrowed):
            return []
        return [gap for gap in self.gaps(self.found(narrowed)) if gap.name in wanted]
