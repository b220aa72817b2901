"""Dates of CSL-JSON, and the EDTF that the tables keep."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from research.text import edtf

Date = dict[str, Any]

_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_SPAN = re.compile(r"([0-9]{2,3})X{1,2}")
_YEAR = re.compile(r"(?<![0-9])([1-9][0-9]{3})(?![0-9])")
# CSL counts seasons from 1; Zotero and EDTF from 21; some write a month 13 to 16.
SEASONS = {**{n: 20 + n for n in range(1, 5)}, **{n: n for n in range(21, 25)}}


def date_of(value: str) -> Date:
    """A CSL date for canonical EDTF: its parts, and as `raw` what they cannot say: `197X`, `2000?`.

    `2018-21` has the season 1, `2000~` is circa.
    """
    ends = [end.rstrip("~?%") for end in value.split("/")]
    parts = [part for end in ends if end != ".." for part in _parts_of(end)]
    date: Date = {"date-parts": [parts[0], parts[-1]] if len(parts) > 1 else parts}
    if len(ends) == 1 and len(parts[0]) == 2 and parts[0][1] > 20:
        date = {"date-parts": [parts[0][:1]], "season": parts[0][1] - 20}
    if value.endswith("~"):
        date["circa"] = True
    return date if edtf_of(date) == value else {**date, "raw": value}


def literal_date(text: str) -> Date:
    """A date that cannot be read: its own words, and the year in them if there is just one."""
    years = set(_YEAR.findall(text))
    parts = {"date-parts": [[int(years.pop())]]} if len(years) == 1 else {}
    return {**parts, "literal": text}


def read_date(text: str) -> Date:
    """A date however it is written (`2018年11月26日`, `197X`), else the literal."""
    try:
        return date_of(edtf.parse(text).value)
    except ValueError:
        return literal_date(text)


def edtf_of(date: Any) -> str:
    """Canonical EDTF for a CSL date; "" where it says nothing that EDTF can."""
    if isinstance(date, str):
        return _canonical(date)
    if not isinstance(date, dict):
        return ""
    if isinstance(date.get("raw"), str) and (raw := _canonical(date["raw"])):
        return raw
    ends = [_joined(parts, date.get("season")) for parts in _sequence(date.get("date-parts"))[:2]]
    if not ends or not all(ends):
        return ""
    circa = "~" if date.get("circa") not in (None, False, "", 0, "false") else ""
    return _canonical("/".join(end + circa for end in ends))


def tidy_date(date: Any) -> Any:
    """The date as this package writes it, if EDTF or one text can say all that it says; else as it is."""
    if isinstance(date, dict) and "literal" in date:
        words = str(date["literal"]).strip()
        return join_date("", words) or date if set(date) == {"literal"} else date
    if isinstance(date, dict) and (
        set(date) - {"date-parts", "season", "circa", "raw"} or not _understood(date)
    ):
        return date
    value = edtf_of(date)
    return date_of(value) if value else date


def _understood(date: Date) -> bool:
    known_season = "season" not in date or _number(date["season"]) in SEASONS
    readable = "raw" not in date or bool(_canonical(str(date["raw"])))
    return known_season and readable


@lru_cache(maxsize=4096)
def _canonical(text: str) -> str:
    try:
        return edtf.parse(text[: edtf.MAX_LENGTH + 1]).value
    except ValueError:
        return ""


def _sequence(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list | tuple) else []


def _joined(parts: Any, season: Any) -> str:
    """`[2015, 4]` → `2015-04`; "" for what is no date."""
    numbers = [_number(part) for part in _sequence(parts) if part not in (None, "")]
    if not 1 <= len(numbers) <= 3 or None in numbers or not 0 < (numbers[0] or 0) <= 9999:
        return ""
    if len(numbers) == 1 and (found := SEASONS.get(_number(season) or 0)):
        numbers.append(found)
    if len(numbers) == 2 and 13 <= (numbers[1] or 0) <= 16:
        numbers[1] = (numbers[1] or 0) + 8
    return "-".join(f"{number:0{2 if place else 4}}" for place, number in enumerate(numbers))


def _number(value: Any) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    text = str(value).strip()
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else None


def _parts_of(end: str) -> list[list[int]]:
    """`2015-04` → [[2015, 4]], and `197X` → [[1970], [1979]]."""
    if found := _DATE.fullmatch(end):
        return [[int(part) for part in found.groups() if part]]
    if found := _SPAN.fullmatch(end):
        return [[int(found[1].ljust(4, digit))] for digit in "09"]
    return []


# --- in two texts --------------------------------------------------------------------------------------


def split_date(date: Any) -> tuple[str, str | None]:
    """The date as EDTF, and the words that it has beside; None for words where two texts cannot tell it."""
    value = edtf_of(date)
    if value and date == date_of(value):
        return value, ""
    words = date.get("literal") if isinstance(date, dict) else None
    if isinstance(words, str) and words and join_date(value, words) == date:
        return value, words
    return value, None


def join_date(value: str, words: str) -> Date | None:
    """What `split_date` split, or the words alone; None if they speak of another date."""
    if not words:
        return date_of(value) if value else None
    date = date_of(words) if _canonical(words) == words else literal_date(words)
    return date if value in ("", edtf_of(date)) else None
