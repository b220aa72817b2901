"""Numbers → accessible inline SVG. No script, no inline style: colours come from the style sheet.

Widths are percentages and text keeps its size, so one drawing serves a phone and a wall.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

BAR, GAP, TOP = 18, 6, 4
LABEL = 34  # room for the siglum
WIDEST = 78  # per cent of the width that the longest bar takes; the number stands behind it

HOLLOW = -1
FILLED = 0
# Tiles of 6 × 6 for the patterns 1, 2, 3; all read without colour.
TILES = ("M0 6L6 0M-1 1L1 -1M5 7L7 5", "M3 0V6", "M0 3H6M3 0V6")


@dataclass(frozen=True)
class Segment:
    """A part of a bar: what it counts, how many, and its pattern: FILLED, HOLLOW or 1 to 3."""

    label: str
    value: int
    pattern: int


@dataclass(frozen=True)
class Bar:
    """One witness's stacked bar; `colour` is 1 to 8."""

    siglum: str
    label: str
    colour: int
    segments: Sequence[Segment]

    @property
    def total(self) -> int:
        return sum(segment.value for segment in self.segments)


def stacked_bars(title: str, bars: Sequence[Bar], *, largest: int, uid: str) -> SafeString:
    """A small horizontal bar chart, a bar for each witness. `largest` is the common scale of a set of charts.

    `uid` must differ between charts of a page: patterns and titles are referred to by it.
    """
    height = TOP + len(bars) * (BAR + GAP)
    summary = "; ".join(f"{bar.label}: {bar.total}" for bar in bars)
    drawn = format_html_join("", "{}", ((_bar(bar, place, largest, uid),) for place, bar in enumerate(bars)))
    return format_html(
        '<svg class="chart" width="100%" height="{}" role="img" aria-labelledby="{uid}-title">'
        '<title id="{uid}-title">{} — {}</title>{}{}</svg>',
        height,
        title,
        summary,
        _patterns(bars, uid),
        drawn,
        uid=uid,
    )


def _bar(bar: Bar, place: int, largest: int, uid: str) -> SafeString:
    top = TOP + place * (BAR + GAP)
    scale = WIDEST / largest if largest else 0
    left = 0.0
    parts = []
    for segment in bar.segments:
        width = segment.value * scale
        if segment.value:
            parts.append(_segment(bar, segment, left, width, uid))
        left += width
    return format_html(
        '<svg y="{}" height="{}" class="w{}"><text x="0" y="14" class="siglum">{}</text>'
        '<svg x="{}" height="{}">{}<text x="{}%" dx="6" y="14" class="value">{}</text></svg></svg>',
        top,
        BAR,
        bar.colour,
        bar.siglum,
        LABEL,
        BAR,
        format_html_join("", "{}", ((part,) for part in parts)),
        f"{left:.2f}",
        bar.total,
    )


def _segment(bar: Bar, segment: Segment, left: float, width: float, uid: str) -> SafeString:
    return format_html(
        '<rect x="{}%" y="1" width="{}%" height="{}" fill="{}" stroke="currentColor">'
        "<title>{} · {}: {}</title></rect>",
        f"{left:.2f}",
        f"{width:.2f}",
        BAR - 2,
        fill_of(segment.pattern, bar.colour, uid),
        bar.label,
        segment.label,
        segment.value,
    )


def fill_of(pattern: int, colour: int, uid: str) -> str:
    if pattern in (FILLED, HOLLOW):
        return "currentColor" if pattern == FILLED else "none"
    return f"url(#{uid}-{colour}-{pattern})"


def _patterns(bars: Sequence[Bar], uid: str) -> SafeString:
    tile = (
        '<pattern id="{}-{}-{}" class="w{}" width="6" height="6" patternUnits="userSpaceOnUse">'
        '<path d="{}" stroke="currentColor" stroke-width="2"/></pattern>'
    )
    wanted = sorted(
        {(bar.colour, segment.pattern) for bar in bars for segment in bar.segments if segment.pattern > 0}
    )
    drawn = ((uid, colour, pattern, colour, TILES[pattern - 1]) for colour, pattern in wanted)
    return format_html("<defs>{}</defs>", format_html_join("", tile, drawn))


def swatch(pattern: int, uid: str) -> SafeString:
    """A square in a pattern, for a legend; drawn in the colour of the text around it."""
    return format_html(
        '<svg width="16" height="16" aria-hidden="true">{}<rect x="1" y="1" width="14" height="14" fill="{}"'
        ' stroke="currentColor"/></svg>',
        _patterns([Bar("", "", 0, [Segment("", 1, pattern)])], uid),
        fill_of(pattern, 0, uid),
    )
