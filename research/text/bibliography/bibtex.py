"""Reading BibTeX and BibLaTeX: an entry's fields as a CSL-JSON item."""

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from research.text import edtf
from research.text.bibliography import bibtex_fields as known
from research.text.bibliography.bibtex_names import read_bibtex_names
from research.text.bibliography.bibtex_syntax import Abbreviations, Block, blocks
from research.text.bibliography.dates import join_date, read_date
from research.text.bibliography.entry import Entry, Item
from research.text.bibliography.extra import fit_name, read_extra
from research.text.bibliography.items import set_fields, tidy
from research.text.bibliography.keywords import read_keywords
from research.text.bibliography.settling import type_of
from research.text.bibliography.tex import decode, decode_verbatim
from research.text.cjk import is_cjk

GENRES = {genre: kind for kind, genre in known.GENRES.items()}
MOST_INHERITED = 1000  # characters of a field
MOST_PARENTS = 5


Fields = dict[str, str]  # as written, without the braces around them


def read_bibtex(text: str) -> Iterator[Entry]:
    """One entry for each but @string, @comment, @preamble and @xdata."""
    found = list(blocks(text))
    abbreviations = Abbreviations(found)
    parents = {block.key.lower(): block for block in found if block.key}
    for block in found:
        if block.type in ("string", "xdata"):
            continue
        if block.problem:
            yield Entry(block.line, problem=block.problem, key=block.key)
            continue
        fields, again = _joined(block, abbreviations)
        entry = Entry(block.line)
        for name in _unknown(block, abbreviations):
            entry.notes.append(_("No @string defines “%s”; it stays as it is.") % name[:60])
        _inherit(block, fields, parents, abbreviations)
        entry.item = item_of_fields(block.type, block.key, fields)
        set_fields(entry.item, {f"tex.{fit_name(name)}": decode(text) for name, text in again.items()})
        yield entry


def _joined(block: Block, abbreviations: Abbreviations) -> tuple[Fields, Fields]:
    """The fields, and those that stand there a second time."""
    fields, again = Fields(), Fields()
    for name, pieces in block.fields:
        (again if name in fields else fields)[name] = abbreviations.join(pieces)
    return fields, again


def _unknown(block: Block, abbreviations: Abbreviations) -> list[str]:
    return list(
        dict.fromkeys(name for _field, pieces in block.fields for name in abbreviations.unknown(pieces))
    )


def _inherit(block: Block, fields: Fields, parents: dict[str, Block], abbreviations: Abbreviations) -> None:
    """Take what is missing from `xdata` and `crossref`, and theirs."""
    waiting = [(name.strip().lower(), False) for name in fields.get("xdata", "").split(",")]
    waiting.append((fields.get("crossref", "").strip().lower(), True))
    seen = {block.key.lower()}
    while waiting and len(seen) <= MOST_PARENTS:
        key, crossref = waiting.pop(0)
        parent = parents.get(key)
        if not parent or key in seen or parent.problem:
            continue
        seen.add(key)
        theirs, _again = _joined(parent, abbreviations)
        waiting += [(theirs.get("crossref", "").strip().lower(), crossref)]
        waiting += [(name.strip().lower(), crossref) for name in theirs.get("xdata", "").split(",")]
        for name, text in theirs.items():
            title = crossref and known.TITLES_OF_PARENTS.get(parent.type)
            own = (
                name
                if not title
                else {"title": title, "subtitle": title.replace("title", "subtitle")}.get(name, name)
            )
            if own not in fields and name not in known.NOT_INHERITED and len(text) <= MOST_INHERITED:
                fields[own] = text


# --- one entry -----------------------------------------------------------------------------------------


def item_of_fields(kind: str, key: str, fields: Fields) -> Item:
    """The tidy item of an entry."""
    extra = read_extra(decode(fields.get(known.EXTRA, "")))
    csl_type = type_of(extra, known.TYPES.get(kind, "document"))
    reading = _Reading(kind, csl_type, fields)
    item = tidy({"id": key, **reading.item, "custom": reading.custom})
    set_fields(item, extra)
    return item


