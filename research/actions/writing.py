"""Records written and deleted, a batch of one table at a time."""

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby, islice
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import ProtectedError
from django.utils import timezone

from research.actions.afterwards import Written, one_write
from research.actions.changes import Change, Merged
from research.actions.deriving import derive, forget, resolve
from research.actions.errors import Clash, Conflict, InUse
from research.actions.reconciling import Standing, follow_withdrawal, reconcile, standing
from research.actions.refusals import refuse_if_cited, refuse_if_listed, refuse_if_named, refuse_if_public
from research.actions.relations import set_relations
from research.models import Batch, Draft, Record, Revision, Source, Status
from research.rows import TABLES, Row, Rows

BATCH = 500


def save(
    record: Record,
    *,
    by: AbstractBaseUser | None,
    via: str,
    links: dict[str, list[Any]] | None = None,
    note: str = "",
) -> None:
    write([Change(record, links or {}, note=note)], by=by, via=via)


def write(
    changes: Iterable[Change],
    *,
    by: AbstractBaseUser | None,
    via: str,
    batch: Batch | None = None,
    of_itself: bool = False,
) -> list[Merged]:
    """Create or update the records, in the given order; all or none.

    A record that others wrote since the writer read it is merged, column by column; returns what was.
    `via` names the path ("form", "import", "command", …) in the history, `batch` the import that it is part
    of; `of_itself` says that it only follows from another. Raises Conflict where both changed the same,
    NotAllowed where `by` may not publish and the public would see a change (unless `of_itself`), or the
    database's IntegrityError where a rule is broken that validation did not see.
    """
    merged = []
    with one_write(by=by, via=via, batch=batch) as written:
        for part in _parts(changes, lambda change: change.record.table):
            merged += _write_part(part, _Author(by, via, batch, of_itself=of_itself), written)
    return merged


def delete(
    records: Iterable[Record],
    *,
    by: AbstractBaseUser | None,
    via: str,
    batch: Batch | None = None,
    note: str = "",
) -> None:
    """Delete the records, in the given order; their last rows stay in the history.

    Raises InUse where one is needed, Conflict where somebody has saved one meanwhile, NotAllowed where one is
    published and `by` may not publish; and deletes none then.
    """
    with one_write(by=by, via=via, batch=batch) as written:
        for part in _parts(records, lambda record: record.table):
            _delete_part(part, _Author(by, via, batch), note)
            written.deleted[part[0].table].update(record.pk for record in part)


def discard(
    records: Iterable[Record],
    *,
    by: AbstractBaseUser | None,
    via: str,
    batch: Batch | None = None,
    note: str = "",
) -> list[Record]:
    """Give up the records' newer drafts; returns the records that had one.

    What is published stays, and each has a revision that equals it, so that history shows where the draft
    ended. Raises Conflict where somebody has saved one meanwhile.
    """
    done = []
    with one_write(by=by, via=via, batch=batch) as written:
        for part in _parts(records, lambda record: record.table):
            done += _discard_part(part, _Author(by, via, batch), note)
        written.touch(done)
    return done


def remark(
    record: Record, note: str, *, by: AbstractBaseUser | None, via: str, batch: Batch | None = None
) -> bool:
    """Put into the record's history what happened beside its row; False where the record is gone.

    `record.version` is then the newest, whatever it was.
    """
    model = type(record)
    with one_write(by=by, via=via, batch=batch) as written:
        now = standing(model, [record])
        if record.pk not in now:
            return False
        record.version = now[record.pk].version
        saved = TABLES[model.table]().saved(model.objects.filter(pk=record.pk))
        _stamp([record], {pk: row for pk, _version, row in saved}, _Author(by, via, batch), note)
        written.touch([record])
    return True


def revive(last: Revision, record: Record) -> None:
    """Make the record, which is yet to be written, the one that was deleted: its history goes on."""
    record.pk, record.version = last.record_id, last.version + 1


