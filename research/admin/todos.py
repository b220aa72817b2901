"""The board of to-dos, a column for each state. Each card has a form that moves it.

A script sends the same form for a drag and for the arrow keys.

A to-do with a newer draft stands where that draft has it, and is moved in it, as the record's form would do.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.db.models import CharField, Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from research import actions
from research.admin import unknown
from research.admin.base import REFUSALS, explained, who
from research.admin.forms import SeenVersion, Text, draft_of, laid_over
from research.admin.links import record_link
from research.admin.rights import is_published, may_publish, may_read
from research.models import Comment, Draft, Link, Note, Status, Todo, TodoState
from research.queries import todos as queries
from research.queries.apparatus import link_targets, links_of
from research.queries.cited import any_records
from research.queries.lists import FACETS, Choice

STANDING = "standing_state"  # the state as the team sees it: the newer draft's, if there is one
FILTERS = ("note", "assignee", "tag", "overdue")


class MoveForm(forms.Form):
    """Where a to-do is to go, and from which version; what is done needs its result."""

    to = forms.ChoiceField(label=gettext_lazy("Move to"), choices=TodoState.choices)
    results = Text(
        label=gettext_lazy("results"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("What was found out or done, with its sources: [@key]."),
    )
    seen_version = SeenVersion(widget=forms.HiddenInput)
    seen_draft = forms.BooleanField(required=False, widget=forms.HiddenInput)


@dataclass
class Move:
    """A to-do on its way: the form that was sent, and whether the record's newer draft is what was seen."""

    todo: Any
    form: MoveForm
    draft: Draft | None

    @property
    def is_stale(self) -> bool:
        return bool(self.form.cleaned_data["seen_draft"]) != (self.draft is not None)

    def change(self, user: Any) -> actions.Change:
        """Raises ValidationError where the to-do would break a rule."""
        published, data, todo = is_published(self.todo), self.form.cleaned_data, self.todo
        aside = published and (self.draft is not None or not may_publish(user, Todo))
        if self.draft:
            laid_over(todo, self.draft)
        elif aside:
            todo.status = Status.DRAFT
        todo.state, columns = data["to"], {"state"}
        if "results" in self.form.data:
            todo.results = data["results"]
            columns.add("results")
        todo.clean()
        todo.version = data["seen_version"]
        return actions.Change(todo, columns=columns, from_draft=self.draft is not None, aside=aside)

    def unasked(self) -> MoveForm:
        """The form that asks for what was not asked yet."""
        return asking(self.todo, self.draft, self.form.cleaned_data["to"])

    def wrong(self, error: ValidationError) -> MoveForm:
        """What was sent, with what is wrong with it."""
        for name, texts in error.message_dict.items():
            self.form.add_error(name if name in self.form.fields else None, texts)
        return self.form


