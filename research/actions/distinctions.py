"""Sources that look alike and are not the same: said once, and not asked again."""

from collections.abc import Iterable
from itertools import combinations
from typing import Any

from django.db import transaction

from research.models import Distinction, Source


@transaction.atomic
def tell_apart(sources: Iterable[Source], *, by: Any) -> int:
    """Keep that no two of the sources are the same; how many pairs that is anew."""
    ids = Source.objects.select_for_update().filter(pk__in=[one.pk for one in sources]).order_by("pk")
    pairs = set(combinations(ids.values_list("pk", flat=True), 2))
    known = Distinction.objects.filter(first__in={first for first, _second in pairs})
    new = pairs - set(known.values_list("first_id", "second_id"))
    author = by.get_username() if by else ""
    Distinction.objects.bulk_create(
        Distinction(first_id=first, second_id=second, by=by, author=author) for first, second in sorted(new)
    )
    return len(new)


def may_be_the_same(distinction: Distinction) -> None:
    """Take back what was said of the two: they are offered for merging again."""
    Distinction.objects.filter(pk=distinction.pk).delete()
