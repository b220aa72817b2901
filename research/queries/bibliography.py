"""The public sources that a page's records cite."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from research.models import Comparison, Record, Source
from research.queries.apparatus import Apparatus
from research.queries.comparison import Matrix


def references(record: Record) -> QuerySet[Any]:
    """The public sources in the reference list of the record's page."""
    apparatus = Matrix(record).apparatus if isinstance(record, Comparison) else Apparatus([record])
    return sources_of(apparatus.sources)


def sources_of(sources: Iterable[Source]) -> QuerySet[Any]:
    found: QuerySet[Any] = Source.objects.public().filter(pk__in=[source.pk for source in sources])
    return found
