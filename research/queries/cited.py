"""What cites a source, record by record, with the locators and the sentences that do."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, QuerySet, Window
from django.db.models.functions import RowNumber

from research.models import Citation, Record, Source
from research.queries.apparatus import with_parents
from research.rows import MODELS
from research.text.markdown import NAMED
from research.text.names import short_authors

SHOWN, QUOTES = 20, 5  # records of a table at first; citations of one record

RecordsOf = Callable[[type[Record]], QuerySet[Any]]


@dataclass(frozen=True)
class Quote:
    """One citation: where in the source, and the sentence that says so."""

    locator: str
    sentence: str


@dataclass
class Citing:
    """A record that cites the source, with its first citations and how many more there are."""

    record: Any
    quotes: list[Quote]
    more: int = 0


@dataclass
class CitingTable:
    """The records of one table that cite the source: how many, and the first of them."""

    model: type[Record]
    count: int
    records: list[Citing]

    @property
    def more(self) -> int:
        return self.count - len(self.records)


def any_records(model: type[Record]) -> QuerySet[Any]:
    """Published or not, with what their names and addresses and their being public are made of."""
    return model.objects.select_related(*model.named_by, *model.public_parents)


def citing_records(source: Source, model: type[Record], records_of: RecordsOf) -> QuerySet[Any]:
    cited = Citation.objects.filter(source=source, table=model.table)
    return records_of(model).filter(pk__in=cited.values("record_id"))


def cited_by(
    source: Source,
    *,
    records_of: RecordsOf = with_parents,
    tables: Iterable[str] = tuple(MODELS),
    most: int = SHOWN,
) -> list[CitingTable]:
    """The records that cite the source, by table in the usual order, `most` of each; public ones if not said.

    A few queries a table, however many records there are.
    """
    found = Citation.objects.filter(source=source).order_by().values_list("table", flat=True).distinct()
    citing = []
    for table in sorted(set(found) & set(tables), key=list(MODELS).index):
        records = citing_records(source, MODELS[table], records_of)
        if count := records.count():
            citing.append((MODELS[table], count, list(records[:most])))
    quoted = with_quotes(source, [record for _model, _count, records in citing for record in records])
    return [
        CitingTable(model, count, [quoted[record.table, record.pk] for record in records])
        for model, count, records in citing
    ]


def with_quotes(source: Source, records: Sequence[Any]) -> dict[tuple[str, int], Citing]:
    """The records, by table and id, with their first citations of the source; a query a table."""
    ids: dict[str, list[int]] = defaultdict(list)
    for record in records:
        ids[record.table].append(record.pk)
    quotes: dict[tuple[str, int], list[Quote]] = defaultdict(list)
    more: dict[tuple[str, int], int] = defaultdict(int)
    author = short_authors(source.authors) or source.title
    for table, pks in ids.items():
        same = {"partition_by": [F("record_id")]}
        found = (
            Citation.objects.filter(source=source, table=table, record_id__in=pks)
            .annotate(place=Window(RowNumber(), order_by=F("position").asc(), **same))  # type: ignore[arg-type]
            .annotate(count=Window(Count("pk"), **same))  # type: ignore[arg-type]
            .filter(place__lte=QUOTES)
            .order_by("record_id", "place")
        )
        for pk, locator, sentence, count in found.values_list("record_id", "locator", "sentence", "count"):
            more[table, pk] = max(0, count - QUOTES)
            quote = Quote(locator, sentence.replace(NAMED, author))
            if (quote.locator or quote.sentence) and quote not in quotes[table, pk]:
                quotes[table, pk].append(quote)
    return {
        (one.table, one.pk): Citing(one, quotes[one.table, one.pk], more[one.table, one.pk])
        for one in records
    }
