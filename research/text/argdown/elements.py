"""Lines of Argdown as elements under elements: statements, arguments, and how they stand to each other."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from research.text.argdown.boards import Remark, Values
from research.text.argdown.data import read_data
from research.text.argdown.lines import HELD, Line

STATEMENT, ARGUMENT, TEXT = "statement", "argument", "text"
SUPPORTS, ATTACKS = ("+", "<+"), ("-", "<-")  # what stands below does so to what stands above
SUPPORTED, ATTACKED = "+>", "->"  # what stands above does so to what stands below

_RELATION = re.compile(r"(?P<indent>\s*)(?P<sign>\+>|->|<\+|<-|\+|-(?!-)|><|_>|<_|_(?=\s))\s*(?P<rest>.*)")
_HEADING = re.compile(r"#+ ")
_STEP = re.compile(r"\s*(?:\(\d+\)|--)")  # of an argument that is reconstructed
_LISTED = re.compile(r"\s*(?:\*|\d+\.)\s")
_NAMED = (
    (STATEMENT, re.compile(r"\[(?P<title>[^\[\]]+)\](?!\()(?P<colon>:?)(?P<rest>.*)")),
    (ARGUMENT, re.compile(r"<(?P<title>[^<>]+)>(?P<colon>:?)(?P<rest>.*)")),
)
_TAG = re.compile(r"(?<!\\)#(?:\(([^)]{1,100})\)|([\w-]+))[ \t]?")
_STRONG = re.compile(r"(?<!\\)(\*\*?)(?=\S)([^*]+)(?<=[^\s\\])\1")
_STRONG_BETWEEN_WORDS = re.compile(r"(?<![\\\w])(__?)(?=\S)([^_]+)(?<=[^\s\\])\1(?!\w)")
_ESCAPE = re.compile(r"\\(.)")


@dataclass
class Element:
    """One occurrence of a statement or argument, or of a text without a title (`TEXT`)."""

    kind: str
    title: str
    line: int
    relation: str = ""
    indent: int = -1
    texts: list[str] = field(default_factory=list)
    data: Values = field(default_factory=dict)
    tags: list[str] = field(default_factory=list)
    below: list["Element"] = field(default_factory=list)
    defines: bool = False

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())

    @property
    def name(self) -> tuple[str, str]:
        """By which its other occurrences are known; a text without a title is known by its line."""
        return (self.kind, self.title) if self.title else (TEXT, str(self.line))


@dataclass
class Elements:
    """Those at the top, each with what stands below; what was left out, and what is wrong."""

    roots: list[Element] = field(default_factory=list)
    left_out: list[Remark] = field(default_factory=list)
    faults: list[Remark] = field(default_factory=list)


def read_elements(lines: Iterable[Line]) -> Elements:
    reader = _Reader()
    for line in lines:
        reader.take(line)
    return reader.found


class _Reader:
    def __init__(self) -> None:
        self.found = Elements()
        self.open: list[Element] = []  # the last element, and those above it
        self.passing_over = False

    def take(self, line: Line) -> None:
        if line.is_blank:
            self.open, self.passing_over = [], False
        elif self.passing_over:
            return
        elif _HEADING.match(line.text):
            self.leave_out(line, _("a heading"))
        elif _STEP.match(line.text):
            self.leave_out(line, _("the steps of a reconstructed argument"), whole=True)
        elif not self.open and _LISTED.match(line.text):
            self.leave_out(line, _("a list"), whole=True)
        elif relation := _RELATION.fullmatch(line.text):
            self.relate(line, relation)
        elif self.open:
            self.add_text(self.open[-1], line.text, line)
        else:
            self.open = [self.element(line, line.text.strip())]
            self.found.roots.append(self.open[0])

    def leave_out(self, line: Line, what: str, *, whole: bool = False) -> None:
        """The line, or all up to the next empty one."""
        self.passing_over = whole
        self.found.left_out.append(Remark(line.number, what))

    def relate(self, line: Line, relation: re.Match[str]) -> None:
        indent = len(relation["indent"].expandtabs(4))
        above = [element for element in self.open if element.indent < indent] or self.open[:1]
        if not above:
            message = _("“%s” stands below nothing: put the thesis right above it, without an empty line.")
            self.found.faults.append(Remark(line.number, message % relation["sign"]))
            self.passing_over = True
            return
        if not relation["rest"].strip():
            message = _("After “%s” there is no argument.") % relation["sign"]
            self.found.faults.append(Remark(line.number, message))
            return
        element = self.element(line, relation["rest"].strip())
        element.relation, element.indent = relation["sign"], indent
        above[-1].below.append(element)
        self.open = [*above, element]

    def element(self, line: Line, content: str) -> Element:
        for kind, pattern in _NAMED:
            if found := pattern.fullmatch(content):
                element = Element(kind, found["title"].strip(), line.number)
                self.add_text(element, found["rest"], line)
                element.defines = bool(found["colon"])
                return element
        element = Element(TEXT, "", line.number)
        self.add_text(element, content, line)
        return element

    def add_text(self, element: Element, text: str, line: Line) -> None:
        for number, data in line.data:
            try:
                element.data.update(read_data(data))
            except ValueError as error:
                self.found.faults.append(Remark(number, str(error)))
        text = text.replace(HELD, " ")
        element.tags += [(one[1] or one[2]).strip() for one in _TAG.finditer(text)]
        element.texts.append(plain(_TAG.sub("", text)))


def plain(text: str) -> str:
    """Without the marks of strong and italic text, and without the backslashes of escapes."""
    return _ESCAPE.sub(r"\1", _STRONG_BETWEEN_WORDS.sub(r"\2", _STRONG.sub(r"\2", text)))
