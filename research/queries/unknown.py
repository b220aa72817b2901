"""What texts name and readers do not find: keys that no source has, sources not public, links to nothing."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from difflib import get_close_matches
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from research.models import Citation, Link, Record, Source
from research.queries.cited import any_records
from research.rows import MODELS

NEAR, KEYS_COMPARED = 3, 500
USERS = 5  # records that a list names for each key


def near_keys(keys: Collection[str]) -> dict[str, list[str]]:
    """Keys of sources that look like each of the keys, the likest first; one query.

    Whoever mistypes one sign leaves one half of the key as it was; by that half the others are found.
    """
    condition = Q(pk__in=[])
    for key in keys:
        half = len(key) // 2
        condition |= Q(key__iexact=key)
        if half:
            condition |= Q(key__istartswith=key[:half]) | Q(key__iendswith=key[half:])
    found = Source.objects.filter(condition).order_by("key").values_list("key", flat=True)[:KEYS_COMPARED]
    known = list(found) if keys else []
    return {key: _likest(key, known) for key in keys}


def _likest(key: str, known: Iterable[str]) -> list[str]:
    by_folded: dict[str, list[str]] = defaultdict(list)
    for one in known:
        by_folded[one.casefold()].append(one)
    likest = get_close_matches(key.casefold(), list(by_folded), NEAR, 0.75)
    return [one for folded in likest for one in by_folded[folded]][:NEAR]


def keys_without_source(tables: Iterable[str]) -> QuerySet[Any]:
    """(key, count): keys that texts of the tables cite and no source has, the most cited first."""
    cited = Citation.objects.filter(source=None, table__in=list(tables)).order_by().values_list("key")
    return cited.annotate(count=Count("pk")).order_by("-count", "key")


def hidden_sources(tables: Iterable[str]) -> QuerySet[Any]:
    """(key, count): sources that are not public and that public records of the tables cite."""
    citing = Q(pk__in=[])
    for table in tables:
        citing |= Q(table=table, record_id__in=MODELS[table].objects.public().values("pk"))
    cited = Citation.objects.hidden().filter(citing)
    counted = cited.order_by().values_list("source__key").annotate(count=Count("pk"))
    return counted.order_by("-count", "source__key")


def links_to_nothing(tables: Iterable[str]) -> QuerySet[Any]:
    """(table as written, key, count): links in texts of the tables that lead to no record."""
    leading = Q(pk__in=[])
    for table, model in MODELS.items():
        there = model.objects.filter(**{model.key_field: OuterRef("target_key")})
        leading |= Q(Exists(there), target_table__in=["", table])
    broken = Link.objects.filter(table__in=list(tables)).exclude(leading).order_by()
    counted = broken.values_list("target_table", "target_key").annotate(count=Count("pk"))
    return counted.order_by("-count", "target_key", "target_table")


def users_of_keys(keys: Collection[str], tables: Iterable[str]) -> dict[str, list[Record]]:
    """The first records that cite each key."""
    traces = Citation.objects.filter(key__in=list(keys), table__in=list(tables))
    return _users(traces, ("key",))


def users_of_links(names: Collection[tuple[str, str]], tables: Iterable[str]) -> dict[Any, list[Record]]:
    """The first records that link by each of the names, (table as written, key)."""
    traces = Link.objects.filter(target_key__in=[key for _table, key in names], table__in=list(tables))
    return _users(traces, ("target_table", "target_key"))


def _users(traces: QuerySet[Any], names: tuple[str, ...]) -> dict[Any, list[Record]]:
    """By name; a query for all and one for each table."""
    place = Window(RowNumber(), partition_by=[F(name) for name in names], order_by=[F("table"), F("pk")])
    found = traces.order_by().annotate(place=place).filter(place__lte=USERS)
    named: dict[Any, dict[tuple[str, int], None]] = defaultdict(dict)
    ids: dict[str, set[int]] = defaultdict(set)
    for table, pk, *name in found.values_list("table", "record_id", *names):
        named[name[0] if len(name) == 1 else tuple(name)][table, pk] = None
        ids[table].add(pk)
    records = {
        (table, record.pk): record
        for table, pks in ids.items()
        for record in any_records(MODELS[table]).filter(pk__in=pks)
    }
    return {name: [records[user] for user in users if user in records] for name, users in named.items()}
