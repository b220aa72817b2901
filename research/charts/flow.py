"""Rows of small labelled things: a legend that wraps like text."""

from collections.abc import Sequence
from dataclasses import dataclass

from research.charts.drawing import LINE, TEXT, Label, Rect
from research.charts.measure import clean, shortened, width_of, wrapped

SWATCH, APART = 14, 18


@dataclass(frozen=True)
class Key:
    """An entry of a legend: a swatch in a pattern, or a witness's siglum, and what it stands for."""

    label: str
    pattern: int | None = None
    siglum: str = ""
    colour: int = 0


def legend(keys: Sequence[Key], width: float) -> tuple[list[Label | Rect], float]:
    """The shapes of a legend of this width, from (0, 0) down, and its height; 0 without keys."""
    shapes: list[Label | Rect] = []
    x, row = 0.0, 0
    for before, key in zip([Key(""), *keys], keys, strict=False):
        head = head_of(key)
        text = shortened(clean(key.label), width - head, TEXT)
        needed = head + width_of(text, TEXT)
        begins = bool(key.siglum) and not before.siglum  # witnesses stand in lines of their own
        if x and (begins or x + needed > width):
            x, row = 0.0, row + 1
        shapes += _entry(key, text, x, row * LINE + LINE - 3, head)
        x += needed + APART
    return shapes, (row + 1) * LINE + 8 if keys else 0.0


def note(text: str, width: float, top: float) -> tuple[list[Label], float]:
    """What is said under a chart, from `top` on in at most two lines, and where it ends."""
    lines = wrapped(text, width, TEXT)
    shapes = [Label(0, top + place * LINE + 15, line, "quiet") for place, line in enumerate(lines)]
    return shapes, top + LINE * len(lines) + (4 if lines else 0)


def head_of(key: Key) -> float:
    """The room of what stands before the label."""
    if key.siglum:
        return Label(0, 0, key.siglum, "siglum").width + 6
    return SWATCH + 6


def _entry(key: Key, text: str, x: float, y: float, head: float) -> list[Label | Rect]:
    mark: Label | Rect
    if key.siglum:
        mark = Label(x, y, key.siglum, "siglum", key.colour)
    else:
        mark = Rect(x + 1, y - 11, SWATCH - 2, SWATCH - 2, key.colour, key.pattern or 0)
    return [mark, Label(x + head, y, text)]
