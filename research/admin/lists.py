"""Editing in the list: each row carries the version that it began from, and the page is written as one."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.db import DatabaseError
from django.forms.models import BaseModelFormSet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from research import actions
from research.admin.fields import RecordFields
from research.admin.forms import RecordForm
from research.admin.links import number_of
from research.admin.rights import is_published, may_publish
from research.models import Draft, Publishable, Record, Revision
from research.rows import TABLES


class ListForm(RecordForm):
    """A row of the list. Of a row that the person may not write here, the values are shown and no fields."""

    def __init__(self, *args: Any, locked: bool = False, choices: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, draft_of=lambda record: None, **kwargs)
        self.empty_permitted = True  # a row that nobody touched is not checked
        for name in self.columns:
            field: Any = self.fields[name]
            if self.is_bound:
                # What was not sent (its row was shown without fields) is not meant to be emptied.
                locked = field.widget.value_omitted_from_data(self.data, self.files, self.add_prefix(name))
            if locked:
                del self.fields[name]
                continue
            if hasattr(field, "queryset"):
                if name not in choices:
                    choices[name] = list(field.choices)
                field.choices = choices[name]
            # The table's heading does not label the field for a screen reader.
            field.widget.attrs["aria-label"] = f"{field.label}: {self.instance}"

    @property
    def columns(self) -> list[str]:
        return list(self._meta.fields or [])

    def add_error(self, field: str | None, error: Any) -> None:
        """What is wrong with a column that the list does not have is told above the row."""
        if field is not None or not hasattr(error, "error_dict"):
            return super().add_error(field, error)
        for name, errors in error.error_dict.items():
            super().add_error(name if name in self.fields else None, errors)


class ListFormSet(BaseModelFormSet):
    """The rows as they were sent, whatever the list would show by now; also those that are gone."""

    model: type[Record]
    may_publish = False
    refused: BaseException | None = None  # why the last attempt to write them failed

    def get_queryset(self) -> Any:
        if not self.is_bound:
            return super().get_queryset()
        if not hasattr(self, "_rows"):
            there = {record.pk: record for record in super().get_queryset()}
            sent = [self.sent(number, self.model._meta.pk.name) for number in range(self.total_form_count())]
            gone = [pk for one in sent if (pk := number_of(one)) is not None and pk not in there]
            self._rows = [*there.values(), *last_known(self.model, gone)]
        return self._rows

    def sent(self, number: int, name: str) -> str:
        return str(self.data.get(f"{self.add_prefix(number)}-{name}", ""))

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        rows = self.get_queryset()
        record = rows[index] if not self.is_bound and index is not None else None
        locked = record is not None and self.is_locked(record)
        return {**super().get_form_kwargs(index), "locked": locked, "choices": self.choices}

    @cached_property
    def choices(self) -> dict[str, list[Any]]:
        """Those of all rows are the same, and are read once."""
        return {}

    def is_locked(self, record: Any) -> bool:
        """Whoever may not publish writes what is public in its form, as a newer draft; such a draft, too."""
        return record.pk in self.drafts or (is_published(record) and not self.may_publish)

    @cached_property
    def drafts(self) -> set[int]:
        found = Draft.objects.filter(
            table=self.model.table, record_id__in=[row.pk for row in self.get_queryset()]
        )
        return (
            set(found.values_list("record_id", flat=True)) if issubclass(self.model, Publishable) else set()
        )

    def add_fields(self, form: Any, index: int | None) -> None:
        """As the base class, without asking the database for each row."""
        forms.BaseFormSet.add_fields(self, form, index)
        form.fields[self.model._meta.pk.name] = forms.IntegerField(
            initial=form.instance.pk, required=False, widget=forms.HiddenInput
        )

    @property
    def media(self) -> Any:
        return self.empty_form.media  # the first row may have no fields

    def changed(self) -> list[Any]:
        """The rows in which anything differs from what the tables hold now."""
        found = [form for form in self.forms if form.has_changed()]
        if any(form.instance._state.adding for form in found):
            raise BadRequest("A list adds no records.")
        return found

    def clean(self) -> None:
        form: Any
        for form in self.forms:
            if form.was_published and form.has_changed() and not self.may_publish:
                form.add_error(None, _("It is published; only who may publish can change it here."))
        if isinstance(self.refused, actions.Conflict):
            clashes = {clash.record.pk: clash for clash in self.refused.clashes}
            for form in self.forms:
                if clash := clashes.get(form.instance.pk):
                    form.add_error(None, told(clash, form))
            text = _("Nothing was saved: others have changed these meanwhile: %s. The rows say what.")
            raise ValidationError(text % actions.named_briefly(self.refused.records))
        if self.refused:
            database = isinstance(self.refused, DatabaseError)
            text = _("The database refused a row.") if database else str(self.refused)
            raise ValidationError(f"{text} {_('What you typed still stands below.')}")


class EditableLists(RecordFields, admin.ModelAdmin):
    """What `RecordAdmin` does with `list_editable`."""

    refusals: ClassVar[tuple[type[Exception], ...]]  # why nothing can be written
    tell_merged: Callable[..., None]

    def get_changelist_form(self, request: HttpRequest, **kwargs: Any) -> Any:
        return super().get_changelist_form(
            request, **{"form": ListForm, "fields": self.list_editable, **kwargs}
        )

    def get_changelist_formset(self, request: HttpRequest, **kwargs: Any) -> Any:
        ours = {"formset": ListFormSet, "formfield_callback": partial(self.list_field, request)}
        formset: Any = super().get_changelist_formset(request, **{**ours, **kwargs})
        formset.may_publish = may_publish(request.user, self.model)
        formset.refused = getattr(request, "refused", None)
        return formset

    def list_field(self, request: HttpRequest, db_field: Any, **kwargs: Any) -> Any:
        """Plain fields: a page of them opens at once, and needs no script."""
        if db_field.many_to_one:
            kwargs["widget"] = forms.Select
        field: Any = self.formfield_for_dbfield(db_field, request, **kwargs)
        field.widget = getattr(field.widget, "widget", field.widget)  # without the links of a relation
        return field

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if any("\x00" in value for _name, values in request.GET.lists() for value in values):
            raise BadRequest("PostgreSQL cannot look for NUL.")
        if request.method == "POST" and self.list_editable and "_save" in request.POST:
            if not self.has_change_permission(request):
                raise PermissionDenied
            if self.save_list(request):
                return HttpResponseRedirect(request.get_full_path())
        response = super().changelist_view(request, extra_context)
        found = (getattr(response, "context_data", None) or {}).get("cl")
        if found and found.formset and found.formset.is_bound:
            # Shown again: the rows that were sent, not those that stand in their places now.
            found.result_list = [form.instance for form in found.formset.forms]
        return response

    def _get_edited_object_pks(self, request: HttpRequest, prefix: str) -> list[str]:
        found = super()._get_edited_object_pks(request, prefix)
        return [pk for pk in found if number_of(pk) is not None]

    def save_list(self, request: HttpRequest) -> bool:
        """Write all rows that were changed, or none; those show why not when the page is shown again."""
        formset = self.sent_list(request)
        if not formset.is_valid():
            return False
        changes = [form.change() for form in formset.changed()]
        try:
            merged = actions.write(changes, by=request.user, via="list")  # type: ignore[arg-type]
        except self.refusals as error:
            request.refused = error  # type: ignore[attr-defined]
            if isinstance(error, actions.Conflict):
                request.POST = brought_up_to_date(formset, error)
            return False
        self.tell_merged(request, merged)
        self.tell_saved(request, sum(not change.idle for change in changes))
        return True

    def sent_list(self, request: HttpRequest) -> ListFormSet:
        kind = self.get_changelist_formset(request)
        rows = self._get_list_editable_queryset(request, kind.get_default_prefix())
        formset: ListFormSet = kind(request.POST, queryset=rows)
        return formset

    def tell_saved(self, request: HttpRequest, count: int) -> None:
        if count:
            text = ngettext("%(count)s row was saved.", "%(count)s rows were saved.", count)
            self.message_user(request, text % {"count": count}, messages.SUCCESS)


def last_known(model: type[Record], ids: Iterable[int]) -> list[Any]:
    """The records that were deleted, as they last stood: what was typed is compared with that."""
    found = []
    for pk in ids:
        last = Revision.objects.filter(table=model.table, record_id=pk, aside=False).first()
        if last:
            record = TABLES[model.table]().decode(last.row, model()).record
            record.pk, record.version, record._state.adding = pk, last.version, False
            found.append(record)
    return found


def told(clash: actions.Clash, form: Any) -> str:
    """What others made of the row meanwhile; of one that is gone, what was typed."""
    author = (clash.last.author if clash.last else "") or "–"
    if clash.merged is None:
        typed = [shown(clash, name, clash.mine) for name in [*form.fields] if differs(clash, name)]
        for name in form.columns:
            form.fields.pop(name, None)
        text = _("%(author)s has deleted “%(record)s” meanwhile. Not saved: %(columns)s.")
        return text % {"author": author, "record": clash.record, "columns": "; ".join(typed)}
    columns = "; ".join(shown(clash, name, clash.theirs) for name in clash.merged.clashes)
    text = _("%(author)s has changed this meanwhile: %(columns)s. Save again to put yours in its place.")
    return text % {"author": author, "columns": columns}


def differs(clash: actions.Clash, name: str) -> bool:
    return name in clash.mine and clash.mine[name] != clash.base.get(name, "")


def shown(clash: actions.Clash, name: str, row: Any) -> str:
    field: Any = type(clash.record)._meta.get_field(name)
    value = dict(field.flatchoices).get(row[name], row[name]) or "–"
    return f"{TABLES[clash.record.table].label(name)}: {value}"


def brought_up_to_date(formset: ListFormSet, conflict: actions.Conflict) -> Any:
    """What was sent, as if begun from what stands now: to be told is to have seen it.

    Columns that do not clash take what the others made of them, so that saving again reverts none.
    """
    data: Any = formset.data.copy()  # type: ignore[attr-defined]
    clashes = {clash.record.pk: clash for clash in conflict.clashes}
    form: Any
    for form in formset.forms:
        clash = clashes.get(form.instance.pk)
        if clash is None or clash.merged is None:
            continue
        data[form.add_prefix("seen_version")] = str(clash.version)
        record = TABLES[clash.record.table]().decode(clash.merged.row, type(clash.record)()).record
        for name in form.columns:
            if name in form.fields and name not in clash.merged.clashes:
                field: Any = record._meta.get_field(name)
                value = field.value_from_object(record)
                data[form.add_prefix(name)] = "" if value is None else str(value)
    return data
