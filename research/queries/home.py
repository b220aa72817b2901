"""The home page: the newest comparison, what changed, what is missing."""

from typing import Any

from django.conf import settings

from research.models import Case, ChangelogEntry, Comparison, Finding, Note, Source, Todo
from research.queries import gaps
from research.queries.comparison import Matrix
from research.queries.todos import BY_DUE, unfinished


def home() -> dict[str, Any]:
    newest = Comparison.objects.public().order_by("-updated_at").first()
    return {
        "matrix": Matrix(newest) if newest else None,
        "notes": Note.objects.public()[:5],
        "changelog": ChangelogEntry.objects.public().select_related("note")[:5],
        "todos": unfinished(Todo.objects.public()).order_by(*BY_DUE)[:5],
        "counts": [(model, model.objects.public().count()) for model in (Note, Case, Finding, Source)],
        "missing": missing(),
    }


def missing() -> list[gaps.Count]:
    """How many gaps of each kind readers may know of, where they are told; a query a kind."""
    return gaps.counts(gaps.Scope(public=True)) if settings.PUBLIC_GAPS else []
