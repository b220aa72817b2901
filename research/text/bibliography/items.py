"""An item in the one form that this package writes, and its fields as texts."""

import json
import re
from collections.abc import Iterator
from typing import Any

from research.text.bibliography.dates import edtf_of, join_date, split_date, tidy_date
from research.text.bibliography.entry import Item
from research.text.bibliography.extra import PREFIXED, fit_name
from research.text.bibliography.identifiers import bare_doi
from research.text.bibliography.names import read_names, write_names
from research.text.bibliography.variables import DATES, NAMES, ORDER, RENAMED, nearest_type, variable

_NAMES, _DATES = frozenset(NAMES), frozenset(DATES)
_CUSTOM_NAME = re.compile(rf"{PREFIXED}|[A-Za-z][A-Za-z0-9_-]*")


def tidy(item: Item) -> Item:
    """The item with CSL's variables only, and under `custom` texts by name.

    Texts lose blank ends and carriage returns, numbers become texts, empty values go. Older names become
    those of CSL 1.0.2, and an unknown type the nearest one, with `csl.type` beside it. A DOI loses the
    address of its resolver. Names keep family, given, suffix and one particle; a name of one part is a
    literal. What CSL has no variable for becomes `csl.NAME`, as JSON where it is no text.
    """
    kind = nearest_type(str(item.get("type") or ""))
    found: Item = {"id": _plain(item.get("id")), "type": kind}
    custom: dict[str, str] = {}
    if item.get("type") not in (kind, None, ""):
        custom["csl.type"] = _plain(item["type"])
    for name, value in item.items():
        if name in ("id", "type", "custom"):
            continue
        known = RENAMED.get(name, name)
        if known in ORDER and (known not in found) and (fit := _tidy_value(known, value)) is not None:
            found |= {known: fit} if fit else {}
        elif text := _plain(value):
            custom[f"csl.{fit_name(name)}"] = text
    set_fields(found, {**custom, **dict(_tidy_custom(item.get("custom")))})
    return found


def _tidy_value(name: str, value: Any) -> Any:
    """None for what the variable cannot have."""
    if name in _NAMES:
        if not isinstance(value, list) or not all(isinstance(part, dict) for part in value):
            return None
        return read_names(write_names(value))
    if name in _DATES:
        return tidy_date(value) if isinstance(value, dict | str) else None
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        return None
    return bare_doi(_plain(value)) if name == "DOI" else _plain(value)


def _tidy_custom(custom: Any) -> Iterator[tuple[str, str]]:
    if not isinstance(custom, dict):
        if text := _plain(custom):
            yield "csl.custom", text
        return
    for name, value in custom.items():
        fit = fit_name(str(name))
        if text := _plain(value):
            yield (fit if _CUSTOM_NAME.fullmatch(fit) else f"csl.custom.{fit}"), text


def _plain(value: Any) -> str:
    """A text without blank ends, its lines ending in line feeds."""
    if value is None or value in ("", [], {}):
        return ""
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        value = json.dumps(value, ensure_ascii=False)
    return str(value).replace("\r\n", "\n").replace("\r", "\n").strip()


# --- fields as texts -----------------------------------------------------------------------------------


def fields_of(item: Item) -> dict[str, str]:
    """The fields of a tidy item as `extra` has them, in a fixed order, variables before custom ones.

    Its id and type are none.
    """
    fields: dict[str, str] = {}
    custom: dict[str, str] = dict(item.get("custom", {}))
    for name in sorted(item.keys() & ORDER.keys(), key=ORDER.__getitem__):
        if name in _NAMES:
            fields[name] = write_names(item[name])
        elif name in _DATES:
            value, words = split_date(item[name])
            if words is None:
                custom[f"csl.{name}"] = json.dumps(item[name], ensure_ascii=False)
            fields |= {name: words or value} if words or value else {}
        else:
            fields[name] = item[name]
    for name, text in sorted(custom.items()):
        fields[f"csl.custom.{name}" if name in fields else name] = text
    return fields


def set_fields(item: Item, fields: dict[str, str]) -> None:
    """Give the item fields as texts; what it has already stays, and the text goes under `custom`."""
    custom: dict[str, str] = dict(item.get("custom", {}))
    for name, text in fields.items():
        known = variable(name)
        if not text.strip():
            continue
        if not known or known in item:
            custom[known or name] = text
        elif known in _NAMES:
            item |= {known: read_names(text)} if read_names(text) else {}
        elif known in _DATES:
            item[known] = join_date("", text)
        else:
            item[known] = text
    for name in [name for name in custom if name.startswith("csl.") and name[4:] in _DATES]:
        if (date := _json(custom[name])) is not None and edtf_of(date) == edtf_of(item.get(name[4:])):
            item[name[4:]] = date
            del custom[name]
    if custom:
        item["custom"] = custom


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
