"""What a team needs to work on the same records: newer drafts, comments, notices, who is here.

As in `traces`, a record is named by its table and id: what was said of it outlives it.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from research.models.base import Status
from research.models.traces import Signed, Trace


class Draft(Trace):
    """A newer row of a published record, kept aside until it is published itself.

    `base` is the version of the published row that it began from.
    """

    row = models.JSONField(_("row"))
    base = models.PositiveIntegerField(_("base"))
    status = models.CharField(_("status"), max_length=10, choices=Status)
    at = models.DateTimeField(_("at"), auto_now=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    class Meta:
        verbose_name = _("newer draft")
        verbose_name_plural = _("newer drafts")
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["table", "record_id"], name="draft_once"),
            models.CheckConstraint(
                condition=Q(status__in=[Status.DRAFT, Status.REVIEW]), name="draft_unpublished"
            ),
            models.CheckConstraint(condition=Q(base__gte=1), name="draft_base_from_1"),
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.record_id}"


class Comment(Trace, Signed):
    """What somebody said of a record; it is open until somebody resolves it."""

    text = models.TextField(_("text"))
    at = models.DateTimeField(_("at"), auto_now_add=True)
    resolved_at = models.DateTimeField(_("resolved at"), null=True)
    resolver = models.CharField(_("resolved by"), max_length=150, blank=True)

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["table", "record_id"], name="comment_record")]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="comment_text_given"),
            models.CheckConstraint(
                condition=Q(resolved_at=None, resolver="")
                | Q(resolved_at__isnull=False, resolved_at__gte=F("at")),
                name="comment_resolved_later",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:80]


class NoticeKind(models.TextChoices):
    MENTION = "mention", _("mentioned you")
    COMMENT = "comment", _("commented")
    SUBMITTED = "submitted", _("submitted for review")
    RETURNED = "returned", _("returned to you")
    PUBLISHED = "published", _("published")
    WITHDRAWN = "withdrawn", _("withdrew")
    ASSIGNED = "assigned", _("assigned to you")


class Notice(Trace):
    """Something that a user should know of a record; unread until the user has looked."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("user"), on_delete=models.CASCADE, related_name="notices"
    )
    kind = models.CharField(_("kind"), max_length=10, choices=NoticeKind)
    author = models.CharField(_("author's name"), max_length=150, blank=True)
    name = models.CharField(_("record's name"), max_length=300)
    text = models.TextField(_("text"), blank=True)
    comment = models.ForeignKey(
        Comment, verbose_name=_("comment"), null=True, on_delete=models.CASCADE, related_name="notices"
    )
    at = models.DateTimeField(_("at"), auto_now_add=True)
    read_at = models.DateTimeField(_("read at"), null=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["user", "read_at"], name="notice_unread")]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=NoticeKind.values), name="notice_kind_known")
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.kind} {self.name}"


class Presence(Trace):
    """That a user had a record open, as their browser last said."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("user"), on_delete=models.CASCADE, related_name="+"
    )
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("presence")
        verbose_name_plural = _("presences")
        constraints = [models.UniqueConstraint(fields=["table", "record_id", "user"], name="presence_once")]

    def __str__(self) -> str:
        return f"{self.user} {self.table} {self.record_id}"
