"""CSL-JSON: a list of items, or {"items": […]}; https://docs.citationstyles.org/en/stable/specification.html"""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _

from research.text.bibliography.entry import Entry, Item
from research.text.bibliography.items import tidy
from research.text.bibliography.lines import Lines

_DECODER = json.JSONDecoder()
_BLANK = re.compile(r"[ \t\r\n]*")
# In a broken item: texts, brackets, and where the next item surely begins.
_PIECE = re.compile(r'"(?:[^"\\\n]|\\.)*"|[{}\[\]]|,\s*(?=\{\s*"(?:id|type|citation-key)"\s*:)')


def read_csl_json(text: str) -> Iterator[Entry]:
    """One entry for each element of the list. A broken one ends with its bracket, or before the next."""
    lines = Lines(text)
    place = _skip(text, _start(text))
    if text[place : place + 1] == "{":  # a single item
        yield _entry(text, place, lines.at(place))[0]
        return
    if text[place : place + 1] != "[":
        message = _("This is no CSL-JSON: it must be a list of items, [{…}, {…}], or an object with “items”.")
        yield Entry(lines.at(place), problem=message)
        return
    place = _skip(text, place + 1)
    while place < len(text) and text[place] != "]":
        entry, place = _entry(text, place, lines.at(place))
        yield entry
        place = _skip(text, place)
        if text[place : place + 1] == ",":
            place = _skip(text, place + 1)


def write_csl_json(items: Iterable[Item]) -> Iterator[str]:
    """A list, an item a line."""
    mark = "[\n"
    for item in items:
        yield mark + json.dumps(_untidy(tidy(item)), ensure_ascii=False)
        mark = ",\n"
    yield "[]\n" if mark == "[\n" else "\n]\n"


def _start(text: str) -> int:
    """Where the list begins: the text, or the value of `items`."""
    found = re.match(r'\s*\{(?:[^{}\[\]]*,)?\s*"items"\s*:\s*', text)
    return found.end() if found else 0


def _skip(text: str, place: int) -> int:
    found = _BLANK.match(text, place)
    assert found
    return found.end()


def _entry(text: str, place: int, line: int) -> tuple[Entry, int]:
    """The entry that begins at the place, and where it ends."""
    try:
        value, end = _DECODER.raw_decode(text, place)
    except json.JSONDecodeError as error:
        message = _("Not readable as JSON in line %(line)s: %(error)s.")
        wrong = {"line": line + text.count("\n", place, error.pos), "error": error.msg}
        return Entry(line, problem=message % wrong), _after_broken(text, place)
    except (RecursionError, ValueError):
        problem = _("The item is nested too deeply, or has too long a number.")
        return Entry(line, problem=problem), _after_broken(text, place)
    if not isinstance(value, dict):
        return Entry(line, problem=_("This is no item: it must be an object, {…}.")), end
    return Entry(line, item=_tidy(value)), end


def _after_broken(text: str, place: int) -> int:
    depth = 0
    for found in _PIECE.finditer(text, place):
        depth += (found[0] in "{[") - (found[0] in "}]")
        if depth <= 0 or found[0][0] == ",":
            return found.end()
    return len(text)


def _tidy(item: Item) -> Item:
    """The key that Zotero shows is the `citation-key`; its `id` is an address."""
    key: Any = item.get("citation-key") or item.get("id")
    other = item.get("id")
    rest = {name: value for name, value in item.items() if name != "citation-key"}
    custom = rest.get("custom")
    if other not in (None, "", key) and (custom is None or isinstance(custom, dict)):
        rest["custom"] = {**(custom or {}), "csl.id": str(other)}
    return tidy({**rest, "id": key})


def _untidy(item: Item) -> Item:
    """With the type as it was, and variables that CSL does not know, in their old places."""
    custom = dict(item.get("custom", {}))
    old = {name[4:]: custom.pop(name) for name in list(custom) if _is_variable(name)}
    fresh = {**item, **{name: _value(text) for name, text in old.items()}}
    return {**fresh, "custom": custom} if custom else {n: v for n, v in fresh.items() if n != "custom"}


def _is_variable(name: str) -> bool:
    return name.startswith("csl.") and not name.startswith("csl.custom")


def _value(text: str) -> Any:
    """Text that is JSON of a list, an object or true is that."""
    if text[:1] in "[{" or text in ("true", "false"):
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            return text
    return text
