"""What must not be written, since others rest on the record as it is."""

from collections.abc import Iterable
from typing import Any

from research.actions.errors import InUse, NotAllowed, StillNamed
from research.models import UNFINISHED, Citation, Link, Publishable, Record, Source, Status, Todo
from research.rows import MODELS

NAMED = 20  # records of a table that a refusal names


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
    texts |= {(Todo.table, pk) for pk in todos_of_gaps(record.table, old)}
    texts.discard((record.table, record.pk))
    if texts:
        raise StillNamed(record, old, len(texts))


def todos_of_gaps(table: str, key: str) -> list[int]:
    """The unfinished to-dos whose gap names the record: under another name they would take it for closed."""
    written = {f"{table}/{key}", f"[[{key}]]", f"[[{table}/{key}]]"}
    if table == Source.table:
        written.add(f"[@{key}]")
    found = Todo.objects.filter(state__in=UNFINISHED, gap__contains=key).values_list("pk", "gap")
    return [pk for pk, gap in found if any(f" {name} " in f" {gap} " for name in written)]


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
    """The first of the records that cite them are named; there may be thousands."""
    # A source may cite itself, or one that goes with it.
    own = {"table": Source.table, "record_id__in": [source.pk for source in sources]}
    cited = Citation.objects.filter(source__in=sources).exclude(**own).order_by()
    users = [
        user
        for table in cited.values_list("table", flat=True).distinct()
        for user in MODELS[table]
        .objects.filter(pk__in=cited.filter(table=table).values("record_id"))
        .select_related(*MODELS[table].named_by)[:NAMED]
    ]
    if users:
        raise InUse(sources, users)
