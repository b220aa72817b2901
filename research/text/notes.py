"""A team's note as a Markdown file: title, text, to-dos, references, changelog; read and written back.

Reading is generous about headings, markers and dates. What it cannot place stays in the text where it stood.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import PurePath

from research.text import front_matter
from research.text.note_parts import (
    Item,
    ParsedEntry,
    ParsedReference,
    ParsedTodo,
    is_footnote,
    read_day,
    read_entry,
    read_items,
    read_reference,
    task,
    write_entry,
    write_item,
    write_reference,
)

Lines = list[tuple[int, str]]


@dataclass
class ParsedNote:
    title: str
    slug: str
    date: dt.date | None = None
    body: str = ""
    gap: int = 1  # blank lines between the text and the first list after it
    todos: list[ParsedTodo] = field(default_factory=list)
    references: list[list[ParsedReference]] = field(default_factory=list)  # groups, set apart by a blank line
    changelog: list[ParsedEntry] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    kept: list[tuple[int, str]] = field(default_factory=list)  # stood in a list's section, stays in the text


TODO, REFERENCES, CHANGELOG = "todo", "references", "changelog"
_NAMES = {
    TODO: r"to[ -]?dos?(?:[ -]?list)?|待办(?:事项|清单)?|待做|待完成",
    REFERENCES: r"参考(?:文献|资料|链接)?|references?|bibliography",
    CHANGELOG: r"change[ -]?log|(?:更新|修订|修改|变更)(?:日志|记录|历史)",
}
_NUMBER = r"(?:(?:\d+(?:\.\d+)*|[一二三四五六七八九十]+)[.、．]?\s*)?"
_HEADING = re.compile(r" {0,3}#{1,6}(?:\s|$)")
_SECTION = {
    kind: re.compile(
        rf" {{0,3}}(?:(?P<mark>#{{1,6}})\s*|(?P<bold>\*\*|__)?){_NUMBER}(?:{names})"
        r"\s*[:：]?\s*(?(bold)(?:\*\*|__)\s*[:：]?|#*)\s*$",
        re.IGNORECASE,
    )
    for kind, names in _NAMES.items()
}
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_BY_CONVENTION = re.compile(r"\S.*[-_ ]\d{6}$")  # subject-topic-YYMMDD


# --- reading ---------------------------------------------------------------------------------------------


def parse_note(text: str, name: str) -> ParsedNote:
    """Read a file's text; `name` is the file's name."""
    lines = re.sub("\r\n?", "\n", text.removeprefix("\ufeff")).rstrip("\n").split("\n")
    values, taken = front_matter.read(lines)
    numbered = list(enumerate(lines, start=1))[taken:]
    note, numbered = _read_head(values, numbered, PurePath(name).stem)
    body: Lines = [(1, f"{key}: {', '.join(values[key])}") for key in values if key.lower() not in _KNOWN]
    body += [(1, "")] * bool(body)
    for kind, section in _sections(numbered):
        rest = _READERS[kind](note, section)
        doubled = kind and body and rest and not body[-1][1].strip() and not rest[0][1].strip()
        body += rest[1:] if doubled else rest
    note.todos.sort(key=lambda todo: todo.line)
    whole = "\n".join(line for _number, line in body)
    note.body = whole.strip("\n") if whole.strip() else ""
    note.gap = max(len(whole) - len(whole.rstrip("\n")), 1) if note.body else 1
    return note


_KNOWN = {"title", "slug", "date", "tags"}


def _read_head(values: dict[str, list[str]], lines: Lines, stem: str) -> tuple[ParsedNote, Lines]:
    """Title, slug, date and tags; and the lines that are left."""
    known = {key.lower(): value for key, value in values.items() if value}
    first = next((place for place, (_number, line) in enumerate(lines) if line.strip()), len(lines))
    title, taken = _title([line for _number, line in lines[first : first + 3]], stem)
    wanted = " ".join(known.get("title", []))
    if wanted and wanted != title:
        title, taken = wanted, 0
    elif taken == 0:
        title = stem
    named = known.get("slug", [""])[0] or (title if _BY_CONVENTION.fullmatch(title) else stem)
    days = [
        *known.get("date", [])[:1],
        *re.findall(r"(?<!\d)\d{6}$", named),
        *re.findall(r"(?<!\d)\d{6}$", title),
    ]
    day = next((found for text in days if (found := read_day(text[:10]))), None)
    note = ParsedNote(title, as_slug(named), day, tags=known.get("tags", []))
    return note, lines[first + taken :]


def _title(lines: list[str], stem: str) -> tuple[str, int]:
    """The title that the text begins with, and how many lines it takes."""
    first, second, *_rest = *lines, "", ""
    if heading := re.match(r" {0,3}#(?!#)\s*(.*?)\s*#*\s*$", first):
        section = any(pattern.match(first) for pattern in _SECTION.values())
        return (heading[1], 1) if heading[1] and not section else ("", 0)
    if re.fullmatch(r"=+\s*", second) and first.strip():
        return first.strip(), 2
    plain = first.strip()
    by_name = plain == stem or (len(plain) <= 120 and _BY_CONVENTION.fullmatch(plain))
    return (plain, 1) if by_name and plain and not second.strip() and first[0] not in "-*+>|`" else ("", 0)


def as_slug(text: str) -> str:
    return re.sub(r"-{2,}", "-", re.sub(r"[^\w-]+", "-", text)).strip("-")[:120]


def _sections(lines: Lines) -> Iterator[tuple[str, Lines]]:
    """The text in pieces: each list's section with its heading, and what stands between, as kind ""."""
    kind, before = "", ""
    piece: Lines = []
    for (number, line), code in zip(lines, _in_code(lines), strict=True):
        starts = "" if code else _section_kind(line, before)
        if starts or (not code and _HEADING.match(line)):
            yield kind, piece
            kind, piece = starts, []
        piece.append((number, line))
        before = line
    yield kind, piece


