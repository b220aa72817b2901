"""Fuzzy dates: a subset of EDTF, what people type for it, and what people read.

Source: ISO 8601-2:2019, and the Library of Congress specification of the Extended Date/Time Format
(https://www.loc.gov/standards/datetime/), level 0 and of level 1 the qualifiers `?` `~` `%`, unspecified
digits at the end of a year, seasons, and open intervals.
"""

import calendar
import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

MAX_LENGTH = 100
# First and last month. Winter ends with its year, so that dates sort as they are written.
SEASONS = {21: (3, 5), 22: (6, 8), 23: (9, 11), 24: (12, 12)}
SEASON_NAMES = {
    "春": 21, "夏": 22, "秋": 23, "冬": 24,
    "spring": 21, "summer": 22, "autumn": 23, "winter": 24, "fall": 23,
}  # fmt: skip
MONTHS_EN = [
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
]  # fmt: skip
MONTH_NAMES = {name.lower(): i for i, month in enumerate(MONTHS_EN, 1) for name in (month, month[:3])}
PARTS_OF_YEAR = {  # quarters and halves have no form of their own in this subset: intervals of months
    "一季度": (1, 3), "1季度": (1, 3), "q1": (1, 3),
    "二季度": (4, 6), "2季度": (4, 6), "q2": (4, 6),
    "三季度": (7, 9), "3季度": (7, 9), "q3": (7, 9),
    "四季度": (10, 12), "4季度": (10, 12), "q4": (10, 12),
    "上半年": (1, 6), "h1": (1, 6), "下半年": (7, 12), "h2": (7, 12),
}  # fmt: skip


@dataclass(frozen=True)
class Edtf:
    """A canonical EDTF string and the first and last day it can mean.

    An open end is `date.min` or `date.max`; a qualifier (`?`, `~`, `%`) does not widen the bounds.
    """

    value: str
    earliest: date
    latest: date


class _Unreadable(Exception):
    """The text has no form that this module knows; `parse` turns it into a `ValueError` for people."""


def parse(text: str) -> Edtf:
    """Read a date, in EDTF or as people write it, into its canonical form.

    `上世纪70年代` → `197X`, `2000年左右` → `2000~`, `2015年4月至6月` → `2015-04/2015-06`.
    Raises `ValueError`, with a message for people, for anything else, for days that do not exist, for the
    year 0 and for an interval that ends before it begins.
    """
    compact = _compact(text)
    try:
        if not compact or len(compact) > MAX_LENGTH:
            raise _Unreadable
        return _parse_whole(compact)
    except _Unreadable:
        raise ValueError(
            _(
                "“%(value)s” is not a date that can be read here. Write for example 2018, 2018-11, "
                "2018-11-26, 2018年11月, 197X (the 1970s), 2000~ (about 2000) or 2015-04/2015-06."
            )
            % {"value": text.strip()[:MAX_LENGTH]}
        ) from None


_SAME_CHARACTER = str.maketrans({"〜": "~", "−": "-", "‐": "-", "‑": "-", "’": "'"})
_TENS_ZH = "一二三四五六七八九"
_CENTURIES_ZH = {
    "上世纪": "20世纪", "上个世纪": "20世纪", "本世纪": "21世纪", "十七世纪": "17世纪", "十八世纪": "18世纪",
    "十九世纪": "19世纪", "二十世纪": "20世纪", "二十一世纪": "21世纪",
}  # fmt: skip


def _compact(text: str) -> str:
    """Half-width, lower-case, without spaces, Arabic numerals: the form all patterns below are written in."""
    text = "".join(unicodedata.normalize("NFKC", text).translate(_SAME_CHARACTER).lower().split())
    text = re.sub("[上本一二十].{0,2}世纪", lambda found: _CENTURIES_ZH.get(found[0], found[0]), text)
    return re.sub(f"([{_TENS_ZH}])十年代", lambda found: f"{_TENS_ZH.index(found[1]) + 1}0年代", text)


# --- intervals -----------------------------------------------------------------------------------------

_PART_OF_YEAR = re.compile(r"([0-9]{4})年?-?第?(" + "|".join(PARTS_OF_YEAR) + ")")
_OPEN_START = re.compile(r"(?:\.\./|截至|截止|至|until)(.+)|(.+)(?:以前|之前)")
_OPEN_END = re.compile(r"(?:from|since)(.+)|(.+?)(?:/\.\.|起|以来|以后|之后|(?:至|到|-|–|—+)(?:今|present))")
# `-` and `~` belong to dates too: they part two dates only where a date cannot go on.
_DASH = re.compile(r"(.+?)(?:至|到|—+|–|(?<=[0-9s])to|~(?=[0-9])|(?<=[年月日])-+)(.+)|([0-9]{4})-([0-9]{4})")


