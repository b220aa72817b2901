"""The pages of a record's history: what each save changed, two versions compared, one of them restored."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from research import actions
from research.admin import history
from research.admin.forms import BIGGEST
from research.admin.links import admin_url, number_of
from research.admin.rights import may, may_publish
from research.admin.why import LONGEST_WHY
from research.models import Draft, Record, Revision
from research.rows import MODELS, TABLES, Row

REFUSALS = (actions.Conflict, actions.StillNamed, DatabaseError)


class RestoreForm(forms.Form):
    # The version's number goes before it into the revision's note.
    why = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=LONGEST_WHY - 15,
        required=False,
        widget=AdminTextInputWidget,
    )
    seen_version = forms.IntegerField(widget=forms.HiddenInput, max_value=BIGGEST)
    seen_draft = forms.BooleanField(widget=forms.HiddenInput, required=False)


class HistoryPages(admin.ModelAdmin):
    model: type[Record]
    object_history_template = "admin/record_history.html"

    def get_urls(self) -> list[URLPattern]:
        restore = self.admin_site.admin_view(self.restore_view)
        name = f"research_{self.opts.model_name}_restore"
        return [path("<int:pk>/history/<int:version>/restore/", restore, name=name), *super().get_urls()]

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        pk = number_of(object_id) or 0
        revisions = Revision.objects.at(self.model.table, pk)
        record = self.model.objects.select_related(*self.model.named_by).filter(pk=pk).first()
        last = revisions.first()
        if last is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined]
        if not self.has_view_or_change_permission(request, record):
            raise PermissionDenied
        page = history.page_of(revisions, request.GET.get("p"))
        context = {
            **self.shared_context(request, record, last),
            "title": _("History: %s") % (record or history.name_of(last)),
            "page": page,
            "steps": history.steps(self.model, revisions, page),
            **self.comparison(request, revisions),
            "may_restore": self.may_restore(request, record),
            **(extra_context or {}),
        }
        return TemplateResponse(request, self.object_history_template, context)

    def shared_context(self, request: HttpRequest, record: Any, last: Revision) -> dict[str, Any]:
        return {
            **self.admin_site.each_context(request),
            "module_name": capfirst(self.opts.verbose_name_plural),
            "object": record,
            "last": last,
            "name": str(record or history.name_of(last)),
            "opts": self.opts,
        }

    def comparison(self, request: HttpRequest, revisions: Any) -> dict[str, Any]:
        """All versions; of the two that were asked for, the older one first, what differs."""
        versions = [*revisions.values("version", "at", "author")]
        numbers = {str(one["version"]): one["version"] for one in versions}
        names = ("from", "to")
        if not any(name in request.GET for name in names):
            newest = [one["version"] for one in versions[:2]]
            return {"versions": versions, "asked": {"from": newest[-1], "to": newest[0]}}
        try:
            old, new = sorted(numbers[request.GET.get(name, "")] for name in names)
        except KeyError:
            raise Http404 from None
        found = {one.version: one for one in revisions.filter(version__in=[old, new])}
        differences = history.changes(self.model, found[old].row, found[new].row)
        return {
            "versions": versions,
            "asked": {"from": old, "to": new},
            "compared": {"old": found[old], "new": found[new], "changes": differences},
        }

    # --- restoring -------------------------------------------------------------------------------------

    def may_restore(self, request: HttpRequest, record: Any) -> bool:
        """To bring back what is gone is to add it."""
        if record is None:
            return may(request.user, "add", self.model)
        return self.has_change_permission(request, record)

    def restore_view(self, request: HttpRequest, pk: int, version: int) -> HttpResponse:
        revisions = Revision.objects.at(self.model.table, pk)
        revision = get_object_or_404(revisions, version=version)
        record = self.model.objects.select_related(*self.model.named_by).filter(pk=pk).first()
        if not self.may_restore(request, record):
            raise PermissionDenied
        plan = planned(revision, record, public=may_publish(request.user, self.model))
        if request.method == "POST" and self.restore(request, plan):
            return HttpResponseRedirect(admin_url(self.model, "history", pk))
        # What stands now may be newer than what was seen.
        form = RestoreForm(initial={"why": request.POST.get("why", ""), **plan.seen})
        context = {
            **self.shared_context(request, record, revisions[0]),
            "title": _("Restore version %(version)s: %(name)s")
            % {"version": version, "name": record or history.name_of(revision)},
            **{"revision": revision, "plan": plan, "form": form},
            "via": history.via_label(revision.via),
            "cells": history.cells(self.model.table, revision.row, whole=True),
        }
        return TemplateResponse(request, "admin/record_restore.html", context)

    def restore(self, request: HttpRequest, plan: "Plan") -> bool:
        """Write it as one revision; if it cannot be, say why."""
        change, form = plan.change, RestoreForm(request.POST)
        if not form.is_valid():
            wrong = [message for found in form.errors.as_data().values() for one in found for message in one]
            messages.error(request, " ".join(map(str, wrong)))
            return False
        if change is None or not plan.differs:
            return False
        seen = form.cleaned_data["seen_version"]
        if plan.is_gone and seen != plan.seen["seen_version"]:
            messages.error(
                request, _("This was deleted meanwhile; see below what bringing it back would do.")
            )
            return False
        if not plan.is_gone:
            change.record.version = seen
            change.from_draft = change.aside and form.cleaned_data["seen_draft"]
        change.note = f"v{plan.revision.version}: {form.cleaned_data['why']}".removesuffix(": ")
        try:
            merged = actions.write([change], by=request.user, via="restore")  # type: ignore[arg-type]
        except REFUSALS as error:
            self.tell_refusal(request, error)
            return False
        self.tell_merged(request, merged)
        text = _("Version %(version)s of “%(name)s” was restored.")
        if change.aside:
            text = _(
                "Version %(version)s of “%(name)s” was restored as a newer draft; public stays what was."
            )
        named = {"version": plan.revision.version, "name": change.record}
        self.message_user(request, text % named, messages.SUCCESS)
        return True

    def tell_refusal(self, request: HttpRequest, error: Exception) -> None:
        raise NotImplementedError

    def tell_merged(self, request: HttpRequest, merged: Any) -> None:
        raise NotImplementedError


@dataclass
class Plan:
    """What restoring the revision would do: the change, or why there is none, and what would differ."""

    revision: Revision
    change: actions.Change | None
    errors: list[tuple[Any, str]]
    changes: history.Changes
    seen: dict[str, Any]
    is_gone: bool
    is_withheld: bool = False  # it was public, and the person may not make it so

    @property
    def differs(self) -> bool:
        return self.is_gone or bool(self.changes)


def planned(revision: Revision, record: Any, *, public: bool) -> Plan:
    codec, model = TABLES[revision.table], MODELS[revision.table]
    row = actions.as_allowed(revision.row, public=public)
    draft = Draft.objects.filter(table=revision.table, record_id=revision.record_id).first()
    change, errors = None, []
    try:
        change = actions.restoring(revision, public=public)
    except actions.Invalid as error:
        errors = [(codec.label(name), " ".join(texts)) for name, texts in error.errors.items()]
    if record:
        aside = change is not None and change.aside
        now: Row = draft.row if draft and aside else codec().row(record)
        seen = {"seen_version": record.version, "seen_draft": draft is not None}
    else:
        last = Revision.objects.at(revision.table, revision.record_id)[0]
        now, seen = {} if last.deleted else last.row, {"seen_version": last.version, "seen_draft": False}
    would = history.changes(model, now, {**now, **row}) if record else []
    return Plan(revision, change, errors, would, seen, record is None, row != revision.row)
