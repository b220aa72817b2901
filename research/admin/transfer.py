"""Import in the admin: import-export's pages around this project's own plan; export is in `exports`."""

import hashlib
import json
import types
from collections import defaultdict
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export.admin import ImportExportMixin
from import_export.forms import ConfirmImportForm, ImportForm
from import_export.results import Error, Result, RowResult

from research import actions, importing
from research.admin.differences import marked
from research.admin.exports import ExportAdmin, FileFormat
from research.admin.links import admin_url
from research.admin.uploads import Expired, UploadStorage

from research.models import Record
from research.rows import TABLES, Rows
from research.text.tables import TableError, refuse_size
from research.text.tables.encodings import ENCODINGS

# --- the format ----------------------------------------------------------------------------------------


class AnyTable(FileFormat):
    title, extension = "CSV, XLSX, JSON", ""


# --- the resource --------------------------------------------------------------------------------------


class Transfer:
    """Makes a codec what import-export's pages expect: plans and applies instead of importing row by row."""

    def import_data(
        self: Any,
        dataset: bytes,
        dry_run: bool = False,
        *,
        file_name: str = "",
        user: Any = None,
        form: Any = None,
        **kwargs: Any,
    ) -> Result:
        chosen = form.cleaned_data["encoding"]
        sheet = importing.read_bytes(dataset, file_name, self.table, encoding=chosen)
        plan = importing.plan([sheet])
        result = as_result(plan, self.columns)
        if dry_run:
            form.sheet, form.fingerprint = sheet, fingerprint(plan)
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
    whole_file = []
    planned = {row.number for table in plan.tables for row in table.rows}
    for problem in plan.problems:
        if problem.row in planned:
            by_row[problem.row][problem.column or NON_FIELD_ERRORS].append(problem.message)
        else:
            whole_file.append(problem)
    return by_row, whole_file


def row_result(row: PlannedRow, columns: tuple[str, ...]) -> RowResult:
    shown = RowResult()
    shown.number, shown.import_type = row.number, TYPES[row.state]
    shown.diff = [marked(row.before.get(name, ""), row.after.get(name, "")) for name in columns]
    return shown


# --- the pages -----------------------------------------------------------------------------------------


def encodings() -> list[tuple[str, Any]]:
    return [("", _("find it")), *ENCODINGS.items()]


class ReadingForm(forms.Form):
    encoding = forms.ChoiceField(label=gettext_lazy("Encoding"), choices=encodings, required=False)


class UploadForm(ReadingForm, ImportForm):
    field_order = ["import_file", "encoding"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["format"].widget = forms.HiddenInput()  # any table file: there is nothing to choose

    def clean_import_file(self) -> Any:
        file = self.cleaned_data["import_file"]
        try:
            refuse_size(file.size)
        except TableError as error:
            raise ValidationError(error.message) from None
        return file


class ConfirmForm(ReadingForm, ConfirmImportForm):
    format = forms.ChoiceField(choices=[("0", "")], widget=forms.HiddenInput())
    # What the person has seen and now confirms.
    fingerprint = forms.CharField(widget=forms.HiddenInput())


class TransferAdmin(ImportExportMixin, ExportAdmin):
    model: type[Record]
    import_formats = [AnyTable]
    import_form_class = UploadForm
    tmp_storage_class = UploadStorage
    confirm_form_class = ConfirmForm
    skip_admin_log = True  # the revisions tell

    def get_resource_classes(self, request: HttpRequest) -> list[type[Any]]:
        return [TRANSFERS[self.model.table]]

    def get_import_form_initial(self, request: HttpRequest) -> dict[str, Any]:
        return {"format": "0"}

    def get_import_data_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return {"form": kwargs["form"]}

    def get_confirm_form_initial(self, request: HttpRequest, import_form: Any) -> dict[str, Any]:
        initial: dict[str, Any] = super().get_confirm_form_initial(request, import_form)
        if not import_form:
            return initial
        seen = {"encoding": import_form.sheet.encoding, "fingerprint": import_form.fingerprint}
        return {**initial, **seen}

    def import_action(self, request: HttpRequest, **kwargs: Any) -> Any:
        """The preview also says how the file was read, and offers to read it otherwise."""
        response: Any = super().import_action(request, **kwargs)
        context = response.context_data
        if "result" in context:
            context["sheet"] = context["form"].sheet
            context["reading_form"] = self.create_confirm_form(request, import_form=context["form"])
            context["reading_form"].auto_id = "id_reading_%s"
        return response

    def process_import(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        gone = _("The uploaded file is no longer there.")
        form = self.create_confirm_form(request)
        if self.has_import_permission(request) and not form.is_valid():
            return self.import_again(request, [gone])
        try:
            if self.has_import_permission(request) and "again" in request.POST:
                return self.preview_again(request, form)
            response: HttpResponse = super().process_import(request, **kwargs)
        except Expired:
            return self.import_again(request, [gone])
        return response

    def preview_again(self, request: HttpRequest, form: Any) -> HttpResponse:
        """The preview of the file that was uploaded before, read in the encoding that the person chose."""
        data = UploadStorage(name=form.cleaned_data["import_file_name"]).read()
        name = form.cleaned_data["original_file_name"]
        resource = TRANSFERS[self.model.table]()
        result = resource.import_data(data, dry_run=True, file_name=name, user=request.user, form=form)
        initial = {**form.cleaned_data, "fingerprint": form.fingerprint}
        context = {
            **self.admin_site.each_context(request),
            **{"title": _("Import"), "opts": self.model._meta, "result": result, "sheet": form.sheet},
            "reading_form": ConfirmForm(initial=initial, auto_id="id_reading_%s"),
        }
        if result.has_errors() or result.has_validation_errors():
            classes = self.get_resource_classes(request)
            context["form"] = UploadForm([AnyTable], classes, initial=self.get_import_form_initial(request))
            context["fields_list"] = [("", resource.columns)]
        else:
            context["confirm_form"] = ConfirmForm(initial=initial)
        return TemplateResponse(request, [self.import_template_name], context)

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
