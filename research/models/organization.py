from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager

from research.models.base import Publishable, filled, slug_field, slug_rules


class Organization(Publishable):
    """A witness of the comparison: a company, agency or association."""

    table = "organizations"
    title_fields = ("name", "aliases")
    text_fields = ("summary",)

    slug = slug_field()
    name = models.CharField(_("name"), max_length=200)
    aliases = models.CharField(
        _("aliases"), max_length=500, blank=True, help_text=_("Other names, joined with “; ”.")
    )
    summary = models.TextField(_("summary"), blank=True)
    website = models.URLField(_("website"), max_length=500, blank=True)
    tags = TaggableManager(_("tags"), blank=True)

    class Meta(Publishable.Meta):
        verbose_name = _("organization")
        verbose_name_plural = _("organizations")
        ordering = ["name", "slug"]
        constraints = [*Publishable.Meta.constraints, *slug_rules(), filled("name")]

    def get_absolute_url(self) -> str:
        return reverse("organization", args=[self.slug])
