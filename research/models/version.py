"""Frozen versions of comparisons: the bytes of their files, kept as they were when they were made."""

import zlib
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from research.models.base import filled
from research.models.comparison import Comparison
from research.models.traces import Signed


class VersionQuerySet(models.QuerySet["ComparisonVersion"]):
    def public(self) -> Self:
        """Those that are not withdrawn, of comparisons that are public now."""
        return self.filter(Comparison.public_condition("comparison__"), withdrawn_at=None)


class ComparisonVersion(Signed):
    """What readers saw of a comparison at one time, under an address that is its own for ever.

    The slug is the one that the comparison had then. As with a source's files no foreign key stands in the
    database: a deleted comparison keeps its versions, and has them again if it comes back.
    """

    comparison = models.ForeignKey(
        Comparison,
        verbose_name=_("comparison"),
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="versions",
    )
    slug = models.CharField(_("slug"), max_length=120)
    number = models.PositiveIntegerField(_("version number"))
    title = models.CharField(_("title"), max_length=300)
    digest = models.CharField(_("digest of the data"), max_length=64)
    at = models.DateTimeField(_("at"))
    via = models.CharField(_("via"), max_length=20)
    note = models.CharField(_("note"), max_length=300, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True)
    withdrawn_for = models.CharField(_("why it was withdrawn"), max_length=300, blank=True)
    withdrawn_author = models.CharField(_("who withdrew it"), max_length=150, blank=True)

    objects: ClassVar[Any] = VersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("frozen version")
        verbose_name_plural = _("frozen versions")
        ordering = ["comparison_id", "-number"]  # by the id: the comparison itself may be gone
        default_permissions = ()  # those of its comparison count
        constraints = [
            models.UniqueConstraint(fields=["comparison", "number"], name="%(class)s_number_unique"),
            models.UniqueConstraint(fields=["slug", "number"], name="%(class)s_address_unique"),
            models.CheckConstraint(condition=Q(number__gte=1), name="%(class)s_number_from_1"),
            filled("slug"),
            models.CheckConstraint(condition=Exact(Length(F("digest")), 64), name="%(class)s_digest_of_64"),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_for="")
                | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_for="")),
                name="%(class)s_withdrawn_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} v{self.number}"

    def get_absolute_url(self) -> str:
        return reverse("version", args=[self.slug, self.number])


class VersionFile(models.Model):
    """One file of a version, in one language or (`language` is empty) the same in all."""

    version = models.ForeignKey(
        ComparisonVersion, verbose_name=_("version"), on_delete=models.CASCADE, related_name="files"
    )
    name = models.CharField(_("name"), max_length=150)
    language = models.CharField(_("language"), max_length=10, blank=True)
    content_type = models.CharField(_("content type"), max_length=60)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    sha256 = models.CharField("SHA-256", max_length=64)
    packed = models.BinaryField(_("bytes, compressed"))

    class Meta:
        verbose_name = _("file of a version")
        verbose_name_plural = _("files of versions")
        ordering = ["version", "name", "language"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["version", "name", "language"], name="%(class)s_once"),
            filled("name"),
            models.CheckConstraint(condition=Q(size__gte=1), name="%(class)s_size_from_1"),
            models.CheckConstraint(condition=Exact(Length(F("sha256")), 64), name="%(class)s_sha256_of_64"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.language}".strip()

    @property
    def content(self) -> bytes:
        return zlib.decompress(self.packed)
