"""Substring search over the text of every table, inside the database's own full-text engine.

Each record's visible text is kept in passages (titles first, then paragraphs). Beside each passage the index
holds one token per character: the character and its successor (`research.text.folding.pairs`). A query of two
or more characters is a phrase of such tokens: just the passages that hold it as a substring match. A query of
one character is a prefix. SQLite answers with FTS5, PostgreSQL with `tsvector`, both in `research_index`.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import Exists, Min, OuterRef, QuerySet, Value, prefetch_related_objects
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce

from research.models import Passage, Record
from research.rows import MODELS, Row
from research.text import folding
from research.text.markdown import Reading

MAX_QUERY = 100
MAX_PLACES = (
    256  # of one token in a tsvector, https://www.postgresql.org/docs/current/textsearch-limitations.html
)


@dataclass
class Hit:
    record: Record
    pieces: list[tuple[str, bool]]  # (text, is it a match)


@dataclass
class Group:
    table: str
    count: int
    hits: list[Hit]


def passages_of(record: Record, row: Row, read: Iterable[Reading]) -> list[str]:
    """The record's visible text: title and other plain fields, tags, the paragraphs of its Markdown."""
    paragraphs = [paragraph for text in read for paragraph in text.paragraphs]
    return folding.passages([*record.search_lines(), *row.get("tags", "").split("; "), *paragraphs])


def _narrow(passage: str, size: int = 240) -> list[tuple[str, list[str]]]:
    """The passage and its tokens, or overlapping parts where places of a token would be forgotten."""
    tokens = folding.pairs(folding.fold_text(passage))
    often = len(tokens) > MAX_PLACES and max(Counter(tokens).values()) > MAX_PLACES
    if size < 60 or not often:
        return [(passage, tokens)]
    windows = folding.passages([passage], limit=size, overlap=size // 2)
    return [narrow for window in windows for narrow in _narrow(window, size // 3)]


def index(
    table: str, records: Sequence[Record], rows: Mapping[int, Row], read: Mapping[int, Iterable[Reading]]
) -> None:
    """Put the text of the table's records into the index, where they do not stand (see `remove`).

    `rows` and `read`, their Markdown as it was read, are by id.
    """
    if hasattr(MODELS[table], "criterion"):
        prefetch_related_objects(list(records), "criterion")
    passages, tokens = [], []
    for record in records:
        found = passages_of(record, rows[record.pk], read[record.pk])
        narrow = [part for passage in found for part in _narrow(passage)]
        for position, (text, pairs) in enumerate(narrow):
            passages.append(Passage(table=table, record_id=record.pk, position=position, text=text))
            tokens.append(pairs)
    Passage.objects.bulk_create(passages, batch_size=1000)
    _insert([(passage.pk, pairs) for passage, pairs in zip(passages, tokens, strict=True)])


def remove(table: str, record_ids: Iterable[int]) -> None:
    gone = Passage.objects.filter(table=table, record_id__in=list(record_ids))
    ids = list(gone.values_list("pk", flat=True))
    if not ids:
        return
    with connection.cursor() as cursor:
        cursor.executemany("DELETE FROM research_index WHERE rowid = %s", [(pk,) for pk in ids])
    gone.delete()


def find(query: str, *, table: str = "", limit: int = 5, offset: int = 0) -> list[Group]:
    """Public records whose text holds `query`, by table in the order of `rows.TABLES`; titles before text.

    A fixed number of queries whatever is found. Without a match, or with an empty query, the list is empty.
    """
    match = _matching(folding.fold_text(query[:MAX_QUERY]))
    if match is None:
        return []
    groups = []
    for name in [table] if table in MODELS else MODELS:
        found = _public_passages(name, match)
        count = found.values("record_id").distinct().count()
        if count:
            groups.append(Group(name, count, _hits(name, found, query, limit, offset)))
    return groups


def _public_passages(table: str, match: RawSQL) -> QuerySet[Passage]:
    """Written so that SQLite begins with what matches: were the table's index of use, it would walk that."""
    public = MODELS[table].objects.public().filter(pk=OuterRef("record_id"))
    of_table = Passage.objects.alias(of=Coalesce("table", Value(""))).filter(of=table)
    return of_table.filter(Exists(public), pk__in=match)


def _hits(table: str, found: QuerySet[Passage], query: str, limit: int, offset: int) -> list[Hit]:
    model = MODELS[table]
    ranked = (
        found.values("record_id")
        .annotate(first=Min("position"))
        .order_by("first", "record_id")
        .values_list("record_id", "first")[offset : offset + limit]
    )
    first = dict(ranked)
    records = model.objects.public().select_related(*model.named_by).in_bulk(list(first))
    shown = Passage.objects.filter(table=table, record_id__in=first).values_list(
        "record_id", "position", "text"
    )
    texts = {(record_id, position): text for record_id, position, text in shown}
    return [
        Hit(records[pk], folding.mark(texts[pk, position], query))
        for pk, position in first.items()
        if pk in records
    ]


# --- the two engines ---------------------------------------------------------------------------------------


def _matching(folded: str) -> RawSQL | None:
    """The ids of the passages that hold the folded query, as a subquery; None if nothing is asked."""
    if not folded:
        return None
    tokens = folding.pairs(folded)
    # The last token ends in NUL: it belongs to the end of a passage, not to the middle of a text.
    phrase, single = tokens[:-1], f"{ord(folded[0]):x}x"
    if connection.vendor == "postgresql":
        wanted = " <-> ".join(f"'{token}'" for token in phrase) or f"'{single}':*"
        return RawSQL("SELECT rowid FROM research_index WHERE tokens @@ %s::tsquery", [wanted])
    wanted = f'"{" ".join(phrase)}"' if phrase else f"{single}*"
    return RawSQL("SELECT rowid FROM research_index WHERE research_index MATCH %s", [wanted])


def _insert(rows: list[tuple[int, list[str]]]) -> None:
    if not rows:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Positions are given, not parsed: PostgreSQL's parser would take some tokens for numbers.
            vectors = [
                (pk, " ".join(f"'{token}':{i}" for i, token in enumerate(pairs, 1))) for pk, pairs in rows
            ]
            cursor.executemany(
                "INSERT INTO research_index (rowid, tokens) VALUES (%s, %s::tsvector)", vectors
            )
        else:
            texts = [(pk, " ".join(pairs)) for pk, pairs in rows]
            cursor.executemany("INSERT INTO research_index (rowid, tokens) VALUES (%s, %s)", texts)
