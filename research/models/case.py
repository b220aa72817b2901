from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager

from research.models.base import Publishable, filled, slug_field, slug_rules
from research.models.dates import EdtfBound, EdtfField, ordered
from research.models.organization import Organization
from research.models.vocabulary import Industry, Mode


class Case(Publishable):
    """One concrete move of an organization: a product, an investment, a programme."""

    table = "cases"
    public_parents = ("organization",)
    named_by = ("organization",)

    slug = slug_field()
    title = models.CharField(_("title"), max_length=300)
    organization = models.ForeignKey(
        Organization, verbose_name=_("organization"), on_delete=models.PROTECT, related_name="cases"
    )
    mode = models.ForeignKey(
        Mode, verbose_name=_("mode"), null=True, blank=True, on_delete=models.PROTECT, related_name="cases"
    )
    industries = models.ManyToManyField(
        Industry, verbose_name=_("industries"), blank=True, related_name="cases"
    )
    period = EdtfField(_("period"), blank=True)
    period_earliest = EdtfBound("period")
    period_latest = EdtfBound("period", last=True)
    body = models.TextField(_("text"), blank=True)
    tags = TaggableManager(_("tags"), blank=True)

    class Meta(Publishable.Meta):
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        ordering = ["slug"]
        indexes = [models.Index(fields=["status", "organization", "mode"], name="case_pivot")]
        constraints = [*Publishable.Meta.constraints, *slug_rules(), filled("title"), ordered("period")]

    def get_absolute_url(self) -> str:
        return reverse("case", args=[self.slug])
