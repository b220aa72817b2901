"""What the public templates need beyond Django's own tags."""

from collections import Counter
from typing import Any

from django import template
from django.conf import settings
from django.db.models import Model
from django.http import HttpRequest
from django.template import Context
from django.urls import reverse, translate_url
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from research.feeds import feeds as atom_feeds
from research.models import Comparison, Finding, Record, Source
from research.queries import items
from research.queries.apparatus import Apparatus
from research.queries.arguments import ThesisState
from research.queries.coverage import Coverage, coverage
from research.queries.gaps import is_stale
from research.rows import MODELS
from research.text import edtf, markdown
from research.text.marking import CAME, GONE, LEFT_OUT, Run
from research.text.metadata.coins import context_object
from research.views import further_fields
from research.views.addresses import readable
from research.views.social import Social
from research.views.social import social as social_of

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
def marks_of(apparatus: Apparatus, records: list[Record]) -> SafeString:
    """One mark for the sources that several records cite; nothing where they cite none."""
    return apparatus.marks_of(records)


@register.simple_tag(takes_context=True)
def absolute_url(context: dict[str, Any], path: str) -> str:
    """The address with scheme and host as people read it: its Chinese as Chinese."""
    return readable(context["request"], path)


@register.simple_tag
def own_marks(apparatus: Apparatus, record: Record) -> SafeString:
    """The record's citation marks, where it is said elsewhere that it has none."""
    return apparatus.marks(record)


@register.filter
def thesis_state(value: str) -> ThesisState:
    """The computed state of a thesis, with its `label`."""
    return ThesisState(value)


@register.simple_tag
def list_all(apparatus: Apparatus, record: Record) -> str:
    """Number the sources that the record lists without citing them in place."""
    apparatus.list_all(record)
    return ""


@register.simple_tag
def linked_counts(apparatus: Apparatus, record: Record) -> list[tuple[Any, int]]:
    """How many public records of each table the record's text links: (name of the table, count)."""
    counts = Counter(type(target) for target in apparatus.linked(record))
    return [(model._meta.verbose_name_plural, count) for model, count in counts.items()]


@register.simple_tag
def marked_runs(runs: list[Run]) -> SafeString:
    """A difference: what went struck out, what came underlined, what was left out as an ellipsis."""
    shown = format_html_join("", "{}", ((_run(kind, text),) for kind, text in runs))
    return format_html('<div class="runs">{}</div>', shown)


def _run(kind: int, text: str) -> SafeString:
    if kind == LEFT_OUT:
        return format_html('<span class="left-out" title="{}"> … </span>', _("unchanged"))
    return format_html({GONE: "<del>{}</del>", CAME: "<ins>{}</ins>"}.get(kind, "{}"), text)


@register.simple_tag
def coverage_of(comparison: Comparison) -> Coverage:
    """How much of what the comparison says cites a source, and its gaps where readers are told of them."""
    return coverage(comparison, with_gaps=settings.PUBLIC_GAPS)


@register.simple_tag
def list_url(model: type[Record]) -> str:
    """The address of a table's list."""
    return reverse("timeline" if model.table == "events" else model.table)


@register.simple_tag
def coins(source: Source) -> SafeString:
    """The source for Zotero's connector, on a list: an empty span, https://ocoins.info."""
    item = items.item_without_tags(source)
    return format_html('<span class="Z3988" title="{}" aria-hidden="true"></span>', context_object(item))


@register.simple_tag
def feeds() -> list[tuple[str, str]]:
    """(name, path) of every feed, in the page's language."""
    return atom_feeds()


@register.simple_tag(takes_context=True)
def social(context: Context) -> Social | None:
    """What the page at hand says to those who link it."""
    found: dict[Any, Any] = context.flatten()
    return social_of(found["request"], found) if "request" in found else None


@register.filter
def is_out_of_date(finding: Finding) -> bool:
    """Whether it is older than its criterion's shelf life."""
    return is_stale(finding, timezone.localdate())


@register.filter
def people(text: str) -> str:
    """Names joined as the tables have them, as they are said."""
    return further_fields.people(text)


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
def verbose_name_plural(model: type[Model]) -> str:
    return str(model._meta.verbose_name_plural)


@register.filter
def table_name(table: str) -> str:
    """The name of a table for people: `cases` → 案例."""
    return str(MODELS[table]._meta.verbose_name_plural)


@register.filter
def record_name(table: str) -> str:
    """What one record of a table is called: `cases` → 案例, case."""
    return str(MODELS[table]._meta.verbose_name)


@register.simple_tag(takes_context=True)
def this_page_in(context: dict[str, Any], language: str) -> str:
    """The address of the page at hand in another language."""
    request: HttpRequest = context["request"]
    return translate_url(request.get_full_path(), language)
