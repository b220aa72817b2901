"""Citation keys: those that a file gives, made to fit, and those that it leaves to be found."""

import re
import unicodedata
from collections.abc import Collection, Iterator

from research.text.bibliography.dates import edtf_of
from research.text.bibliography.entry import Item
from research.text.bibliography.names import Name
from research.text.cjk import is_cjk

LONGEST_KEY = 120
# As in research/models/source.py: https://pandoc.org/MANUAL.html#citation-syntax
_KEY = re.compile(r"\w(?:\w|[:.#$%&\-+?<>~](?=\w))*")
_NO_WORD = re.compile(r"[^\w:.#$%&\-+?<>~]+")
_MARKS = re.compile(r"[:.#$%&\-+?<>~]+")
MOST_HAN, MOST_LATIN, MOST_WORDS = 12, 30, 4


def is_key(text: str) -> bool:
    return len(text) <= LONGEST_KEY and _KEY.fullmatch(text) is not None


def fit_key(text: str) -> str:
    """The key with what no key can have replaced: `DBLP:conf/sp/2018` → `DBLP:conf-sp-2018`.

    "" if nothing of it is left.
    """
    if is_key(text):
        return text
    fitting = _MARKS.sub(lambda found: found[0][0], _NO_WORD.sub("-", unicodedata.normalize("NFC", text)))
    return fitting.strip(":.#$%&-+?<>~")[:LONGEST_KEY].rstrip(":.#$%&-+?<>~")


def suggest_key(item: Item, taken: Collection[str] = ()) -> str:
    """Family name and year: `刘松2018`, `shannon1948`; an organization's name; else the title's first words.

    Of those taken, `b`, `c` … sets it apart.
    """
    return next(key for key in suffixed(base_key(item)) if key not in taken)


class Keys:
    """The keys of one file. Many that want the same one cost no more than few."""

    def __init__(self, given: Collection[str]) -> None:
        self.taken = set(given)
        self._rest: dict[str, Iterator[str]] = {}

    def free(self, base: str) -> str:
        rest = self._rest.setdefault(base, suffixed(base))
        key = next(key for key in rest if key not in self.taken)
        self.taken.add(key)
        return key


def suffixed(base: str) -> Iterator[str]:
    """`x2018`, `x2018b` … `x2018z`, `x2018-27` …"""
    yield base
    yield from (base + letter for letter in "bcdefghijklmnopqrstuvwxyz")
    number = 27
    while True:
        yield f"{base}-{number}"
        number += 1


def base_key(item: Item) -> str:
    names: list[Name] = next(
        (item[role] for role in ("author", "editor", "translator") if item.get(role)), []
    )
    first = names[0] if names else {}
    words = str(first.get("family") or first.get("literal") or first.get("given") or "")
    stem = shortened(words) or shortened(_title(item))
    year = re.match("[0-9]{4}", edtf_of(item.get("issued")).removeprefix("../"))
    return (stem + (year[0] if year else "")) or "source"


def _title(item: Item) -> str:
    wanted = ("title", "DOI", "ISBN", "container-title", "number", "URL")
    return next((str(item[name]) for name in wanted if item.get(name)), "")


def shortened(text: str) -> str:
    """The letters and digits of the first words, in lower case."""
    words = re.findall(r"\w+", unicodedata.normalize("NFKC", text[:1000]).lower().replace("_", " "))
    stem = ""
    for word in words[:MOST_WORDS]:
        most = MOST_HAN if any(map(is_cjk, stem + word)) else MOST_LATIN
        if stem and len(stem) + len(word) > most:
            break
        stem += word[: most - len(stem)]
    return stem
