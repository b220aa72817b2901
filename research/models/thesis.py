from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager

from research.models.base import Publishable, filled, one_of, slug_field, slug_rules
from research.models.case import Case
from research.models.criterion import Finding


class Thesis(Publishable):
    """A statement that arguments support or oppose."""

    table = "theses"
    title_fields = ("statement",)

    slug = slug_field()
    statement = models.CharField(_("statement"), max_length=500)
    body = models.TextField(_("text"), blank=True)
    tags = TaggableManager(_("tags"), blank=True)

    class Meta(Publishable.Meta):
        verbose_name = _("thesis")
        verbose_name_plural = _("theses")
        ordering = ["slug"]
        constraints = [*Publishable.Meta.constraints, *slug_rules(), filled("statement")]

    def get_absolute_url(self) -> str:
        return reverse("thesis", args=[self.slug])


class Stance(models.TextChoices):
    SUPPORTS = "supports", _("supports")
    OPPOSES = "opposes", _("opposes")


class Argument(Publishable):
    """A claim for or against a thesis, resting on cases, findings and cited sources."""

    table = "arguments"
    title_fields = ("claim",)
    public_parents = ("thesis",)
    named_by = ("thesis",)

    slug = slug_field()
    thesis = models.ForeignKey(
        Thesis, verbose_name=_("thesis"), on_delete=models.PROTECT, related_name="arguments"
    )
    stance = models.CharField(_("stance"), max_length=10, choices=Stance, default=Stance.SUPPORTS)
    claim = models.CharField(_("claim"), max_length=500)
    body = models.TextField(_("text"), blank=True)
    cases = models.ManyToManyField(Case, verbose_name=_("cases"), blank=True, related_name="arguments")
    findings = models.ManyToManyField(
        Finding, verbose_name=_("findings"), blank=True, related_name="arguments"
    )
    position = models.PositiveIntegerField(_("position"), default=0)

    class Meta(Publishable.Meta):
        verbose_name = _("argument")
        verbose_name_plural = _("arguments")
        ordering = ["position", "slug"]
        constraints = [
            *Publishable.Meta.constraints,
            *slug_rules(),
            filled("claim"),
            one_of("stance", Stance.values),
        ]

    def get_absolute_url(self) -> str:
        return reverse("thesis", args=[self.thesis.slug]) + f"#{self.slug}"

    def suggest_slug(self) -> str:
        # The thesis may be new itself, and without an id yet.
        thesis: Thesis | None = getattr(self, "thesis", None)
        return f"{thesis.slug}-{self.position or 1}"[:120] if thesis and thesis.slug else ""
