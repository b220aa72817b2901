"""Notes uploaded as Markdown files or a ZIP of them: what would become of each line, then the writing."""

import io
import zipfile
import zlib
from pathlib import PurePosixPath
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from research import batches, note_files
from research.admin import work
from research.admin.imports import written
from research.admin.links import admin_url
from research.admin.rights import may, not_allowed
from research.admin.uploads import Expired, Upload
from research.models import Note
from research.note_files import NotesPlan
from research.plans import WRITTEN, Plan, State

Files = list[tuple[str, bytes]]
MOST_BYTES, MOST_FILES = 20 * 1024 * 1024, 500
ENDINGS = (".md", ".markdown", ".txt")
TABLE = "notes from Markdown"  # no table's name: another page's uploads are not ours
LINES_SHOWN = 1000


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    def __init__(self, **kwargs: Any) -> None:
        attrs = {"accept": ",".join((*ENDINGS, ".zip"))}
        super().__init__(widget=ManyFiles(attrs=attrs), **kwargs)

    def clean(self, data: Any, initial: Any = None) -> Files:
        uploads = data if isinstance(data, list) else [data]
        files: Files = []
        for upload in uploads:
            file = super().clean(upload, initial)
            try:
                files += read_upload(file)
            except ValueError as error:
                raise forms.ValidationError(f"{file.name}: {error}") from error
        if len(files) > MOST_FILES or sum(len(data) for _name, data in files) > MOST_BYTES:
            raise forms.ValidationError(too_much())
        return files


class UploadForm(forms.Form):
    notes = FilesField(label=gettext_lazy("Markdown files, or a ZIP of them"))


class NoteUpload:
    """For the notes' admin: the page, and a button on the list that leads to it."""

    change_list_template: Any = "admin/research/note/change_list.html"
    admin_site: Any

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.upload_view)
        own = [path("upload/", view, name="research_note_upload")]
        return own + super().get_urls()  # type: ignore[misc]

    def upload_view(self, request: HttpRequest) -> HttpResponseBase:
        if not may(request.user, "add", Note):
            raise PermissionDenied
        if request.method != "POST":
            return self._page(request, UploadForm())
        if "seen" in request.POST:
            return self._write(request)
        form = UploadForm(request.POST, request.FILES)
        return self._preview(request, form) if form.is_valid() else self._page(request, form)

    def _preview(self, request: HttpRequest, form: UploadForm) -> HttpResponse:
        files: Files = form.cleaned_data["notes"]
        upload = Upload.receive(request.user, (data for _name, data in files))
        with upload.or_none():
            planned = note_files.plan_files(files, Plan(upload.plan))
            plan, names = planned.plan, "; ".join(name for name, _data in files)
            plan.keep()
        refused = not_allowed(request.user, plan, batches.is_written)
        seen = ""
        if plan.count(*WRITTEN) and not plan.problems and not refused:
            upload.keep({"table": TABLE, "name": names})
            seen = upload.token
        else:
            upload.remove()
        counts = {state.value: plan.count(state) for state in State}
        shown = {"found": first_lines(planned), "problems": plan.problems[:LINES_SHOWN], "counts": counts}
        left = max(0, sum(map(len, planned.found.values())) - LINES_SHOWN) + len(plan.problems[LINES_SHOWN:])
        return self._page(request, form, **shown, refused=refused, seen=seen, left=left)

    def _write(self, request: HttpRequest) -> HttpResponseBase:
        """Write what was seen; say so if it can no longer be written."""
        try:
            upload = Upload.find(request.user, request.POST["seen"])
            if upload.about["table"] != TABLE:
                raise Expired
            plan = Plan.open(upload.plan)
        except (Expired, FileNotFoundError):
            return self._again(request, _("The uploaded file is no longer there."))
        if not_allowed(request.user, plan, batches.is_written):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "opts": Note._meta,
            "title": _("Notes from Markdown"),
        }
        back = admin_url(Note, "upload")
        return work.follow(request, written(plan, upload, batches.is_written, request.user), context, back)

    def _again(self, request: HttpRequest, reason: str) -> HttpResponse:
        again = _("Nothing was written. Upload the file again to see what it would do now.")
        messages.error(request, f"{reason} {again}")
        return HttpResponseRedirect(admin_url(Note, "upload"))

    def _page(self, request: HttpRequest, form: UploadForm, **shown: Any) -> TemplateResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": _("Notes from Markdown"),
            "opts": Note._meta,
            "form": form,
            **shown,
        }
        return TemplateResponse(request, "admin/research/note/upload.html", context)


def first_lines(planned: NotesPlan) -> dict[str, list[str]]:
    """A page stays readable whatever is uploaded."""
    room = LINES_SHOWN
    shown = {}
    for file, lines in planned.found.items():
        shown[file] = [str(line) for line in lines[:room]]
        room -= len(shown[file])
    return shown


# --- what was uploaded -------------------------------------------------------------------------------------


def read_upload(upload: UploadedFile) -> Files:
    """The file's notes, by name. Raises ValueError with what to do."""
    name = upload.name or ""
    if (upload.size or 0) > MOST_BYTES:
        raise ValueError(too_much())
    data = upload.read()
    if not name.lower().endswith(".zip"):
        return [(name, data)]
    try:
        return read_zip(data)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        raise ValueError(_("This ZIP cannot be read; pack it again, without a password.")) from error


def read_zip(data: bytes) -> Files:
    files: Files = []
    room = MOST_BYTES
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = [(entry_name(entry), entry) for entry in archive.infolist() if not entry.is_dir()]
        wanted = [
            (file, entry)
            for name, entry in entries
            if (file := PurePosixPath(name).name).lower().endswith(ENDINGS) and not file.startswith(".")
        ]
        if len(wanted) > MOST_FILES:
            raise ValueError(too_much())
        for name, entry in wanted:
            with archive.open(entry) as packed:
                content = packed.read(room + 1)
            room -= len(content)
            if room < 0:
                raise ValueError(too_much())
            files.append((name, content))
    if not files:
        raise ValueError(_("There is no Markdown file in it."))
    return files


def entry_name(entry: zipfile.ZipInfo) -> str:
    """Packers in Chinese Windows write names in GB18030 and do not say so; zipfile takes them for CP437."""
    if entry.flag_bits & 0x800:
        return entry.filename
    raw = entry.filename.encode("cp437", "replace")
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return entry.filename


def too_much() -> str:
    return _("That is too much at once: at most %(files)s files and %(megabytes)s MB.") % {
        "files": MOST_FILES,
        "megabytes": MOST_BYTES // 1024 // 1024,
    }
