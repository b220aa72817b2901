"""The links of a source: how they stand, beside its form, with buttons to check, approve or replace them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from research import actions, checking
from research.admin.base import REFUSALS, explained, who
from research.admin.links import admin_url
from research.admin.rights import may
from research.models import LinkCheck, LinkField, LinkState, Source, Todo
from research.models.link_checks import unchecked

THERE = (LinkState.OK, LinkState.MOVED)
UNCLEAR = (LinkState.BLOCKED, LinkState.REFUSED)
# How the links of a source may stand, for the list's filter and the first page.
STANDINGS: dict[str, tuple[Any, Q]] = {
    "dead": (gettext_lazy("dead"), Q(dead=True)),
    "failing": (
        gettext_lazy("failing, not dead yet"),
        Q(dead=False, failures__gte=1) & ~Q(state__in=UNCLEAR),
    ),
    "changed": (gettext_lazy("leads to something else"), Q(state=LinkState.CHANGED)),
    "moved": (gettext_lazy("moved for good"), Q(state=LinkState.MOVED)),
    "unclear": (gettext_lazy("cannot be judged"), Q(state__in=UNCLEAR)),
    "fine": (gettext_lazy("works"), Q(state=LinkState.OK)),
}
UNCHECKED = "unchecked"
UNCHECKED_LABEL = gettext_lazy("never checked")


class LinkFilter(admin.SimpleListFilter):
    """Sources of which at least one link stands so."""

    title = gettext_lazy("link")
    parameter_name = "link"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [*((name, label) for name, (label, _q) in STANDINGS.items()), (UNCHECKED, UNCHECKED_LABEL)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == UNCHECKED:
            return queryset.filter(unchecked())
        if self.value() not in STANDINGS:
            return queryset
        _label, condition = STANDINGS[str(self.value())]
        return queryset.filter(pk__in=LinkCheck.objects.current().filter(condition).values("source"))


def counts() -> dict[str, int]:
    """How many sources have a link that stands so, by the filter's values; two queries."""
    found = LinkCheck.objects.current().aggregate(
        **{f"of_{name}": Count("source", distinct=True, filter=q) for name, (_label, q) in STANDINGS.items()}
    )
    return {
        **{name: found[f"of_{name}"] for name in STANDINGS},
        UNCHECKED: Source.objects.filter(unchecked()).count(),
    }


@dataclass
class Button:
    step: str
    label: Any


@dataclass
class LinkPanel:
    """One address of a source, the check of it, and what the person may do about it."""

    column: LinkField
    url: str
    check: LinkCheck | None
    buttons: list[Button] = field(default_factory=list)

    @property
    def needs_somebody(self) -> bool:
        return self.check is not None and (self.check.dead or self.check.state == LinkState.CHANGED)

    @property
    def leads_elsewhere(self) -> bool:
        return bool(self.check and self.check.final_url not in ("", self.url))

    @property
    def is_web_address(self) -> bool:
        """Whether where it leads may be made a link; what was refused is shown as text."""
        return self.check is not None and self.check.state != LinkState.REFUSED


def panels(pk: int, user: Any) -> list[LinkPanel]:
    """In two queries; of what is published, not of a newer draft."""
    source = Source.objects.filter(pk=pk).prefetch_related("link_checks__todo").first()
    return [panel(source, name, user) for name in LinkField if getattr(source, name)] if source else []


def panel(source: Source, name: LinkField, user: Any) -> LinkPanel:
    url = getattr(source, name)
    check = next((one for one in source.link_checks.all() if one.field == name and one.is_current), None)
    found = LinkPanel(name, url, check)
    if may(user, "change", Source):
        found.buttons.append(Button("check", _("Check now")))
        if check and found.leads_elsewhere and check.state in (*THERE, LinkState.CHANGED):
            found.buttons.append(Button("take", _("Use this address")))
        if check and check.state == LinkState.CHANGED:
            found.buttons.append(Button("approve", _("It is the right page")))
    if check and check.state not in THERE and not check.todo_id and may_make_todos(user):
        found.buttons.append(Button("todo", _("Make a to-do")))
    return found


