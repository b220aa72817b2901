from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from research.models.base import Publishable, filled, one_of, slug_field, slug_rules
from research.models.note import Note


class TodoState(models.TextChoices):
    OPEN = "open", _("open")
    DOING = "doing", _("in progress")
    DONE = "done", _("done")
    DROPPED = "dropped", _("dropped")


UNFINISHED = (TodoState.OPEN, TodoState.DOING)


class Todo(Publishable):
    """Something the team has yet to find out or do; done means that its result is written down."""

    table = "todos"
    text_fields = ("body", "results")

    slug = slug_field()
    title = models.CharField(_("title"), max_length=300)
    body = models.TextField(_("text"), blank=True)
    state = models.CharField(_("state"), max_length=10, choices=TodoState, default=TodoState.OPEN)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("assignee"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="todos",
    )
    due = models.DateField(_("due"), null=True, blank=True)
    note = models.ForeignKey(
        Note, verbose_name=_("note"), null=True, blank=True, on_delete=models.PROTECT, related_name="todos"
    )
    results = models.TextField(_("results"), blank=True)
    gap = models.CharField(
        _("gap"),
        max_length=500,
        blank=True,
        help_text=_("What is missing, as the list of gaps names it; when it is there, the to-do is done."),
    )

    class Meta(Publishable.Meta):
        verbose_name = _("to-do")
        verbose_name_plural = _("to-dos")
        ordering = ["slug"]
        constraints = [
            *Publishable.Meta.constraints,
            *slug_rules(),
            filled("title"),
            one_of("state", TodoState.values),
            models.CheckConstraint(
                condition=~Q(state=TodoState.DONE) | ~Q(results=""), name="%(class)s_done_has_result"
            ),
            models.UniqueConstraint(
                fields=["gap"],
                condition=Q(state__in=UNFINISHED) & ~Q(gap=""),
                name="%(class)s_gap_once",
                violation_error_message=_("There is an unfinished to-do for this gap already."),
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("todo", args=[self.slug])

    def clean(self) -> None:
        super().clean()
        if self.state == TodoState.DONE and not self.results:
            raise ValidationError({"results": _("A to-do is done when its result is written down.")})

    @property
    def is_overdue(self) -> bool:
        unfinished = self.state in UNFINISHED
        return unfinished and self.due is not None and self.due < timezone.localdate()
