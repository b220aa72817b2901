"""What a Markdown field offers while someone types `@` or `[[`: sources by key, title or author; records."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.http import HttpRequest, JsonResponse

from research.admin.rights import may_read, may_read_some, readable
from research.models import Record, Source, Status

MOST, LONGEST = 20, 60  # suggestions; characters that are looked for


def suggestions(request: HttpRequest) -> JsonResponse:
    """`?kind=source&q=` or `?kind=record&q=`: at most MOST, the likest first, of what the person may see.

    Each has `key` and `table`, a `title`, a `detail` beside it, and `draft` where readers do not see it. What
    is no question (another kind, a NUL, a text too long) has no answers.
    """
    if not may_read_some(request.user):
        raise PermissionDenied
    kind, asked = request.GET.get("kind", ""), request.GET.get("q", "").strip()
    if "\x00" in asked or len(asked) > LONGEST:
        return JsonResponse({"found": []})
    if kind == "source":
        found = sources(asked) if may_read(request.user, Source) else []
    else:
        found = records(asked, readable(request.user)) if kind == "record" else []
    return JsonResponse({"found": found})


def sources(asked: str) -> list[dict[str, Any]]:
    """One query."""
    found = like(Source.objects.all(), asked, ["key", "title", "authors"])
    values = found.values_list("key", "title", "authors", "issued", "status")[:MOST]
    return [
        offer("sources", key, title, " · ".join(filter(None, [authors[:80], issued])), status)
        for key, title, authors, issued, status in values
    ]


def records(asked: str, tables: dict[str, type[Record]]) -> list[dict[str, Any]]:
    """One query a table; `cases/城` asks in one table only."""
    table, slash, rest = asked.partition("/")
    if slash and table in tables:
        tables, asked = {table: tables[table]}, rest.strip()
    found: list[tuple[int, dict[str, Any]]] = []
    for name, model in tables.items():
        columns = [model.key_field, model.title_fields[0]]
        for record in like(model.objects.select_related(*model.named_by), asked, columns)[:MOST]:
            status = getattr(record, "status", Status.PUBLISHED)
            kind = str(model._meta.verbose_name)
            found.append((record.rank, offer(name, record.record_key, str(record), kind, status)))
    found.sort(key=lambda one: one[0])
    return [one for _rank, one in found[:MOST]]


def like(records: QuerySet[Any], asked: str, columns: Iterable[str]) -> QuerySet[Any]:
    """The records that hold what is asked in one of the columns, with `rank`: first whose key begins so.

    Of what holds nothing to compare, the last changed come first.
    """
    key, *_others = columns
    if not asked:
        return records.annotate(rank=Value(0)).order_by("-updated_at", key)
    condition = Q()
    for column in columns:
        condition |= Q(**{f"{column}__icontains": asked})
    rank = Case(
        When(**{f"{key}__iexact": asked}, then=0),
        When(**{f"{key}__istartswith": asked}, then=1),
        When(**{f"{key}__icontains": asked}, then=2),
        default=3,
        output_field=IntegerField(),
    )
    return records.filter(condition).annotate(rank=rank).order_by("rank", key)


def offer(table: str, key: str, title: str, detail: str, status: str) -> dict[str, Any]:
    return {
        "table": table,
        "key": key,
        "title": title[:120],
        "detail": detail,
        "draft": status != Status.PUBLISHED,
    }
