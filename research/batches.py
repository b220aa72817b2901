"""Plans written, and written plans undone: each one transaction, and one batch that can be looked at."""

from collections import Counter, defaultdict
from collections.abc import Callable, Generator, Iterator
from itertools import groupby
from typing import Any

from django.db import DatabaseError, transaction
from django.db.models import Exists, Max, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from research import actions
from research.cells import Keys
from research.models import Batch, Draft, Record, Revision
from research.plans import WRITABLE, WRITTEN, Clock, Plan, PlannedRow, Problem, Progress, State, finish
from research.rows import MODELS, TABLES, Row, chunks

CHUNK = 500
MOST_KEPT = 1000  # that are named; more than anybody reads


class Refused(Exception):
    """What was planned can no longer be written, for these reasons. Nothing was."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("; ".join(map(str, problems[:20])))


def apply(plan: Plan, *, by: Any, via: str, files: str = "") -> Batch | None:
    """Write the plan's new and changed rows in one transaction; None where there was nothing to write.

    Raises `actions.Conflict` where a record changed after the plan was made, `Refused` where what a row
    refers to is no longer there, ValueError for a plan with problems.
    """
    if plan.problem_count:
        raise ValueError("a plan with problems cannot be applied")
    batch: Batch | None = finish(applying(plan, by=by, via=via, files=files))
    return batch


def undo(batch: Batch, *, by: Any) -> Batch:
    """Put all records of the batch back, but for those edited since; the undoing's own batch names them."""
    undone: Batch = finish(undoing(batch, by=by))
    return undone


def is_written(row: PlannedRow) -> bool:
    return row.state in WRITTEN


def applying(
    plan: Plan,
    *,
    by: Any,
    via: str,
    files: str = "",
    chosen: Callable[[PlannedRow], bool] = is_written,
) -> Generator[Progress, None, Batch | None]:
    """As `apply`, step by step, of the good rows those that are `chosen`. Returns the batch, or None."""
    clock = Clock(plan.count(*State))
    if not any(map(chosen, plan.rows(*WRITABLE))):
        return None
    with actions.one_write(by=by, via=via) as whole:
        whole.batch = batch = actions.begin_batch(by=by, via=via, files=files)
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        kept: list[list[str]] = []
        good = plan.rows(*WRITABLE, State.SAME)
        for table, group in groupby(good, key=lambda row: row.table):
            for rows in chunks(group, CHUNK):
                kept += changed_since(table, [row for row in rows if row.state == State.SAME])
                wanted = [row for row in rows if row.state != State.SAME and chosen(row)]
                changes = changes_of(table, wanted)
                merged = actions.write(changes, by=by, via=via, batch=batch)
                kept += ([table, one.record.record_key, also_changed(one)] for one in merged)
                counts[table].update("changed" if row.pk else "new" for row in wanted)
                progress = clock.add(len(rows))
                yield progress
        actions.end_batch(batch, counts, kept[:MOST_KEPT], progress.seconds)
    return batch


def changed_since(table: str, rows: list[PlannedRow]) -> list[list[str]]:
    """Rows that had nothing to change, of records that others wrote since: theirs stays, and is named."""
    model = MODELS[table]
    versions = dict(model.objects.filter(pk__in=[row.pk for row in rows]).values_list("pk", "version"))
    text = _("It was edited since the preview; the edit stays.")
    return [[table, row.key, text] for row in rows if versions.get(row.pk) != row.version]


def also_changed(merged: actions.Merged) -> str:
    text = _("%(author)s has changed it as well since the preview (%(columns)s); both changes stand.")
    return text % {"author": merged.author or "–", "columns": ", ".join(merged.theirs)}


def changes_of(table: str, rows: list[PlannedRow]) -> list[actions.Change]:
    """The planned rows as changes of records, read against what is there now. Raises Refused."""
    codec = TABLES[table](keys=Keys())
    codec.look_up(row.after for row in rows)
    records = codec.model.objects.in_bulk([row.pk for row in rows if row.pk])
    changes, problems = [], []
    for row in rows:
        record = records.get(row.pk) if row.pk else codec.model()
        if record is None:
            gone = _("“%s” has been deleted since.") % row.key
            problems.append(Problem(table, row.number, "", gone))
            continue
        record.version = row.version or 1
        decoded = codec.decode(row.after, record)
        changes.append(actions.Change(decoded.record, decoded.links, row.after))
        problems += [
            Problem(table, row.number, column, message)
            for column, messages in decoded.errors.items()
            for message in messages
        ]
    if problems:
        raise Refused(problems)
    return changes


# --- undoing -------------------------------------------------------------------------------------------


