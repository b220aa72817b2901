"""What waits for one person, over all tables; a fixed number of queries, however much it is."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from research.admin.links import admin_url
from research.admin.notices import notices_of
from research.admin.rights import may_publish, may_read
from research.models import Draft, Notice, NoticeKind, Publishable, Record, Status, Todo
from research.queries.todos import BY_DUE, unfinished
from research.rows import MODELS

MOST = 100  # of a table


@dataclass
class Line:
    """A record that waits, with what there is to say of it."""

    record: Record
    kind: Any
    url: str
    at: datetime
    newer: bool = False  # a newer draft of what is published
    note: str = ""

    @classmethod
    def of(cls, record: Any, **more: Any) -> "Line":
        url = admin_url(type(record), "change", record.pk)
        return cls(record, record._meta.verbose_name, url, record.updated_at, **more)


def my_work(user: Any) -> dict[str, Any]:
    models = [model for model in MODELS.values() if issubclass(model, Publishable) and may_read(user, model)]
    returned = latest_returns(user)
    waiting = waiting_drafts(user, models, returned)
    drafts = {(one.table, one.record_id): one for one in Draft.objects.filter(waiting)}
    lines: dict[str, list[Line]] = {"drafts": [], "returned": [], "reviews": []}
    for model in models:
        for record in waiting_records(user, model, drafts, returned):
            place = record.table, record.pk
            draft, notice = drafts.get(place), returned.get(place)
            line = Line.of(record, newer=draft is not None, note=notice.text if notice else "")
            if (draft.status if draft else record.status) == Status.REVIEW:
                if may_publish(user, model):
                    lines["reviews"].append(line)
            elif notice:
                lines["returned"].append(line)
            elif (draft.by_id if draft else record.updated_by_id) == user.pk:
                lines["drafts"].append(line)
    for found in lines.values():
        found.sort(key=lambda line: line.at, reverse=True)
    return {**lines, "todos": todos(user) if may_read(user, Todo) else [], "spoken": spoken(user)}


def waiting_drafts(user: Any, models: Iterable[type[Record]], returned: Iterable[tuple[str, int]]) -> Q:
    """The newer drafts that the page shows: the user's, those returned, and those that wait for review."""
    reviewed = [model.table for model in models if may_publish(user, model)]
    wanted = Q(by=user) | Q(table__in=reviewed, status=Status.REVIEW)
    wanted |= Q(record_id__in=[pk for _table, pk in returned], status=Status.DRAFT)
    return wanted & Q(table__in=[model.table for model in models])


def latest_returns(user: Any) -> dict[tuple[str, int], Notice]:
    """What was returned to the user, by record; a record that went on since is no draft any more."""
    found = Notice.objects.filter(user=user, kind=NoticeKind.RETURNED).order_by("at", "pk")
    return {(one.table, one.record_id): one for one in found}


def waiting_records(
    user: Any,
    model: type[Record],
    drafts: dict[tuple[str, int], Draft],
    returned: dict[tuple[str, int], Notice],
) -> Iterable[Any]:
    """One query. The texts are left out: the page shows names."""
    beside = [pk for table, pk in drafts if table == model.table]
    back = [pk for table, pk in returned if table == model.table]
    mine = Q(status=Status.DRAFT, updated_by=user) | Q(status=Status.DRAFT, pk__in=back)
    reviewed = Q(status=Status.REVIEW) if may_publish(user, model) else Q()
    wanted = Q(pk__in=beside) | mine | reviewed
    texts = set(model.text_fields) - set(model.title_fields)
    found = model.objects.filter(wanted).select_related(*model.named_by).defer(*texts)
    return found.order_by("-updated_at")[:MOST]


def todos(user: Any) -> Iterable[Todo]:
    return unfinished(Todo.objects.filter(assignee=user)).order_by(*BY_DUE)[:MOST]


def spoken(user: Any) -> Iterable[Notice]:
    """Comments addressed to the user that nobody has resolved."""
    found = notices_of(user).filter(
        kind__in=[NoticeKind.MENTION, NoticeKind.COMMENT],
        comment__isnull=False,
        comment__resolved_at=None,
    )
    return found[:MOST]
