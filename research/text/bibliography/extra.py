"""The column `extra`: further bibliographic fields, one a line `name: value`, as in Zotero's Extra.

Names are CSL's variables (`page: 379-423`) or have the prefix of the format that they come from
(`tex.keyvalue:`, `ris.C8:`, `cnki.Database Provider:`). A line that is indented by two spaces goes on with
the value above.
"""

import re
from collections.abc import Mapping

PREFIXED = r"(?:tex|ris|cnki|endnote|refworks|csl|row)\.[^\n]*?"
_FIELD = re.compile(rf"({PREFIXED}|[A-Za-z][A-Za-z0-9_-]*)(?:: |:$|：)(.*)", re.DOTALL)
_CLOSE = re.compile(r"([A-Za-z][A-Za-z0-9_-]*):(?!//)(\S.*)", re.DOTALL)  # doi:10.1000/182
# What JabRef, BibDesk, Zotero and RIS have of their owner's disk and thoughts.
PRIVATE = re.compile(
    r"tex\.(?:file|pdf|owner|comment|review|timestamp|read|ranking|priority|local-url|bdsk-.*|date-(?:added|modified))"
    r"|ris\.(?:L1|L2|L3|L4|N1|RN|LK)",
    re.IGNORECASE,
)
LEFT_OVER = "note"  # where lines go that are no field


def read_extra(text: str) -> dict[str, str]:
    """The fields in their order. A name that stands twice has both values, on lines of their own.

    Lines that are no field are kept under `note`.
    """
    fields: dict[str, list[str]] = {}
    name, blank = "", 0
    for line in lines(text):
        if not line:
            blank += 1  # belongs to the value if that goes on
            continue
        if line.startswith("  ") and name:
            fields[name] += [""] * blank + [line[2:]]
        elif found := _FIELD.fullmatch(line) or _CLOSE.fullmatch(line):
            name = found[1].strip()
            fields.setdefault(name, []).append(found[2])
        else:
            name = LEFT_OVER
            fields.setdefault(name, []).append(line)
        blank = 0
    return {name: "\n".join(values) for name, values in fields.items()}


def write_extra(fields: Mapping[str, str]) -> str:
    """The text of the column; `read_extra` gives the same fields back."""
    return "\n".join(_line(name, value) for name, value in fields.items())


def without_private(text: str) -> str:
    """The text of the column without the fields that are nobody's business but their owner's."""
    fields = read_extra(text)
    shown = {name: value for name, value in fields.items() if not PRIVATE.fullmatch(name)}
    return write_extra(shown) if len(shown) < len(fields) else text


def is_canonical(text: str) -> bool:
    """Whether all lines are fields as they are written here."""
    return write_extra(read_extra(text)) == text


def fit_name(name: str) -> str:
    """The name as a line can begin with it: on one line, without a colon and a space."""
    return re.sub(r":(?=\s|：|$)|：", "%3A", " ".join(name.split()))


def lines(text: str) -> list[str]:
    """Split at line breaks of any system, and at nothing else that Python takes for one."""
    return re.split(r"\r\n|\r|\n", text)


def _line(name: str, value: str) -> str:
    first, *more = lines(value)
    return "\n".join([f"{name}: {first}" if first else f"{name}:", *(f"  {line}" for line in more)])
