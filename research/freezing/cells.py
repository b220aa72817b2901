"""Rows laid out as the table that readers see: lines by organizations, each cell with its readings.

Pure: the rows may be of today or of a version frozen years ago.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from research.cells import LIST
from research.freezing.edition import Data
from research.models import ValueKind
from research.rows import Row
from research.text import edtf, numbers

MODES, INDUSTRIES, CRITERIA = "modes", "industries", "criteria"
Place = tuple[str, str]  # a line's key and an organization's


@dataclass(frozen=True)
class Line:
    """`key` is its kind and the key of its mode, industry or criterion; none of these is `modes/`."""

    kind: str
    slug: str
    name: str
    group: str = ""
    unit: str = ""

    @property
    def key(self) -> str:
        return f"{self.kind}/{self.slug}"

    @property
    def label(self) -> str:
        if self.slug:
            return self.name
        return _("no mode") if self.kind == MODES else _("no industry")


@dataclass(frozen=True)
class Reading:
    """A case or a finding in a cell: its title or value, its period or date, and the sources that it cites.

    `unit` and `value_kind` are those of a finding's criterion.
    """

    table: str
    key: str
    text: str
    when: str = ""
    sources: tuple[str, ...] = ()
    unit: str = ""
    value_kind: str = ""

    def line(self) -> str:
        """As one line of text, in the active language."""
        when = f" ({edtf.describe(self.when, language())})" if self.when else ""
        cited = "; ".join(f"@{source}" for source in self.sources)
        return f"{self.shown}{when} [{cited}]" if cited else f"{self.shown}{when}"

    @property
    def shown(self) -> str:
        """The title, or the value as people read it, in the active language."""
        if self.value_kind == ValueKind.NUMBER:
            return numbers.describe_quantity(self.text, self.unit, language())
        if self.value_kind == ValueKind.YESNO:
            return str({"yes": _("yes"), "no": _("no")}.get(self.text, self.text))
        return self.text


@dataclass
class Table:
    """`organizations` by key to name and `lines` by key, both in the order in which they are shown."""

    organizations: dict[str, str] = field(default_factory=dict)
    lines: dict[str, Line] = field(default_factory=dict)
    cells: dict[Place, list[Reading]] = field(default_factory=dict)

    def cell(self, line: str, organization: str) -> list[Reading]:
        return self.cells.get((line, organization), [])

    def as_json(self) -> list[dict[str, Any]]:
        """Every cell that is not empty, line by line."""
        return [
            {
                "line": line,
                "organization": organization,
                "count": len(readings),
                "readings": [
                    {"table": one.table, "key": one.key, "text": one.text, "when": one.when}
                    | {"sources": list(one.sources)}
                    for one in readings
                ],
            }
            for line in self.lines
            for organization in self.organizations
            if (readings := self.cell(line, organization))
        ]


def table(data: Data) -> Table:
    rows = {name: {row_key(row): row for row in found} for name, found in data.rows.items()}
    comparison = rows["comparisons"][data.comparison]
    found = Table()
    for key in keys_in(comparison["organizations"]):
        if key in rows["organizations"]:
            found.organizations[key] = rows["organizations"][key]["name"]
    cases = [row for row in rows["cases"].values() if row["organization"] in found.organizations]
    used = {row["mode"] for row in cases}
    add_lines(found, MODES, (rows[MODES][key] for key in used if key), "" in used)
    for row in cases:
        place(found, f"{MODES}/{row['mode']}", row, reading(data, "cases", row))
    used = {key for row in cases for key in keys_in(row["industries"]) or [""]}
    add_lines(found, INDUSTRIES, (rows[INDUSTRIES][key] for key in used if key), "" in used)
    for row in cases:
        for key in keys_in(row["industries"]) or [""]:
            place(found, f"{INDUSTRIES}/{key}", row, reading(data, "cases", row))
    for key in keys_in(comparison["criteria"]):
        row = rows[CRITERIA][key]
        line = Line(CRITERIA, key, row["name"], row["group"], row["unit"])
        found.lines[line.key] = line
    for row in sorted(rows["findings"].values(), key=newest_first):
        line_key, criterion = f"{CRITERIA}/{row['criterion']}", rows[CRITERIA][row["criterion"]]
        if row["organization"] in found.organizations and line_key in found.lines:
            place(found, line_key, row, reading(data, "findings", row, criterion))
    return found


def reading(data: Data, table: str, row: Row, criterion: Row | None = None) -> Reading:
    text, when = ("title", "period") if table == "cases" else ("value", "as_of")
    cited = tuple(data.cited.get(table, {}).get(row["slug"], []))
    kind = (criterion["unit"], criterion["value_kind"]) if criterion else ("", "")
    return Reading(table, row["slug"], row[text], row[when], cited, *kind)


def add_lines(found: Table, kind: str, rows: Iterable[Row], has_none: bool) -> None:
    """Vocabulary in the team's order; what has none last."""
    for row in sorted(rows, key=lambda row: (int(row["position"] or 0), row["slug"])):
        line = Line(kind, row["slug"], row["name"])
        found.lines[line.key] = line
    if has_none:
        found.lines[f"{kind}/"] = Line(kind, "", "")


def place(found: Table, line: str, row: Row, reading: Reading) -> None:
    found.cells.setdefault((line, row["organization"]), []).append(reading)


def newest_first(row: Row) -> tuple[bool, int, int, str]:
    """Undated last; of the same days by key."""
    if not row["as_of"]:
        return True, 0, 0, row["slug"]
    span = edtf.parse(row["as_of"])
    return False, -span.latest.toordinal(), -span.earliest.toordinal(), row["slug"]


def language() -> str:
    return get_language() or "zh-hans"


def row_key(row: Row) -> str:
    return row["slug"] if "slug" in row else row["key"]


def keys_in(cell: str) -> list[str]:
    return [key for key in LIST.split(cell.strip()) if key]
