"""The only writer. A form, an import, a bulk action and a command all end here.

One call is one transaction: version check, save, relations and tags, citations, links, revision, search.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _
from taggit.models import Tag, TaggedItem

from research import search
from research.cells import PLACES
from research.models import Citation, Link, Record, Revision, Source, Status, tags
from research.rows import TABLES, Row, Rows
from research.text import markdown
from research.text.citations import Cite

BATCH = 500


@dataclass
class Change:
    """A record with its new values and its new relations: records by many-to-many name, tag names by `tags`.

    A relation that is not named stays as it is. `record.version` is the version that the writer saw.
    """

    record: Record
    links: dict[str, list[Any]] = field(default_factory=dict)


class Conflict(Exception):
    """Somebody else has saved (or deleted) the record since the writer read it. Nothing was written."""

    def __init__(self, records: Sequence[Record]) -> None:
        self.records = records
        super().__init__(
            _("Changed by someone else meanwhile: %s") % "; ".join(str(record) for record in records)
        )


class InUse(Exception):
    """The record cannot go: `users` rest on it."""

    def __init__(self, record: Record, users: Iterable[Any]) -> None:
        self.record, self.users = record, list(users)
        names = "; ".join(str(user) for user in self.users[:20])
        super().__init__(
            _("“%(record)s” cannot be deleted; it is used by: %(users)s") % {"record": record, "users": names}
        )


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
def write(changes: Sequence[Change], *, by: AbstractBaseUser | None, via: str) -> None:
    """Create or update the records, tables in the given order; all or none.

    `via` names the path ("form", "import", "command", …) in the history. Raises Conflict, or the database's
    IntegrityError where a rule is broken that validation did not see.
    """
    for _table, group in groupby(changes, key=lambda change: change.record.table):
        table_changes = list(group)
        for start in range(0, len(table_changes), BATCH):
            _write_batch(table_changes[start : start + BATCH], by)
    # Texts may cite and link records of any table, so all are there before the first is traced.
    for table, group in groupby(changes, key=lambda change: change.record.table):
        table_changes = list(group)
        for start in range(0, len(table_changes), BATCH):
            _trace(table, table_changes[start : start + BATCH], by, via)


@transaction.atomic
def delete(records: Iterable[Record], *, by: AbstractBaseUser | None, via: str) -> None:
    """Delete the records; their last rows stay in the history.

    Raises InUse where one is needed, Conflict where somebody has saved one meanwhile, and deletes none then.
    """
    for record in records:
        _check_versions(type(record), [record])
        _refuse_if_listed(record)
        if isinstance(record, Source):
            _refuse_if_cited(record)
        row = TABLES[record.table]().row(record)
        revision = _revision(record, row, by, via)
        revision.version, revision.deleted = record.version + 1, True
        table, pk = record.table, record.pk
        Citation.objects.filter(table=table, record_id=pk).delete()
        Link.objects.filter(table=table, record_id=pk).delete()
        search.remove(table, [pk])
        try:
            record.delete()
        except ProtectedError as error:
            raise InUse(record, error.protected_objects) from error
        revision.save(force_insert=True)


def set_status(records: Iterable[Any], status: Status, *, by: AbstractBaseUser | None, via: str) -> int:
    """Publish, withdraw or submit; returns how many records changed."""
    changed = [record for record in records if record.status != status]
    for record in changed:
        record.status = status
    write([Change(record) for record in changed], by=by, via=via)
    return len(changed)


# --- one batch of one table --------------------------------------------------------------------------------


def _write_batch(changes: list[Change], by: Any) -> None:
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
        record.save(force_update=True)
    if model is Source:
        _resolve(records)
    for name in TABLES[model.table].relations():
        wanted = {change.record.pk: change.links[name] for change in changes if name in change.links}
        if wanted and name == "tags":
            _set_tags(model, wanted)
        elif wanted:
            _set_relation(model, name, wanted)
    for record in records:
        # What was prefetched before is no longer what is written.
        getattr(record, "_prefetched_objects_cache", {}).clear()


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


def _set_relation(model: type[Record], name: str, wanted: dict[int, list[Any]]) -> None:
    """Make the many-to-many `name` of each record hold just the wanted records, in their order."""
    model_field: Any = model._meta.get_field(name)
    through: Any = model_field.remote_field.through
    source, target = model_field.m2m_field_name(), model_field.m2m_reverse_field_name()
    through.objects.filter(**{f"{source}_id__in": wanted}).delete()
    extra = name in PLACES and not through._meta.auto_created
    through.objects.bulk_create(
        through(**{f"{source}_id": pk, f"{target}_id": found.pk}, **({"position": place} if extra else {}))
        for pk, targets in wanted.items()
        for place, found in enumerate(targets, start=1)
    )


def _set_tags(model: type[Record], wanted: dict[int, list[str]]) -> None:
    """As taggit's `set()`, for a whole batch: its own takes several queries a record."""
    names = {name for tag_names in wanted.values() for name in tag_names}
    known = {tag.name: tag for tag in Tag.objects.filter(name__in=names)}
    for name in sorted(names - set(known)):
        known[name] = Tag.objects.create(name=name, slug=tags.free_slug(name))
    content_type = ContentType.objects.get_for_model(model)
    TaggedItem.objects.filter(content_type=content_type, object_id__in=wanted).delete()
    TaggedItem.objects.bulk_create(
        TaggedItem(tag=known[name], content_type=content_type, object_id=pk)
        for pk, tag_names in wanted.items()
        for name in tag_names
    )


