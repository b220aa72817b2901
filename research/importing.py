"""From files to tables: read, plan, apply. A plan only reads; `apply` writes all of it or nothing.

Row numbers are a spreadsheet's: the header is row 1.
"""

import difflib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from research import actions
from research.cells import Keys
from research.rows import TABLES, Decoded, Row, Rows
from research.text import formulas
from research.text.tables import EXTENSIONS, TableError, read_table, refuse_size

CHUNK = 500


class State(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    INVALID = "invalid"


@dataclass
class Problem:
    """What is wrong and where; `row` 0 means the whole file, an empty column the whole row."""

    file: str
    row: int
    column: str
    message: str

    def __str__(self) -> str:
        place = [self.file]
        if self.row:
            place.append(_("row %s") % self.row)
        if self.column:
            place.append(_("column %s") % self.column)
        return f"{', '.join(place)}: {self.message}"


@dataclass
class Sheet:
    """A file as text: the header, and the data rows with their numbers; and how it came to be read so."""

    file: str
    table: str
    header: list[str] = field(default_factory=list)
    rows: list[tuple[int, list[str]]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    format: str = ""
    encoding: str = ""
    reason: str = ""
    alternatives: list[str] = field(default_factory=list)


@dataclass
class PlannedRow:
    number: int
    state: State
    key: str
    before: Row
    after: Row
    change: actions.Change | None = None

    @property
    def changed_columns(self) -> list[str]:
        return [name for name, cell in self.after.items() if self.before.get(name, "") != cell]


@dataclass
class TablePlan:
    table: str
    file: str
    rows: list[PlannedRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def count(self) -> Counter[State]:
        return Counter(row.state for row in self.rows)


@dataclass
class Plan:
    tables: list[TablePlan]
    problems: list[Problem]

    def changes(self) -> list[actions.Change]:
        return [row.change for table in self.tables for row in table.rows if row.change]


def find_files(paths: Iterable[Path]) -> list[Path]:
    """The files that the paths name: files as they are, of folders all CSV and what else is named as a table.

    Raises FileNotFoundError.
    """
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            files += sorted(file for file in path.iterdir() if file.is_file() and _is_table(file))
        elif path.is_file():
            files.append(path)
        else:
            raise FileNotFoundError(_("There is no file or folder “%s”.") % path)
    return files


def _is_table(file: Path) -> bool:
    extension = file.suffix.lower().removeprefix(".")
    return extension == "csv" or (extension in EXTENSIONS and file.stem in TABLES)


def read_file(path: Path, *, encoding: str = "") -> Sheet:
    """A table's file; the name says which table, as `cases.csv`."""
    if path.stem not in TABLES:
        names = ", ".join(f"{table}.csv" for table in TABLES)
        sheet = Sheet(path.name, path.stem)
        return _failed(sheet, TableError(_("This is no table's name. Tables are: %s.") % names))
    try:
        refuse_size(path.stat().st_size)
        return read_bytes(path.read_bytes(), path.name, path.stem, encoding=encoding)
    except TableError as error:
        return _failed(Sheet(path.name, path.stem), error)


def read_bytes(data: bytes, name: str, table: str, *, encoding: str = "") -> Sheet:
    """What cannot be read is a problem of the sheet, never an exception."""
    sheet = Sheet(name, table, encoding=encoding)
    try:
        found = read_table(data, name, encoding=encoding)
    except TableError as error:
        return _failed(sheet, error)
    sheet.header, sheet.rows, sheet.format = found.header, found.rows, found.format
    if found.format != "json":
        # Ours for a spreadsheet have apostrophes before what it would run; saving as XLSX keeps them.
        sheet.rows = [(number, [formulas.original(cell) for cell in cells]) for number, cells in found.rows]
    sheet.encoding, sheet.reason, sheet.alternatives = found.encoding, found.reason, found.alternatives
    return sheet


def plan(sheets: Iterable[Sheet], *, partial: bool = False) -> Plan:
    """What importing the sheets would do. Files may come in any order and refer to each other.

    `partial` lets columns be absent; they change nothing then. The key column must always be there.
    """
    keys = Keys()
    problems: list[Problem] = []
    by_table: dict[str, Sheet] = {}
    for sheet in sheets:
        if sheet.table in by_table:
            first = by_table[sheet.table].file
            problems.append(Problem(sheet.file, 0, "", _("The table came already, in %s.") % first))
        elif sheet.problems:
            problems += sheet.problems
        else:
            by_table[sheet.table] = sheet
    tables = [
        _plan_table(by_table[table], codec(keys=keys), keys, partial)
        for table, codec in TABLES.items()
        if table in by_table
    ]
    return Plan(tables, problems + [problem for table in tables for problem in table.problems])


def apply(plan: Plan, *, by: Any, via: str) -> None:
    """Write the plan's new and changed rows in one transaction. Refuses a plan with problems.

    Raises `actions.Conflict` where a record changed after the plan was made.
    """
    if plan.problems:
        raise ValueError("a plan with problems cannot be applied")
    actions.write(plan.changes(), by=by, via=via)


def _failed(sheet: Sheet, error: TableError) -> Sheet:
    sheet.problems.append(Problem(sheet.file, error.row, error.column, error.message))
    return sheet


def _named_columns(header: list[str], codec: Rows) -> list[str]:
    """The header with the columns' own names where it has the names that people see, in either language."""
    known = {name: name for name in codec.columns}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            for column in codec.columns:
                label = str(codec.model._meta.get_field(column).verbose_name)  # type: ignore[union-attr]
                known.setdefault(label.casefold(), column)
    return [known.get(name.casefold(), name) for name in header]


def _plan_table(sheet: Sheet, codec: Rows, keys: Keys, partial: bool) -> TablePlan:
    """The rows are read even where the header is wrong: one upload should name all that is to be mended."""
    sheet.header = _named_columns(sheet.header, codec)
    result = TablePlan(sheet.table, sheet.file, problems=_header_problems(sheet, codec, partial))
    if codec.key() not in sheet.header or len(set(sheet.header)) < len(sheet.header):
        _expect_keys(sheet, codec, keys)
        return result
    named = {problem.column for problem in result.problems}
    first_seen: dict[str, int] = {}
    for chunk in _chunks(sheet.rows):
        rows = [(number, dict(zip(sheet.header, cells, strict=False)), len(cells)) for number, cells in chunk]
        existing = _existing(
            codec, [row[codec.key()].strip() for _number, row, _width in rows if codec.key() in row]
        )
        for number, row, width in rows:
            record = existing.get(row.get(codec.key(), "").strip())
            messages = _shape_messages(row, width, sheet.header, codec, first_seen, number)
            planned, cell_messages = (
                _plan_row(codec, number, row, record) if "" not in messages else (None, {})
            )
            messages = {**cell_messages, **messages}
            result.problems += [
                Problem(sheet.file, number, column, message)
                for column, texts in _in_column_order(messages, codec)
                for message in texts
                if column not in named
            ]
            if planned is None or messages:
                planned = PlannedRow(number, State.INVALID, row.get(codec.key(), ""), {}, row)
                keys.expect(codec.model, planned.key.strip())
            if planned.change:
                keys.add(planned.change.record)
            result.rows.append(planned)
    return result


def _expect_keys(sheet: Sheet, codec: Rows, keys: Keys) -> None:
    """The rows cannot be read, but what other tables say of them need not be wrong."""
    if codec.key() in sheet.header:
        place = sheet.header.index(codec.key())
        for _number, cells in sheet.rows:
            keys.expect(codec.model, "".join(cells[place : place + 1]).strip())


def _header_problems(sheet: Sheet, codec: Rows, partial: bool) -> list[Problem]:
    needed = [codec.key()] if partial else codec.columns
    messages = {name: _("This column is missing.") for name in needed if name not in sheet.header}
    for name in sheet.header:
        if name not in (*codec.columns, "version"):
            near = difflib.get_close_matches(name, codec.columns, n=1)
            hint = (
                _("Did you mean “%s”?") % near[0] if near else _("Known are: %s.") % ", ".join(codec.columns)
            )
            messages[name] = _("The table has no such column.") + " " + hint
        elif sheet.header.count(name) > 1:
            messages[name] = _("This column stands twice.")
    return [Problem(sheet.file, 1, name, message) for name, message in messages.items()]


def _shape_messages(
    row: Row, width: int, header: list[str], codec: Rows, first_seen: dict[str, int], number: int
) -> dict[str, list[str]]:
    """What is wrong with the row before its cells are read: its width, its key."""
    if width != len(header):
        return {
            "": [
                _("%(found)s cells where the header has %(wanted)s.")
                % {"found": width, "wanted": len(header)}
            ]
        }
    key = row[codec.key()].strip()
    if not key:
        return {codec.key(): [_("This cell must not be empty.")]}
    if key in first_seen:
        known = {"key": key, "row": first_seen[key]}
        return {codec.key(): [_("“%(key)s” stands already in row %(row)s.") % known]}
    first_seen[key] = number
    return {}


def _plan_row(codec: Rows, number: int, row: Row, record: Any) -> tuple[PlannedRow, dict[str, list[str]]]:
    before = codec.row(record) if record else {}
    decoded: Decoded = codec.decode(row, record or codec.model())
    if decoded.errors:
        return PlannedRow(number, State.INVALID, row[codec.key()], before, row), decoded.errors
    after = codec.row_of(decoded.record, decoded.links)
    state = State.NEW if record is None else State.SAME if before == after else State.CHANGED
    change = None if state == State.SAME else actions.Change(decoded.record, decoded.links)
    return PlannedRow(number, state, after[codec.key()], before, after, change), {}


def _in_column_order(messages: dict[str, list[str]], codec: Rows) -> list[tuple[str, list[str]]]:
    return sorted(messages.items(), key=lambda item: codec.columns.index(item[0]) if item[0] else -1)


def _existing(codec: Rows, wanted: list[str]) -> dict[str, Any]:
    wanted = [key for key in wanted if "\x00" not in key]  # PostgreSQL would not even look for it
    found = codec.queryset(codec.model.objects.filter(**{f"{codec.key()}__in": wanted}))
    return {record.record_key: record for record in found}


def _chunks(rows: list[tuple[int, list[str]]]) -> Iterator[list[tuple[int, list[str]]]]:
    for start in range(0, len(rows), CHUNK):
        yield rows[start : start + CHUNK]
