from django.db import models
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager

from research.models.base import Publishable, filled, slug_field, slug_rules
from research.models.dates import EdtfBound, EdtfField, ordered
from research.models.organization import Organization
from research.text import edtf


class Event(Publishable):
    """Something that happened, dated as precisely as its source says and no more."""

    table = "events"

    slug = slug_field()
    date = EdtfField(_("date"))
    date_earliest = EdtfBound("date")
    date_latest = EdtfBound("date", last=True)
    title = models.CharField(_("title"), max_length=300)
    body = models.TextField(_("text"), blank=True)
    organizations = models.ManyToManyField(
        Organization, verbose_name=_("organizations"), blank=True, related_name="events"
    )
    tags = TaggableManager(_("tags"), blank=True)

    class Meta(Publishable.Meta):
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["date_earliest", "date_latest", "slug"]
        constraints = [
            *Publishable.Meta.constraints,
            *slug_rules(),
            filled("title"),
            filled("date"),
            ordered("date"),
        ]

    def get_absolute_url(self) -> str:
        return reverse("event", args=[self.slug])

    def display_date(self) -> str:
        return edtf.describe(self.date, get_language() or "zh-hans")
