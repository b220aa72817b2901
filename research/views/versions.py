"""Frozen versions: their files as they were kept, the list of them, and what differs between two."""

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from research import freezing
from research.models import Comparison, ComparisonVersion, VersionFile
from research.queries import versions
from research.views import linked_data
from research.views.conditional import conditional
from research.views.downloads import saved_as
from research.views.pages import page_of

A_DAY = "public, max-age=86400"  # then a cache asks again: the version may have been withdrawn
FILES = ("table.csv", "data.json", "style.css")
LIVE = "live"


@require_safe
def page(request: HttpRequest, slug: str, number: int) -> HttpResponseBase:
    return frozen(request, slug, number, "page")


@require_safe
def file(request: HttpRequest, slug: str, number: int, name: str) -> HttpResponseBase:
    if name not in FILES:
        raise Http404
    return frozen(request, slug, number, name)


def frozen(request: HttpRequest, slug: str, number: int, name: str) -> HttpResponseBase:
    """The file as it was frozen; 410 where it is withdrawn. A later key of its comparison leads on to it."""
    asked = versions.asked(slug, number)
    if asked is None:
        raise Http404
    if not asked.is_public:
        return tombstone(request, asked.version)
    if asked.version.slug != slug:
        return HttpResponseRedirect(address_of(asked.version, name))
    found = versions.file_of(asked.version, name, get_language() or "")
    if found is None:
        raise Http404
    return sent(request, found)


def address_of(version: ComparisonVersion, name: str) -> str:
    """Where the version's file of this name is."""
    first, _slash, figure = name.partition("/")
    ends = {"page": "", "embed": "embed/"}
    query = f"?{urlencode({'figure': figure})}" if figure else ""
    return f"{version.get_absolute_url()}{ends.get(first, first)}{query}"


def sent(request: HttpRequest, found: VersionFile) -> HttpResponseBase:
    """Nothing of the answer depends on who asks."""

    def whole() -> HttpResponse:
        response = HttpResponse(found.content, content_type=found.content_type)
        if found.name.endswith(".csv"):
            response["Content-Disposition"] = saved_as(f"{found.version.slug}-v{found.version.number}.csv")
        return response

    return conditional(request, found.sha256, whole, A_DAY)


def tombstone(request: HttpRequest, version: ComparisonVersion | None) -> HttpResponse:
    """That something was here, and why it is gone: of a version's own withdrawal the reason."""
    own = version if version and version.withdrawn_at else None
    response = render(request, "research/versions/withdrawn.html", {"version": own})
    response.status_code = 410
    response.headers["Cache-Control"] = "no-cache"  # it may come back
    return response


@require_safe
def index(request: HttpRequest, slug: str) -> HttpResponse:
    """All versions, newest first; also those withdrawn, with the reason."""
    comparison = versions.known_as(slug)
    if comparison is None:
        if versions.was_frozen(slug):
            return tombstone(request, None)
        raise Http404
    if comparison.slug != slug:
        return HttpResponseRedirect(reverse("versions", args=[comparison.slug]))
    shown = page_of(request, versions.with_the_one_before(comparison))
    described = linked_data.of_page(
        request, title_of(comparison), "CollectionPage", trail=linked_data.trail_to(comparison)
    )
    context = {"comparison": comparison, "page": shown, "described": described}
    return render(request, "research/versions/index.html", context)


@require_safe
def difference(request: HttpRequest, slug: str, number: int, other: str) -> HttpResponse:
    """From the older of the two to the newer; `live` is the comparison as it is now."""
    asked = versions.asked(slug, number)
    if asked is None:
        raise Http404
    if not asked.is_public:
        return tombstone(request, asked.version)
    comparison, first, second = asked.version.comparison, asked.version, None
    if other != LIVE:
        against = numbered(comparison, other)
        if against.withdrawn_at:
            return tombstone(request, against)
        first, second = sorted([asked.version, against], key=lambda version: version.number)
    after = data_of(second) if second else freezing.edition(comparison).data
    title = title_of(comparison)
    trail = [*linked_data.trail_to(comparison), (title, reverse("versions", args=[comparison.slug]))]
    context = {
        **{"comparison": comparison, "first": first, "second": second},
        "difference": compared(data_of(first), after),
        "described": linked_data.of_page(request, _("Difference"), trail=trail),
    }
    return render(request, "research/versions/difference.html", context)


def compared(before: freezing.Data, after: freezing.Data) -> freezing.Difference:
    """What differs; a record that has another key by now is no other record."""
    found = freezing.difference(before, after, versions.renamed(before.keys, after.keys))
    keys: dict[str, list[str]] = {}
    for record in found.shown_records:
        keys.setdefault(record.table, []).append(record.key)
    addresses = versions.addresses_now(keys)
    for record in found.shown_records:
        record.url = addresses.get((record.table, record.key), "")
    return found


def numbered(comparison: Comparison, text: str) -> ComparisonVersion:
    """The comparison's version of this number; 404 where it has none."""
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
    found = versions.versions_of(comparison).filter(number=number).first()
    if found is None:
        raise Http404
    return found


def data_of(version: ComparisonVersion) -> freezing.Data:
    found = versions.file_of(version, "data.json", "")
    if found is None:
        raise Http404
    return freezing.data_in(found.content)


def title_of(comparison: Comparison) -> str:
    return _("Versions of %s") % comparison
