"""The parts of a CSL-JSON item as these readers take them: texts, names with a comma, dates, pages."""

import re
from collections.abc import Iterator

from research.text.bibliography.dates import edtf_of
from research.text.bibliography.entry import Item
from research.text.bibliography.names import OTHERS, Name

# Months of the calendar only: EDTF counts seasons on from them, and they are no dates of ISO 8601-1.
ISO = re.compile(r"[0-9]{4}(-(0[1-9]|1[0-2])(-[0-9]{2})?)?")
_RANGE = re.compile(r"([^\s,;–—-]+)\s*[-–—]\s*([^\s,;–—-]+)")


def text(item: Item, name: str) -> str:
    """The variable on one line; "" where there is none."""
    value = item.get(name)
    return " ".join(str(value).split()) if isinstance(value, str | int | float) else ""


def names(item: Item, role: str) -> list[Name]:
    """The names of a role, without the "et al." that a list may end with."""
    found = item.get(role)
    people = [name for name in found if isinstance(name, dict)] if isinstance(found, list) else []
    return [name for name in people if name.get("literal") != OTHERS and whole(name)]


def family_of(name: Name) -> str:
    """The family name with what belongs before and after it."""
    parts = ("dropping-particle", "non-dropping-particle", "family")
    return " ".join(filter(None, (text(name, part) for part in parts)))


def given_of(name: Name) -> str:
    return " ".join(filter(None, (text(name, "given"), text(name, "suffix"))))


def is_split(name: Name) -> bool:
    return bool(text(name, "family") and text(name, "given")) and not name.get("literal")


def whole(name: Name) -> str:
    """The name as it is said: `Claude E. Shannon`, 刘松, 中国造纸学会."""
    parts = (text(name, "given"), family_of(name), text(name, "suffix"))
    return text(name, "literal") or " ".join(filter(None, parts))


def date_text(item: Item, name: str = "issued") -> str:
    """The date as EDTF, else in its own words."""
    date = item.get(name)
    return edtf_of(date) or (text(date, "literal") if isinstance(date, dict) else "")


def iso_date(item: Item, name: str = "issued") -> str:
    """The date if it is a year, a month or a day of the calendar, else ""."""
    found = date_text(item, name)
    return found if ISO.fullmatch(found) else ""


def page_range(pages: str) -> tuple[str, str]:
    """First and last page; the whole text first where it is no single range."""
    found = _RANGE.fullmatch(pages)
    return (found[1], found[2]) if found else (pages, "")


def isbns(item: Item) -> Iterator[str]:
    yield from text(item, "ISBN").replace(",", " ").replace(";", " ").split()