class TodoBoard(admin.ModelAdmin):
    """For the admin of to-dos."""

    change_list_template: ClassVar[Any] = "admin/research/todo/change_list.html"
    change_form_template = "admin/research/todo/change_form.html"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("board/", view(self.board_view), name="research_todo_board"),
            path("<int:pk>/move/", view(self.move_view), name="research_todo_move"),
            *super().get_urls(),
        ]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        todo = context.get("original")
        if todo is not None and todo.pk:
            context["related"] = related(todo, request.user)
        return super().render_change_form(request, context, *args, **kwargs)

    # --- the board -------------------------------------------------------------------------------------

    def board_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        todos = with_standing(self.get_queryset(request).select_related("note", "assignee"))
        choices = choices_of(request, todos)
        found = kept(todos, choices)
        counts = queries.progress(found, STANDING)
        columns = queries.columns(found, counts, STANDING)
        told([todo for column in columns for todo in column.todos])
        context = {
            **self.admin_site.each_context(request),
            "title": _("Board of to-dos"),
            "opts": self.opts,
            "choices": choices,
            "is_filtered": any(choice.chosen for choice in choices),
            "columns": columns,
            "states": TodoState,
            "progress": counts,
            "shares": shares(found, request.user),
            "may_read_notes": may_read(request.user, Note),
            "may_move": self.has_change_permission(request),
            "may_add": self.has_add_permission(request),
            "query": query_of(request),
        }
        return TemplateResponse(request, "admin/research/todo/board.html", context)

    # --- moving ----------------------------------------------------------------------------------------

    def move_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """GET asks where to, with the result; POST moves, and leads back to the board with its filters."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        todo: Any = self.get_object(request, str(pk))
        if todo is None:
            messages.error(request, _("Nothing was moved: the to-do has been deleted."))
            return self.to_board(request)
        draft = draft_of(todo)
        if request.method != "POST":
            return self.ask(request, todo, asking(todo, draft, request.GET.get("to", "")))
        move = Move(todo, MoveForm(request.POST), draft)
        if not move.form.is_valid():
            raise BadRequest(f"No move: {move.form.errors.as_text()}")
        return self.moved(request, move)

    def moved(self, request: HttpRequest, move: Move) -> HttpResponse:
        """The answer to a move that can be read."""
        if move.is_stale:
            messages.error(
                request, _("Nothing was moved: somebody else has saved this meanwhile. Look again.")
            )
            return self.to_board(request, move.todo)
        try:
            change = move.change(request.user)
        except ValidationError as error:
            return self.ask(
                request, move.todo, move.unasked() if lacks_results(error, request) else move.wrong(error)
            )
        try:
            merged = actions.write([change], by=who(request), via="board")
        except actions.Conflict as error:
            return self.conflicting(request, move, error.clashes[0])
        except REFUSALS as error:
            messages.error(request, explained(error))
            return self.to_board(request, move.todo)
        self.tell_merged(request, merged)  # type: ignore[attr-defined]
        tell_moved(request, change)
        unknown.tell(request, [change.record] if "results" in request.POST else [])
        return self.to_board(request, move.todo)

    def conflicting(self, request: HttpRequest, move: Move, clash: actions.Clash) -> HttpResponse:
        """Others moved it meanwhile. A result that was typed is not lost; to be told is to have seen."""
        author = (clash.last.author if clash.last else "") or "–"
        named = {"author": author, "record": clash.base.get("title") or str(move.todo)}
        text = _("“%(record)s”: deleted meanwhile by %(author)s. Nothing was moved.")
        if clash.merged is not None:
            text = _("“%(record)s”: changed meanwhile by %(author)s, “%(state)s” now. Nothing was moved.")
            named["state"] = str(TodoState(clash.theirs["state"]).label)
        if not request.POST.get("results"):
            messages.error(request, text % named)
            return self.to_board(request, move.todo)
        data: Any = request.POST.copy()
        data["seen_version"], data["seen_draft"] = str(clash.version or 1), "True" if clash.aside else ""
        form = MoveForm(data)
        form.add_error(None, text % named)
        response = self.ask(request, move.todo, form)
        response.status_code = 409
        return response

    def ask(self, request: HttpRequest, todo: Any, form: MoveForm) -> HttpResponse:
        url = reverse("admin:research_todo_move", args=[todo.pk])
        context = {
            **self.admin_site.each_context(request),
            "title": _("Move “%s”") % todo,
            "opts": self.opts,
            "todo": todo,
            "form": form,
            "move_url": with_query(url, request),
            "board_url": board_url(request, todo),
        }
        return TemplateResponse(request, "admin/research/todo/move.html", context)

    def to_board(self, request: HttpRequest, todo: Any = None) -> HttpResponseRedirect:
        return HttpResponseRedirect(board_url(request, todo))


def with_standing(todos: QuerySet[Any]) -> QuerySet[Any]:
    newer = Draft.objects.filter(table=Todo.table, record_id=OuterRef("pk"))
    state = Subquery(newer.annotate(state=KT("row__state")).values("state")[:1], output_field=CharField())
    return todos.annotate(**{STANDING: Coalesce(state, F("state"), output_field=CharField())})


def told(todos: list[Any]) -> None:
    """Give each what its card says beside its own values; one query for them all."""
    said = Comment.objects.filter(table=Todo.table, record_id__in=[todo.pk for todo in todos]).order_by()
    counts = said.values_list("record_id").annotate(all=Count("pk"), open=Count("pk", Q(resolved_at=None)))
    comments = {pk: (count, unresolved) for pk, count, unresolved in counts}
    for todo in todos:
        todo.comments, todo.open_comments = comments.get(todo.pk, (0, 0))
        todo.public_state = todo.get_state_display()
        todo.newer_label = Status(todo.newer).label if todo.newer else ""
        todo.state = todo.standing_state


def choices_of(request: HttpRequest, todos: QuerySet[Any]) -> list[Choice]:
    """The filters with what these to-dos have; of notes only for whoever may read them."""
    hidden = () if may_read(request.user, Note) else ("note", "tag")
    facets = {facet.name: facet for facet in FACETS[Todo.table] if facet.name in FILTERS}
    return [
        Choice(
            facets[name],
            facets[name].options_of(queries.overdue(todos, STANDING) if name == "overdue" else todos),
            request.GET.get(name, ""),
        )
        for name in FILTERS
        if name not in hidden
    ]


def kept(todos: QuerySet[Any], choices: list[Choice]) -> QuerySet[Any]:
    """The to-dos that the filters leave; an unknown value leaves none."""
    lookups = {facet.name: facet.lookup for facet in FACETS[Todo.table]}
    for choice in choices:
        if "\x00" in choice.chosen:
            return todos.none()
        if choice.facet.name == "overdue" and choice.chosen:
            todos = queries.overdue(todos, STANDING) if choice.chosen == "yes" else todos.none()
        elif choice.chosen:
            todos = todos.filter(**{lookups[choice.facet.name]: choice.chosen})
    return todos


def shares(todos: QuerySet[Any], user: Any) -> list[tuple[str, list[queries.Share]]]:
    by_note = queries.by_note(todos, Note.objects.all(), STANDING) if may_read(user, Note) else []
    return [("note", by_note), ("assignee", queries.by_person(todos, STANDING))]


def asking(todo: Todo, draft: Draft | None, to: str) -> MoveForm:
    """The form to be filled in, from what stands."""
    row = draft.row if draft else {}
    standing = row.get("state", todo.state)
    to = to if to in TodoState.values else standing
    initial = {"to": to, "results": row.get("results", todo.results)}
    return MoveForm(initial={**initial, "seen_version": todo.version, "seen_draft": draft is not None})


def lacks_results(error: ValidationError, request: HttpRequest) -> bool:
    """Whether all that is wrong is that nobody was asked for the results yet."""
    return [*error.message_dict] == ["results"] and "results" not in request.POST


def tell_moved(request: HttpRequest, change: actions.Change) -> None:
    todo: Any = change.record
    named = {"record": todo, "state": TodoState(todo.state).label}
    if change.aside:
        text = _("“%(record)s” is “%(state)s” in its newer draft; the public sees that once it is published.")
    else:
        text = _("“%(record)s” is “%(state)s” now.")
    messages.success(request, text % named)


def related(todo: Todo, user: Any) -> list[tuple[SafeString, bool]]:
    """What the to-do's texts link to, each with whether it is public; of tables that the person may see."""
    names = links_of(Link.objects.of_records([todo])).get((Todo.table, todo.pk), [])
    found: dict[tuple[str, int], Any] = {
        (target.table, target.pk): target for target in link_targets(names, any_records).values()
    }
    shown = [target for target in found.values() if may_read(user, type(target))]
    return [(record_link(target), target.is_public) for target in shown]


# --- addresses -----------------------------------------------------------------------------------------


def query_of(request: HttpRequest) -> str:
    """The board's filters as they were sent, and nothing else."""
    query = QueryDict(mutable=True)
    for name in FILTERS:
        if value := request.GET.get(name):
            query[name] = value
    return query.urlencode()


def with_query(url: str, request: HttpRequest) -> str:
    query = query_of(request)
    return f"{url}?{query}" if query else url


def board_url(request: HttpRequest, todo: Any = None) -> str:
    """With the filters, at the to-do."""
    place = f"#todo-{todo.pk}" if todo is not None else ""
    return with_query(reverse("admin:research_todo_board"), request) + place
