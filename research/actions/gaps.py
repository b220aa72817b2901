"""Gaps turned into to-dos, and to-dos that are done of themselves when their gap is closed."""

import re
from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from research.actions.afterwards import Written, one_write
from research.actions.changes import Change
from research.actions.writing import write
from research.models import UNFINISHED, Note, Record, Todo, TodoState
from research.queries import gaps
from research.queries.gaps import Gap, Name
from research.rows import MODELS

VIA = "gap"
LONGEST_TITLE = 300


def make_gap_todos(found: Iterable[Gap], *, by: Any, via: str) -> list[Todo]:
    """A to-do, as a draft, for each of the gaps that has no unfinished one yet; returns those made.

    Somebody may ask for the same at the same moment: the database keeps one, and the other is left out.
    """
    wanted = list(found)
    try:
        return _make_todos(wanted, by, via)
    except IntegrityError:
        return _make_todos(wanted, by, via)


def _make_todos(found: list[Gap], by: Any, via: str) -> list[Todo]:
    with one_write(by=by, via=via):
        names = {str(gap.name): gap for gap in found}
        there = Todo.objects.filter(gap__in=names, state__in=UNFINISHED)
        taken = set(there.values_list("gap", flat=True))
        made, slugs = list[Todo](), set[str]()
        for name, gap in names.items():
            if name not in taken:
                todo = todo_for(gap)
                todo.slug = Todo.objects.free_slug(todo.slug, slugs)
                slugs.add(todo.slug)
                made.append(todo)
        write([Change(todo) for todo in made], by=by, via=via)
    return made


def todo_for(gap: Gap) -> Todo:
    """Yet to be written, and with a slug that another may have."""
    title = gap.kind.task % {"record": gap.record}
    lines = [
        " ".join(f"[[{one.table}/{one.record_key}]]" for one in (gap.record, *gap.named)),
        as_told(gap.sentence if gap.kind.name != "placeholder" else f"{gap.kind.label}: {gap.detail}"),
        as_told(str(gap.kind.advice)),
    ]
    stem = slugify(f"{gap.kind.name.replace('_', '-')}-{gap.record.record_key}", allow_unicode=True)
    todo = Todo(title=title[:LONGEST_TITLE], body="\n\n".join(lines), gap=str(gap.name), slug=stem[:100])
    todo.note = gap.record if isinstance(gap.record, Note) else None
    todo.clean()
    return todo


def as_told(text: str) -> str:
    """What is told of a citation, `[@key, p. 6]`, as code: in a text it would be a citation itself."""
    return re.sub(r"\[@[^]\n]*]", r"`\g<0>`", text)


def close_gap_todos(written: Written) -> None:
    """What follows every write: unfinished to-dos whose gap is closed by now are done.

    One query where there are none, a fixed number else. One that somebody else is writing at this moment is
    left for the next write.
    """
    unfinished = Todo.objects.filter(state__in=UNFINISHED).exclude(gap="")
    names = dict(unfinished.order_by("pk").values_list("pk", "gap"))
    read = {pk: name for pk, text in names.items() if (name := Name.read(text))}
    closed = gaps.closed(read.values()) if read else set()
    ids = [pk for pk, name in read.items() if name in closed]
    if not ids:
        return
    # Unfinished still: somebody may have closed the same since it was looked for.
    todos = list(unfinished.select_for_update(skip_locked=True).filter(pk__in=ids).order_by("pk"))
    told = results([(todo, read[todo.pk]) for todo in todos], written)
    for todo in todos:
        todo.state = TodoState.DONE
        todo.results = "\n\n".join(filter(None, [todo.results, told[todo.pk]]))
    changes = [Change(todo, columns={"state", "results"}, note=told[todo.pk][:300]) for todo in todos]
    write(changes, by=written.by, via=VIA, batch=written.batch, of_itself=True)
    written.done += todos


def results(named: list[tuple[Todo, Name]], written: Written) -> dict[int, str]:
    """What each of the to-dos came to: by which version of its record, when and by whom; a query a table."""
    keys: dict[str, set[str]] = {}
    for _todo, name in named:
        keys.setdefault(name.table, set()).add(name.key)
    known: dict[tuple[str, str], Any] = {
        (table, record.record_key): record
        for table, found in keys.items()
        for record in MODELS[table]
        .objects.select_related(*MODELS[table].named_by, *MODELS[table].public_parents)
        .filter(**{f"{MODELS[table].key_field}__in": found})
    }
    return {
        todo.pk: result(name, known.get((name.table, name.key)), written, public=todo.is_public)
        for todo, name in named
    }


def result(name: Name, record: Record | None, written: Written, *, public: bool) -> str:
    """`public`: readers see it, so it names nothing that they do not."""
    told = {
        "gap": gaps.KINDS[name.kind].label,
        "key": f"{name.table}/{name.key}",
        "date": f"{timezone.localtime():%Y-%m-%d %H:%M}",
        "author": written.by.get_username() if written.by else "–",
    }
    if public and not (record and record.is_public):
        return _("The gap is closed (%(gap)s; %(date)s, %(author)s).") % told
    if record is None:
        text = _("The gap is closed: %(key)s is gone (%(gap)s; %(date)s, %(author)s).")
        return text % told
    text = _("The gap is closed: “%(record)s”, version %(version)s (%(gap)s; %(date)s, %(author)s).")
    return text % {**told, "record": record, "version": record.version}
