"""The first page: what is open and what changed. A fixed number of queries, however much there is."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from research.admin import gaps, proposing
from research.admin.history import name_of, via_label
from research.admin.links import admin_url
from research.admin.rights import may, may_read
from research.admin.sources import link_checks
from research.models import (
    Draft,
    Publishable,
    Record,
    Revision,
    Source,
    Status,
    Todo,
    TodoState,
)
from research.queries import unknown
from research.queries.todos import BY_DUE, overdue, progress, unfinished
from research.rows import MODELS

RECENT = 15
NEXT_TODOS = 8


@dataclass
class Figure:
    """A number with the list that it counts; `attention` where a person is needed."""

    label: Any
    count: int
    url: str
    attention: bool = False


@dataclass
class Pending:
    """A table's records that are not public yet."""

    name: Any
    draft: Figure
    review: Figure


@dataclass
class Change:
    revision: Revision
    kind: Any
    name: str
    url: str
    gone: bool
    via: Any


def dashboard(user: Any) -> dict[str, Any]:
    readable = {table: model for table, model in MODELS.items() if may_read(user, model)}
    return {
        **(todos() if "todos" in readable else {}),
        "pending": pending(readable.values()),
        "missing": missing(readable),
        "links": links() if Source.table in readable else [],
        "unknown": unknown_names(readable),
        "changes": changes(readable),
        "may_export_all": may_export_all(user),
        **proposing.for_dashboard(user),
        "may_see_deleted": bool(readable),
        "may_see_sources": Source.table in readable,
    }


def may_export_all(user: Any) -> bool:
    """As for the export of one list, for every table."""
    return all(may(user, "view", model) for model in MODELS.values())


def todos() -> dict[str, Any]:
    """How many there are in each state, and the most pressing of those unfinished."""
    counts = progress(Todo.objects.all()).counts
    late = overdue(Todo.objects.all()).count()
    return {
        "todo_states": [
            Figure(state.label, counts[state], listed(Todo, state__exact=state.value)) for state in TodoState
        ],
        "overdue": Figure(_("overdue"), late, listed(Todo, overdue="yes"), attention=late > 0),
        "next_todos": unfinished(Todo.objects.select_related("assignee")).order_by(*BY_DUE)[:NEXT_TODOS],
    }


def pending(models: Iterable[type[Record]]) -> list[Pending]:
    """What never was public and what is newer than the public knows, together."""
    newer = Draft.objects.order_by().values_list("table", "status").annotate(count=Count("pk"))
    drafts = {(table, status): count for table, status, count in newer}
    found = []
    for model in models:
        if issubclass(model, Publishable):
            counts = Counter(dict(model.objects.order_by().values_list("status").annotate(count=Count("pk"))))
            counts.update({status: drafts.get((model.table, status), 0) for status in Status})
            draft, review = (
                Figure(status.label, counts[status], listed(model, standing=status.value))
                for status in (Status.DRAFT, Status.REVIEW)
            )
            review.attention = review.count > 0
            if draft.count or review.count:
                found.append(Pending(model._meta.verbose_name_plural, draft, review))
    return found


def missing(readable: Iterable[str]) -> list[Figure]:
    """The gaps of each kind that there are; a query a kind."""
    return [Figure(*figure) for figure in gaps.figures(readable)]


def links() -> list[Figure]:
    """Sources whose links need somebody, or the link watch."""
    found = link_checks.counts()
    shown = {"dead": True, "changed": True, "failing": False, "moved": False, link_checks.UNCHECKED: False}
    labels = {name: label for name, (label, _q) in link_checks.STANDINGS.items()}
    labels[link_checks.UNCHECKED] = link_checks.UNCHECKED_LABEL
    return [
        Figure(labels[name], found[name], listed(Source, link=name), attention=urgent and found[name] > 0)
        for name, urgent in shown.items()
    ]


def unknown_names(readable: dict[str, type[Record]]) -> list[Figure]:
    """What texts name and readers do not find."""
    counts = [
        (_("keys without a source"), unknown.keys_without_source(readable)),
        (_("cited sources that are not public"), unknown.hidden_sources(readable)),
        (_("links that lead nowhere"), unknown.links_to_nothing(readable)),
    ]
    url = reverse("admin:unknown")
    figures = [Figure(label, found.count(), url, attention=True) for label, found in counts]
    return [figure for figure in figures if figure.count]


def changes(readable: dict[str, type[Record]]) -> list[Change]:
    latest = list(Revision.objects.filter(table__in=readable)[:RECENT])
    ids = [revision.record_id for revision in latest]
    gone = set(Revision.objects.of_the_gone().filter(record_id__in=ids).values_list("table", "record_id"))
    return [
        change(revision, readable[revision.table], gone=(revision.table, revision.record_id) in gone)
        for revision in latest
    ]


def change(revision: Revision, model: type[Record], *, gone: bool) -> Change:
    return Change(
        revision,
        model._meta.verbose_name,
        name_of(revision),
        admin_url(model, "history" if gone else "change", revision.record_id),
        gone,
        via_label(revision.via),
    )


def listed(model: type[Record], **filters: str) -> str:
    """The table's list, filtered."""
    return f"{admin_url(model, 'changelist')}?{urlencode(filters)}"
