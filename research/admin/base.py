"""The base of all tables in the admin. Every write goes through `research.actions`, once a record."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import NestedObjects
from django.contrib.auth.models import User
from django.db import DEFAULT_DB_ALIAS, DatabaseError
from django.db.models import QuerySet, prefetch_related_objects
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from research import actions
from research.admin import conflicts, gaps, gone, notices, unknown
from research.admin.exports import ExportAdmin
from research.admin.imports import ImportAdmin
from research.admin.inlines import PlaceFormSet
from research.admin.links import admin_url, owners, record_link
from research.admin.lists import EditableLists
from research.admin.presence import PresenceAdmin
from research.admin.proposing import offer
from research.admin.record_history import HistoryPages
from research.admin.rights import may, may_publish, may_read
from research.admin.transactions import ShortTransactions
from research.admin.why import WhyActionForm, why_of
from research.models import Record, Status, tags
from research.queries.apparatus import linked_from
from research.queries.cited import any_records
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
            fieldsets.append((_("Versions"), {"fields": trail, "classes": ["collapse", "last"]}))
        if self.has_change_permission(request, obj) if obj else self.has_add_permission(request):
            fieldsets.append((None, {"fields": ["why"], "classes": ["last"]}))
        return fieldsets

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change, **kwargs)
        form.refusal = getattr(request, "refusal", "")
        form.may_publish = may_publish(request.user, self.model)
        return form

    def get_view_on_site_url(self, obj: Any = None) -> str | None:
        """Only what the public may see has a page."""
        is_there = obj and obj.pk and not obj._state.adding
        return obj.get_absolute_url() if is_there and obj.is_public else None

    @admin.display(description=gettext_lazy("tags"))
    def tag_names(self, record: Any) -> str:
        return tags.join(record.tags.all())

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        unknown.point_out(request, context)
        record = kwargs.get("obj")
        if record is not None and not record._state.adding:
            context["linked_from"] = links_to(record, request.user)
            context |= gaps.own_gaps(request, record)
        return super().render_change_form(request, context, *args, **kwargs)

    # --- writing ---------------------------------------------------------------------------------------

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        request.is_form = True  # type: ignore[attr-defined]
        if conflicts.BACK in request.POST:
            request.refusal = _("Nothing is saved yet. What you typed stands below.")  # type: ignore[attr-defined]
        try:
            return super().changeform_view(request, *args, **kwargs)
        except actions.Conflict as error:
            return conflicts.page(self, request, error)
        except REFUSALS as error:
            # Nothing was written. Show the form again: it now fails with the reason and keeps what was typed.
            request.refusal = format_html(  # type: ignore[attr-defined]
                "{} {}", explained(error), _("What you typed still stands below.")
            )
            return super().changeform_view(request, *args, **kwargs)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Of a form that is posted also a record that somebody deleted meanwhile: nothing typed is lost."""
        found = super().get_object(request, object_id, from_field)
        if found or request.method != "POST" or not hasattr(request, "is_form"):
            return found
        record: Any = gone.reborn(self.model, object_id)
        may_revive = self.has_add_permission(request)
        if record and not (may_revive and gone.REVIVE in request.POST):
            form = f"{self.opts.model_name}_form"
            request.refusal = gone.told(record.gone.last, form, may_revive)  # type: ignore[attr-defined]
        return record

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Nothing yet: a record is written together with its relations."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Iterable[Any], change: bool) -> None:
        """The record and its rows; what clashes in any of them is asked on one page."""
        with actions.one_write(by=who(request), via="form") as written:
            self.save_all(request, form, formsets, change)
        gaps.tell_done(request, written.done)

    def save_all(self, request: HttpRequest, form: Any, formsets: Iterable[Any], change: bool) -> None:
        watched = notices.watch(form, formsets)
        clashes, merged = list[actions.Clash](), list[actions.Merged]()
        places = {
            formset.relation: formset.targets()
            for formset in formsets
            if isinstance(formset, PlaceFormSet) and formset.has_changed()
        }
        if form.gone or not change or form.has_changed() or places:
            written = form.revival() if form.gone else form.change()
            written.links |= places
            if written.columns is not None:
                written.columns = {*written.columns, *places}
            conflicts.answers_of(request).settle(written)
            with conflicts.collecting(clashes):
                merged += actions.write([written], by=who(request), via="form")
        for formset in formsets:
            if issubclass(formset.model, Record):
                merged += self.save_rows(request, form, formset, clashes)
        if clashes:
            raise actions.Conflict(clashes)
        self.tell_merged(request, merged)
        notices.tell(watched, who(request))
        rows = [
            row.instance
            for formset in formsets
            if issubclass(formset.model, Record)
            for row in formset.saved_forms
        ]
        unknown.tell(request, [form.instance, *rows])
        if not form.is_aside:
            self.tell_what_is_hidden(request, form.instance)
        if not change or form.has_changed() or places:
            offer(request, form.instance)

    def save_rows(
        self, request: HttpRequest, form: Any, formset: Any, clashes: list[actions.Clash]
    ) -> list[actions.Merged]:
        """Write the rows of an inline, for the form's reason; what clashes is added to `clashes`."""
        answers, why = conflicts.answers_of(request), form.cleaned_data.get("why", "")
        formset.save(commit=False)
        for row in formset.deleted_forms:
            row.instance.version = row.cleaned_data.get("seen_version")
        going = [record for record in formset.deleted_objects if answers.still_deleted(record)]
        with conflicts.collecting(clashes):
            actions.delete(going, by=who(request), via="inline", note=why)
        written = [answers.settle(row.change()) for row in formset.saved_forms]
        rights = {"with_parent": bool(form.gone), "may_add": may(request.user, "add", formset.model)}
        back, asked = gone.rows_brought_back(formset, answers, **rights)
        clashes += asked
        for change in (*written, *back):
            change.note = why
        merged = list[actions.Merged]()
        with conflicts.collecting(clashes):
            merged += actions.write([*written, *back], by=who(request), via="inline")
        return merged

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
        except actions.Conflict as error:
            gone.ask_again(request, error)
            gone.as_opened(request)
            return gone.conflicting(super().delete_view(request, object_id, *args, **kwargs))
        except REFUSALS as error:
            return self.refuse(request, error)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        gone.see_version(request, obj)
        actions.delete([obj], by=who(request), via="form", note=why_of(request))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        records = list(queryset)
        gone.see_versions(request, records)
        actions.delete(records, by=who(request), via="action", note=why_of(request))

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[Any], dict[Any, int], set[Any], list[Any]]:
        """The records, and who rests on them; what goes with a record (tags, places) is no record itself."""
        objs = list(objs)
        protected = self.resting_on(request, objs)
        lacking = set() if self.has_delete_permission(request) else {self.opts.verbose_name}
        return (
            [record_link(obj) for obj in objs],
            {self.opts.verbose_name_plural: len(objs)},
            lacking,
            protected,
        )

    def resting_on(self, request: HttpRequest, objs: Sequence[Any]) -> list[SafeString]:
        """Who keeps the records from being deleted."""
        return [record_link(user) for user in sorted(users_of([*objs]), key=kind_and_name)]

    def response_action(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:  # type: ignore[override]
        try:
            return super().response_action(request, queryset)
        except actions.Conflict as error:
            if request.POST.get("action") != "delete_selected":
                return self.refuse(request, error)
            gone.ask_again(request, error, "post")
            answer = super().response_action(request, queryset)
            return gone.conflicting(answer) if answer else None
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


def links_to(record: Any, user: Any) -> list[tuple[list[tuple[SafeString, bool]], int]]:
    """The records whose text links to this one, by table, each with whether it is public; how many more.

    Of the tables that the person may see.
    """
    return [
        ([(record_link(one), one.is_public) for one in linking.records], linking.count - len(linking.records))
        for linking in linked_from(record, any_records)
        if may_read(user, linking.model)
    ]


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
