"""Which sources the entries of a bibliography are: those that its format gives no key, and those in doubt."""

from collections import defaultdict
from collections.abc import Collection

from research.models import Source
from research.rows import Row, SourceRows, chunks
from research.text.bibliography import item_of, suggest_key
from research.text.folding import fold_text

CHUNK = 500  # titles that are asked for at a time

# Where both say one of these and do not agree, two works of one title, author and year are two.
TELLING = (
    *("DOI", "ISBN", "number", "container-title", "volume", "issue", "page", "edition"),
    *("chapter-number", "collection-number", "genre", "URL"),
)


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


def is_same_work(row: Row, saved: Row) -> bool:
    """Whether the entry of a file is the source: both have the title, and nothing speaks against it."""
    item, other = item_of(row), item_of(saved)
    if item.get("title") != other.get("title"):
        return False
    if item.get("DOI") and other.get("DOI"):
        return same_text(item["DOI"], other["DOI"])
    if item.get("author") != other.get("author") or year_of(row) != year_of(saved):
        return False
    return all(same_text(item[name], other[name]) for name in TELLING if item.get(name) and other.get(name))


def is_other_work(row: Row, saved: Row) -> bool:
    """Whether a row speaks of another work than the source of its key: another title, and another DOI.

    Without DOIs, other authors in another year are as telling.
    """
    item, other = item_of(row), item_of(saved)
    title, known = fold_text(row.get("title", "")), fold_text(saved["title"])
    if not title or title in known or known in title:
        return False
    if item.get("DOI") and other.get("DOI"):
        return not same_text(item["DOI"], other["DOI"])
    if not (item.get("author") and other.get("author") and year_of(row) and year_of(saved)):
        return False
    return bool(item["author"] != other["author"]) and year_of(row) != year_of(saved)


def alike(row: Row, saved: Row) -> int:
    """How many cells agree, so that of two works that could be the entry the nearer one is taken."""
    return sum(saved.get(name) == cell for name, cell in row.items())


def same_text(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()


def year_of(row: Row) -> str:
    return row.get("issued", "")[:4]
