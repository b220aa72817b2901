"""Who rests on whom, with links inside the admin."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from research.models import Citation, ComparisonCriterion, ComparisonOrganization, Record
from research.rows import MODELS


def admin_url(model: type[Record], view: str, *args: Any) -> str:
    return reverse(f"admin:research_{model._meta.model_name}_{view}", args=args)


def number_of(text: Any) -> int | None:
    """The number that somebody sent, None for what no database can be asked for."""
    text = str(text)
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def record_link(record: Any) -> SafeString:
    """The record's kind and name, leading to its form; what is no record is named only."""
    if not isinstance(record, Record):
        return format_html("{}", record)
    kind = record._meta.verbose_name
    return format_html('{}: <a href="{}">{}</a>', kind, admin_url(type(record), "change", record.pk), record)


def owners(users: Iterable[Any]) -> list[Any]:
    """Whoever rests on a record, each once, as people know it: the record that cites, not the citation."""
    users = list(users)
    found = [list_owner(user) for user in users if not isinstance(user, Citation)]
    found += [record for record, _locators in citing(user for user in users if isinstance(user, Citation))]
    return list({(type(owner), owner.pk): owner for owner in found}.values())


def list_owner(row: Any) -> Any:
    """The record whose list the row is an entry of; a record itself stands for itself."""
    if isinstance(row, ComparisonOrganization | ComparisonCriterion):
        return row.comparison
    made_for = row._meta.auto_created
    return getattr(row, made_for._meta.model_name) if made_for else row


def citing(citations: Iterable[Citation]) -> list[tuple[Record, list[str]]]:
    """The records that the citations stand in, with the locators they give; one query a table."""
    locators: dict[str, dict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
    for citation in citations:
        locators[citation.table][citation.record_id].append(citation.locator)
    return [
        (record, [text for text in locators[table][record.pk] if text])
        for table, model in MODELS.items()
        if table in locators
        for record in model.objects.select_related(*model.named_by).filter(pk__in=locators[table])
    ]
