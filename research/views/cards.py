"""Pictures of 1200 × 630 for those who show a link to a page: its title, what it is of, and its chart."""

from dataclasses import dataclass
from functools import partial

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from research.charts import pictures
from research.models import Comparison, Record
from research.queries.comparison import Matrix
from research.queries.figures import Figures
from research.views.addresses import absolute
from research.views.figures import kept
from research.views.pages import public_or_404


@dataclass(frozen=True)
class Card:
    """A page's picture as its head names it."""

    url: str
    alt: str
    width: int = pictures.CARD[0]
    height: int = pictures.CARD[1]


def card_of(request: HttpRequest, record: Record | None) -> Card | None:
    """None for a page without one, and where this machine cannot draw."""
    if not isinstance(record, Comparison) or not pictures.can_draw():
        return None
    return Card(absolute(request, reverse("comparison_card", args=[record.slug])), record.title)


def comparison_card(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Its cases by mode, which names the organizations; without a case only their names."""
    record = public_or_404(Comparison.objects.all(), slug)
    matrix = Matrix(record)
    figure = Figures(matrix).modes() if matrix.modes else None
    names = " · ".join(witness.organization.name for witness in matrix.witnesses)
    words = figure.title if figure else names
    return picture(
        request, pictures.card_svg(record.title, words, figure, site=settings.SITE_NAME, language=language())
    )


def picture(request: HttpRequest, svg: str) -> HttpResponseBase:
    """501 where this machine cannot draw: no page names the address there."""
    if not pictures.can_draw():
        words = _("This server cannot draw pictures.")
        refused = HttpResponse(f"{words}\n", content_type="text/plain; charset=utf-8")
        refused.status_code = 501
        return refused
    return kept(request, svg, "image/png", partial(pictures.as_png, scale=1))


def language() -> str:
    return "en" if get_language() == "en" else "zh-Hans"
