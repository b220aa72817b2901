"""Notes as Markdown files, to the tables and back: a file becomes rows, and the import's plan does the rest.

A source that is known by its address or identifier is reused; a to-do or an entry is known by its words.
New records are drafts. A known record keeps what a file cannot say: its status, assignee, tags and the like.
"""

import hashlib
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from research.models import Note, Record, Source, SourceKind, Status
from research.models.base import LONGEST_STEM
from research.models.source import KEY
from research.plans import Plan, Problem
from research.rows import TABLES, Row
from research.sheets import Sheet
from research.text.bibliography import sameness
from research.text.bibliography.identifiers import identifier_in
from research.text.bibliography.sameness import Mark, same_url
from research.text.citations import find_cites
from research.text.note_parts import ParsedReference, write_entry
from research.text.notes import ParsedNote, as_slug, cite_labels, parse_note
from research.text_files import Files, LineProblem, TextsPlan, planned, read_bytes
from research.written_notes import parsed_entry, todo_text

TITLE, SOURCE_TITLE = 300, 500


@dataclass
class Kept:
    """A line of the file that stays in the note's text."""

    line: int
    text: str

    def __str__(self) -> str:
        return _("line %(line)s stays in the text: %(text)s") % {"line": self.line, "text": self.text}


# --- from files to a plan ----------------------------------------------------------------------------------


def plan_files(files: Files, plan: Plan | None = None) -> TextsPlan:
    """What importing the files, by name, would do; put into `plan` if there is one."""
    plan = plan or Plan()
    rows = _NoteRows()
    problems: list[Problem] = []
    for name, data in files:
        try:
            rows.add(name, parse_note(read_bytes(data), name))
        except ValueError as error:
            problems.append(LineProblem(name, 0, "", str(error)))
    return planned(plan, rows, problems)


class _NoteRows:
    """Collects the rows of all files, each with the file, the line and the words that it comes from."""

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, Row]] = {"sources": {}, "notes": {}, "todos": {}, "changelog": {}}
        self.places: dict[str, dict[int, tuple[str, int, str]]] = {table: {} for table in self.rows}
        self.found: dict[str, list[Kept]] = {}
        self.sources = _KnownSources()

    def add(self, file: str, note: ParsedNote) -> None:
        if note.slug in self.rows["notes"]:
            raise ValueError(_("Another of the files is the same note, “%s”.") % note.slug)
        self.found[file] = [Kept(line, text) for line, text in note.kept]
        known = Note.objects.filter(slug=note.slug).first()
        keys = [[self._source(file, reference) for reference in group] for group in note.references]
        values = {"slug": note.slug, "title": note.title, "body": _body(note, keys, known)}
        values |= {"date": note.date.isoformat()} if note.date else {}
        values |= {"tags": "; ".join(note.tags)} if note.tags else {}
        self._put("notes", note.slug, values, known, (file, 1, note.title))
        self._todos(file, note, known)
        self._entries(file, note, known)

    def sheets(self) -> list[Sheet]:
        return [
            Sheet(
                table,
                table,
                [*TABLES[table].columns],
                list(enumerate((list(row.values()) for row in rows.values()), 2)),
            )
            for table, rows in self.rows.items()
            if rows
        ]

    def _put(
        self, table: str, key: str, values: Row, known: Record | None, place: tuple[str, int, str]
    ) -> None:
        codec = TABLES[table]()
        row = codec.row(known) if known else dict.fromkeys(codec.columns, "") | {"status": Status.DRAFT.value}
        self.rows[table][key] = row | values
        self.places[table][len(self.rows[table]) + 1] = place

    def _source(self, file: str, reference: ParsedReference) -> str:
        key, known = self.sources.find(reference)
        if key not in self.rows["sources"]:
            values = {} if known else _source_values(key, reference)
            renamed = known is not None and known.title != reference.title
            text = f"{reference.title} → {known}" if renamed else reference.title
            self._put("sources", key, values, known, (file, reference.line, text))
        return key

    def _todos(self, file: str, note: ParsedNote, known: Note | None) -> None:
        old = {todo.slug: todo for todo in known.todos.all()} if known else {}
        by_text = {todo_text(todo): todo for todo in reversed(old.values())}
        again = {by_text[todo.text].slug for todo in note.todos if todo.text in by_text}
        for place, todo in enumerate(note.todos, start=1):
            start = f"{note.slug[:80]}-{place:02}-"
            found = by_text.pop(todo.text, None) or next(
                (old[slug] for slug in old if slug.startswith(start) and slug not in again), None
            )
            slug = found.slug if found else self._new_slug("todos", start + todo.text[:30])
            values = {"slug": slug, "note": note.slug}
            if not found or todo_text(found) != todo.text:
                title = _short(todo.text.split("\n")[0], TITLE)
                values |= {"title": title, "body": "" if title == todo.text else todo.text}
            if todo.done and not (found and found.state == "done"):
                values |= {"state": "done", "results": (found and found.results) or f"[[{note.slug}]]"}
            elif not found:
                values["state"] = "open"
            self._put("todos", slug, values, found, (file, todo.line, todo.text))

    def _entries(self, file: str, note: ParsedNote, known: Note | None) -> None:
        old = list(known.changelog.all()) if known else []
        by_text = {write_entry(parsed_entry(entry)): entry for entry in old}
        for entry in note.changelog:
            start = as_slug(f"{note.slug[:70]}-{entry.stamp}-{entry.kind}")
            written = write_entry(entry)
            found = by_text.pop(written, None)
            found = found or next((one for one in by_text.values() if one.slug == start), None)
            slug = found.slug if found else self._new_slug("changelog", start)
            values = {"slug": slug, "note": note.slug}
            if not found or write_entry(parsed_entry(found)) != written:
                values |= {"date": entry.date.isoformat(), "stamp": entry.stamp}
                values |= {"kind": entry.kind, "summary": entry.summary}
            self._put("changelog", slug, values, found, (file, entry.line, written.removeprefix("- ")))

    def _new_slug(self, table: str, wanted: str) -> str:
        slug: str = TABLES[table].model.objects.free_slug(as_slug(wanted)[:LONGEST_STEM], self.rows[table])
        return slug


