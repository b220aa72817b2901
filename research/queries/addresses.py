"""The public records that have a page, as far as their addresses and times go."""

from collections.abc import Iterator
from datetime import datetime

from research.rows import MODELS

# Tables whose records have a page of their own. The others' stand on a list, or on another record's page.
PAGED = (
    "notes",
    "cases",
    "organizations",
    "comparisons",
    "findings",
    "criteria",
    "theses",
    "events",
    "sources",
    "todos",
    "changelog",
)


def counts() -> dict[str, int]:
    """How many public records of each table have a page."""
    return {table: MODELS[table].objects.public().count() for table in PAGED}


def places(start: int, end: int) -> Iterator[tuple[str, datetime]]:
    """Those from `start` to before `end`, counted through all tables: (path, when it was written)."""
    for table, number in counts().items():
        if start < number and end > 0:
            model = MODELS[table]
            fields = (model.key_field, "updated_at")
            found = model.objects.public().only(*fields).order_by("pk")
            for record in found[max(start, 0) : end]:
                yield record.get_absolute_url(), record.updated_at
        start, end = start - number, end - number
