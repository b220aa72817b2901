"""Drawings that leave the site: an SVG that needs nothing else, and the PNG of one."""

import re
from collections.abc import Sequence
from functools import lru_cache
from importlib import import_module
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from research.charts.bars import Bars
from research.charts.drawing import LINE, TEXT, TITLE, Drawing, Label, Path, number, shapes_svg
from research.charts.figures import Figure
from research.charts.measure import clean, wrapped
from research.charts.palette import style

MARGIN = 24
TITLE_LINE = 28
CARD = (1200, 630)
CARD_SCALE = 1.6  # of what stands beside the chart in a card
MOST_PIXELS = 16_000_000
# What the text is drawn with where the first font has it not, others do; the first that is there.
FAMILIES = (
    "Noto Sans CJK SC", "Source Han Sans SC", "Noto Sans SC", "PingFang SC", "Hiragino Sans GB",
    "Microsoft YaHei", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "Droid Sans Fallback", "SimHei", "SimSun",
    "AR PL SungtiL GB", "DejaVu Sans", "Liberation Sans", "Arial", "Helvetica",
)  # fmt: skip


class CannotDraw(RuntimeError):
    """This machine has no font for Chinese text, or no library for pictures."""


def standalone(
    drawing: Drawing,
    *,
    title: str,
    under: Sequence[str] = (),
    foot: Sequence[str] = (),
    language: str = "zh-Hans",
    dark: bool = True,
) -> str:
    """An SVG file: the title, lines under it, the drawing, and lines at its foot (source, address)."""
    width = drawing.width + 2 * MARGIN
    y, labels = 10.0, []
    for line in wrapped(title, drawing.width / 1.1, TITLE, 3):
        y += TITLE_LINE
        labels.append(Label(MARGIN, y, line, "title"))
    for text in under:
        for line in wrapped(text, drawing.width, TEXT, 4):
            y += LINE
            labels.append(Label(MARGIN, y + 2, line, "quiet"))
    top = y + 16
    y = top + drawing.height + 8
    rule = Path(f"M{MARGIN} {y:.1f}H{width - MARGIN:.1f}", "rule")
    for text in foot:
        for line in wrapped(text, drawing.width, TEXT, 4):
            y += LINE
            labels.append(Label(MARGIN, y, line, "quiet"))
    around = Drawing(width, y + MARGIN - 4, (rule, *labels))
    described = " ".join([*under, *foot])
    inner = format_html(
        '{}<g transform="translate({} {})">{}</g>',
        shapes_svg(around, "around"),
        MARGIN,
        number(top),
        shapes_svg(drawing, "chart"),
    )
    return _file(around.width, around.height, title, described, inner, language, dark=dark)


def card_svg(
    title: str, subtitle: str, figure: Figure | None = None, *, site: str = "", language: str = "zh-Hans"
) -> str:
    """A picture of 1200 × 630 for those who share a page: its title, a line, the figure, the site's name."""
    width, height = (side / CARD_SCALE for side in CARD)
    room = width - 2 * MARGIN
    labels: list[Label] = []
    y = 16.0
    for line in wrapped(title, room / 1.1, TITLE, 2 if figure else 4):
        y += TITLE_LINE
        labels.append(Label(MARGIN, y, line, "title"))
    for line in wrapped(subtitle, room, TEXT, 2):
        y += LINE
        labels.append(Label(MARGIN, y + 2, line, "quiet"))
    labels += [Label(MARGIN, height - 14, line, "quiet") for line in wrapped(site, room, TEXT, 1)]
    shapes = shapes_svg(Drawing(width, height, tuple(labels)), "around")
    chart = _fitted(figure, MARGIN, y + 16, room, height - y - 16 - 34) if figure else ""
    inner = format_html('<g transform="scale({})">{}{}</g>', CARD_SCALE, shapes, chart)
    return _file(*CARD, title, subtitle, inner, language, dark=False)


def _fitted(figure: Figure, x: float, y: float, width: float, height: float) -> SafeString:
    """The chart in a box, smaller where it is taller; of many groups only the first, to stay readable."""
    chart = figure.chart
    drawing = chart.layout(width)
    if isinstance(chart, Bars):
        for groups in range(len(chart.groups) - 1, 0, -1):
            if drawing.height <= height * 1.4:
                break
            drawing = chart.first(groups).layout(width)
    return format_html(
        '<svg x="{}" y="{}" width="{}" height="{}" viewBox="0 0 {} {}" preserveAspectRatio="xMinYMin meet">{}'
        "</svg>",
        *map(number, (x, y, width, height, drawing.width, drawing.height)),
        shapes_svg(drawing, "chart"),
    )


def _file(
    width: float, height: float, title: str, described: str, inner: SafeString, language: str, *, dark: bool
) -> str:
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="{h}" viewBox="0 0 {w} {h}" role="img"'
        ' aria-labelledby="title" aria-describedby="desc" xml:lang="{}"><title id="title">{}</title>'
        '<desc id="desc">{}</desc><style>{}</style><rect class="paper" width="{w}" height="{h}"/>{}</svg>\n',
        language,
        clean(title),
        clean(described),
        mark_safe(style(dark=dark)),
        inner,
        w=number(width),
        h=number(height),
    )


def can_draw() -> bool:
    """Whether this machine can make pictures with Chinese text: the library is there, and a font."""
    return _family() is not None


def as_png(svg: str, *, scale: float = 2.0) -> bytes:
    """The picture of an SVG made here, `scale` pixels to each of its own, less where that were too many.

    The same SVG gives the same bytes on the same machine. Raises `CannotDraw` where `can_draw()` is false.
    """
    found = re.search(r'<svg [^>]*?width="([0-9.]+)" height="([0-9.]+)"', svg)
    if not found:
        raise ValueError("not an SVG with a width and a height")
    area = float(found[1]) * float(found[2])
    return _rendered(svg, min(scale, (MOST_PIXELS / area) ** 0.5))


@lru_cache(maxsize=16)
def _rendered(svg: str, scale: float) -> bytes:
    family = _family()
    if family is None:
        raise CannotDraw
    return _draw(svg, family, scale)


@lru_cache(maxsize=1)
def _family() -> str | None:
    """The first family with which a Han character looks otherwise than one that no font has."""
    try:
        return next((name for name in FAMILIES if _has_han(name)), None)
    except ImportError:
        return None


def _has_han(family: str) -> bool:
    probe = '<svg xmlns="http://www.w3.org/2000/svg" width="60" height="30"><text y="20">{}</text></svg>'
    return _draw(probe.format("汉字"), family, 1) != _draw(probe.format("\U000ffffd" * 2), family, 1)


def _draw(svg: str, family: str, scale: float) -> bytes:
    resvg = import_module("resvg_py")  # late: a site without it has all but the pictures
    families: dict[str, Any] = dict.fromkeys(
        ("font_family", "sans_serif_family", "serif_family", "monospace_family"), family
    )
    return bytes(resvg.svg_to_bytes(svg_string=svg, zoom=scale, **families))
