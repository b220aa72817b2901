"""RIS, also as CNKI writes it (`TY - JOUR`, one space), with lines that go on and records that do not end."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from research.text.bibliography import ris_tags as known
from research.text.bibliography.dates import date_of, edtf_of, read_date, split_date
from research.text.bibliography.entry import Entry, Item
from research.text.bibliography.extra import is_canonical, read_extra
from research.text.bibliography.items import set_fields, tidy
from research.text.bibliography.keywords import read_keywords
from research.text.bibliography.name_lists import read_name_list
from research.text.bibliography.names import Name
from research.text.bibliography.settling import settle, type_of
from research.text.bibliography.variables import nearest_type

_TAG = re.compile(r"([A-Z][A-Z0-9])  ?-(?: (.*))?", re.DOTALL)
_STRICT = re.compile(r"([A-Z][A-Z0-9])  -(?: (.*))?", re.DOTALL)
_INDENTED = re.compile(r"^[ \t]+TY {1,2}-", re.MULTILINE)
_WEB_OF_SCIENCE = re.compile(r"^PT [A-Z]\s*$", re.MULTILINE)
HANGING = " " * 6

Lines = list[tuple[str, str]]  # tags and their values


@dataclass
class Record:
    """A record as written; `lines` have tags and values, in order."""

    line: int
    lines: Lines = field(default_factory=list)
    ended: bool = False


def read_ris(text: str) -> Iterator[Entry]:
    """One entry for each `TY`, and a bad one for tags that stand under none."""
    if not re.search("^TY  ?-", text, re.MULTILINE):
        if _INDENTED.search(text):
            text = re.sub("^[ \t]+", "", text, flags=re.MULTILINE)
        elif found := _WEB_OF_SCIENCE.search(text):
            message = _(
                "This is the format of Web of Science, not RIS: no line begins with “TY  -”. "
                "Export it as RIS."
            )
            yield Entry(text.count("\n", 0, found.start()) + 1, problem=message)
            return
    for record in records(text):
        if record.lines[0][0] != "TY":
            yield Entry(
                record.line,
                problem=_("A record must begin with a line “TY  - ”; this one begins with %s.")
                % record.lines[0][0],
            )
            continue
        entry = Entry(record.line, item=item_of_lines(record.lines))
        if not record.ended:
            entry.notes.append(_("The record does not end with “ER  - ”."))
        yield entry


def records(text: str) -> Iterator[Record]:
    record: Record | None = None
    tag, blanks = _TAG, 0
    for number, line in enumerate(text.split("\n"), 1):
        found = (tag if record else _TAG).fullmatch(line)
        if found and found[1] == "TY":
            if record:
                yield record
            # Where TY has two spaces, “US - China” in an abstract is no tag.
            record, tag = Record(number, [("TY", found[2] or "")]), _STRICT if "  -" in line else _TAG
        elif found and found[1] == "ER":
            if record:
                record.ended = True
                yield record
            record = None
        elif found and (record or _STRICT.fullmatch(line)):
            record = record or Record(number)
            record.lines.append((found[1], found[2] or ""))
        elif record and line.strip(" \t") == "" and not line.startswith(HANGING):
            blanks += 1
            continue
        elif record:
            record.lines.append(("", "\n" * blanks + line.removeprefix(HANGING)))
        blanks = 0
    if record:
        yield record


def write_ris(items: Iterable[Item]) -> Iterator[str]:
    """One record after the other, a blank line between them."""
    for item in items:
        yield write_record(item) + "\n"


def write_record(item: Item) -> str:
    lines = settle(tidy(item), lines_of, item_of_lines)
    return "".join(
        [*(f"{tag}  - {value}\n" if tag else f"{HANGING}{value}\n" for tag, value in lines), "ER  - \n"]
    )


# --- tags and variables --------------------------------------------------------------------------------


def item_of_lines(lines: Lines) -> Item:
    """The tidy item of a record."""
    values = _joined(lines)
    extra = _extra(values)
    own = values.pop("TY", [""])[0].strip()
    reading = _Reading(own, type_of(extra, known.TYPES.get(own.upper(), nearest_type(own))), values)
    item = tidy({"id": values.get("ID", [""])[0], **reading.item, "custom": reading.custom})
    set_fields(item, extra)
    return item


def _joined(lines: Lines) -> dict[str, list[str]]:
    """The values of each tag, with the lines that go on."""
    values: dict[str, list[list[str]]] = {}
    last = ""
    for tag, value in lines:
        if tag:
            values.setdefault(tag, []).append([value])
            last = tag
        elif last:
            values[last][-1].append(value)
    joints = {tag: "\n" if tag in known.WITH_LINES else " " for tag in values}
    return {
        tag: [
            joints[tag].join(part if joints[tag] == "\n" else part.strip() for part in parts)
            for parts in found
        ]
        for tag, found in values.items()
    }


def _extra(values: dict[str, list[str]]) -> dict[str, str]:
    """Zotero and this program put further fields into M2; what others have there is no field."""
    text = "\n".join(values.get(known.EXTRA, []))
    if not text or not is_canonical(text):
        return {}
    del values[known.EXTRA]
    return read_extra(text)


class _Reading:
    """A record whose tags become variables one after the other."""

    def __init__(self, own: str, kind: str, values: dict[str, list[str]]) -> None:
        self.values, self.custom = values, dict[str, str]()
        self.item: Item = {"type": kind}
        self.taken = {"ID", "TY", "ER"}
        if known.WRITTEN.get(kind, "GEN") != own:
            self.custom["ris.TY"] = own
        self._names()
        self._dates()
        self._pages()
        self._number()
        self._texts()
        for tag, found in values.items():
            if tag not in self.taken and any(found):
                self.custom[f"ris.{tag}"] = "\n".join(found)

    def take(self, tag: str) -> list[str]:
        self.taken.add(tag)
        return [value for value in self.values.get(tag, []) if value.strip()]

    def _names(self) -> None:
        for tag, variable in known.NAMES.items():
            names: list[Name] = [name for value in self.take(tag) for name in read_name_list(value)]
            if names:
                self.item[variable] = [*self.item.get(variable, []), *names]

    def _dates(self) -> None:
        """DA is PY with a month and a day; where they differ it stays."""
        texts = {tag: found[0] for tag in ("PY", "Y1", "DA") if (found := self.values.get(tag))}
        for tag, text in sorted(texts.items(), key=lambda pair: -len(_ris_date(pair[1])[0])):
            value, rest = _ris_date(text)
            known_year = edtf_of(self.item.get("issued"))[:4]
            if "issued" not in self.item:
                self.item["issued"] = date_of(value) if value else read_date(text)
                self.taken |= set() if value and rest else {tag}
            elif text[:4] == known_year and (
                len(text.strip(" /")) == 4 or value == edtf_of(self.item["issued"])
            ):
                self.taken.add(tag)
        for tag, variable in known.DATES.items():
            if dates := self.take(tag):
                value, _rest = _ris_date(dates[0])
                self.item[variable] = date_of(value) if value else read_date(dates[0])

    def _pages(self) -> None:
        first, last = "".join(self.take("SP")[:1]), "".join(self.take("EP")[:1])
        if first or last:
            self.item["page"] = f"{first}-{last}" if first and last and first != last else first or last

    def _number(self) -> None:
        issues = self.item["type"] in known.WITH_ISSUES
        for tag in ("IS", "CP", "M1"):
            name = "issue" if issues and tag != "M1" else "number"
            if tag in self.values and name not in self.item and (found := self.take(tag)):
                self.item[name] = found[0]
        for text in self.take("SN"):
            name = "ISSN" if issues or re.fullmatch(r"[0-9]{4}-?[0-9]{3}[0-9Xx]", text.strip()) else "ISBN"
            if name in self.item:
                self.custom["ris.SN"] = text
            else:
                self.item[name] = text
        if words := read_keywords("\n".join(self.take("KW"))):
            self.item["keyword"] = words

    def _texts(self) -> None:
        in_book = self.item["type"] != "book"
        for tag, variable in known.TEXTS.items():
            found = self.values.get(tag, [])
            if tag == "BT" and not in_book:
                variable = "title"
            if (
                tag == "JA"
                and "container-title" not in self.item
                and not self.values.keys() & {"T2", "JF", "JO"}
            ):
                variable = "container-title"
            if variable in self.item or not any(found):
                continue
            found = self.take(tag)
            if variable == "URL":
                found = [url for text in found for url in re.split(r"[;；]\s*(?=https?://)", text)]
            if variable == "note":
                found = ["\n".join(found)]
            self.item[variable] = found[0]
            if found[1:]:
                self.custom[f"ris.{tag}"] = "\n".join(found[1:])


def _ris_date(text: str) -> tuple[str, str]:
    """`YYYY/MM/DD/other` as EDTF, and what of it that leaves over. The other part may be a season or EDTF."""
    parts = [part.strip() for part in text.strip().split("/")]
    if not re.fullmatch("[0-9]{4}", parts[0]) or len(parts) > 5:
        return "", text
    other = "/".join(parts[3:]).strip("/ ") if len(parts) > 3 else ""
    if other:
        exact = edtf_of(other) or edtf_of(f"{other} {parts[0]}")
        if exact[:4] == parts[0] or (exact and exact[:4] == "../"):
            return exact, ""
    value = edtf_of("-".join(part for part in parts[:3] if part and part.isdecimal()))
    return value, other


# --- writing -------------------------------------------------------------------------------------------

_TAGS = {variable: tag for tag, variable in reversed([*known.TEXTS.items(), *known.NAMES.items()])}
_TAGS |= {"author": "AU", "editor": "ED", "container-title": "T2", "volume": "VL", "issue": "IS", "DOI": "DO"}
_TAGS |= {"ISBN": "SN", "ISSN": "SN", "publisher-place": "CY", "abstract": "AB", "note": "N1", "URL": "UR"}


def lines_of(item: Item, extra: str) -> Lines:
    custom = dict(item["custom"])
    own = custom.pop("ris.TY", "")
    fits = (
        own
        and known.TYPES.get(own.upper(), nearest_type(own)) == item["type"]
        and own != known.WRITTEN.get(item["type"])
    )
    lines = [("TY", own if fits else known.WRITTEN.get(item["type"], "GEN")), ("ID", item["id"])]
    for variable, value in item.items():
        if variable not in ("id", "type", "custom"):
            lines += _lines(variable, value, item["type"])
    for name, text in custom.items():
        tag = name.removeprefix("ris.")
        if tag != name and re.fullmatch("[A-Z][A-Z0-9]", tag) and tag not in ("TY", "ER", "ID", known.EXTRA):
            lines += [(tag, line) for line in text.split("\n")]
    lines += [(known.EXTRA, line) for line in extra.split("\n") if extra]
    return [
        (tag if not place else "", part)
        for tag, value in lines
        for place, part in enumerate(value.split("\n"))
    ]


def _lines(variable: str, value: object, kind: str) -> Lines:
    if variable in ("issued", "accessed"):
        return [("PY" if variable == "issued" else "Y2", date)] if (date := _written_date(value)) else []
    tag = _TAGS.get(variable, "")
    if isinstance(value, list):
        return [(tag, _written_name(name)) for name in value] if tag else []
    text = str(value)
    if variable == "page":
        first, dash, last = text.partition("-")
        return [("SP", first), ("EP", last)] if dash and "-" not in last else [("SP", text)]
    if variable == "keyword":
        return [("KW", word) for word in text.split("; ")]
    if variable == "number":
        tag = "M1" if kind in known.WITH_ISSUES else "IS"
    return [(tag, text)] if tag else []


def _written_name(name: Name) -> str:
    last = " ".join(filter(None, (name.get("non-dropping-particle"), name.get("family"))))
    return name.get("literal") or ", ".join(filter(None, (last, name.get("given"), name.get("suffix"))))


def _written_date(date: object) -> str:
    """`2018`, `2018/03//`, `2018/03/01/`; what has no such form is the other part: `2000///2000~`."""
    value, words = split_date(date)
    if words != "":
        return ""
    parts = value.split("-")
    if (
        "/" not in value
        and all(part.isdecimal() for part in parts)
        and (len(parts) == 1 or int(parts[1]) <= 12)
    ):
        return "/".join(parts) + "/" * (4 - len(parts) if len(parts) > 1 else 0)
    return f"{value[:4]}///{value}" if value[:4].isdecimal() else ""
