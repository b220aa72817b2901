"""The form of a record: it knows which version it began from, and writes nothing itself."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, ClassVar

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget, AdminTextInputWidget
from django.core.exceptions import ValidationError
from django.forms.models import construct_instance
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from taggit.forms import TagField, TagWidgetMixin
from taggit.models import Tag

from research import actions
from research.admin.why import LONGEST_WHY
from research.models import Draft, Publishable, Record, Status
from research.rows import TABLES

BIGGEST = 2**63 - 1  # that a database can be asked for


class SeenVersion(forms.IntegerField):
    """The version that the person began from. It travels in the form and is never itself a change."""

    widget = forms.HiddenInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_value=BIGGEST, **kwargs)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


class SeenDraft(forms.BooleanField):
    """Whether the person began from the record's newer draft. As `SeenVersion`, it is never a change."""

    widget = forms.HiddenInput

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


class Why(forms.CharField):
    """Why the record is saved: it goes into the history, not into the record, and alone is no change."""

    widget = AdminTextInputWidget

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


def draft_of(record: Record) -> Draft | None:
    return Draft.objects.filter(table=record.table, record_id=record.pk).first()


class RecordForm(forms.ModelForm):
    """A record's values, or those of its newer draft where there is one.

    Whoever may not publish is offered no such status; what they change of a published record is kept aside.
    """

    # Why the last attempt to write failed; RecordAdmin sets it to show the form again as it was typed.
    refusal: ClassVar[Any] = ""
    may_publish: ClassVar[bool] = False

    seen_version = SeenVersion(required=False)
    seen_draft = SeenDraft(required=False)
    why = Why(
        label=_("Why"),
        max_length=LONGEST_WHY,
        required=False,
        help_text=_("If it is not plain from the change itself; it stands in the history."),
    )

    def __init__(
        self,
        *args: Any,
        draft_of: Callable[[Any], Draft | None] = draft_of,
        instance: Any = None,
        **kwargs: Any,
    ) -> None:
        self.draft, self.was_published = None, False
        self.draft_links: dict[str, list[Any]] = {}
        self.moves: dict[str, Any] = {}  # the record that the draft belongs to, where the form cannot say it
        self.gone: Any = getattr(instance, "gone", None)  # the record was deleted while the form was open
        if self.gone:
            kwargs["initial"] = as_initial(self.gone.links) | (kwargs.get("initial") or {})
        if instance is not None and instance.pk and isinstance(instance, Publishable):
            self.was_published = instance.status == Status.PUBLISHED
            self.draft = draft_of(instance)
            if self.draft and self.shows_draft(args, kwargs):
                self.draft_links = laid_over(instance, self.draft)
                # The places beside the form show them.
                instance.draft_links = self.draft_links  # type: ignore[attr-defined]
                kwargs["initial"] = as_initial(self.draft_links) | (kwargs.get("initial") or {})
        super().__init__(*args, instance=instance, **kwargs)  # type: ignore[misc]
        self.slugs_given: set[str] = set()  # a formset shares one among its forms
        if self.instance.pk:
            self.initial["seen_version"] = self.instance.version
            self.initial["seen_draft"] = self.draft is not None
            self.fields["seen_version"].required = True
        if "slug" in self.fields and suggests_slugs(type(self.instance)):
            self.fields["slug"].required = False
        if "status" in self.fields and not self.may_publish:
            self.leave_out_publishing()

    @staticmethod
    def shows_draft(args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
        """Whether the form is opened now, or was opened on the draft and is posted."""
        data, prefix = kwargs.get("data") or (args[0] if args else None), kwargs.get("prefix")
        return data is None or data.get(f"{prefix}-seen_draft" if prefix else "seen_draft") == "True"

    def leave_out_publishing(self) -> None:
        field: Any = self.fields["status"]
        field.choices = [(value, label) for value, label in field.choices if value != Status.PUBLISHED]
        if self.was_published and not self.draft:
            self.initial["status"] = Status.DRAFT

    def change_status(self) -> None:
        """Of a status that is not to be had (a reviewer's form sent by an editor) say so; offer what is."""
        field: Any = self.fields["status"]
        mine = [str(value) for value, _label in field.choices]
        before = str(self.get_initial_for_field(field, "status"))
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        asked = data.get(self.add_prefix("status"))
        data[self.add_prefix("status")] = before if before in mine else Status.DRAFT.value
        self.data = data
        wrong: list[Any] = [*self.errors.pop("status")]
        if asked == Status.PUBLISHED:
            wrong = [_("You may not publish this. What stands here can be saved as a draft or for review.")]
        self.add_error(None if field.widget.is_hidden else "status", wrong)

    @property
    def is_aside(self) -> bool:
        """Whether what is saved is kept beside what is published."""
        return self.was_published and self.instance.status != Status.PUBLISHED

    def change(self) -> actions.Change:
        """The record with its new values and the relations that were changed, for `actions.write`."""
        record, codec = self.instance, TABLES[self.instance.table]
        for name, parent in self.moves.items():
            setattr(record, name, parent)
        relations = [name for name in codec.relations() if name in self.changed_data]
        links = self.draft_links | {name: list(self.cleaned_data[name]) for name in relations}
        change = actions.Change(record, links, columns=set(codec.columns).intersection(self.fields))
        change.note = self.cleaned_data.get("why", "")
        if record.pk:
            record.version = self.cleaned_data["seen_version"]
            change.from_draft = bool(self.cleaned_data.get("seen_draft"))
            change.aside = self.is_aside
        return change

    def revival(self) -> actions.Change:
        """The record that somebody deleted meanwhile, with the values that stand in the form."""
        record, gone = self.instance, self.gone
        relations = [name for name in TABLES[record.table].relations() if name in self.cleaned_data]
        links = gone.links | {name: list(self.cleaned_data[name]) for name in relations}
        actions.revive(gone.last, record)
        return actions.Change(record, links, note=self.cleaned_data.get("why", ""))

    def clean(self) -> dict[str, Any] | None:
        if self.refusal:
            raise ValidationError(self.refusal)
        return super().clean()

    def _post_clean(self) -> None:
        if "status" in self.errors:
            self.change_status()
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
        if slug := record.suggest_slug():
            slug = type(record).objects.free_slug(slug, self.slugs_given)
            record.slug = self.cleaned_data["slug"] = slug
            self.slugs_given.add(slug)


def laid_over(record: Any, draft: Draft) -> dict[str, list[Any]]:
    """Put the draft's values into the record, but for those that name what is gone; returns its relations."""
    return TABLES[record.table]().decode_left(draft.row, record).links


def as_initial(links: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """As the fields take them: tags by their names are no tags yet."""
    return {
        name: [Tag(name=one) for one in targets] if name == "tags" else targets
        for name, targets in links.items()
    }


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
    """A textarea with a preview and suggestions, where scripts run.

    `problems` are said below it: what its text names and readers would not find.
    """

    problems: Sequence[SafeString] = ()

    class Media:
        js = ("research/admin.js", "research/citing.js")

    def render(self, *args: Any, **kwargs: Any) -> SafeString:
        shown = super().render(*args, **kwargs)
        if not self.problems:
            return shown
        lines = format_html_join("", "<li>{}</li>", ((problem,) for problem in self.problems))
        return format_html('{}<ul class="unknown">{}</ul>', shown, lines)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        preview = {
            "data-preview": reverse("admin:markdown_preview"),
            "data-label-write": _("Write"),
            "data-label-preview": _("Preview"),
            "data-label-failed": _("The preview could not be made. Are you still logged in?"),
            "data-cite": reverse("admin:suggest"),
            "data-label-suggestions": _("Suggestions"),
            "data-label-draft": _("not public"),
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
