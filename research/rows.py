"""The row: a record as its CSV columns. One codec per table, and no other serial form anywhere.

A row is a `dict[str, str]` with one cell per column: relations by key, several keys as `a; b`, dates as
ISO 8601 or EDTF. `Rows.row()` writes it; `Rows.decode()` reads it. A new column is a name in `Meta.fields`.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, ClassVar

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import connection, models
from django.db.models.expressions import RawSQL
from django.db.models.functions import Collate
from django.utils.translation import gettext as _
from import_export.fields import Field
from import_export.resources import ModelResource
from taggit.models import TaggedItem

from research.cells import KeyCell, Keys, KeysCell, TagsCell, cell_for, key_field
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
)
from research.text.bibliography.extra import without_private

Row = dict[str, str]
CHUNK = 5000  # records at a time: their relations are read in one query each


@dataclass
class Decoded:
    """A row read: the record with its plain values, its many-to-many values, and what was wrong."""

    record: Record
    links: dict[str, list[Any]] = field(default_factory=dict)
    errors: dict[str, list[str]] = field(default_factory=dict)


class Rows(ModelResource):
    """Base of the codecs. `public` leaves out of relations what the public may not see."""

    table: ClassVar[str]
    columns: ClassVar[tuple[str, ...]]
    optional: ClassVar[tuple[str, ...]] = ()  # columns that a file may always leave out
    private: ClassVar[dict[str, Callable[[str], str]]] = {}  # columns, and what of a cell readers see
    model: ClassVar[type[Record]]

    class Meta:
        abstract = True

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.model, cls.columns = cls.Meta.model, cls.Meta.fields  # type: ignore[attr-defined]
        cls.table = cls.model.table

    def __init__(self, *, keys: Keys | None = None, public: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.keys, self.public = keys or Keys(), public
        for column in self.fields.values():
            column.widget.keys = self.keys
            column.widget.public = public

    @classmethod
    def field_from_django_field(cls, field_name: str, django_field: Any, readonly: bool) -> Field:
        return Field(attribute=field_name, column_name=field_name, widget=cell_for(django_field))

    @classmethod
    def key(cls) -> str:
        return cls.model.key_field

    @classmethod
    def label(cls, name: str) -> Any:
        """The column's name as people see it."""
        return cls.model._meta.get_field(name).verbose_name  # type: ignore[union-attr]

    @classmethod
    def relations(cls) -> list[str]:
        """The columns that hold many records or tags."""
        return [name for name in cls.columns if cls.model._meta.get_field(name).many_to_many]

    def queryset(self, records: models.QuerySet[Any] | None = None) -> models.QuerySet[Any]:
        """The records with all that their rows need, in a fixed number of queries, sorted by key."""
        found = self.model.objects.all() if records is None else records
        singles = [
            name for name in self.columns if isinstance(self.model._meta.get_field(name), models.ForeignKey)
        ]
        singles += [f"{name}__{parent}" for name in singles for parent in parents_of(self.model, name)]
        many = []
        for name in self.relations():
            widget = self.fields[name].widget
            path = "__".join(widget.places) if isinstance(widget, KeysCell) and widget.places else name
            many += [path, *(f"{path}__{parent}" for parent in parents_of(self.model, name))]
        return found.select_related(*singles).prefetch_related(*many).order_by(by_code_point(self.key()))

    def row(self, record: Record) -> Row:
        return self.as_shown({name: self.fields[name].export(record) for name in self.columns})

    def row_of(
        self, record: Record, links: dict[str, list[Any]], columns: Iterable[str] | None = None
    ) -> Row:
        """The row that the record has once it is saved with these relations; one not named keeps its cell."""
        row = {}
        for name in columns or self.columns:
            if name in links:
                row[name] = self.fields[name].widget.join(links[name])
            elif name in self.relations() and not record.pk:
                row[name] = ""
            else:
                row[name] = self.fields[name].export(record)
        return row

    def rows_of(self, records: Sequence[Record]) -> list[Row]:
        """The rows of records at hand, as `row()` gives them; a query for each column of many."""
        pks, relations = [record.pk for record in records], self.relations()
        cells = {
            name: self._related(name, pks) if name in relations else map(self.fields[name].export, records)
            for name in self.columns
        }
        return [
            self.as_shown(dict(zip(cells, row, strict=True))) for row in zip(*cells.values(), strict=True)
        ]

    def rows(self, records: models.QuerySet[Any] | None = None) -> Iterator[Row]:
        """The rows of many records, sorted by key: as `row()` gives them, without making the records."""
        return (row for _pk, _version, row in self.saved(records))

    def saved(self, records: models.QuerySet[Any] | None = None) -> Iterator[tuple[int, int, Row]]:
        """As `rows()`, each with its record's id and version."""
        found = self.model.objects.all() if records is None else records
        relations = self.relations()
        singles = [name for name in self.columns if name not in relations]
        read = ["pk", "version", *(self.fields[name].widget.expression(name) for name in singles)]
        values = found.order_by(by_code_point(self.key())).values_list(*read)
        for chunk in chunks(values.iterator(chunk_size=CHUNK), CHUNK):
            pks, versions, *cells = zip(*chunk, strict=True)
            texts: dict[str, Iterable[str]] = {name: self._related(name, pks) for name in relations}
            texts |= {name: map(text_of, column) for name, column in zip(singles, cells, strict=True)}
            rows = zip(*(texts[name] for name in self.columns), strict=True)
            for pk, version, row in zip(pks, versions, rows, strict=True):
                yield pk, version, self.as_shown(dict(zip(self.columns, row, strict=True)))

    def _related(self, name: str, ids: Sequence[int]) -> Iterator[str]:
        """The cells of a many-to-many column, one for each of the records."""
        model_field: Any = self.model._meta.get_field(name)
        widget = self.fields[name].widget
        places = getattr(widget, "places", None)
        if isinstance(widget, TagsCell):
            content_type = ContentType.objects.get_for_model(self.model)
            pairs = TaggedItem.objects.filter(content_type=content_type, object_id__in=one_of(ids))
            related = pairs.values_list("object_id", "tag__name")
        else:
            through = model_field.remote_field.through
            source, target = model_field.m2m_field_name(), model_field.m2m_reverse_field_name()
            shown = widget.public_condition(f"{target}__")
            found = through.objects.filter(shown, **{f"{source}__in": one_of(ids)})
            order = ["position", "pk"] if places else []
            related = found.order_by(*order).values_list(source, f"{target}__{key_field(widget.model)}")
        keys: dict[int, list[str]] = defaultdict(list)
        for pk, key in related:
            keys[pk].append(key)
        return ("; ".join(keys[pk] if places else sorted(keys[pk])) if pk in keys else "" for pk in ids)

    def look_up(self, rows: Iterable[Row]) -> None:
        """Find all records that the rows refer to, in a query a table; `decode` then asks for none."""
        found = list(rows)
        for name in self.columns:
            widget = self.fields[name].widget
            if isinstance(widget, KeyCell):
                named = {key for row in found for key in widget.keys_in(row.get(name, ""))}
                self.keys.look_up(widget.model, named)

    def as_public(self, rows: Iterable[Row]) -> list[Row]:
        """Rows of old, without the keys of records that the public may not see now; a query a relation."""
        found = [dict(row) for row in rows]
        for name in self.columns:
            widget = self.fields[name].widget
            if isinstance(widget, KeyCell) and issubclass(widget.model, Record):
                named = {key for row in found for key in widget.keys_in(row.get(name, ""))}
                shown = widget.public_keys(named)
                for row in found:
                    row[name] = "; ".join(key for key in widget.keys_in(row.get(name, "")) if key in shown)
        return [self.for_readers(row) for row in found]

    def as_shown(self, row: Row) -> Row:
        return self.for_readers(row) if self.public and self.private else row

    def for_readers(self, row: Row) -> Row:
        return row | {name: seen(row.get(name, "")) for name, seen in self.private.items()}

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

    def decode_left(self, row: Row, record: Record) -> Decoded:
        """As `decode`; a list that names a record that is gone keeps those that are there."""
        decoded = self.decode(row, record)
        for name in self.relations():
            widget = self.fields[name].widget
            if name in decoded.errors and isinstance(widget, KeysCell):
                found = (self.keys.find(widget.model, key) for key in widget.keys_in(row[name]))
                decoded.links[name] = [one for one in found if one is not None]
        return decoded

    def _validate(self, decoded: Decoded) -> None:
        """Field rules and `clean()`, without queries: relations are found by key already, keys by imports."""
        relations = [name for name in self.columns if self.model._meta.get_field(name).is_relation]
        missing = [
            name
            for name in relations
            if name not in self.relations()
            and name not in decoded.errors
            and self._lacks(decoded.record, name)
        ]
        for name in missing:
            decoded.errors[name] = [_("This cell must not be empty.")]
        for check in (
            decoded.record.clean,
            lambda: decoded.record.clean_fields(exclude={*relations, *decoded.errors}),
        ):
            try:
                check()
            except ValidationError as error:
                for name, messages in error.message_dict.items():
                    decoded.errors.setdefault(name, messages)

    def _lacks(self, record: Record, name: str) -> bool:
        model_field: Any = self.model._meta.get_field(name)
        # An unsaved target has no id yet but is there.
        has_target = model_field.is_cached(record) and model_field.get_cached_value(record) is not None
        return not model_field.null and getattr(record, model_field.attname) is None and not has_target


