"""Where two have changed the same: a page with both sides, and what the person chose on it.

Nothing is kept on the server. The whole posted form travels in the page, and with it what was chosen so far:
should a third person save meanwhile, only what is new is asked.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from research import actions
from research.actions import Change, Clash, Conflict
from research.admin.history import via_label
from research.admin.links import admin_url
from research.cells import ChoiceCell
from research.models import Record
from research.rows import TABLES
from research.text.comparing import differences
from research.text.merging import Hunk

# What the page adds to the form. A question is named `cases.12.5.row`: table, id, version shown, kind.
SETTLED, ASKED, TAKE, BACK = "settled", "asked", "_take", "_back"
NAME = re.compile(r"[a-z]+\.\d+\.(\d{1,9})\.(row|draft|beside(\d{1,9})|delete|gone)", re.ASCII)
NEVER = re.compile("csrfmiddlewaretoken|password", re.IGNORECASE)


def kept_fields(post: QueryDict) -> list[tuple[str, str]]:
    """All that was typed, to travel in hidden inputs; a secret never does."""
    return [(name, value) for name, values in post.lists() if not NEVER.search(name) for value in values]


@contextmanager
def collecting(clashes: list[Clash]) -> Iterator[None]:
    """A form writes several records: what clashes in each is asked on one page."""
    try:
        yield
    except Conflict as error:
        clashes += error.clashes


# --- what was chosen ---------------------------------------------------------------------------------------


class Answers:
    """What was chosen on the pages before this request; `used` are the questions that it settled."""

    def __init__(self, post: QueryDict) -> None:
        self.post = post
        self.names = [name for name in post.getlist(SETTLED) if NAME.fullmatch(name)]
        self.asked, self.used = post.getlist(ASKED), list[str]()
        self.wrong: list[str] = []

    def of(self, record: Record) -> Iterator[tuple[str, re.Match[str]]]:
        """The questions on the record, in the order in which they were asked."""
        for name in self.names:
            found = NAME.fullmatch(name)
            if found and name.startswith(f"{record.table}.{record.pk}."):
                yield name, found

    def choice(self, name: str, column: str = "", number: int = 0) -> bool | None:
        """Whether mine shall stand; None if that was not said."""
        taken = self.taken(name) or self.post.get(f"{name}.{column}.{number}")
        return taken == "mine" if taken in ("mine", "theirs") else None

    def taken(self, name: str) -> str:
        """`theirs` or `mine`, if one of the buttons took all of the question at once."""
        return self.post.get(TAKE if name in self.asked and TAKE in self.post else name, "")

    def settle(self, change: Change) -> Change:
        """The change with what was chosen for its record; it is asked again if a choice is missing."""
        for name, found in self.of(change.record):
            version, kind, beside = int(found[1]), found[2], int(found[3] or 0)
            if kind in ("delete", "gone"):
                continue
            shown = actions.Shown(version, kind == "draft", beside)
            wrong = actions.settle(change, shown, lambda *place, name=name: self.choice(name, *place))
            if wrong == {}:
                self.used.append(name)
            elif wrong:
                codec = TABLES[change.record.table]
                self.wrong += [f"{codec.label(key)}: {' '.join(texts)}" for key, texts in wrong.items()]
        return change

    def whole(self, record: Record, kind: str) -> tuple[int, bool] | None:
        """The version at which it was chosen to delete the record or to bring it back, and whether."""
        for name, found in reversed([*self.of(record)]):
            chosen = self.choice(name)
            if found[2] == kind and chosen is not None:
                self.used.append(name)
                return int(found[1]), chosen
        return None

    def still_deleted(self, record: Any) -> bool:
        """Whether the row that was ticked for deletion still is to go, at the version that was seen last."""
        found = self.whole(record, "delete")
        if found and found[1]:
            record.version = found[0]
        return not found or found[1]


def answers_of(request: HttpRequest) -> Answers:
    """Those of the request, made once."""
    found = getattr(request, "answers", None)
    if found is None:
        found = request.answers = Answers(request.POST)  # type: ignore[attr-defined]
    return found


# --- the page ----------------------------------------------------------------------------------------------


def page(admin: Any, request: HttpRequest, error: Conflict) -> HttpResponse:
    """Both sides of all that clashes, as a form that sends the person's own once more with the choices."""
    answers = answers_of(request)
    questions = [Question(clash, answers) for clash in error.clashes]
    names = [question.name for question in questions]
    again = bool(set(names) & set(answers.asked))
    context = {
        **admin.admin_site.each_context(request),
        "title": _("Someone else has changed this meanwhile"),
        "opts": admin.opts,
        "questions": questions,
        "fields": travelling(request.POST, answers, names),
        "wrong": answers.wrong,
        "missing": again and not answers.wrong,
        "once_more": bool(answers.asked) and not again,
        "count": sum(len(question.hunks) for question in questions),
        "is_popup": "_popup" in request.POST,
    }
    return TemplateResponse(request, "admin/research/conflict.html", context, status=409)


def travelling(post: QueryDict, answers: Answers, names: list[str]) -> list[tuple[str, str]]:
    """The form and what was settled so far; what is asked now is not answered yet."""
    ours = {SETTLED, ASKED, TAKE, BACK}
    now = tuple(f"{name}." for name in names)
    fields = [
        (name, value) for name, value in kept_fields(post) if name not in ours and not name.startswith(now)
    ]
    used = list(dict.fromkeys(answers.used))
    if TAKE in post:
        fields += [(name, answers.taken(name)) for name in used if name in answers.asked]
    return [*fields, *((SETTLED, name) for name in [*used, *names]), *((ASKED, name) for name in names)]


