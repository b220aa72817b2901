"""What changed between two cells, as HTML for people: words in texts, members of sets, labels for codes."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import groupby
from typing import Any

from django.db import models
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from research.cells import ChoiceCell, DateCell, IntegerCell, KeyCell, KeysCell, TagsCell, key_field
from research.merging import members
from research.models import Record
from research.rows import Row, Rows
from research.text.comparing import common, differences, lines

CONTEXT = 32  # characters kept on either side of a change
LONGEST = 300  # of one side of a change
MOST = 20  # changes of one cell that are shown
LONG = 5000  # characters from which texts are compared by line first
SECONDS = 0.3  # for the words of one cell; what is left then is marked coarsely
FEW = 6  # members in a row that stayed and are all shown

Run = tuple[int, str]  # (-1, gone), (0, kept), (1, come)


# --- texts ---------------------------------------------------------------------------------------------


def marked(old: str, new: str) -> SafeString:
    """`new` with the words that went struck out and those that came marked; of what stayed, the surroundings.

    Whatever is not shown is counted.
    """
    if old == new:
        return format_html("{}", clipped(new))
    found = groupby((run for run in runs_of(old, new) if run[1]), key=lambda run: run[0])
    runs = [(kind, "".join(text for _kind, text in group)) for kind, group in found]
    parts: list[Any] = []
    shown = 0
    for place, (kind, text) in enumerate(runs):
        if kind == 0:
            parts.append(folded(text, first=place == 0, last=place == len(runs) - 1))
            continue
        shown += not (kind == 1 and place and runs[place - 1][0] == -1)
        if shown > MOST:
            return told_more(parts, count_changes(runs[place:]))
        parts.append(tagged(kind, clipped(text.replace("\n", "¶\n"))))
    return joined(parts)


def runs_of(old: str, new: str) -> Iterator[Run]:
    """As `differences`; of long texts only the words of the first changed lines are told apart."""
    if max(len(old), len(new)) <= LONG:
        yield from differences(old, new, SECONDS)
        return
    left, told = SECONDS, 0
    for kept, gone, come in by_line(old, new):
        if kept:
            yield 0, kept
        elif told < MOST:
            start = time.monotonic()
            runs = [*differences(gone, come, max(0.01, left))] if gone and come else [(-1, gone), (1, come)]
            left, told = left - (time.monotonic() - start), told + 1
            yield from runs
        else:
            yield from ((-1, gone), (1, come))


def by_line(old: str, new: str) -> Iterator[tuple[str, str, str]]:
    """The texts as (lines kept, "", "") and ("", lines gone, lines come), in turn."""
    before, after = lines(old), lines(new)
    here = there = 0
    for start, begin, length in [*common(before, after), (len(before), len(after), 0)]:
        if here < start or there < begin:
            yield "", "".join(before[here:start]), "".join(after[there:begin])
        here, there = start + length, begin + length
        if length:
            yield "".join(before[start:here]), "", ""


def folded(text: str, *, first: bool, last: bool) -> str:
    """What is around the changes on either side; the text's own beginning and end have one side."""
    head, tail = "" if first else text[:CONTEXT], "" if last else text[-CONTEXT:]
    return text if len(text) <= len(head) + len(tail) + 1 else f"{head}…{tail}"


def clipped(text: str) -> str:
    if len(text) <= LONGEST:
        return text
    more = _("(%(count)s more characters)") % {"count": f"{len(text) - LONGEST:,}"}
    return f"{text[:LONGEST]}… {more}"


def count_changes(runs: Sequence[Run]) -> int:
    """What went and what came in its place are one change."""
    pairs = zip([0, *(kind for kind, _text in runs)], (kind for kind, _text in runs), strict=False)
    return sum(1 for before, kind in pairs if kind and (before, kind) != (-1, 1))


# --- cells ---------------------------------------------------------------------------------------------


@dataclass
class Names:
    """Records by model and key, as people know them; what is not there goes by its key."""

    found: dict[tuple[type[models.Model], str], str] = field(default_factory=dict)

    def of(self, model: type[models.Model], key: str) -> str:
        return self.found.get((model, key), key)


def names_in(codec: type[Rows], pairs: Iterable[tuple[Row, Row]]) -> Names:
    """The names of all records in the relations that changed between the rows: a query a model."""
    wanted: dict[type[Record], set[str]] = defaultdict(set)
    for old, new in pairs:
        for name in changed(codec, old, new):
            widget = codec.fields[name].widget
            if isinstance(widget, KeyCell) and issubclass(widget.model, Record):
                wanted[widget.model].update(members(old.get(name, "")), members(new.get(name, "")))
    names = Names()
    for model, keys in wanted.items():
        records = list(
            model.objects.select_related(*model.named_by).filter(**{f"{key_field(model)}__in": keys})
        )
        shown = [str(record) for record in records]
        for record, text in zip(records, shown, strict=True):
            alike = shown.count(text) > 1
            names.found[model, record.record_key] = f"{text} ({record.record_key})" if alike else text
    return names


def changed(codec: type[Rows], old: Row, new: Row) -> list[str]:
    return [name for name in codec.columns if old.get(name, "") != new.get(name, "")]


def difference(codec: type[Rows], name: str, old: str, new: str, names: Names | None = None) -> SafeString:
    """What changed between two cells of the column."""
    widget = codec.fields[name].widget
    if isinstance(widget, ChoiceCell):
        return whole(*(str(widget.choices.get(cell, cell)) for cell in (old, new)))
    if isinstance(widget, TagsCell):
        return listed(members(old), members(new), str)
    if isinstance(widget, KeyCell):
        found, model = names or Names(), widget.model
        if isinstance(widget, KeysCell):
            return listed(members(old), members(new), lambda key: found.of(model, key))
        return whole(*(found.of(model, cell) for cell in (old, new)))
    return whole(old, new) if isinstance(widget, DateCell | IntegerCell) else marked(old, new)


def readable(codec: type[Rows], name: str, cell: str) -> SafeString:
    """A cell for people, where there is nothing to compare it with."""
    return difference(codec, name, cell, cell)


def whole(old: str, new: str) -> SafeString:
    """For values that are not read by their words: a date, a number, a choice."""
    if old == new:
        return format_html("{}", clipped(new))
    return joined([tagged(-1, clipped(old)) if old else "", tagged(1, clipped(new)) if new else ""])


def listed(old: Sequence[str], new: Sequence[str], name: Callable[[str], str]) -> SafeString:
    """Member by member, in the order of the lists; where many stayed only some of them."""
    parts: list[Any] = []
    more = 0
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            kept: list[Any] = [name(one) for one in old[a:b]]
            few = len(kept) <= FEW
            parts += kept if few else [kept[0], f"… ({len(kept) - 2})", kept[-1]]
            continue
        both = [*((-1, one) for one in old[a:b]), *((1, one) for one in new[c:d])]
        room = max(0, 2 * MOST - sum(isinstance(part, SafeString) for part in parts))
        parts += [tagged(kind, name(one)) for kind, one in both[:room]]
        more += len(both[room:])
    text = format_html_join("; ", "{}", ((part,) for part in parts))
    return told_more([text], more) if more else text


def tagged(kind: int, text: str) -> SafeString:
    return format_html("<ins>{}</ins>" if kind > 0 else "<del>{}</del>", text)


def told_more(parts: list[Any], count: int) -> SafeString:
    text = ngettext("and %(count)s more change", "and %(count)s more changes", count) % {"count": count}
    return joined([*parts, format_html(' <span class="quiet">… {}</span>', text)])


def joined(parts: Iterable[Any]) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts))
