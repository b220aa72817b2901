"""Import in the admin: a file is read and compared, the person sees and chooses, then all is written."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export.admin import ImportMixin

from research import actions, batches, exporting, importing, sheets
from research.admin import work
from research.admin.choices import SHOWN, Choices
from research.admin.differences import difference, readable
from research.admin.links import admin_url
from research.admin.rights import not_allowed
from research.admin.uploads import Expired, Upload
from research.bibliographies import Bibliography, described
from research.models import Record
from research.plans import Plan, PlannedRow, State
from research.rows import TABLES
from research.text.tables import TableError, refuse_size
from research.text.tables.encodings import ENCODINGS

PER_PAGE = 100


def encodings() -> list[tuple[str, Any]]:
    return [("", _("find it")), *ENCODINGS.items()]


class UploadForm(forms.Form):
    """A file, and its encoding if it shall not be found."""

    # An empty file is answered as any other that cannot be read.
    import_file = forms.FileField(label=gettext_lazy("File to import"), allow_empty_file=True)
    encoding = forms.ChoiceField(label=gettext_lazy("Encoding"), choices=encodings, required=False)

    def clean_import_file(self) -> Any:
        file = self.cleaned_data["import_file"]
        try:
            refuse_size(file.size if file else 0)
        except TableError as error:
            raise ValidationError(error.message) from None
        return file

    def sent(self) -> tuple[str, Iterable[bytes]]:
        """Of a valid form: the file's name and what it holds."""
        file = self.cleaned_data["import_file"]
        return file.name, file.chunks()


class EncodingForm(forms.Form):
    encoding = forms.ChoiceField(label=gettext_lazy("Encoding"), choices=encodings)


