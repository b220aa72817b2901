"""Import and export in the admin: django-import-export's pages around this project's own plan and rows."""

import hashlib
import json
import types
from collections import defaultdict
from dataclasses import replace
from typing import Any

import tablib
from django import forms
from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from import_export.admin import ImportExportMixin
from import_export.formats.base_formats import Format
from import_export.forms import ConfirmImportForm, ExportForm
from import_export.results import Error, Result, RowResult

from research import actions, exporting, importing
from research.admin.differences import marked
from research.admin.links import admin_url
from research.admin.uploads import Expired, UploadStorage
from research.importing import Plan, PlannedRow, Problem, Sheet, State
from research.models import Record
from research.rows import TABLES, Rows

# --- formats -------------------------------------------------------------------------------------------


class FileFormat(Format):
    """Bytes to a sheet and back. What cannot be read is a problem of the sheet, never an exception."""

    title: str
    extension: str
    content_type: str

    def __init__(self, encoding: str | None = None) -> None:
        """import-export names an encoding; ours is UTF-8 always."""

    def get_title(self) -> str:
        return self.title

    def get_extension(self) -> str:
        return self.extension

    def get_content_type(self) -> str:
        return self.content_type

    def can_import(self) -> bool:
        return True

    can_export = can_import

    def create_dataset(self, data: bytes) -> Sheet:
        sheet = Sheet(file="", table="")
        try:
            return self.read(data.decode("utf-8-sig"), sheet)
        except UnicodeDecodeError as error:
            message = _("Byte %s is not UTF-8; save the file as “CSV UTF-8”.") % (error.start + 1)
            sheet.problems.append(Problem("", 0, "", message))
            return sheet

    def read(self, text: str, sheet: Sheet) -> Sheet:
        raise NotImplementedError


class CSV(FileFormat):
    title, extension, content_type = "CSV", "csv", "text/csv; charset=utf-8"

    def read(self, text: str, sheet: Sheet) -> Sheet:
        return importing.read_text(text, sheet)

    def export_data(self, rows: tablib.Dataset) -> bytes:
        lines = exporting.csv_lines(rows.headers, rows.dict, safe=True)
        return (exporting.BOM + "".join(lines)).encode()


class JSON(FileFormat):
    """A list of objects, one a row, each with the same keys."""

    title, extension, content_type = "JSON", "json", "application/json"

    def read(self, text: str, sheet: Sheet) -> Sheet:
        try:
            rows = json.loads(text)
        except ValueError as error:
            sheet.problems.append(Problem("", 0, "", _("Not readable as JSON: %s.") % error))
            return sheet
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            sheet.problems.append(
                Problem("", 0, "", _("The file must be a list of objects, one for each row."))
            )
            return sheet
        sheet.header = list(dict.fromkeys(name for row in rows for name in row))
        for number, row in enumerate(rows, start=2):
            # A key that a row lacks shows as a cell too few.
            sheet.rows.append((number, [cell(row[name]) for name in sheet.header if name in row]))
        return sheet

    def export_data(self, rows: tablib.Dataset) -> bytes:
        return json.dumps(rows.dict, ensure_ascii=False, indent=2).encode()


