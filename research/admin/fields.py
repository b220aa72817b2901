"""How a record's columns become form fields; shared by the forms and their inlines."""

from typing import Any

from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.widgets import AutocompleteSelect, RelatedFieldWidgetWrapper
from django.db import models
from django.db.models.query import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager

from research.admin.forms import MarkdownInput, RecordForm, TagInput, Tags, Text
from research.admin.links import number_of
from research.models import Record


class Found(AutocompleteSelect):
    """Shown again with what is no id at all, it looks for nothing; Django's own fails."""

    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        return super().optgroups(name, [one for one in value if number_of(one) is not None], attr)


class RecordFields(BaseModelAdmin):
    form: Any = RecordForm
    view_on_site: Any = False  # RecordAdmin leads there itself

    def get_autocomplete_fields(self, request: HttpRequest) -> list[str]:
        """All relations to records; an assignee is chosen from a plain list: editors may not read users."""
        return [
            field.name
            for field in self.opts.get_fields()
            if isinstance(field, models.ForeignKey | models.ManyToManyField)
            and issubclass(field.related_model, Record)
        ]

    def get_field_queryset(
        self, db: str | None, db_field: Any, request: HttpRequest | None
    ) -> QuerySet[Any] | None:
        model = db_field.remote_field.model
        if issubclass(model, Record):
            return model.objects.select_related(*model.named_by)
        return super().get_field_queryset(db, db_field, request)  # type: ignore[arg-type]

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", Found(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if isinstance(db_field, TaggableManager):
            tags_help = _("Several with a semicolon or a comma between them: 云计算; 人工智能")
            kwargs = {"form_class": Tags, "widget": TagInput, "help_text": tags_help, **kwargs}
        elif isinstance(db_field, models.TextField) and db_field.name in self.model.text_fields:
            markdown_help = _("Markdown. Cite a source as [@key, p. 6]; link a record as [[slug]].")
            kwargs = {"form_class": Text, "widget": MarkdownInput, "help_text": markdown_help, **kwargs}
        elif isinstance(db_field, models.URLField):
            kwargs = {"assume_scheme": "https", **kwargs}
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            # Another record is not deleted from here.
            field.widget.can_delete_related = False
        return field
