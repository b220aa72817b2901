"""From sheets to a plan: each row is compared with its record and checked; nothing is written.

Row numbers are a spreadsheet's: the header is row 1; of a file without rows the entries are counted from 1.
`batches.apply` writes what was planned.
"""

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from research.cells import LONGEST_KEY, Keys
from research.models import Revision
from research.plans import Clock, Plan, PlannedRow, Problem, Progress, State, TablePlan, finish, shortened
from research.rows import TABLES, Row, Rows
from research.sheets import ERROR, VERSION, Sheet, named_columns
from research.text.tables import TableError
from research.text.tables.table import too_long

CHUNK, HEAVIEST = 500, 4_000_000  # rows compared at a time; their characters, but for the last row's
NumberedCells = tuple[int, Sequence[str | None]]


def plan(sheets: Iterable[Sheet], *, partial: bool = False) -> Plan:
    """What importing the sheets would do. Files may come in any order and refer to each other.

    `partial` lets columns be absent; they change nothing then. The key column must always be there.
    """
    result = Plan()
    finish(planning(result, sheets, partial=partial))
    return result


def planning(
    result: Plan, sheets: Iterable[Sheet], *, partial: bool = False, seen: Mapping[int, int] | None = None
) -> Iterator[Progress]:
    """As `plan`, step by step, into `result`.

    `seen` are the versions that an earlier plan of the same sheet found, by row: what was written since makes
    a row stale, also where the file itself names no version.
    """
    keys, clock = Keys(), Clock()
    by_table: dict[str, Sheet] = {}
    for sheet in sheets:
        if sheet.table in by_table:
            first = by_table[sheet.table].file
            problem = Problem(sheet.file, 0, "", _("The table came already, in %s.") % first)
            result.report(problem, whole_file=True)
        elif sheet.problems:
            for problem in sheet.problems:
                result.report(problem, whole_file=True)
        else:
            by_table[sheet.table] = sheet
    read, size = 0, sum(sheet.size for sheet in by_table.values())
    for table, codec in TABLES.items():
        if table in by_table:
            sheet = by_table[table]
            planner = _Planner(sheet, codec(keys=keys), keys, result, partial)
            planner.seen = seen or {}
            for count in planner.run():
                yield clock.add(count, (read + sheet.share() * sheet.size) / size if size else None)
            read += sheet.size


@dataclass
class _FileRow:
    """A row as it came; `width` is how many cells it has, `seen` the version of the record when exported."""

    number: int
    width: int
    key: str
    cells: Row
    seen: str


@dataclass
class _Saved:
    """A record as it is now."""

    pk: int
    version: int
    row: Row


