"""Dates of a CSL-JSON item, by parts or as text: https://docs.citationstyles.org/en/stable/specification.html#dates."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from research.text import edtf

_PART = re.compile(r"\s*(-?[0-9]{1,4})\s*")
_DAY = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_YEAR_FIRST = re.compile(r"([0-9]{4})(?:年|\s*[（(]|$)")


@dataclass(frozen=True)
class Day:
    """A year, a month or a day; a part that is not known is 0. Years before Christ are negative."""

    year: int
    month: int = 0
    day: int = 0

    def __str__(self) -> str:
        """ISO 8601, as far as the day is known; years before Christ as such."""
        if self.year < 0:
            return f"{-self.year} BC"
        return f"{self.year}" + "".join(f"-{part:02}" for part in (self.month, self.day) if part)


@dataclass(frozen=True)
class Date:
    """A day, a span of days, or words (`literal`) where it is neither."""

    start: Day | None = None
    end: Day | None = None
    is_uncertain: bool = False
    literal: str = ""

    @property
    def years(self) -> str:
        """`2012`, `1957/1990`, or the words."""
        if not self.start:
            return self.literal
        return _span(Day(self.start.year), Day(self.end.year) if self.end else None)

    @property
    def numeric(self) -> str:
        """`2012-05-03`, as far as known; two with a slash between them."""
        return _span(self.start, self.end) if self.start else self.literal

    @property
    def has_day(self) -> bool:
        return bool(self.start and self.start.day)


def _span(start: Day, end: Day | None) -> str:
    return f"{start}/{end}" if end and end != start else str(start)


def read_date(value: object, clean: Callable[[object], str]) -> Date | None:
    """The date, or None if there is nothing to read; text that is no date is kept as words."""
    if not isinstance(value, Mapping):
        return _read_text(clean(value))
    if "X" in (raw := clean(value.get("raw"))):  # a decade, which the parts tell as a span of years
        return _read_text(raw)
    parts = value.get("date-parts")
    days = [day for day in map(_day, parts[:2]) if day] if isinstance(parts, (list, tuple)) else []
    if days:
        return Date(days[0], days[1] if len(days) > 1 else None, bool(value.get("circa")))
    if literal := clean(value.get("literal")):
        return Date(literal=literal)
    return _read_text(raw)


def _day(parts: object) -> Day | None:
    """From `[2014, 6, "11"]`; seasons are not told."""
    numbers = [_number(part) for part in parts[:3]] if isinstance(parts, (list, tuple)) else []
    year, month, day = [*numbers, 0, 0, 0][:3]
    if not year:
        return None
    month = month if 1 <= month <= 12 else 0
    return Day(year, month, day if month and 1 <= day <= 31 else 0)


def _number(part: object) -> int:
    if isinstance(part, float) and part.is_integer():
        part = int(part)
    if (
        isinstance(part, bool)
        or not isinstance(part, (int, str))
        or (isinstance(part, int) and abs(part) > 9999)
    ):
        return 0
    found = _PART.fullmatch(str(part))
    return int(found[1]) if found else 0


def _read_text(text: str) -> Date | None:
    """A date as people and EDTF write it; `1883/` has no end, `1865（清同治四年）` counts from its year."""
    if not text:
        return None
    if re.fullmatch("c[0-9]{4}", text):  # the year of the copyright (GB/T 7714, 8.4.3)
        return Date(literal=text)
    if re.fullmatch("[0-9]{4}/", text):
        return Date(Day(int(text[:4])))
    try:
        value = edtf.parse(text).value
    except ValueError:
        found = _YEAR_FIRST.match(text)
        return Date(Day(int(found[1]))) if found else Date(literal=text)
    start, _slash, end = value.partition("/")
    days = [_canonical(part) for part in (start, end)]
    if not days[0]:
        return Date(literal=text)
    return Date(days[0], days[1], start[-1:] in "?~%")


def _canonical(value: str) -> Day | None:
    """From canonical EDTF; of a season only the year. None for decades, centuries and open ends."""
    found = _DAY.match(value.rstrip("?~%"))
    if not found or "X" in value:
        return None
    return _day([found[1], found[2] or 0, found[3] or 0])