def may_make_todos(user: Any) -> bool:
    return may(user, "add", Todo)


class LinkChecksAdmin(admin.ModelAdmin):
    """For the admin of sources."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.link_view)
        return [path("<int:pk>/link/", view, name="research_source_link"), *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("link_checks")

    @admin.display(description=gettext_lazy("link"))
    def link_states(self, source: Source) -> Any:
        """What is not as it should be."""
        checks = [check for check in source.link_checks.all() if check.is_current]
        told = [
            ("attention" if check.dead or check.state == LinkState.CHANGED else "", standing_of(check))
            for check in checks
            if check.state != LinkState.OK
        ]
        if not told:
            return checks[0].get_state_display() if checks else (UNCHECKED_LABEL if source.url else "")
        return format_html_join("; ", '<span class="{}">{}</span>', told)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        record = context.get("original")
        if record is not None and record.pk and not context.get("is_popup"):
            context |= {
                "link_panels": panels(record.pk, request.user),
                "link_url": admin_url(Source, "link", record.pk),
            }
        return super().render_change_form(request, context, *args, **kwargs)

    def link_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """POST: `step`, the `field`, and the address that the person saw in it; leads back to the form."""
        source = self.get_object(request, str(pk))
        if source is None:
            raise Http404
        if request.method != "POST" or not self.has_view_or_change_permission(request, source):
            raise PermissionDenied
        back = HttpResponseRedirect(f"{admin_url(Source, 'change', pk)}#links")
        name, step = request.POST.get("field", ""), request.POST.get("step", "")
        if name not in LinkField.values or step not in STEPS:
            raise PermissionDenied
        found = panel(Source.objects.get(pk=pk), LinkField(name), request.user)
        if request.POST.get("url") != found.url or (
            step == "take" and found.check and request.POST.get("to") != found.check.final_url
        ):
            messages.error(
                request, _("Nothing was done: the address has changed meanwhile. Look at it again.")
            )
            return back
        if step not in [button.step for button in found.buttons]:
            raise PermissionDenied
        try:
            STEPS[step](request, source, found)
        except REFUSALS as error:
            messages.error(request, explained(error))
        return back


def standing_of(check: LinkCheck) -> Any:
    if check.dead:
        return format_html("{} ({})", _("dead"), check.get_state_display())
    return check.get_state_display()


# --- steps ---------------------------------------------------------------------------------------------


def check_link(request: HttpRequest, source: Source, found: LinkPanel) -> None:
    """One fetch, while the person waits: it ends within its limits. Nothing is locked meanwhile."""
    due = checking.DueLink(source.pk, source.key, found.column, found.url, found.check)
    check = checking.check_now(due)
    if check is None:
        messages.error(request, _("Nothing was done: the address has changed meanwhile. Look at it again."))
        return
    level = messages.SUCCESS if check.state in THERE else messages.WARNING
    told = ", ".join(filter(None, [str(check.get_state_display()), check.because]))
    messages.add_message(request, level, _("Checked: %s.") % told)


def take_address(request: HttpRequest, source: Source, found: LinkPanel) -> None:
    assert found.check
    change = actions.take_address(found.check, by=who(request), via="links")
    text = _("The address was taken over.")
    if change.aside:
        text = _(
            "The address stands in the newer draft; the public sees the old one until that is published."
        )
    messages.success(request, text)


def approve(request: HttpRequest, source: Source, found: LinkPanel) -> None:
    assert found.check
    actions.approve_link(found.check, by=who(request))
    messages.success(request, _("Noted: it is the right page."))


def make_todo(request: HttpRequest, source: Source, found: LinkPanel) -> None:
    assert found.check
    actions.make_link_todos([found.check], by=who(request), via="links")
    todo: Any = found.check.todo  # or the one that somebody has made of the gap
    link = format_html('<a href="{}">{}</a>', admin_url(Todo, "change", todo.pk), todo)
    messages.success(request, format_html("{} {}", _("A to-do was made:"), link))


STEPS: dict[str, Callable[[HttpRequest, Source, LinkPanel], None]] = {
    "check": check_link,
    "take": take_address,
    "approve": approve,
    "todo": make_todo,
}
