"""Due dates as a calendar to subscribe to: the public to-dos, and everybody's own at a private address.

Calendars show events and mostly leave tasks out, so a due date is an event of the whole day; `?as=tasks`
gives tasks. What is done or dropped is left out, and so goes from a calendar when it asks again.
"""

from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from research.admin.links import admin_url, number_of
from research.admin.rights import may_read
from research.models import Note, Todo, TodoState
from research.queries import lists
from research.queries.todos import dated
from research.text import ical
from research.text.markdown import excerpt
from research.views.addresses import absolute
from research.views.conditional import conditional
from research.views.downloads import saved_as

SALT = "research.calendar"
PRODUCT = "-//Comparanda//Comparanda//EN"
AGAIN = "PT6H"  # how often a calendar is to ask
EXCERPT = 300  # characters of a to-do's text
TASK = {TodoState.OPEN.value: "NEEDS-ACTION", TodoState.DOING.value: "IN-PROCESS"}

Shows = Callable[[Note], bool]


@require_safe
def todos_calendar(request: HttpRequest) -> HttpResponseBase:
    """`/todos.ics`, with the filters of the list."""
    todos = lists.filtered("todos", request.GET.dict())
    return sent(request, _("To-dos"), todos, lambda note: note.is_public, "public, no-cache")


# --- the private address -------------------------------------------------------------------------------


@require_safe
def my_calendar(request: HttpRequest, token: str) -> HttpResponseBase:
    """The holder's own to-dos, drafts too; 404 once they may not read to-dos or have a new password."""
    user = holder_of(token)
    if user is None or not may_read(user, Todo):
        raise Http404
    reads_notes = may_read(user, Note)
    todos = Todo.objects.filter(assignee=user)
    response = sent(request, _("My to-dos"), todos, lambda note: reads_notes, "private, no-cache")
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return response


def token_of(user: Any) -> str:
    return f"{user.pk}-{_seal(user)}"


def holder_of(token: str) -> Any:
    """The user whose address it is; a new password, or a new SECRET_KEY, makes it another."""
    number, _hyphen, seal = token.partition("-")
    pk = number_of(number)
    team = get_user_model().objects.filter(is_active=True, is_staff=True)
    user = team.filter(pk=pk).first() if pk is not None else None
    return user if user and constant_time_compare(seal, _seal(user)) else None


def _seal(user: Any) -> str:
    return salted_hmac(SALT, f"{user.pk}:{user.password}", algorithm="sha256").hexdigest()


def my_calendar_url(request: HttpRequest) -> str:
    """Whole, to be copied into a calendar."""
    return absolute(request, reverse("my_calendar", args=[token_of(request.user)]))


# --- what is sent --------------------------------------------------------------------------------------


def sent(request: HttpRequest, name: str, todos: QuerySet[Any], shows: Shows, cache: str) -> HttpResponseBase:
    """A calendar that has not changed since it was last asked for is not sent again."""
    kind = "VTODO" if request.GET.get("as") == "tasks" else "VEVENT"
    content = ical.written(
        calendar(request, kind, name, dated(todos).select_related("note", "assignee"), shows)
    )

    def whole() -> HttpResponse:
        response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
        response["Content-Disposition"] = saved_as("todos.ics", shown=True)
        return response

    return conditional(request, sha256(content).hexdigest(), whole, cache)


def calendar(
    request: HttpRequest, kind: str, name: str, todos: Iterable[Todo], shows: Shows
) -> Iterator[ical.Line]:
    title = ical.text(f"{name} · {settings.SITE_NAME}")
    head = [
        ("VERSION", "2.0"),
        ("PRODID", PRODUCT),
        ("CALSCALE", "GREGORIAN"),
        ("NAME", title),
        ("X-WR-CALNAME", title),
        ("REFRESH-INTERVAL;VALUE=DURATION", AGAIN),
        ("X-PUBLISHED-TTL", AGAIN),
    ]
    host = absolute(request, "/").split("/")[2]
    entries = [line for todo in todos for line in entry(request, kind, host, todo, shows)]
    return ical.component("VCALENDAR", head, entries or ical.utc())


def entry(request: HttpRequest, kind: str, host: str, todo: Todo, shows: Shows) -> Iterator[ical.Line]:
    """The due date of one to-do. Its number stays when it is renamed, and so does its UID."""
    note = todo.note if todo.note and shows(todo.note) else None
    at = ical.moment(todo.updated_at)
    path = todo.get_absolute_url() if todo.is_public else admin_url(Todo, "change", todo.pk)
    lines = [
        ("UID", ical.text(f"todo-{todo.pk}@{host}")),
        ("DTSTAMP", at),
        ("LAST-MODIFIED", at),
        ("SEQUENCE", str(todo.version - 1)),
        ("SUMMARY", ical.text(todo.title)),
        ("DESCRIPTION", ical.text(described(todo, note))),
        ("URL", absolute(request, path)),
        ("CATEGORIES", ical.texts([str(todo.get_state_display()), *([note.title] if note else [])])),
    ]
    return ical.component(kind, [*lines, *when(kind, todo)])


def when(kind: str, todo: Todo) -> list[ical.Line]:
    assert todo.due
    if kind == "VTODO":
        return [("DUE;VALUE=DATE", ical.day(todo.due)), ("STATUS", TASK[todo.state])]
    # Without an end it lasts the day; it keeps nobody's time.
    return [("DTSTART;VALUE=DATE", ical.day(todo.due)), ("STATUS", "CONFIRMED"), ("TRANSP", "TRANSPARENT")]


def described(todo: Todo, note: Note | None) -> str:
    lines = [
        excerpt(todo.body, EXCERPT),
        f"{_('note')}: {note.title}" if note else "",
        f"{_('assignee')}: {todo.assignee}" if todo.assignee else "",
    ]
    return "\n".join(filter(None, lines))