def _parse_whole(text: str) -> Edtf:
    if found := _PART_OF_YEAR.fullmatch(text):
        first, last = PARTS_OF_YEAR[found[2]]
        return _interval(_date(f"{found[1]}-{first}"), _date(f"{found[1]}-{last}"))
    if found := _OPEN_START.fullmatch(text):
        end = _date(found[1] or found[2])
        return Edtf(f"../{end.value}", date.min, end.latest)
    if found := _OPEN_END.fullmatch(text):
        start = _date(found[1] or found[2])
        return Edtf(f"{start.value}/..", start.earliest, date.max)
    try:
        return _date(text)
    except _Unreadable:
        return _parse_interval(text)


def _parse_interval(text: str) -> Edtf:
    left, slash, right = text.partition("/")
    if not slash:
        found = _DASH.fullmatch(text)
        if not found:
            raise _Unreadable
        left, right = found[1] or found[3], found[2] or found[4]
    start = _date(left)
    return _interval(start, _date(_with_year_of(start, right)))


def _with_year_of(start: Edtf, right: str) -> str:
    """`6月` after `2015-04` is `2015年6月`; in the same way `5日` after a day, `80年代` after `197X`."""
    if re.match(r"[0-9]{1,2}月", right):
        return f"{start.value[:4]}年{right}"
    if re.match(r"[0-9]{1,2}[日号]", right):
        return f"{start.value[:4]}年{start.value[5:7]}月{right}"
    if re.match(r"[0-9]0年代", right):
        return f"{start.value[:2]}{right}"
    return right


def _interval(start: Edtf, end: Edtf) -> Edtf:
    value = f"{start.value}/{end.value}"
    if end.latest < start.earliest:
        raise ValueError(
            _("The interval “%(value)s” ends before it begins. Put the earlier date first: 2015-04/2015-06.")
            % {"value": value}
        )
    return Edtf(value, start.earliest, end.latest)


# --- single dates --------------------------------------------------------------------------------------

_ABOUT_BEFORE = re.compile(r"大约|大概|约|circa|ca?\.?(?=[0-9a-z])|about|around|~")
_ABOUT_AFTER = re.compile(r"(?:左右|前后|上下|~)$")
_UNSURE_AFTER = re.compile(r"(?:\((?:存疑|uncertain)\)|存疑|\?+)$")


def _date(text: str) -> Edtf:
    """A date that is no interval, with its qualifier."""
    about = unsure = text.endswith("%")
    text = text.removesuffix("%")
    if found := _UNSURE_AFTER.search(text):
        unsure, text = True, text[: found.start()]
    if found := _ABOUT_AFTER.search(text):
        about, text = True, text[: found.start()]
    if found := _ABOUT_BEFORE.match(text):
        about, text = True, text[found.end() :]
    plain = _unqualified(text)
    qualifier = "%" if about and unsure else "~" if about else "?" if unsure else ""
    return Edtf(plain.value + qualifier, plain.earliest, plain.latest)


def _unqualified(text: str) -> Edtf:
    for read in (_read_season, _read_digits, _read_month_name, _read_years):
        if edtf := read(text):
            return edtf
    raise _Unreadable


_DIGITS = [
    re.compile(r"([0-9]{4})"),
    re.compile(r"([0-9]{4})-([0-9]{1,2})(?:-([0-9]{1,2}))?"),
    re.compile(r"([0-9]{4})([./])([0-9]{1,2})(?:\2([0-9]{1,2}))?"),
    re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})"),
    re.compile(r"([0-9]{1,4})年(?:([0-9]{1,2})月(?:份|([0-9]{1,2})[日号]?)?)?"),
]


def _read_digits(text: str) -> Edtf | None:
    """A year, a month or a day in digits."""
    for form in _DIGITS:
        if found := form.fullmatch(text):
            return _calendar(*(int(part) for part in found.groups() if part and part.isdigit()))
    return None


_DAY_FIRST = re.compile(r"(?:([0-9]{1,2})(?:st|nd|rd|th)?)?([a-z]{3,9})\.?,?([0-9]{4})")
_MONTH_FIRST = re.compile(r"([a-z]{3,9})\.?([0-9]{1,2})(?:st|nd|rd|th)?,([0-9]{4})")


def _read_month_name(text: str) -> Edtf | None:
    """`April 2015`, `26 Nov 2018` or `November 26, 2018`."""
    if found := _DAY_FIRST.fullmatch(text):
        day, name, year = found.groups()
    elif found := _MONTH_FIRST.fullmatch(text):
        name, day, year = found.groups()
    else:
        return None
    if name not in MONTH_NAMES:
        return None
    return _calendar(int(year), MONTH_NAMES[name], *([int(day)] if day else []))


_SEASONS = [
    re.compile(r"(?P<year>[0-9]{4})-(?P<season>2[1-4])"),
    re.compile(r"(?P<year>[0-9]{4})年?(?P<season>[春夏秋冬])[季天]?"),
    re.compile(r"(?P<season>spring|summer|autumn|fall|winter)(?:of)?(?P<year>[0-9]{4})"),
]


