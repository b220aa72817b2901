"""Public sources as CSL-JSON items: one, those of a list, and those that a page's records cite."""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from django.db.models import QuerySet

from research.models import Comparison, Record, Source
from research.queries.apparatus import Apparatus
from research.queries.comparison import Matrix
from research.rows import TABLES, Rows
from research.text.bibliography import Item, item_of


def item(source: Source) -> Item:
    """The source as an item, with its tags: select them with it."""
    return item_of(_codec().row(source))


def item_without_tags(source: Source) -> Item:
    """As `item`, for lists that have not read the tags."""
    codec = _codec()
    return item_of({name: codec.fields[name].export(source) for name in codec.columns if name != "tags"})


def items(sources: QuerySet[Any]) -> Iterator[Item]:
    """The sources as items, sorted by key, a chunk at a time."""
    return map(item_of, _codec().rows(sources))


def references(record: Record) -> QuerySet[Any]:
    """The public sources in the reference list of the record's page."""
    apparatus = Matrix(record).apparatus if isinstance(record, Comparison) else Apparatus([record])
    return sources_of(apparatus.sources)


def sources_of(sources: Iterable[Source]) -> QuerySet[Any]:
    found: QuerySet[Any] = Source.objects.public().filter(pk__in=[source.pk for source in sources])
    return found


@cache
def _codec() -> Rows:
    return TABLES["sources"](public=True)