def _short(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"


def _body(note: ParsedNote, keys: list[list[str]], known: Note | None) -> str:
    """The text as it will be kept: its footnotes as citations, its references listed at the end."""
    together = list(zip(note.references, keys, strict=True))
    pairs = [pair for group, names in together for pair in zip(group, names, strict=True)]
    labels = {ref.label: key for ref, key in pairs if ref.label and not ref.label.startswith("@")}
    body = cite_labels(note.body, labels)
    before = find_cites(known.body) if known else []
    in_place = {cite.key for cite in before if not cite.listed_only}
    in_place -= {cite.key for cite in before if cite.listed_only}
    groups = [
        "; ".join(f"@{key}, {ref.locator}" if ref.locator else f"@{key}" for ref, key in listed)
        for group, names in together
        if (
            listed := [
                (ref, key)
                for ref, key in zip(group, names, strict=True)
                if not (ref.label == f"@{key}" and key in in_place)
            ]
        )
    ]
    if not groups:
        return body
    comment = f"<!-- nocite: {' '.join(f'[{group}]' for group in groups)} -->"
    return body + "\n" * (note.gap + 1) * bool(body) + comment


# --- sources -----------------------------------------------------------------------------------------------


class _KnownSources:
    """The sources there are, and those of the files so far, by address, by identifier and by title."""

    def __init__(self) -> None:
        self.keys: dict[Mark, str] = {}
        self.used: set[str] = set()
        columns = ("key", "kind", "title", "url", "identifier", "extra")
        for row in Source.objects.order_by("-key").values(*columns):
            self.used.add(row["key"])
            self.keys |= dict.fromkeys(_marks(row), row["key"])

    def find(self, reference: ParsedReference) -> tuple[str, Source | None]:
        """The reference's key, and its source if there is one in the tables."""
        own = reference.label[1:] if reference.label.startswith("@") else ""
        marks = _marks(_source_values("", reference))
        key = next((self.keys[mark] for mark in marks if mark in self.keys), "")
        key = key or (own if re.match(KEY.regex, own) else self._new_key(reference))
        self.used.add(key)
        self.keys |= {mark: key for mark in marks if mark not in self.keys}
        return key, Source.objects.filter(key=key).first()

    def _new_key(self, reference: ParsedReference) -> str:
        name = _host_name(reference.url) or as_slug(reference.title)[:16].strip("-") or "source"
        digest = hashlib.sha256((same_url(reference.url) or reference.title).encode()).hexdigest()
        return next(key for size in range(6, 60) if (key := f"{name}-{digest[:size]}") not in self.used)


def _marks(row: Row) -> list[Mark]:
    """Nobody is asked whether the line is the source, so a title counts only where it is all there is."""
    return sameness.firm_marks(row) or [(sameness.TITLE, row["title"])]


def _identifier(reference: ParsedReference) -> str:
    return identifier_in(f"{reference.url if 'doi.org/' in reference.url else ''} {reference.title}")


def _host_name(url: str) -> str:
    """`bcg` for https://www.bcg.com/…; empty for an address in numbers."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    names = [
        name for name in host.split(".")[:-1] if name not in {"www", "com", "org", "net", "gov", "edu", "co"}
    ]
    return as_slug(names[-1])[:30] if names and not names[-1].isdigit() else ""


def _source_values(key: str, reference: ParsedReference) -> Row:
    title = _short(reference.title, SOURCE_TITLE)
    kind = SourceKind.WEBPAGE if reference.url else SourceKind.DOCUMENT
    return {
        **{"key": key, "kind": kind.value, "title": title, "url": reference.url},
        **{
            "identifier": _identifier(reference),
            "body": "" if title == reference.title else reference.title,
        },
    }