def cell(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


# --- the resource --------------------------------------------------------------------------------------


class Transfer:
    """Makes a codec what import-export's pages expect: plans and applies instead of importing row by row."""

    def export(self: Any, queryset: Any = None, **kwargs: Any) -> tablib.Dataset:
        return tablib.Dataset(*(tuple(row.values()) for row in self.rows(queryset)), headers=self.columns)

    def import_data(
        self: Any,
        dataset: Sheet,
        dry_run: bool = False,
        *,
        file_name: str = "",
        user: Any = None,
        form: Any = None,
        **kwargs: Any,
    ) -> Result:
        problems = [replace(problem, file=file_name) for problem in dataset.problems]
        sheet = replace(dataset, table=self.table, file=file_name, problems=problems)
        plan = importing.plan([sheet])
        result = as_result(plan, self.columns)
        if dry_run:
            form.fingerprint = fingerprint(plan)
        elif not plan.problems:
            for message in self.apply(plan, user, form.cleaned_data["fingerprint"]):
                result.append_base_error(Error(message))
        return result

    def apply(self, plan: Plan, user: Any, seen: str) -> list[str]:
        """Write the plan if it is the one that was seen; returns why it was not written."""
        if fingerprint(plan) != seen:
            return [_("The table has changed since the preview.")]
        try:
            importing.apply(plan, by=user, via="import")
        except actions.Conflict as error:
            return [str(error)]
        except DatabaseError:
            return [_("The database refused a row: a value is too long, or its key was taken just now.")]
        return []


def transfer(codec: type[Rows]) -> type[Any]:
    return types.new_class(f"{codec.__name__}Transfer", (Transfer, codec))


TRANSFERS = {table: transfer(codec) for table, codec in TABLES.items()}


def fingerprint(plan: Plan) -> str:
    """The same for two plans that would write the same over the same."""
    rows = [(row.number, row.state, row.before, row.after) for table in plan.tables for row in table.rows]
    return hashlib.sha256(json.dumps(rows, sort_keys=True).encode()).hexdigest()


# --- a plan as import-export's pages show it -----------------------------------------------------------

TYPES = {
    State.NEW: RowResult.IMPORT_TYPE_NEW,
    State.CHANGED: RowResult.IMPORT_TYPE_UPDATE,
    State.SAME: RowResult.IMPORT_TYPE_SKIP,
    State.INVALID: RowResult.IMPORT_TYPE_INVALID,
}


def as_result(plan: Plan, columns: tuple[str, ...]) -> Result:
    result = Result()
    result.diff_headers = list(columns)
    messages_by_row, whole_file = sort_problems(plan)
    for row in (row for table in plan.tables for row in table.rows):
        result.total_rows += 1
        result.totals[TYPES[row.state]] += 1
        if row.state in (State.NEW, State.CHANGED):
            result.append_row_result(row_result(row, columns))
        elif row.state == State.INVALID:
            result.append_invalid_row(row.number, row.after, ValidationError(messages_by_row[row.number]))
    for problem in whole_file:
        result.append_base_error(Error(str(problem)))
    return result


def sort_problems(plan: Plan) -> tuple[dict[int, dict[str, list[str]]], list[Problem]]:
    """Messages by row and column; and what is wrong with the file or its header."""
    by_row: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for problem in plan.problems:
        if problem.row > 1:
            by_row[problem.row][problem.column or NON_FIELD_ERRORS].append(problem.message)
    return by_row, [problem for problem in plan.problems if problem.row <= 1]


def row_result(row: PlannedRow, columns: tuple[str, ...]) -> RowResult:
    shown = RowResult()
    shown.number, shown.import_type = row.number, TYPES[row.state]
    shown.diff = [marked(row.before.get(name, ""), row.after.get(name, "")) for name in columns]
    return shown


# --- the pages -----------------------------------------------------------------------------------------


FORMATS = [CSV, JSON]


class ChooseFormat(ExportForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["format"] = "0"


class ConfirmForm(ConfirmImportForm):
    format = forms.ChoiceField(
        choices=[(str(number), "") for number in range(len(FORMATS))], widget=forms.HiddenInput()
    )
    # What the person has seen and now confirms.
    fingerprint = forms.CharField(widget=forms.HiddenInput())


class TransferAdmin(ImportExportMixin):
    model: type[Record]
    formats = FORMATS
    tmp_storage_class = UploadStorage
    export_form_class = ChooseFormat
    confirm_form_class = ConfirmForm
    skip_admin_log = True  # the revisions tell

    def get_resource_classes(self, request: HttpRequest) -> list[type[Any]]:
        return [TRANSFERS[self.model.table]]

    def get_export_filename(self, request: HttpRequest, queryset: Any, file_format: Format) -> str:
        """The name that `import_csv` knows the table by."""
        return f"{self.model.table}.{file_format.get_extension()}"

    def get_import_form_initial(self, request: HttpRequest) -> dict[str, Any]:
        return {"format": "0"}

    def get_import_data_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return {"form": kwargs["form"]}

    def get_confirm_form_initial(self, request: HttpRequest, import_form: Any) -> dict[str, Any]:
        initial: dict[str, Any] = super().get_confirm_form_initial(request, import_form)
        return {**initial, "fingerprint": import_form.fingerprint} if import_form else initial

    def process_import(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        gone = _("The uploaded file is no longer there.")
        if self.has_import_permission(request) and not self.create_confirm_form(request).is_valid():
            return self.import_again(request, [gone])
        try:
            response: HttpResponse = super().process_import(request, **kwargs)
        except Expired:
            return self.import_again(request, [gone])
        return response

    def process_result(self, result: Result, request: HttpRequest) -> HttpResponse:
        if result.has_errors() or result.has_validation_errors():
            return self.import_again(request, [str(error.error) for error in result.base_errors])
        response: HttpResponse = super().process_result(result, request)
        return response

    def import_again(self, request: HttpRequest, reasons: list[str]) -> HttpResponse:
        text = " ".join(
            [*reasons, _("Nothing was written. Upload the file again to see what it would do now.")]
        )
        messages.error(request, text)
        return HttpResponseRedirect(admin_url(self.model, "import"))
