"""Small bibliographies for the tests of imports."""

import json
from pathlib import Path
from typing import Any

ENTRY: dict[str, Any] = {
    **{"id": "liu2018", "type": "article-journal", "title": "产业互联网的演进"},
    "author": [{"literal": "刘松"}],
}


def csl_lines(*items: Any) -> str:
    """A CSL-JSON list, an item a line: the first in line 2. Items that are texts stand as they are."""
    lines = (item if isinstance(item, str) else json.dumps(item, ensure_ascii=False) for item in items)
    return "[\n" + ",\n".join(lines) + "\n]\n"


def write_csl(folder: Path, *items: Any, name: str = "refs.json") -> Path:
    file = folder / name
    file.write_text(csl_lines(*items), encoding="utf-8")
    return file
