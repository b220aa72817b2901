"""To-dos: how far the team is, what is due, and the columns of the board. The caller chooses which to-dos."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Case, Count, F, QuerySet, Value, When
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from research.models import UNFINISHED, Record, Todo, TodoState
from research.queries.apparatus import Linking

MOST, LATEST = 100, 20  # cards of a column: of what is unfinished, and of what is not
BY_DUE = (F("due").asc(nulls_last=True), "slug")
STATE = "state"


def unfinished(todos: QuerySet[Any], state: str = STATE) -> QuerySet[Any]:
    return todos.filter(**{f"{state}__in": UNFINISHED})


def overdue(todos: QuerySet[Any], state: str = STATE) -> QuerySet[Any]:
    """As `Todo.is_overdue`."""
    return unfinished(todos, state).filter(due__lt=timezone.localdate())


def by_urgency(todos: QuerySet[Any]) -> QuerySet[Any]:
    """What is unfinished first, then by due date; what has none is last."""
    rank = Case(When(state__in=UNFINISHED, then=Value(0)), default=Value(1))
    return todos.annotate(rank=rank).order_by("rank", *BY_DUE)


def dated(todos: QuerySet[Any]) -> QuerySet[Any]:
    """What a calendar of due dates has."""
    return unfinished(todos).exclude(due=None).order_by("due", "slug")


# --- how far the team is -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Progress:
    """How many to-dos there are in each state; what was dropped counts neither as done nor as to do."""

    counts: Counter[str]

    @property
    def done(self) -> int:
        return self.counts[TodoState.DONE]

    @property
    def unfinished(self) -> int:
        return sum(self.counts[state] for state in UNFINISHED)

    @property
    def total(self) -> int:
        return self.done + self.unfinished


@dataclass(frozen=True)
class Share:
    """The progress of one note or person; `key` is what a list is filtered by, empty where it cannot be."""

    name: str | Promise
    key: str
    progress: Progress


def progress(todos: QuerySet[Any], state: str = STATE) -> Progress:
    """In one query."""
    return Progress(Counter(dict(todos.order_by().values_list(state).annotate(count=_count()))))


def progress_of(todos: Iterable[Todo]) -> Progress:
    """Of to-dos that were read already."""
    return Progress(Counter(todo.state for todo in todos))


def by_note(todos: QuerySet[Any], notes: QuerySet[Any], state: str = STATE) -> list[Share]:
    """In two queries; to-dos of other notes than these count with those that have none."""
    return _shares(todos, "note", notes, state, lambda note: (note.title, note.slug), _("without a note"))


def by_person(todos: QuerySet[Any], state: str = STATE) -> list[Share]:
    """In two queries."""
    people = get_user_model().objects.all()
    return _shares(
        todos,
        "assignee",
        people,
        state,
        lambda user: (str(user), user.get_username()),
        _("assigned to nobody"),
    )


def _shares(
    todos: QuerySet[Any],
    column: str,
    owners: QuerySet[Any],
    state: str,
    named: Callable[[Any], tuple[str, str]],
    nobody: Promise,
) -> list[Share]:
    """Who has most to do first; what belongs to nobody is last."""
    counted = list(todos.order_by().values_list(column, state).annotate(count=_count()))
    known = owners.in_bulk({pk for pk, _state, _count in counted if pk is not None})
    counts: dict[int | None, Counter[str]] = {}
    for pk, name, count in counted:
        counts.setdefault(pk if pk in known else None, Counter())[name] += count
    rest = counts.pop(None, None)
    found = [Share(*named(known[pk]), Progress(count)) for pk, count in counts.items() if pk is not None]
    found.sort(key=lambda share: (-share.progress.unfinished, str(share.name)))
    return [*found, *([Share(nobody, "", Progress(rest))] if rest else [])]


def _count() -> Count:
    return Count("pk", distinct=True)


# --- the board -----------------------------------------------------------------------------------------


@dataclass
class Column:
    """The to-dos of one state: how many there are, and those that the board shows."""

    state: TodoState
    count: int
    todos: list[Any] = field(default_factory=list)

    @property
    def more(self) -> int:
        return max(self.count - len(self.todos), 0)


def columns(todos: QuerySet[Any], counts: Progress, state: str = STATE) -> list[Column]:
    """One query a state: what is unfinished by due date, the rest by when it was settled, newest first."""
    found = []
    for one in TodoState:
        there = todos.filter(**{state: one})
        shown = (
            there.order_by(*BY_DUE)[:MOST] if one in UNFINISHED else there.order_by("-updated_at")[:LATEST]
        )
        found.append(Column(one, counts.counts[one], list(shown)))
    return found


# --- what a to-do is about -----------------------------------------------------------------------------


def by_table(records: Sequence[Record]) -> list[Linking]:
    """The records that a to-do's texts link to, grouped as those are that link to it."""
    models = list(dict.fromkeys(type(record) for record in records))
    grouped = [(model, [record for record in records if type(record) is model]) for model in models]
    return [Linking(model, len(found), found) for model, found in grouped]