def _read_season(text: str) -> Edtf | None:
    """`2018-21`, `2018年春`, `spring 2018`."""
    for form in _SEASONS:
        if found := form.fullmatch(text):
            name, year = found["season"], _year(int(found["year"]))
            season = SEASON_NAMES.get(name) or int(name)
            first, last = SEASONS[season]
            return Edtf(f"{year:04}-{season}", date(year, first, 1), _last_of(year, last))
    return None


_DECADE = re.compile(r"([0-9]{3})(?:x|0年代|0'?s)")
_CENTURY = re.compile(
    r"([0-9]{2})xx|([0-9]{1,2}|100)世纪(?:([0-9])0年代)?|([0-9]{1,2}|100)(?:st|nd|rd|th)century"
)


def _read_years(text: str) -> Edtf | None:
    """A decade or a century: `197X`, `1970s`, `20世纪70年代`, `19XX`, `20世纪`."""
    if found := _DECADE.fullmatch(text):
        return _span(found[1])
    if found := _CENTURY.fullmatch(text):
        hundreds = int(found[1] or int(found[2] or found[4]) - 1)
        return _span(f"{hundreds:02}{found[3] or ''}")
    return None


def _span(digits: str) -> Edtf:
    """The decade or century of all years that begin with these digits."""
    first = _year(int(digits.ljust(4, "0")))
    return Edtf(digits.ljust(4, "X"), date(first, 1, 1), date(int(digits.ljust(4, "9")), 12, 31))


def _calendar(year: int, month: int | None = None, day: int | None = None) -> Edtf:
    """A year, month or day, refused if the calendar does not have it."""
    _year(year)
    value = f"{year:04}" + "".join(f"-{part:02}" for part in (month, day) if part is not None)
    try:
        first = date(year, 1 if month is None else month, 1 if day is None else day)
    except ValueError:
        raise ValueError(
            _("The calendar has no “%(value)s”: check the month and the day, as in 2018-11-26.")
            % {"value": value}
        ) from None
    return Edtf(value, first, first if day else _last_of(year, month or 12))


def _year(year: int) -> int:
    if year < 1:
        raise ValueError(
            _("There is no year %(value)s here: years go from 0001 to 9999, as in 2018.")
            % {"value": f"{max(year, 0):04}"}
        )
    return year


def _last_of(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


# --- for people ----------------------------------------------------------------------------------------


def describe(value: str, language: str) -> str:
    """A canonical date in words: Chinese if `language` begins with `zh`, else English.

    `2000~` → `2000年左右` or `c. 2000`. Text that is not canonical EDTF comes back as it is; `""` gives `""`.
    """
    chinese = language.startswith("zh")
    start, slash, end = value.partition("/")
    if not slash:
        return _describe_date(value, chinese)
    if start == "..":
        return f"至{_describe_date(end, True)}" if chinese else f"until {_describe_date(end, False)}"
    if end == "..":
        return f"{_describe_date(start, True)}起" if chinese else f"from {_describe_date(start, False)}"
    return ("至" if chinese else " – ").join(_describe_date(part, chinese) for part in (start, end))


def _describe_date(value: str, chinese: bool) -> str:
    plain, qualifier = (value[:-1], value[-1]) if value[-1:] in ("?", "~", "%") else (value, "")
    words = (_plain_zh if chinese else _plain_en)(plain)
    if qualifier in ("~", "%"):
        words = f"{words}左右" if chinese else f"c. {words}"
    if qualifier in ("?", "%"):
        words += "（存疑）" if chinese else " (uncertain)"
    return words


_CANONICAL = re.compile(r"([0-9]{2}|[0-9]{3})(X{1,2})|([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


def _plain_zh(value: str) -> str:
    found = _CANONICAL.fullmatch(value)
    if not found:
        return value
    if found[1]:
        century = f"{int(found[1][:2]) + 1}世纪"
        if found[2] == "XX":
            return century
        return f"{int(found[1])}0年代" if found[1][2] == "0" else f"{century}{found[1][2]}0年代"
    year, month, day = int(found[3]), int(found[4] or 0), int(found[5] or 0)
    if month in SEASONS:
        return f"{year}年{_season_name(month, chinese=True)}"
    return f"{year}年" + (f"{month}月" if month else "") + (f"{day}日" if day else "")


def _plain_en(value: str) -> str:
    found = _CANONICAL.fullmatch(value)
    if not found:
        return value
    if found[1]:
        return _ordinal(int(found[1]) + 1) + " century" if found[2] == "XX" else f"{int(found[1])}0s"
    year, month, day = found[3], int(found[4] or 0), int(found[5] or 0)
    if month in SEASONS:
        return f"{_season_name(month, chinese=False)} {year}"
    return (f"{day} " if day else "") + (f"{MONTHS_EN[month - 1]} " if month else "") + year


def _season_name(season: int, *, chinese: bool) -> str:
    return next(name for name, n in SEASON_NAMES.items() if n == season and name.isascii() != chinese)


def _ordinal(number: int) -> str:
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
