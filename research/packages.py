"""All tables as one Frictionless Data Package (version 1): a ZIP of canonical CSV and what the columns mean.

The schemas are read from the codecs and the models' fields, so a new column describes itself.
The same data give the same bytes.
"""

import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from typing import IO, Any

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import UniqueConstraint
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from research.cells import Cell, DateCell, IntegerCell, KeyCell, KeysCell, TagsCell
from research.exporting import write_csv
from research.models import Record
from research.models.dates import EdtfField
from research.rows import TABLES, Rows

Described = dict[str, Any]
# A ZIP entry has a time; the first that the format can say tells nobody anything.
EPOCH = (1980, 1, 1, 0, 0, 0)


def write_package(file: IO[bytes], *, public: bool) -> dict[str, int]:
    """Write the package; `public` leaves out what the public may not see. Returns rows by table."""
    counts = {}
    with zipfile.ZipFile(file, "w") as archive:
        with entry(archive, "datapackage.json") as text:
            json.dump(description(), text, ensure_ascii=False, indent=2)
            text.write("\n")
        for table, codec in TABLES.items():
            records = codec.model.objects.public() if public else codec.model.objects.all()
            with entry(archive, path(table)) as text:
                counts[table] = write_csv(text, codec.columns, codec(public=public).rows(records))
    return counts


@contextmanager
def entry(archive: zipfile.ZipFile, name: str) -> Iterator[TextIOWrapper]:
    info = zipfile.ZipInfo(name, EPOCH)
    info.compress_type, info.create_system, info.external_attr = zipfile.ZIP_DEFLATED, 3, 0o644 << 16
    with archive.open(info, "w", force_zip64=True) as data, TextIOWrapper(data, "utf-8", newline="") as text:
        yield text


def path(table: str) -> str:
    return f"data/{table}.csv"


def description() -> Described:
    """`datapackage.json`, in the language in use."""
    return {
        "profile": "tabular-data-package",
        "name": "comparanda",
        "title": settings.SITE_NAME,
        "resources": [resource(table, codec) for table, codec in TABLES.items()],
    }


def resource(table: str, codec: type[Rows]) -> Described:
    return {
        "profile": "tabular-data-resource",
        "name": table,
        "path": path(table),
        "title": capfirst(str(codec.model._meta.verbose_name_plural)),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": schema(codec),
    }


def schema(codec: type[Rows]) -> Described:
    described: Described = {
        "fields": [column(codec, name) for name in codec.columns],
        "missingValues": [""],
        "primaryKey": codec.key(),
    }
    foreign = [
        {"fields": name, "reference": {"resource": target.table, "fields": target.key_field}}
        for name, target in single_relations(codec).items()
    ]
    return {**described, "foreignKeys": foreign} if foreign else described


def column(codec: type[Rows], name: str) -> Described:
    field: Any = codec.model._meta.get_field(name)
    cell = codec.fields[name].widget
    described: Described = {"name": name, "type": type_of(cell), "title": capfirst(str(field.verbose_name))}
    if text := meaning(cell, field):
        described["description"] = text
    if rules := constraints(codec.model, field):
        described["constraints"] = rules
    return described


def type_of(cell: Cell) -> str:
    return {DateCell: "date", IntegerCell: "integer"}.get(type(cell), "string")


def meaning(cell: Cell, field: Any) -> str:
    """How the cell is written, where its type does not say it."""
    if isinstance(cell, KeysCell):
        return _("Keys of %(table)s, joined with “; ”.") % {"table": cell.model._meta.verbose_name_plural}
    if isinstance(cell, TagsCell):
        return _("Joined with “; ”.")
    if isinstance(field, EdtfField):
        return _("A date with its precision, as EDTF (ISO 8601-2).") + f" {field.help_text}"
    return str(field.help_text)


def constraints(model: type[Record], field: Any) -> Described:
    rules: Described = {}
    if not field.blank:
        rules["required"] = True
    if is_unique(model, field):
        rules["unique"] = True
    if isinstance(field, models.PositiveIntegerField):
        least = [one.limit_value for one in field.validators if isinstance(one, MinValueValidator)]
        rules["minimum"] = max([0, *least])
    if field.is_relation is False and field.choices:
        rules["enum"] = [str(value) for value, _label in field.choices]
    return rules


def is_unique(model: type[Record], field: Any) -> bool:
    return any(
        isinstance(rule, UniqueConstraint) and rule.fields == (field.name,) and rule.condition is None
        for rule in model._meta.constraints
    )


def single_relations(codec: type[Rows]) -> dict[str, type[Record]]:
    """The columns that name one record of another table; a person is none."""
    cells = {name: codec.fields[name].widget for name in codec.columns}
    singles = {name: cell.model for name, cell in cells.items() if type(cell) is KeyCell}
    return {name: model for name, model in singles.items() if issubclass(model, Record)}
