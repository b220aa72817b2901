"""/comparisons/<slug>/figures/<name>/: a figure on a page of its own, as SVG and PNG, its numbers as CSV."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256
from http import HTTPStatus

from csp.constants import NONE, UNSAFE_INLINE
from csp.decorators import csp
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from research.charts import pictures
from research.charts.figures import WIDE, Figure
from research.models import Comparison
from research.queries.apparatus import Apparatus
from research.queries.comparison import Matrix
from research.queries.figures import figure_of
from research.text.tables.csv_writing import for_spreadsheets
from research.views import linked_data
from research.views.addresses import readable
from research.views.conditional import conditional
from research.views.downloads import CSV, attachment
from research.views.pages import matrix_of

SOURCES = 12  # named at the foot of a picture
# A drawing carries its own style sheet and nothing else; no script, no font, no other file.
OWN_STYLE = {"default-src": [NONE], "style-src": [UNSAFE_INLINE], "frame-ancestors": [NONE]}


@dataclass
class Shown:
    """A figure with what stands under it in a page: its address, and whether a PNG of it can be had.

    `query` says which organizations and cases were asked for: its files show the same.
    """

    figure: Figure
    comparison: Comparison
    path: str
    query: str
    as_png: bool

    @property
    def url(self) -> str:
        return self.path + self.query

    @property
    def files(self) -> list[tuple[str, str]]:
        """(format, address)"""
        endings = ("svg", "png", "csv") if self.as_png else ("svg", "csv")
        return [(ending.upper(), f"{self.path.removesuffix('/')}.{ending}{self.query}") for ending in endings]

    @property
    def is_drawn_small(self) -> bool:
        """Numbers over time are lines enough for half a page."""
        return self.figure.name.startswith("criterion-")


def shown(matrix: Matrix, figures: Iterable[Figure]) -> list[Shown]:
    as_png, query = pictures.can_draw(), matrix.options.querystring()
    return [Shown(figure, matrix.comparison, path_of(matrix, figure), query, as_png) for figure in figures]


def path_of(matrix: Matrix, figure: Figure) -> str:
    return reverse("comparison_figure", args=[matrix.comparison.slug, figure.name])


def figure_or_404(request: HttpRequest, slug: str, name: str) -> tuple[Matrix, Figure]:
    """The figure as the view draws it that the address asks for."""
    matrix = matrix_of(request, slug)
    figure = figure_of(matrix, name)
    if figure is None:
        raise Http404
    return matrix, figure


def page(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    matrix, figure = figure_or_404(request, slug, name)
    comparison = matrix.comparison
    (of_page,) = shown(matrix, [figure])
    trail = linked_data.trail_to(comparison)
    context = {
        "shown": of_page,
        "comparison": comparison,
        "apparatus": Apparatus(figure.records),
        "described": linked_data.of_page(request, figure.title, trail=trail),
    }
    return render(request, "research/figure.html", context)


@csp(OWN_STYLE)  # type: ignore[arg-type]  # typed for views of the request alone
def svg(request: HttpRequest, slug: str, name: str) -> HttpResponseBase:
    matrix, figure = figure_or_404(request, slug, name)
    drawn = as_file(request, matrix, figure, dark=True)
    return kept(request, drawn, "image/svg+xml; charset=utf-8", str)


def png(request: HttpRequest, slug: str, name: str) -> HttpResponseBase:
    """501 where the server cannot draw Chinese text: no page offers it there."""
    matrix, figure = figure_or_404(request, slug, name)
    if not pictures.can_draw():
        answer = render(request, "research/no_picture.html", {"shown": shown(matrix, [figure])[0]})
        answer.status_code = HTTPStatus.NOT_IMPLEMENTED
        return answer
    drawn = as_file(request, matrix, figure, dark=False)
    return kept(request, drawn, "image/png", pictures.as_png)


def csv(request: HttpRequest, slug: str, name: str) -> StreamingHttpResponse:
    _matrix, figure = figure_or_404(request, slug, name)
    written = for_spreadsheets([figure.table.columns, *figure.table.as_data()])
    return attachment([written], f"{slug}-{name}.csv", CSV)


def as_file(request: HttpRequest, matrix: Matrix, figure: Figure, *, dark: bool) -> str:
    """The figure as an SVG of its own, with its source and its address at its foot."""
    return pictures.standalone(
        figure.chart.layout(WIDE),
        title=figure.title,
        under=[matrix.comparison.title, figure.caption],
        foot=foot(request, matrix, figure),
        language=get_language() or "zh-hans",
        dark=dark,
    )


def foot(request: HttpRequest, matrix: Matrix, figure: Figure) -> list[str]:
    (in_page,) = shown(matrix, [figure])
    lines = [f"{matrix.comparison.title} · {settings.SITE_NAME}", readable(request, in_page.url)]
    if figure.data_of:
        lines.append(_("Data as of %(date)s") % {"date": figure.data_of.isoformat()})
    sources = Apparatus(figure.records).sources
    if sources:
        names = [source.title for source in sources[:SOURCES]]
        names += ["…"] if len(sources) > SOURCES else []
        lines.append(_("Sources: %(names)s") % {"names": "; ".join(names)})
    return lines


def kept(
    request: HttpRequest, drawn: str, content_type: str, make: Callable[[str], str | bytes]
) -> HttpResponseBase:
    """Made from the drawing: for one who has it, it is not made again."""
    digest = sha256(f"{content_type} {drawn}".encode()).hexdigest()
    return conditional(
        request, digest, lambda: HttpResponse(make(drawn), content_type=content_type), "no-cache"
    )
