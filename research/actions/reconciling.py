"""What others wrote since a writer began: merged by column, or the writer is told what clashes.

A published record may have a newer draft beside it, so it has two lines of rows: what the table holds, and
what was kept aside. A change belongs to the line that its writer began from.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import prefetch_related_objects

from research.actions.changes import Change, Merged
from research.actions.errors import Clash, Conflict
from research.cells import Keys
from research.merging import Merge, merge
from research.models import Draft, Publishable, Record, Revision, Status
from research.rows import TABLES, Row, Rows
from research.text.merging import Hunk


@dataclass
class Standing:
    """A record as it stands, locked until the transaction ends."""

    version: int
    key: str
    status: str = ""  # a vocabulary has none
    draft: Draft | None = None


def standing(model: type[Record], records: Iterable[Record]) -> dict[int, Standing]:
    """Lock the records (SQLite's transaction has locked all already); those that are there, by id."""
    ids = [record.pk for record in records]
    if not ids:
        return {}
    found = model.objects.select_for_update().filter(pk__in=ids).order_by("pk")
    names = ["pk", "version", model.key_field, *(["status"] if issubclass(model, Publishable) else [])]
    now = {pk: Standing(*values) for pk, *values in found.values_list(*names)}
    if issubclass(model, Publishable):
        for draft in Draft.objects.filter(table=model.table, record_id__in=now):
            now[draft.record_id].draft = draft
    return now


def follow_withdrawal(change: Change, now: Standing | None) -> None:
    """Nothing is kept aside of what is not public (any more): it goes into the table, under its status there.

    Only into review the writer has put it knowingly.
    """
    if not change.aside or now is None or now.status == Status.PUBLISHED:
        return
    record: Any = change.record
    change.aside = False
    if record.status != Status.REVIEW:
        record.status = now.status
    if change.row is not None:
        change.row = {**change.row, "status": str(record.status)}


def reconcile(model: type[Record], changes: Sequence[Change], now: dict[int, Standing]) -> list[Merged]:
    """Bring the changes up to date. Raises Conflict, with all that clashes."""
    late = [change for change in changes if is_late(change, now.get(change.record.pk))]
    if not late:
        return []
    work = _Reconciling(model, late, now)
    compared = [found for change in late if (found := work.compare(change))]
    work.codec.look_up(found.merge.row for found in compared)
    merged = [one for found in compared if (one := work.take(found))]
    if work.clashes:
        raise Conflict(work.clashes)
    return merged


def is_late(change: Change, now: Standing | None) -> bool:
    """Whether there is something to compare: a newer version, or a published row beside the draft."""
    return now is None or change.record.version != now.version or publishes(change, now)


def publishes(change: Change, now: Standing) -> bool:
    return now.draft is not None and change.from_draft and not change.aside


@dataclass
class _Compared:
    change: Change
    now: Standing
    merge: Merge
    clash: Clash  # what is told if it comes to that


class _Reconciling:
    def __init__(self, model: type[Record], late: Sequence[Change], now: dict[int, Standing]) -> None:
        self.kind, self.codec = TABLES[model.table], TABLES[model.table](keys=Keys())
        self.table, self.now = model.table, now
        self.clashes: list[Clash] = []
        there = [change.record for change in late if change.record.pk in now]
        saved = self.codec.saved(model.objects.filter(pk__in=[record.pk for record in there]))
        self.saved = {pk: row for pk, _version, row in saved}
        self.revisions = self.read_revisions(late)
        self.lists = self.kind.relations()
        singles = [name for name in self.kind.columns if model._meta.get_field(name).many_to_one]
        prefetch_related_objects([change.record for change in late], *singles)

    def read_revisions(self, late: Sequence[Change]) -> dict[tuple[int, int], Revision]:
        """Those of the versions that the writers began from and of those that stand, in one query."""
        seen = {change.record.version for change in late} | {there.version for there in self.now.values()}
        ids = {change.record.pk for change in late}
        found = Revision.objects.filter(table=self.table, record_id__in=ids, version__in=seen)
        return {(one.record_id, one.version): one for one in found}

    def row_at(self, pk: int, version: int, *, aside: bool) -> Row:
        """The row of one of the record's lines as it stood at the version; empty if there was none."""
        revision = self.revisions.get((pk, version))
        if revision is None or revision.aside != aside:
            line = Revision.objects.filter(table=self.table, record_id=pk, aside=aside)
            revision = line.filter(version__lte=version).order_by("-version").first()
        return revision.row if revision else {}

    def compare(self, change: Change) -> _Compared | None:
        """What the change comes to now; None where its record is gone."""
        pk, seen = change.record.pk, change.record.version
        base = self.row_at(pk, seen, aside=change.from_draft)
        mine, now, found = row_of(self.codec, change, base), self.now.get(pk), None
        if now is None:
            self.clashes.append(
                Clash(change.record, base, {}, mine, 0, None, Revision.objects.of(change.record).first())
            )
            return None
        theirs, aside, beside = self.saved[pk], False, 0
        if seen != now.version:
            if now.draft and (change.aside or change.from_draft):
                theirs, aside = now.draft.row, True
            found = merged(self.kind, change, base, theirs, mine, change.columns)
            if now.draft and change.aside and not aside:  # it is to be kept aside, where there is one by now
                theirs, aside = now.draft.row, True
                found = merged(self.kind, change, base, theirs, mine, change.columns)
        if publishes(change, now) and now.draft and not (found and found.clashes):
            mine, theirs = found.row if found else mine, self.saved[pk]
            aside, beside = False, change.settled or now.draft.base
            base = self.row_at(pk, beside, aside=False)
            both = merged(self.kind, change, base, theirs, mine, None)
            found = both if found is None or both.clashes else Merge(both.row, found.theirs, found.mine)
        assert found
        clash = Clash(change.record, base, theirs, mine, now.version, found, None, aside=aside, beside=beside)
        return _Compared(change, now, found, clash)

    def take(self, compared: _Compared) -> Merged | None:
        """Put it into the change; None where it clashes."""
        change, found, clash = compared.change, compared.merge, compared.clash
        last = self.revisions.get((change.record.pk, compared.now.version))
        if not found.clashes:
            decoded = self.codec.decode(found.row, change.record)
            if decoded.errors:
                clash_where_mine(found, clash.base, clash.theirs, clash.mine)
        if found.clashes:
            clash.last = last
            self.clashes.append(clash)
            return None
        change.record.version = compared.now.version
        change.idle = found.row == clash.theirs and not publishes(change, compared.now)
        change.links = decoded.links
        change.row = self.codec.row_of(decoded.record, decoded.links)
        return Merged(change.record, found.theirs, found.mine, last.author if last else "", change.aside)


def row_of(codec: Rows, change: Change, base: Row) -> Row:
    """The row that the writer wants; a relation that is not named is as it was."""
    if change.row is not None:
        return change.row
    lists, links, fields = codec.relations(), change.links, codec.fields
    named = [name for name in codec.columns if name not in lists or name in links]
    return base | {
        name: fields[name].widget.join(links[name]) if name in links else fields[name].export(change.record)
        for name in named
    }


def merged(
    kind: type[Rows], change: Change, base: Row, theirs: Row, mine: Row, columns: Collection[str] | None
) -> Merge:
    """A status that I did not touch follows theirs, but for what was published meanwhile.

    My text was not meant to be public then: it becomes the newer draft.
    """
    found = merge(kind, base, theirs, mine, columns)
    if "status" in theirs:
        touched = change.aside or (
            mine["status"] != base.get("status") and (columns is None or "status" in columns)
        )
        published = theirs["status"] == Status.PUBLISHED != base.get("status")
        if not touched and published and mine["status"] != Status.PUBLISHED and found.mine:
            change.aside = touched = True
        found.clashes.pop("status", None)
        found.row["status"] = mine["status"] if touched else theirs["status"]
    return found


def clash_where_mine(found: Merge, base: Row, theirs: Row, mine: Row) -> None:
    """Each of the two was right, together they break a rule: whoever comes later must choose."""
    for name in found.mine:
        if found.row[name] != theirs[name]:
            cells = (row.get(name, "") for row in (base, theirs, mine))
            found.clashes[name] = [Hunk(*cells)]
