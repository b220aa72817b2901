"""`/sitemap.xml` for search engines, in parts where it is long, and `/robots.txt`. https://www.sitemaps.org"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from xml.sax.saxutils import quoteattr

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.html import escape

from research.queries import addresses
from research.views.addresses import absolute

# Each page has an address in both languages, which names the other. A map may have 50,000 addresses and
# 50 MB: twice 5,000 stay below that with the longest slugs that there can be.
PAGES = 5_000
LANGUAGES = ("zh-hans", "en")
# Pages without a key; what is not worth finding by a search engine (the search itself) is left out.
PLAIN = (
    "home",
    "about",
    "notes",
    "cases",
    "organizations",
    "comparisons",
    "findings",
    "theses",
    "timeline",
    "sources",
    "todos",
    "gaps",
    "changelog",
    "tags",
)
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
SPACES = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml"'


def sitemap(request: HttpRequest) -> HttpResponse:
    """All public pages, or where they are many the maps that have them."""
    number = sum(addresses.counts().values())
    if number <= PAGES:
        return xml([urlset(request, [*plain_pages(), *addresses.places(0, number)])])
    parts = [reverse("sitemap_part", args=[part]) for part in range(1, -(-number // PAGES) + 1)]
    lines = (f"<sitemap><loc>{escape(absolute(request, path))}</loc></sitemap>\n" for path in parts)
    return xml([f"<sitemapindex {SPACES.partition(' xmlns:')[0]}>\n", *lines, "</sitemapindex>\n"])


def sitemap_part(request: HttpRequest, part: int) -> HttpResponse:
    """One of several maps, counted from 1; 404 beyond the last."""
    start = (part - 1) * PAGES
    found = list(addresses.places(start, start + PAGES)) if part else []
    if not found:
        raise Http404
    return xml([urlset(request, [*(plain_pages() if part == 1 else []), *found])])


def robots(request: HttpRequest) -> HttpResponse:
    closed = []
    for language in LANGUAGES:
        with translation.override(language):
            closed += [reverse("admin:index"), reverse("search")]
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed), ""]
    lines += [f"Sitemap: {absolute(request, reverse('sitemap'))}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


def plain_pages() -> Iterator[tuple[str, None]]:
    names = [name for name in PLAIN if name != "gaps" or settings.PUBLIC_GAPS]
    return ((reverse(name), None) for name in names)


def urlset(request: HttpRequest, places: Iterable[tuple[str, datetime | None]]) -> str:
    with translation.override("en"):
        english = reverse("home")  # what stands before a path in English
    entries = (entry(request, path, f"{english}{path[1:]}", written) for path, written in places)
    return f"<urlset {SPACES}>\n{''.join(entries)}</urlset>\n"


def entry(request: HttpRequest, chinese: str, english: str, written: datetime | None) -> str:
    """A page's address in both languages, each with its alternates."""
    here = {"zh-Hans": absolute(request, chinese), "en": absolute(request, english)}
    links = "".join(
        f'<xhtml:link rel="alternate" hreflang="{code}" href={quoteattr(url)}/>'
        for code, url in (*here.items(), ("x-default", here["zh-Hans"]))
    )
    time = f"<lastmod>{timezone.localtime(written).isoformat('T', 'seconds')}</lastmod>" if written else ""
    return "".join(f"<url><loc>{escape(url)}</loc>{time}{links}</url>\n" for url in here.values())


def xml(parts: Iterable[str]) -> HttpResponse:
    return HttpResponse([HEAD, *parts], content_type="application/xml; charset=utf-8")
