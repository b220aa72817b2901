"""What differs between two states of a comparison: cells by line and organization, and what stands beside."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from research.freezing.cells import INDUSTRIES, Line, Reading, Table, keys_in, row_key, table
from research.freezing.edition import Data
from research.queries.changes import Change, Column, columns_of
from research.rows import TABLES, Row
from research.text.marking import CAME, GONE, KEPT, LEFT_OUT, Run, marked

Renamed = Mapping[tuple[str, str], str]
Titles = Mapping[tuple[str, str], str]
# Columns whose cells are keys, and of which table; the comparison's own key is no part of what differs.
REFERENCES = {
    **{"organization": "organizations", "organizations": "organizations", "mode": "modes"},
    **{"industries": "industries", "criterion": "criteria", "criteria": "criteria"},
    **{"thesis": "theses", "cases": "cases", "findings": "findings"},
}
UNORDERED = ("industries", "cases", "findings")
MOST = 300  # cells, and records, that a page shows; the rest is counted


@dataclass
class CellChange:
    line: Line
    organization: str  # its key
    name: str
    before: list[Reading]
    after: list[Reading]

    @property
    def runs(self) -> list[Run]:
        return marked_readings(self.line, self.before, self.after)


@dataclass
class RecordChange:
    """A row that was changed, came or went, with the columns that differ."""

    table: str
    key: str
    name: str
    change: Change
    url: str = ""  # where it is now, if readers see it

    @property
    def columns(self) -> list[Column]:
        return columns_of(self.table, self.change)


@dataclass
class Named:
    """A line or an organization by its names in both states; one is empty where it came or went."""

    key: str
    before: str
    after: str


@dataclass
class Difference:
    """`lines` and `organizations` are those that came, went or have another name."""

    cells: list[CellChange] = field(default_factory=list)
    lines: list[Named] = field(default_factory=list)
    organizations: list[Named] = field(default_factory=list)
    records: list[RecordChange] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (self.cells or self.lines or self.organizations or self.records)

    @property
    def shown_cells(self) -> list[CellChange]:
        return self.cells[:MOST]

    @property
    def shown_records(self) -> list[RecordChange]:
        return self.records[:MOST]

    @property
    def left_cells(self) -> int:
        return len(self.cells) - len(self.shown_cells)

    @property
    def left_records(self) -> int:
        return len(self.records) - len(self.shown_records)


def difference(before: Data, after: Data, renamed: Renamed | None = None) -> Difference:
    """Between the two; what is `renamed`, new keys by table and old key, is the same record in both."""
    before = under_new_keys(before, renamed or {})
    old, new = table(before), table(after)
    return Difference(
        list(changed_cells(old, new)),
        named(
            {key: line_name(line) for key, line in old.lines.items()},
            {key: line_name(line) for key, line in new.lines.items()},
        ),
        named(old.organizations, new.organizations),
        list(changed_records(before, after, renamed or {})),
    )


def under_new_keys(data: Data, renamed: Renamed) -> Data:
    """The data as if what was renamed had had its new key then.

    A source is renamed only while nothing cites it, so none of these is.
    """
    if not renamed:
        return data

    def put(table: str, cell: str) -> str:
        return "; ".join(renamed.get((table, key), key) for key in keys_in(cell))

    def rekeyed(table: str, row: Row) -> Row:
        columns = {column: of for column, of in REFERENCES.items() if column in row}
        own = {"slug": renamed.get((table, row["slug"]), row["slug"])} if "slug" in row else {}
        return {**row, **own, **{column: put(of, row[column]) for column, of in columns.items()}}

    rows = {table: [rekeyed(table, row) for row in found] for table, found in data.rows.items()}
    cited = {
        table: {renamed.get((table, key), key): texts for key, texts in found.items()}
        for table, found in data.cited.items()
    }
    return Data(data.comparison, rows, cited)


# --- cells -------------------------------------------------------------------------------------------------


def changed_cells(old: Table, new: Table) -> Iterable[CellChange]:
    """In the newer order of lines and organizations; those that went stand at the end."""
    for line in (new.lines | {key: one for key, one in old.lines.items() if key not in new.lines}).values():
        for organization, name in (old.organizations | new.organizations).items():
            was, now = old.cell(line.key, organization), new.cell(line.key, organization)
            if signature(line, was) != signature(line, now):
                yield CellChange(line, organization, name, was, now)


def signature(line: Line, readings: list[Reading]) -> list[Any]:
    """What readers see of the cell: of an industry which cases it has, else all."""
    ordered = sorted(readings, key=lambda one: one.key)  # a case that was renamed stands elsewhere
    return [one.key for one in ordered] if line.kind == INDUSTRIES else ordered


def marked_readings(line: Line, before: list[Reading], after: list[Reading]) -> list[Run]:
    """Reading by reading, a line for each; of what is the same one alone stays, a stretch is left out."""
    was, now = {one.key: one for one in before}, {one.key: one for one in after}
    lines: list[list[Run]] = []
    kept: list[str] = []

    def keep() -> None:
        if len(kept) == 1:
            lines.append([(KEPT, kept[0])])
        elif kept:
            lines.append([(LEFT_OUT, "\n".join(kept))])
        kept.clear()

    for key in [*now, *(key for key in was if key not in now)]:
        old = shown(line, was[key]) if key in was else ""
        new = shown(line, now[key]) if key in now else ""
        if old == new:
            kept.append(new)
            continue
        keep()
        lines.append(marked(old, new) if old and new else [(CAME, new)] if new else [(GONE, old)])
    keep()
    return [run for runs in lines for run in ((KEPT, "\n"), *runs)][1:]


def shown(line: Line, reading: Reading) -> str:
    return reading.text if line.kind == INDUSTRIES else reading.line()


def line_name(line: Line) -> str:
    return " · ".join(filter(None, [line.group, line.label, line.unit]))


def named(old: dict[str, str], new: dict[str, str]) -> list[Named]:
    keys = [*new, *(key for key in old if key not in new)]
    found = [Named(key, old.get(key, ""), new.get(key, "")) for key in keys]
    return [one for one in found if one.before != one.after]


# --- what stands beside ------------------------------------------------------------------------------------


def changed_records(before: Data, after: Data, renamed: Renamed) -> Iterable[RecordChange]:
    """Rows that differ, came or went, table by table: also what no cell shows, such as a case's text."""
    former = {(table, key): old for (table, old), key in renamed.items()}
    titles = titles_in((before, after))
    for name in TABLES:
        old = {
            row_key(row): {**row, "slug": former[name, row_key(row)]}
            if (name, row_key(row)) in former
            else row
            for row in before.rows.get(name, [])
        }
        new = {row_key(row): row for row in after.rows.get(name, [])}
        if name == "comparisons":  # it may have another key by now
            old = dict.fromkeys([after.comparison], old[before.comparison])
        for key in [*new, *(key for key in old if key not in new)]:
            before_row, after_row = in_order_of(old.get(key, {}), new.get(key, {})), new.get(key, {})
            if before_row != after_row:
                change = Change(before_row, after_row)
                yield RecordChange(name, key, name_of(name, change, titles), change)


def in_order_of(old: Row, new: Row) -> Row:
    """The older row, with lists that go by key as the newer has them where they are alike."""
    alike = [
        name for name in UNORDERED if sorted(keys_in(old.get(name, ""))) == sorted(keys_in(new.get(name, "")))
    ]
    return {**old, **{name: new[name] for name in alike if name in old and name in new}}


def name_of(table: str, change: Change, titles: Titles) -> str:
    """A row's title; of a finding, whose title is its value, whose it is and of what."""
    row = change.after or change.before
    if table == "findings":
        refers = ("organizations", row["organization"]), ("criteria", row["criterion"])
        return " · ".join(titles.get(one, one[1]) for one in refers)
    return title_of(table, row)


def titles_in(states: Iterable[Data]) -> Titles:
    """By table and key the titles of what findings refer to, the last state's where it has them."""
    return {
        (table, row_key(row)): title_of(table, row)
        for state in states
        for table in ("organizations", "criteria")
        for row in state.rows.get(table, [])
    }


def title_of(table: str, row: Row) -> str:
    return row.get(TABLES[table].model.title_fields[0], "") or row_key(row)