class _Planner:
    """Plans one table. Rows are read even where the header is wrong: all that is to be mended is named."""

    def __init__(self, sheet: Sheet, codec: Rows, keys: Keys, plan: Plan, partial: bool) -> None:
        self.sheet, self.codec, self.keys, self.plan = sheet, codec, keys, plan
        self.key = codec.key()
        self.header = named_columns(sheet.header, codec)
        self.first_seen: dict[str, int] = {}
        self.seen: Mapping[int, int] = {}
        self.first_problem = len(plan.problems)
        absent = [name for name in codec.columns if name not in self.header]
        plan.tables.append(TablePlan(sheet.table, sheet.file, self.header, absent))
        wrong = self.header_messages(absent, partial)
        self.named = set(wrong)  # said once for the column, not again for every row
        for name, message in wrong.items():
            plan.report(Problem(sheet.file, 1, name, message), whole_file=True)

    def run(self) -> Iterator[int]:
        """Plan the rows a chunk at a time; how many there were."""
        readable = self.key in self.header and len(set(self.header)) == len(self.header)
        try:
            for chunk in light_chunks(self.sheet.rows):
                if readable:
                    self.plan_rows([self.file_row(number, cells) for number, cells in chunk])
                else:
                    self.expect_rows(chunk)
                yield len(chunk)
        except TableError as error:
            problem = Problem(self.sheet.file, error.row, error.column, error.message)
            self.plan.report(problem, whole_file=True, place=self.first_problem)

    def header_messages(self, absent: list[str], partial: bool) -> dict[str, str]:
        messages = {}
        for name in absent:
            if name == self.key:
                messages[name] = _("This column is missing.")
            elif not partial and name not in self.codec.optional:
                messages[name] = (
                    _("This column is missing.") + " " + _("If it should stay as it is, add --partial.")
                )
        columns = [*self.codec.columns, VERSION, ERROR]
        for name in self.header:
            if name not in columns:
                near = difflib.get_close_matches(name, self.codec.columns, n=1)
                known = ", ".join(self.codec.columns)
                hint = _("Did you mean “%s”?") % near[0] if near else _("Known are: %s.") % known
                messages[name] = _("The table has no such column.") + " " + hint
            elif self.header.count(name) > 1:
                messages[name] = _("This column stands twice.")
        return messages

    # --- what there is ---------------------------------------------------------------------------------

    def file_row(self, number: int, cells: Sequence[str | None]) -> _FileRow:
        there = zip(self.header, cells, strict=False)
        row = {name: cell for name, cell in there if cell is not None}
        row.pop(ERROR, None)
        seen = row.pop(VERSION, "").strip() or str(self.seen.get(number, ""))
        return _FileRow(number, len(cells), row.get(self.key, "").strip(), row, seen)

    def expect_rows(self, chunk: list[NumberedCells]) -> None:
        """The rows cannot be planned, but what other tables say of them need not be wrong."""
        if self.key in self.header:
            place = self.header.index(self.key)
            for _number, cells in chunk:
                self.expect("".join(filter(None, cells[place : place + 1])).strip())

    def expect(self, key: str) -> None:
        self.keys.expect(self.codec.model(**{self.key: key}))

    def saved(self, rows: list[_FileRow]) -> dict[str, _Saved]:
        """The records that the rows name, by key."""
        found = self.codec.model.objects.filter(**{f"{self.key}__in": in_database(row.key for row in rows)})
        return {row[self.key]: _Saved(pk, version, row) for pk, version, row in self.codec.saved(found)}

    def deleted(self, rows: list[_FileRow]) -> set[str]:
        """The keys of rows whose record was there when the file was exported and is no more."""
        keys = in_database(row.key for row in rows if row.seen)
        gone = Revision.objects.filter(table=self.codec.table, deleted=True, key__in=keys)
        return set(gone.values_list("key", flat=True)) if keys else set()

    # --- what it comes to ------------------------------------------------------------------------------

    def plan_rows(self, rows: list[_FileRow]) -> None:
        saved = self.saved(rows)
        for row in rows:
            if row.key in saved:
                row.cells = self.sheet.overlaid(row.number, row.cells, saved[row.key].row)
        other = [row for row in rows if row.key not in saved or not same(row, saved[row.key].row)]
        self.codec.look_up(row.cells for row in other)
        differing = [saved[row.key].pk for row in other if row.key in saved]
        found = self.codec.queryset(self.codec.model.objects.filter(pk__in=differing)) if differing else []
        records = {record.record_key: record for record in found}
        gone = self.deleted([row for row in other if row.key not in saved])
        others = {row.number for row in other}
        taken = []
        for row in rows:
            now = saved.get(row.key)
            planned = PlannedRow(self.codec.table, row.number, State.SAME, row.key[:LONGEST_KEY])
            planned.line = self.sheet.line(row.number)
            if now:
                planned.pk, planned.version = now.pk, now.version
            messages = self.shape_messages(row)
            if row.number in others and "" not in messages and len(row.key) <= LONGEST_KEY:
                messages = {**self.compare(row, planned, now, records.get(row.key)), **messages}
                if planned.state in (State.NEW, State.CHANGED) and row.key in gone:
                    planned.state = State.STALE
            if messages:
                planned.state = State.INVALID
            taken.append((row, planned, messages))
        self.sheet.remark([planned for _row, planned, _messages in taken])
        for row, planned, messages in taken:
            self.take(row, planned, messages)

    def compare(
        self, row: _FileRow, planned: PlannedRow, now: _Saved | None, record: Any
    ) -> dict[str, list[str]]:
        """Say in `planned` what the row would make of its record; returns what is wrong, by column."""
        decoded = self.codec.decode(row.cells, record or self.codec.model())
        if row.seen and not (row.seen.isascii() and row.seen.isdigit()):
            message = _("“%(value)s” is not a whole number from 0.") % {"value": row.seen}
            decoded.errors.setdefault(VERSION, []).append(message)
        if decoded.errors:
            return decoded.errors
        planned.before = now.row if now else {}
        planned.after = self.codec.row_of(decoded.record, decoded.links)
        planned.key = planned.after[self.key]
        if planned.before == planned.after:
            planned.state = State.SAME
        elif now is None:
            planned.state = State.NEW
        else:
            planned.state = State.STALE if row.seen and int(row.seen) != now.version else State.CHANGED
        self.keys.expect(decoded.record)
        return {}

    def take(self, row: _FileRow, planned: PlannedRow, messages: dict[str, list[str]]) -> None:
        if messages:
            planned.after = row.cells
            planned.messages = {name: list(map(shortened, texts)) for name, texts in messages.items()}
            self.expect(row.key)
            order = ["", *self.codec.columns, VERSION]
            for column in sorted(set(messages) - self.named, key=order.index):
                for message in messages[column]:
                    key = planned.key if planned.line else ""
                    problem = Problem(self.sheet.file, row.number, column, message, planned.line, key)
                    self.plan.report(problem)
        elif planned.state == State.SAME:
            planned.before, planned.after, planned.notes = {}, {}, []
        self.plan.add(planned)

    def shape_messages(self, row: _FileRow) -> dict[str, list[str]]:
        """What is wrong with the row before its cells are read: its width, its key."""
        if fault := self.sheet.fault(row.number):
            return {"": [fault]}
        if row.width != len(self.header):
            named = {"found": row.width, "wanted": len(self.header)}
            return {"": [_("%(found)s cells where the header has %(wanted)s.") % named]}
        if not row.key:
            return {self.key: [_("This cell must not be empty.")]}
        if len(row.key) > LONGEST_KEY:
            return {self.key: [too_long(row.number, self.key, LONGEST_KEY).message]}
        first = self.first_seen.setdefault(row.key, row.number)
        if first != row.number:
            line = self.sheet.line(first)
            message = (
                _("“%(key)s” stands already in line %(row)s.")
                if line
                else _("“%(key)s” stands already in row %(row)s.")
            )
            return {self.key: [message % {"key": row.key, "row": line or first}]}
        return {}


def light_chunks(rows: Iterable[NumberedCells]) -> Iterator[list[NumberedCells]]:
    """Few rows at a time, and fewer where they are long: 500 of the longest would fill the memory."""
    chunk: list[NumberedCells] = []
    weight = 0
    for row in rows:
        chunk.append(row)
        weight += sum(len(cell or "") for cell in row[1])
        if len(chunk) == CHUNK or weight > HEAVIEST:
            yield chunk
            chunk, weight = [], 0
    if chunk:
        yield chunk


def same(row: _FileRow, saved: Row) -> bool:
    return all(saved.get(name) == cell for name, cell in row.cells.items())


def in_database(keys: Iterable[str]) -> list[str]:
    """Keys that a database can be asked for: PostgreSQL refuses a NUL, and none is so long."""
    return [key for key in keys if key and "\x00" not in key and len(key) <= LONGEST_KEY]
