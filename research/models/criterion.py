from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from research.models.base import Publishable, Record, filled, one_of, slug_field, slug_rules
from research.models.dates import EdtfBound, EdtfField, ordered
from research.models.organization import Organization
from research.text import edtf, numbers

YES, NO = {"yes", "y", "true", "1", "是", "有"}, {"no", "n", "false", "0", "否", "无"}
LEVELS = ("1", "2", "3", "4", "5")
LONGEST_SHELF_LIFE = 1200  # months


class ValueKind(models.TextChoices):
    TEXT = "text", _("text")
    NUMBER = "number", _("number")
    YESNO = "yesno", _("yes or no")
    LEVEL = "level", _("level, 1 to 5")


class Criterion(Record):
    """A question put to every organization of a comparison."""

    table = "criteria"
    title_fields = ("name", "group")
    text_fields = ("description",)

    slug = slug_field()
    name = models.CharField(_("name"), max_length=200)
    group = models.CharField(_("group"), max_length=100, blank=True)
    value_kind = models.CharField(
        _("kind of value"), max_length=10, choices=ValueKind, default=ValueKind.TEXT
    )
    unit = models.CharField(_("unit"), max_length=40, blank=True, help_text=_("Of numbers only: %, 家, 元 …"))
    description = models.TextField(_("description"), blank=True)
    position = models.PositiveIntegerField(_("position"), default=0)
    shelf_life = models.PositiveIntegerField(
        _("shelf life"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST_SHELF_LIFE)],
        help_text=_("Months after which a figure is out of date and asked for anew; empty: never."),
    )

    class Meta(Record.Meta):
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")
        ordering = ["position", "slug"]
        constraints = [
            *Record.Meta.constraints,
            *slug_rules(),
            filled("name"),
            one_of("value_kind", ValueKind.values),
            models.CheckConstraint(
                condition=Q(unit="") | Q(value_kind=ValueKind.NUMBER), name="%(class)s_unit_of_number"
            ),
            models.CheckConstraint(
                condition=Q(shelf_life=None) | Q(shelf_life__range=(1, LONGEST_SHELF_LIFE)),
                name="%(class)s_shelf_life_in_months",
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("criterion", args=[self.slug])

    def clean(self) -> None:
        super().clean()
        if self.unit and self.value_kind != ValueKind.NUMBER:
            raise ValidationError({"unit": _("Only a criterion of kind “number” has a unit.")})


class Finding(Publishable):
    """The answer of one organization to one criterion at one time."""

    table = "findings"
    title_fields = ("value",)
    public_parents = ("organization",)
    named_by = ("organization", "criterion")

    slug = slug_field()
    organization = models.ForeignKey(
        Organization, verbose_name=_("organization"), on_delete=models.PROTECT, related_name="findings"
    )
    criterion = models.ForeignKey(
        Criterion, verbose_name=_("criterion"), on_delete=models.PROTECT, related_name="findings"
    )
    as_of = EdtfField(_("as of"), blank=True)
    as_of_earliest = EdtfBound("as_of")
    as_of_latest = EdtfBound("as_of", last=True)
    value = models.CharField(
        _("value"),
        max_length=500,
        help_text=_(
            "A number may say >8000 (more than) or ~8000 (about); yes or no; a level from 1 to 5; or text."
        ),
    )
    number = models.DecimalField(_("number"), max_digits=26, decimal_places=6, null=True, editable=False)
    body = models.TextField(_("text"), blank=True)

    class Meta(Publishable.Meta):
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        ordering = ["slug"]
        indexes = [models.Index(fields=["status", "organization", "criterion"], name="finding_cell")]
        constraints = [*Publishable.Meta.constraints, *slug_rules(), filled("value"), ordered("as_of")]

    def __str__(self) -> str:
        return named(self.organization, self.criterion, self.display_value())

    def get_absolute_url(self) -> str:
        return reverse("finding", args=[self.slug])

    @classmethod
    def name_in(cls, row: Mapping[str, str]) -> str:
        organization, criterion, value = (row.get(name, "") for name in (*cls.named_by, "value"))
        return named(organization, criterion, value)

    def suggest_slug(self) -> str:
        # The criterion may be new itself, and without an id yet.
        organization: Organization | None = getattr(self, "organization", None)
        criterion: Criterion | None = getattr(self, "criterion", None)
        if not (organization and criterion):
            return ""
        parts = (organization.slug, criterion.slug, self.as_of)
        return slugify("-".join(part for part in parts if part), allow_unicode=True)[:120]

    def clean(self) -> None:
        """Bring `value` to the form its criterion asks for and keep the number beside it."""
        super().clean()
        criterion: Criterion | None = getattr(self, "criterion", None)
        if criterion is None:
            return
        try:
            self.value, self.number = typed(self.value, criterion)
        except ValueError as error:
            raise ValidationError({"value": str(error)}) from error

    def search_lines(self) -> list[str]:
        """The value as stored and as pages show it: `>8000` and 超过 8,000 家."""
        return [self.value, *(self.display_value(code) for code, _name in settings.LANGUAGES)]

    def display_value(self, language: str = "") -> str:
        language = language or get_language() or settings.LANGUAGE_CODE
        # A criterion may have changed its kind since: a value of another kind is shown as it was written.
        if self.criterion.value_kind == ValueKind.NUMBER and self.number is not None:
            return numbers.describe_quantity(self.value, self.criterion.unit, language)
        if self.criterion.value_kind == ValueKind.YESNO:
            return str({"yes": _("yes"), "no": _("no")}.get(self.value, self.value))
        return self.value

    def display_as_of(self) -> str:
        return edtf.describe(self.as_of, get_language() or "zh-hans")


def named(organization: Any, criterion: Any, value: str) -> str:
    """What a finding is called: whose it is, of what, and what it says."""
    return gettext("%(what)s: %(value)s") % {"what": f"{organization} · {criterion}", "value": value}


def typed(value: str, criterion: Any) -> tuple[str, Decimal | None]:
    """`value` in the canonical form of the criterion's kind, and the number it sorts by.

    Raises ValueError with a message for the person who typed it.
    """
    if criterion.value_kind == ValueKind.NUMBER:
        quantity = numbers.parse_quantity(value, unit=criterion.unit)
        return quantity.value, quantity.number
    if criterion.value_kind == ValueKind.YESNO:
        word = value.strip().lower()
        if word not in YES | NO:
            raise ValueError(_("“%(value)s” is neither yes nor no.") % {"value": value})
        return ("yes", Decimal(1)) if word in YES else ("no", Decimal(0))
    if criterion.value_kind == ValueKind.LEVEL:
        if value.strip() not in LEVELS:
            raise ValueError(_("“%(value)s” is not a level from 1 to 5.") % {"value": value})
        return value.strip(), Decimal(value.strip())
    return value, None
