"""To-dos in public: the board, the list, and the page of each."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from research.models import Note, Todo
from research.queries import lists
from research.queries import todos as queries
from research.queries.apparatus import Apparatus
from research.views import linked_data
from research.views.pages import PER_PAGE, detail, page_of, public_or_404

SHOWN = ("note", "assignee")


def todos(request: HttpRequest) -> HttpResponse:
    """The board, a column for each state; `?view=list`: all as a list, what is due first."""
    listing = lists.listing("todos", request.GET.dict())
    records = listing.records.select_related(*SHOWN)
    counts = queries.progress(listing.records)
    context: dict[str, Any] = {"listing": listing, "progress": counts}
    if request.GET.get("view") == "list":
        page = page_of(request, queries.by_urgency(records), PER_PAGE)
    else:
        columns = queries.columns(records, counts)
        page = page_of_all([todo for column in columns for todo in column.todos], counts)
        context |= {"columns": columns, "shares": shares(listing.records)}
        listing.choices = [
            choice for choice in listing.choices if choice.facet.name != "state" or choice.chosen
        ]
    context |= {"page": page, "described": linked_data.of_listing(request, listing.model, page)}
    return render(request, "research/todos.html", context)


def page_of_all(shown: list[Todo], counts: queries.Progress) -> Page[Any]:
    """What the board shows, as one page that knows how many there are in all."""
    paginator: Any = Paginator(shown, max(len(shown), 1))
    page: Page[Any] = paginator.page(1)
    paginator.count = counts.counts.total()
    return page


def shares(todos: QuerySet[Any]) -> list[tuple[str, list[queries.Share]]]:
    """By note and by person, as (facet, shares)."""
    return [
        ("note", queries.by_note(todos, Note.objects.public())),
        ("assignee", queries.by_person(todos)),
    ]


def todo(request: HttpRequest, slug: str) -> HttpResponse:
    record = public_or_404(Todo.objects.select_related(*SHOWN), slug)
    apparatus = Apparatus([record])
    related = queries.by_table(apparatus.linked(record))
    return detail(request, "todo", record, apparatus=apparatus, related=related)
