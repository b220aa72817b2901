"""What follows from a record: citations, links, placeholders, the search index."""

import time
from collections.abc import Iterator
from typing import Any

from django.db import transaction

from research import search
from research.models import Citation, Link, Placeholder, Record, Source
from research.plans import Progress
from research.rows import MODELS, TABLES, Row
from research.text import markdown, placeholders
from research.text.citations import Cite

BATCH = 500
OF_THE_WORK = {"todos", "changelog"}  # they speak of what is missing elsewhere
ADDRESSES = {"key", "identifier", "url"}  # title fields that hold no words


def rederive() -> Iterator[Progress]:
    """Derive anew from all records as they stand, a batch at a time: after an upgrade that derives more.

    No revision is written and no version counted: the records stay as they are.
    """
    began, done = time.monotonic(), 0
    whole = sum(model.objects.count() for model in MODELS.values())
    for table, model in MODELS.items():
        last = 0
        while ids := list(
            model.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]
        ):
            rederive_batch(table, ids)
            last, done = ids[-1], done + len(ids)
            yield Progress(done, min(done / whole, 1.0), time.monotonic() - began)


@transaction.atomic
def rederive_batch(table: str, ids: list[int]) -> None:
    """The records stay locked until all is written, so that nobody derives from another text meanwhile."""
    model = MODELS[table]
    records = list(model.objects.select_for_update().filter(pk__in=ids).order_by("pk"))
    saved = TABLES[table]().saved(model.objects.filter(pk__in=ids))
    forget(table, ids)
    derive(table, records, {pk: row for pk, _version, row in saved})


def lacks_sentences() -> bool:
    """Whether all citations come from a time that kept no sentences."""
    return Citation.objects.exists() and not Citation.objects.exclude(sentence="").exists()


def forget(table: str, ids: list[int]) -> None:
    """Take away what was derived from the records; a new one has nothing yet."""
    if ids:
        Citation.objects.filter(table=table, record_id__in=ids).delete()
        Link.objects.filter(table=table, record_id__in=ids).delete()
        Placeholder.objects.filter(table=table, record_id__in=ids).delete()
        search.remove(table, ids)


def derive(table: str, records: list[Record], rows: dict[int, Row]) -> None:
    read = {
        record.pk: [markdown.read(getattr(record, name)) for name in record.text_fields] for record in records
    }
    cited = {pk: _cites(found) for pk, found in read.items()}
    keys = {cite.key for cites in cited.values() for cite, _sentence in cites}
    sources = dict(Source.objects.filter(key__in=keys).values_list("key", "pk")) if keys else {}
    Citation.objects.bulk_create(
        Citation(
            table=table,
            record_id=pk,
            key=cite.key,
            source_id=sources.get(cite.key),
            locator=cite.locator[:200],
            sentence=sentence[:500],
            position=position,
        )
        for pk, cites in cited.items()
        for position, (cite, sentence) in enumerate(cites, start=1)
    )
    Link.objects.bulk_create(
        Link(table=table, record_id=record.pk, target_table=target_table, target_key=key)
        for record in records
        for target_table, key in sorted(_links(read[record.pk]))
    )
    if table not in OF_THE_WORK:
        Placeholder.objects.bulk_create(
            Placeholder(table=table, record_id=record.pk, word=found.word, excerpt=found.excerpt)
            for record in records
            for found in _placeholders(record)
        )
    search.index(table, records, rows, read)


def _cites(read: list[markdown.Reading]) -> list[tuple[Cite, str]]:
    """The citations that are kept, each with its sentence."""
    found = (pair for text in read for pair in zip(text.cites, text.sentences, strict=True))
    return [(cite, sentence) for cite, sentence in found if len(cite.key) <= 120]


def _placeholders(record: Record) -> list[placeholders.Placeholder]:
    lines = [getattr(record, name) for name in record.title_fields if name not in ADDRESSES]
    texts = [getattr(record, name) for name in record.text_fields]
    found = [*map(placeholders.in_line, lines), *map(placeholders.in_markdown, texts)]
    return list({one.word: one for many in reversed(found) for one in reversed(many)}.values())[::-1]


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
