"""The form of a record: it knows which version it began from, and writes nothing itself."""

from contextlib import suppress
from itertools import chain, count
from typing import Any, ClassVar

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget, AdminTextInputWidget
from django.core.exceptions import ValidationError
from django.forms.models import construct_instance
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from taggit.forms import TagField, TagWidgetMixin

from research import actions
from research.models import Record
from research.rows import TABLES


class SeenVersion(forms.IntegerField):
    """The version that the person began from. It travels in the form and is never itself a change."""

    widget = forms.HiddenInput

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


class RecordForm(forms.ModelForm):
    # Why the last attempt to write failed; RecordAdmin sets it to show the form again as it was typed.
    refusal: ClassVar[Any] = ""

    seen_version = SeenVersion(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.slugs_given: set[str] = set()  # a formset shares one among its forms
        if self.instance.pk:
            self.initial["seen_version"] = self.instance.version
            self.fields["seen_version"].required = True
        if "slug" in self.fields and suggests_slugs(type(self.instance)):
            self.fields["slug"].required = False

    def change(self) -> actions.Change:
        """The record with its new values and the relations that were changed, for `actions.write`."""
        if self.instance.pk:
            self.instance.version = self.cleaned_data["seen_version"]
        relations = [name for name in TABLES[self.instance.table].relations() if name in self.changed_data]
        return actions.Change(self.instance, {name: list(self.cleaned_data[name]) for name in relations})

    def clean(self) -> dict[str, Any] | None:
        if self.refusal:
            raise ValidationError(self.refusal)
        return super().clean()

    def _post_clean(self) -> None:
        if self._wants_slug():
            self._fill_slug()
        super()._post_clean()  # type: ignore[misc]

    def _wants_slug(self) -> bool:
        given = self.cleaned_data.get("slug") or "slug" in self.errors
        return not given and not self.instance.pk and suggests_slugs(type(self.instance))

    def _fill_slug(self) -> None:
        """Set a slug that is free, before the rules of the table are checked."""
        record = construct_instance(self, self.instance, self._meta.fields, self._meta.exclude)
        with suppress(ValidationError):  # the dates in their canonical form; what is wrong is reported later
            record.clean_fields()
        if slug := self._free_slug(record.suggest_slug()):
            record.slug = self.cleaned_data["slug"] = slug
            self.slugs_given.add(slug)

    def _free_slug(self, slug: str) -> str:
        if not slug:
            return ""
        stem = slug[:110]
        found = type(self.instance).objects.filter(slug__startswith=stem).values_list("slug", flat=True)
        taken = self.slugs_given.union(found)
        return next(name for name in chain([slug], (f"{stem}-{n}" for n in count(2))) if name not in taken)


def suggests_slugs(model: type[Record]) -> bool:
    return model.suggest_slug is not Record.suggest_slug


class Text(forms.CharField):
    """Text as it is stored: a browser sends CR LF, and that alone is no change."""

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).replace("\r\n", "\n").replace("\r", "\n")


class Tags(TagField):
    def clean(self, value: Any) -> list[str]:
        names: list[str] = super().clean(value)
        for name in names:
            if len(name) > 100:
                raise ValidationError(
                    _("The tag “%(tag)s” is longer than 100 characters."), params={"tag": name}
                )
        return names


class MarkdownInput(AdminTextareaWidget):
    """A textarea with a preview, where scripts run."""

    class Media:
        js = ("research/admin.js",)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        preview = {
            "data-preview": reverse("admin:markdown_preview"),
            "data-label-write": _("Write"),
            "data-label-preview": _("Preview"),
            "data-label-failed": _("The preview could not be made. Are you still logged in?"),
        }
        return super().get_context(name, value, {**(attrs or {}), **preview})


class TagInput(TagWidgetMixin, AdminTextInputWidget):
    """A line of tags that suggests those in use, where scripts run."""

    class Media:
        js = ("research/admin.js",)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        suggest = {"data-suggest": reverse("admin:tag_names"), "autocomplete": "off"}
        context: dict[str, Any] = super().get_context(name, value, {**(attrs or {}), **suggest})
        return context
