"""Many-to-many relations and tags, for a batch of records at once."""

from collections.abc import Iterable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from taggit.models import Tag, TaggedItem

from research.actions.changes import Change
from research.cells import PLACES
from research.models import Record, tags
from research.rows import TABLES


def set_relations(model: type[Record], changes: list[Change], before: set[int]) -> None:
    """Those that the changes name; only records that were there `before` can hold others."""
    for name in TABLES[model.table].relations():
        wanted = {change.record.pk: change.links[name] for change in changes if name in change.links}
        if wanted and name == "tags":
            _set_tags(model, wanted, before)
        elif wanted:
            _set_relation(model, name, wanted, before)


def drop_unused_tags(names: Iterable[str]) -> None:
    """Of the tags, forget those that nothing has: a batch that is undone leaves none behind."""
    Tag.objects.filter(name__in=names, taggit_taggeditem_items=None).delete()


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
