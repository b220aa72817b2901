"""What the public saw at one moment and at another: records new, changed and withdrawn between them.

A moment is a revision's id. Ids go up from save to save, and no clock has to be right.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from django.db.models import Exists, Min, OuterRef, QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _

from research.cells import LIST, ChoiceCell, KeyCell, TagsCell
from research.models import ChangelogEntry, Record, Revision
from research.queries.apparatus import with_parents
from research.rows import MODELS, TABLES, Row, Rows
from research.text.marking import Run, marked, marked_members

MOST = 200  # records that a proposal names

Place = tuple[str, int]  # a record's table and id
Seen = dict[Place, Revision]


class Kind(TextChoices):
    NEW = "new", _("added")
    CHANGED = "changed", _("revised")
    WITHDRAWN = "withdrawn", _("withdrawn")


@dataclass
class Change:
    """A record's public rows at the two moments, as they may be shown now; empty where it was hidden."""

    before: Row
    after: Row

    @property
    def kind(self) -> Kind:
        return Kind.CHANGED if self.before and self.after else Kind.NEW if self.after else Kind.WITHDRAWN


# --- what was seen -----------------------------------------------------------------------------------------


def seen_at(moment: int, ids: Mapping[str, Collection[int]]) -> Seen:
    """What the public saw of the records: published rows, of records whose parents were public as well."""
    until = Revision.objects.filter(pk__lte=moment)
    last = until.of_ids(ids).last_in_table().published()
    found = {(revision.table, revision.record_id): revision for revision in last}
    parents = {place: parents_in(revision) for place, revision in found.items()}
    wanted: dict[str, set[str]] = defaultdict(set)
    for names in parents.values():
        for table, key in names:
            wanted[table].add(key)
    if not wanted:
        return found
    places: dict[tuple[str, str], int] = {}
    for table, keys in wanted.items():
        named = until.filter(table=table, key__in=keys, aside=False).order_by("pk")
        places |= {(table, key): pk for key, pk in named.values_list("key", "record_id")}
    standing = seen_at(moment, by_table((table, pk) for (table, _key), pk in places.items()))
    return {
        place: revision
        for place, revision in found.items()
        if all((name[0], places.get(name)) in standing for name in parents[place])
    }


def parents_in(revision: Revision) -> list[tuple[str, str]]:
    """Table and key of the records that the revision's must be public for its own to be."""
    model = MODELS[revision.table]
    targets = (
        (cast("type[Record]", model._meta.get_field(name).related_model), name)
        for name in model.public_parents
    )
    return [(target.table, revision.row[name]) for target, name in targets]


def by_table(places: Iterable[Place]) -> dict[str, set[int]]:
    ids: dict[str, set[int]] = defaultdict(set)
    for table, pk in places:
        ids[table].add(pk)
    return ids


def compared(before: Seen, after: Seen) -> dict[Place, Change]:
    """What differs between the two, where the public may see it; a query for each relation of the tables."""
    places = list(dict.fromkeys([*before, *after]))
    changes: dict[Place, Change] = {}
    for table in by_table(places):
        codec, mine = TABLES[table](), [place for place in places if place[0] == table]
        shown = codec.as_public(
            seen[place].row if place in seen else {} for seen in (before, after) for place in mine
        )
        for place, was, now in zip(mine, shown[: len(mine)], shown[len(mine) :], strict=True):
            change = Change(was if place in before else {}, now if place in after else {})
            if any(was.get(name, "") != now.get(name, "") for name in codec.columns):
                changes[place] = change
    return changes


# --- between two entries -----------------------------------------------------------------------------------


def publications() -> QuerySet[Any]:
    """(id, moment of first publication) of the public changelog entries, newest first."""
    public = ChangelogEntry.objects.public().values("pk")
    found = Revision.objects.filter(table=ChangelogEntry.table, record_id__in=public).published()
    first = found.order_by().values("record_id").annotate(first=Min("pk")).order_by("-first")
    return first.values_list("record_id", "first")


def changes_of(entry: ChangelogEntry, records: Iterable[Record]) -> dict[Place, Change]:
    """What became of the records between the entry before this one and this one."""
    moments = dict(publications())
    if entry.pk not in moments:
        return {}
    end = moments[entry.pk]
    begin = max((moment for moment in moments.values() if moment < end), default=0)
    ids = by_table((record.table, record.pk) for record in records)
    return compared(seen_at(begin, ids), seen_at(end, ids))


@dataclass
class Column:
    label: Any
    runs: list[Run]


def columns_of(table: str, change: Change) -> list[Column]:
    """The columns that differ, words marked; the status is none, since both rows are public."""
    codec = TABLES[table]()
    differing = [name for name in codec.columns if change.before.get(name, "") != change.after.get(name, "")]
    return [Column(codec.label(name), runs_of(codec, name, change)) for name in differing if name != "status"]


def runs_of(codec: Rows, name: str, change: Change) -> list[Run]:
    """Texts by words; what is one of several, by its name, and lists by their members."""
    was, now = change.before.get(name, ""), change.after.get(name, "")
    widget = codec.fields[name].widget
    if isinstance(widget, ChoiceCell):
        return marked_members(*([str(widget.choices.get(cell, cell))] for cell in (was, now)))
    if isinstance(widget, KeyCell | TagsCell):
        return marked_members(LIST.split(was), LIST.split(now))
    return marked(was, now)


# --- since the last entry ----------------------------------------------------------------------------------


@dataclass
class Proposed:
    """A record to be named in an entry, as the public knows it."""

    table: str
    key: str
    name: str
    kind: Kind
    row: Row


@dataclass
class Proposal:
    """What changed since the last public entry was first published; `more` than could be named."""

    since: ChangelogEntry | None
    records: list[Proposed] = field(default_factory=list)
    more: bool = False


def proposal() -> Proposal:
    """In a fixed number of queries; of very many changes, the newest."""
    last, begin = publications().first() or (None, 0)
    found = Proposal(ChangelogEntry.objects.filter(pk=last).first() if last else None)
    touched = candidates(begin)
    ids = by_table((revision.table, revision.record_id) for revision in touched[:MOST])
    found.more = len(touched) > MOST
    public = {
        (table, record.pk): record
        for table, pks in ids.items()
        for record in with_parents(MODELS[table]).filter(pk__in=pks)
    }
    now = seen_at(touched[0].pk, ids) if touched else {}
    after = {place: revision for place, revision in now.items() if place in public}
    for place, change in compared(seen_at(begin, ids), after).items():
        row = change.after or change.before
        key = row[TABLES[place[0]].key()]
        name = str(public[place]) if place in public else MODELS[place[0]].name_in(row) or key
        found.records.append(Proposed(place[0], key, name, change.kind, row))
    order = list(TABLES)
    found.records.sort(key=lambda record: (order.index(record.table), record.name, record.key))
    return found


def candidates(begin: int) -> list[Revision]:
    """The last revisions of records that were written since and are, or were before, published."""
    last = Revision.objects.filter(pk__gt=begin).exclude(table=ChangelogEntry.table).last_in_table()
    same = Revision.objects.filter(table=OuterRef("table"), record_id=OuterRef("record_id"))
    once = Exists(same.filter(pk__lte=begin).published())
    return list((last.published() | last.filter(once)).order_by("-pk")[: MOST + 1])
