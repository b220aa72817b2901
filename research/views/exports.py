"""A comparison's table as a file: `/comparisons/<slug>/table.csv` and its like."""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.encoding import uri_to_iri

from research.queries import collation_files as files
from research.queries.collation import Collation, collate
from research.queries.comparison import Matrix
from research.text.tables.csv_writing import for_spreadsheets
from research.views.addresses import absolute
from research.views.downloads import CSV, saved_as
from research.views.pages import matrix_of

Written = str | bytes


@dataclass(frozen=True)
class Export:
    """A form of the table: its name in addresses, and what writes it, with the address of the page."""

    name: str
    content_type: str
    write: Callable[[Collation, str, HttpRequest], Written]

    @property
    def url_name(self) -> str:
        return f"comparison_{self.name.replace('.', '_').replace('-', '_')}"


def _csv(rows: Callable[[Collation], files.Rows]) -> Callable[[Collation, str, HttpRequest], Written]:
    return lambda collation, _address, _request: for_spreadsheets(rows(collation))


def _xlsx(collation: Collation, _address: str, _request: HttpRequest) -> bytes:
    file = BytesIO()
    files.write_workbook(file, collation)
    return file.getvalue()


def _json(collation: Collation, address: str, _request: HttpRequest) -> str:
    return files.json_text(collation, address)


def _markdown(collation: Collation, address: str, _request: HttpRequest) -> str:
    return files.markdown_text(collation, uri_to_iri(address))


def _latex(collation: Collation, address: str, request: HttpRequest) -> str:
    """`?fragment=1`: without what makes it a document."""
    return files.latex_text(collation, uri_to_iri(address), fragment=request.GET.get("fragment") == "1")


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
EXPORTS = [
    Export("table.csv", CSV, _csv(files.as_rows)),
    Export("table-transposed.csv", CSV, _csv(files.as_transposed_rows)),
    Export("table-tidy.csv", CSV, _csv(files.as_tidy_rows)),
    Export("table.xlsx", XLSX, _xlsx),
    Export("table.json", "application/json", _json),
    Export("table.md", "text/markdown; charset=utf-8", _markdown),
    Export("table.tex", "application/x-tex; charset=utf-8", _latex),
]


def export_view(export: Export) -> Callable[..., HttpResponse]:
    def view(request: HttpRequest, slug: str) -> HttpResponse:
        return exported(request, export, matrix_of(request, slug))

    return view


def exported(request: HttpRequest, export: Export, matrix: Matrix) -> HttpResponse:
    """The file of what the matrix holds, with the address of the same view."""
    collation = collate(matrix)
    address = collation.address + matrix.options.querystring()
    written = export.write(collation, absolute(request, address), request)
    response = HttpResponse(written, content_type=export.content_type)
    name = f"{collation.slug}-{export.name}"
    response["Content-Disposition"] = saved_as(name)
    return response


def patterns(address: str) -> list[URLPattern]:
    return [path(f"{address}{export.name}", export_view(export), name=export.url_name) for export in EXPORTS]
