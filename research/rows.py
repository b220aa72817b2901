"""The row: a record as its CSV columns. One codec per table, and no other serial form anywhere.

A row is a `dict[str, str]` with one cell per column: relations by key, several keys as `a; b`, dates as
ISO 8601 or EDTF. `Rows.row()` writes it; `Rows.decode()` reads it. A new column is a name in `Meta.fields`.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from import_export.fields import Field
from import_export.resources import ModelResource
from import_export.widgets import Widget
from taggit.managers import TaggableManager

from research.models import (
    Argument,
    Case,
    ChangelogEntry,
    Comparison,
    Criterion,
    Event,
    Finding,
    Industry,
    Mode,
    Note,
    Organization,
    Record,
    Source,
    Thesis,
    Todo,
    tags,
)

LIST = re.compile(r"\s*[;；]\s*")
Row = dict[str, str]


class Keys:
    """Records by key, each table read once; a record about to be created can be added before it is saved."""

    def __init__(self) -> None:
        self._known: dict[type[models.Model], dict[str, models.Model]] = {}

    def find(self, model: type[models.Model], key: str) -> models.Model | None:
        return self._table(model).get(key)

    def add(self, record: Record) -> None:
        self._table(type(record))[record.record_key] = record

    def _table(self, model: type[models.Model]) -> dict[str, models.Model]:
        if model not in self._known:
            self._known[model] = {str(getattr(found, key_field(model))): found for found in self._load(model)}
        return self._known[model]

    @staticmethod
    def _load(model: type[models.Model]) -> Iterable[models.Model]:
        # A finding needs its criterion's kind to read its value; of the others the key is enough.
        whole = issubclass(model, Criterion)
        return model._default_manager.all() if whole else model._default_manager.only("pk", key_field(model))


def key_field(model: type[models.Model]) -> str:
    return model.key_field if issubclass(model, Record) else get_user_model().USERNAME_FIELD


class Cell(Widget):
    """Text as it is. Subclasses read and write one kind of cell; `clean` raises ValueError with what to do."""

    keys: Keys
    public = False

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> Any:
        return value

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "" if value is None else str(value)


class DateCell(Cell):
    def clean(self, value: str, row: Any = None, **kwargs: Any) -> date | None:
        if not value.strip():
            return None
        try:
            return date.fromisoformat(value.strip().replace("/", "-"))
        except ValueError:
            raise ValueError(_("“%(value)s” is not a date; write it as 2019-09-12.") % {"value": value}) from None


class IntegerCell(Cell):
    def clean(self, value: str, row: Any = None, **kwargs: Any) -> int:
        if not value.strip():
            return 0
        if not re.fullmatch(r"\d{1,9}", value.strip(), re.ASCII):
            raise ValueError(_("“%(value)s” is not a whole number from 0.") % {"value": value})
        return int(value)


class KeyCell(Cell):
    """A relation to one record, by its key."""

    def __init__(self, model: type[models.Model]) -> None:
        super().__init__()
        self.model = model

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> models.Model | None:
        return self.find(value.strip()) if value.strip() else None

    def find(self, key: str) -> models.Model:
        found = self.keys.find(self.model, key)
        if found is None:
            named = {"table": self.model._meta.verbose_name, "key": key}
            raise ValueError(_("There is no %(table)s “%(key)s”; add it first or mend the key.") % named)
        return found

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        if value is None or not self.shows(value):
            return ""
        return str(getattr(value, key_field(self.model)))

    def shows(self, record: Any) -> bool:
        return not self.public or not isinstance(record, Record) or record.is_public


class KeysCell(KeyCell):
    """Relations to many records: `a; b`. A set is sorted by key; a list (`places`) keeps its order."""

    def __init__(self, model: type[models.Model], places: tuple[str, str] | None = None) -> None:
        super().__init__(model)
        self.places = places

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> list[models.Model]:
        keys = list(dict.fromkeys(key for key in LIST.split(value.strip()) if key))
        return [self.find(key) for key in (keys if self.places else sorted(keys))]

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        if self.places:
            related, name = self.places
            targets = [getattr(place, name) for place in getattr(value.instance, related).all()]
        else:
            targets = sorted(value.all(), key=lambda target: str(getattr(target, key_field(self.model))))
        return self.join(target for target in targets if self.shows(target))

    def join(self, targets: Iterable[Any]) -> str:
        return "; ".join(super(KeysCell, self).render(target) for target in targets)


class TagsCell(Cell):
    def clean(self, value: str, row: Any = None, **kwargs: Any) -> list[str]:
        return tags.split(value)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return self.join(tag.name for tag in value.all())

    def join(self, names: Iterable[str]) -> str:
        return "; ".join(sorted(names))


PLACES = {"organizations": ("organization_places", "organization"), "criteria": ("criterion_places", "criterion")}


def cell_for(model_field: Any) -> Cell:
    if isinstance(model_field, TaggableManager):
        return TagsCell()
    if isinstance(model_field, models.ManyToManyField):
        through = model_field.remote_field.through
        ordered = not through._meta.auto_created
        return KeysCell(model_field.related_model, PLACES[model_field.name] if ordered else None)
    if isinstance(model_field, models.ForeignKey):
        return KeyCell(model_field.related_model)
    if isinstance(model_field, models.DateField):
        return DateCell()
    if isinstance(model_field, models.PositiveIntegerField):
        return IntegerCell()
    return Cell()


@dataclass
class Decoded:
    """A row read into a record: the record with its plain values set, its many-to-many values, and what was wrong."""

    record: Record
    links: dict[str, list[Any]] = field(default_factory=dict)
    errors: dict[str, list[str]] = field(default_factory=dict)


class Rows(ModelResource):
    """Base of the codecs. `public` leaves out of relations what the public may not see."""

    table: ClassVar[str]
    columns: ClassVar[tuple[str, ...]]
    model: ClassVar[type[Record]]

    class Meta:
        abstract = True

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.model, cls.columns = cls.Meta.model, cls.Meta.fields  # type: ignore[attr-defined]
        cls.table = cls.model.table

    def __init__(self, *, keys: Keys | None = None, public: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for column in self.fields.values():
            column.widget.keys = keys or Keys()
            column.widget.public = public

    @classmethod
    def field_from_django_field(cls, field_name: str, django_field: Any, readonly: bool) -> Field:
        return Field(attribute=field_name, column_name=field_name, widget=cell_for(django_field))

    @classmethod
    def key(cls) -> str:
        return cls.model.key_field

    @classmethod
    def relations(cls) -> list[str]:
        """The columns that hold many records or tags."""
        return [name for name in cls.columns if cls.model._meta.get_field(name).many_to_many]

    def queryset(self, records: models.QuerySet[Any] | None = None) -> models.QuerySet[Any]:
        """The records with all that their rows need, in a fixed number of queries, sorted by key."""
        found = self.model.objects.all() if records is None else records
        singles = [name for name in self.columns if isinstance(self.model._meta.get_field(name), models.ForeignKey)]
        singles += [f"{name}__{parent}" for name in singles for parent in parents_of(self.model, name)]
        many = []
        for name in self.relations():
            widget = self.fields[name].widget
            path = "__".join(widget.places) if isinstance(widget, KeysCell) and widget.places else name
            many += [path, *(f"{path}__{parent}" for parent in parents_of(self.model, name))]
        return found.select_related(*singles).prefetch_related(*many).order_by(self.key())

    def row(self, record: Record) -> Row:
        return {name: self.fields[name].export(record) for name in self.columns}

    def decoded_row(self, decoded: Decoded) -> Row:
        """The row that `decoded` will have once it is saved; what it does not name keeps its cell."""
        saved = self.row(decoded.record) if decoded.record.pk else {}
        row = {}
        for name in self.columns:
            if name in decoded.links:
                row[name] = self.fields[name].widget.join(decoded.links[name])
            elif name in self.relations():
                row[name] = saved.get(name, "")
            else:
                row[name] = self.fields[name].export(decoded.record)
        return row

    def rows(self, records: models.QuerySet[Any] | None = None) -> Iterator[Row]:
        for record in self.queryset(records).iterator(chunk_size=5000):
            yield self.row(record)

    def decode(self, row: Row, record: Record) -> Decoded:
        """Put the cells of `row` into `record`; a column that is absent changes nothing."""
        decoded = Decoded(record)
        for name in self.columns:
            if name not in row:
                continue
            try:
                value = self.fields[name].widget.clean(row[name], row=row)
            except ValueError as error:
                decoded.errors[name] = [str(error)]
                continue
            if name in self.relations():
                decoded.links[name] = value
            else:
                setattr(record, name, value)
        self._validate(decoded)
        return decoded

    def _validate(self, decoded: Decoded) -> None:
        """Field rules and `clean()`, without queries: relations are found by key already, keys by the importer."""
        relations = [name for name in self.columns if self.model._meta.get_field(name).is_relation]
        missing = [
            name
            for name in relations
            if name not in self.relations() and name not in decoded.errors and self._lacks(decoded.record, name)
        ]
        for name in missing:
            decoded.errors[name] = [_("This cell must not be empty.")]
        try:
            decoded.record.clean()
            decoded.record.clean_fields(exclude={*relations, *decoded.errors})
        except ValidationError as error:
            for name, messages in error.message_dict.items():
                decoded.errors.setdefault(name, messages)

    def _lacks(self, record: Record, name: str) -> bool:
        model_field: Any = self.model._meta.get_field(name)
        # An unsaved target has no id yet but is there.
        has_target = model_field.is_cached(record) and model_field.get_cached_value(record) is not None
        return not model_field.null and getattr(record, model_field.attname) is None and not has_target


def parents_of(model: type[Record], name: str) -> tuple[str, ...]:
    target: Any = model._meta.get_field(name).related_model
    return target.public_parents if isinstance(target, type) and issubclass(target, Record) else ()


class OrganizationRows(Rows):
    class Meta:
        model = Organization
        fields = ("slug", "name", "aliases", "summary", "website", "tags", "status")


class ModeRows(Rows):
    class Meta:
        model = Mode
        fields = ("slug", "name", "definition", "position")


class IndustryRows(Rows):
    class Meta:
        model = Industry
        fields = ("slug", "name", "position")


class SourceRows(Rows):
    class Meta:
        model = Source
        fields = (
            *("key", "kind", "title", "authors", "publisher", "container", "issued", "url", "archived_url"),
            *("accessed", "language", "identifier", "body", "tags", "status"),
        )


class NoteRows(Rows):
    class Meta:
        model = Note
        fields = ("slug", "title", "date", "body", "tags", "status")


class CaseRows(Rows):
    class Meta:
        model = Case
        fields = ("slug", "title", "organization", "mode", "industries", "period", "body", "tags", "status")


class CriterionRows(Rows):
    class Meta:
        model = Criterion
        fields = ("slug", "name", "group", "value_kind", "unit", "description", "position")


class FindingRows(Rows):
    class Meta:
        model = Finding
        fields = ("slug", "organization", "criterion", "as_of", "value", "body", "status")


class ComparisonRows(Rows):
    class Meta:
        model = Comparison
        fields = ("slug", "title", "intro", "organizations", "criteria", "status")


class ThesisRows(Rows):
    class Meta:
        model = Thesis
        fields = ("slug", "statement", "body", "tags", "status")


class ArgumentRows(Rows):
    class Meta:
        model = Argument
        fields = ("slug", "thesis", "stance", "claim", "body", "cases", "findings", "position", "status")


class EventRows(Rows):
    class Meta:
        model = Event
        fields = ("slug", "date", "title", "body", "organizations", "tags", "status")


class TodoRows(Rows):
    class Meta:
        model = Todo
        fields = ("slug", "title", "body", "state", "assignee", "due", "note", "results", "status")


class ChangelogRows(Rows):
    class Meta:
        model = ChangelogEntry
        fields = ("slug", "date", "stamp", "kind", "note", "summary", "status")


# In the order in which they are written: each table after those that it points to.
TABLES: dict[str, type[Rows]] = {
    codec.table: codec
    for codec in (
        *(OrganizationRows, ModeRows, IndustryRows, SourceRows, NoteRows, CaseRows, CriterionRows, FindingRows),
        *(ComparisonRows, ThesisRows, ArgumentRows, EventRows, TodoRows, ChangelogRows),
    )
}
MODELS: dict[str, type[Record]] = {table: codec.model for table, codec in TABLES.items()}