class _Author:
    def __init__(self, by: Any, via: str, batch: Batch | None, *, of_itself: bool = False) -> None:
        self.by, self.via, self.batch, self.of_itself = by, via, batch, of_itself

    def revision(self, record: Record, row: Row, note: str = "", **more: Any) -> Revision:
        return Revision(
            table=record.table,
            record_id=record.pk,
            version=record.version,
            key=record.record_key,
            row=row,
            by=self.by,
            author=self.by.get_username() if self.by else "",
            via=self.via,
            batch=self.batch,
            note=note,
            **more,
        )


def _parts(things: Iterable[Any], table: Callable[[Any], str]) -> Iterator[list[Any]]:
    """The things as they come, at most BATCH of one table at a time."""
    for _table, group in groupby(things, key=table):
        while part := list(islice(group, BATCH)):
            yield part


def _write_part(changes: list[Change], author: _Author, written: Written) -> list[Merged]:
    model = type(changes[0].record)
    old = [change for change in changes if not change.record._state.adding]
    now = standing(model, [change.record for change in old])
    for change in old:
        follow_withdrawal(change, now.get(change.record.pk))
    merged = reconcile(model, old, now)
    changes = [change for change in changes if not change.idle]
    statuses = {pk: there.status for pk, there in now.items()}
    aside = [change for change in changes if change.aside]
    plain = [change for change in changes if not change.aside]
    if not author.of_itself:
        refuse_if_public(author.by, [change.record for change in plain], statuses)
    if aside:
        _keep_aside(model, aside, now, author)
    if plain:
        _write_plain(model, plain, now, author)
    written.touch(change.record for change in changes)
    written.published[model.table] |= _published([change.record for change in plain], statuses)
    return merged


def _published(records: list[Any], before: dict[int, str]) -> set[int]:
    """The ids of those that are published now and were not before."""
    now = {record.pk for record in records if getattr(record, "status", "") == Status.PUBLISHED}
    return {pk for pk in now if before.get(pk) != Status.PUBLISHED}


def _write_plain(
    model: type[Record], changes: list[Change], now: dict[int, Standing], author: _Author
) -> None:
    new = [change.record for change in changes if change.record._state.adding]
    old = [change.record for change in changes if not change.record._state.adding]
    for record in old:
        if record.record_key != now[record.pk].key:
            refuse_if_named(record, now[record.pk].key)
    for record in new:
        record.created_by = record.updated_by = author.by
    model._default_manager.bulk_create(new)
    for record in old:
        record.version += 1
        record.updated_by = author.by
    _update(model, old)
    forget(model.table, [record.pk for record in old])
    if model is Source:
        resolve([change.record for change in changes])
    set_relations(model, changes, {record.pk for record in old})
    for change in changes:
        # What was prefetched before is no longer what is written.
        getattr(change.record, "_prefetched_objects_cache", {}).clear()
    _drop_drafts(changes, now)
    rows = _rows(TABLES[model.table](), changes)
    derive(model.table, [change.record for change in changes], rows)
    Revision.objects.bulk_create(
        author.revision(change.record, rows[change.record.pk], change.note) for change in changes
    )


def _keep_aside(
    model: type[Record], changes: list[Change], now: dict[int, Standing], author: _Author
) -> None:
    """Write the rows beside the table; of the record itself only the version and its author change."""
    rows = _rows(TABLES[model.table](), changes)
    revisions = []
    for change in changes:
        record, there = change.record, now[change.record.pk]
        base = change.base or (there.draft.base if there.draft else record.version)
        record.version += 1
        model.objects.filter(pk=record.pk).update(
            version=record.version, updated_by=author.by, updated_at=timezone.now()
        )
        row = {**rows[record.pk], "status": _status_aside(rows[record.pk])}
        Draft.objects.update_or_create(
            table=model.table,
            record_id=record.pk,
            defaults={"row": row, "status": row["status"], "by": author.by, "base": base},
        )
        revisions.append(author.revision(record, row, change.note, aside=True))
    Revision.objects.bulk_create(revisions)


def _status_aside(row: Row) -> str:
    return Status.REVIEW if row["status"] == Status.REVIEW else Status.DRAFT


