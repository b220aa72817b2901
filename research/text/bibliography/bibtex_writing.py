"""Writing BibTeX: classic field names, which BibLaTeX reads too, and `date` where year and month say less.

What an entry would not give back when read goes into its field `x-extra`.
"""

from collections.abc import Iterable, Iterator

from research.text import edtf
from research.text.bibliography import bibtex_fields as known
from research.text.bibliography.bibtex import Fields, item_of_fields, written_type
from research.text.bibliography.bibtex_names import write_bibtex_names
from research.text.bibliography.dates import split_date
from research.text.bibliography.entry import Item
from research.text.bibliography.items import tidy
from research.text.bibliography.settling import settle
from research.text.bibliography.tex import encode, encode_verbatim

_FIELDS = {
    **{variable: name for name, variable in reversed(known.TEXTS.items())},
    **{variable: name for name, variable in [*known.NAMES.items(), *known.DATES.items()]},
    "URL": "url",
}
_ORDER = {
    name: place
    for place, name in enumerate(
        [
            *(
                "author",
                "editor",
                "translator",
                "bookauthor",
                "title",
                "shorttitle",
                "journal",
                "shortjournal",
            ),
            *(
                "booktitle",
                "series",
                "edition",
                "volume",
                "number",
                "issue",
                "pages",
                "eid",
                "address",
                "publisher",
            ),
            *(
                "school",
                "institution",
                "type",
                "year",
                "month",
                "date",
                "doi",
                "isbn",
                "issn",
                "url",
                "urldate",
            ),
            *("langid", "language", "keywords", "abstract", "note", "annote"),
        ]
    )
}
_NAMES, _DATES = set(known.NAMES.values()), set(known.DATES.values())
_IN_BOOKS = {"chapter", "paper-conference", "entry-encyclopedia", "entry-dictionary", "entry"}
_PUBLISHERS = {"thesis": "school", "report": "institution"}
_IN_ARCHIVE = {"archive": "institution", "archive-place": "address"}


def write_bibtex(items: Iterable[Item]) -> Iterator[str]:
    """One entry after the other, a blank line between them."""
    blank = ""
    for item in items:
        yield blank + write_entry(item)
        blank = "\n"


def write_entry(item: Item) -> str:
    """The entry of one item; its key stands as it is."""
    item = tidy(item)

    def read(written: tuple[str, Fields]) -> Item:
        return item_of_fields(written[0], item["id"], written[1])

    kind, fields = settle(item, _written, read)
    fields = dict(sorted(fields.items(), key=lambda pair: _ORDER.get(pair[0], len(_ORDER))))
    lines = [f"  {name} = {_braced(name, value)}" for name, value in fields.items()]
    return ",\n".join([f"@{kind}{{{item['id']}", *lines]) + "\n}\n"


def _written(item: Item, extra: str) -> tuple[str, Fields]:
    kind = _type(item)
    return kind, {**_fields(item, kind), **({known.EXTRA: encode(extra)} if extra else {})}


def _braced(name: str, value: str) -> str:
    return value if name == "month" else f"{{{value}}}"


def _type(item: Item) -> str:
    """The type that the item had as an entry, if that is of its CSL type."""
    kind = str(item.get("custom", {}).get("tex.entrytype", ""))
    is_entry = (
        kind.isidentifier() and kind.islower() and kind not in ("comment", "preamble", "string", "xdata")
    )
    if (
        is_entry
        and known.TYPES.get(kind, "document") == item["type"]
        and (item.get("genre") or kind not in known.GENRES)
    ):
        return kind
    return written_type(item)


# --- fields --------------------------------------------------------------------------------------------


def _fields(item: Item, kind: str) -> Fields:
    fields = Fields()
    for name, value in item.items():
        if name == "issued":
            fields |= _issued(value)
        elif name not in ("id", "type", "custom"):
            field = _name_of(name, kind, item["type"])
            if name == "genre":
                field = "" if value == known.GENRES.get(kind) else "type"
            if field and (text := _text(name, field, value)):
                fields[field] = text
    for name, text in item.get("custom", {}).items():
        field = name.removeprefix("tex.")
        if (
            name != field
            and field not in ("entrytype", known.EXTRA)
            and _is_field(field)
            and field not in fields
        ):
            fields[field] = encode_verbatim(text) if field in known.VERBATIM else encode(text)
    return fields


def _is_field(name: str) -> bool:
    return (
        name.isascii()
        and name.lower() == name
        and name[:1].isalpha()
        and name.replace("-", "").replace("_", "").isalnum()
    )


def _name_of(variable: str, kind: str, csl_type: str) -> str:
    """The field for a variable; "" if there is none."""
    if kind == "archive" and variable in _IN_ARCHIVE:
        return _IN_ARCHIVE[variable]
    with_issues = csl_type in known.WITH_ISSUES and csl_type != "article"
    special = {
        "container-title": "booktitle" if csl_type in _IN_BOOKS else "journal",
        "publisher": _PUBLISHERS.get(csl_type, "publisher"),
        "issue": "number" if with_issues else "issue",
        "number": "eid" if with_issues else "number",
        "collection-number": "number",
    }
    return special.get(variable, _FIELDS.get(variable, ""))


def _text(variable: str, field: str, value: object) -> str:
    if variable in _NAMES and isinstance(value, list):
        return write_bibtex_names(value)
    if variable in _DATES:
        edtf_text, words = split_date(value)
        return "" if words else edtf_text
    text = str(value)
    if field in known.VERBATIM:
        return encode_verbatim(text)
    if variable == "page":
        return encode(text).replace("-", "--").replace("--{}--", "-{}-")
    if variable == "keyword":
        return encode(text.replace("; ", ", "))
    if variable == "language":
        return known.LANGIDS.get(text) or encode(text)
    return encode(
        text, keep_capitals=variable in ("title", "title-short", "container-title", "collection-title")
    )


def _issued(date: object) -> Fields:
    value, words = split_date(date)
    if words:
        return {"year": encode(words)}
    year, month = value[:4], value[5:7]
    fields = {"year": year} if year.isdecimal() else {}
    if (
        value != year
        and value[4:5] == "-"
        and "/" not in value
        and month.isdecimal()
        and 1 <= int(month) <= 12
    ):
        fields["month"] = edtf.MONTHS_EN[int(month) - 1][:3].lower()
    exact = value in (year, f"{year}-{month}") and ("month" in fields or value == year)
    return {**fields, **({"date": value} if value and not exact else {})}
