"""Boards as Argdown: one thesis, or those of the list as it is filtered."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, StreamingHttpResponse

from research import argdown_files
from research.models import Thesis
from research.queries import lists
from research.rows import ThesisRows
from research.views.downloads import saved_as
from research.views.pages import public_or_404


def thesis(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    record = public_or_404(Thesis.objects.all(), slug)
    return response(Thesis.objects.filter(pk=record.pk), record.slug)


def theses(request: HttpRequest) -> StreamingHttpResponse:
    return response(lists.filtered("theses", request.GET.dict()), "theses")


def response(found: QuerySet[Any], name: str) -> StreamingHttpResponse:
    """Plain text, which a browser shows; it is saved under the name."""
    pieces: Iterator[str] = argdown_files.written(ThesisRows(public=True).rows(found), public=True)
    shown = StreamingHttpResponse(pieces, content_type="text/plain; charset=utf-8")
    shown["Content-Disposition"] = saved_as(f"{name}.argdown", shown=True)
    return shown
