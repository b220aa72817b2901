"""Dated numbers of several witnesses: a line for each, ranges of dates as bars, bounds as arrows."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from research.charts.axes import Scale, apart, date_ticks, day, is_open, rank_steps, span_of, steps
from research.charts.bars import short_sigla
from research.charts.drawing import BOLD, LINE, TEXT, Drawing, Label, Path, Shape
from research.charts.flow import Key, legend, note
from research.charts.measure import clean, shortened, width_of, wrapped

PLOT = 220  # least height of the plot
MARGIN = 18  # above and below the plot: room for arrows and half a label
BESIDE = 0.36  # of the width, at most, for the labels at the lines' ends
RANGE = 0.015  # of the axis: a date less precise than this is drawn as a range
UP, DOWN = (">", ">="), ("<", "<=")


@dataclass(frozen=True)
class Point:
    """A number between two days; `bound` is that of `text.numbers.Quantity`, `title` says all in words."""

    value: Decimal
    earliest: date
    latest: date
    bound: str = ""
    title: str = ""

    @property
    def middle(self) -> float:
        first, last = (self.latest, self.latest) if is_open(self.earliest) else (self.earliest, self.latest)
        return (day(first) + day(first if is_open(last) else last)) / 2


@dataclass(frozen=True)
class Series:
    """A witness's points; `latest` is the last one's value in words, `look` its place among the compared.

    Of the place come the dashes and the marks, so that a witness has the same in all charts.
    """

    siglum: str
    label: str
    colour: int
    points: tuple[Point, ...]
    latest: str = ""
    look: int = 0


@dataclass(frozen=True)
class Lines:
    """A chart of dated numbers; `write` says a number on the axis, `more` what was left out.

    `ranks`: the numbers are places in an order, whose first stands on top.
    """

    series: tuple[Series, ...]
    write: Callable[[Decimal], str]
    unit: str = ""
    more: str = ""
    ranks: bool = False

    def layout(self, width: float) -> Drawing:
        sigla = short_sigla([one.siglum for one in self.series])
        named = zip(self.series, sigla, strict=True)
        series = [replace(one, siglum=siglum) for one, siglum in named if one.points]
        texts, has_names = self._ends(series, width)
        keys = [] if has_names else [Key(one.label, siglum=one.siglum, colour=one.colour) for one in series]
        shapes, top = legend(keys, width)
        unit = wrapped(self.unit, width, TEXT, 1)
        drawn: list[Shape] = [*shapes, *(Label(0, top + 15, text, "quiet") for text in unit)]
        top += LINE * len(unit)
        plot = _Plot(
            self, series, width, top, max((width_of(text, TEXT) for text in texts), default=0) * BOLD
        )
        drawn += [*plot.axes(), *plot.lines(), *plot.ends(texts)]
        said, height = note(self.more, width, plot.bottom + MARGIN + LINE)
        return Drawing(width, height, (*drawn, *said))

    @staticmethod
    def _ends(series: list[Series], width: float) -> tuple[list[str], bool]:
        """What stands at the lines' ends, and whether it names the witnesses, so that no legend is needed."""
        room = width * BESIDE / BOLD
        full = [clean(f"{one.siglum} {one.label} {one.latest}") for one in series]
        short = [clean(f"{one.siglum} {one.latest}") for one in series]
        for texts in (full, short):
            if all(width_of(text, TEXT) <= room for text in texts):
                return texts, texts is full
        return [one.siglum for one in series], False


