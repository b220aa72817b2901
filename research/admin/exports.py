"""Export in the admin: django-import-export's pages around this project's own rows."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from import_export.admin import ExportMixin
from import_export.formats.base_formats import Format
from import_export.forms import ExportForm

from research import exporting
from research.models import Record
from research.rows import TABLES, Row


class FileFormat(Format):
    """What import-export asks of a format. A file's name says how it is read, so bytes stay bytes here."""

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

    def can_import(self) -> bool:
        return True

    can_export = can_import

    def create_dataset(self, data: bytes) -> bytes:
        return data


class CSV(FileFormat):
    title, extension, content_type = "CSV", "csv", "text/csv; charset=utf-8"

    def export_rows(self, columns: Sequence[str], rows: Iterable[Row]) -> bytes:
        lines = exporting.csv_lines(columns, rows, safe=True)
        return (exporting.BOM + "".join(lines)).encode()


class JSON(FileFormat):
    """A list of objects, one a row, each with the same keys."""

    title, extension, content_type = "JSON", "json", "application/json"

    def export_rows(self, columns: Sequence[str], rows: Iterable[Row]) -> bytes:
        return json.dumps(list(rows), ensure_ascii=False, indent=2).encode()


class ChooseFormat(ExportForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["format"] = "0"


class ExportAdmin(ExportMixin):
    model: type[Record]
    export_formats = [CSV, JSON]
    export_form_class = ChooseFormat

    def get_export_data(self, file_format: Any, request: HttpRequest, queryset: Any, **kwargs: Any) -> bytes:
        if not self.has_export_permission(request):
            raise PermissionDenied
        codec = TABLES[self.model.table]()
        data: bytes = file_format.export_rows(codec.columns, codec.rows(queryset))
        return data

    def get_export_filename(self, request: HttpRequest, queryset: Any, file_format: Format) -> str:
        """The name that `import_csv` knows the table by."""
        return f"{self.model.table}.{file_format.get_extension()}"
