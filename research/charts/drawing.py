"""What a chart is made of, and its SVG. A drawing knows where each of its texts stands before it is drawn.

Colours come from classes, in the page's style sheet or in that of a file of its own; no inline style.
Colour 1 to 8 is a witness's, 0 the ink. Sizes are pixels at the drawing's natural width.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from research.charts.measure import clean, is_plain_text, width_of

TEXT, TITLE = 12, 19
LINE = 18  # from one line of text to the next
BOLD = 1.1  # how much wider than others
ASCENT, DESCENT = 1.17, 0.3  # of a line's box, in ems; Noto's Han fonts are as tall

HOLLOW, FILLED = -1, 0
# Tiles of 6 × 6 for the patterns 1 to 6; all read without colour.
TILES = (
    "M0 6L6 0M-1 1L1 -1M5 7L7 5",
    "M3 0V6",
    "M0 3H6M3 0V6",
    "M0 3H6",
    "M0 0L6 6M-1 5L1 7M5 -1L7 1",
    "M2 3h2",
)
Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True)
class Box:
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "Box") -> bool:
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


@dataclass(frozen=True)
class Label:
    """A line of text; `y` is its base line. `kind` is a class: siglum, value, quiet, title or ""."""

    x: float
    y: float
    text: str
    kind: str = ""
    colour: int = 0
    anchor: Anchor = "start"

    @property
    def size(self) -> int:
        return TITLE if self.kind == "title" else TEXT

    @property
    def width(self) -> float:
        return width_of(self.text, self.size) * (BOLD if self.kind in ("siglum", "title") else 1)

    @property
    def box(self) -> Box:
        left = self.x - {"start": 0.0, "middle": self.width / 2, "end": self.width}[self.anchor]
        return Box(left, self.y - ASCENT * self.size, left + self.width, self.y + DESCENT * self.size)


@dataclass(frozen=True)
class Rect:
    x: float
    y: float
    width: float
    height: float
    colour: int
    pattern: int = FILLED
    title: str = ""
    light: bool = False  # of an uncertain date


@dataclass(frozen=True)
class Path:
    """A line through points or a mark. `kind`: rule, axis, line, lead, mark or open; `dash` 0 to 3."""

    d: str
    kind: str
    colour: int = 0
    dash: int = 0
    title: str = ""
    light: bool = False


Shape = Label | Rect | Path


@dataclass(frozen=True)
class Drawing:
    width: float
    height: float
    shapes: tuple[Shape, ...]

    @property
    def labels(self) -> list[Label]:
        return [shape for shape in self.shapes if isinstance(shape, Label)]


def moved(shapes: Iterable[Label | Rect], x: float, y: float) -> list[Shape]:
    return [replace(shape, x=shape.x + x, y=shape.y + y) for shape in shapes]


def number(value: float) -> str:
    """`12`, `12.5`: as short as a coordinate can be."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def shapes_svg(drawing: Drawing, uid: str) -> SafeString:
    """The patterns and shapes, without the `<svg>` around them; `uid` tells the patterns of a page apart."""
    patterns = _patterns(drawing.shapes, uid)
    # Thousands of shapes: only what people wrote is escaped, each text where it is put in.
    return mark_safe(f"{patterns}{''.join(_svg(shape, uid) for shape in drawing.shapes)}")


def inline_svg(drawing: Drawing, *, uid: str, title: str, summary: str, kind: str) -> SafeString:
    """A drawing in a page: named for screen readers, coloured by the page's style sheet.

    `kind` is a further class (`wide`, `narrow`); `uid` differs between drawings of a page.
    """
    return format_html(
        '<svg class="chart {}" viewBox="0 0 {} {}" width="{}" height="{}" role="img"'
        ' aria-labelledby="{uid}-title">'
        '<title id="{uid}-title">{}</title>{}</svg>',
        kind,
        *(number(side) for side in (drawing.width, drawing.height, drawing.width, drawing.height)),
        clean(f"{title} — {summary}" if summary else title),
        shapes_svg(drawing, uid),
        uid=uid,
    )


def _svg(shape: Shape, uid: str) -> str:
    if isinstance(shape, Label):
        return _label(shape)
    return _rect(shape, uid) if isinstance(shape, Rect) else _path(shape)


def _label(label: Label) -> str:
    anchor = "" if label.anchor == "start" else f' text-anchor="{label.anchor}"'
    # Where fonts may differ much, the width is said: no glyph then leaves the room that was kept for it.
    fixed = "" if is_plain_text(label.text) else _fixed(label)
    place = f'x="{number(label.x)}" y="{number(label.y)}"'
    return (
        f"<text {place}{_class(label.kind, label.colour)}{anchor}{fixed}>{escape(clean(label.text))}</text>"
    )


def _fixed(label: Label) -> str:
    return f' textLength="{number(label.width)}" lengthAdjust="spacingAndGlyphs"'


def _rect(rect: Rect, uid: str) -> str:
    place = f'x="{number(rect.x)}" y="{number(rect.y)}"'
    size = f'width="{number(rect.width)}" height="{number(rect.height)}"'
    fill = f'fill="{fill_of(rect.pattern, rect.colour, uid)}" stroke="currentColor"'
    names = _class("light" if rect.light else "", rect.colour)
    return f"<rect {place} {size}{names} {fill}{_closed('rect', rect.title)}"


def _path(path: Path) -> str:
    kind = " ".join(
        filter(None, (path.kind, f"d{path.dash}" if path.dash else "", "light" if path.light else ""))
    )
    return f'<path d="{path.d}"{_class(kind, path.colour)}{_closed("path", path.title)}'


def _closed(tag: str, title: str) -> str:
    return f"><title>{escape(clean(title))}</title></{tag}>" if title else "/>"


def _class(kind: str, colour: int) -> str:
    names = " ".join(filter(None, (kind, f"w{colour}" if colour else "")))
    return f' class="{names}"' if names else ""


def fill_of(pattern: int, colour: int, uid: str) -> str:
    if pattern in (FILLED, HOLLOW):
        return "currentColor" if pattern == FILLED else "none"
    return f"url(#{uid}-{colour}-{pattern})"


def _patterns(shapes: Sequence[Shape], uid: str) -> str:
    wanted = sorted(
        {
            (shape.colour, shape.pattern)
            for shape in shapes
            if isinstance(shape, Rect) and shape.pattern > FILLED
        }
    )
    drawn = (
        f'<pattern id="{uid}-{colour}-{kind}"{_class("", colour)} width="6" height="6"'
        f' patternUnits="userSpaceOnUse"><path d="{TILES[kind - 1]}" stroke="currentColor" stroke-width="2"/>'
        "</pattern>"
        for colour, kind in wanted
    )
    return f"<defs>{''.join(drawn)}</defs>" if wanted else ""
