from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from research.models.base import Publishable, filled, slug_field, slug_rules
from research.models.criterion import Criterion
from research.models.organization import Organization


class Comparison(Publishable):
    """Organizations side by side: their cases by mode and industry, their findings by criterion."""

    table = "comparisons"
    text_fields = ("intro",)

    slug = slug_field()
    title = models.CharField(_("title"), max_length=300)
    intro = models.TextField(_("introduction"), blank=True)
    organizations: models.ManyToManyField = models.ManyToManyField(
        Organization,
        verbose_name=_("organizations"),
        through="ComparisonOrganization",
        related_name="comparisons",
        blank=True,
    )
    criteria: models.ManyToManyField = models.ManyToManyField(
        Criterion,
        verbose_name=_("criteria"),
        through="ComparisonCriterion",
        related_name="comparisons",
        blank=True,
    )

    class Meta(Publishable.Meta):
        verbose_name = _("comparison")
        verbose_name_plural = _("comparisons")
        ordering = ["slug"]
        constraints = [*Publishable.Meta.constraints, *slug_rules(), filled("title")]

    def get_absolute_url(self) -> str:
        return reverse("comparison", args=[self.slug])


class Place(models.Model):
    """Which column (or row) of a comparison a thing takes; the order is the team's."""

    position = models.PositiveIntegerField(_("position"), default=0)

    class Meta:
        abstract = True
        ordering = ["position", "id"]


class ComparisonOrganization(Place):
    comparison = models.ForeignKey(Comparison, on_delete=models.CASCADE, related_name="organization_places")
    organization = models.ForeignKey(
        Organization,
        verbose_name=_("organization"),
        on_delete=models.PROTECT,
        related_name="comparison_places",
    )

    class Meta(Place.Meta):
        verbose_name = _("organization")
        verbose_name_plural = _("organizations")
        constraints = [
            models.UniqueConstraint(
                fields=["comparison", "organization"],
                name="comparisonorganization_once",
                violation_error_message=_("This organization stands in the comparison already."),
            )
        ]

    def __str__(self) -> str:
        return str(self.organization)


class ComparisonCriterion(Place):
    comparison = models.ForeignKey(Comparison, on_delete=models.CASCADE, related_name="criterion_places")
    criterion = models.ForeignKey(
        Criterion, verbose_name=_("criterion"), on_delete=models.PROTECT, related_name="comparison_places"
    )

    class Meta(Place.Meta):
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")
        constraints = [
            models.UniqueConstraint(
                fields=["comparison", "criterion"],
                name="comparisoncriterion_once",
                violation_error_message=_("This criterion stands in the comparison already."),
            )
        ]

    def __str__(self) -> str:
        return str(self.criterion)
