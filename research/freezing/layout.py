"""An edition as pages show it: witnesses, and for each line the records in its cells."""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from research.freezing.cells import CRITERIA, INDUSTRIES, MODES, Line, Reading, Table, table
from research.freezing.edition import Edition
from research.queries.apparatus import Apparatus
from research.queries.comparison import ThesisView, Witness, witnesses

MOST_ON_PAGE, MOST = 1500, 20  # readings of one kind; with more, each cell lists its share, or so many


@dataclass
class Entry:
    """A reading with its record, from which its address and its citation marks come."""

    reading: Reading
    record: Any


@dataclass
class ShownCell:
    witness: Witness
    listed: list[Entry]
    count: int  # with those that the page does not list, which stand in the table
    by_mode: list[tuple[str, int]]  # of an industry

    @property
    def more(self) -> int:
        return self.count - len(self.listed)

    @property
    def first(self) -> Entry | None:
        """Of findings the latest."""
        return self.listed[0] if self.listed else None

    @property
    def further(self) -> list[Entry]:
        return self.listed[1:]


@dataclass
class ShownLine:
    """`record` is the line's mode, industry or criterion; None for what has none."""

    line: Line
    record: Any
    cells: list[ShownCell]


class Layout:
    """Made anew for each language and each page: marks are numbered in the order in which they are shown."""

    def __init__(self, edition: Edition, table_of: Table | None = None) -> None:
        self.edition, self.comparison = edition, edition.records["comparisons"][0]
        self.table = table_of or table(edition.data)
        self.records = {
            (name, record.record_key): record for name, found in edition.records.items() for record in found
        }
        self.witnesses = witnesses(self.records["organizations", key] for key in self.table.organizations)
        for witness in self.witnesses:
            witness.cases = sum(
                len(self.table.cell(key, witness.organization.slug))
                for key, line in self.table.lines.items()
                if line.kind == MODES
            )

    @cached_property
    def apparatus(self) -> Apparatus:
        return self.edition.apparatus.anew()

    @cached_property
    def modes(self) -> list[ShownLine]:
        return self._lines(MODES)

    @cached_property
    def industries(self) -> list[ShownLine]:
        return self._lines(INDUSTRIES)

    @cached_property
    def criterion_groups(self) -> list[tuple[str, list[ShownLine]]]:
        """(group, lines); lines of one group stand together."""
        groups: dict[str, list[ShownLine]] = {}
        for line in self._lines(CRITERIA):
            groups.setdefault(line.line.group, []).append(line)
        return list(groups.items())

    @property
    def theses(self) -> list[ThesisView]:
        return self.edition.theses

    @property
    def case_count(self) -> int:
        return sum(witness.cases for witness in self.witnesses)

    @property
    def finding_count(self) -> int:
        return len(self._shown(CRITERIA))

    @cached_property
    def _modes_of(self) -> dict[str, str]:
        """By case the key of its mode's line."""
        return {
            reading.key: line
            for (line, _organization), readings in self.table.cells.items()
            if self.table.lines[line].kind == MODES
            for reading in readings
        }

    def counts_by_mode(self, line: str, organization: str) -> list[tuple[str, int]]:
        """Of the cases in a cell, how many each mode has, in the order of the modes; every mode is there."""
        found = Counter(self._modes_of[reading.key] for reading in self.table.cell(line, organization))
        modes = {key: mode for key, mode in self.table.lines.items() if mode.kind == MODES}
        return [(mode.label, found[key]) for key, mode in modes.items()]

    def _lines(self, kind: str) -> list[ShownLine]:
        lines = [line for line in self.table.lines.values() if line.kind == kind]
        most = self._most(kind)
        return [
            ShownLine(
                line,
                self.records.get((kind, line.slug)),
                [self._cell(line, witness, most) for witness in self.witnesses],
            )
            for line in lines
        ]

    def _most(self, kind: str) -> int:
        """Of how many readings a cell lists: all, unless the page would grow beyond use."""
        sizes = [
            len(found)
            for (key, _organization), found in self.table.cells.items()
            if self.table.lines[key].kind == kind
        ]
        if sum(sizes) <= MOST_ON_PAGE:
            return max(sizes, default=0)
        return max(MOST, MOST_ON_PAGE // len(sizes))

    def _cell(self, line: Line, witness: Witness, most: int) -> ShownCell:
        organization = witness.organization.slug
        readings = self.table.cell(line.key, organization)
        listed = [Entry(reading, self.records[reading.table, reading.key]) for reading in readings[:most]]
        by_mode = self.counts_by_mode(line.key, organization) if line.kind == INDUSTRIES else []
        return ShownCell(witness, listed, len(readings), by_mode)

    def _shown(self, kind: str) -> list[Reading]:
        return [
            reading
            for (key, _organization), readings in self.table.cells.items()
            if self.table.lines[key].kind == kind
            for reading in readings
        ]
