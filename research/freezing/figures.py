"""The figures of a frozen page, drawn from the numbers of its own table."""

from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from research import charts
from research.freezing.cells import MODES
from research.freezing.layout import Layout, ShownLine


@dataclass
class Figure:
    """`name` is part of an embedded figure's address; `drawings` are (label, drawing)."""

    name: str
    title: str
    drawings: list[tuple[str, SafeString]]
    legend: list[tuple[str, SafeString]]


def figures_of(layout: Layout) -> list[Figure]:
    """Those that have something to show: all cases by mode, and small multiples by industry."""
    if not layout.case_count:
        return []
    by_mode = {slug: totals(layout, slug) for slug in layout.table.organizations}
    whole = draw(layout, _("Cases by mode"), by_mode, "modes", largest([by_mode]))
    by_industry = [(shown.line.label, counts_of(shown)) for shown in layout.industries]
    scale = largest([counts for _label, counts in by_industry])
    return [
        Figure("modes", _("Cases by mode"), [("", whole)], legend(layout, "modes")),
        Figure(
            "industries",
            _("Cases by industry"),
            [
                (label, draw(layout, label, counts, f"industry{place}", scale))
                for place, (label, counts) in enumerate(by_industry)
            ],
            legend(layout, "industries"),
        ),
    ]


def legend(layout: Layout, name: str) -> list[tuple[str, SafeString]]:
    """The modes' patterns; `name` sets apart what the figures of one page refer to."""
    return [
        (mode, charts.swatch(pattern, f"legend-{name}{place}"))
        for place, (mode, pattern) in enumerate(patterns(layout))
    ]


def totals(layout: Layout, organization: str) -> list[int]:
    return [
        len(layout.table.cell(key, organization))
        for key, line in layout.table.lines.items()
        if line.kind == MODES
    ]


def counts_of(shown: ShownLine) -> dict[str, list[int]]:
    """By organization, how many of an industry's cases each mode has."""
    return {cell.witness.organization.slug: [count for _name, count in cell.by_mode] for cell in shown.cells}


def patterns(layout: Layout) -> list[tuple[str, int]]:
    """(mode, pattern) in the order in which bars are stacked; hollow is what has no mode."""
    kinds = len(charts.TILES) + 1
    return [
        (shown.line.label, place % kinds if shown.line.slug else charts.HOLLOW)
        for place, shown in enumerate(layout.modes)
    ]


def largest(counts: list[dict[str, list[int]]]) -> int:
    return max((sum(row) for by_organization in counts for row in by_organization.values()), default=0)


def draw(layout: Layout, title: str, counts: dict[str, list[int]], uid: str, largest: int) -> SafeString:
    bars = [
        charts.Bar(
            witness.siglum,
            witness.organization.name,
            witness.colour,
            [
                charts.Segment(name, count, pattern)
                for (name, pattern), count in zip(
                    patterns(layout), counts[witness.organization.slug], strict=True
                )
            ],
        )
        for witness in layout.witnesses
    ]
    return charts.stacked_bars(title, bars, largest=largest, uid=uid)
