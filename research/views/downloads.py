"""Every list as data: the same public records, by the row."""

import tempfile
from collections.abc import Callable, Iterable, Iterator

from django.http import HttpRequest, StreamingHttpResponse
from django.utils import translation
from django.utils.http import content_disposition_header

from research import exporting, packages
from research.queries import lists
from research.rows import TABLES, Row

CHUNK = 64 * 1024
CSV = "text/csv; charset=utf-8"


def csv_view(table: str, name: str) -> Callable[[HttpRequest], StreamingHttpResponse]:
    def view(request: HttpRequest) -> StreamingHttpResponse:
        lines = exporting.spreadsheet_lines(TABLES[table].columns, public_rows(table, request))
        return attachment(lines, f"{name}.csv", CSV)

    return view


def json_view(table: str, name: str) -> Callable[[HttpRequest], StreamingHttpResponse]:
    def view(request: HttpRequest) -> StreamingHttpResponse:
        lines = exporting.json_lines(public_rows(table, request))
        return attachment(lines, f"{name}.json", "application/json")

    return view


def data_package(request: HttpRequest) -> StreamingHttpResponse:
    return package_attachment(public=True)


def package_attachment(*, public: bool) -> StreamingHttpResponse:
    return attachment(package_chunks(public, translation.get_language()), "data.zip", "application/zip")


def package_chunks(public: bool, language: str | None) -> Iterator[bytes]:
    """By way of a file: a large package needs no memory. Sent after the request has had its language."""
    with tempfile.TemporaryFile() as file:
        with translation.override(language):
            packages.write_package(file, public=public)
        file.seek(0)
        while chunk := file.read(CHUNK):
            yield chunk


def public_rows(table: str, request: HttpRequest) -> Iterator[Row]:
    return TABLES[table](public=True).rows(lists.filtered(table, request.GET.dict()))


def attachment(lines: Iterable[str] | Iterable[bytes], name: str, content_type: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(lines, content_type=content_type)
    response["Content-Disposition"] = saved_as(name)
    return response


def saved_as(name: str, *, shown: bool = False) -> str:
    """The header that gives a file its name; `shown` where browsers show it rather than save it."""
    return content_disposition_header(not shown, name) or "inline"
