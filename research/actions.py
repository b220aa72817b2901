"""The only writer. A form, an import, a bulk action and a command all end here.

One call is one transaction: version check, save, relations and tags, citations, links, revision, search.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby, islice
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _
from taggit.models import Tag, TaggedItem

from research import search
from research.cells import PLACES
from research.models import Batch, Citation, Link, Record, Revision, Source, Status, tags
from research.rows import MODELS, TABLES, Row, Rows
from research.text import markdown
from research.text.citations import Cite

BATCH = 500


@dataclass
class Change:
    """A record with its new values and its new relations: records by many-to-many name, tag names by `tags`.

    A relation that is not named stays as it is. `record.version` is the version that the writer saw.
    `row` is the row that the record will have, where the writer has made it already.
    """

    record: Record
    links: dict[str, list[Any]] = field(default_factory=dict)
    row: Row | None = None


def named_briefly(records: Sequence[Any]) -> str:
    names = "; ".join(str(record) for record in records[:20])
    return f"{names}; …" if len(records) > 20 else names


class Conflict(Exception):
    """Somebody else has saved (or deleted) the record since the writer read it. Nothing was written."""

    def __init__(self, records: Sequence[Record]) -> None:
        self.records = records
        super().__init__(_("Changed by someone else meanwhile: %s") % named_briefly(records))


class InUse(Exception):
    """The records cannot go: `users` rest on them, or on some of them."""

    def __init__(self, records: Sequence[Record], users: Iterable[Any]) -> None:
        self.records, self.users = records, list(users)
        named = {"record": named_briefly(records), "users": named_briefly(self.users)}
        super().__init__(_("“%(record)s” cannot be deleted; it is used by: %(users)s") % named)


class StillNamed(Exception):
    """The record cannot take another key: texts name it by the old one, and would lose it silently."""

    def __init__(self, record: Record, old: str, count: int) -> None:
        self.record, self.old, self.count = record, old, count
        super().__init__(
            _("“%(old)s” cannot be renamed: %(count)s texts name it. Change those first, or keep the name.")
            % {"old": old, "count": count}
        )


def save(
    record: Record, *, by: AbstractBaseUser | None, via: str, links: dict[str, list[Any]] | None = None
) -> None:
    write([Change(record, links or {})], by=by, via=via)


@transaction.atomic
def write(
    changes: Iterable[Change], *, by: AbstractBaseUser | None, via: str, batch: Batch | None = None
) -> None:
    """Create or update the records, in the given order; all or none.

    `via` names the path ("form", "import", "command", …) in the history, `batch` the import that it is part
    of. Raises Conflict, or the database's IntegrityError where a rule is broken that validation did not see.
    """
    for part in _parts(changes, lambda change: change.record.table):
        _write_part(part, by)
        _trace(part, by, via, batch)


@transaction.atomic
def delete(
    records: Iterable[Record], *, by: AbstractBaseUser | None, via: str, batch: Batch | None = None
) -> None:
    """Delete the records, in the given order; their last rows stay in the history.

    Raises InUse where one is needed, Conflict where somebody has saved one meanwhile, and deletes none then.
    """
    for part in _parts(records, lambda record: record.table):
        _delete_part(part, by, via, batch)


def begin_batch(*, by: Any, via: str, files: str, undoes: Batch | None = None) -> Batch:
    return Batch.objects.create(
        by=by, author=by.get_username() if by else "", via=via, files=files, undoes=undoes
    )


def end_batch(
    batch: Batch, counts: Mapping[str, Mapping[str, int]], kept: list[list[str]], seconds: float
) -> None:
    batch.counts = {table: dict(kinds) for table, kinds in counts.items()}
    batch.kept, batch.seconds = kept, seconds
    batch.save()


def drop_unused_tags(names: Iterable[str]) -> None:
    """Of the tags, forget those that nothing has: a batch that is undone leaves none behind."""
    Tag.objects.filter(name__in=names, taggit_taggeditem_items=None).delete()


def set_status(records: Iterable[Any], status: Status, *, by: AbstractBaseUser | None, via: str) -> int:
    """Publish, withdraw or submit; returns how many records changed."""
    changed = [record for record in records if record.status != status]
    for record in changed:
        record.status = status
    write([Change(record) for record in changed], by=by, via=via)
    return len(changed)


# --- one batch of one table --------------------------------------------------------------------------------


def _parts(things: Iterable[Any], table: Callable[[Any], str]) -> Iterator[list[Any]]:
    """The things as they come, at most BATCH of one table at a time."""
    for _table, group in groupby(things, key=table):
        while part := list(islice(group, BATCH)):
            yield part


def _write_part(changes: list[Change], by: Any) -> None:
    records = [change.record for change in changes]
    model = type(records[0])
    new = [record for record in records if record.pk is None]
    old = [record for record in records if record.pk is not None]
    _check_versions(model, old)
    for record in new:
        record.created_by = record.updated_by = by
    model._default_manager.bulk_create(new)
    for record in old:
        record.version += 1
        record.updated_by = by
    _update(model, old)
    _forget(model.table, [record.pk for record in old])
    if model is Source:
        _resolve(records)
    before = {record.pk for record in old}
    for name in TABLES[model.table].relations():
        wanted = {change.record.pk: change.links[name] for change in changes if name in change.links}
        if wanted and name == "tags":
            _set_tags(model, wanted, before)
        elif wanted:
            _set_relation(model, name, wanted, before)
    for record in records:
        # What was prefetched before is no longer what is written.
        getattr(record, "_prefetched_objects_cache", {}).clear()


def _update(model: type[Record], records: list[Record]) -> None:
    """One statement for them all: their versions were just checked and are locked, so each is there."""
    if len(records) == 1:
        records[0].save(force_update=True)
    elif records:
        manager: Any = model._default_manager
        names = [field.name for field in model._meta.concrete_fields if not field.primary_key]
        manager.bulk_create(records, update_conflicts=True, unique_fields=["pk"], update_fields=names)


def _delete_part(records: list[Record], by: Any, via: str, batch: Batch | None) -> None:
    model, ids = type(records[0]), [record.pk for record in records]
    _check_versions(model, records)
    _refuse_if_listed(records)
    if model is Source:
        _refuse_if_cited(records)
    codec = TABLES[model.table]()
    rows = {pk: row for pk, _version, row in codec.saved(model.objects.filter(pk__in=ids))}
    for record in records:
        record.version += 1
    revisions = [_revision(record, rows[record.pk], by, via, batch) for record in records]
    for revision in revisions:
        revision.deleted = True
    _forget(model.table, ids)
    try:
        model.objects.filter(pk__in=ids).delete()
    except ProtectedError as error:
        raise InUse(records, error.protected_objects) from error
    Revision.objects.bulk_create(revisions)


def _check_versions(model: type[Record], records: list[Record]) -> None:
    """Lock the records (SQLite's transaction has locked all already) and compare versions."""
    found = model.objects.select_for_update().filter(pk__in=[record.pk for record in records])
    saved = {pk: (version, key) for pk, version, key in found.values_list("pk", "version", model.key_field)}
    stale = [record for record in records if saved.get(record.pk, (0, ""))[0] != record.version]
    if stale:
        raise Conflict(stale)
    for record in records:
        if record.record_key != (old := saved[record.pk][1]):
            _refuse_if_named(record, old)


def _refuse_if_named(record: Record, old: str) -> None:
    named = Link.objects.filter(target_key=old, target_table__in=["", record.table])
    # A record may name itself; it is written with its new name at once.
    texts = set(named.values_list("table", "record_id"))
    if isinstance(record, Source):
        texts |= set(Citation.objects.filter(source=record).values_list("table", "record_id"))
    texts.discard((record.table, record.pk))
    if texts:
        raise StillNamed(record, old, len(texts))


def _set_relation(model: type[Record], name: str, wanted: dict[int, list[Any]], before: set[int]) -> None:
    """Make the many-to-many `name` of each record hold just the wanted records, in their order.

    Only those that were there `before` can hold others.
    """
    model_field: Any = model._meta.get_field(name)
    through: Any = model_field.remote_field.through
    source, target = model_field.m2m_field_name(), model_field.m2m_reverse_field_name()
    if held := wanted.keys() & before:
        through.objects.filter(**{f"{source}_id__in": held}).delete()
    extra = name in PLACES and not through._meta.auto_created
    through.objects.bulk_create(
        through(**{f"{source}_id": pk, f"{target}_id": found.pk}, **({"position": place} if extra else {}))
        for pk, targets in wanted.items()
        for place, found in enumerate(targets, start=1)
    )


def _set_tags(model: type[Record], wanted: dict[int, list[str]], before: set[int]) -> None:
    """As taggit's `set()`, for a whole batch: its own takes several queries a record."""
    names = {name for tag_names in wanted.values() for name in tag_names}
    known = {tag.name: tag for tag in Tag.objects.filter(name__in=names)}
    for name in sorted(names - set(known)):
        known[name] = Tag.objects.create(name=name, slug=tags.free_slug(name))
    content_type = ContentType.objects.get_for_model(model)
    if held := wanted.keys() & before:
        TaggedItem.objects.filter(content_type=content_type, object_id__in=held).delete()
    TaggedItem.objects.bulk_create(
        TaggedItem(tag=known[name], content_type=content_type, object_id=pk)
        for pk, tag_names in wanted.items()
        for name in tag_names
    )


# --- what follows from a record ----------------------------------------------------------------------------


def _trace(changes: list[Change], by: Any, via: str, batch: Batch | None) -> None:
    """A source may be written after the text that cites it; `_resolve` joins them then."""
    records = [change.record for change in changes]
    table = records[0].table
    rows = _rows(TABLES[table](), changes)
    _derive(table, records, rows)
    Revision.objects.bulk_create(_revision(record, rows[record.pk], by, via, batch) for record in records)


def _rows(codec: Rows, changes: list[Change]) -> dict[int, Row]:
    """The rows as saved: as the writer made them, or from the relations where all are named, or read anew."""
    relations = set(codec.relations())
    rows = {}
    for change in changes:
        if change.row is not None:
            rows[change.record.pk] = change.row
        elif relations <= change.links.keys():
            rows[change.record.pk] = codec.row_of(change.record, change.links)
    others = [change.record.pk for change in changes if change.record.pk not in rows]
    saved = codec.saved(codec.model.objects.filter(pk__in=others)) if others else []
    return rows | {pk: row for pk, _version, row in saved}


def _revision(record: Record, row: Row, by: Any, via: str, batch: Batch | None) -> Revision:
    return Revision(
        table=record.table,
        record_id=record.pk,
        version=record.version,
        key=record.record_key,
        row=row,
        by=by,
        author=by.get_username() if by else "",
        via=via,
        batch=batch,
    )


def _forget(table: str, ids: list[int]) -> None:
    """Take away what was derived from the records; a new one has nothing yet."""
    if ids:
        Citation.objects.filter(table=table, record_id__in=ids).delete()
        Link.objects.filter(table=table, record_id__in=ids).delete()
        search.remove(table, ids)


def _derive(table: str, records: list[Record], rows: dict[int, Row]) -> None:
    read = {
        record.pk: [markdown.read(getattr(record, name)) for name in record.text_fields] for record in records
    }
    cited = {pk: _cites(found) for pk, found in read.items()}
    keys = {cite.key for cites in cited.values() for cite in cites}
    sources = dict(Source.objects.filter(key__in=keys).values_list("key", "pk")) if keys else {}
    Citation.objects.bulk_create(
        Citation(
            table=table,
            record_id=pk,
            key=cite.key,
            source_id=sources.get(cite.key),
            locator=cite.locator[:200],
            position=position,
        )
        for pk, cites in cited.items()
        for position, cite in enumerate(cites, start=1)
    )
    Link.objects.bulk_create(
        Link(table=table, record_id=record.pk, target_table=target_table, target_key=key)
        for record in records
        for target_table, key in sorted(_links(read[record.pk]))
    )
    search.index(table, records, rows, read)


def _cites(read: list[markdown.Reading]) -> list[Cite]:
    return [cite for text in read for cite in text.cites if len(cite.key) <= 120]


def _links(read: list[markdown.Reading]) -> set[tuple[str, str]]:
    found = (link for text in read for link in text.links)
    return {(link.table, link.slug) for link in found if len(link.slug) <= 120 and len(link.table) <= 30}


def _resolve(sources: list[Any]) -> None:
    """Texts may cite a key before a source has it."""
    ids = {source.key: source.pk for source in sources}
    waiting = list(Citation.objects.filter(source=None, key__in=ids))
    for citation in waiting:
        citation.source_id = ids[citation.key]
    Citation.objects.bulk_update(waiting, ["source"], batch_size=BATCH)


def _refuse_if_listed(records: list[Record]) -> None:
    """The database would take the records out of others' lists without a word and without a revision."""
    lists = [relation for relation in records[0]._meta.related_objects if relation.many_to_many]
    users = [
        user
        for relation in lists
        if issubclass(relation.related_model, Record)
        for user in relation.related_model.objects.filter(
            **{f"{relation.field.name}__in": records}
        ).distinct()
    ]
    if users:
        raise InUse(records, users)


def _refuse_if_cited(sources: list[Any]) -> None:
    ids: dict[str, set[int]] = {}
    for table, pk in Citation.objects.filter(source__in=sources).values_list("table", "record_id"):
        ids.setdefault(table, set()).add(pk)
    users = [user for table, pks in ids.items() for user in MODELS[table].objects.filter(pk__in=pks)]
    if users:
        raise InUse(sources, users)
