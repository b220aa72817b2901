"""Those concerned are told: in the admin, and by e-mail where the site sends any."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser, User
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from research.models import Comment, Notice, NoticeKind, Record, Status
from research.rows import MODELS

MOST_LINES = 50
log = logging.getLogger(__name__)


@dataclass
class News:
    """What happened to a record, and whom it concerns (ids of users)."""

    record: Record
    kind: NoticeKind
    users: set[int]
    text: str = ""
    comment: Comment | None = None


def notify(news: Iterable[News], *, by: AbstractBaseUser | None) -> list[Notice]:
    """Write the notices, all at once; nobody is told what they did themselves, nor what they may not see."""
    found = [one for one in news if one.users]
    allowed = _who_may_see(found)
    notices = [
        Notice(
            table=one.record.table,
            record_id=one.record.pk,
            user_id=user,
            kind=one.kind,
            author=by.get_username() if by else "",
            name=str(one.record)[:300],
            text=one.text,
            comment=one.comment,
        )
        for one in found
        for user in sorted(one.users & allowed[one.record.table] - {by.pk if by else None})
    ]
    Notice.objects.bulk_create(notices)
    if notices and settings.NOTIFY_BY_EMAIL:
        transaction.on_commit(partial(_send, notices))
    return notices


def kind_of_step(before: str | None, after: str, *, aside: bool = False) -> NoticeKind | None:
    """What a change of status is called; None for what concerns nobody, such as beginning a newer draft."""
    if after == before:
        return None
    if after == Status.REVIEW:
        return NoticeKind.SUBMITTED
    if after == Status.PUBLISHED:
        return NoticeKind.PUBLISHED
    if before == Status.REVIEW:
        return NoticeKind.RETURNED
    return NoticeKind.WITHDRAWN if before == Status.PUBLISHED and not aside else None


def of_steps(news: Iterable[News], *, by: AbstractBaseUser | None) -> None:
    """Steps of review: what was submitted concerns all who may publish it, everything else its authors."""
    found = list(news)
    submitted = {type(one.record) for one in found if one.kind == NoticeKind.SUBMITTED}
    reviewers = {model: set(_who_may("publish", model).values_list("pk", flat=True)) for model in submitted}
    for one in found:
        if one.kind == NoticeKind.SUBMITTED:
            one.users = reviewers[type(one.record)]
    notify(found, by=by)


def mark_read(user: AbstractBaseUser, notice: Notice | None = None) -> None:
    """The notice, or all of the user's."""
    unread = Notice.objects.filter(user_id=user.pk, read_at=None)
    (unread.filter(pk=notice.pk) if notice else unread).update(read_at=timezone.now())


def who_may_see(model: type[Record]) -> QuerySet[User]:
    return _who_may("view", model) | _who_may("change", model)


def _who_may(deed: str, model: type[Record]) -> QuerySet[User]:
    users: Any = get_user_model().objects
    found: QuerySet[User] = users.with_perm(f"research.{deed}_{model._meta.model_name}")
    return found.filter(is_staff=True)


def _who_may_see(news: list[News]) -> dict[str, set[int]]:
    """By table; a query each."""
    wanted = {table: set() for table in {one.record.table for one in news}}  # type: dict[str, set[int]]
    for one in news:
        wanted[one.record.table] |= one.users
    return {
        table: set(who_may_see(MODELS[table]).filter(pk__in=ids).values_list("pk", flat=True))
        for table, ids in wanted.items()
    }


def _send(notices: list[Notice]) -> None:
    """A mail for each user. What was saved is saved, whatever becomes of the mail."""
    try:
        addresses = dict(
            get_user_model()
            .objects.filter(pk__in={one.user_id for one in notices})
            .exclude(email="")
            .values_list("pk", "email")
        )
        with translation.override(settings.LANGUAGE_CODE):
            mails = [
                _mail(addresses[user], list(group))
                for user, group in groupby(sorted(notices, key=attrgetter("user_id")), attrgetter("user_id"))
                if user in addresses
            ]
            if mails:
                get_connection().send_messages(mails)
    except Exception:
        log.exception("Notices could not be sent by e-mail")


def _mail(address: str, notices: list[Notice]) -> EmailMessage:
    subject = " ".join(f"[{settings.SITE_NAME}] {_said(notices[0])}".split())
    if len(notices) > 1:
        subject += " …"
    lines = []
    for notice in notices[:MOST_LINES]:
        model = MODELS[notice.table]
        url = reverse(f"admin:research_{model._meta.model_name}_change", args=[notice.record_id])
        lines += [_said(notice), *([notice.text] if notice.text else []), f"{settings.SITE_URL}{url}", ""]
    if len(notices) > MOST_LINES:
        lines.append(f"… {settings.SITE_URL}{reverse('admin:notices')}")
    return EmailMessage(subject, "\n".join(lines), to=[address])


def _said(notice: Notice) -> str:
    said = {"author": notice.author or "–", "kind": notice.get_kind_display(), "record": notice.name}
    return _("%(author)s %(kind)s: %(record)s") % said