def undoing(batch: Batch, *, by: Any) -> Generator[Progress, None, Batch]:
    """As `undo`, step by step. Returns the undoing's batch."""
    clock = Clock(batch.revisions.count())
    with actions.one_write(by=by, via="undo") as whole:
        work = _Undoing(batch, by)
        whole.batch = work.batch
        for table in TABLES:
            for revisions in in_parts(batch.revisions.filter(table=table).exclude(created())):
                work.put_back(table, revisions)
                yield clock.add(len(revisions))
        # Any table may cite a source.
        for table in [*reversed([name for name in TABLES if name != "sources"]), "sources"]:
            for revisions in in_parts(batch.revisions.filter(table=table).filter(created())):
                work.take_away(table, revisions)
                yield clock.add(len(revisions))
        actions.move_files_back(batch, by=by, via="undo", batch=work.batch)
        actions.drop_unused_tags(work.tags)
        actions.end_batch(work.batch, work.counts, work.kept[:MOST_KEPT], clock.add(0).seconds)
    return work.batch


def created() -> Q:
    """Revisions that brought their record into being, or back."""
    mine = {"table": OuterRef("table"), "record_id": OuterRef("record_id")}
    deletion = Revision.objects.filter(**mine, version=OuterRef("version") - 1, deleted=True)
    return Q(version=1, deleted=False) | Q(Exists(deletion))


def in_parts(revisions: QuerySet[Revision]) -> Iterator[list[Revision]]:
    """A chunk at a time, each asked for anew: more revisions are written meanwhile."""
    last = 0
    while part := list(revisions.filter(pk__gt=last).order_by("pk")[:CHUNK]):
        yield part
        last = part[-1].pk


class _Undoing:
    def __init__(self, batch: Batch, by: Any) -> None:
        self.by = by
        self.batch = actions.begin_batch(by=by, via="undo", files=batch.files, undoes=batch)
        self.undone = batch
        self.written: dict[tuple[str, int], int] = {}  # the versions that the undoing made
        self.counts: dict[str, Counter[str]] = defaultdict(Counter)
        self.counted: set[tuple[str, int]] = set()
        self.kept: list[list[str]] = []
        self.tags: set[str] = set()

    def put_back(self, table: str, revisions: list[Revision]) -> None:
        """Write the rows that stood before the revisions; a deleted record comes back under its own id.

        Of what was kept aside that is the newer draft as it was before; one that the batch began is given up.
        """
        earlier, begun = rows_before(revisions), list[Record]()
        rows: dict[bool, list[tuple[PlannedRow, Revision]]] = {False: [], True: []}
        for revision, record, last in self.untouched(table, revisions):
            before = revision.row if revision.deleted else earlier.get(revision.pk)
            if before is None:
                begun += [record] if record else []
                continue
            if before == revision.row and revision == last and not revision.deleted:
                self.keep(table, revision.key, _("A newer draft ended here; it stands in the history."))
                continue
            pk, version = (record.pk, record.version) if record else (None, 0)
            row = PlannedRow(table, 0, State.CHANGED, revision.key, pk, version, {}, before)
            rows[revision.aside].append((row, revision if record else last))
        for aside in (False, True):  # a record may have both
            for row, _revision in rows[aside]:
                row.version = self.written.get((table, row.pk or 0), row.version)
            for row, revision in self.write(table, rows[aside]):
                self.count(table, "changed" if row.pk else "new", revision.record_id)
        for given_up in actions.discard(begun, by=self.by, via="undo", batch=self.batch):
            self.written[table, given_up.pk] = given_up.version
            self.count(table, "changed", given_up.pk)

    def write(self, table: str, rows: list[tuple[PlannedRow, Revision]]) -> list[tuple[PlannedRow, Revision]]:
        """Those of the rows that could be written; of a part that cannot, each half is tried."""
        try:
            with transaction.atomic():
                changes = changes_of(table, [row for row, _revision in rows])
                bases = self.bases(table, [revision for _row, revision in rows if revision.aside])
                for change, (row, revision) in zip(changes, rows, strict=True):
                    change.base = bases.get(revision.record_id)
                    if row.pk is None:
                        actions.revive(revision, change.record)
                    change.aside = change.from_draft = revision.aside
                actions.write(changes, by=self.by, via="undo", batch=self.batch)
                self.written |= {(table, change.record.pk): change.record.version for change in changes}
        except (Refused, actions.Conflict, actions.NotAllowed, DatabaseError) as error:
            if len(rows) > 1:
                half = len(rows) // 2
                return self.write(table, rows[:half]) + self.write(table, rows[half:])
            self.keep(table, rows[0][0].key, why(error))
            return []
        return rows

    def bases(self, table: str, revisions: list[Revision]) -> dict[int, int]:
        """Of drafts that begin from what the batch made of their records: what the undoing made of those."""
        ids = [revision.record_id for revision in revisions]
        if not ids:
            return {}
        first, _last = self.ends(table, ids)
        drafts = Draft.objects.filter(table=table, record_id__in=ids).values_list("record_id", "base")
        return {
            pk: self.written[table, pk]
            for pk, base in drafts
            if base == first.get((pk, False)) and (table, pk) in self.written
        }

    def take_away(self, table: str, revisions: list[Revision]) -> None:
        records = [record for _revision, record, _last in self.untouched(table, revisions) if record]
        self.counts[table]["deleted"] += self.delete(records)

    def delete(self, records: list[Record]) -> int:
        """How many could be deleted; of a part of which one is in use, each half is tried."""
        if not records:
            return 0
        try:
            actions.delete(records, by=self.by, via="undo", batch=self.batch)
        except (actions.InUse, actions.Conflict, actions.NotAllowed) as error:
            if len(records) > 1:
                half = len(records) // 2
                return self.delete(records[:half]) + self.delete(records[half:])
            self.keep(records[0].table, records[0].record_key, why(error))
            return 0
        return len(records)

    def untouched(
        self, table: str, revisions: list[Revision]
    ) -> Iterator[tuple[Revision, Record | None, Revision]]:
        """The batch's first revisions in their lines, each with its record (None where it was deleted) and
        the last revision that it has in the batch; but for records that others have written since.
        """
        model, ids = MODELS[table], [revision.record_id for revision in revisions]
        records = model.objects.in_bulk(ids)
        first, last = self.ends(table, ids)
        gone = [one.key for one in last.values() if one.deleted]
        taken = set(
            model.objects.filter(**{f"{model.key_field}__in": gone}).values_list(model.key_field, flat=True)
        )
        newest = newest_versions(table, [pk for pk in ids if pk not in records])
        for revision in revisions:
            self.tags |= set(filter(None, revision.row.get("tags", "").split("; ")))
            pk, record = revision.record_id, records.get(revision.record_id)
            version = self.written.get((table, pk), last[pk].version)
            if revision.version != first[pk, revision.aside]:
                continue  # the row before the batch is that before the first
            if last[pk].deleted and last[pk].key in taken:
                self.keep(table, revision.key, _("It is there again."))
            elif record is None and newest.get(pk) != version:
                self.keep(table, revision.key, _("It was deleted since."))
            elif record and record.version != version:
                self.keep(table, revision.key, _("It was edited since."))
            else:
                yield revision, record, last[pk]

    def ends(self, table: str, ids: list[int]) -> tuple[dict[tuple[int, bool], int], dict[int, Revision]]:
        """Of the batch: each record's first version in its table and as its draft, and its last revision."""
        found = self.undone.revisions.filter(table=table, record_id__in=ids).order_by("-version")
        every = list(found.only("record_id", "version", "aside", "deleted", "key"))
        first = {(one.record_id, one.aside): one.version for one in every}
        return first, {one.record_id: one for one in reversed(every)}

    def count(self, table: str, kind: str, pk: int) -> None:
        """A record counts once, also where both its table and its draft are put back."""
        if (table, pk) not in self.counted:
            self.counted.add((table, pk))
            self.counts[table][kind] += 1

    def keep(self, table: str, key: str, reason: str) -> None:
        self.kept.append([table, key, reason])


