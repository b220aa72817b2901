"""The home page: the newest comparison, what changed, what is missing."""

from typing import Any

from django.db.models import QuerySet

from research.models import Case, ChangelogEntry, Citation, Comparison, Finding, Note, Record, Source, Todo
from research.queries.comparison import Matrix
from research.queries.todos import BY_DUE, unfinished
from research.rows import MODELS


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


def missing() -> dict[str, int]:
    """How much of what is public still lacks a source, a date or a mode."""
    return {
        "uncited_cases": uncited("cases").count(),
        "uncited_findings": uncited("findings").count(),
        "undated_findings": Finding.objects.public().filter(as_of="").count(),
        "cases_without_mode": Case.objects.public().filter(mode=None).count(),
    }


def uncited(table: str) -> QuerySet[Record]:
    cited = Citation.objects.filter(table=table, source__in=Source.objects.public()).values("record_id")
    found: QuerySet[Record] = MODELS[table].objects.public().exclude(pk__in=cited)
    return found
