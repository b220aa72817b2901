"""A note with its to-dos, references and changelog as one Markdown file, as the team writes them."""

from research.models import ChangelogEntry, Note, Source, Todo
from research.models.todo import TodoState
from research.text.citations import Cite, find_cites, split_nocite
from research.text.note_parts import ParsedEntry, ParsedReference, ParsedTodo
from research.text.notes import ParsedNote, write_note


def written(note: Note) -> str:
    """The file's text. All that belongs to the note stands in it, drafts too."""
    before, groups = split_nocite(note.body)
    text = before.rstrip("\n")
    gap = max(len(before) - len(text), 1)  # blank lines between the text and its references
    in_place = [cite.key for cite in find_cites(text) if not cite.listed_only]
    listed = [cite.key for group in groups for cite in group]
    sources = {source.key: source for source in Source.objects.filter(key__in=[*listed, *in_place])}
    groups.append([Cite(key, "") for key in dict.fromkeys(in_place) if key not in listed and key in sources])
    lost = [f"@{key}" for key in dict.fromkeys(listed) if key not in sources]
    if lost:
        text += "\n" * 2 * bool(text) + f"<!-- nocite: [{'; '.join(lost)}] -->"
    references = [
        [_reference(sources[cite.key], cite, cite.key in in_place) for cite in group if cite.key in sources]
        for group in groups
    ]
    return write_note(
        ParsedNote(
            **{"title": note.title, "slug": note.slug, "date": note.date, "body": text, "gap": gap},
            todos=[
                ParsedTodo(todo_text(todo), todo.state == TodoState.DONE)
                for todo in note.todos.order_by("slug")
            ],
            references=[group for group in references if group],
            changelog=[parsed_entry(entry) for entry in note.changelog.order_by("date", "slug")],
            tags=sorted(tag.name for tag in note.tags.all()),
        )
    )


def todo_text(todo: Todo) -> str:
    """In full: the title alone may be a short name for it."""
    text = todo.body or todo.title
    return f"~~{text}~~" if todo.state == TodoState.DROPPED and "\n" not in text else text


def parsed_entry(entry: ChangelogEntry) -> ParsedEntry:
    return ParsedEntry(entry.stamp or entry.date.isoformat(), entry.date, entry.kind, entry.summary)


def _reference(source: Source, cite: Cite, cited: bool) -> ParsedReference:
    cut = source.title.endswith("…") and source.body.startswith(source.title[:-1])
    title = " ".join((source.body if cut else source.title).split())
    return ParsedReference(title, source.url, locator=cite.locator, label=f"@{cite.key}" if cited else "")
