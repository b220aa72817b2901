"""Bars for each witness, stacked by kind, in groups under one another or in tiles of one scale."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from research.charts.drawing import LINE, TEXT, Drawing, Label, Path, Rect, Shape, moved
from research.charts.flow import Key, legend, note
from research.charts.measure import clean, width_of, wrapped

BAR = 12  # height
BESIDE = 600  # from this width on a group's name stands beside its bars
TILE, BETWEEN = 215, 28  # the least width of a tile, and the room between two
LONGEST_SIGLUM = 4.5  # ems; where one is longer all bars are numbered, and the legend says who is who


@dataclass(frozen=True)
class Segment:
    """A part of a bar: what it counts, how many, and its pattern: FILLED, HOLLOW or 1 to 6."""

    label: str
    value: int
    pattern: int


@dataclass(frozen=True)
class Bar:
    """One witness's stacked bar; `colour` is 1 to 8."""

    siglum: str
    label: str
    colour: int
    segments: tuple[Segment, ...]

    @property
    def total(self) -> int:
        return sum(segment.value for segment in self.segments)


@dataclass(frozen=True)
class Group:
    """What the bars of several witnesses count alike: an industry, a mode."""

    label: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class Bars:
    """A chart of groups. `kinds` name the patterns where the groups do not; `more` says what is left out."""

    groups: tuple[Group, ...]
    kinds: tuple[tuple[str, int], ...] = ()
    tiles: bool = False
    with_empty: bool = True
    more: str = ""

    def layout(self, width: float) -> Drawing:
        """All bars to one scale, for a drawing of this width in pixels."""
        numbered = with_short_sigla(self.groups)
        chart = replace(self, groups=numbered)
        keys = [Key(label, pattern) for label, pattern in self.kinds]
        keys += [Key(bar.label, siglum=bar.siglum, colour=bar.colour) for bar in witnesses(numbered)]
        shapes, top = legend(keys, width)
        drawn, height = chart._tiles(width, top) if self.tiles else chart._groups(width, top)
        said, height = note(self.more, width, height)
        return Drawing(width, height, (*shapes, *drawn, *said))

    @cached_property
    def largest(self) -> int:
        return max((bar.total for group in self.groups for bar in group.bars), default=0)

    @cached_property
    def _before(self) -> float:
        """The room before the bars, for the longest siglum."""
        return max((_siglum(bar).width for bar in witnesses(self.groups)), default=0.0) + 8

    def first(self, number: int) -> "Bars":
        """The chart of its first groups only, for a picture of limited height."""
        return replace(self, groups=self.groups[:number], more="")

    def _groups(self, width: float, y: float) -> tuple[list[Shape], float]:
        beside = width * 0.3 if width >= BESIDE else 0.0
        shapes: list[Shape] = []
        for group in self.groups:
            shapes.append(Path(f"M0 {y + 2:.1f}H{width:.1f}", "rule"))
            names = wrapped(group.label, beside - 16 if beside else width, TEXT, 3)
            shapes += [Label(0, y + 19 + place * LINE, name) for place, name in enumerate(names)]
            start = y + 4 + (0 if beside else LINE * len(names))
            bars = [bar for bar in group.bars if bar.total or self.with_empty]
            shapes += moved(self._bars(bars, width - beside), beside, start)
            y = max(start + LINE * len(bars), y + 4 + LINE * len(names)) + 8
        return shapes, y

    def _tiles(self, width: float, y: float) -> tuple[list[Shape], float]:
        columns = max(1, int((width + BETWEEN) // (TILE + BETWEEN)))
        tile = (width - BETWEEN * (columns - 1)) / columns
        shapes: list[Shape] = []
        for first in range(0, len(self.groups), columns):
            row = self.groups[first : first + columns]
            names = [wrapped(group.label, tile, TEXT) for group in row]
            head = LINE * max(map(len, names), default=0)
            for place, (group, lines) in enumerate(zip(row, names, strict=True)):
                x = place * (tile + BETWEEN)
                shapes += [Label(x, y + 15 + line * LINE, name) for line, name in enumerate(lines)]
                shapes.append(Path(f"M{x:.1f} {y + head + 3:.1f}H{x + tile:.1f}", "rule"))
                shapes += moved(self._bars(group.bars, tile), x, y + head + 5)
            y += head + 5 + LINE * max(len(group.bars) for group in row) + 16
        return shapes, y

    def _bars(self, bars: Sequence[Bar], width: float) -> list[Label | Rect]:
        """From (0, 0) down: siglum, stacked segments, and the number behind them."""
        before = self._before
        room = width - before - width_of(f"{self.largest:,}", TEXT) - 8
        scale = max(room, 0) / self.largest if self.largest else 0
        shapes: list[Label | Rect] = []
        for place, bar in enumerate(bars):
            y, x = place * LINE, before
            shapes.append(replace(_siglum(bar), y=y + 15))
            for segment in bar.segments:
                if segment.value > 0:
                    long, said = segment.value * scale, f"{bar.label} · {segment.label}: {segment.value:,}"
                    shapes.append(Rect(x, y + 5, long, BAR, bar.colour, segment.pattern, said))
                    x += long
            shapes.append(Label(x + 6, y + 15, f"{bar.total:,}", "value"))
        return shapes


def _siglum(bar: Bar) -> Label:
    return Label(0, 0, bar.siglum, "siglum", bar.colour)


def witnesses(groups: Sequence[Group]) -> tuple[Bar, ...]:
    """A bar of each witness: those of the first group, which has them all."""
    return groups[0].bars if groups else ()


def with_short_sigla(groups: tuple[Group, ...]) -> tuple[Group, ...]:
    """The groups as they are, or with numbers for sigla where one is too long to stand beside its bar."""
    sigla = short_sigla([bar.siglum for bar in witnesses(groups)])
    return tuple(
        replace(
            group,
            bars=tuple(replace(bar, siglum=siglum) for bar, siglum in zip(group.bars, sigla, strict=True)),
        )
        for group in groups
    )


def short_sigla(sigla: Sequence[str]) -> list[str]:
    found = [clean(siglum) for siglum in sigla]
    if all(0 < width_of(siglum, 1) <= LONGEST_SIGLUM for siglum in found):
        return found
    return [str(place) for place in range(1, len(found) + 1)]
