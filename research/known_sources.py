"""Which sources the entries of a bibliography are that its format gives no key."""

from collections import defaultdict
from collections.abc import Collection

from research.models import Source
from research.rows import Row, SourceRows, chunks
from research.text.bibliography import item_of, suggest_key
from research.text.bibliography.sameness import is_same_work

CHUNK = 500  # titles that are asked for at a time


class Works:
    """Gives keys to entries without one: the key of the source that is the same work, else a free one."""

    def __init__(self, taken: Collection[str]) -> None:
        """`taken` are the keys that the file gives; those of the tables are taken as well."""
        self.taken = {*taken, *Source.objects.values_list("key", flat=True)}
        self.claimed: set[str] = set()

    def keys(self, rows: list[Row]) -> list[str]:
        """A key for each of the rows, whose own are suggestions; a query for many."""
        known: dict[str, list[Row]] = defaultdict(list)
        for titles in chunks(sorted({row["title"] for row in rows}), CHUNK):
            for saved in SourceRows().rows(Source.objects.filter(title__in=titles)):
                known[saved["title"]].append(saved)
        return [self._key(row, known[row["title"]]) for row in rows]

    def _key(self, row: Row, known: list[Row]) -> str:
        same = [saved for saved in known if saved["key"] not in self.claimed and is_same_work(row, saved)]
        if same:
            key = max(same, key=lambda saved: alike(row, saved))["key"]
            self.claimed.add(key)
        else:
            key = suggest_key(item_of(row), self.taken)
            self.taken.add(key)
        return key


def alike(row: Row, saved: Row) -> int:
    """How many cells agree, so that of two works that could be the entry the nearer one is taken."""
    return sum(saved.get(name) == cell for name, cell in row.items())
