"""What APA style adds to a reference, in English and for Chinese works in Chinese."""

from collections.abc import Callable
from dataclasses import dataclass

from research.text.edtf import MONTHS_EN
from research.text.styles.dates import Day
from research.text.styles.joining import join
from research.text.styles.numbers import is_plural, ordinal, page_ranges


@dataclass(frozen=True)
class Words:
    """What is added in the language of the work."""

    undated: str
    within: str
    about: str
    editor: Callable[[bool], str]
    translator: str
    edition: Callable[[str], str]
    volume: Callable[[str], str]
    day: Callable[[Day], str]
    retrieved: Callable[[str, str], str]


def _english_day(day: Day) -> str:
    if not day.month:
        return str(day.year) if day.year > 0 else f"{-day.year} B.C.E."
    return f"{day.year}, {month_and_day(day)}"


def month_and_day(day: Day) -> str:
    return join(" ", MONTHS_EN[day.month - 1] if day.month else "", str(day.day or ""))


def _english_retrieved(day: str, url: str) -> str:
    year, _comma, rest = day.partition(", ")
    return f"Retrieved {join(', ', rest, year)}, from {url}"


def _chinese_day(day: Day) -> str:
    if not day.month:
        return str(day.year) if day.year > 0 else f"公元前{-day.year}"
    return f"{day.year}年{day.month}月" + (f"{day.day}日" if day.day else "")


ENGLISH = Words(
    undated="n.d.",
    within="In ",
    about="ca. ",
    editor=lambda several: "Eds." if several else "Ed.",
    translator="Trans.",
    edition=lambda number: f"{ordinal(number)} ed.",
    volume=lambda number: f"{'Vols.' if is_plural(number) else 'Vol.'} {page_ranges(number, '–')}",
    day=_english_day,
    retrieved=_english_retrieved,
)
CHINESE = Words(
    undated="无日期",
    within="见 ",
    about="约",
    editor=lambda several: "编",
    translator="译",
    edition=lambda number: f"第{number}版",
    volume=lambda number: f"第{number}卷",
    day=_chinese_day,
    retrieved=lambda day, url: f"{day}检索自 {url}",
)