def _in_code(lines: Lines) -> Iterator[bool]:
    """For each line: does it stand in a fenced code block, or is it a fence?"""
    fence = ""
    for _number, line in lines:
        mark = _FENCE.match(line)
        yield bool(fence or mark)
        if fence and mark and mark[1].startswith(fence):
            fence = ""
        elif mark and not fence:
            fence = mark[1]


def _section_kind(line: str, before: str) -> str:
    """The kind of list that the line is the heading of; a bare word is one only after a blank line."""
    for kind, pattern in _SECTION.items():
        found = pattern.match(line)
        if found and (found["mark"] or found["bold"] or not before.strip()):
            return kind
    return ""


def _read_text(note: ParsedNote, lines: Lines) -> Lines:
    """The text itself, without the task lists and footnotes in it."""
    kept: Lines = []
    footnotes: list[ParsedReference] = []
    codes = list(_in_code(lines))
    place = 0
    while place < len(lines):
        after = place + 1
        line = lines[place][1]
        if not codes[place] and (task(line) or is_footnote(line)):
            while after < len(lines) and lines[after][1][:1] in (" ", "\t") and not task(lines[after][1]):
                after += 1
            item = next(read_items(lines[place:after]))
            if item.width:
                note.todos.append(ParsedTodo(item.text, bool(item.ticked), item.line))
            else:
                footnotes.append(read_reference(item))
        else:
            kept.append(lines[place])
        place = after
    note.references += [footnotes] if footnotes else []
    return kept


def _read_todos(note: ParsedNote, lines: Lines) -> Lines:
    def take(item: Item) -> bool:
        if item.width and item.text:
            note.todos.append(ParsedTodo(item.text, bool(item.ticked), item.line))
        return bool(item.width and item.text)

    return _take(note, lines, take)


def _read_references(note: ParsedNote, lines: Lines) -> Lines:
    groups: list[list[ParsedReference]] = []

    def take(item: Item) -> bool:
        if item.width == 0 and (item.text.endswith((":", "：")) or not re.search(r"\w", item.text)):
            return False
        if item.after_blank or not groups:
            groups.append([])
        groups[-1].append(read_reference(item))
        return True

    kept = _take(note, lines, take)
    note.references += groups
    return kept


def _read_changelog(note: ParsedNote, lines: Lines) -> Lines:
    def take(item: Item) -> bool:
        entry = read_entry(item)
        if entry:
            note.changelog.append(entry)
        return entry is not None

    return _take(note, lines, take)


_READERS: dict[str, Callable[[ParsedNote, Lines], Lines]] = {
    "": _read_text,
    TODO: _read_todos,
    REFERENCES: _read_references,
    CHANGELOG: _read_changelog,
}


def _take(note: ParsedNote, lines: Lines, take: Callable[[Item], bool]) -> Lines:
    """The lines of a section that its list has no room for; all of them if it has no item at all."""
    kept: Lines = []
    taken = 0
    for item in read_items(lines[1:]):
        if take(item):
            taken += 1
        else:
            kept += [(item.line, ""), *((item.line, line) for line in item.raw)]
    if not taken:
        return lines
    note.kept += [(number, line.strip()) for number, line in kept if line.strip()]
    return [*kept, (0, "")] if kept else []


_USED = r"(?<!\\)\[{}\](?!:)"
_USED_NUMBER = r"(?<![\]A-Za-z0-9_!\\])\[{}\](?![(\[:])"


def cite_labels(body: str, keys: dict[str, str]) -> str:
    """The text with `[^1]` and `[1]` as citations, by label; code blocks stay."""
    lines = list(enumerate(body.split("\n")))
    patterns = []
    for label, key in keys.items():
        form = _USED if label.startswith("^") else _USED_NUMBER
        patterns.append((re.compile(form.format(re.escape(label))), f"[@{key}]"))
    cited = []
    for (_number, line), code in zip(lines, list(_in_code(lines)), strict=True):
        for pattern, cite in patterns if not code else []:
            line = pattern.sub(lambda _found, cite=cite: cite, line)  # type: ignore[misc]
        cited.append(line)
    return "\n".join(cited)


# --- writing ---------------------------------------------------------------------------------------------


def write_note(note: ParsedNote) -> str:
    """The note in the team's convention; `parse_note` reads the same back."""
    head: dict[str, str | list[str]] = {}
    bare = note.title == note.slug and bool(_BY_CONVENTION.fullmatch(note.title))
    if not bare:
        head["slug"] = note.slug
    if note.date and not (bare and read_day(note.slug[-6:]) == note.date):
        head["date"] = note.date.isoformat()
    if note.tags:
        head["tags"] = note.tags
    parts = [note.title if bare else f"# {note.title}"]
    parts += [note.body] if note.body else []
    text = front_matter.write(head) + "\n\n".join(parts)
    gap = "\n" * (note.gap + 1 if note.body else 2)
    for section in _written_sections(note):
        text += gap + section
        gap = "\n\n"
    return text


def _written_sections(note: ParsedNote) -> Iterator[str]:
    if note.todos:
        yield "## TO DO\n\n" + "\n".join(
            write_item(todo.text, "[x] " if todo.done else "") for todo in note.todos
        )
    if note.references:
        groups = ("\n".join(map(write_reference, group)) for group in note.references)
        yield "## 参考文献\n\n" + "\n\n".join(groups)
    if note.changelog:
        yield "## changelog\n\n" + "\n".join(map(write_entry, note.changelog))
