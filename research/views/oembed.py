"""The site as a provider of oEmbed, https://oembed.com: what a page is in a frame, by the page's address."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit
from xml.sax.saxutils import escape

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import Resolver404, resolve, reverse
from django.utils.html import format_html
from django.utils.translation import get_language, get_language_from_path, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from research.queries import versions
from research.queries.comparison import Matrix
from research.queries.figures import figure_of
from research.text.controls import without_controls
from research.views.addresses import absolute

WIDTH, HEIGHT = 720, 480
WITHDRAWN = 401  # as oEmbed says that a page is not public
LONGEST = 2000  # characters of an address
FORMATS = ("json", "xml")
# Pages that can be framed, and those that are frames themselves.
LIVE, FROZEN = ("comparison", "comparison_embed"), ("version", "version_embed")


@dataclass
class Framed:
    """A page in its frame."""

    title: str
    src: str

    def html(self, width: int, height: int) -> str:
        return format_html(
            '<iframe src="{}" width="{}" height="{}" title="{}" loading="lazy"></iframe>',
            *(self.src, width, height, self.title),
        )


def refused(code: int, why: str) -> HttpResponse:
    response = HttpResponse(why, content_type="text/plain; charset=utf-8")
    response.status_code = code
    return response


@require_safe
def oembed(request: HttpRequest) -> HttpResponse:
    """404 for what is none of our pages, 401 for one that readers may see no more, 501 for other formats."""
    wanted = request.GET.get("format", "json")
    if wanted not in FORMATS:
        return refused(501, _("Only json and xml."))
    found = framed(request, request.GET.get("url", ""))
    if isinstance(found, int):
        text = _("This page is withdrawn.") if found == WITHDRAWN else _("There is nothing to embed there.")
        return refused(found, text)
    width, height = size(request, "maxwidth", WIDTH), size(request, "maxheight", HEIGHT)
    answer: dict[str, Any] = {
        "version": "1.0",
        "type": "rich",
        "title": found.title,
        "provider_name": settings.SITE_NAME,
        "provider_url": absolute(request, reverse("home")),
        "cache_age": 3600,
        "html": found.html(width, height),
        "width": width,
        "height": height,
    }
    if wanted == "json":
        return JsonResponse(answer, json_dumps_params={"ensure_ascii": False})
    lines = (f"<{name}>{escape(without_controls(str(value)))}</{name}>" for name, value in answer.items())
    text = f'<?xml version="1.0" encoding="utf-8" standalone="yes"?>\n<oembed>{"".join(lines)}</oembed>\n'
    return HttpResponse(text, content_type="text/xml; charset=utf-8")


def framed(request: HttpRequest, url: str) -> Framed | int:
    """What the address of one of our pages shows in a frame, or the status that says why nothing does."""
    parts = split(url)
    if parts is None or (parts.scheme, parts.netloc) not in origins(request):
        return 404
    path = unquote(parts.path)
    with override(get_language_from_path(path) or settings.LANGUAGE_CODE):
        try:
            match = resolve(path)
        except Resolver404:
            return 404
        figure = parse_qs(parts.query).get("figure", [""])[0]
        if match.url_name in LIVE:
            return live(request, match.kwargs["slug"], figure)
        if match.url_name in FROZEN:
            return frozen(request, match.kwargs["slug"], match.kwargs["number"], figure)
    return 404


def live(request: HttpRequest, slug: str, figure: str) -> Framed | int:
    comparison = versions.known_as(slug)
    if comparison is None:
        return WITHDRAWN if versions.was_frozen(slug) else 404
    if figure and figure_of(Matrix(comparison), figure) is None:
        return 404
    return Framed(str(comparison), src(request, "comparison_embed", [comparison.slug], figure))


def frozen(request: HttpRequest, slug: str, number: int, figure: str) -> Framed | int:
    asked = versions.asked(slug, number)
    if asked is None:
        return 404
    if not asked.is_public:
        return WITHDRAWN
    version = asked.version
    if "\x00" in figure or not versions.file_of(
        version, f"embed/{figure}" if figure else "embed", get_language() or ""
    ):
        return 404
    return Framed(str(version), src(request, "version_embed", [version.slug, version.number], figure))


def src(request: HttpRequest, name: str, args: list[Any], figure: str = "") -> str:
    query = f"?{urlencode({'figure': figure})}" if figure else ""
    return f"{absolute(request, reverse(name, args=args))}{query}"


def split(url: str) -> Any:
    """None for what is no address."""
    if len(url) > LONGEST or "\x00" in unquote(url):
        return None
    try:
        return urlsplit(url)
    except ValueError:
        return None


def origins(request: HttpRequest) -> set[tuple[str, str]]:
    """The site's own: as it calls itself, and as it was asked now."""
    own = urlsplit(absolute(request, "/"))
    asked = urlsplit(request.build_absolute_uri("/"))
    return {(one.scheme, one.netloc) for one in (own, asked)}


def size(request: HttpRequest, name: str, usual: int) -> int:
    """At most what was asked for; what is no number asks for nothing."""
    text = request.GET.get(name, "")
    most = int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else usual
    return max(min(most, usual), 1)
