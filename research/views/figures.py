"""The comparison's numbers as figures."""

from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from research import charts
from research.queries.comparison import Matrix


@dataclass
class Figure:
    label: str
    svg: SafeString


def by_industry(matrix: Matrix) -> list[Figure]:
    """Industry × organization × mode: a small chart for each industry, all to one scale."""
    largest = max((sum(counts) for row in matrix.count_rows for counts in row.counts), default=0)
    figures = []
    for place, row in enumerate(matrix.count_rows):
        label = str(row.industry or _("no industry"))
        bars = _bars(matrix, row.counts)
        figures.append(
            Figure(label, charts.stacked_bars(label, bars, largest=largest, uid=f"industry{place}"))
        )
    return figures


def by_mode(matrix: Matrix) -> SafeString:
    """All cases of each organization, by mode."""
    counts = [[row.cells[place].count for row in matrix.mode_rows] for place in range(len(matrix.witnesses))]
    largest = max((sum(row) for row in counts), default=0)
    return charts.stacked_bars(_("Cases by mode"), _bars(matrix, counts), largest=largest, uid="modes")


def mode_names(matrix: Matrix) -> list[str]:
    return [str(mode or _("no mode")) for mode in matrix.modes]


def patterns(matrix: Matrix) -> list[tuple[str, int]]:
    """(mode, pattern) in the order in which bars are stacked; hollow is what is not sorted yet."""
    kinds = len(charts.TILES) + 1
    return [
        (name, charts.HOLLOW if mode is None else place % kinds)
        for place, (mode, name) in enumerate(zip(matrix.modes, mode_names(matrix), strict=True))
    ]


def legend(matrix: Matrix) -> list[tuple[str, SafeString]]:
    return [
        (name, charts.swatch(pattern, f"legend{place}"))
        for place, (name, pattern) in enumerate(patterns(matrix))
    ]


def _bars(matrix: Matrix, counts: list[list[int]]) -> list[charts.Bar]:
    kinds = patterns(matrix)
    return [
        charts.Bar(
            witness.siglum,
            witness.organization.name,
            witness.colour,
            [charts.Segment(name, count, pattern) for (name, pattern), count in zip(kinds, row, strict=True)],
        )
        for witness, row in zip(matrix.witnesses, counts, strict=True)
    ]
