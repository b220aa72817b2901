"""Bibliographies, to the table of sources and back: an entry becomes a row, the import's plan does the rest.

What an entry does not speak of stays as it is, further fields one by one. An entry whose format gives no key
is known by its work. One that seems to be another work than its key says, or a known one under a new key,
is doubtful: it is written only if somebody says so.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.translation import gettext as _

from research.known_sources import Works
from research.models import tags
from research.plans import PlannedRow, State
from research.queries.duplicates import LABELS, find_twins
from research.rows import Row, SourceRows
from research.sheets import Sheet, failed, named_columns, read_file
from research.text.bibliography import FORMATS, Entry, Item, Unfit, detect, item_of, read, row_of, write
from research.text.bibliography.items import tidy
from research.text.bibliography.sameness import is_other_work
from research.text.folding import fold_text
from research.text.tables import EXTENSIONS, TableError, refuse_size
from research.text.tables.encodings import find_encoding
from research.text.tables.kinds import NAMES, kind

TABLE = "sources"
MOST_TWINS = 5  # that are named
READ_IN_TEXT = ("csv", "json")  # what `kind` calls a text


@dataclass
class Bibliography(Sheet):
    """A file of entries as a sheet: rows are counted from 1, and their lines are told."""

    entries: list[Entry] = field(default_factory=list)
    done: int = 0
    twins: dict[str, list[tuple[str, str]]] | None = None

    def take(self, entries: list[Entry]) -> None:
        self.entries = entries
        spoken_of = {name for entry in entries for name in entry.row}
        self.header = [name for name in SourceRows.columns if name in spoken_of or name == "key"]
        self.rows, self.share = self.as_rows(), lambda: self.done / len(entries)

    def as_rows(self) -> Iterator[tuple[int, list[str | None]]]:
        self.sort_tags()
        self.give_keys()
        for number, entry in enumerate(self.entries, start=1):
            self.done = number
            row = entry.row or {"key": entry.key}
            yield number, [row.get(name) for name in self.header]

    def sort_tags(self) -> None:
        """As the tables have them: most rows then need no closer look to be the same."""
        for entry in self.entries:
            if "tags" in entry.row:
                entry.row["tags"] = "; ".join(tags.split(entry.row["tags"]))

    def part_keys(self) -> None:
        """Two works may come under one key, which is no more than a number in many a library's RIS."""
        first: dict[str, Entry] = {}
        for entry in self.entries:
            if entry.item and not entry.generated_key:
                other = first.setdefault(entry.row["key"], entry)
                entry.generated_key = fold_text(other.row["title"]) != fold_text(entry.row["title"])

    def give_keys(self) -> None:
        self.part_keys()
        nameless = [entry for entry in self.entries if entry.item and entry.generated_key]
        if nameless:
            given = {entry.row.get("key", "") for entry in self.entries if not entry.generated_key}
            keys = Works(given).keys([entry.row for entry in nameless])
            for entry, key in zip(nameless, keys, strict=True):
                entry.row["key"] = key

    def line(self, number: int) -> int:
        return self.entries[number - 1].line

    def fault(self, number: int) -> str:
        return self.entries[number - 1].problem

    def overlaid(self, number: int, cells: Row, saved: Row) -> Row:
        entry = self.entries[number - 1]
        if not entry.item or all(saved[name] == cell for name, cell in cells.items()):
            return cells
        try:
            return overlaid(entry.item, saved)
        except Unfit as unfit:
            entry.problem = unfit.message
            return cells

    def remark(self, rows: list[PlannedRow]) -> None:
        if self.twins is None and any(row.state == State.NEW for row in rows):
            # One look through the table for all of them.
            self.twins = find_twins(entry.row for entry in self.entries if entry.item)
        for row in rows:
            entry = self.entries[row.number - 1]
            row.notes = [*entry.notes]
            if row.state == State.NEW and (twins := (self.twins or {}).get(row.key)):
                named = "; ".join(f"@{key} ({LABELS[reason]})" for key, reason in twins[:MOST_TWINS])
                self.doubt(row, _("It seems to be a source that is there: %s.") % named)
            elif row.state == State.CHANGED and is_other_work(entry.row, row.before):
                self.doubt(row, _("Its key is that of another work here: “%s”.") % row.before["title"][:100])

    @staticmethod
    def doubt(row: PlannedRow, why: str) -> None:
        row.state = State.DOUBTFUL
        row.notes.append(why)


