"""Dated numbers → a line no larger than a word, for a table's cell; the numbers stand beside it as text."""

from collections.abc import Sequence
from datetime import date

from django.utils.html import format_html
from django.utils.safestring import SafeString

WIDTH, HEIGHT, EDGE = 72, 18, 3  # px


def sparkline(points: Sequence[tuple[date, float]], colour: int) -> SafeString:
    """An inline SVG in the colour of witness `colour` (1 to 8): days to scale across, numbers to scale up.

    The last day has a dot. Empty for fewer than two different days. Hidden from screen readers: what it
    draws is in the text beside it.
    """
    points = sorted(points)
    days = [day.toordinal() for day, _number in points]
    if len(set(days)) < 2:
        return SafeString("")
    numbers = [number for _day, number in points]
    places = [
        (_place(day, days[0], days[-1], WIDTH), HEIGHT - _place(number, min(numbers), max(numbers), HEIGHT))
        for day, number in zip(days, numbers, strict=True)
    ]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    x, y = places[-1]
    return format_html(
        '<svg class="spark w{}" width="{}" height="{}" viewBox="0 0 {} {}" aria-hidden="true">'
        '<polyline points="{}" fill="none" stroke="currentColor" stroke-width="1.5"/>'
        '<circle cx="{}" cy="{}" r="2" fill="currentColor"/></svg>',
        colour,
        WIDTH,
        HEIGHT,
        WIDTH,
        HEIGHT,
        line,
        f"{x:.1f}",
        f"{y:.1f}",
    )


def _place(value: float, least: float, most: float, length: int) -> float:
    """Where the value stands on an axis of this length, within its edges; its middle if all are the same."""
    share = (value - least) / (most - least) if most > least else 0.5
    return EDGE + share * (length - 2 * EDGE)
