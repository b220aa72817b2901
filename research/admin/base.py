"""The base of all tables in the admin. Every write goes through `research.actions`, once a record."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import NestedObjects
from django.contrib.auth.models import User
from django.db import DEFAULT_DB_ALIAS, DatabaseError, transaction
from django.db.models import QuerySet, prefetch_related_objects
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from research import actions
from research.admin import notices
from research.admin.exports import ExportAdmin
from research.admin.imports import ImportAdmin
from research.admin.inlines import PlaceFormSet
from research.admin.links import admin_url, owners, record_link
from research.admin.lists import EditableLists
from research.admin.presence import PresenceAdmin
from research.admin.proposing import offer
from research.admin.record_history import HistoryPages
from research.admin.rights import may_publish
from research.admin.transactions import ShortTransactions
from research.admin.why import WhyActionForm, why_of
from research.models import Record, Status, tags
from research.rows import TABLES

REFUSALS = (actions.Conflict, actions.Invalid, actions.InUse, actions.StillNamed, DatabaseError)


class RecordAdmin(ImportAdmin, ExportAdmin, PresenceAdmin, HistoryPages, EditableLists, ShortTransactions):
    model: type[Record]
    refusals = REFUSALS
    list_per_page = 50
    import_export_change_list_template = "admin/record_list.html"
    delete_confirmation_template = "admin/record_deletion.html"
    delete_selected_confirmation_template = "admin/records_deletion.html"
    action_form = WhyActionForm

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        found = super().get_queryset(request).select_related(*self.model.named_by, *self.model.public_parents)
        return found.prefetch_related("tags") if hasattr(self.model, "tags") else found

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        trail = ["version", "created_by", "created_at", "updated_by", "updated_at"]
        return [*super().get_readonly_fields(request, obj), *trail]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        fieldsets = [*super().get_fieldsets(request, obj)]
        if obj:
            trail: list[Any] = ["version", ("created_by", "created_at"), ("updated_by", "updated_at")]
            if self.has_change_permission(request, obj):
                trail += ["seen_version", "seen_draft"]
            fieldsets.append((_("Versions"), {"fields": trail, "classes": ["collapse"]}))
        if self.has_change_permission(request, obj) if obj else self.has_add_permission(request):
            fieldsets.append((None, {"fields": ["why"]}))
        return fieldsets

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change, **kwargs)
        form.refusal = getattr(request, "refusal", "")
        form.may_publish = may_publish(request.user, self.model)
        return form

    def get_view_on_site_url(self, obj: Any = None) -> str | None:
        """Only what the public may see has a page."""
        return obj.get_absolute_url() if obj and obj.pk and obj.is_public else None

    @admin.display(description=gettext_lazy("tags"))
    def tag_names(self, record: Any) -> str:
        return tags.join(record.tags.all())

    # --- writing ---------------------------------------------------------------------------------------

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().changeform_view(request, *args, **kwargs)
        except REFUSALS as error:
            # Nothing was written. Show the form again: it now fails with the reason and keeps what was typed.
            request.refusal = format_html(  # type: ignore[attr-defined]
                "{} {}", explained(error), _("What you typed still stands below.")
            )
            return super().changeform_view(request, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Nothing yet: a record is written together with its relations."""

    @transaction.atomic
    def save_related(self, request: HttpRequest, form: Any, formsets: Iterable[Any], change: bool) -> None:
        watched = notices.watch(form, formsets)
        places = {
            formset.relation: formset.targets()
            for formset in formsets
            if isinstance(formset, PlaceFormSet) and formset.has_changed()
        }
        if not change or form.has_changed() or places:
            written = form.change()
            written.links |= places
            written.columns = {*written.columns, *places}
            self.tell_merged(request, actions.write([written], by=who(request), via="form"))
        for formset in formsets:
            if issubclass(formset.model, Record):
                self.save_formset(request, form, formset, change)
        notices.tell(watched, who(request))
        if not form.is_aside:
            self.tell_what_is_hidden(request, form.instance)
        if not change or form.has_changed() or places:
            offer(request, form.instance)

    def tell_what_is_hidden(self, request: HttpRequest, record: Any) -> None:
        """Publishing a thesis publishes none of its arguments, and withdrawing it hides them: say so."""
        for relation in record._meta.related_objects:
            child, name = relation.related_model, relation.field.name
            if not issubclass(child, Record) or name not in child.public_parents:
                continue
            standing = child.objects.filter(**{name: record})
            statuses = Counter(standing.values_list("status", flat=True))
            published = statuses[Status.PUBLISHED]
            drafts = statuses.total() - published
            kind = child._meta.verbose_name_plural
            if record.is_public and drafts:
                text = _("Not public yet, of what stands on it: %(count)s %(kind)s.")
                messages.warning(request, text % {"count": drafts, "kind": kind})
            elif not record.is_public and published:
                text = _("Hidden until this is published: %(count)s published %(kind)s.")
                messages.warning(request, text % {"count": published, "kind": kind})

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        formset.save(commit=False)
        for row in formset.deleted_forms:
            row.instance.version = row.cleaned_data.get("seen_version")
        why = form.cleaned_data.get("why", "")
        actions.delete(formset.deleted_objects, by=who(request), via="inline", note=why)
        written = [row.change() for row in formset.saved_forms]
        for one in written:
            one.note = why
        self.tell_merged(request, actions.write(written, by=who(request), via="inline"))

    def tell_merged(self, request: HttpRequest, merged: Iterable[actions.Merged]) -> None:
        """Say what of others now stands beside what the person typed."""
        for one in merged:
            if one.mine and one.theirs:
                text = _("“%(record)s” was saved with what %(author)s has changed meanwhile: %(columns)s.")
                names = ", ".join(str(TABLES[one.record.table].label(name)) for name in one.theirs)
                named = {"record": one.record, "author": one.author or "–", "columns": names}
                messages.info(request, text % named)

    def delete_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().delete_view(request, object_id, *args, **kwargs)
        except REFUSALS as error:
            return self.refuse(request, error)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        actions.delete([obj], by=who(request), via="form", note=why_of(request))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        actions.delete(queryset, by=who(request), via="action", note=why_of(request))

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[Any], dict[Any, int], set[Any], list[Any]]:
        """The records, and who rests on them; what goes with a record (tags, places) is no record itself."""
        objs = list(objs)
        protected = [record_link(user) for user in sorted(users_of(objs), key=kind_and_name)]
        lacking = set() if self.has_delete_permission(request) else {self.opts.verbose_name}
        return (
            [record_link(obj) for obj in objs],
            {self.opts.verbose_name_plural: len(objs)},
            lacking,
            protected,
        )

    def response_action(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:  # type: ignore[override]
        try:
            return super().response_action(request, queryset)
        except REFUSALS as error:
            return self.refuse(request, error)

    def refuse(self, request: HttpRequest, error: Exception) -> HttpResponse:
        self.tell_refusal(request, error)
        return HttpResponseRedirect(request.get_full_path())

    def tell_refusal(self, request: HttpRequest, error: Exception) -> None:
        self.message_user(request, explained(error), messages.ERROR)

    # --- revisions instead of Django's own log ---------------------------------------------------------

    def construct_change_message(self, *args: Any, **kwargs: Any) -> list[Any]:
        return []

    def log_addition(self, *args: Any, **kwargs: Any) -> Any:
        return None

    def log_change(self, *args: Any, **kwargs: Any) -> Any:
        return None

    def log_deletions(self, *args: Any, **kwargs: Any) -> Any:
        return None


def users_of(records: list[Any]) -> list[Any]:
    """Who points to the records, alone or in a list: `actions.delete` will refuse for their sake."""
    collector = NestedObjects(using=DEFAULT_DB_ALIAS)
    collector.collect(records)
    lists: list[Any] = []
    for model, rows in collector.data.items():
        owner: Any = model._meta.auto_created
        if owner:
            prefetch_related_objects(list(rows), owner._meta.model_name)
            lists += rows
    return [user for user in owners([*collector.protected, *lists]) if user not in records]


def kind_and_name(record: Any) -> tuple[str, str]:
    return str(record._meta.verbose_name), str(record)


def who(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # the admin lets nobody else in
    return request.user


def explained(error: Exception) -> str:
    """Why nothing was written, and what to do."""
    if isinstance(error, actions.Conflict):
        text = _(
            "Nothing was saved: someone else has changed this meanwhile. See what changed, then open the "
            "newest version and put your changes into it: {}."
        )
        links = ((admin_url(type(record), "history", record.pk), record) for record in error.records)
        return format_html(text, format_html_join("; ", '<a href="{}" target="_blank">{}</a>', links))
    if isinstance(error, actions.StillNamed | actions.Invalid):
        return str(error)
    if isinstance(error, actions.InUse):
        users = format_html_join("; ", "{}", ((record_link(user),) for user in owners(error.users)[:20]))
        return format_html(
            _("Nothing was deleted: “{}” is used by {}."), actions.named_briefly(error.records), users
        )
    return _(
        "Nothing was written: the database refused it, most likely because another record took the same "
        "slug or began to use this one, at the same moment. Look again and retry."
    )