# --- what follows from a record ----------------------------------------------------------------------------


def _trace(table: str, changes: list[Change], by: Any, via: str) -> None:
    records = [change.record for change in changes]
    rows = _rows(TABLES[table](), changes)
    _derive(table, records, rows)
    Revision.objects.bulk_create(_revision(record, rows[record.pk], by, via) for record in records)


def _rows(codec: Rows, changes: list[Change]) -> dict[int, Row]:
    """The rows as saved: from the change itself where it names all relations, else read anew."""
    relations = set(codec.relations())
    rows = {
        change.record.pk: codec.row_of(change.record, change.links)
        for change in changes
        if relations <= change.links.keys()
    }
    others = [change.record.pk for change in changes if change.record.pk not in rows]
    saved = codec.queryset(codec.model.objects.filter(pk__in=others)) if others else []
    return rows | {record.pk: codec.row(record) for record in saved}


def _revision(record: Record, row: dict[str, str], by: Any, via: str) -> Revision:
    return Revision(
        table=record.table,
        record_id=record.pk,
        version=record.version,
        key=record.record_key,
        row=row,
        by=by,
        author=by.get_username() if by else "",
        via=via,
    )


def _derive(table: str, records: list[Record], rows: dict[int, Row]) -> None:
    ids = [record.pk for record in records]
    read = {
        record.pk: [markdown.read(getattr(record, name)) for name in record.text_fields] for record in records
    }
    cited = {pk: _cites(found) for pk, found in read.items()}
    keys = {cite.key for cites in cited.values() for cite in cites}
    sources = dict(Source.objects.filter(key__in=keys).values_list("key", "pk")) if keys else {}
    Citation.objects.filter(table=table, record_id__in=ids).delete()
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
    Link.objects.filter(table=table, record_id__in=ids).delete()
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


def _refuse_if_listed(record: Record) -> None:
    """The database would take the record out of others' lists without a word and without a revision."""
    lists = [relation for relation in record._meta.related_objects if relation.many_to_many]
    models = [
        (relation, relation.related_model) for relation in lists if issubclass(relation.related_model, Record)
    ]
    users = [
        user for relation, model in models for user in model.objects.filter(**{relation.field.name: record})
    ]
    if users:
        raise InUse(record, users)


def _refuse_if_cited(source: Source) -> None:
    citing = list(Citation.objects.filter(source=source))
    if citing:
        ids: dict[str, list[int]] = {}
        for citation in citing:
            ids.setdefault(citation.table, []).append(citation.record_id)
        users = [
            user for table, pks in ids.items() for user in TABLES[table].model.objects.filter(pk__in=pks)
        ]
        raise InUse(source, users)
