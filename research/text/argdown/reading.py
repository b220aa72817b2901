"""Argdown as boards. What a board has no place for is named with its line, and left out."""

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from research.text.argdown.boards import Board, Claim, Document, Remark
from research.text.argdown.elements import (
    ARGUMENT,
    ATTACKED,
    ATTACKS,
    STATEMENT,
    SUPPORTED,
    SUPPORTS,
    TEXT,
    Element,
    read_elements,
)
from research.text.argdown.lines import Lines

OUTSIDE, WITHOUT_THESIS = (
    gettext_lazy("text outside of a board"),
    gettext_lazy("an argument without a thesis"),
)
OUTGOING = (SUPPORTED, ATTACKED)
BOARD_SIGNS = (*SUPPORTS, *ATTACKS, *OUTGOING)
Name = tuple[str, str]


class Relation(NamedTuple):
    """What is said, of what, and the sign that was written for it."""

    claim: Element
    about: Element
    sign: str


def read(text: str) -> Document:
    """The boards that the text says, in its order; never raises."""
    lines = Lines(text)
    elements = read_elements(lines)
    document = Document(left_out=elements.left_out, faults=[*lines.faults, *elements.faults])
    _Boards(elements.roots, document).make()
    document.left_out.sort(key=lambda remark: remark.line)
    document.faults.sort(key=lambda remark: remark.line)
    return document


class _Boards:
    """Brings together the occurrences of each title, then takes statements at the top as theses."""

    def __init__(self, roots: list[Element], document: Document) -> None:
        self.roots, self.document = roots, document
        self.whole: dict[Name, Element] = {}
        self.texts: dict[Name, str] = {}  # of `whole`; and its tags: a title may stand in the text very often
        self.tags: defaultdict[Name, set[str]] = defaultdict(set)
        self.relations = [relation for root in roots for relation in relations(root)]
        known = [relation for relation in self.relations if relation.sign in BOARD_SIGNS]
        self.said = {relation.claim.name for relation in known}
        self.argued = {relation.about.name for relation in known if not relation.about.relation}
        self.boards: dict[Name, Board] = {}
        self.placed: dict[Name, tuple[Board, Claim]] = {}

    def make(self) -> None:
        for root in self.roots:
            for element in all_of(root):
                self.bring_together(element)
        for root in self.roots:
            if root.kind != ARGUMENT and (root.name in self.argued or self.stands_alone(root)):
                self.add_board(root)
            elif root.name not in self.said:
                what = OUTSIDE if root.kind == TEXT else WITHOUT_THESIS
                self.leave_out(root, str(what))
        for relation in self.relations:
            if relation.sign in OUTGOING and relation.about.kind == STATEMENT:
                self.add_board(relation.about)
        for relation in self.relations:
            self.relate(relation)
        self.document.boards = list(self.boards.values())

    def stands_alone(self, root: Element) -> bool:
        """A thesis without a claim; not one that only gives the text of what stands below another."""
        return root.kind == STATEMENT and root.name not in self.said

    def bring_together(self, element: Element) -> None:
        """One text for each title, and the data of all its occurrences."""
        whole = self.whole.setdefault(element.name, Element(element.kind, element.title, element.line))
        text, known = element.text, self.texts.get(element.name, "")
        if text and known and text != known:
            named = {"title": element.title, "line": whole.line}
            message = _("“%(title)s” has another text in line %(line)s; let both say the same.") % named
            self.document.faults.append(Remark(element.line, message))
        elif text and not known:
            self.texts[element.name] = text
            whole.texts, whole.line = [text], element.line
        whole.data.update(element.data)
        tags = self.tags[element.name]
        whole.tags += [tag for tag in dict.fromkeys(element.tags) if tag not in tags]
        tags.update(element.tags)

    def add_board(self, element: Element) -> None:
        if element.name not in self.boards:
            whole = self.whole[element.name]
            board = Board(whole.title, whole.text, [], whole.data, whole.tags, whole.line)
            self.boards[element.name] = board

    def relate(self, relation: Relation) -> None:
        claim, about, sign = relation.claim, relation.about, relation.sign
        if sign not in BOARD_SIGNS:
            what = _("a contradiction") if sign == "><" else _("an argument against an inference")
            self.leave_out(claim, what)
        elif board := self.boards.get(about.name):
            self.add(claim, board, sign in (*SUPPORTS, SUPPORTED))
        else:
            self.leave_out(claim, _("an argument about an argument: “%s”") % (about.title or about.text[:40]))

    def add(self, element: Element, board: Board, supports: bool) -> None:
        whole = self.whole[element.name]
        claim = Claim(whole.title, whole.text, supports, whole.data, whole.tags, whole.line)
        other, same = self.placed.setdefault(element.name, (board, claim))
        if other is not board:
            named = other.title or other.text[:40]
            self.leave_out(element, _("an argument that has its place under “%s” already") % named)
        elif same is claim:
            board.claims.append(claim)
        elif same.supports != supports:
            self.leave_out(element, _("an argument that speaks for the thesis and against it"))

    def leave_out(self, element: Element, what: str) -> None:
        self.document.left_out.append(Remark(element.line, what))


def all_of(element: Element) -> Iterator[Element]:
    """The element and all below it, from above; in a loop, as a text may nest them deeply."""
    waiting = [element]
    while waiting:
        one = waiting.pop()
        yield one
        waiting += reversed(one.below)


def relations(root: Element) -> Iterator[Relation]:
    """All that is said below the root."""
    for element in all_of(root):
        for below in element.below:
            if below.relation in OUTGOING:
                yield Relation(element, below, below.relation)
            else:
                yield Relation(below, element, below.relation)