class _Plot:
    """The rectangle of the plot and the two scales."""

    def __init__(self, chart: Lines, series: list[Series], width: float, top: float, beside: float) -> None:
        self.series, self.width = series, width
        values = [point.value for one in series for point in one.points] or [Decimal(0)]
        whole = all(value == value.to_integral_value() for value in values)
        self.ranks = chart.ranks and min(values) >= 1
        self.steps = rank_steps(max(values)) if self.ranks else steps(min(values), max(values), whole=whole)
        self.words = [shortened(clean(chart.write(step)), width * 0.3, TEXT) for step in self.steps]
        self.left = max(width_of(word, TEXT) for word in self.words) + 8
        self.right = max(width - beside - 26, self.left + 40)
        self.top = top + MARGIN
        self.bottom = self.top + max(PLOT, LINE * len(series))
        dates = [end for one in series for point in one.points for end in (point.earliest, point.latest)]
        self.days = span_of(dates)
        self.x = Scale(self.days[0], self.days[1], self.left, self.right)
        ends = (self.top, self.bottom) if self.ranks else (self.bottom, self.top)
        self.y = Scale(float(self.steps[0]), float(self.steps[-1]), *ends)

    def axes(self) -> list[Shape]:
        found: list[Shape] = []
        for step, word in zip(self.steps, self.words, strict=True):
            y = self.y(float(step))
            kind = "axis" if step == 0 else "rule"
            found.append(Path(f"M{self.left:.1f} {y:.1f}H{self.right:.1f}", kind))
            found.append(Label(self.left - 8, y + 4, word, "quiet", anchor="end"))
        return found + time_axis(self.x, self.days, self.bottom + MARGIN + 8, self.bottom, self.width)

    def lines(self) -> list[Shape]:
        found: list[Shape] = []
        for one in self.series:
            points = sorted(one.points, key=lambda point: point.middle)
            places = [(self.x(point.middle), self.y(float(point.value))) for point in points]
            if len(places) > 1:
                through = "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
                found.append(Path(f"M{through}", "line", one.colour, one.look % 4))
            for point, (x, y) in zip(points, places, strict=True):
                found += self._point(one, point, x, y)
        return found

    def _point(self, one: Series, point: Point, x: float, y: float) -> list[Shape]:
        found: list[Shape] = []
        first, last = self.x(day(point.earliest)), self.x(day(point.latest))
        if last - first > RANGE * (self.right - self.left):
            found.append(Path(f"M{first:.1f} {y - 4:.1f}v8m0 -4H{last:.1f}m0 -4v8", "range", one.colour))
        up, down = (DOWN, UP) if self.ranks else (UP, DOWN)
        if point.bound in up:
            found.append(Path(f"M{x:.1f} {y:.1f}v-14m-4 4l4 -4l4 4", "range", one.colour))
        if point.bound in down:
            found.append(Path(f"M{x:.1f} {y:.1f}v14m-4 -4l4 4l4 -4", "range", one.colour))
        kind = "open" if point.bound == "~" else "mark"
        found.append(Path(mark(one.look // 4, x, y), kind, one.colour, title=point.title))
        return found

    def ends(self, texts: list[str]) -> list[Shape]:
        """Each line's label, pushed apart, and led to the point whose value it says."""
        last = [one.points[-1] for one in self.series]
        ends = [(self.x(point.middle), self.y(float(point.value))) for point in last]
        order = sorted(range(len(ends)), key=lambda place: (ends[place][1], place))
        heights = apart([ends[place][1] for place in order], LINE, self.top - 4, self.bottom + 4)
        found: list[Shape] = []
        for place, y in zip(order, heights, strict=True):
            x, at = ends[place]
            start = self.right + 20
            found.append(
                Path(
                    f"M{x + 6:.1f} {at:.1f}L{start - 12:.1f} {y:.1f}H{start - 4:.1f}",
                    "lead",
                    self.series[place].colour,
                )
            )
            found.append(Label(start, y + 4, texts[place], "siglum", self.series[place].colour))
        return found


def mark(kind: int, x: float, y: float) -> str:
    """The outline of a mark around a point: circle, square, diamond, triangle."""
    return (
        f"M{x - 4:.1f} {y:.1f}a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z",
        f"M{x - 4:.1f} {y - 4:.1f}h8v8h-8z",
        f"M{x:.1f} {y - 5:.1f}l5 5l-5 5l-5 -5z",
        f"M{x:.1f} {y - 5:.1f}l5 9h-10z",
    )[kind % 4]


def time_axis(x: Scale, days: tuple[int, int], y: float, tick: float, width: float) -> list[Shape]:
    """Dates with their base line at `y` under a line at `tick`; none leaves the drawing or meets another."""
    room = width_of("0000-00", TEXT) + 10
    ticks = date_ticks(*days, max(1, int((x.end - x.start) / room)))
    found: list[Shape] = [Path(f"M{x.start:.1f} {tick:.1f}H{x.end:.1f}", "axis")]
    free = 0.0
    for ordinal, word in ticks:
        half = width_of(word, TEXT) / 2
        middle = min(max(x(ordinal), half), width - half)
        if middle - half < free:
            continue
        free = middle + half + 4
        found.append(Path(f"M{x(ordinal):.1f} {tick:.1f}v5", "axis"))
        found.append(Label(middle, y, word, "quiet", anchor="middle"))
    return found
