"""A comparison or one of its figures in a frame of another site, as it is now or as it was frozen.

These addresses alone may be framed. They set no cookie and run no script.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from csp.decorators import csp_replace
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.templatetags.static import static
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from research import freezing
from research.charts.figures import Figure
from research.models import Comparison
from research.queries.comparison import Matrix
from research.queries.figures import figure_of
from research.views.addresses import absolute
from research.views.former_keys import following_versions
from research.views.pages import public_or_404
from research.views.versions import frozen as frozen_file

View = Callable[..., HttpResponseBase]
FOR_A_WHILE = "public, max-age=300"


def framed(view: View) -> View:
    """Let other sites show the answer in a frame."""
    replace: Any = csp_replace({"frame-ancestors": ["*"]})
    framed_view: View = wraps(view)(xframe_options_exempt(replace(require_safe(view))))
    return framed_view


@framed
@following_versions("comparison_embed")
def live(request: HttpRequest, slug: str) -> HttpResponse:
    """As it is now; `?figure=` for one of its figures."""
    comparison = public_or_404(Comparison.objects.all(), slug)
    own = comparison.get_absolute_url()
    context = {
        **{"record": comparison, "own": own},
        "canonical": absolute(request, own),
        "styles": [static(f"research/{name}") for name in freezing.STYLE_SHEETS],
        "SITE_NAME": settings.SITE_NAME,
    }
    if name := request.GET.get("figure", ""):
        context["figure"] = figure_named(comparison, name)
    else:  # all that the comparison says: a figure alone needs none of it
        context["layout"] = freezing.Layout(freezing.edition(comparison))
    response = HttpResponse(freezing.embedded_page(context))
    response.headers["Cache-Control"] = FOR_A_WHILE
    return response


@framed
def frozen(request: HttpRequest, slug: str, number: int) -> HttpResponseBase:
    """As it was frozen; `?figure=` for one of the figures that it had."""
    name = request.GET.get("figure", "")
    if "\x00" in name:  # PostgreSQL would not look for it
        raise Http404
    return frozen_file(request, slug, number, f"embed/{name}" if name else "embed")


def figure_named(comparison: Comparison, name: str) -> Figure:
    found = figure_of(Matrix(comparison), name)
    if found is None:
        raise Http404
    return found
