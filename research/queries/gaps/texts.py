"""What texts leave open."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from research.models import Placeholder
from research.queries.cited import any_records
from research.queries.gaps.base import Gap, Kind, Scope
from research.queries.gaps.narrowing import NONE, records
from research.rows import MODELS

OF_THE_WORK = frozenset({"todos", "changelog"})  # they speak of what is missing elsewhere


class PlaceholderLeft(Kind):
    """A word that stands for something yet to be filled in; its detail is the word."""

    name, tables = "placeholder", frozenset(MODELS) - OF_THE_WORK
    label = gettext_lazy("places left open in texts")
    advice = gettext_lazy("Put in what the word stands for, or take it out.")
    task = gettext_lazy("Fill in what is left open: %(record)s")

    def found(self, scope: Scope) -> QuerySet[Any]:
        tables = self.tables & scope.tables
        place = Q(table__in=tables)
        if scope.public or scope.narrowed or scope.only is not None:
            place = NONE
            for table in sorted(tables if scope.only is None else tables & scope.only.keys()):
                pks = records(MODELS[table], scope).order_by().values("pk")
                place |= Q(table=table, record_id__in=pks)
        found = Placeholder.objects.filter(place).order_by("table", "record_id", "pk")
        return found.values_list("table", "record_id", "word", "excerpt")

    def gaps(self, found: Iterable[Any]) -> list[Gap]:
        return [
            Gap(self, record, word, _("In its text: %(text)s") % {"text": excerpt})
            for record, (word, excerpt) in gaps_of_traces(found)
        ]


def gaps_of_traces(found: Iterable[Any]) -> list[tuple[Any, list[Any]]]:
    """(table, id, …) as the record and the rest, without those whose record is gone; a query a table."""
    rows = list(found)
    ids: dict[str, set[int]] = defaultdict(set)
    for table, pk, *_rest in rows:
        ids[table].add(pk)
    known = {
        (table, record.pk): record
        for table, pks in ids.items()
        for record in any_records(MODELS[table]).filter(pk__in=pks)
    }
    return [(known[table, pk], rest) for table, pk, *rest in rows if (table, pk) in known]
