"""What the tests of the admin share: addresses, and a page's form as the browser would post it."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from research.models import Record, Revision
from research.rows import MODELS
from tests.factories import MAKERS

TABLES = list(MAKERS)


def url(model: type[Record], view: str, *args: Any) -> str:
    return reverse(f"admin:research_{model._meta.model_name}_{view}", args=args)


def change_url(record: Record) -> str:
    return url(type(record), "change", record.pk)


def posted(response: Any, **changes: Any) -> dict[str, Any]:
    """All values of the page's form and its inlines, with the changes."""
    data: dict[str, Any] = {}
    forms = [response.context["adminform"].form]
    for inline in response.context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    for form in forms:
        for field in form:
            value = as_posted(field)
            if value is not None:
                data[field.html_name] = value
    return {**data, **changes}


def as_posted(field: Any) -> Any:
    widget = getattr(field.field.widget, "widget", field.field.widget)  # a relation's is wrapped
    value = widget.format_value(field.value())
    return value if value is None or isinstance(value, list) else str(value)


def open_form(client: Client, record: Record, **changes: Any) -> dict[str, Any]:
    response = client.get(change_url(record))
    assert response.status_code == 200
    return posted(response, **changes)


def revisions(record: Record) -> list[Revision]:
    return list(Revision.objects.filter(table=record.table, record_id=record.pk).order_by("version"))


def errors(response: Any) -> str:
    """What the page says is wrong; a page that saved has gone elsewhere."""
    assert response.status_code == 200, "the form was saved"
    return " ".join(str(error) for error in response.context["errors"])


def count_queries(client: Client, address: str) -> int:
    client.get(address)  # content types and the like are read once a process
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


all_tables = pytest.mark.parametrize("table", TABLES)
publishable = pytest.mark.parametrize(
    "table", [table for table in TABLES if hasattr(MODELS[table], "status")]
)