class ImportAdmin(ImportMixin):
    """import-export's button and addresses; what they show and do is this project's own."""

    model: type[Record]
    admin_site: Any
    opts: Any
    upload_form: type[UploadForm] = UploadForm

    def read_sheet(self, path: Path, name: str, encoding: str) -> sheets.Sheet:
        return sheets.read_file(path, encoding=encoding, name=name, table=self.model.table)

    # --- the file ------------------------------------------------------------------------------------------

    def import_action(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """GET: the form, or the preview of `?upload=`; POST: a file."""
        if not self.has_import_permission(request):
            raise PermissionDenied
        if request.method != "POST" and "upload" in request.GET:
            return self.with_upload(request, request.GET["upload"], self.show)
        form = self.upload_form(request.POST or None, request.FILES or None)
        if request.method != "POST" or not form.is_valid():
            context = {"form": form, "columns": TABLES[self.model.table].columns}
            return self.page(request, "admin/research/import.html", context)
        name, chunks = form.sent()
        upload = Upload.receive(request.user, iter(chunks))
        return self.read(request, upload, name, form.cleaned_data["encoding"])

    def read(self, request: HttpRequest, upload: Upload, name: str, encoding: str) -> HttpResponseBase:
        context = {**self.context(request), "title": _("Reading %s") % (name or pasted())}
        return work.follow(
            request, self.plan(upload, name, encoding), context, admin_url(self.model, "import")
        )

    def plan(self, upload: Upload, name: str, encoding: str, before: "Before | None" = None) -> work.Work:
        """Make the plan, beside the file; leads to the preview. `before`: it is made anew."""
        with upload.or_none():
            sheet = self.read_sheet(upload.file, name, encoding)
            plan = Plan(upload.plan)
            seen = before.versions if before else None
            yield from importing.planning(plan, [sheet], partial=True, seen=seen)
            kept = before.choices_in(plan) if before else {}
            plan.keep()
            plan.close()
            about = {"table": self.model.table, "name": name, "entries": isinstance(sheet, Bibliography)}
            about |= {"encoding": sheet.encoding, "reason": sheet.reason}
            happened = before.happened if before else ""
            more = {"alternatives": sheet.alternatives, "choices": kept, "happened": happened}
            upload.keep({**about, **more})
        yield admin_url(self.model, "import") + "?" + urlencode({"upload": upload.token})

    # --- the preview ---------------------------------------------------------------------------------------

    def process_import(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """POST from the preview: turn the page, read in another encoding, or write."""
        if not self.has_import_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseRedirect(admin_url(self.model, "import"))
        return self.with_upload(request, request.POST.get("upload", ""), self.answer)

    def with_upload(self, request: HttpRequest, token: str, view: Any) -> HttpResponseBase:
        try:
            upload = Upload.find(request.user, token)
            if upload.about["table"] != self.model.table:
                raise Expired
            response: HttpResponseBase = view(request, upload)
        except (Expired, FileNotFoundError):
            text = _("The uploaded file is no longer there.")
            again = _("Nothing was written. Upload the file again to see what it would do now.")
            messages.error(request, f"{text} {again}")
            return HttpResponseRedirect(admin_url(self.model, "import"))
        return response

    def answer(self, request: HttpRequest, upload: Upload) -> HttpResponseBase:
        about = upload.about
        if "again" in request.POST:
            form = EncodingForm(request.POST)
            encoding = form.cleaned_data["encoding"] if form.is_valid() else ""
            return self.read(request, upload.again(request.user), about["name"], encoding)
        choices = Choices(about["choices"])
        choices.take(request.POST)
        upload.keep({**about, "choices": choices.kept})
        if "confirm" in request.POST:
            return self.confirm(request, upload, choices)
        page = request.POST.get("page", "1")
        query = urlencode({"upload": upload.token, "p": page})
        return HttpResponseRedirect(f"{admin_url(self.model, 'import')}?{query}")

    def confirm(self, request: HttpRequest, upload: Upload, choices: Choices) -> HttpResponseBase:
        plan = Plan.open(upload.plan)
        invalid = plan.count(State.INVALID)
        if not_allowed(request.user, plan, choices.is_chosen):
            response = self.show(request, upload)
            response.status_code = 403
            return response
        if plan.broken or (invalid and "leave_out" not in request.POST):
            messages.error(request, _("Nothing was written: say what to do with the rows that have errors."))
            return self.show(request, upload)
        if not choices.count(plan):
            messages.warning(request, _("No row is ticked: nothing was written."))
            return self.show(request, upload)
        context = {**self.context(request), "title": _("Writing %s") % (upload.about["name"] or pasted())}
        back = admin_url(self.model, "import")
        writing = written(plan, upload, choices.is_chosen, request.user, self.plan)
        return work.follow(request, writing, context, back)

    def show(self, request: HttpRequest, upload: Upload) -> HttpResponseBase:
        plan = Plan.open(upload.plan)
        if "errors" in request.GET:
            return errors_file(plan)
        about = upload.about
        choices = Choices(about["choices"])
        number = int(page) if (page := request.GET.get("p", "1")).isascii() and page.isdecimal() else 1
        pages = max(1, -(-plan.count(*SHOWN) // PER_PAGE))
        number = min(max(number, 1), pages)
        rows = list(islice(plan.rows(*SHOWN), (number - 1) * PER_PAGE, number * PER_PAGE))
        context = {
            **{"title": _("Import: %s") % (about["name"] or pasted()), "about": about, "upload": upload},
            **{"plan": plan, "number": number, "pages": pages},
            "counts": {state.value: plan.count(state) for state in State},
            "rows": [ShownRow(row, choices.is_chosen(row)) for row in rows],
            "chosen": choices.count(plan),
            "absent": plan.tables[0].absent if plan.tables else [],
            "problems": plan.problems[:PER_PAGE],
            "left": plan.problem_count - len(plan.problems[:PER_PAGE]),
            "refused": not_allowed(request.user, plan, choices.is_chosen),
            "refused_whatever": not_allowed(request.user, plan, lambda _row: False),
            "encoding_form": EncodingForm(initial={"encoding": about["encoding"]}),
        }
        return self.page(request, "admin/research/import_preview.html", context)

    def context(self, request: HttpRequest) -> dict[str, Any]:
        return {**self.admin_site.each_context(request), "opts": self.opts}

    def page(self, request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
        shared = {**self.context(request), "title": _("Import")}
        return TemplateResponse(request, template, {**shared, **context})


def written(
    plan: Plan,
    upload: Upload,
    chosen: Callable[[PlannedRow], bool],
    user: Any,
    again: Callable[..., work.Work] | None = None,
) -> work.Work:
    """Write what was chosen; the upload is gone first, so that no end of this process leaves it behind.

    What clashes with what others have written since is planned `again` from the file, which is still open.
    """
    about = upload.about
    with upload.file.open("rb") as file:
        upload.remove()
        try:
            batch = yield from batches.applying(
                plan, by=user, via="import", files=about["name"] or pasted(), chosen=chosen
            )
        except actions.Conflict as error:
            if again is None:
                raise
            fresh = Upload.receive(user, iter(lambda: file.read(1 << 20), b""))
            yield from again(fresh, about["name"], about["encoding"], Before(plan, about["choices"], error))
            return
    assert batch  # at least one row was chosen
    yield reverse("admin:research_batch_change", args=[batch.pk])


class Before:
    """What the plan that could not be written had found, what was ticked in it, and why it was not."""

    def __init__(self, plan: Plan, choices: dict[str, Any], error: actions.Conflict) -> None:
        self.choices = Choices(choices)
        rows = plan.rows(State.CHANGED, State.DOUBTFUL, State.STALE, State.SAME)
        found = {row.number: (row.version, row.state) for row in rows}
        self.versions = {number: version for number, (version, _state) in found.items()}
        self.stale = {number for number, (_version, state) in found.items() if state == State.STALE}
        keys = [clash.base.get(clash.record.key_field, "") for clash in error.clashes]
        authors = {clash.last.author for clash in error.clashes if clash.last}
        self.happened = _("Nothing was written: since the preview %(author)s has changed %(records)s.") % {
            "author": ", ".join(sorted(filter(None, authors))) or _("someone else"),
            "records": actions.named_briefly(keys),
        }

    def choices_in(self, plan: Plan) -> dict[str, Any]:
        """What was ticked, in the new plan; what became stale is not."""
        flipped = {}
        for row in plan.rows(*SHOWN):
            fresh = row.state == State.STALE and row.number not in self.stale
            wanted = not fresh and self.choices.is_chosen(row)
            if wanted != self.choices.default(row.state):
                flipped[str(row.number)] = row.state.value
        return {"all": self.choices.all, "flipped": flipped}


def pasted() -> str:
    """What stands for the name of a file that is none."""
    return _("pasted text")


class ShownRow:
    """A row of the preview: what it changes, cell by cell; an entry of a bibliography also as one line."""

    def __init__(self, row: PlannedRow, chosen: bool) -> None:
        self.row, self.chosen, self.state = row, chosen, row.state
        self.described = described(row.after) if row.line else ""
        codec = TABLES[row.table]
        self.cells = [
            (
                name,
                difference(codec, name, row.before.get(name, ""), row.after[name])
                if row.pk
                else readable(codec, name, row.after[name]),
            )
            for name in row.changed_columns
        ]


def errors_file(plan: Plan) -> StreamingHttpResponse:
    """The rows that have errors, as they came, with what is wrong beside them: to be mended and imported."""
    table = plan.tables[0]
    columns = [name for name in table.columns if name != sheets.ERROR]
    lines = exporting.spreadsheet_lines([*columns, sheets.ERROR], invalid_rows(plan, columns))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{table.table}-errors.csv"'
    return response


def invalid_rows(plan: Plan, columns: list[str]) -> Iterator[dict[str, str]]:
    for row in plan.rows(State.INVALID):
        texts = [
            f"{column}: {message}" if column else message
            for column, messages in row.messages.items()
            for message in messages
        ]
        place = _("row %s") % row.number
        cells = {name: row.after.get(name, "") for name in columns}
        yield {**cells, sheets.ERROR: f"{place}: {' '.join(texts)}"}
