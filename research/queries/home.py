"""The home page: the newest comparison, what changed, what is missing."""

from collections import Counter
from typing import Any

from django.conf import settings
from django.db.models import Count, QuerySet

from research.models import Case, ChangelogEntry, Comparison, Finding, Note, Source, Todo
from research.queries import gaps
from research.queries.comparison import Matrix


def home() -> dict[str, Any]:
    newest = Comparison.objects.public().order_by("-updated_at").first()
    return {
        "matrix": Matrix(newest) if newest else None,
        "notes": Note.objects.public()[:5],
        "changelog": ChangelogEntry.objects.public().select_related("note")[:5],
        "todos": Todo.objects.public().filter(state__in=("open", "doing"))[:5],
        "counts": [(model, model.objects.public().count()) for model in (Note, Case, Finding, Source)],
        "missing": missing(),
    }


def missing() -> list[gaps.Count]:
    """How many gaps of each kind readers may know of, where they are told; a query a kind."""
    return gaps.counts(gaps.Scope(public=True)) if settings.PUBLIC_GAPS else []


def todo_counts(todos: QuerySet[Any]) -> Counter[str]:
    return Counter(dict(todos.order_by().values_list("state").annotate(count=Count("pk", distinct=True))))
