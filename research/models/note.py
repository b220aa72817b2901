from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager

from research.models.base import Publishable, filled, slug_field, slug_rules


class Note(Publishable):
    """An information-analysis note, as the team writes them in Markdown."""

    table = "notes"

    slug = slug_field()
    title = models.CharField(_("title"), max_length=300)
    date = models.DateField(_("date"), null=True, blank=True)
    body = models.TextField(_("text"), blank=True)
    tags = TaggableManager(_("tags"), blank=True)

    class Meta(Publishable.Meta):
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        ordering = [models.F("date").desc(nulls_last=True), "slug"]
        constraints = [*Publishable.Meta.constraints, *slug_rules(), filled("title")]

    def get_absolute_url(self) -> str:
        return reverse("note", args=[self.slug])
