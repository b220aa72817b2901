"""The steps from a draft to the public: what a record's form says of them, its buttons, and bulk actions."""

from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from research import actions
from research.admin import history, unknown
from research.admin.base import REFUSALS, RecordAdmin, explained, who
from research.admin.exports import ExportAdmin
from research.admin.filters import StandingFilter
from research.admin.forms import draft_of
from research.admin.links import admin_url
from research.admin.proposing import offer
from research.admin.rights import may, may_delete, may_publish
from research.admin.why import LONGEST_WHY, why_of
from research.models import Draft, Revision, Status
from research.rows import TABLES

# A button of the form that saves under another status than the one that stands.
SAVES = {"_draft": Status.DRAFT, "_review": Status.REVIEW, "_publish": Status.PUBLISHED}
# Steps that a record takes as it was saved, by their names in `actions`; those that only reviewers may take.
REVIEWERS = ("publish", "give_back", "withdraw")
DONE: dict[str, Promise] = {
    "submit": gettext_lazy("in review"),
    "publish": gettext_lazy("published"),
    "give_back": gettext_lazy("returned as a draft"),
    "withdraw": gettext_lazy("withdrawn from the public"),
    "discard": gettext_lazy("newer draft discarded"),
}


@dataclass
class Button:
    name: str
    label: Any


@dataclass
class Standing:
    """Where a record stands: its latest save, and its newer draft with what that changes.

    `saves` are buttons of the form; `steps` take the record as it was saved.
    """

    record: Any
    draft: Draft | None
    last: Revision | None
    may_change: bool
    may_publish: bool
    changes: list[tuple[Any, SafeString]] = field(default_factory=list)

    @property
    def status(self) -> str:
        return self.draft.status if self.draft else self.record.status

    @property
    def label(self) -> Any:
        return Status(self.record.status).label

    @property
    def draft_label(self) -> Any:
        return Status(self.draft.status).label if self.draft else ""

    @property
    def is_published(self) -> bool:
        return bool(self.record.status == Status.PUBLISHED)

    @property
    def save_label(self) -> Any:
        if self.status == Status.PUBLISHED:
            return _("Save and publish") if self.may_publish else _("Save as newer draft")
        return _("Save")

    @property
    def saves(self) -> list[Button]:
        if not self.may_change:
            return []
        buttons = []
        if self.status == Status.PUBLISHED and self.may_publish:
            buttons.append(Button("_draft", _("Save as newer draft")))
        if self.status != Status.REVIEW:
            buttons.append(Button("_review", _("Submit for review")))
        if self.status != Status.PUBLISHED and self.may_publish:
            buttons.append(Button("_publish", _("Publish")))
        return buttons

    @property
    def steps(self) -> list[Button]:
        if not self.may_change:
            return []
        buttons = []
        if self.status == Status.REVIEW and self.may_publish:
            buttons.append(Button("publish", _("Publish")))
            buttons.append(Button("give_back", _("Return to draft")))
        if self.draft:
            buttons.append(Button("discard", _("Discard the newer draft")))
        if self.is_published and self.may_publish:
            buttons.append(Button("withdraw", _("Withdraw from the public")))
        return buttons


def standing(record: Any, user: Any) -> Standing:
    """In a fixed number of queries; the form's record may hold its draft's values, so it is read anew."""
    model = type(record)
    if record._state.adding:  # also one that somebody deleted meanwhile
        return Standing(record, None, None, may(user, "add", model), may_publish(user, model))
    record = model.objects.select_related(*model.named_by, *model.public_parents).get(pk=record.pk)
    draft, last = draft_of(record), Revision.objects.of(record).first()
    rights = (may(user, "change", model), may_publish(user, model))
    changes = draft_changes(record, draft) if draft else []
    return Standing(record, draft, last, *rights, changes)


def draft_changes(record: Any, draft: Draft) -> list[tuple[Any, SafeString]]:
    """What would be different for the public, column by column; the status is said elsewhere."""
    model, codec = type(record), TABLES[record.table]()
    [(_pk, _version, row)] = codec.saved(model.objects.filter(pk=record.pk))
    return history.changes(record, row, {**draft.row, "status": row["status"]})


