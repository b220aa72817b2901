"""Sources for reference managers: all, as filtered; one; and those that a page cites."""

from collections.abc import Callable, Iterator
from typing import Any

from django.http import HttpRequest, StreamingHttpResponse
from django.urls import URLPattern, path

from research.models import Record, Source
from research.queries import bibliography, items, lists
from research.text.bibliography import FORMATS, write
from research.views.cite import FILES
from research.views.downloads import attachment
from research.views.pages import public_or_404

View = Callable[..., StreamingHttpResponse]


def sources_view(ending: str) -> View:
    def view(request: HttpRequest) -> StreamingHttpResponse:
        return response(lists.filtered("sources", request.GET.dict()), "sources", ending)

    return view


def source_view(ending: str) -> View:
    def view(request: HttpRequest, key: str) -> StreamingHttpResponse:
        source = public_or_404(Source.objects.all(), key)
        return response(bibliography.sources_of([source]), source.key, ending)

    return view


def references_view(model: type[Record], ending: str) -> View:
    def view(request: HttpRequest, slug: str) -> StreamingHttpResponse:
        record = public_or_404(model.objects.select_related(*model.named_by), slug)
        return response(bibliography.references(record), record.record_key, ending)

    return view


def response(sources: Any, name: str, ending: str) -> StreamingHttpResponse:
    format = FILES[ending]
    content_type = f"{FORMATS[format].content_type}; charset=utf-8"
    return attachment(write(items.items(sources), format), f"{name}.{ending}", content_type)


def patterns(address: str, name: str, view: Callable[[str], View]) -> Iterator[URLPattern]:
    """One address for each format: `sources.bib`, named `sources_bib`."""
    for ending in FILES:
        yield path(f"{address}.{ending}", view(ending), name=f"{name}_{ending}")
