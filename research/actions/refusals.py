"""What must not be written, since others rest on the record as it is."""

from collections.abc import Iterable
from typing import Any

from research.actions.errors import InUse, NotAllowed, StillNamed
from research.models import Citation, Link, Publishable, Record, Source, Status
from research.rows import MODELS


def may_publish(user: Any, model: type[Record]) -> bool:
    """Whoever may publish may also withdraw, and write what is public. A vocabulary has no such step.

    Nobody (None) is the command line, which may do all.
    """
    if user is None or not issubclass(model, Publishable):
        return True
    return bool(user.has_perm(f"research.publish_{model._meta.model_name}"))


def refuse_if_public(by: Any, records: Iterable[Any], statuses: dict[int, str]) -> None:
    """`statuses` are those that stand, under the lock: a record may have been published a moment ago."""
    found = list(records)
    if not found or may_publish(by, type(found[0])):
        return
    public = [one for one in found if Status.PUBLISHED in (one.status, statuses.get(one.pk))]
    if public:
        raise NotAllowed(public)


def refuse_if_named(record: Record, old: str) -> None:
    named = Link.objects.filter(target_key=old, target_table__in=["", record.table])
    # A record may name itself; it is written with its new name at once.
    texts = set(named.values_list("table", "record_id"))
    if isinstance(record, Source):
        texts |= set(Citation.objects.filter(source=record).values_list("table", "record_id"))
    texts.discard((record.table, record.pk))
    if texts:
        raise StillNamed(record, old, len(texts))


def refuse_if_listed(records: list[Record]) -> None:
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


def refuse_if_cited(sources: list[Any]) -> None:
    ids: dict[str, set[int]] = {}
    # A source may cite itself, or one that goes with it.
    citing = Citation.objects.filter(source__in=sources).exclude(
        table=Source.table, record_id__in=[source.pk for source in sources]
    )
    for table, pk in citing.values_list("table", "record_id"):
        ids.setdefault(table, set()).add(pk)
    users = [user for table, pks in ids.items() for user in MODELS[table].objects.filter(pk__in=pks)]
    if users:
        raise InUse(sources, users)
