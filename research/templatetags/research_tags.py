"""What the public templates need beyond Django's own tags."""

from typing import Any

from django import template
from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse, translate_url
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from research.models import Record
from research.queries.apparatus import Apparatus
from research.rows import MODELS
from research.text import edtf, markdown

register = template.Library()


@register.simple_tag
def prose(apparatus: Apparatus, text: str) -> SafeString:
    """Markdown as HTML, its citations numbered by the page's apparatus."""
    return apparatus.render(text)


@register.simple_tag
def marks(apparatus: Apparatus, record: Record) -> SafeString:
    """The record's citation marks, or the editor's word where it has none."""
    return apparatus.marks(record) or format_html('<span class="gap">{}</span>', _("unsourced"))


@register.simple_tag
def list_all(apparatus: Apparatus, record: Record) -> str:
    """Number the sources that the record lists without citing them in place."""
    apparatus.list_all(record)
    return ""


@register.simple_tag
def list_url(model: type[Record]) -> str:
    """The address of a table's list."""
    return reverse("timeline" if model.table == "events" else model.table)


@register.filter
def first_paragraph(text: str) -> str:
    return next(iter(markdown.plain(text)), "")


@register.filter
def gt(number: int, other: int) -> bool:
    return number > other


@register.filter
def model_name(record: Record) -> str:
    return str(record._meta.verbose_name)


@register.filter
def excerpt(text: str, limit: int = 120) -> str:
    return markdown.excerpt(text, limit)


@register.filter
def edtf_date(value: str) -> str:
    return edtf.describe(value, get_language() or "zh-hans")


@register.filter
def verbose_name(model: type[Model]) -> str:
    return str(model._meta.verbose_name)


@register.filter
def verbose_name_plural(model: type[Model]) -> str:
    return str(model._meta.verbose_name_plural)


@register.filter
def table_name(table: str) -> str:
    """The name of a table for people: `cases` → 案例."""
    return str(MODELS[table]._meta.verbose_name_plural)


@register.simple_tag(takes_context=True)
def this_page_in(context: dict[str, Any], language: str) -> str:
    """The address of the page at hand in another language."""
    request: HttpRequest = context["request"]
    return translate_url(request.get_full_path(), language)
