"""What an import would do, row by row. It lies in a file, not in memory: a plan may have a million rows."""

import json
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from django.utils.translation import gettext as _

from research.rows import Row

MOST_PROBLEMS = 1000  # kept to be shown; all are counted, and each invalid row has its own
LONGEST = 400  # characters of a message


class State(StrEnum):
    """`STALE`: the row would change the record, but the record changed after the file was exported.

    `DOUBTFUL`: it would be written, but seems to be another record than its key says; its notes say why.
    """

    NEW = "new"
    CHANGED = "changed"
    DOUBTFUL = "doubtful"
    STALE = "stale"
    SAME = "same"
    INVALID = "invalid"


WRITTEN = (State.NEW, State.CHANGED)
WRITABLE = (*WRITTEN, State.DOUBTFUL, State.STALE)


@dataclass
class Problem:
    """What is wrong and where; `row` 0 means the whole file, an empty column the whole row.

    With a `line` that is the place, not the row; `key` names the entry that begins there.
    """

    file: str
    row: int
    column: str
    message: str
    line: int = 0
    key: str = ""

    def __post_init__(self) -> None:
        self.column, self.message = shortened(self.column), shortened(self.message)

    def __str__(self) -> str:
        place = [self.file]
        if self.line:
            place.append(_("line %s") % self.line)
        elif self.row:
            place.append(_("row %s") % self.row)
        if self.key:
            place.append(_("entry %s") % self.key)
        if self.column:
            place.append(_("column %s") % self.column)
        return f"{', '.join(place)}: {self.message}"


def shortened(text: str) -> str:
    """A message names a value, which may be a million characters long: its middle goes."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 100]}…{text[-99:]}"


@dataclass
class PlannedRow:
    """`pk` and `version` are the record's as it was found; without a `pk` it is to be created.

    `before` is empty for a new row and, like `after`, for a same one; of an invalid row `after` is the cells
    as they came, and `messages` says by column ("" for the whole row) what is wrong. `notes` are for people;
    `line` is where the row begins in a file that has no numbered rows.
    """

    table: str
    number: int
    state: State
    key: str
    pk: int | None = None
    version: int = 0
    before: Row = field(default_factory=dict)
    after: Row = field(default_factory=dict)
    messages: dict[str, list[str]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    line: int = 0

    @property
    def changed_columns(self) -> list[str]:
        return [name for name, cell in self.after.items() if self.before.get(name, "") != cell]


@dataclass
class TablePlan:
    """One file's part of a plan. `columns` are those that the file has, `absent` those that it lacks."""

    table: str
    file: str
    columns: list[str] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    counts: Counter[State] = field(default_factory=Counter)

    def count(self) -> Counter[State]:
        return self.counts


class Plan:
    """The rows by table, in the order in which they are to be written, and all that is wrong.

    `broken` says that a whole file is wrong: then not even its good rows can be written.
    """

    def __init__(self, path: Path | None = None) -> None:
        """A plan with a path can be opened again; another vanishes with its process, however that ends."""
        self.path = path
        self.tables: list[TablePlan] = []
        self.problems: list[Problem] = []
        self.problem_count = 0
        self.broken = False
        self._file: IO[str] = path.open("w+", encoding="utf-8") if path else nameless_file()

    def add(self, row: PlannedRow) -> None:
        self.tables[-1].counts[row.state] += 1
        cells = (
            *(row.table, row.number, row.key, row.pk, row.version),
            *(row.before, row.after, row.messages, row.notes, row.line),
        )
        self._file.write(f"{row.state}\t{json.dumps(cells, ensure_ascii=False)}\n")

    def rows(self, *states: State, table: str = "") -> Iterator[PlannedRow]:
        """The rows in these states (or in any), in order; one reader at a time."""
        wanted = {state.value for state in states or State}
        self._file.seek(0)
        for line in self._file:
            state, _tab, cells = line.partition("\t")
            if state in wanted:
                name, number, *rest = json.loads(cells)
                if table in ("", name):
                    yield PlannedRow(name, number, State(state), *rest)

    def report(self, problem: Problem, *, whole_file: bool = False, place: int | None = None) -> None:
        """`place` puts the problem before those that were told since: a file that ends in a wrong quote."""
        self.broken |= whole_file
        self.problem_count += 1
        if place is not None:
            self.problems.insert(place, problem)
        elif len(self.problems) < MOST_PROBLEMS:
            self.problems.append(problem)

    def count(self, *states: State) -> int:
        """How many rows are in these states."""
        return sum(table.counts[state] for table in self.tables for state in states)

    def keep(self) -> None:
        """Write down what is not in the rows, beside them. Only for a plan with a path."""
        assert self.path
        self._file.flush()
        tables = [vars(table) for table in self.tables]
        problems = [asdict(problem) for problem in self.problems]
        kept = {"tables": tables, "problems": problems, "count": self.problem_count, "broken": self.broken}
        summary_of(self.path).write_text(json.dumps(kept), encoding="utf-8")

    @classmethod
    def open(cls, path: Path) -> "Plan":
        """The plan that was kept there. Raises FileNotFoundError."""
        kept = json.loads(summary_of(path).read_text(encoding="utf-8"))
        found = cls.__new__(cls)
        found.path, found._file = path, path.open(encoding="utf-8")
        found.tables = [
            TablePlan(**{**table, "counts": counted(table["counts"])}) for table in kept["tables"]
        ]
        found.problems = [Problem(**problem) for problem in kept["problems"]]
        found.problem_count, found.broken = kept["count"], kept["broken"]
        return found

    def close(self) -> None:
        self._file.close()

    def __del__(self) -> None:
        self._file.close()


def nameless_file() -> IO[str]:
    return TemporaryFile("w+", encoding="utf-8")  # it is the plan's as long as there is one


def counted(counts: dict[str, int]) -> Counter[State]:
    return Counter({State(state): count for state, count in counts.items()})


def summary_of(path: Path) -> Path:
    return path.with_suffix(".json")


# --- how far the work is -------------------------------------------------------------------------------


@dataclass
class Progress:
    """How far a long piece of work is: rows done, and the share of the whole (0 to 1) where it is known."""

    done: int = 0
    share: float | None = None
    seconds: float = 0.0

    @property
    def rate(self) -> float:
        """Rows a second."""
        return self.done / self.seconds if self.seconds else 0.0

    @property
    def left(self) -> float | None:
        """Seconds to go, if it goes on as it went."""
        return self.seconds * (1 - self.share) / self.share if self.share else None

    def __str__(self) -> str:
        text = _("%(done)s rows, %(rate)s a second") % {"done": f"{self.done:,}", "rate": f"{self.rate:,.0f}"}
        if self.left is None:
            return text
        minutes, seconds = divmod(round(self.left), 60)
        return text + _(", %(share)s done, %(time)s left") % {
            "share": f"{self.share:.0%}",
            "time": f"{minutes}:{seconds:02}",
        }


class Clock:
    """Makes Progress of counts."""

    def __init__(self, total: int | None = None) -> None:
        self.total, self.start, self.done = total, time.monotonic(), 0

    def add(self, rows: int, share: float | None = None) -> Progress:
        self.done += rows
        if self.total:
            share = min(1.0, self.done / self.total)
        return Progress(self.done, share, time.monotonic() - self.start)


def finish(steps: Iterator[Any]) -> Any:
    """Run a generator of steps to its end; what it returns."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value
