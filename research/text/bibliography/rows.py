"""Between a row of sources.csv and a CSL-JSON item.

Columns and variables: key ↔ id, kind ↔ type, title, authors ↔ author, publisher, container ↔
container-title, issued (EDTF), url ↔ URL, accessed, language, tags ↔ keyword, body ↔ annote, archived_url ↔
custom's `archived-url`. `identifier` holds the DOI, else an ISBN whose check digit is right, else `number`;
back again it is told by its form. All else stands in `extra`: an ISSN always, and what a column cannot hold
(a date in words, an address that is no URL, the names that are too many for `authors`).
"""

import re
from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from research.text.bibliography.dates import date_of, edtf_of, join_date, split_date
from research.text.bibliography.entry import Item, Unfit
from research.text.bibliography.extra import read_extra, write_extra
from research.text.bibliography.identifiers import kind_of
from research.text.bibliography.items import fields_of, set_fields, tidy
from research.text.bibliography.keys import fit_key
from research.text.bibliography.names import Name, read_names, write_name, write_names

COLUMNS: tuple[str, ...] = (
    "key",
    "kind",
    "title",
    "authors",
    "publisher",
    "container",
    "issued",
    "url",
    "archived_url",
)
COLUMNS += ("accessed", "language", "identifier", "body", "tags", "extra")
TEXT_COLUMNS = {
    "title": "title",
    "publisher": "publisher",
    "container": "container-title",
    "language": "language",
    "tags": "keyword",
    "body": "annote",
}
# As research/models/source.py has them; a tag as taggit has it.
LONGEST = {"title": 500, "authors": 1000, "publisher": 300, "container": 300, "language": 35}
LONGEST |= {"identifier": 300, "url": 2000, "tag": 100, "extra": 1_000_000, "body": 1_000_000}
ARCHIVED = "archived-url"
RAW = "row."  # a column's own text, where the item alone would give another: `row.authors`
RAW_COLUMNS: tuple[str, ...] = ("authors", "identifier")
NONE = "-"  # the column is empty
STAND_INS: tuple[str, ...] = ("title-short", "DOI", "URL", "ISBN", "container-title", "event-title", "number")
STAND_INS += ("author", "editor", "translator", "publisher", "issued", "abstract", "note")
LABELS = {
    "title-short": gettext_noop("short title"),
    "container-title": gettext_noop("container"),
    "event-title": gettext_noop("name of the meeting"),
    "number": gettext_noop("report or patent number"),
    "author": gettext_noop("author"),
    "editor": gettext_noop("editor of the book"),
    "translator": gettext_noop("translator"),
    "publisher": gettext_noop("publisher"),
    "issued": gettext_noop("date"),
    "abstract": gettext_noop("abstract"),
    "note": gettext_noop("remark"),
}

_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TAGS = re.compile("[,，、;；\n\r\t]+")
_is_url = URLValidator(schemes=["http", "https"])


def row_of(item: Item) -> dict[str, str]:
    """The columns that the item speaks of, `extra` always. Raises Unfit with the column that it does not fit.

    An absent column changes nothing where the row is imported.
    """
    return convert(item)[0]


def item_of(row: Mapping[str, str]) -> Item:
    """The item of a row, whole or of the columns that are there. `row_of` gives the same columns back.

    A column's text that is not the one that its item gives (`a;b` for authors) is kept under custom's `row.`.
    """
    item = _item(row)
    back = _Conversion(item).row
    raw = {
        RAW + name: row.get(name) or NONE for name in RAW_COLUMNS if row.get(name, "") != back.get(name, "")
    }
    set_fields(item, raw)
    back = _Conversion(item).row if raw else back
    if row.get("extra", "") != back["extra"]:
        order = list(read_extra(row.get("extra", "")))
        if _ordered(back["extra"], order) == row.get("extra", ""):
            set_fields(item, {f"{RAW}extra": "; ".join(order)})
    return item


def convert(item: Item) -> tuple[dict[str, str], list[str]]:
    """The row, and notes on what in it is not as the item has it. Raises Unfit."""
    conversion = _Conversion(tidy(item))
    conversion.check()
    return conversion.row, conversion.notes


def _item(row: Mapping[str, str]) -> Item:
    item: Item = {"id": row.get("key", ""), "type": row.get("kind") or "document"}
    for column, variable in TEXT_COLUMNS.items():
        if row.get(column):
            item[variable] = row[column]
    fields = read_extra(row.get("extra", ""))
    if names := read_names(row.get("authors", "")):
        item["author"] = names + read_names(fields.pop("author", ""))
    if issued := row.get("issued"):
        item["issued"] = join_date(issued, fields.get("issued", "")) or date_of(issued)
        if join_date(issued, fields.get("issued", "")):
            fields.pop("issued", None)
    if row.get("accessed"):
        item["accessed"] = date_of(row["accessed"])
    if row.get("url"):
        item["URL"] = row["url"]
    if identifier := row.get("identifier"):
        item[kind_of(identifier)] = identifier
    if row.get("archived_url"):
        item["custom"] = {ARCHIVED: row["archived_url"]}
    set_fields(item, fields)
    return item


