"""Texts as files, such as notes and boards: how they are read, and the plan of what their lines become."""

import re
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.utils.translation import gettext as _

from research import importing
from research.plans import Plan, PlannedRow, Problem, State, finish
from research.rows import TABLES
from research.sheets import Sheet

Files = list[tuple[str, bytes]]  # by name
Place = tuple[str, int, str]  # the file, the line and the words that a row comes from


class LineProblem(Problem):
    """As a problem of a table, but its number counts a text's lines."""

    def __str__(self) -> str:
        place = f"{self.file}, " + _("line %s") % self.row if self.row else self.file
        return f"{place}: {self.column and self.column + ': '}{self.message}"


@dataclass
class Found:
    """What a line became."""

    line: int
    text: str
    row: PlannedRow

    def __str__(self) -> str:
        return _("line %(line)s, %(kind)s, %(state)s: %(text)s") % {
            "line": self.line,
            "kind": TABLES[self.row.table].model._meta.verbose_name,
            "state": state_name(self.row),
            "text": self.text,
        }


def state_name(row: PlannedRow) -> str:
    names = {"new": _("new"), "changed": _("changed"), "same": _("same"), "invalid": _("invalid")}
    changed = ", ".join(row.changed_columns) if row.state == State.CHANGED else ""
    return names[row.state] + (f" ({changed})" if changed else "")


@dataclass
class TextsPlan:
    """The plan, and by file what is said of its lines."""

    plan: Plan
    found: dict[str, list[Any]] = field(default_factory=dict)


class CollectedRows(Protocol):
    """The rows of all files; `places` by table and number, and by file what is `found` in other lines."""

    places: dict[str, dict[int, Place]]
    found: dict[str, list[Any]]

    def sheets(self) -> list[Sheet]: ...


def read_bytes(data: bytes) -> str:
    """UTF-8, UTF-16 with its mark, or GB18030. Raises ValueError with what to do."""
    encodings = ["utf-16"] if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if re.search(r"[\x00-\x08\x0e-\x1f\ue000-\uf8ff]", text):
            break
        if not text.strip():
            raise ValueError(_("The file holds no text."))
        return text
    raise ValueError(_("This is not a text in UTF-8 or GB18030."))


def planned(plan: Plan, rows: CollectedRows, problems: list[Problem]) -> TextsPlan:
    """What writing the rows would do, put into `plan`; its problems, like `problems`, are those of lines."""
    finish(importing.planning(plan, rows.sheets()))
    for problem in plan.problems:
        file, line, _text = rows.places[problem.file][problem.row]
        problems.append(LineProblem(file, line, problem.column, problem.message))
    plan.problem_count += len(problems) - len(plan.problems)
    plan.problems = problems
    for row in plan.rows():
        file, line, text = rows.places[row.table][row.number]
        rows.found[file].append(Found(line, text, row))
    for lines in rows.found.values():
        lines.sort(key=lambda one: one.line)
    return TextsPlan(plan, rows.found)
