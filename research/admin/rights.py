"""Who may do what, in one place. The groups are made by a migration; here is what their permissions mean.

Viewing, adding, changing and deleting are Django's permissions. Publishing is one more: without it nothing
that the public sees may be changed, which `research.actions` checks once more, under its lock.
"""

from collections.abc import Callable, Iterable
from typing import Any

from research import actions
from research.models import Publishable, Record, Status
from research.plans import WRITABLE, Plan, PlannedRow, State
from research.rows import MODELS


def may(user: Any, deed: str, model: type[Record]) -> bool:
    """`deed` is add, change, delete, view or publish."""
    return bool(user.has_perm(f"research.{deed}_{model._meta.model_name}"))


def may_publish(user: Any, model: type[Record]) -> bool:
    """Whoever may publish may also withdraw, and write what is public. A vocabulary has no such step."""
    return actions.may_publish(user, model)


def may_read(user: Any, model: type[Record]) -> bool:
    return may(user, "view", model) or may(user, "change", model)


def readable(user: Any) -> dict[str, type[Record]]:
    """The tables that the person may see, by name."""
    return {table: model for table, model in MODELS.items() if may_read(user, model)}


def may_read_some(user: Any) -> bool:
    return bool(readable(user))


def may_delete(user: Any, record: Record) -> bool:
    """A published one only who may withdraw it."""
    return may(user, "delete", type(record)) and (not is_published(record) or may_publish(user, type(record)))


def is_published(record: Record) -> bool:
    return isinstance(record, Publishable) and record.status == Status.PUBLISHED


def names_of(models: Iterable[Any]) -> list[str]:
    """Each table's name for people, once."""
    return [str(model._meta.verbose_name_plural) for model in dict.fromkeys(models)]


# --- imports -------------------------------------------------------------------------------------------


def not_allowed(user: Any, plan: Plan, chosen: Callable[[PlannedRow], bool]) -> list[str]:
    """The tables in which the person may not do what the files ask for."""
    missing = []
    for table in plan.tables:
        model = MODELS[table.table]
        for states, deed in (([State.NEW], "add"), ([State.CHANGED, State.STALE], "change")):
            if any(table.counts[state] for state in states) and not may(user, deed, model):
                missing.append(model)
        doubtful = filter(chosen, plan.rows(State.DOUBTFUL, table=table.table))
        if any(not may(user, "change" if row.pk else "add", model) for row in doubtful):
            missing.append(model)
        if not may_publish(user, model) and touches_public(plan, table.table, chosen):
            missing.append(model)
    return names_of(missing)


def touches_public(plan: Plan, table: str, chosen: Callable[[PlannedRow], bool]) -> bool:
    """Whether a chosen row would publish a record, or change one that is published."""
    rows = plan.rows(*WRITABLE, table=table)
    return any(is_public(row) and chosen(row) for row in rows)


def is_public(row: PlannedRow) -> bool:
    return Status.PUBLISHED in (row.before.get("status"), row.after.get("status"))