class _Conversion:
    """A row being made of a tidy item; what no column takes is left for `extra`."""

    def __init__(self, item: Item) -> None:
        self.rest = {**item, "custom": dict(item.get("custom", {}))}
        self.notes: list[str] = []
        self.row = {"key": fit_key(str(item["id"])), "kind": item["type"]}
        raw = {name: self.rest["custom"].pop(RAW + name, "") for name in COLUMNS}
        if not item.get("title"):
            self._stand_in()
        for column, variable in TEXT_COLUMNS.items():
            if self._takes(column, variable):
                self.row[column] = self.rest.pop(variable)
        self._authors(raw["authors"])
        self._dates()
        self._addresses()
        self._identifier(raw["identifier"])
        self.row["extra"] = _ordered(write_extra(fields_of(self.rest)), raw["extra"].split("; "))
        self.row = {name: self.row[name] for name in COLUMNS if name in self.row}

    def _takes(self, column: str, variable: str) -> bool:
        """A title or publisher must fit, else `check` refuses it; another text goes to `extra`."""
        text = self.rest.get(variable, "")
        if column == "language":
            return 0 < len(text) <= LONGEST["language"]
        if column == "tags":
            return text != "" and all(len(tag) <= LONGEST["tag"] for tag in _TAGS.split(text))
        return bool(text)

    def _stand_in(self) -> None:
        name = next((name for name in STAND_INS if self.rest.get(name)), "")
        if name:
            text = next(iter(fields_of({name: self.rest[name]}).values()), "")
            self.row["title"] = " ".join(text.split())[: LONGEST["title"]]
            message = _("It has no title; its %(field)s stands in: “%(text)s”.")
            self.notes.append(message % {"field": _(LABELS.get(name, name)), "text": text[:60]})

    def _authors(self, raw: str) -> None:
        names: list[Name] = self.rest.pop("author", [])
        if raw and read_names(raw) == names and len(raw) <= LONGEST["authors"]:
            self.row["authors"] = raw
            return
        count = fitting(names, LONGEST["authors"])
        if names[:count]:
            self.row["authors"] = write_names(names[:count])
        if names[count:]:
            self.rest["author"] = names[count:]
            message = _(
                "%(count)s authors are more than the column holds: those from no. %(first)s on are further "
                "fields."
            )
            self.notes.append(message % {"count": len(names), "first": count + 1})

    def _dates(self) -> None:
        if "issued" in self.rest:
            value, words = split_date(self.rest["issued"])
            self.row |= {"issued": value} if value else {}
            if value and not words:
                exact = {"csl.issued": fields_of({"issued": self.rest["issued"]}).get("csl.issued", "")}
                self.rest["custom"] |= exact if words is None else {}
                del self.rest["issued"]
            elif not value:
                said = self.rest["issued"].get("literal") or self.rest["issued"].get("raw") or ""
                message = _("“%s” is not understood as a date; it is among the further fields.")
                self.notes += [message % said[:60]] if said else []
        value = edtf_of(self.rest.get("accessed"))
        if _DAY.fullmatch(value) and split_date(self.rest["accessed"]) == (value, ""):
            self.row["accessed"] = value
            del self.rest["accessed"]

    def _addresses(self) -> None:
        for column, place, name in (
            ("url", self.rest, "URL"),
            ("archived_url", self.rest["custom"], ARCHIVED),
        ):
            if name in place and is_url(place[name]):
                self.row[column] = place.pop(name)
            elif name == "URL" and name in place:
                message = _("“%s” is no web address (http:// or https://); it is among the further fields.")
                self.notes.append(message % place[name][:60])

    def _identifier(self, raw: str) -> None:
        own = kind_of(raw)
        for name in [own] if self.rest.get(own) == raw else [] if raw == NONE else ["DOI", "ISBN", "number"]:
            text = self.rest.get(name, "")
            if text and kind_of(text) == name and len(text) <= LONGEST["identifier"]:
                self.row["identifier"] = self.rest.pop(name)
                return

    def check(self) -> None:
        """Raises Unfit."""
        if not self.row.get("title"):
            raise Unfit(
                _("There is nothing that could be its title: no title, DOI, URL, ISBN, author or date."),
                "title",
            )
        for column in ("title", "publisher", "container", "extra", "body"):
            if len(self.row.get(column, "")) > LONGEST[column]:
                message = _("The %(field)s has %(found)s characters; at most %(most)s fit. Shorten it.")
                found = {"found": f"{len(self.row[column]):,}", "most": f"{LONGEST[column]:,}"}
                raise Unfit(message % {"field": _(FIELD_LABELS[column]), **found}, column)
        for column, text in self.row.items():
            if "\x00" in text:
                raise Unfit(_("The text holds a NUL character, which no table can keep."), column)
            if any("\ud800" <= letter <= "\udfff" for letter in text):
                raise Unfit(_("Half of a surrogate pair is not a character; write the text again."), column)


FIELD_LABELS = {
    "title": gettext_noop("title"),
    "publisher": gettext_noop("publisher"),
    "container": gettext_noop("container"),
    "extra": gettext_noop("text of all further fields"),
    "body": gettext_noop("text"),
}


def is_url(text: str) -> bool:
    """Whether the column `url` takes it."""
    try:
        _is_url(text)
    except ValidationError:
        return False
    return len(text) <= LONGEST["url"] and text.startswith(("http://", "https://"))


def fitting(names: list[Name], most: int) -> int:
    """How many of the names fit into so many characters."""
    length = 0
    for count, name in enumerate(names):
        length += len(write_name(name)) + (2 if count else 0)
        if length > most:
            return count
    return len(names)


def _ordered(extra: str, order: list[str]) -> str:
    """The fields in this order, those that it lacks after them."""
    fields = read_extra(extra) if any(order) else {}
    if not fields:
        return extra
    known = {name: fields[name] for name in order if name in fields}
    return write_extra({**known, **fields})
