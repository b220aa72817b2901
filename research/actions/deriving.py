"""What follows from a record: citations, links, the search index."""

from typing import Any

from research import search
from research.models import Citation, Link, Record, Source
from research.rows import Row
from research.text import markdown
from research.text.citations import Cite

BATCH = 500


def forget(table: str, ids: list[int]) -> None:
    """Take away what was derived from the records; a new one has nothing yet."""
    if ids:
        Citation.objects.filter(table=table, record_id__in=ids).delete()
        Link.objects.filter(table=table, record_id__in=ids).delete()
        search.remove(table, ids)


def derive(table: str, records: list[Record], rows: dict[int, Row]) -> None:
    read = {
        record.pk: [markdown.read(getattr(record, name)) for name in record.text_fields] for record in records
    }
    cited = {pk: _cites(found) for pk, found in read.items()}
    keys = {cite.key for cites in cited.values() for cite in cites}
    sources = dict(Source.objects.filter(key__in=keys).values_list("key", "pk")) if keys else {}
    Citation.objects.bulk_create(
        Citation(
            table=table,
            record_id=pk,
            key=cite.key,
            source_id=sources.get(cite.key),
            locator=cite.locator[:200],
            position=position,
        )
        for pk, cites in cited.items()
        for position, cite in enumerate(cites, start=1)
    )
    Link.objects.bulk_create(
        Link(table=table, record_id=record.pk, target_table=target_table, target_key=key)
        for record in records
        for target_table, key in sorted(_links(read[record.pk]))
    )
    search.index(table, records, rows, read)


def _cites(read: list[markdown.Reading]) -> list[Cite]:
    return [cite for text in read for cite in text.cites if len(cite.key) <= 120]


def _links(read: list[markdown.Reading]) -> set[tuple[str, str]]:
    found = (link for text in read for link in text.links)
    return {(link.table, link.slug) for link in found if len(link.slug) <= 120 and len(link.table) <= 30}


def resolve(sources: list[Any]) -> None:
    """Texts may cite a key before a source has it."""
    ids = {source.key: source.pk for source in sources}
    waiting = list(Citation.objects.filter(source=None, key__in=ids))
    for citation in waiting:
        citation.source_id = ids[citation.key]
    Citation.objects.bulk_update(waiting, ["source"], batch_size=BATCH)
