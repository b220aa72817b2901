"""Events on a line of time, as precise as they are dated: points, spans, and the uncertain drawn lighter."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from research.charts.axes import Scale, day, is_open, span_of
from research.charts.bars import short_sigla
from research.charts.drawing import LINE, TEXT, Drawing, Label, Path, Rect, Shape
from research.charts.flow import Key, legend, note
from research.charts.lines import mark, time_axis
from research.charts.measure import clean, shortened, width_of

EDGE, GAP = 8, 7
NAMED = 4  # witnesses of an event that are named by siglum
SHARE = 0.8  # of the width, at most, for a label beside its mark


@dataclass(frozen=True)
class Happening:
    """An event: `witnesses` are places in the band's list of them, `when` its date in words."""

    title: str
    when: str
    earliest: date
    latest: date
    witnesses: tuple[int, ...] = ()
    uncertain: bool = False


@dataclass(frozen=True)
class Band:
    """A chart of events; `witnesses` are (siglum, name, colour), `more` says what was left out."""

    happenings: tuple[Happening, ...]
    witnesses: tuple[tuple[str, str, int], ...] = ()
    more: str = ""

    def layout(self, width: float) -> Drawing:
        sigla = short_sigla([siglum for siglum, _name, _colour in self.witnesses])
        named = list(zip(sigla, self.witnesses, strict=True))
        keys = [Key(name, siglum=siglum, colour=colour) for siglum, (_, name, colour) in named]
        shapes, top = legend(keys, width)
        days = span_of([end for one in self.happenings for end in (one.earliest, one.latest)])
        x = Scale(days[0], days[1], EDGE, width - EDGE)
        drawn: list[Shape] = [*shapes, *time_axis(x, days, top + 15, top + 21, width)]
        rows = _Rows(x, width, top + 30, [(siglum, colour) for siglum, (_, _, colour) in named])
        for one in sorted(self.happenings, key=lambda one: (one.earliest, one.latest, one.title)):
            drawn += rows.place(one)
        said, height = note(self.more, width, rows.bottom + 4)
        return Drawing(width, height, (*drawn, *said))


class _Rows:
    """Rows that fill from the top: each event takes the first where its mark and label meet nothing."""

    def __init__(self, x: Scale, width: float, top: float, sigla: list[tuple[str, int]]) -> None:
        self.x, self.width, self.top, self.sigla = x, width, top, sigla
        self._taken: dict[int, list[tuple[float, float]]] = defaultdict(list)

    @property
    def bottom(self) -> float:
        return self.top + LINE * (max(self._taken, default=-1) + 1)

    def place(self, one: Happening) -> list[Shape]:
        start, end = self._ends(one)
        sigla = [Label(0, 0, *self._siglum(place)) for place in one.witnesses[:NAMED]]
        if len(one.witnesses) > NAMED:
            sigla.append(Label(0, 0, f"+{len(one.witnesses) - NAMED}", "quiet"))
        before = sum(label.width + 5 for label in sigla)
        text = shortened(clean(one.title), self.width * SHARE - before, TEXT)
        needed = before + width_of(text, TEXT)
        if end + GAP + needed <= self.width:
            left, below = end + GAP, False
        elif start - GAP - needed >= 0:
            left, below = start - GAP - needed, False
        else:
            left, below = max(0.0, min(start, self.width - needed)), True
        row = self._free(min(start, left) - 4, max(end, left + needed) + 10, 2 if below else 1)
        y = self.top + row * LINE
        return [*self._mark(one, start, end, y), *_run(sigla, text, left, y + (LINE if below else 0) + 15)]

    def _siglum(self, place: int) -> tuple[str, str, int]:
        siglum, colour = self.sigla[place]
        return siglum, "siglum", colour

    def _ends(self, one: Happening) -> tuple[float, float]:
        start = self.x.start if is_open(one.earliest) else self.x(day(one.earliest))
        end = self.x.end if is_open(one.latest) else self.x(day(one.latest))
        if end - start < 8:
            middle = (start + end) / 2
            return middle - 5, middle + 5
        return start, end

    def _mark(self, one: Happening, start: float, end: float, y: float) -> list[Shape]:
        colour = self.sigla[one.witnesses[0]][1] if len(one.witnesses) == 1 else 0
        title, light = f"{one.when}: {one.title}", one.uncertain
        if end - start <= 10:
            kind = "open" if light else "mark"
            return [Path(mark(0, (start + end) / 2, y + 10), kind, colour, title=title, light=light)]
        found: list[Shape] = [Rect(start, y + 6, end - start, 9, colour, 1 if light else 0, title, light)]
        if is_open(one.earliest):
            found.append(Path(f"M{start + 4:.1f} {y + 6:.1f}l-6 4.5l6 4.5", "range", colour))
        if is_open(one.latest):
            found.append(Path(f"M{end - 4:.1f} {y + 6:.1f}l6 4.5l-6 4.5", "range", colour))
        return found

    def _free(self, left: float, right: float, rows: int) -> int:
        """The first row from which on `rows` rows are free between left and right; they are taken then."""
        first = 0
        while any(
            left < end and start < right
            for row in range(first, first + rows)
            for start, end in self._taken[row]
        ):
            first += 1
        for row in range(first, first + rows):
            self._taken[row].append((left, right))
        return first


def _run(sigla: list[Label], text: str, x: float, y: float) -> list[Shape]:
    found: list[Shape] = []
    for label in sigla:
        found.append(Label(x, y, label.text, label.kind, label.colour))
        x += label.width + 5
    return [*found, Label(x, y, text)]
