"""Scales: even steps for numbers, years and months for dates; and labels in a column pushed apart."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

FIRST, LAST = date.min.toordinal(), date.max.toordinal()
YEARS = (1, 2, 5, 10, 20, 25, 50, 100, 200, 500, 1000, 2000, 5000)
MONTHS = (1, 2, 3, 6)
YEAR = 365.25


@dataclass(frozen=True)
class Scale:
    """From values between `least` and `most` to pixels from `start` to `end`; one value only: the middle."""

    least: float
    most: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        if self.most <= self.least:
            return (self.start + self.end) / 2
        part = (min(max(value, self.least), self.most) - self.least) / (self.most - self.least)
        return self.start + part * (self.end - self.start)


def steps(least: Decimal, most: Decimal, count: int = 5, *, whole: bool = False) -> list[Decimal]:
    """About `count` round numbers from at or below `least` to at or above `most`.

    Zero is among them unless all values are far from it, compared with how far they differ; `whole` numbers
    have no steps between them.
    """
    if least > 0 and least < most * Decimal("0.7"):
        least = Decimal(0)
    if most < 0 and most > least * Decimal("0.7"):
        most = Decimal(0)
    if least == most:
        around = abs(most) / 2 or Decimal(1)
        least, most = (Decimal(0), most) if most > 0 else (least - around, most + around)
    rough = (most - least) / count
    power = Decimal(10) ** rough.adjusted()
    step = next((power * factor for factor in (1, 2, 5) if power * factor >= rough), power * 10)
    step = max(step, Decimal(1)) if whole else step
    first = math.floor(least / step)
    return [step * place for place in range(first, math.ceil(most / step) + 1)]


def rank_steps(last: Decimal) -> list[Decimal]:
    """Round places in an order from the first, at least two, to at or below the last; none is the zeroth."""
    round_ones = steps(Decimal(0), max(last, Decimal(2)), whole=True)
    return [Decimal(1), *(step for step in round_ones if step > 1)]


def day(value: date) -> int:
    return value.toordinal()


def is_open(value: date) -> bool:
    """Whether this is the open end of an interval."""
    return value in (date.min, date.max)


def span_of(days: Sequence[date]) -> tuple[int, int]:
    """The first and last day of an axis for these dates, open ends aside; at least half a year."""
    found = [day(value) for value in days if not is_open(value)] or [day(date(2000, 1, 1))]
    least, most = min(found), max(found)
    around = max(int((most - least) * 0.03), (184 - (most - least)) // 2, 0)
    return max(least - around, FIRST), min(most + around, LAST)


def date_ticks(least: int, most: int, most_ticks: int) -> list[tuple[int, str]]:
    """(day, `2018` or `2018-04`) at even distances, at most `most_ticks`, first days of years or months."""
    years = (most - least) / YEAR
    if years < 3 and most_ticks > 1:
        months = next((step for step in MONTHS if years * 12 / step <= most_ticks - 1), 12)
        if months < 12:
            return list(_months(least, most, months))
    step = next((step for step in YEARS if years / step <= most_ticks), YEARS[-1])
    first = date.fromordinal(least).year // step * step
    marks = [date(year, 1, 1) for year in range(max(first, 1), date.fromordinal(most).year + 1, step)]
    found = [(day(mark), f"{mark.year:04}") for mark in marks if least <= day(mark) <= most]
    return found[:most_ticks] or [(least, f"{date.fromordinal(least).year:04}")]


def _months(least: int, most: int, step: int) -> Iterator[tuple[int, str]]:
    first, last = date.fromordinal(least), date.fromordinal(most)
    for month in range((first.year * 12 + first.month - 1) // step * step, last.year * 12 + last.month, step):
        mark = date(max(month // 12, 1), month % 12 + 1, 1)
        if least <= day(mark) <= most:
            yield day(mark), f"{mark.year:04}-{mark.month:02}"


def apart(wanted: Sequence[float], distance: float, least: float, most: float) -> list[float]:
    """Positions near those wanted, `distance` apart and in the same order, between `least` and `most`.

    `wanted` is sorted. Where there is no room for all they go on below `most`.
    """
    found: list[float] = []
    for want in wanted:
        found.append(max(want, least, *(last + distance for last in found[-1:])))
    end = most
    for place in range(len(found) - 1, -1, -1):
        found[place] = min(found[place], end)
        end = found[place] - distance
    below = least - found[0] if found else 0
    return [place + below for place in found] if below > 0 else found
