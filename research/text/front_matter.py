"""The few lines of YAML before a note: `key: value` and lists of plain values, nothing deeper."""

import json
import re

_PAIR = re.compile(r"(?P<key>\w[\w -]*?)\s*:(?:\s+(?P<value>.*))?$")
_LIST_ITEM = re.compile(r"\s*-\s+(?P<value>\S.*)$")
_IN_LIST = re.compile(r"\s*(\"(?:[^\"\\]|\\.)*\"|'[^']*'|[^,]*)\s*(?:,|$)")


def read(lines: list[str]) -> tuple[dict[str, list[str]], int]:
    """Keys with their values, and the number of lines taken; nothing is taken unless all of it is simple."""
    if not lines or lines[0].rstrip() != "---":
        return {}, 0
    values: dict[str, list[str]] = {}
    key = ""
    for number, line in enumerate(lines[1:], start=1):
        line = line.rstrip()
        if line in ("---", "..."):
            return (values, number + 1) if values else ({}, 0)
        item, pair = _LIST_ITEM.match(line), _PAIR.match(line)
        if item and key and isinstance(values.get(key), list):
            values[key].append(_scalar(item["value"]))
        elif pair and pair["key"] not in values:
            key = pair["key"]
            values[key] = _values(pair["value"] or "")
        elif line:
            return {}, 0
    return {}, 0


def write(values: dict[str, str | list[str]]) -> str:
    """The block with its fences; empty without values."""
    lines = [
        f"{key}: [{', '.join(map(_quoted, value))}]"
        if isinstance(value, list)
        else f"{key}: {_quoted(value)}"
        for key, value in values.items()
    ]
    return "\n".join(["---", *lines, "---", "", ""]) if lines else ""


def _values(text: str) -> list[str]:
    text = text.strip()
    if text.startswith("[") and text.endswith("]"):
        return [value for found in _IN_LIST.findall(text[1:-1]) if (value := _scalar(found))]
    return [_scalar(text)] if text else []


def _scalar(text: str) -> str:
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] == '"':
        try:
            return str(json.loads(text))
        except ValueError:
            return text[1:-1]
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == "'" else text


def _quoted(text: str) -> str:
    plain = re.fullmatch(r"[\w][\w .\-+/()（）]*", text) and text == text.strip()
    return text if plain else json.dumps(text, ensure_ascii=False)
