"""What a page says to those who show a link to it as a card: https://ogp.me."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from django.conf import settings
from django.http import HttpRequest
from django.utils.encoding import escape_uri_path
from django.utils.translation import get_language

from research.models import Record, Source
from research.text import markdown
from research.views import cards
from research.views.addresses import absolute

DESCRIPTION = 200  # characters
LOCALES = {"zh-hans": "zh_CN", "en": "en_US"}
# Tables whose records are texts that somebody wrote at a time.
ARTICLES = ("notes", "cases", "theses", "changelog")


@dataclass(frozen=True)
class Social:
    title: str
    description: str
    kind: str
    url: str
    locale: str
    other_locales: list[str]
    card: cards.Card | None = None


def social(request: HttpRequest, context: dict[str, Any]) -> Social | None:
    """Of the page with this context; None for one that says nothing of itself, such as an error.

    A source's page speaks of the source: Zotero would take our words for its abstract, our site for its own.
    """
    described = context.get("described")
    record = own_record(request, context)
    if described is None or isinstance(record, Source):
        return None
    locale = LOCALES.get(get_language() or "", "zh_CN")
    return Social(
        title=str(record) if record else described.nodes()[0].get("name", settings.SITE_NAME),
        description=description_of(record) if record else "",
        kind="article" if record and record.table in ARTICLES else "website",
        url=absolute(request, escape_uri_path(request.path)),
        locale=locale,
        other_locales=[other for other in LOCALES.values() if other != locale],
        card=cards.card_of(request, record or shown_at_home(request, context)),
    )


def own_record(request: HttpRequest, context: dict[str, Any]) -> Record | None:
    """The record whose page it is; a page may also show a record that has a page of its own."""
    record = context.get("record")
    if isinstance(record, Record) and unquote(record.get_absolute_url()) == request.path:
        return record
    return None


def shown_at_home(request: HttpRequest, context: dict[str, Any]) -> Record | None:
    matrix = context.get("matrix")
    return matrix.comparison if matrix and "record" not in context else None


def description_of(record: Record) -> str:
    for name in record.text_fields:
        if found := markdown.excerpt(getattr(record, name), DESCRIPTION):
            return found
    return ""
