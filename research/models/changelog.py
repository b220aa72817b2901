from collections.abc import Mapping

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from research.models.base import Publishable, filled, slug_field, slug_rules
from research.models.note import Note


class ChangelogEntry(Publishable):
    """What was changed in a note and when; `stamp` is the date as the team writes it, such as 190912."""

    table = "changelog"
    title_fields = ("kind", "stamp")
    text_fields = ("summary",)

    slug = slug_field()
    date = models.DateField(_("date"))
    stamp = models.CharField(_("stamp"), max_length=40, blank=True)
    kind = models.CharField(_("kind"), max_length=40, help_text=_("add, fix, revise …"))
    note = models.ForeignKey(
        Note,
        verbose_name=_("note"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="changelog",
    )
    summary = models.TextField(_("summary"), blank=True)

    class Meta(Publishable.Meta):
        verbose_name = _("changelog entry")
        verbose_name_plural = _("changelog")
        ordering = ["-date", "slug"]
        constraints = [*Publishable.Meta.constraints, *slug_rules(), filled("kind")]

    def __str__(self) -> str:
        return f"{self.stamp or self.date} {self.kind}"

    def get_absolute_url(self) -> str:
        return reverse("changelog_entry", args=[self.slug])

    @classmethod
    def name_in(cls, row: Mapping[str, str]) -> str:
        return f"{row.get('stamp') or row.get('date', '')} {row.get('kind', '')}"
