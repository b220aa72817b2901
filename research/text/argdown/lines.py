"""An Argdown text as lines: without its comments and front matter, its data taken out of them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from research.text.argdown.boards import Remark
from research.text.argdown.data import DATA

HELD = "\x00"  # stands in a line for the next piece of its data
_FRONT = re.compile(r"\s*===+[^\n]*\n(?:[^\n]*\n)*?===+[^\n]*(?:\n|\Z)")
_PLAIN = re.compile(r"[^\\</{\n]+")


@dataclass
class Line:
    """A line's text, with its escapes, and the data that stands in it, each with its own line."""

    number: int
    text: str = ""
    data: list[tuple[int, str]] = field(default_factory=list)
    commented: bool = False

    @property
    def is_blank(self) -> bool:
        return not self.text.strip()


class Lines:
    """The lines of a text; what is never closed becomes a fault, and is read as text."""

    def __init__(self, text: str) -> None:
        self.text = text.replace("\r\n", "\n").replace("\r", "\n").replace(HELD, "\ufffd").lstrip("\ufeff")
        self.faults: list[Remark] = []
        self._place, self._number = 0, 1
        self._open: set[str] = set()  # what is not closed once is not closed later either

    def __iter__(self) -> Iterator[Line]:
        """A line that is a comment alone is no empty line: it separates nothing."""
        self._skip_front_matter()
        line, pieces = Line(self._number), list[str]()
        while self._place < len(self.text):
            sign = self.text[self._place]
            if sign == "\n":
                self._go(1)
                line.text = "".join(pieces)
                if not (line.commented and line.is_blank):
                    yield line
                line, pieces = Line(self._number), []
            elif sign == "\\":
                pieces.append(self._go(2 if self.text[self._place + 1 : self._place + 2] != "\n" else 1))
            elif end := self._comment_end():
                line.commented = True
                self._go(end - self._place)
            elif sign == "{" and (found := self._data()):
                line.data.append((self._number, found))
                pieces.append(HELD)
                self._go(len(found))
            else:
                plain = _PLAIN.match(self.text, self._place)
                pieces.append(self._go(plain.end() - self._place if plain else 1))
        line.text = "".join(pieces)
        if not line.is_blank:
            yield line

    def _go(self, length: int) -> str:
        piece = self.text[self._place : self._place + length]
        self._place += length
        self._number += piece.count("\n")
        return piece

    def _skip_front_matter(self) -> None:
        if found := _FRONT.match(self.text):
            self._go(found.end())
        elif self.text.lstrip().startswith("==="):
            self.faults.append(Remark(1, _("The front matter is not closed: a second line === is missing.")))

    def _comment_end(self) -> int:
        """Where the comment ends that begins here; 0 where none does. `//` of an address begins none."""
        for start, end in (("<!--", "-->"), ("/*", "*/")):
            if self.text.startswith(start, self._place) and start not in self._open:
                found = self.text.find(end, self._place + len(start))
                if found >= 0:
                    return found + len(end)
                self._not_closed(start, end)
        if self.text.startswith("//", self._place) and self.text[self._place - 1 : self._place] != ":":
            found = self.text.find("\n", self._place)
            return found if found >= 0 else len(self.text)
        return 0

    def _data(self) -> str:
        if "{" in self._open:
            return ""
        found = DATA.match(self.text, self._place)
        if not found:
            self._not_closed("{", "}")
        return found[0] if found else ""

    def _not_closed(self, start: str, end: str) -> None:
        self._open.add(start)
        named = {"start": start, "end": end}
        message = _("%(start)s is not closed: %(end)s is missing. In a text write \\%(start)s.") % named
        self.faults.append(Remark(self._number, message))
