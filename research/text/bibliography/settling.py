"""Writing an item so that reading gives it back: what a format loses stands in its text of further fields."""

from collections.abc import Callable
from typing import TypeVar

from research.text.bibliography.entry import Item
from research.text.bibliography.extra import write_extra
from research.text.bibliography.items import fields_of
from research.text.bibliography.variables import TYPES

Written = TypeVar("Written")

TYPE = "csl.type"  # among the further fields, where the format has no such type
_CUSTOM = "custom "


def settle(item: Item, write: Callable[[Item, str], Written], read: Callable[[Written], Item]) -> Written:
    """What `write` makes of the tidy item and of a text as in `extra`, so that `read` gives the item."""
    left: set[str] = set()
    for _round in range(4):
        written = write(_without(item, left), _extra(item, left))
        wrong = _differing(item, read(written)) - left
        if not wrong:
            break
        left |= wrong
    return written


def type_of(extra: dict[str, str], otherwise: str) -> str:
    """The CSL type that the further fields give, which is taken from them, else the other."""
    return extra.pop(TYPE) if extra.get(TYPE) in TYPES else otherwise


def _without(item: Item, left: set[str]) -> Item:
    custom = {name: text for name, text in item.get("custom", {}).items() if _CUSTOM + name not in left}
    rest = {name: value for name, value in item.items() if name not in left or name == "type"}
    return {**rest, "custom": custom}


def _extra(item: Item, left: set[str]) -> str:
    chosen: Item = {name: item[name] for name in left if name in item and name != "type"}
    texts = {name: text for name, text in item.get("custom", {}).items() if _CUSTOM + name in left}
    fields = fields_of({**chosen, "custom": texts})
    return write_extra({TYPE: item["type"], **fields} if "type" in left else fields)


def _differing(item: Item, read: Item) -> set[str]:
    ours, theirs = item.get("custom", {}), read.get("custom", {})
    custom = {_CUSTOM + name for name in ours.keys() | theirs.keys() if ours.get(name) != theirs.get(name)}
    names = {name for name in item.keys() | read.keys() if item.get(name) != read.get(name)}
    return custom | names - {"custom", "id"}