class PublishableAdmin(RecordAdmin):
    """Of a table whose records have a status."""

    actions: Any = ["submit", "publish", "give_back", "withdraw", "discard", *ExportAdmin.actions]
    change_form_template = "admin/research/review_form.html"

    # --- who may ---------------------------------------------------------------------------------------

    def has_publish_permission(self, request: HttpRequest) -> bool:
        return may_publish(request.user, self.model) and self.has_change_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or may_delete(request.user, obj))

    # --- the list --------------------------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        newer = Draft.objects.filter(table=self.model.table, record_id=OuterRef("pk"))
        return super().get_queryset(request).annotate(newer=Subquery(newer.values("status")[:1]))

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        shown = super().get_list_display(request)
        return [*(name for name in shown if name != "status" or name in self.list_editable), "standing"]

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        found = super().get_list_filter(request)
        return [StandingFilter if name == "status" else name for name in found]

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def standing(self, record: Any) -> Any:
        label = record.get_status_display()
        newer_status = getattr(record, "newer", "")  # a row that is shown after it was deleted has none
        if not newer_status:
            kind = "attention" if record.status == Status.REVIEW else record.status
            return format_html('<span class="standing {}">{}</span>', kind, label)
        kind = "attention" if newer_status == Status.REVIEW else newer_status
        newer = _("newer draft: %(status)s") % {"status": Status(newer_status).label}
        text = '<span class="standing {}">{}</span> <span class="standing {}">{}</span>'
        return format_html(text, record.status, label, kind, newer)

    # --- the form --------------------------------------------------------------------------------------

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """The buttons say under which status a record is saved."""
        form: Any = super().get_form(request, obj, change, **kwargs)
        if "status" in form.base_fields:
            form.base_fields["status"].widget = forms.HiddenInput()
        return form

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        pressed = [status for name, status in SAVES.items() if name in request.POST]
        if pressed:
            data = request.POST.copy()
            data["status"] = pressed[0].value
            request.POST = data  # type: ignore[assignment]
        return super().changeform_view(request, *args, **kwargs)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        obj = kwargs.get("obj")
        found = standing(obj or self.model(), request.user)
        step_url = admin_url(self.model, "step", obj.pk) if obj else ""
        context |= {"standing": found, "step_url": step_url, "longest_note": LONGEST_WHY}
        return super().render_change_form(request, context, *args, **kwargs)

    # --- steps of one record ---------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.step_view)
        name = f"research_{self.model._meta.model_name}_step"
        return [path("<path:object_id>/step/", view, name=name), *super().get_urls()]

    def step_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """POST: `step`, `note`, and the `version` that the person saw; leads back to the form."""
        record = self.get_object(request, unquote(object_id))
        if record is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        step = request.POST.get("step", "")
        allowed = self.has_publish_permission if step in REVIEWERS else self.has_change_permission
        if step not in DONE or not allowed(request):
            raise PermissionDenied
        back = HttpResponseRedirect(admin_url(self.model, "change", record.pk))
        if request.POST.get("version") != str(record.version):
            messages.error(request, _("Nothing was done: someone has saved this meanwhile. Look again."))
            return back
        note = request.POST.get("note", "").replace("\x00", "").strip()[:LONGEST_WHY]
        try:
            done = getattr(actions, step)([record], by=who(request), via="review", note=note)
        except REFUSALS as error:
            messages.error(request, explained(error))
            return back
        self.tell(request, done, step)
        unknown.tell(request, done if step == "publish" else [])
        for one in done:
            self.tell_what_is_hidden(request, one)
        return back

    # --- bulk actions ----------------------------------------------------------------------------------

    @admin.action(
        description=gettext_lazy("Submit the selected %(verbose_name_plural)s for review"),
        permissions=["change"],
    )
    def submit(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        self.take(request, "submit", queryset)

    @admin.action(
        description=gettext_lazy("Publish the selected %(verbose_name_plural)s"), permissions=["publish"]
    )
    def publish(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        self.take(request, "publish", queryset)

    @admin.action(
        description=gettext_lazy("Return the selected %(verbose_name_plural)s to draft"),
        permissions=["publish"],
    )
    def give_back(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        self.take(request, "give_back", queryset)

    @admin.action(
        description=gettext_lazy("Withdraw the selected %(verbose_name_plural)s to draft"),
        permissions=["publish"],
    )
    def withdraw(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        self.take(request, "withdraw", queryset)

    @admin.action(
        description=gettext_lazy("Discard the newer drafts of the selected %(verbose_name_plural)s"),
        permissions=["change"],
    )
    def discard(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        self.take(request, "discard", queryset)

    def take(self, request: HttpRequest, step: str, queryset: QuerySet[Any]) -> None:
        done = getattr(actions, step)(queryset, by=who(request), via="action", note=why_of(request))
        self.tell(request, done, step)

    def tell(self, request: HttpRequest, changed: list[Any], step: str) -> None:
        text = ngettext(
            "%(count)s record: %(done)s.",
            "%(count)s records: %(done)s.",
            len(changed),
        )
        self.message_user(request, text % {"count": len(changed), "done": DONE[step]}, messages.SUCCESS)
        if changed and step == "publish":
            offer(request, changed[0])
