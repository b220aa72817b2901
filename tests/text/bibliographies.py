"""What the tests of all bibliography formats share."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from research.text.bibliography import Entry, item_of, read, write
from research.text.tables.encodings import find_encoding

SAMPLES = Path(settings.BASE_DIR).parent / "shared" / "samples"

needs_samples = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the sample files are not on this machine")


def entries(text: str, format: str) -> list[Entry]:
    return list(read(text, format))


def item(text: str, format: str) -> dict[str, Any]:
    """The item of a text with one good entry, without its key."""
    (entry,) = entries(text, format)
    assert entry.item is not None, entry.problem
    return {name: value for name, value in entry.item.items() if name != "id"}


def good(found: list[Entry]) -> list[dict[str, Any]]:
    return [entry.item for entry in found if entry.item is not None]


def bad(found: list[Entry]) -> list[tuple[int, str]]:
    return [(entry.line, entry.problem) for entry in found if entry.item is None]


def sample(name: str) -> str:
    with find_encoding(SAMPLES / name).open() as file:
        return file.read()


def assert_comes_back(items: list[dict[str, Any]], format: str) -> None:
    text = "".join(write(items, format))
    assert good(entries(text, format)) == items, text


def assert_rows_come_back(rows: list[dict[str, str]], format: str) -> None:
    text = "".join(write([item_of(row) for row in rows], format))
    assert [entry.row for entry in entries(text, format)] == rows, text


def as_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
