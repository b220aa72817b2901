"""Export in the admin: import-export's page around this project's own rows, sent while they are read."""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from typing import Any
from wsgiref.util import FileWrapper

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from import_export.admin import ExportMixin
from import_export.formats.base_formats import Format
from import_export.forms import ExportForm

from research import exporting
from research.admin.links import admin_url
from research.models import Record
from research.rows import TABLES, Row
from research.text import formulas
from research.text.tables.writing import write_xlsx
from research.views.downloads import CHUNK, attachment

# By it an import sees that a record has changed since it was exported; canonical files have none.
VERSION = "version"

# --- formats -------------------------------------------------------------------------------------------


class FileFormat(Format):
    """What import-export asks of a format that is written."""

    title: str
    extension: str
    content_type: str

    def __init__(self, encoding: str | None = None) -> None:
        """import-export names an encoding; ours is found, or chosen by the person."""

    def get_title(self) -> str:
        return self.title

    def get_extension(self) -> str:
        return self.extension

    def get_content_type(self) -> str:
        return self.content_type

    def can_export(self) -> bool:
        return True


class CSV(FileFormat):
    title, extension, content_type = "CSV", "csv", "text/csv; charset=utf-8"

    def stream(self, table: str, columns: Sequence[str], rows: Iterable[Row]) -> Iterator[str]:
        return exporting.spreadsheet_lines(columns, rows)


class JSON(FileFormat):
    """A list of objects, one a row, each with the same keys."""

    title, extension, content_type = "JSON", "json", "application/json"

    def stream(self, table: str, columns: Sequence[str], rows: Iterable[Row]) -> Iterator[str]:
        return exporting.json_lines(rows)


class XLSX(FileFormat):
    title, extension = "XLSX", "xlsx"
    content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

    def stream(self, table: str, columns: Sequence[str], rows: Iterable[Row]) -> Iterable[bytes]:
        """Into a file first: what no workbook can hold is a ValueError before anything is sent."""
        with ExitStack() as unless_refused:
            file = unless_refused.enter_context(tempfile.TemporaryFile())
            write_xlsx(file, table, columns, ([*map(formulas.canonical, row.values())] for row in rows))
            unless_refused.pop_all()
        file.seek(0)
        return FileWrapper(file, CHUNK)


# --- the pages -----------------------------------------------------------------------------------------


class ChooseFormat(ExportForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["format"] = "0"


class ExportAdmin(ExportMixin):
    model: type[Record]
    export_formats = [CSV, JSON, XLSX]
    export_form_class = ChooseFormat
    actions: Any = ["export_selected"]

    def _do_file_export(
        self, file_format: Any, request: HttpRequest, queryset: Any, export_form: Any = None
    ) -> StreamingHttpResponse:
        if not self.has_export_permission(request):
            raise PermissionDenied
        codec = TABLES[self.model.table]()
        rows = ({**row, VERSION: str(version)} for _pk, version, row in codec.saved(queryset))
        pieces = file_format.stream(codec.table, [*codec.columns, VERSION], rows)
        name = self.get_export_filename(request, queryset, file_format)
        return attachment(pieces, name, file_format.get_content_type())

    def get_export_filename(self, request: HttpRequest, queryset: Any, file_format: Format) -> str:
        """The name that `import_csv` knows the table by."""
        return f"{self.model.table}.{file_format.get_extension()}"

    def init_request_context_data(self, request: HttpRequest, form: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().init_request_context_data(request, form)
        return {**context, "fields_list": [("", [*TABLES[self.model.table].columns, VERSION])]}

    @admin.action(description=_("Export the selected %(verbose_name_plural)s"), permissions=["export"])
    def export_selected(self, request: HttpRequest, queryset: Any) -> HttpResponse:
        """The export page of a list that shows the ticked records only.

        import-export's own action would put each id of a whole table into the page, and compare all with all.
        """
        filters = request.GET.dict()
        if request.POST.get("select_across") != "1":
            filters["id__in"] = ",".join(map(str, queryset.values_list("pk", flat=True)))
        return HttpResponseRedirect(f"{admin_url(self.model, 'export')}?{urlencode(filters)}")
