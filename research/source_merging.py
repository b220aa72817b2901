"""Two sources that are one: the one takes in the other, and every text that cites the other follows.

All of it is one transaction and one batch, which can be looked at and undone as an import can.
"""

from collections import Counter, defaultdict
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from research import actions
from research.batches import CHUNK, Refused
from research.cells import Keys
from research.merging import Union, unite
from research.models import Batch, Citation, Draft, Link, Record, Revision, Source, Status
from research.plans import Clock, Problem, Progress, finish
from research.queries.former_keys import MERGED
from research.rows import MODELS, TABLES, Row, chunks
from research.text.renaming import rename_key, rename_link

LONGEST_NOTE = Revision._meta.get_field("note").max_length or 0


@dataclass
class Naming:
    """What names a source: the ids of records by table, and newer drafts that are kept aside."""

    ids: dict[str, list[int]] = field(default_factory=dict)
    drafts: list[Draft] = field(default_factory=list)

    @property
    def tables(self) -> list[str]:
        """Those in which something would be written, in their order."""
        found = {*self.ids, *(draft.table for draft in self.drafts)}
        return [table for table in TABLES if table in found]

    @property
    def count(self) -> int:
        return sum(map(len, self.ids.values())) + len(self.drafts)


class Renaming:
    """From the key of one source to that of another, in texts and in rows."""

    def __init__(self, old: Source, new: Source) -> None:
        self.old, self.new = old, new

    @cached_property
    def bare(self) -> bool:
        """Whether a link without a table means the source: no other record has that name."""
        others = [model for model in MODELS.values() if model is not Source]
        return not any(model.objects.keyed(self.old.key).exists() for model in others)

    def text(self, text: str) -> str:
        """Raises ValueError where what else the text names would change."""
        if self.old.key not in text:
            return text
        text = rename_key(text, self.old.key, self.new.key)
        return rename_link(text, Source.table, self.old.key, self.new.key, bare=self.bare)

    def texts(self, where: str, table: str, texts: Row) -> Row:
        """Those of the texts that change, by column. Raises Refused."""
        changed = {}
        for name, text in texts.items():
            try:
                renamed = self.text(text)
            except ValueError:
                named = {"old": self.old.key, "new": self.new.key}
                message = _("“%(old)s” cannot be replaced by “%(new)s” here; change the text by hand first.")
                problem = Problem(where, 0, str(TABLES[table].label(name)), message % named)
                raise Refused([problem]) from None
            if renamed != text:
                changed[name] = renamed
        return changed

    def draft_texts(self, draft: Draft) -> Row:
        model = MODELS[draft.table]
        texts = {name: draft.row[name] for name in model.text_fields if name in draft.row}
        return self.texts(_("newer draft of %s") % draft.row.get(model.key_field), draft.table, texts)

    def naming(self) -> Naming:
        """All that would follow; the two sources themselves are written anyway."""
        ids: dict[str, set[int]] = defaultdict(set)
        cited = Citation.objects.filter(source=self.old).order_by()
        linked = Link.objects.filter(target_key=self.old.key, target_table__in=["", Source.table])
        for table, pk in [*pairs(cited), *pairs(linked)]:
            ids[table].add(pk)
        ids[Source.table] -= {self.old.pk, self.new.pk}
        own = Draft.objects.filter(table=Source.table, record_id=self.old.pk)
        drafts = [
            draft
            for draft in Draft.objects.exclude(pk__in=own.values("pk")).order_by("table", "pk").iterator()
            if self.draft_texts(draft)
        ]
        return Naming({table: sorted(ids[table]) for table in TABLES if ids[table]}, drafts)


def pairs(traces: Any) -> Iterator[tuple[str, int]]:
    found: Iterator[tuple[str, int]] = traces.values_list("table", "record_id").iterator()
    return found


# --- the source that stays -------------------------------------------------------------------------------


def united(kept: Source, other: Source, choices: Mapping[str, str]) -> Union:
    """The row of the source that stays, as it would be; public if one of the two is. Raises Refused."""
    codec = TABLES[Source.table]()
    renaming = Renaming(other, kept)
    ours, others = (
        row | renaming.texts(source.key, source.table, {name: row[name] for name in source.text_fields})
        for source, row in ((kept, codec.row(kept)), (other, codec.row(other)))
    )
    union = unite(type(codec), ours, others, choices)
    if Status.PUBLISHED in (ours["status"], others["status"]):
        union.row["status"] = Status.PUBLISHED.value
    return union


def change_of(kept: Source, union: Union) -> actions.Change:
    """The change that makes the source be as the row has it. Raises Invalid."""
    codec = TABLES[Source.table]()
    decoded = codec.decode(union.row, kept)
    if decoded.errors:
        raise actions.Invalid(kept, decoded.errors)
    return actions.Change(decoded.record, decoded.links, codec.row_of(decoded.record, decoded.links))


# --- the writing -----------------------------------------------------------------------------------------


def merge_sources(
    kept: Source, other: Source, choices: Mapping[str, str], *, by: Any, why: str = ""
) -> Batch:
    """As `merging`, at once."""
    batch: Batch = finish(merging(kept, other, choices, by=by, why=why))
    return batch