def rows_before(revisions: list[Revision]) -> dict[int, Row]:
    """By revision, the row before in its line (table or newer draft); none where it began a draft."""
    mine = {name: OuterRef(name) for name in ("table", "record_id", "aside")}
    line = Revision.objects.filter(**mine, version__lt=OuterRef("version")).order_by("-version")
    begun = Draft.objects.filter(
        table=OuterRef("table"), record_id=OuterRef("record_id"), base=OuterRef("version") - 1
    )
    # A draft that goes on beside what the same batch wrote in the table begins from that, and is older.
    beside = {"table": OuterRef("table"), "record_id": OuterRef("record_id"), "batch": OuterRef("batch")}
    older = Revision.objects.filter(**beside, version=OuterRef("version") - 1, aside=False)
    found = Revision.objects.filter(pk__in=[one.pk for one in revisions]).order_by()
    found = found.exclude(Q(Exists(begun), ~Q(Exists(older)), aside=True))
    pks = dict(found.values_list("pk", Subquery(line.values("pk")[:1])))
    rows = dict(Revision.objects.filter(pk__in=pks.values()).order_by().values_list("pk", "row"))
    return {pk: rows[earlier] for pk, earlier in pks.items() if earlier in rows}


def newest_versions(table: str, ids: list[int]) -> dict[int, int]:
    found = Revision.objects.filter(table=table, record_id__in=ids).order_by()
    return dict(found.values_list("record_id").annotate(newest=Max("version")))


def why(error: Exception) -> str:
    if isinstance(error, DatabaseError):
        return _("The database refused it.")
    return str(error)