class _Reading:
    """An entry whose fields become variables one after the other; `taken` are those that did."""

    def __init__(self, kind: str, csl_type: str, fields: Fields) -> None:
        self.fields, self.taken = fields, {known.EXTRA}
        self.item: Item = {"type": csl_type}
        self.custom: dict[str, str] = {}
        self._type(kind)
        for name, variable in known.NAMES.items():
            if (text := self.take(name)) and (names := read_bibtex_names(text)):
                self.item[variable] = names
        self._issued()
        for name, variable in known.DATES.items():
            if text := self.take(name):
                self.item[variable] = _date(text)
        self._numbers()
        self._texts()
        for name in fields:
            if name in self.taken:
                continue
            self.custom[f"tex.{fit_name(name)}"] = value_of(name, fields[name])

    def take(self, name: str) -> str:
        self.taken.add(name)
        return self.fields.get(name, "")

    def _type(self, kind: str) -> None:
        subtype = self.fields.get("entrysubtype", "").lower()
        if kind == "article" and subtype in known.SUBTYPES:
            self.item["type"] = known.SUBTYPES[subtype]
        genre = self.take("type") or (self.item["type"] == "thesis" and self.take("typeofwork"))
        if genre or kind in known.GENRES:
            self.item["genre"] = decode(genre) if genre else known.GENRES[kind]
        if kind != written_type(self.item):
            self.custom["tex.entrytype"] = kind

    def _issued(self) -> None:
        date, year = self.take("date").strip(), decode(self.take("year")).strip()
        month, day = decode(self.take("month")).strip(), self.fields.get("day", "")
        if date:
            self.item["issued"] = _date(date)
            if year and year[:4] not in date:
                self.custom["tex.year"] = year
        elif number := _month(month):
            self.item["issued"] = _date("-".join([year, number, *([day] if self.take("day") else [])]))
        elif month or year:
            self.item["issued"] = join_date("", f"{month} {year}".strip())

    def _numbers(self) -> None:
        """`number` is an issue, a place in a series, or a report's, patent's or standard's own."""
        kind = self.item["type"]
        if self.fields.get("number"):
            name = "issue" if kind in known.WITH_ISSUES and kind != "article" else "number"
            if kind in known.IN_SERIES and self.fields.get("series"):
                name = "collection-number"
            self.item[name] = decode(self.take("number"))
        if self.fields.get("eid") and "number" not in self.item:
            self.item["number"] = decode(self.take("eid"))

    def _texts(self) -> None:
        in_archive = self.custom.get("tex.entrytype") == "archive"
        for name, text in self.fields.items():
            variable = (known.IN_ARCHIVE.get(name) if in_archive else None) or known.TEXTS.get(name)
            if variable and variable not in self.item and name not in self.taken and text:
                self.item[variable] = self._with_subtitle(name, value_of(name, self.take(name)))
        if "URL" not in self.item and re.match(r"\\url\{|https?://", self.fields.get("howpublished", "")):
            self.item["URL"] = decode(self.take("howpublished"))
        if self.fields.get("eprinttype", "").lower() == "pubmed" and "PMID" not in self.item:
            self.item["PMID"] = decode(self.take("eprint"))
            self.take("eprinttype")

        if self.item.get("ISBN") == self.item.get(
            "ISSN"
        ):  # CNKI's ISBN/ISSN, which some programs write as both
            self.item.pop("ISBN", None)

    def _with_subtitle(self, name: str, title: str) -> str:
        subtitle = decode(self.take(known.SUBTITLES[name])) if name in known.SUBTITLES else ""
        if not subtitle:
            return title
        if title[-1:] in "?!？！:：.。":
            return f"{title} {subtitle}"
        wide = is_cjk(title[-1:] or " ") or is_cjk(subtitle[0])
        return f"{title}：{subtitle}" if wide else f"{title}: {subtitle}"


def written_type(item: Item) -> str:
    """The type of entry that an item is written as, if no other is given."""
    if item["type"] == "thesis" and item.get("genre") in GENRES:
        return GENRES[item["genre"]]
    return known.WRITTEN.get(item["type"], "misc")


def value_of(name: str, text: str) -> str:
    """The field's value, read as its name asks."""
    if name in known.VERBATIM and not text.startswith("\\url{"):
        return decode_verbatim(text)
    if name == "pages":
        return decode(re.sub("(?<!-)--(?!-)", "-", text))
    value = decode(text)
    if name in ("langid", "language"):
        return known.LANGUAGES.get(value.lower(), value)
    if name == "keywords":
        return read_keywords(value)
    return value


def _date(text: str) -> object:
    """biblatex leaves an open end empty, and may give a time: `1984/`, `2016-01-01T00:00:00`.

    In a date `~` is no blank.
    """
    text = decode(text) if re.search(r"[\\{]", text) else text
    plain = re.sub(r"(?<=[0-9])T[0-9:.,+Z-]+", "", text.strip())
    plain = re.sub(r"\A/(?=.)", "../", re.sub(r"(?<=[^.])/\Z", "/..", plain))
    return read_date(plain)


def _month(text: str) -> str:
    if re.fullmatch("0?[1-9]|1[0-2]", text):
        return f"{int(text):02}"
    number = (
        edtf.MONTH_NAMES.get(text.lower().rstrip(".")[:3], 0)
        if text.isascii() and text.rstrip(".").isalpha()
        else 0
    )
    return f"{number:02}" if number else ""