def overlaid(item: Item, saved: Row) -> Row:
    """The source's row with what the entry says; a field that it does not speak of stays. Raises Unfit."""
    old, new = item_of(saved), tidy(item)
    custom = {**old.get("custom", {}), **new.get("custom", {})}
    row = row_of({**old, **new, "id": saved["key"], **({"custom": custom} if custom else {})})
    # Cells that nobody changes stay as they were typed, however else they could be written.
    before = row_of(old)
    return {name: saved[name] if cell == before.get(name) else cell for name, cell in row.items()}


# --- reading -------------------------------------------------------------------------------------------


def read_bibliography(path: Path, *, encoding: str = "", name: str = "", format: str = "") -> Sheet:
    """A bibliography in the format, or in the one that its text shows.

    What cannot be read is a problem of the sheet, no exception. Entries that are wrong are rows with a fault.
    """
    sheet = Bibliography(name or path.name, TABLE)
    try:
        take_text(sheet, text_of(path, encoding, sheet), format)
    except TableError as error:
        return failed(sheet, error)
    return sheet


def read_sources(path: Path, *, encoding: str = "", name: str = "") -> Sheet:
    """A bibliography, or a table of sources: what the content is, where the name does not say.

    A text without a name was pasted.
    """
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    sheet = Bibliography(name or _("pasted text"), TABLE)
    if ending not in ("csv", "tsv", "xlsx"):
        try:
            text = text_of(path, encoding, sheet)
            if ending not in EXTENSIONS or not is_table(text):
                take_text(sheet, text)
                return sheet
        except TableError as error:
            if ending not in EXTENSIONS:
                return failed(sheet, error)
    return read_file(path, encoding=encoding, name=name, table=TABLE)


def text_of(path: Path, encoding: str, sheet: Bibliography) -> str:
    """The file's text; how it was read is put into the sheet. Raises TableError."""
    sheet.size = path.stat().st_size
    refuse_size(sheet.size, "bibliography")
    found = kind(path)
    if found not in READ_IN_TEXT:
        raise TableError(_("This is %s, not a bibliography.") % _(NAMES.get(found, found)))
    source = find_encoding(path, encoding)
    sheet.encoding, sheet.reason, sheet.alternatives = source.encoding, source.reason, source.alternatives
    with source.open() as file:
        text = file.read()
    if not text.strip():
        raise TableError(_("The file is empty."))
    return text.replace("\r\n", "\n").replace("\r", "\n")


def take_text(sheet: Bibliography, text: str, format: str = "") -> None:
    """Raises TableError where the text is no bibliography."""
    sheet.format = format or detect(text, sheet.file)
    if not sheet.format:
        known = ", ".join(str(one.label) for one in FORMATS.values())
        raise TableError(_("This is no bibliography in a format known here (%s).") % known)
    sheet.take(list(read(text, sheet.format)))


def is_table(text: str) -> bool:
    """Whether a JSON or TXT file is a table of sources: it names our columns, or is no bibliography."""
    start = text.lstrip("\ufeff \n\t")
    if start[:1] in ("[", "{"):
        return start[0] == "[" and not is_csl(start)
    first = start.partition("\n")[0]
    return any("key" in columns_of(first, mark) for mark in ",;\t|") or not detect(text)


def columns_of(line: str, mark: str) -> list[str]:
    return named_columns([name.strip('" ') for name in line.split(mark)[:100]], SourceRows())


def is_csl(text: str) -> bool:
    """Whether the first object of a list has what each item of CSL-JSON has, and no row of a table."""
    brace = text.find("{")
    try:
        first = json.JSONDecoder().raw_decode(text, brace)[0]
    except (ValueError, RecursionError):
        first = dict.fromkeys(name for name in ("id", "type", "key") if f'"{name}"' in text[:10_000])
    return not {"id", "type", "citation-key"}.isdisjoint(first) and "key" not in first


# --- writing -------------------------------------------------------------------------------------------

WRITTEN = [name for name, format in FORMATS.items() if format.write]


def written(rows: Iterable[Row], format: str) -> Iterator[str]:
    """The rows as a bibliography, in pieces. What is of this table alone (`status`) is left out."""
    return write(map(item_of, rows), format)


def format_named(name: str) -> str:
    """The format that the name's ending says, of those that are written; else ""."""
    ending = name.rpartition(".")[2].lower()
    return next((format for format in WRITTEN if ending in FORMATS[format].extensions), "")


def described(row: Row) -> str:
    """Who, what, where and when in a line, by which a person knows a source."""
    place = ", ".join(filter(None, (row.get("container"), row.get("publisher"), row.get("issued"))))
    parts = filter(None, (row.get("authors"), row.get("title"), place or row.get("url")))
    return ". ".join(part.rstrip(".") for part in parts) + "."
