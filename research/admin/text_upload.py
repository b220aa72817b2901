"""Texts uploaded in the admin: what would become of each line, then the writing of what was seen."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from research import batches
from research.admin import work
from research.admin.imports import written
from research.admin.links import admin_url
from research.admin.rights import may, not_allowed
from research.admin.uploads import Expired, Upload
from research.models import Record
from research.plans import WRITTEN, Plan, State
from research.text_files import Files, TextsPlan

LINES_SHOWN = 1000


class TextUpload:
    """For the admin of a table: the page, and a button on the list that leads to it."""

    model: type[Record]
    admin_site: Any
    upload_name: str  # of the address, below the table's
    texts_form: type[forms.Form]
    upload_field: str  # of the form, whose value is `Files`
    upload_title: Any
    upload_template: str
    upload_table: str  # no table's name: another page's uploads are not ours

    def plan_texts(self, files: Files, plan: Plan) -> TextsPlan:
        """What writing the files would do, put into `plan`."""
        raise NotImplementedError

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.upload_view)
        name = f"research_{self.model._meta.model_name}_{self.upload_name}"
        return [path(f"{self.upload_name}/", view, name=name), *super().get_urls()]  # type: ignore[misc]

    def upload_view(self, request: HttpRequest) -> HttpResponseBase:
        if not may(request.user, "add", self.model):
            raise PermissionDenied
        if request.method != "POST":
            return self._page(request, self.texts_form())
        if "seen" in request.POST:
            return self._write(request)
        form = self.texts_form(request.POST, request.FILES)
        return self._preview(request, form) if form.is_valid() else self._page(request, form)

    def _preview(self, request: HttpRequest, form: forms.Form) -> HttpResponse:
        files: Files = form.cleaned_data[self.upload_field]
        upload = Upload.receive(request.user, (data for _name, data in files))
        with upload.or_none():
            planned = self.plan_texts(files, Plan(upload.plan))
            plan, names = planned.plan, "; ".join(name for name, _data in files)
            plan.keep()
        refused = not_allowed(request.user, plan, batches.is_written)
        seen = ""
        if plan.count(*WRITTEN) and not plan.problems and not refused:
            upload.keep({"table": self.upload_table, "name": names})
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
            if upload.about["table"] != self.upload_table:
                raise Expired
            plan = Plan.open(upload.plan)
        except (Expired, FileNotFoundError):
            return self._again(request, _("The uploaded file is no longer there."))
        if not_allowed(request.user, plan, batches.is_written):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": self.upload_title,
        }
        back = admin_url(self.model, self.upload_name)
        return work.follow(request, written(plan, upload, batches.is_written, request.user), context, back)

    def _again(self, request: HttpRequest, reason: str) -> HttpResponse:
        again = _("Nothing was written. Upload the file again to see what it would do now.")
        messages.error(request, f"{reason} {again}")
        return HttpResponseRedirect(admin_url(self.model, self.upload_name))

    def _page(self, request: HttpRequest, form: forms.Form, **shown: Any) -> TemplateResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": self.upload_title,
            "opts": self.model._meta,
            "form": form,
            **shown,
        }
        return TemplateResponse(request, self.upload_template, context)


def first_lines(planned: TextsPlan) -> dict[str, list[str]]:
    """A page stays readable whatever is uploaded."""
    room = LINES_SHOWN
    shown = {}
    for file, lines in planned.found.items():
        shown[file] = [str(line) for line in lines[:room]]
        room -= len(shown[file])
    return shown
