"""What a form asks for while someone types: the text as it will look, and tags in use."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from taggit.models import Tag

from research.admin.links import admin_url
from research.admin.rights import may_read_some
from research.models import Record, Source
from research.queries.cited import any_records
from research.rows import MODELS
from research.text import citations, markdown

SUGGESTIONS = 20


@require_POST
def markdown_preview(request: HttpRequest) -> HttpResponse:
    """The text as HTML; keys and records that do not exist are marked for the editor."""
    if not may_read_some(request.user):
        raise PermissionDenied
    text = request.POST.get("text", "")
    known = Known(text)
    return HttpResponse(markdown.render(text, cite=known.cite, link=known.link))


def tag_names(request: HttpRequest) -> HttpResponse:
    if not may_read_some(request.user):
        raise PermissionDenied
    found = Tag.objects.filter(name__icontains=request.GET.get("q", "").strip()).order_by("name")
    return JsonResponse({"names": list(found.values_list("name", flat=True)[:SUGGESTIONS])})


class Known:
    """The sources and records that texts name, published or not, read in one query a table."""

    def __init__(self, *texts: str) -> None:
        self.reads = [markdown.read(text) for text in texts]
        keys = {cite.key for read in self.reads for cite in read.cites}
        self.sources: dict[str, Source] = {
            source.key: source for source in (Source.objects.filter(key__in=keys) if keys else ())
        }
        self.records: dict[tuple[str, str], Record] = {}
        slugs = {link.slug for read in self.reads for link in read.links}
        for table, model in MODELS.items() if slugs else ():
            for record in any_records(model).filter(**{f"{model.key_field}__in": slugs}):
                self.records[table, record.record_key] = record
                self.records.setdefault(("", record.record_key), record)

    def cite(self, cites: Sequence[citations.Cite]) -> SafeString:
        marks: list[Any] = [(self._mark(cite),) for cite in cites]
        return format_html('<span class="cite">[{}]</span>', format_html_join("; ", "{}", marks))

    def _mark(self, cite: citations.Cite) -> SafeString:
        named = " ".join(filter(None, [cite.prefix, f"@{cite.key}"]))
        shown = ", ".join(filter(None, [named, cite.locator]))
        source = self.sources.get(cite.key)
        if source is None:
            return missing(shown, _("There is no source with this key."))
        return format_html(
            '<a href="{}" title="{}">{}</a>', admin_url(Source, "change", source.pk), source.title, shown
        )

    def link(self, link: citations.Link) -> SafeString:
        record = self.records.get((link.table, link.slug))
        if record is None:
            return missing(link.label or link.slug, _("There is no such record."))
        url = admin_url(type(record), "change", record.pk)
        return format_html('<a href="{}">{}</a>', url, link.label or str(record))


def missing(text: str, reason: str) -> SafeString:
    return format_html('<span class="attention" title="{}">{} ({})</span>', reason, text, reason)
