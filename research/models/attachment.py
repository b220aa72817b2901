"""Files kept with a source: the document itself, or a snapshot of the page that it is."""

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from research.models.base import filled, one_of
from research.models.source import Source
from research.models.traces import Signed
from research.text.file_types import LONGEST_NAME, TYPES, FileType


class AttachmentKind(models.TextChoices):
    COPY = "copy", _("copy of the document")
    SNAPSHOT = "snapshot", _("snapshot of the page")


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def public(self) -> Self:
        """Those offered to readers, of sources that are public themselves."""
        return self.filter(Source.public_condition("source__"), shared=True).select_related("source")

    def of_the_gone(self) -> Self:
        """Those whose source is deleted; they come back with it."""
        return self.exclude(source__in=Source.objects.all())


class Attachment(Signed):
    """A file of a source. What it is was found in it, not said by whoever sent it.

    A deleted source can be brought back under its id, and its files are there again: so no foreign key stands
    in the database, and no deletion reaches them.
    """

    source = models.ForeignKey(
        Source,
        verbose_name=_("source"),
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="attachments",
    )
    kind = models.CharField(_("kind"), max_length=10, choices=AttachmentKind, default=AttachmentKind.COPY)
    name = models.CharField(_("file name"), max_length=LONGEST_NAME)
    content_type = models.CharField(_("content type"), max_length=40)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    sha256 = models.CharField("SHA-256", max_length=64)
    stored = models.CharField(_("name in the folder"), max_length=32)
    shared = models.BooleanField(
        _("offered to readers"),
        default=False,
        help_text=_("Readers of the source may then open the file. Only where the rights to it allow that."),
    )
    note = models.CharField(
        _("note"), max_length=300, blank=True, help_text=_("For the team; readers do not see it.")
    )
    version = models.PositiveIntegerField(_("version"), default=1)
    at = models.DateTimeField(_("at"), auto_now_add=True)

    objects: ClassVar[Any] = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        ordering = ["at", "id"]
        default_permissions = ()  # those of its source count
        constraints = [
            one_of("kind", AttachmentKind.values),
            one_of("content_type", list(TYPES)),
            filled("name"),
            models.CheckConstraint(condition=Q(size__gte=1), name="%(class)s_size_from_1"),
            models.CheckConstraint(condition=Q(version__gte=1), name="%(class)s_version_from_1"),
            models.CheckConstraint(condition=Exact(Length(F("sha256")), 64), name="%(class)s_sha256_of_64"),
            models.UniqueConstraint(fields=["stored"], name="%(class)s_stored_unique"),
            models.UniqueConstraint(
                fields=["source", "sha256"],
                name="%(class)s_once",
                violation_error_message=_("The source has this file already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Where readers find it, if it is shared and its source public."""
        return reverse("source_file", args=[self.source.key, self.pk, self.name])

    @property
    def file_type(self) -> FileType:
        return TYPES[self.content_type]