def _drop_drafts(changes: list[Change], now: dict[int, Standing]) -> None:
    """A draft that was published is no draft any more."""
    done = [
        there.draft.pk
        for change in changes
        if change.from_draft and (there := now.get(change.record.pk)) and there.draft
    ]
    if done:
        Draft.objects.filter(pk__in=done).delete()


def _update(model: type[Record], records: list[Record]) -> None:
    """One statement for them all: their versions were just checked and are locked, so each is there."""
    if len(records) == 1:
        records[0].save(force_update=True)
    elif records:
        manager: Any = model._default_manager
        names = [field.name for field in model._meta.concrete_fields if not field.primary_key]
        manager.bulk_create(records, update_conflicts=True, unique_fields=["pk"], update_fields=names)


def _delete_part(records: list[Record], author: _Author, note: str) -> None:
    model, ids = type(records[0]), [record.pk for record in records]
    codec = TABLES[model.table]()
    now = standing(model, records)
    rows = {pk: row for pk, _version, row in codec.saved(model.objects.filter(pk__in=ids))}
    if stale := [record for record in records if _is_stale(record, now.get(record.pk))]:
        raise Conflict([_deletion_clash(record, now.get(record.pk), rows) for record in stale])
    refuse_if_public(author.by, records, {pk: there.status for pk, there in now.items()})
    refuse_if_listed(records)
    if model is Source:
        refuse_if_cited(records)
    for record in records:
        record.version += 1
    revisions = [author.revision(record, rows[record.pk], note, deleted=True) for record in records]
    forget(model.table, ids)
    Draft.objects.filter(table=model.table, record_id__in=ids).delete()
    try:
        model.objects.filter(pk__in=ids).delete()
    except ProtectedError as error:
        raise InUse(records, error.protected_objects) from error
    Revision.objects.bulk_create(revisions)


def _discard_part(records: list[Record], author: _Author, note: str) -> list[Record]:
    model = type(records[0])
    now = standing(model, records)
    rows = {pk: row for pk, _version, row in TABLES[model.table]().saved(model.objects.filter(pk__in=now))}
    if stale := [record for record in records if _is_stale(record, now.get(record.pk))]:
        raise Conflict([_deletion_clash(record, now.get(record.pk), rows) for record in stale])
    drafts = {record.pk: draft for record in records if (draft := now[record.pk].draft)}
    found = [record for record in records if record.pk in drafts]
    Draft.objects.filter(pk__in=[draft.pk for draft in drafts.values()]).delete()
    _stamp(found, rows, author, note)
    return found


def _stamp(records: list[Any], rows: dict[int, Row], author: _Author, note: str) -> None:
    """A revision of each that equals its row: something beside the row has changed."""
    for record in records:
        record.version += 1
        type(record).objects.filter(pk=record.pk).update(
            version=record.version, updated_by=author.by, updated_at=timezone.now()
        )
    Revision.objects.bulk_create(author.revision(record, rows[record.pk], note) for record in records)


def _is_stale(record: Record, now: Standing | None) -> bool:
    return now is None or record.version != now.version


def _deletion_clash(record: Record, now: Standing | None, rows: dict[int, Row]) -> Clash:
    """Theirs is what I would delete without having seen it."""
    revisions = Revision.objects.of(record)
    seen = revisions.filter(version__lte=record.version, aside=False).first()
    base = seen.row if seen else {}
    return Clash(
        record, base, rows.get(record.pk, {}), {}, now.version if now else 0, None, revisions.first()
    )


def _rows(codec: Rows, changes: list[Change]) -> dict[int, Row]:
    """The rows as saved: as the writer made them, or from the relations where all are named, or read anew."""
    relations = set(codec.relations())
    rows = {}
    for change in changes:
        if change.row is not None:
            rows[change.record.pk] = change.row
        elif change.aside or relations <= change.links.keys():
            rows[change.record.pk] = codec.row_of(change.record, change.links)
    others = [change.record.pk for change in changes if change.record.pk not in rows]
    saved = codec.saved(codec.model.objects.filter(pk__in=others)) if others else []
    return rows | {pk: row for pk, _version, row in saved}
