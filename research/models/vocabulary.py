"""The team's words for sorting cases. A vocabulary has no status: it is public with whatever uses it."""

from django.db import models
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from research.models.base import Record, filled, slug_field, slug_rules


class Mode(Record):
    """A way of going into the industrial internet, such as 深耕产业 or 赋能平台."""

    table = "modes"
    title_fields = ("name",)
    text_fields = ("definition",)

    slug = slug_field()
    name = models.CharField(_("name"), max_length=200)
    definition = models.TextField(_("definition"), blank=True)
    position = models.PositiveIntegerField(_("position"), default=0)

    class Meta(Record.Meta):
        verbose_name = _("mode")
        verbose_name_plural = _("modes")
        ordering = ["position", "slug"]
        constraints = [*Record.Meta.constraints, *slug_rules(), filled("name")]

    def get_absolute_url(self) -> str:
        return reverse("cases") + "?" + urlencode({"mode": self.slug})


class Industry(Record):
    table = "industries"
    title_fields = ("name",)
    text_fields = ()

    slug = slug_field()
    name = models.CharField(_("name"), max_length=200)
    position = models.PositiveIntegerField(_("position"), default=0)

    class Meta(Record.Meta):
        verbose_name = _("industry")
        verbose_name_plural = _("industries")
        ordering = ["position", "slug"]
        constraints = [*Record.Meta.constraints, *slug_rules(), filled("name")]

    def get_absolute_url(self) -> str:
        return reverse("cases") + "?" + urlencode({"industry": self.slug})
