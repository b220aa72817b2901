"""Notes uploaded as Markdown files or a ZIP of them: what would become of each line, then the writing."""

import io
import json
import zipfile
import zlib
from base64 import b64decode, b64encode
from pathlib import PurePosixPath
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth import get_permission_codename
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from research import actions, importing, note_files
from research.admin.links import admin_url
from research.admin.transfer import fingerprint
from research.admin.uploads import KEPT, Expired, UploadStorage

from research.models import Note
from research.note_files import NotesPlan
from research.rows import MODELS

Files = list[tuple[str, bytes]]
MOST_BYTES, MOST_FILES = 20 * 1024 * 1024, 500
ENDINGS = (".md", ".markdown", ".txt")
SALT = "research.admin.note_upload"
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

    def upload_view(self, request: HttpRequest) -> HttpResponse:
        if not request.user.has_perm("research.add_note"):
            raise PermissionDenied
        if request.method != "POST":
            return self._page(request, UploadForm())
        if "seen" in request.POST:
            return self._write(request)
        form = UploadForm(request.POST, request.FILES)
        return self._preview(request, form) if form.is_valid() else self._page(request, form)

    def _preview(self, request: HttpRequest, form: UploadForm) -> HttpResponse:
        files: Files = form.cleaned_data["notes"]
        planned = note_files.plan_files(files)
        refused = not_allowed(request.user, planned)
        seen = ""
        if planned.plan.changes() and not planned.plan.problems and not refused:
            storage = UploadStorage()
            storage.keep(json.dumps([[name, b64encode(data).decode()] for name, data in files]).encode())
            seen = signing.dumps([storage.name, request.user.pk, fingerprint(planned.plan)], salt=SALT)
        counts = {state.value: sum(table.count()[state] for table in planned.plan.tables) for state in State}
        problems = planned.plan.problems
        shown = {"found": first_lines(planned), "problems": problems[:LINES_SHOWN], "counts": counts}
        left = max(0, sum(map(len, planned.found.values())) - LINES_SHOWN) + len(problems[LINES_SHOWN:])
        return self._page(request, form, **shown, refused=refused, seen=seen, left=left)

    def _write(self, request: HttpRequest) -> HttpResponse:
        """Write what was seen; say so if it is no longer what would be written."""
        try:
            name, user, mark = signing.loads(request.POST["seen"], salt=SALT, max_age=KEPT)
            storage = UploadStorage(name=name)
            if user != request.user.pk:
                raise Expired
            files = [(file, b64decode(data)) for file, data in json.loads(storage.read())]
        except (signing.BadSignature, Expired):
            return self._again(request, _("The uploaded file is no longer there."))
        storage.remove()
        planned = note_files.plan_files(files)
        if fingerprint(planned.plan) != mark or not_allowed(request.user, planned):
            return self._again(request, _("The table has changed since the preview."))
        try:
            importing.apply(planned.plan, by=request.user, via="import")
        except actions.Conflict as error:
            return self._again(request, str(error))
        except DatabaseError:
            return self._again(
                request, _("The database refused a row: a value is too long, or its key was taken just now.")
            )
        count = len(planned.plan.changes())
        messages.success(
            request, ngettext("%s record was written.", "%s records were written.", count) % count
        )
        return HttpResponseRedirect(admin_url(Note, "changelist"))

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


def not_allowed(user: Any, planned: NotesPlan) -> list[str]:
    """The tables in which the person may not do what the files ask for."""
    missing = []
    for table in planned.plan.tables:
        options = MODELS[table.table]._meta
        for state, deed in ((State.NEW, "add"), (State.CHANGED, "change")):
            allowed = user.has_perm(f"research.{get_permission_codename(deed, options)}")
            if table.count()[state] and not allowed:
                missing.append(str(options.verbose_name_plural))
    return list(dict.fromkeys(missing))


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
