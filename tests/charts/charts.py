"""Charts as large, as long-named and as odd as a comparison can make them."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from research.charts.bands import Band, Happening
from research.charts.bars import Bar, Bars, Group, Segment
from research.charts.lines import Lines, Point, Series

KINDS = (("深耕产业", 0), ("赋能平台", 1), ("未归模式", -1))
ODD = (
    "阿",
    "",
    "阿里巴巴集团控股有限公司杭州余杭区分公司",
    "<script>alert(1)</script>",
    "]]>&amp;\"'",
    "\u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627",  # from right to left
    "\U0001f469\u200d\U0001f467\U0001f3ed" * 3,  # emoji, two of them joined
    "\ufdfd" * 3,  # a character as wide as a line
    "Z\u0351\u036b\u0343A",
    "字" * 500,
    "W" * 500,
    "i" * 60,
    "a b\x00c\x07\ud800d\u202ee",
    "A\nB\tC",
    "Alibaba Cloud Computing Company Limited (Hangzhou)",
)
ALIKE = "产业互联网平台运营服务有限责任公司某某某"


def names(number: int, size: int = 20) -> list[str]:
    """Different names of so many Han characters, alike up to their last."""
    return [
        f"{'产业互联网平台运营服务有限责任公司某某某'[: size - 2]}{place // 10}{place % 10}"
        for place in range(number)
    ]


def witnesses(labels: Sequence[str]) -> list[tuple[str, str, int]]:
    """(siglum, name, colour), the sigla as `queries.comparison.witnesses` gives them to names alike."""
    return [(label[: place + 1], label, place % 8 + 1) for place, label in enumerate(labels)]


def bars(
    labels: Sequence[str], industries: Sequence[str], values: Sequence[int] = (0, 3, 1), **options: Any
) -> Bars:
    groups = tuple(
        Group(
            industry,
            tuple(
                Bar(siglum, name, colour, tuple(
                    Segment(kind, values[(row + place + order) % len(values)], pattern)
                    for order, (kind, pattern) in enumerate(KINDS)
                ))
                for place, (siglum, name, colour) in enumerate(witnesses(labels))
            ),
        )
        for row, industry in enumerate(industries)
    )  # fmt: skip
    return Bars(groups, KINDS, **options)


def lines(
    labels: Sequence[str], values: Sequence[Decimal], dates: Sequence[tuple[date, date]], **options: Any
) -> Lines:
    """Each witness has all dates; its values begin at its own place in `values`."""
    bounds = ("", ">", "<", "~", ">=", "<=")
    series = tuple(
        Series(siglum, name, colour, tuple(
            Point(values[(place + order) % len(values)], *ends, bounds[(place + order) % len(bounds)], name)
            for order, ends in enumerate(dates)
        ), f"{values[place % len(values)]:,f}", place)
        for place, (siglum, name, colour) in enumerate(witnesses(labels))
    )  # fmt: skip
    return Lines(series, lambda number: f"{number:,f}", **{"unit": "单位：%", **options})


def band(
    labels: Sequence[str], titles: Sequence[str], dates: Sequence[tuple[date, date]], **options: Any
) -> Band:
    happenings = tuple(
        Happening(
            title,
            "2018年",
            *dates[place % len(dates)],
            tuple(range(min(place % 7, len(labels)))),
            place % 3 == 0,
        )
        for place, title in enumerate(titles)
    )
    return Band(happenings, tuple(witnesses(labels)), **options)


def _spans(days: list[date]) -> tuple[date, date]:
    return min(days), max(days)


DATES = st.lists(
    st.lists(st.dates() | st.sampled_from([date.min, date.max]), min_size=1, max_size=2).map(_spans),
    min_size=1,
    max_size=12,
)
NUMBERS = st.lists(
    st.decimals(-(10**19), 10**19, places=6, allow_nan=False)
    | st.decimals(0, 100, places=1, allow_nan=False),
    min_size=1,
    max_size=12,
)
NAMES = st.sampled_from(ODD) | st.text(max_size=40) | st.sampled_from(names(3))
WIDTHS = st.sampled_from([320, 720]) | st.integers(280, 1200)
