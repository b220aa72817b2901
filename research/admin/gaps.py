"""What is missing, drafts too: the list with one click from a gap to a to-do, and a record's own gaps."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Case as IfElse
from django.db.models import Value, When
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from research import actions
from research.admin.links import admin_url
from research.admin.rights import may, readable
from research.models import UNFINISHED, Comparison, Finding, Organization, Record, Todo
from research.queries import gaps
from research.queries.gaps import KINDS, Gap, Name, Scope
from research.queries.gaps.cells import EmptyCell

PER_PAGE, AT_ONCE, OWN = 50, 200, 20
AT_A_GLANCE = 5  # of a record's own gaps: its form should not be pushed off the screen
CHOSEN = "gap"  # the field with a gap's name; several where several are ticked


@dataclass
class Line:
    """A gap with where its record is written, and the to-do that there is for it.

    `fill` is a form in which what is missing can be entered at once.
    """

    gap: Gap
    url: str
    is_public: bool
    todo: Todo | None = None
    fill: str = ""

    @property
    def has_open_todo(self) -> bool:
        return self.todo is not None and self.todo.state in UNFINISHED


def gaps_page(request: HttpRequest, shared: dict[str, Any]) -> HttpResponse:
    """`?kind=`, `?comparison=`, `?organization=`, `?seen=readers`; posted: a to-do for each gap named."""
    tables = frozenset(readable(request.user))
    if not tables:
        raise PermissionDenied
    if request.method == "POST":
        return make_todos(request, Scope(tables=tables))
    params = request.GET.dict()
    kind, seen = params.get("kind", ""), params.get("seen", "") == "readers"
    scope = Scope(seen, params.get("comparison", ""), params.get("organization", ""), tables)
    counted = [one for one in gaps.counts(scope) if one.count]
    shown = [one for one in counted if not kind or one.kind.name == kind]
    listed: Any = gaps.Gaps(scope, shown)
    page = Paginator(listed, PER_PAGE).get_page(params.get("p"))
    context = {
        **shared,
        "title": _("What is missing"),
        "page": page,
        "lines": lines(page, request.user),
        "counts": counted,
        "total": sum(one.count for one in counted),
        "kind": KINDS.get(kind),
        "asked": {name: params.get(name, "") for name in ("kind", "comparison", "organization", "seen")},
        "comparisons": Comparison.objects.all() if Comparison.table in tables else [],
        "organizations": Organization.objects.order_by("name") if Organization.table in tables else [],
        "may_add_todo": may(request.user, "add", Todo),
    }
    return TemplateResponse(request, "admin/research/gaps.html", context)


def lines(found: Iterable[Gap], user: Any) -> list[Line]:
    listed = list(found)
    may_fill = may(user, "add", Finding)
    there = todos_of([gap.name for gap in listed])
    return [
        Line(
            gap,
            admin_url(type(gap.record), "change", gap.record.pk),
            gap.record.is_public,
            there.get(str(gap.name)),
            cell_form(gap) if may_fill else "",
        )
        for gap in listed
    ]


def cell_form(gap: Gap) -> str:
    """The form of a new finding for an empty cell, with both its sides."""
    if gap.kind.name != EmptyCell.name:
        return ""
    organization, criterion = gap.named
    asked = urlencode({"organization": organization.pk, "criterion": criterion.pk})
    return f"{admin_url(Finding, 'add')}?{asked}"


def todos_of(names: Iterable[Name]) -> dict[str, Todo]:
    """By gap, its to-do: the unfinished one if there is one, else the last that there was; one query."""
    unfinished_last = IfElse(When(state__in=UNFINISHED, then=Value(1)), default=Value(0))
    found = Todo.objects.filter(gap__in=[str(name) for name in names]).select_related("assignee")
    return {todo.gap: todo for todo in found.order_by(unfinished_last, "pk")}


def make_todos(request: HttpRequest, scope: Scope) -> HttpResponse:
    if not may(request.user, "add", Todo):
        raise PermissionDenied
    names = [Name.read(text) for text in request.POST.getlist(CHOSEN)[:AT_ONCE]]
    found = gaps.named(names, scope)
    made = actions.make_gap_todos(found, by=request.user, via="form")
    if len(made) == 1:
        link = format_html('<a href="{}">{}</a>', admin_url(Todo, "change", made[0].pk), made[0])
        messages.success(request, format_html("{} {}", _("A to-do was made:"), link))
    elif made:
        text = ngettext("%(count)s to-do was made.", "%(count)s to-dos were made.", len(made))
        messages.success(request, text % {"count": len(made)})
    else:
        text = _("No to-do was made: the gap is closed by now, or has a to-do already.")
        messages.warning(request, text if found or names else _("Tick the gaps that are to become to-dos."))
    return HttpResponseRedirect(back(request))


def tell_done(request: HttpRequest, todos: Iterable[Any]) -> None:
    """To whoever closed a gap, which to-dos are done by that, if they may see them."""
    shown = [(admin_url(Todo, "change", todo.pk), todo) for todo in todos]
    if shown and may(request.user, "view", Todo):
        links = format_html_join(", ", '<a href="{}">{}</a>', shown)
        messages.success(
            request, format_html("{} {}", _("A gap is closed, and so its to-do is done:"), links)
        )


def back(request: HttpRequest) -> str:
    """Where the person came from, as far as it is here."""
    there = request.POST.get("back", "")
    here = url_has_allowed_host_and_scheme(there, allowed_hosts=None) and there.startswith("/")
    return there if here else reverse("admin:gaps")


# --- beside a record ---------------------------------------------------------------------------------------


def own_gaps(request: HttpRequest, record: Record) -> dict[str, Any]:
    """What a record's form shows of its own gaps."""
    found = gaps.of_record(record, Scope(tables=frozenset(readable(request.user))))
    shown = lines(found[:OWN], request.user)
    return {
        "own_gaps": shown[:AT_A_GLANCE],
        "further_own_gaps": shown[AT_A_GLANCE:],
        "more_own_gaps": max(len(found) - OWN, 0),
        "may_add_todo": may(request.user, "add", Todo),
    }


# --- on the first page -------------------------------------------------------------------------------------

URGENT = {"dead_link", "placeholder", "uncited_case", "uncited_finding", "uncited_claim", "cites_draft"}


def figures(tables: Iterable[str]) -> list[tuple[Any, int, str, bool]]:
    """(label, count, address, whether it needs somebody) of each kind of gap that there is."""
    counted = gaps.counts(Scope(tables=frozenset(tables)))
    url = reverse("admin:gaps")
    return [
        (one.kind.label, one.count, f"{url}?kind={one.kind.name}", one.kind.name in URGENT)
        for one in counted
        if one.count
    ]
