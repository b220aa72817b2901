"""Keys that sources had before they were merged into others, read from the history.

A merging is a batch: the source that stayed is the first that it wrote, the one that went its deletion. An
undoing of it, and the undoing of that, are batches that point back to it.
"""

from collections import defaultdict
from collections.abc import Iterable

from research.models import Batch, Revision, Source

MERGED = "merge"  # how such a batch came about (`via`)
MOST_STEPS = 5  # a source may be merged into one that is merged later


def successor(key: str) -> Source | None:
    """The public source that the public one of this key was merged into; None where a source has the key."""
    for pk in merged_into([key], of_the_public=True):
        found: Source | None = Source.objects.public().filter(pk=pk).first()
        return found
    return None


def merged_into(keys: Iterable[str], *, of_the_public: bool = False) -> dict[int, list[str]]:
    """Of the keys that no source has now, those of merged sources, by the id of the source that stayed.

    `of_the_public`: only those that were public till then. The number of queries does not grow with the keys.
    """
    deletions = Revision.objects.filter(table=Source.table, deleted=True).order_by("pk")
    found = deletions.filter(key__in=set(keys)).values_list("key", "pk", "batch")
    last = {key: (pk, batch) for key, pk, batch in found}  # the latest of each key
    if of_the_public and last:
        public = deletions.filter(
            Revision.objects.is_published(), pk__in=[pk for pk, _batch in last.values()]
        )
        shown = set(public.values_list("pk", flat=True))
        last = {key: (pk, batch) for key, (pk, batch) in last.items() if pk in shown}
    taken = set(Source.objects.filter(key__in=last).values_list("key", flat=True)) if last else set()
    going = {key: batch for key, (_pk, batch) in last.items() if batch and key not in taken}
    merged: dict[int, list[str]] = defaultdict(list)
    for _step in range(MOST_STEPS):
        if not going:
            break
        stayed = _stayed(going)
        there = set(Source.objects.filter(pk__in=stayed.values()).values_list("pk", flat=True))
        for key in [key for key, pk in stayed.items() if pk in there]:
            merged[stayed.pop(key)].append(key)
        later = dict(deletions.filter(record_id__in=stayed.values()).values_list("record_id", "batch"))
        going = {key: batch for key, pk in stayed.items() if (batch := later.get(pk))}
    return dict(merged)


def _stayed(batches: dict[str, int]) -> dict[str, int]:
    """By key, the id of the source that stayed when, in the batch, the one of the key went."""
    roots = _roots(set(batches.values()))
    written = Revision.objects.filter(table=Source.table, batch__in=roots.values()).order_by("-pk")
    first = dict(written.values_list("batch", "record_id"))
    return {key: first[roots[batch]] for key, batch in batches.items() if batch in roots}


def _roots(ids: set[int]) -> dict[int, int]:
    """The mergings among the batches, and those that do one again that was undone, with the merging's id."""
    back: dict[int, tuple[str, int | None]] = {}
    asked = ids
    while asked:
        found = Batch.objects.filter(pk__in=asked).values_list("pk", "via", "undoes_id")
        back |= {pk: (via, undone) for pk, via, undone in found}
        asked = {undone for _via, undone in back.values() if undone} - back.keys()
    roots = {}
    for pk in ids:
        root = pk
        while (undone := back[root][1]) is not None:
            root = undone
        if back[root][0] == MERGED:
            roots[pk] = root
    return roots
