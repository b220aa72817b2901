"""What is newly published as Atom feeds: notes, comparisons, the changelog. RFC 4287."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import format_html, format_html_join
from django.utils.http import http_date
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import conditional_page

from research.models import ChangelogEntry, Comparison, Note, Organization, Record
from research.queries.apparatus import Apparatus, Reference
from research.queries.publications import Publication, last_change, last_version, newest
from research.rows import MODELS
from research.text import markdown
from research.text.citations import Cite
from research.text.cjk import is_cjk
from research.views.addresses import absolute

ENTRIES = 50
SUMMARY = 300  # characters
# https://www.w3.org/TR/xml/#charsets
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

SECOND = timedelta(seconds=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

TAGS: Any = "tags"  # taggit has no types

# Each feed's records, with what their entries show.
FEEDS: dict[str, Callable[[], QuerySet[Any]]] = {
    "changelog": lambda: ChangelogEntry.objects.select_related("note"),
    "notes": lambda: Note.objects.prefetch_related(TAGS),
    "comparisons": lambda: Comparison.objects.prefetch_related(
        Prefetch("organizations", Organization.objects.public().order_by("comparison_places__position"))
    ),
}


class PlainApparatus(Apparatus):
    """Citation marks as text, for readers who are not on the page; each entry's are numbered from 1."""

    begins = SafeString("<sup>")

    def begin(self) -> None:
        self.references, self._by_source = [], {}

    @staticmethod
    def _mark(cite: Cite, reference: Reference) -> tuple[str, str, str]:
        """Prefix, number and locator."""
        prefix = f"{cite.prefix} " if cite.prefix else ""
        return prefix, str(reference.number), f", {cite.locator}" if cite.locator else ""


class Atom(Atom1Feed):
    """Django's, with the whole text beside its summary, and a date for a feed without entries."""

    def latest_post_date(self) -> Any:
        return super().latest_post_date() if self.items else self.feed["empty_since"]

    def item_attributes(self, item: dict[str, Any]) -> dict[str, str]:
        return {"xml:lang": item["language"]}

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        handler.addQuickElement("summary", item["summary"], {"type": "text"})
        if item["content"]:
            handler.addQuickElement("content", item["content"], {"type": "html"})


def feed_view(table: str) -> Callable[[HttpRequest], HttpResponse]:
    """The view of one table's feed; a reader that has it already is answered 304."""

    def view(request: HttpRequest) -> HttpResponse:
        changed = last_change()
        if table == Comparison.table:
            changed = max(filter(None, (changed, last_version())), default=None)
        feed = empty_feed(request, table, changed)
        publications = newest(FEEDS[table](), ENTRIES)
        apparatus = PlainApparatus(publication.record for publication in publications)
        for publication in publications:
            feed.add_item(**entry(request, publication, apparatus))
        response = HttpResponse(feed.writeString("utf-8"), content_type=feed.content_type)
        if changed and timezone.now() - changed > SECOND:  # else more may follow with the same date
            response["Last-Modified"] = http_date(changed.timestamp())
        return response

    return conditional_page(view)


def name_of(table: str) -> str:
    return f"{settings.SITE_NAME} · {capfirst(str(MODELS[table]._meta.verbose_name_plural))}"


def feeds() -> list[tuple[str, str]]:
    """(name, path) of every feed in the language at hand."""
    return [(name_of(table), reverse(f"{table}_feed")) for table in FEEDS]


def empty_feed(request: HttpRequest, table: str, changed: Any) -> Atom:
    return Atom(
        title=clean(name_of(table)),
        link=absolute(request, reverse(table)),
        description=None,
        language=language_tag(get_language() or settings.LANGUAGE_CODE),
        author_name=clean(settings.SITE_NAME),
        author_link=absolute(request, reverse("home")),
        feed_url=absolute(request, reverse(f"{table}_feed")),
        feed_guid=absolute(request, reverse(f"{table}_feed")),
        empty_since=changed or EPOCH,
    )


def entry(request: HttpRequest, publication: Publication, apparatus: PlainApparatus) -> dict[str, Any]:
    """The entry as `add_item` takes it."""
    record = publication.record
    text = getattr(record, record.text_fields[0])
    title = title_of(record)
    url = absolute(request, record.get_absolute_url())
    return {
        "title": clean(title),
        "link": url,
        "description": None,
        "unique_id": identity(request, record),
        "pubdate": publication.published,
        "updateddate": publication.updated,
        "categories": [clean(tag.name) for tag in record.tags.all()] if isinstance(record, Note) else [],
        "language": "zh-Hans" if any(map(is_cjk, title + text[:1000])) else "en",
        "summary": clean(markdown.excerpt(text, SUMMARY) or title),
        "content": clean(markdown.away(content(publication, text, apparatus), url)),
    }


def identity(request: HttpRequest, record: Record) -> str:
    """A name that stays whatever becomes of the record's slug or title: a tag URI, RFC 4151."""
    host = urlsplit(absolute(request, "/")).hostname
    return f"tag:{host},{record.created_at:%Y-%m-%d}:{record.table}/{record.pk}"


def title_of(record: Record) -> str:
    if isinstance(record, ChangelogEntry) and record.note and record.note.is_public:
        return f"{record} · {record.note}"
    return str(record)


def content(publication: Publication, text: str, apparatus: PlainApparatus) -> str:
    """The record's text as HTML, with what it compares, and its numbered sources at the end."""
    record = publication.record
    apparatus.begin()
    parts: list[str] = [apparatus.render(text)]
    if isinstance(record, Comparison):
        names = " · ".join(organization.name for organization in record.organizations.all())
        parts.append(format_html("<p>{}: {}</p>", capfirst(_("organizations")), names) if names else "")
    if version := publication.version:
        said = {"number": version.number, "day": f"{timezone.localtime(version.at):%Y-%m-%d}"}
        link = (version.get_absolute_url(), capfirst(_("version %(number)s of %(day)s") % said))
        parts.append(format_html('<p><a href="{}">{}</a></p>', *link))
    apparatus.list_all(record)
    if apparatus.references:
        lines = format_html_join(
            "", "<li>{} {}</li>", ((reference.line, reference.locator) for reference in apparatus.references)
        )
        parts.append(format_html("<h2>{}</h2><ol>{}</ol>", _("References"), lines))
    return "".join(parts)


def language_tag(code: str) -> str:
    """`zh-hans` as BCP 47 writes it: zh-Hans."""
    language, dash, script = code.partition("-")
    return f"{language}{dash}{script.title()}"


def clean(text: str) -> str:
    """Without the characters that no XML document may hold."""
    return NOT_IN_XML.sub("", text)
