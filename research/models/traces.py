"""What is derived from records when they are written: citations, links, revisions, search passages.

A record is named by its table and id, not by foreign key: deleting it must not erase its history.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, Max, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from research.models.base import Record, Status
from research.models.source import Source


class Trace(models.Model):
    table = models.CharField(_("table"), max_length=30)
    record_id = models.BigIntegerField(_("record"))

    class Meta:
        abstract = True


class TraceQuerySet(models.QuerySet[Any]):
    def of_ids(self, ids: Mapping[str, Collection[int]]) -> Self:
        """Those of many records, by table."""
        condition = Q(pk__in=[])
        for table, pks in ids.items():
            condition |= Q(table=table, record_id__in=pks)
        return self.filter(condition)

    def of_records(self, records: Iterable[Record]) -> Self:
        ids: dict[str, list[int]] = defaultdict(list)
        for record in records:
            ids[record.table].append(record.pk)
        return self.of_ids(ids)


class Signed(models.Model):
    """Somebody's doing; the name outlives the account. Nobody's is what a command did."""

    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    author = models.CharField(_("author's name"), max_length=150, blank=True)

    class Meta:
        abstract = True


class CitationQuerySet(TraceQuerySet):
    def public(self) -> Self:
        """Those of sources that readers can look up."""
        return self.filter(source__in=Source.objects.public())

    def hidden(self) -> Self:
        """Those of sources that are there, and that readers do not see."""
        return self.exclude(source=None).exclude(source__in=Source.objects.public())


class Citation(Trace):
    """A source cited in a record's text; `position` counts from 1 in order of appearance.

    `source` is empty while no source has the key; it is filled when one is written. `sentence` is the visible
    one around the citation (see `research.text.markdown.Reading`).
    """

    key = models.CharField(_("key"), max_length=120)
    source = models.ForeignKey(
        Source, verbose_name=_("source"), null=True, on_delete=models.PROTECT, related_name="citations"
    )
    locator = models.CharField(_("locator"), max_length=200, blank=True)
    sentence = models.CharField(_("sentence"), max_length=500, blank=True)
    position = models.PositiveIntegerField(_("position"))

    objects: ClassVar[Any] = CitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("citation")
        verbose_name_plural = _("citations")
        ordering = ["table", "record_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["table", "record_id", "position"], name="citation_place_unique"),
            models.CheckConstraint(condition=~Q(key=""), name="citation_key_given"),
            models.CheckConstraint(condition=Q(position__gte=1), name="citation_position_from_1"),
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.record_id} [{self.position}] @{self.key}"


class Link(Trace):
    """A `[[record]]` written in a record's text, by name: it holds also for a record that is yet to come."""

    target_table = models.CharField(_("target table"), max_length=30, blank=True)
    target_key = models.CharField(_("target key"), max_length=120, db_index=True)

    objects: ClassVar[Any] = TraceQuerySet.as_manager()

    class Meta:
        verbose_name = _("link")
        verbose_name_plural = _("links")
        constraints = [
            models.UniqueConstraint(
                fields=["table", "record_id", "target_table", "target_key"], name="link_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.record_id} → {self.target_table} {self.target_key}"


class Placeholder(Trace):
    """A place left open in a record's text, such as 「时间点」; each word once a record."""

    word = models.CharField(_("word"), max_length=20)
    excerpt = models.CharField(_("text"), max_length=200)

    class Meta:
        verbose_name = _("placeholder")
        verbose_name_plural = _("placeholders")
        default_permissions = ()
        ordering = ["table", "record_id", "id"]
        constraints = [
            models.UniqueConstraint(fields=["table", "record_id", "word"], name="placeholder_once"),
            models.CheckConstraint(condition=~Q(word=""), name="placeholder_word_given"),
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.record_id} {self.word}"


class Batch(Signed):
    """Records written together from files, so that they can be looked at and undone together.

    `counts` holds by table how many records were "new", "changed" and (by an undoing) "deleted"; `kept` what
    an undoing left as it was: [table, key, why]; `moved` files that went from one source to another: [file,
    source that had it, source that has it, whether readers were offered it], by their ids.
    """

    at = models.DateTimeField(_("at"), auto_now_add=True, db_index=True)
    via = models.CharField(_("via"), max_length=20)
    files = models.TextField(_("files"), blank=True)
    counts = models.JSONField(_("counts"), default=dict)
    kept = models.JSONField(_("kept"), default=list)
    moved = models.JSONField(_("files moved"), default=list)
    seconds = models.FloatField(_("seconds"), default=0)
    undoes = models.ForeignKey(
        "self",
        verbose_name=_("undoes"),
        null=True,
        on_delete=models.PROTECT,
        related_name="undone_by",
    )

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(via=""), name="batch_via_given"),
            models.CheckConstraint(condition=Q(seconds__gte=0), name="batch_seconds_from_0"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.files}"


class RevisionQuerySet(TraceQuerySet):
    def of(self, record: Record) -> Self:
        """The record's, newest first."""
        return self.at(record.table, record.pk)

    def at(self, table: str, record_id: int) -> Self:
        """As `of`, also of a record that is gone."""
        return self.filter(table=table, record_id=record_id).order_by("-version")

    def of_the_gone(self) -> Self:
        """The last ones of deleted records that did not come back."""
        mine = {"table": OuterRef("table"), "record_id": OuterRef("record_id")}
        later = Revision.objects.filter(**mine, version__gt=OuterRef("version"))
        return self.filter(~Exists(later), deleted=True)

    def published(self) -> Self:
        """Those after which the table held a published row; without a status every row is."""
        return self.filter(self.is_published(), aside=False, deleted=False)

    @staticmethod
    def is_published() -> Q:
        return Q(row__status=Status.PUBLISHED) | Q(row__status__isnull=True)

    def last_in_table(self) -> Self:
        """Of each record the last by which its table changed: its row, or its end."""
        written = self.filter(aside=False).order_by().values("table", "record_id")
        newest = written.annotate(newest=Max("pk")).values("newest")
        return self.filter(pk__in=newest)


class Revision(Trace, Signed):
    """A record's row after one save (or before its deletion): who wrote it, when, why and by which path.

    `aside` says that the row was kept as a newer draft: the table goes on holding what is published.
    """

    version = models.PositiveIntegerField(_("version"))
    key = models.CharField(_("key"), max_length=120)
    row = models.JSONField(_("row"))
    at = models.DateTimeField(_("at"), auto_now_add=True, db_index=True)
    via = models.CharField(_("via"), max_length=20)
    note = models.CharField(_("why"), max_length=300, blank=True)
    deleted = models.BooleanField(_("deleted"), default=False)
    aside = models.BooleanField(_("kept aside"), default=False)
    batch = models.ForeignKey(
        Batch, verbose_name=_("import"), null=True, on_delete=models.PROTECT, related_name="revisions"
    )

    objects: ClassVar[Any] = RevisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["table", "record_id", "version"], name="revision_version_unique"),
            models.CheckConstraint(condition=~Q(aside=True, deleted=True), name="revision_aside_or_deleted"),
        ]
        # An import asks which of its keys were deleted.
        indexes = [models.Index(fields=["table", "key"], condition=Q(deleted=True), name="revision_deleted")]

    def __str__(self) -> str:
        return f"{self.table} {self.key} v{self.version}"


class Passage(Trace):
    """A paragraph of a record's text, as search shows it; the full-text index has its tokens."""

    position = models.PositiveIntegerField(_("position"))
    text = models.TextField(_("text"))

    class Meta:
        verbose_name = _("passage")
        verbose_name_plural = _("passages")
        constraints = [
            models.UniqueConstraint(fields=["table", "record_id", "position"], name="passage_place_unique")
        ]

    def __str__(self) -> str:
        return self.text[:40]