class Question:
    """One record that clashes: who changed it, what merged by itself, and what is to be chosen."""

    def __init__(self, clash: Clash, answers: Answers) -> None:
        self.clash, self.answers, self.record = clash, answers, clash.record
        self.codec = TABLES[clash.record.table]
        self.last = clash.last
        self.kind = kind_of(clash)
        version = clash.last.version if self.kind == "gone" and clash.last else clash.version
        self.name = f"{self.record.table}.{self.record.pk}.{version}.{self.kind}"

    @property
    def title(self) -> str:
        """As it was before either changed it: mine may not stand."""
        return self.clash.base.get(self.record.title_fields[0]) or str(self.record)

    @property
    def type(self) -> str:
        return capfirst(str(self.record._meta.verbose_name))

    @property
    def author(self) -> str:
        return self.last.author if self.last and self.last.author else _("someone")

    @property
    def via(self) -> Any:
        return via_label(self.last.via) if self.last else ""

    @property
    def history(self) -> str:
        return admin_url(type(self.record), "history", self.record.pk)

    # --- what merged by itself

    @cached_property
    def by_itself(self) -> list[tuple[str, str]]:
        """Whose change stands without a question, and in which columns."""
        merged = self.clash.merged
        if not merged:
            return []
        both = [name for name in merged.theirs if name in merged.mine and name not in merged.clashes]
        theirs = [name for name in merged.theirs if name not in merged.mine]
        mine = [name for name in merged.mine if name not in merged.theirs and name not in merged.clashes]
        sides = [(self.author, theirs), (_("you"), mine), (_("both of you"), both)]
        return [(side, ", ".join(map(self.label, names))) for side, names in sides if names]

    # --- what is to be chosen

    @cached_property
    def columns(self) -> list[tuple[str, list[Any]]]:
        """The columns that clash, each with its parts: text that is agreed, and hunks."""
        merged = self.clash.merged
        return [(self.label(name), self.parts(name)) for name in (merged.clashes if merged else ())]

    def parts(self, name: str) -> list[Any]:
        assert self.clash.merged
        found, parts = self.clash.merged.clashes[name], list[Any]()
        count = sum(isinstance(part, Hunk) for part in found)
        number = 0
        for part in found:
            if isinstance(part, Hunk):
                parts.append(Side(self, name, number, count, part))
                number += 1
            elif part.strip():
                parts.append(part.strip("\n"))
        return parts

    @cached_property
    def hunks(self) -> list[Any]:
        return [part for _label, parts in self.columns for part in parts if isinstance(part, Side)] or [self]

    @cached_property
    def differences(self) -> list[tuple[str, SafeString]]:
        """Of a record that one of the two deletes: what the other has changed in it."""
        clash = self.clash
        new = clash.mine or clash.theirs
        if self.kind == "delete" and clash.last and clash.last.aside:
            new = clash.last.row  # the table is as it was, the newer draft is not
        return [
            (self.label(name), marked(self.shown(name, clash.base), self.shown(name, new)))
            for name in self.codec.columns
            if clash.base.get(name, "") != new.get(name, "")
        ]

    @property
    def field(self) -> str:
        return f"{self.name}..0"

    @property
    def chosen(self) -> bool | None:
        return self.answers.choice(self.name)

    @property
    def is_missing(self) -> bool:
        return self.name in self.answers.asked and self.chosen is None

    def label(self, name: str) -> str:
        return capfirst(str(self.codec.label(name)))

    def shown(self, name: str, row: dict[str, str]) -> str:
        cell = row.get(name, "")
        widget = self.codec().fields[name].widget
        return str(widget.choices.get(cell, cell)) if isinstance(widget, ChoiceCell) else cell


class Side:
    """A piece of a column that both changed: the choice of one."""

    def __init__(self, question: Question, column: str, number: int, count: int, hunk: Hunk) -> None:
        self.question, self.column, self.number, self.count = question, column, number, count
        before, other, own = (
            question.shown(column, {column: text.strip("\n")}) for text in (hunk.base, hunk.theirs, hunk.mine)
        )
        self.base, self.theirs, self.mine = before, marked(before, other), marked(before, own)

    @property
    def field(self) -> str:
        return f"{self.question.name}.{self.column}.{self.number}"

    @property
    def legend(self) -> str:
        label = self.question.label(self.column)
        if self.count == 1:
            return label
        place = {"column": label, "number": self.number + 1, "count": self.count}
        return _("%(column)s, place %(number)s of %(count)s") % place

    @property
    def chosen(self) -> bool | None:
        return self.question.answers.choice(self.question.name, self.column, self.number)

    @property
    def is_missing(self) -> bool:
        return self.question.name in self.question.answers.asked and self.chosen is None


def kind_of(clash: Clash) -> str:
    if not clash.theirs:
        return "gone"
    if not clash.mine:
        return "delete"
    return "draft" if clash.aside else f"beside{clash.beside}" if clash.beside else "row"


def marked(old: str, new: str) -> SafeString:
    """The whole of `new`, with the words that came and went."""
    tags = {-1: "<del>{}</del>", 0: "{}", 1: "<ins>{}</ins>"}
    return format_html_join(
        "", "{}", ((format_html(tags[kind], text),) for kind, text in differences(old, new))
    )
