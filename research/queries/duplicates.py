"""Sources that seem to be one, by what `research.text.bibliography.sameness` compares."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from research.models import Distinction, Source
from research.queries.former_keys import merged_into
from research.rows import CHUNK, Row, by_code_point, chunks
from research.text.bibliography.sameness import (
    DOI,
    IDENTIFIER,
    ISBN,
    REASONS,
    TITLE,
    URL,
    Mark,
    Marks,
    is_same_title,
    marks_of,
    reasons,
)

COLUMNS = ("kind", "title", "authors", "issued", "url", "identifier", "extra")
MOST_COMPARED = 30  # of those that share a mark, each with so many: an address may be that of hundreds
FORMER_KEY = "key"
LABELS = {
    DOI: _("same DOI"),
    ISBN: _("same ISBN"),
    IDENTIFIER: _("same identifier"),
    URL: _("same address"),
    TITLE: _("same title and year"),
    FORMER_KEY: _("the key of one that was merged into it"),
}


@dataclass
class Group:
    """Sources that hang together by looking alike: their ids in the order of their keys, and why."""

    ids: list[int] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)


def groups() -> list[Group]:
    """All such sources but those that were told apart, the surest first; two queries.

    Of many that share a mark each is compared with the first only, so it takes time as there are sources.
    """
    known = [(pk, marks) for pk, _key, marks in _known()]
    apart = set(Distinction.objects.order_by().values_list("first_id", "second_id"))
    sharing: dict[Mark, list[int]] = defaultdict(list)
    for place, (_pk, marks) in enumerate(known):
        for mark in marks.all:
            sharing[mark].append(place)
    judged = {pk for pair in apart for pk in pair}
    joined = _Joined(len(known))
    for mark, places in sharing.items():
        plain = mark[0] != TITLE and not any(known[place][0] in judged for place in places)
        for one, other in _pairs(places, 1 if plain else MOST_COMPARED):
            (first, marks), (second, others) = known[one], known[other]
            told = (min(first, second), max(first, second)) in apart
            if not told and (mark[0] != TITLE or is_same_title(marks, others)):
                joined.join(one, other, mark[0])
    found = [
        Group([known[place][0] for place in places], [one for one in REASONS if one in why])
        for places, why in joined.groups()
    ]
    return sorted(found, key=lambda group: REASONS.index(group.reasons[0]))


def find_twins(rows: Iterable[Row]) -> dict[str, list[tuple[str, str]]]:
    """Which sources of the tables the rows of sources.csv seem to be: by key, (the source's key, a reason).

    Rows without a twin are left out; a source of the row's own key is none, keys that differ only in case are
    two. The surest reason only, the surest first; LABELS has the reasons' names. One look through the table
    for all the rows: better asked for many at once. The number of queries does not grow with the table.
    """
    asked = {row["key"]: marks_of(row) for row in rows}
    sharing: dict[Mark, list[str]] = defaultdict(list)
    for key, marks in asked.items():
        for mark in marks.all:
            sharing[mark].append(key)
    found: dict[str, dict[str, str]] = defaultdict(dict)
    merged = [merged_into(part) for part in chunks(asked, CHUNK)]
    for pk, own, marks in _known() if asked else ():
        for key in {key for mark in marks.all for key in sharing.get(mark, ())} - {own}:
            if why := reasons(asked[key], marks):
                found[key][own] = why[0]
        for key in (key for part in merged for key in part.get(pk, ())):
            found[key].setdefault(own, FORMER_KEY)
    order = [*REASONS, FORMER_KEY]
    return {
        key: sorted(twins.items(), key=lambda twin: (order.index(twin[1]), twin[0]))
        for key, twins in found.items()
    }


def _known() -> Iterator[tuple[int, str, Marks]]:
    """All sources by key, whatever their status: their ids, keys and marks."""
    found = Source.objects.order_by(by_code_point("key")).values("pk", "key", *COLUMNS)
    for row in found.iterator(chunk_size=2000):
        yield row["pk"], row["key"], marks_of(row)


def _pairs(places: list[int], most: int) -> Iterator[tuple[int, int]]:
    """Each with the first few of those before it."""
    for number, other in enumerate(places):
        for one in places[: min(number, most)]:
            yield one, other


class _Joined:
    """Places that hang together, each group known by its first (union-find)."""

    def __init__(self, count: int) -> None:
        self.first = list(range(count))
        self.why: dict[int, set[str]] = {}

    def find(self, place: int) -> int:
        while self.first[place] != place:
            self.first[place] = self.first[self.first[place]]
            place = self.first[place]
        return place

    def join(self, one: int, other: int, reason: str) -> None:
        low, high = sorted((self.find(one), self.find(other)))
        self.first[high] = low
        self.why[low] = self.why.get(low, set()) | self.why.pop(high, set()) | {reason}

    def groups(self) -> Iterator[tuple[list[int], set[str]]]:
        members: dict[int, list[int]] = defaultdict(list)
        for place in range(len(self.first)):
            members[self.find(place)].append(place)
        return ((places, self.why[first]) for first, places in members.items() if first in self.why)
