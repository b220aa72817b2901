"""When records were first published and last changed in public, from their histories."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, Max, Min, OuterRef, QuerySet, Subquery

from research.models import Comparison, ComparisonVersion, Revision


@dataclass
class Publication:
    """A public record, when readers first saw it, and when what they see of it was last written.

    What a comparison says changes also with its cases and findings, so it is new again with each version.
    """

    record: Any
    published: datetime
    written: datetime

    @property
    def version(self) -> ComparisonVersion | None:
        """The last that readers may have."""
        names = ("slug", "number", "at")
        found = {name: getattr(self.record, f"version_{name}", None) for name in names}
        return ComparisonVersion(**found) if found["number"] else None

    @property
    def updated(self) -> datetime:
        return max(self.written, self.version.at) if self.version else self.written


def newest(records: QuerySet[Any], number: int) -> list[Publication]:
    """The public ones among the records of a table, last published first; in two queries."""
    public = records.public()  # type: ignore[attr-defined]
    seen = Revision.objects.filter(table=records.model.table, record_id__in=public.order_by().values("pk"))
    moments = seen.published().order_by().values("record_id")
    moments = moments.annotate(first=Min("pk"), begun=Min("at"), updated=Max("at"))
    found = list(moments.order_by("-first")[:number])
    shown = with_version(public) if records.model is Comparison else public
    by_id = shown.in_bulk([row["record_id"] for row in found])
    return [
        Publication(by_id[row["record_id"]], row["begun"], row["updated"])
        for row in found
        if row["record_id"] in by_id  # withdrawn between the two queries
    ]


def with_version(comparisons: QuerySet[Any]) -> QuerySet[Any]:
    """The comparisons with what `Publication.version` reads of their last version."""
    own = ComparisonVersion.objects.filter(comparison=OuterRef("pk"), withdrawn_at=None).order_by("-number")
    return comparisons.annotate(
        **{f"version_{name}": Subquery(own.values(name)[:1]) for name in ("slug", "number", "at")}
    )


def last_version() -> datetime | None:
    """When a version was last frozen or withdrawn."""
    found = ComparisonVersion.objects.aggregate(at=Max("at"), withdrawn=Max("withdrawn_at"))
    return max(filter(None, found.values()), default=None)


def last_change() -> datetime | None:
    """When anything was last published, changed in public or withdrawn; drafts do not count."""
    same = Revision.objects.filter(table=OuterRef("table"), record_id=OuterRef("record_id"))
    written = Revision.objects.filter(aside=False)
    withdrawn = written.filter(Exists(same.filter(pk__lt=OuterRef("pk")).published()))
    moments = (written.published() | withdrawn).order_by("-pk").values_list("at", flat=True)
    found: datetime | None = moments.first()
    return found
