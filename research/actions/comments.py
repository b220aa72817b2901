"""What is said of a record. A comment is never edited and never deleted: it is resolved."""

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils import timezone

from research.actions.notices import News, notify, who_may_see
from research.models import Comment, NoticeKind, Record
from research.text import mentions


@transaction.atomic
def comment(record: Record, text: str, *, by: AbstractBaseUser) -> Comment:
    """Say something of the record; whoever is named, and whoever had to do with the record, is told."""
    said = Comment.objects.create(
        table=record.table,
        record_id=record.pk,
        text=text.replace("\r\n", "\n").strip(),
        by_id=by.pk,
        author=by.get_username(),
    )
    named = mentioned(record, said.text)
    concerned = authors(record) | set(
        Comment.objects.filter(table=record.table, record_id=record.pk, by__isnull=False)
        .order_by()
        .values_list("by", flat=True)
    )
    notify(
        [
            News(record, NoticeKind.MENTION, named, said.text, said),
            News(record, NoticeKind.COMMENT, concerned - named, said.text, said),
        ],
        by=by,
    )
    return said


def resolve(said: Comment, *, by: AbstractBaseUser) -> None:
    """Nothing happens to what somebody else has resolved already."""
    Comment.objects.filter(pk=said.pk, resolved_at=None).update(
        resolved_at=timezone.now(), resolver=by.get_username()
    )


def reopen(said: Comment) -> None:
    Comment.objects.filter(pk=said.pk).update(resolved_at=None, resolver="")


def mentioned(record: Record, text: str) -> set[int]:
    """Ids of the users that the text names, of those who may see the record."""
    if not mentions.AT.search(text):
        return set()
    users = dict(who_may_see(type(record)).values_list("username", "pk"))
    return {users[name] for _start, _end, name in mentions.find(text, users)}


def authors(record: Record) -> set[int]:
    """Ids of those who made the record and who wrote it last, be it as a newer draft."""
    found = (record.created_by_id, record.updated_by_id)
    return {user for user in found if user is not None}
