"""Records and places edited inside the form of another record."""

import math
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from research.admin import forms as record_forms
from research.admin.fields import RecordFields
from research.admin.gone import reborn
from research.admin.rights import may_publish
from research.models import (
    Argument,
    ChangelogEntry,
    ComparisonCriterion,
    ComparisonOrganization,
    Draft,
    Finding,
    Record,
    Todo,
)


class PostedRows(BaseInlineFormSet):
    """Shows the rows as they were posted, also those that are no longer in the table.

    The admin pairs the forms with the query set, and would leave out whatever has no partner.
    """

    def get_queryset(self) -> Any:
        if self.is_bound and "forms" in vars(self):
            return [form.instance if form.instance.pk else None for form in self.initial_forms]
        return super().get_queryset()


class RecordFormSet(PostedRows):
    model: type[Record]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.slugs_given: set[str] = set()
        super().__init__(*args, **kwargs)
        self.form_kwargs["draft_of"] = self.draft_of

    def draft_of(self, record: Any) -> Draft | None:
        here = record.pk in self._object_dict if hasattr(self, "_object_dict") else True
        return self.drafts.get(record.pk) if here else record_forms.draft_of(record)

    def _existing_object(self, pk: Any) -> Any:
        """Also a row that somebody moved to another record meanwhile, or deleted: it may hold typed text."""
        found = super()._existing_object(pk)  # type: ignore[misc]
        return found or self.model.objects.filter(pk=pk).first() or reborn(self.model, pk)

    @cached_property
    def drafts(self) -> dict[int, Draft]:
        """Those of all rows, by record."""
        ids = [record.pk for record in self.get_queryset()]
        return {
            one.record_id: one
            for one in Draft.objects.filter(table=self.form._meta.model.table, record_id__in=ids)
        }

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        form.slugs_given = self.slugs_given
        if "DELETE" in form.fields and form.was_published and not form.may_publish:
            form.fields["DELETE"].disabled = True  # a crafted tick counts for nothing either
        if form.draft:
            # The row stands here until its draft is published, wherever the draft would move it.
            form.moves = {self.fk.name: getattr(form.instance, self.fk.name)}
            form.initial[self.fk.name] = self.instance.pk
        if form.gone:
            setattr(form.instance, self.fk.name, self.instance)
            form.fields[self.model._meta.pk.name] = record_forms.SeenVersion(initial=form.instance.pk)
        if "position" in form.fields and form.instance.pk is None:
            form.initial["position"] = self.next_position

    @cached_property
    def next_position(self) -> int:
        """A new row comes last."""
        return max((record.position for record in self.get_queryset()), default=0) + 1


class RecordInline(RecordFields, admin.options.InlineModelAdmin):
    """Base of the inlines whose rows are records; each row is saved as one, with its own version."""

    model: type[Record]
    formset = RecordFormSet
    template = "admin/record_inline.html"
    extra = 0
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related(*self.model.named_by, *self.model.public_parents)

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset: Any = super().get_formset(request, obj, **kwargs)
        formset.form.may_publish = may_publish(request.user, self.model)
        return formset

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        fields = [*super().get_fields(request, obj)]
        return [*fields, "seen_version", "seen_draft"] if self.has_change_permission(request, obj) else fields


class ArgumentInline(RecordInline, admin.StackedInline):
    model = Argument
    fields = [("stance", "position", "status"), "claim", "body", "cases", "findings", "slug"]


class FindingInline(RecordInline, admin.StackedInline):
    model = Finding
    fields = ["organization", "value", ("as_of", "status"), "body"]


class TodoInline(RecordInline, admin.StackedInline):
    model = Todo
    fields = ["title", "slug", ("state", "due", "status"), "assignee", "body", "results"]
    prepopulated_fields = {"slug": ["title"]}


class ChangelogInline(RecordInline, admin.StackedInline):
    model = ChangelogEntry
    fields = [("date", "stamp", "kind", "status"), "slug", "summary"]
    prepopulated_fields = {"slug": ["stamp", "kind"]}


class PlaceForm(forms.ModelForm):
    position = forms.IntegerField(
        label=_("position"), min_value=1, required=False, help_text=_("Left empty, it comes last.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The table's heading does not label the field for a screen reader.
        self.fields["position"].widget.attrs["aria-label"] = self.fields["position"].label
        if not self.instance.pk:
            self.initial.pop("position", None)

    def validate_unique(self) -> None:
        """The places are written anew, all together: only what stands in the form can stand twice."""

    def validate_constraints(self) -> None:
        """As `validate_unique`."""


class PlaceFormSet(PostedRows):
    """The columns or rows of a comparison. It saves nothing: the comparison is saved with all its places."""

    model: type[Any]
    # The comparison's relation that the rows make up, and the row's column that names the target.
    relation: ClassVar[str]
    target: ClassVar[str]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        drafted = getattr(self.instance, "draft_links", {}).get(self.relation)
        if drafted is not None:
            # No rows of the table, so their ids are none of the table's either.
            self._queryset = [
                self.model(pk=-place, position=place, **{self.fk.name: self.instance, self.target: record})
                for place, record in enumerate(drafted, start=1)
            ]

    def has_changed(self) -> bool:
        """Whether what was posted is another list than what stands now, in the table or in the draft."""
        if hasattr(self.instance, "gone"):
            return True  # all of the record is written anew
        now = super(PostedRows, self).get_queryset()
        return [record.pk for record in self.targets()] != [getattr(row, f"{self.target}_id") for row in now]

    def add_fields(self, form: Any, index: int | None) -> None:
        """Rows get new ids whenever the list is written, so one that is gone by now is no mistake."""
        super().add_fields(form, index)
        form.fields["id"] = record_forms.SeenVersion(required=False, initial=form.instance.pk)

    def targets(self) -> list[Record]:
        """The chosen records in their order."""
        rows = [form.cleaned_data for form in self.forms if form not in self.deleted_forms]
        chosen = [row for row in rows if row.get(self.target)]
        chosen.sort(key=lambda row: row.get("position") or math.inf)
        return [row[self.target] for row in chosen]


class OrganizationPlaceSet(PlaceFormSet):
    relation, target = "organizations", "organization"


class CriterionPlaceSet(PlaceFormSet):
    relation, target = "criteria", "criterion"


class PlaceInline(RecordFields, admin.TabularInline):
    formset: type[PlaceFormSet]
    form = PlaceForm
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related(self.formset.target)

    # Who may write the comparison may write what stands in it.
    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("research.change_comparison" if obj else "research.add_comparison")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_add_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_add_permission(request, obj)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("research.view_comparison") or self.has_add_permission(request, obj)


class OrganizationPlaces(PlaceInline):
    model = ComparisonOrganization
    formset = OrganizationPlaceSet
    fields = ["organization", "position"]


class CriterionPlaces(PlaceInline):
    model = ComparisonCriterion
    formset = CriterionPlaceSet
    fields = ["criterion", "position"]
