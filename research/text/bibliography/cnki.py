"""What CNKI exports besides RIS: NoteExpress (`{Title}: …`), EndNote (`%T …`) and RefWorks (`T1 …`).

Each record becomes NoteExpress's field names with their values; one table makes variables of them.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from django.utils.translation import gettext as _

from research.text.bibliography import cnki_fields as known
from research.text.bibliography.dates import read_date
from research.text.bibliography.entry import Entry, Item
from research.text.bibliography.extra import fit_name
from research.text.bibliography.identifiers import is_isbn
from research.text.bibliography.items import tidy
from research.text.bibliography.keywords import read_keywords
from research.text.bibliography.name_lists import read_name_list
from research.text.bibliography.names import Name
from research.text.bibliography.variables import nearest_type
from research.text.cjk import is_cjk

TYPE = "reference type"
_NOTEEXPRESS = re.compile(r"(?:[^{]*;)?[ \t]*\{([^{}\n]{1,60}?),?\}[ \t]*[:：][ \t]*(.*)")
_ENDNOTE = re.compile(r"[ \t]*(%[^\s\w]|%[0-9A-Z])(?:[ \t]+(.*)|(?=[\u3400-\u9fff])(.*)|)")
_INLINE = re.compile(r"(?<=\S)(?=%[KAYI] )")  # CNKI forgets line breaks before these
_REFWORKS = re.compile(
    rf"[ \t]*({'|'.join([*known.REFWORKS, *known.REFWORKS_OTHERS.split()])})(?:[ \t]+(.*)|)"
)
_ISSN = re.compile(r"[0-9]{4}-?[0-9]{3}[0-9Xx]")
_PATENT = re.compile(r"[A-Z]{2}[0-9][0-9.]+[A-Z]?[0-9]?")


@dataclass
class Record:
    """The fields of a record by NoteExpress's names in lower case; `labels` are the names as written.

    A field may stand there more than once, and each time on several lines.
    """

    line: int
    fields: dict[str, list[list[str]]] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, label: str, text: str) -> None:
        self.fields.setdefault(name, []).append([text])
        self.labels[name] = label

    def values(self) -> dict[str, list[str]]:
        return {
            name: [text for lines in found if (text := _whole(lines))] for name, found in self.fields.items()
        }


def _whole(lines: list[str]) -> str:
    """Lines that go on with the one above; Chinese needs no blank where it was broken."""
    parts = lines[:1]
    for before, text in pairwise(lines):
        wide = is_cjk(before[-1:] or " ") or is_cjk(text[:1] or " ") or text[:1] in ",.;"
        parts += [text] if wide or not before else [" ", text]
    return "".join(parts).strip()


Split = Callable[[str], tuple[str, str, str] | None]  # a line's field name, its label and its text


def read_noteexpress(text: str) -> Iterator[Entry]:
    return _entries(text.split("\n"), _split_noteexpress, "{Reference Type}:")


def read_endnote(text: str) -> Iterator[Entry]:
    return _entries(text.split("\n"), _split_endnote, "%0")


def read_refworks(text: str) -> Iterator[Entry]:
    return _entries(text.split("\n"), _split_refworks, "RT")


def _split_noteexpress(line: str) -> tuple[str, str, str] | None:
    found = _NOTEEXPRESS.fullmatch(line) if "{" in line else None
    return (found[1].strip().lower(), f"cnki.{found[1].strip()}", found[2].strip()) if found else None


def _split_endnote(line: str) -> tuple[str, str, str] | None:
    found = _ENDNOTE.fullmatch(line)
    return _named(known.ENDNOTE, "endnote", found[1], found[2] or found[3] or "") if found else None


def _split_refworks(line: str) -> tuple[str, str, str] | None:
    found = _REFWORKS.fullmatch(line)
    return _named(known.REFWORKS, "refworks", found[1], found[2] or "") if found else None


def _named(names: dict[str, str], prefix: str, tag: str, text: str) -> tuple[str, str, str]:
    name = names.get(tag, f"{prefix}.{tag}")
    return name, f"cnki.{name.title()}" if tag in names else name, text.strip()


def _entries(lines: list[str], split: Split, first: str) -> Iterator[Entry]:
    for record in _records(lines, split):
        if TYPE not in record.fields:
            message = _("A record must begin with “%(first)s”; this one begins with “%(found)s”.")
            found = next(iter(record.labels.values())).partition(".")[2]
            yield Entry(record.line, problem=message % {"first": first, "found": found})
        else:
            yield Entry(record.line, item=_item(record))


def _records(lines: list[str], split: Split) -> Iterator[Record]:
    record: Record | None = None
    last = ""
    for number, whole in enumerate(lines, 1):
        for line in _INLINE.split(whole) if split is _split_endnote and whole[:1] == "%" else [whole]:
            found = split(line)
            if found and (record is None or found[0] == TYPE):
                if record:
                    yield record
                record = Record(number)
            if found and record:
                last = found[0]
                record.add(*found)
            elif record and line.strip():
                record.fields[last][-1].append(line.strip())
    if record:
        yield record


# --- one record ----------------------------------------------------------------------------------------


def _item(record: Record) -> Item:
    reading = _Reading(record)
    return tidy({"id": "", **reading.item, "custom": reading.custom})


class _Reading:
    """A record whose fields become variables; what is no variable is kept by its own name."""

    def __init__(self, record: Record) -> None:
        self.fields = record.values()
        self.taken = {TYPE}
        self.custom: dict[str, str] = {}
        own = "".join(self.fields[TYPE][:1])
        yearbook = any("年鉴" in text or "年鑑" in text for text in self.fields.get("srcdatabase", []))
        kind = "chapter" if yearbook else known.TYPES.get(own.lower(), nearest_type(own))
        self.item: Item = {"type": kind}
        if known.TYPES.get(own.lower()) != kind or own.lower() not in USUAL:
            self.custom[f"cnki.{fit_name('Reference Type')}"] = own
        self._names()
        self._dates()
        self._by_type()
        self._identifiers()
        self._texts()
        for name, found in self.fields.items():
            if name not in self.taken and found:
                self.custom[fit_name(record.labels[name])] = "\n".join(found)

    def take(self, name: str) -> list[str]:
        self.taken.add(name)
        return self.fields.get(name, [])

    def _names(self) -> None:
        for field_name, variable in known.NAMES.items():
            names: list[Name] = []
            for text in self.take(field_name):
                names += read_name_list(text, western=True)
            if names:
                self.item[variable] = [*self.item.get(variable, []), *names]

    def _dates(self) -> None:
        dates, years = self.take("date"), self.take("year")
        for text in [*dates, *years][:1]:
            self.item["issued"] = _date(text)
        for field_name, variable in known.DATES.items():
            for text in self.take(field_name)[:1]:
                self.item[variable] = _date(text)

    def _by_type(self) -> None:
        """Where CNKI puts what, by the kind of thing."""
        kind = self.item["type"]
        if kind == "paper-conference":
            self._move("tertiary title", "container-title")
            self._move(
                "secondary title", "event-title" if "container-title" in self.item else "container-title"
            )
            self._move("place published", "event-place")
        elif kind == "patent":
            for name in ("type of work", "isbn/issn", "isbn", "notes"):
                if any(_PATENT.fullmatch(text) for text in self.fields.get(name, [])):
                    self._move(name, "number", again=True)
        elif kind == "standard":
            for name in ("isbn", "isbn/issn", "volume"):
                self._move(name, "number")
        elif kind == "article-newspaper":
            self._move("secondary title", "container-title")
        elif kind == "thesis" and "publisher" not in self.fields:
            self._move("journal", "publisher")
            self._move("secondary title", "publisher")

    def _move(self, name: str, variable: str, *, again: bool = False) -> None:
        """Make the field the variable; `again` also takes it where it says the same once more."""
        found = self.fields.get(name, [])
        if found and variable not in self.item:
            self.item[variable] = self.take(name)[0]
        elif found and again and found[0] == self.item[variable]:
            self.taken.add(name)

    def _identifiers(self) -> None:
        for name in known.IDENTIFIERS:
            for text in self.take(name) if name not in self.taken else []:
                variable = "ISSN" if _ISSN.fullmatch(text) and not is_isbn(text) else "ISBN"
                self.item.setdefault(variable, text)
        if words := read_keywords(";".join(self.take("keywords"))):
            self.item["keyword"] = words

    def _texts(self) -> None:
        if first := self.take("start page"):
            pages = "".join(self.fields.get("pages", [])[:1])
            self.fields["pages"] = [
                f"{first[0]}-{pages}" if pages and "-" not in pages else pages or first[0]
            ]
        for name, variable in known.TEXTS.items():
            if name in self.taken or variable in self.item or not self.fields.get(name):
                continue
            text = "\n".join(self.take(name)) if variable == "abstract" else self.take(name)[0]
            self.item[variable] = known.LANGUAGES.get(text.lower(), text) if variable == "language" else text
            if self.fields[name][1:] and variable != "abstract":
                self.custom[f"cnki.{name.title()}"] = "\n".join(self.fields[name][1:])


# The types that a variable of CSL's says as well.
USUAL = {
    *(
        "journal article",
        "newspaper article",
        "thesis",
        "conference proceedings",
        "book",
        "standard",
        "patent",
    ),
    *("report", "book section", "web page", "magazine article"),
}


def _date(text: str) -> object:
    """CNKI adds a time: `2018-11-02 00:00`."""
    return read_date(re.sub(r"[T ][0-9]{1,2}:[0-9:.]+\Z", "", text.strip()))
