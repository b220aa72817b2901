"""The steps from a draft to the public and back; a record that stands there already is left out."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.contrib.auth.models import AbstractBaseUser

from research.actions.afterwards import one_write
from research.actions.changes import Change
from research.actions.comments import authors
from research.actions.errors import Invalid
from research.actions.notices import News, of_steps
from research.actions.writing import write
from research.models import Comment, Draft, NoticeKind, Publishable, Status
from research.rows import TABLES

Step = Callable[[Publishable, Draft | None], Change | None]


def submit(records: Iterable[Any], *, by: AbstractBaseUser | None, via: str, note: str = "") -> list[Any]:
    """Drafts, and newer drafts of what is published, into review; returns the records that changed."""

    def step(record: Publishable, draft: Draft | None) -> Change | None:
        if draft:
            return None if draft.status == Status.REVIEW else draft_change(record, draft, Status.REVIEW)
        return status_change(record, Status.REVIEW) if record.status == Status.DRAFT else None

    return take(step, records, by, via, note, NoticeKind.SUBMITTED)


def publish(records: Iterable[Any], *, by: AbstractBaseUser | None, via: str, note: str = "") -> list[Any]:
    """Make public; where there is a newer draft, that. Returns the records that changed."""

    def step(record: Publishable, draft: Draft | None) -> Change | None:
        if draft:
            return draft_change(record, draft, Status.PUBLISHED)
        return status_change(record, Status.PUBLISHED) if record.status != Status.PUBLISHED else None

    return take(step, records, by, via, note, NoticeKind.PUBLISHED)


def give_back(records: Iterable[Any], *, by: AbstractBaseUser | None, via: str, note: str = "") -> list[Any]:
    """What is in review becomes a draft again; what is public stays so. Returns the records that changed."""

    def step(record: Publishable, draft: Draft | None) -> Change | None:
        if draft:
            return draft_change(record, draft, Status.DRAFT) if draft.status == Status.REVIEW else None
        return status_change(record, Status.DRAFT) if record.status == Status.REVIEW else None

    return take(step, records, by, via, note, NoticeKind.RETURNED)


def withdraw(records: Iterable[Any], *, by: AbstractBaseUser | None, via: str, note: str = "") -> list[Any]:
    """What is public becomes a draft, with what a newer draft has. Returns the records that changed."""

    def step(record: Publishable, draft: Draft | None) -> Change | None:
        if record.status != Status.PUBLISHED:
            return None
        if draft:
            change = draft_change(record, draft, Status.DRAFT)
            change.aside = False
            return change
        return status_change(record, Status.DRAFT)

    return take(step, records, by, via, note, NoticeKind.WITHDRAWN)


def take(step: Step, records: Iterable[Any], by: Any, via: str, note: str, kind: NoticeKind) -> list[Any]:
    """Write the step for those that it applies to, and tell those concerned."""
    changes, news = [], []
    for record, draft in with_drafts(records):
        if change := step(record, draft):
            change.note = note
            changes.append(change)
            news.append(News(record, kind, authors(record), note))
    with one_write(by=by, via=via):
        write(changes, by=by, via=via)
        if kind == NoticeKind.RETURNED and note and by:
            say_why(news, by)
        of_steps(news, by=by)
    return [change.record for change in changes]


def say_why(news: list[News], by: AbstractBaseUser) -> None:
    """The note of a return is a comment on each of the records: it stays open until it is resolved."""
    for one in news:
        one.comment = Comment(
            table=one.record.table,
            record_id=one.record.pk,
            text=one.text,
            by_id=by.pk,
            author=by.get_username(),
        )
    Comment.objects.bulk_create(one.comment for one in news if one.comment)


def with_drafts(records: Iterable[Any]) -> Iterator[tuple[Publishable, Draft | None]]:
    found = list(records)
    drafts = {}
    for table in {record.table for record in found}:
        ids = [record.pk for record in found if record.table == table]
        for draft in Draft.objects.filter(table=table, record_id__in=ids):
            drafts[table, draft.record_id] = draft
    return ((record, drafts.get((record.table, record.pk))) for record in found)


def status_change(record: Publishable, status: Status) -> Change:
    record.status = status
    return Change(record, columns={"status"})


def draft_change(record: Publishable, draft: Draft, status: Status) -> Change:
    """The draft's row with the status: beside what is published, or in its place. Raises Invalid."""
    row = {**draft.row, "status": status.value}
    decoded = TABLES[record.table]().decode(row, record)
    if decoded.errors:
        raise Invalid(record, decoded.errors)
    aside = status != Status.PUBLISHED
    return Change(record, decoded.links, row, from_draft=True, aside=aside)