def merging(
    kept: Source, other: Source, choices: Mapping[str, str], *, by: Any, why: str = ""
) -> Generator[Progress, None, Batch]:
    """Let `kept` take in `other`, which is deleted, and all texts that cite it follow. Returns the batch.

    The versions of the two are those that the person has seen: what others wrote of `kept` since is merged.
    Raises Conflict where that clashes or `other` was written since, NotAllowed where `by` may not publish
    and something public would change, Refused where a text cannot follow or `other` has a newer draft,
    Invalid where a draft breaks a rule by now, InUse where somebody cites it at this very moment.
    """
    if kept.pk == other.pk:
        raise ValueError("a source cannot be merged into itself")
    with actions.one_write(by=by, via=MERGED) as whole:
        refuse_draft(other)
        names = {"old": other.key, "new": kept.key}
        note = _("“%(old)s” was merged into “%(new)s”.") % names
        work = _Merging(kept, other, by, f"{note} {why}".strip()[:LONGEST_NOTE])
        whole.batch = work.batch
        yield from work.run(change_of(kept, united(kept, other, choices)))
    return work.batch


def refuse_draft(source: Source) -> None:
    """It would go with the source, and nobody has decided so."""
    if Draft.objects.filter(table=source.table, record_id=source.pk).exists():
        message = _("It has a newer draft; publish or discard that first.")
        raise Refused([Problem(source.key, 0, "", message)])


class _Merging:
    def __init__(self, kept: Source, other: Source, by: Any, note: str) -> None:
        self.renaming, self.other = Renaming(other, kept), other
        self.by, self.note = by, note
        self.batch = actions.begin_batch(by=by, via=MERGED, files=f"{other.key} → {kept.key}")
        self.changed: dict[str, set[int]] = defaultdict(set)

    def run(self, change: actions.Change) -> Iterator[Progress]:
        naming = self.renaming.naming()
        clock = Clock(naming.count + 2)
        self.write(Source.table, [change])  # first: former keys are found by it
        yield clock.add(1)
        for table, ids in naming.ids.items():
            for part in chunks(ids, CHUNK):
                self.write(table, self.followers(table, part))
                yield clock.add(len(part))
        for table in naming.tables:
            drafts = [draft for draft in naming.drafts if draft.table == table]
            self.write(table, self.drafts(table, drafts))
            yield clock.add(len(drafts))
        actions.delete([self.other], by=self.by, via=MERGED, batch=self.batch, note=self.note)
        actions.move_files(self.other, self.renaming.new, by=self.by, via=MERGED, batch=self.batch)
        counts = {table: Counter(changed=len(ids)) for table, ids in self.changed.items() if ids}
        counts[Source.table]["deleted"] = 1
        actions.end_batch(self.batch, counts, [], clock.add(1).seconds)

    def write(self, table: str, changes: list[actions.Change]) -> None:
        for change in changes:
            change.note = self.note
        actions.write(changes, by=self.by, via=MERGED, batch=self.batch)
        self.changed[table] |= {change.record.pk for change in changes}

    def followers(self, table: str, ids: list[int]) -> list[actions.Change]:
        codec = TABLES[table]()
        changes = []
        for record in codec.queryset(codec.model.objects.filter(pk__in=ids)):
            texts = {name: getattr(record, name) for name in record.text_fields}
            renamed = self.renaming.texts(str(record), table, texts)
            for name, text in renamed.items():
                setattr(record, name, text)
            if renamed:
                changes.append(actions.Change(record, columns=set(renamed)))
        return changes

    def drafts(self, table: str, drafts: list[Draft]) -> list[actions.Change]:
        codec = TABLES[table](keys=Keys())
        rows: dict[int, Row] = {
            draft.record_id: draft.row | self.renaming.draft_texts(draft) for draft in drafts
        }
        codec.look_up(rows.values())
        records: dict[int, Record] = codec.model.objects.in_bulk(list(rows))
        bases = self.bases(table, drafts)
        changes = []
        for pk, row in rows.items():
            decoded = codec.decode(row, records[pk])
            if decoded.errors:
                raise actions.Invalid(decoded.record, decoded.errors, str(row.get(codec.key())))
            change = actions.Change(decoded.record, decoded.links, row, from_draft=True, aside=True)
            change.base = bases.get(pk)
            changes.append(change)
        return changes

    def bases(self, table: str, drafts: list[Draft]) -> dict[int, int]:
        """What the drafts begin from, where that is what the batch has just written: else both sides of their
        publishing would have changed the same words. One that was behind already stays so.
        """
        begun = {draft.record_id: draft.base for draft in drafts}
        later = Revision.objects.filter(table=table, record_id__in=begun, aside=False).order_by("version")
        versions = defaultdict(list)
        for pk, version, batch in later.values_list("record_id", "version", "batch"):
            if version > begun[pk]:
                versions[pk].append((version, batch))
        return {
            pk: version
            for pk, [(version, batch), *more] in versions.items()
            if batch == self.batch.pk and not more
        }