def by_code_point(name: str) -> Collate:
    """An order that is the same everywhere: PostgreSQL would sort by the language of its installation."""
    return Collate(name, "C" if connection.vendor == "postgresql" else "BINARY")


def text_of(value: Any) -> str:
    return "" if value is None else value if type(value) is str else str(value)


def one_of(ids: Sequence[int]) -> RawSQL:
    """For `__in`: the ids as one parameter; thousands of their own take longer to pass than to look up."""
    if connection.vendor == "postgresql":
        return RawSQL("SELECT unnest(%s::bigint[])", [list(ids)])
    return RawSQL("SELECT value FROM json_each(%s)", [json.dumps(ids)])


def chunks(values: Iterable[Any], size: int) -> Iterator[list[Any]]:
    rest = iter(values)
    while chunk := list(islice(rest, size)):
        yield chunk


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
            *("accessed", "language", "identifier", "body", "tags", "status", "extra"),
        )

    optional = ("extra",)  # files from before it existed do not have it
    private = {"extra": without_private}  # what reference managers keep for their owner


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
        fields = ("slug", "name", "group", "value_kind", "unit", "description", "position", "shelf_life")

    optional = ("shelf_life",)


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
        fields = ("slug", "title", "body", "state", "assignee", "due", "note", "results", "status", "gap")

    optional = ("gap",)
    private = {"gap": lambda name: ""}  # it may name what only the team may see


class ChangelogRows(Rows):
    class Meta:
        model = ChangelogEntry
        fields = ("slug", "date", "stamp", "kind", "note", "summary", "status")


# In the order in which they are written: each table after those that it points to.
TABLES: dict[str, type[Rows]] = {
    codec.table: codec
    for codec in (
        *(OrganizationRows, ModeRows, IndustryRows, SourceRows),
        *(NoteRows, CaseRows, CriterionRows, FindingRows),
        *(ComparisonRows, ThesisRows, ArgumentRows, EventRows, TodoRows, ChangelogRows),
    )
}
MODELS: dict[str, type[Record]] = {table: codec.model for table, codec in TABLES.items()}
