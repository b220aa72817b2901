"""The versions of a comparison: which one an address means, and whether readers may have it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Max, OuterRef, Q, QuerySet, Subquery

from research.models import Comparison, ComparisonVersion, Revision, VersionFile
from research.rows import MODELS

BIGGEST = 2**31 - 1  # a number that a database has room for


@dataclass
class Asked:
    """What stands at an address. `is_public` is false where its version or its comparison is withdrawn."""

    version: ComparisonVersion
    is_public: bool


def asked(slug: str, number: int) -> Asked | None:
    """The version with this address for ever, else the one of this number of the comparison called so now."""
    if number > BIGGEST:
        return None
    own = Q(slug=slug) | Q(comparison__in=Comparison.objects.public().keyed(slug))
    found = list(ComparisonVersion.objects.filter(own, number=number).defer("note"))
    found.sort(key=lambda version: version.slug != slug)
    if not found:
        return None
    return Asked(found[0], ComparisonVersion.objects.public().filter(pk=found[0].pk).exists())


def known_as(slug: str) -> Comparison | None:
    """The public comparison of this key, or the one that had it when a version was frozen."""
    public = Comparison.objects.public()
    now: Comparison | None = public.keyed(slug).first()
    if now:
        return now
    frozen = ComparisonVersion.objects.public().filter(slug=slug).order_by("-number").first()
    return public.filter(pk=frozen.comparison_id).first() if frozen else None


def was_frozen(slug: str) -> bool:
    """Whether there are versions under this key, of a comparison that readers may see no more."""
    return ComparisonVersion.objects.filter(slug=slug).exists()


def versions_of(comparison: Comparison) -> QuerySet[ComparisonVersion]:
    """All of them, newest first, also those withdrawn."""
    return ComparisonVersion.objects.filter(comparison_id=comparison.pk).order_by("-number")


def with_the_one_before(comparison: Comparison) -> QuerySet[ComparisonVersion]:
    """As `versions_of`, each with the number of the last one `before` it that readers may have."""
    earlier = versions_of(comparison).filter(number__lt=OuterRef("number"), withdrawn_at=None)
    return versions_of(comparison).annotate(before=Subquery(earlier.values("number")[:1]))


def latest(comparison: Comparison) -> ComparisonVersion | None:
    """The newest that is not withdrawn."""
    return versions_of(comparison).filter(withdrawn_at=None).first()


def next_number(comparison: Comparison) -> int:
    """Above those of the comparison, and of whatever was frozen under its present key."""
    taken = ComparisonVersion.objects.filter(Q(comparison_id=comparison.pk) | Q(slug=comparison.slug))
    return int(taken.aggregate(most=Max("number"))["most"] or 0) + 1


def renamed(old: Mapping[str, Iterable[str]], new: Mapping[str, Iterable[str]]) -> dict[tuple[str, str], str]:
    """Of the keys by table that are only in `old`, those whose record has one of the keys only in `new`."""
    gone, come = Q(pk__in=[]), Q(pk__in=[])
    for table, keys in old.items():
        came = set(new.get(table, ())) - set(keys)
        if came and (went := set(keys) - set(new.get(table, ()))):
            gone |= Q(table=table, key__in=went)
            come |= Q(table=table, key__in=came)
    columns = ("table", "record_id", "key")
    written = Revision.objects.order_by("pk")
    now = {(table, pk): key for table, pk, key in written.filter(come).values_list(*columns)}
    found: dict[tuple[str, str], str] = {}
    taken = set[tuple[str, str]]()  # a record has one key at a time
    for table, pk, key in written.filter(gone).values_list(*columns):
        new_key = now.get((table, pk))
        if new_key and (table, new_key) not in taken:
            found[table, key] = new_key
            taken.add((table, new_key))
    return found


def addresses_now(keys: Mapping[str, Iterable[str]]) -> dict[tuple[str, str], str]:
    """By table and key where each of these is that readers see today; a query a table."""
    return {
        (name, record.record_key): record.get_absolute_url()
        for name, found in keys.items()
        for record in MODELS[name]
        .objects.public()
        .select_related(*MODELS[name].public_parents)
        .filter(**{f"{MODELS[name].key_field}__in": found})
    }


def file_of(version: ComparisonVersion, name: str, language: str) -> VersionFile | None:
    """The file in the language, or the one that is the same in all."""
    found: Any = VersionFile.objects.filter(version=version, name=name, language__in=["", language])
    return found.first()
