"""When records were first published and last changed in public, from their histories."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, Max, Min, OuterRef, QuerySet

from research.models import Revision


@dataclass
class Publication:
    """A public record, when readers first saw it, and when what they see of it was last written."""

    record: Any
    published: datetime
    updated: datetime


def newest(records: QuerySet[Any], number: int) -> list[Publication]:
    """The public ones among the records of a table, last published first; in two queries."""
    public = records.public()  # type: ignore[attr-defined]
    seen = Revision.objects.filter(table=records.model.table, record_id__in=public.order_by().values("pk"))
    moments = seen.published().order_by().values("record_id")
    moments = moments.annotate(first=Min("pk"), begun=Min("at"), updated=Max("at"))
    found = list(moments.order_by("-first")[:number])
    by_id = public.in_bulk([row["record_id"] for row in found])
    return [
        Publication(by_id[row["record_id"]], row["begun"], row["updated"])
        for row in found
        if row["record_id"] in by_id  # withdrawn between the two queries
    ]


def last_change() -> datetime | None:
    """When anything was last published, changed in public or withdrawn; drafts do not count."""
    same = Revision.objects.filter(table=OuterRef("table"), record_id=OuterRef("record_id"))
    written = Revision.objects.filter(aside=False)
    withdrawn = written.filter(Exists(same.filter(pk__lt=OuterRef("pk")).published()))
    moments = (written.published() | withdrawn).order_by("-pk").values_list("at", flat=True)
    found: datetime | None = moments.first()
    return found
