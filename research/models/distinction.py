"""What a person said of two sources that seem to be the same."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from research.models.source import Source
from research.models.traces import Signed


class Distinction(Signed):
    """Two sources that are not the same, however alike they look; `first` is the one that is older."""

    first = models.ForeignKey(Source, verbose_name=_("source"), on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(
        Source, verbose_name=_("other source"), on_delete=models.CASCADE, related_name="+"
    )
    at = models.DateTimeField(_("at"), auto_now_add=True)

    class Meta:
        verbose_name = _("distinction")
        verbose_name_plural = _("distinctions")
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="distinction_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="distinction_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.first} ≠ {self.second}"
