"""What is missing, for readers, if the team wishes it (`PUBLIC_GAPS`): a ledger with facets, and as data."""

from collections.abc import Callable, Iterator, Mapping
from functools import wraps
from itertools import islice
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from research import exporting
from research.models import Case, Comparison, Finding, Organization
from research.queries import gaps
from research.queries.gaps import KINDS, Gap, Scope
from research.queries.lists import Choice, Field
from research.rows import Row
from research.views import linked_data
from research.views.addresses import absolute
from research.views.downloads import CSV, attachment
from research.views.pages import page_of

COLUMNS = ("kind", "table", "key", "detail", "title", "sentence", "address")
CHUNK = 500

View = Callable[[HttpRequest], Any]


def if_wished(view: View) -> View:
    """404 where the team does not list its gaps."""

    @wraps(view)
    def guarded(request: HttpRequest) -> Any:
        if not settings.PUBLIC_GAPS:
            raise Http404
        return view(request)

    return guarded


def scope_of(params: Mapping[str, str]) -> Scope:
    return Scope(True, params.get("comparison", ""), params.get("organization", ""))


def kinds_of(params: Mapping[str, str]) -> list[str]:
    """The kinds asked for, all if none is; none if an unknown one is."""
    kind = params.get("kind", "")
    return list(KINDS) if not kind else [kind] if kind in KINDS else []


@if_wished
def gaps_page(request: HttpRequest) -> HttpResponse:
    scope, wanted = scope_of(request.GET.dict()), kinds_of(request.GET.dict())
    counted = [one for one in gaps.counts(scope) if one.count]
    shown = [one for one in counted if one.kind.name in wanted]
    page = page_of(request, gaps.Gaps(scope, shown))  # type: ignore[arg-type]
    context = {
        "page": page,
        "counts": counted,
        "total": sum(one.count for one in counted),
        "choices": choices(request.GET.dict()),
        "kind": request.GET.get("kind", ""),
        "is_filtered": any(request.GET.get(name) for name in ("kind", "comparison", "organization")),
        "described": linked_data.of_page(request, _("What is missing"), "CollectionPage"),
    }
    return render(request, "research/gaps.html", context)


def choices(params: Mapping[str, str]) -> list[Choice]:
    """Beside the kinds, which the page lists with their counts."""
    comparisons = [(one.slug, one.title) for one in Comparison.objects.public()]
    said_of = Organization.objects.public().filter(
        pk__in=Case.objects.public().order_by().values("organization")
    ) | Organization.objects.public().filter(
        pk__in=Finding.objects.public().order_by().values("organization")
    )
    organizations = [(one.slug, one.name) for one in said_of.order_by("name")]
    facets = [
        (Field("comparison", gettext_lazy("comparison")), comparisons),
        (Field("organization", gettext_lazy("organization")), organizations),
    ]
    return [Choice(facet, options, params.get(facet.name, "")) for facet, options in facets]


@if_wished
def gaps_csv(request: HttpRequest) -> StreamingHttpResponse:
    return attachment(exporting.spreadsheet_lines(COLUMNS, rows(request)), "gaps.csv", CSV)


@if_wished
def gaps_json(request: HttpRequest) -> StreamingHttpResponse:
    return attachment(exporting.json_lines(rows(request)), "gaps.json", "application/json")


def rows(request: HttpRequest) -> Iterator[Row]:
    """A chunk at a time, in the request's language, which is over when they are sent."""
    params, language = request.GET.dict(), translation.get_language()
    found = gaps.each(scope_of(params), kinds_of(params))
    while True:
        with translation.override(language):
            part = [row(request, gap) for gap in islice(found, CHUNK)]
        if not part:
            return
        yield from part


def row(request: HttpRequest, gap: Gap) -> Row:
    return {
        "kind": gap.kind.name,
        "table": gap.record.table,
        "key": gap.record.record_key,
        "detail": gap.detail,
        "title": capfirst(str(gap.record)),
        "sentence": gap.sentence,
        "address": absolute(request, gap.get_absolute_url()),
    }
