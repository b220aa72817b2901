"""The formats of bibliographies: reading, writing, and telling which one a text is."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from research.text.bibliography.bibtex import read_bibtex
from research.text.bibliography.bibtex_writing import write_bibtex
from research.text.bibliography.cnki import read_endnote, read_noteexpress, read_refworks
from research.text.bibliography.csl_json import read_csl_json, write_csl_json
from research.text.bibliography.entry import Entry, Item, Unfit
from research.text.bibliography.keys import Keys, base_key, fit_key
from research.text.bibliography.ris import read_ris, write_ris
from research.text.bibliography.rows import convert

Reader = Callable[[str], Iterator[Entry]]
Writer = Callable[[Iterable[Item]], Iterator[str]]


@dataclass(frozen=True)
class Format:
    """A format by its label, the endings of its files, and its media type."""

    label: Promise | str
    extensions: tuple[str, ...]
    content_type: str
    read: Reader
    write: Writer | None = None


FORMATS: dict[str, Format] = {
    "bibtex": Format(
        "BibTeX", ("bib", "bibtex", "biblatex"), "application/x-bibtex", read_bibtex, write_bibtex
    ),
    "ris": Format("RIS", ("ris",), "application/x-research-info-systems", read_ris, write_ris),
    "noteexpress": Format("NoteExpress", ("net",), "text/plain", read_noteexpress),
    "endnote": Format("EndNote", ("enw",), "text/plain", read_endnote),
    "refworks": Format("RefWorks", (), "text/plain", read_refworks),
    "csl-json": Format(
        "CSL-JSON", ("json",), "application/vnd.citationstyles.csl+json", read_csl_json, write_csl_json
    ),
}


def read(text: str, format: str) -> Iterator[Entry]:
    """The entries of a text, as many as are in it, in their order. Raises KeyError for an unknown format.

    A good entry has an item with an id, and the row that it makes. Keys that the file does not give are
    suggested; they are the same each time. A text without any entry gives one entry that says so.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    entries = list(FORMATS[format].read(text))
    if not entries:
        message = _("There is no entry of the format %(format)s in it.")
        entries = [Entry(1, problem=message % {"format": FORMATS[format].label})]
    _give_keys(entries)
    for entry in entries:
        _finish(entry)
        yield entry


def write(items: Iterable[Item], format: str) -> Iterator[str]:
    """The text in pieces. Raises KeyError for a format that is not written."""
    writer = FORMATS[format].write
    if writer is None:
        raise KeyError(format)
    return writer(items)


def _give_keys(entries: list[Entry]) -> None:
    """Keys that fit. Two entries of one key keep it, with a note; a key that is made here is free."""
    asked = [str(entry.item.get("id") or "") if entry.item else "" for entry in entries]
    given = {key for key in asked if key and fit_key(key) == key}
    keys, lines = Keys(given), dict[str, int]()
    for entry, key in zip(entries, asked, strict=True):
        if not entry.item:
            continue
        fit = fit_key(key)
        if fit and fit == key and key in lines:
            message = _("The key “%(key)s” stands in line %(line)s already.")
            entry.notes.append(message % {"key": key, "line": lines[key]})
        elif fit != key and fit:
            message = _("The key “%(key)s” cannot be cited; it becomes “%(fit)s”.")
            fit = keys.free(fit)
            entry.notes.append(message % {"key": key[:60], "fit": fit})
        elif not fit:
            fit, entry.generated_key = keys.free(base_key(entry.item)), True
        lines.setdefault(fit, entry.line)
        entry.item["id"] = fit


def _finish(entry: Entry) -> None:
    if not entry.item:
        return
    try:
        entry.row, notes = convert(entry.item)
        entry.notes += notes
    except Unfit as unfit:
        entry.key = "" if entry.generated_key else str(entry.item["id"])
        entry.item, entry.problem = None, unfit.message


# --- telling formats apart -----------------------------------------------------------------------------

HEAD = 100_000  # characters that are looked at

_SIGNS = {
    "noteexpress": re.compile(r"^[^\S\n]*\{Reference Type\}\s*[:：]", re.MULTILINE | re.IGNORECASE),
    "bibtex": re.compile(r"^[ \t]*@[ \t]*[A-Za-z]+[ \t]*[{(]", re.MULTILINE),
    "ris": re.compile(r"^[ \t]*TY {1,2}-|^PT [A-Z]$(?=[\s\S]{0,2000}?^(?:AU|TI|SO) )", re.MULTILINE),
    "endnote": re.compile(r"^%0 +\S", re.MULTILINE),
    "refworks": re.compile(r"^[ \t]*RT[ \t]+\S", re.MULTILINE),
}
_JSON = re.compile(r"\s*(?:\[\s*(?:\{|\])|\{\s*\")")


def detect(text: str, name: str = "") -> str:
    """The format by the text's own signs, else by the file's name; "" if it is none."""
    head = text.removeprefix("\ufeff")[:HEAD]
    if _JSON.match(head):
        return "csl-json"
    found = {format: sign.search(head) for format, sign in _SIGNS.items()}
    places = {format: match.start() for format, match in found.items() if match}
    if places:
        return min(places, key=places.__getitem__)
    ending = name.rpartition(".")[2].lower()
    return next((format for format, known in FORMATS.items() if ending in known.extensions), "")
