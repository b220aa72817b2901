"""Sources as CSL-JSON items, from which references and downloads are made."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from django.db.models import QuerySet

from research.models import Source
from research.rows import SourceRows
from research.text.bibliography import Item, item_of


def item(source: Source) -> Item:
    """The source as an item, with its tags: select them with it."""
    return item_of(_codec().row(source))


def item_without_tags(source: Source) -> Item:
    """As `item`, for lists that have not read the tags."""
    codec = _codec()
    row = {name: codec.fields[name].export(source) for name in codec.columns if name != "tags"}
    return item_of(codec.as_shown(row))


def items(sources: QuerySet[Any]) -> Iterator[Item]:
    """The sources as items, sorted by key, a chunk at a time."""
    return map(item_of, _codec().rows(sources))


@cache
def _codec() -> SourceRows:
    return SourceRows(public=True)
