"""Keys and links that readers would not find: said below a text's field, after each save, and in a list."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from research.admin.forms import MarkdownInput
from research.admin.links import admin_url, record_link
from research.admin.preview import Known
from research.admin.rights import may, may_read, readable
from research.models import Record, Source, Status
from research.queries import unknown
from research.text.citations import Cite, Link

MOST, PER_PAGE = 20, 50  # problems told of one text; keys on a page of the list


@dataclass
class Text:
    """A text as it stands in a form or a record; `is_public` where readers see it, or shall."""

    text: str
    is_public: bool
    problems: list[SafeString] = field(default_factory=list)


def check(texts: Iterable[Text], user: Any) -> None:
    """Say of each text what readers would not find; in a fixed number of queries for them all."""
    named = [text for text in texts if "@" in text.text or "[[" in text.text]
    if not named:
        return
    known = Known(*(text.text for text in named))
    keys = {cite.key for read in known.reads for cite in read.cites} - set(known.sources)
    near = near_keys(sorted(keys)[:MOST], user)
    for text, read in zip(named, known.reads, strict=True):
        told = {cite.key: _of_cite(cite, known, near, user) for cite in read.cites}
        links = {(link.table, link.slug): _of_link(link, known, text) for link in read.links}
        text.problems = [one for one in (*told.values(), *links.values()) if one][:MOST]


def near_keys(keys: list[str], user: Any) -> dict[str, list[str]]:
    """As `unknown.near_keys`; sources that the person may not see are not told."""
    return unknown.near_keys(keys) if keys and may_read(user, Source) else {}


def _of_cite(cite: Cite, known: Known, near: dict[str, list[str]], user: Any) -> SafeString | None:
    source = known.sources.get(cite.key)
    if source is None:
        return no_source(cite.key, near.get(cite.key, []), user)
    if not source.is_public and may_read(user, Source):
        said = _("is not public: readers do not see it.")
        return format_html('<a href="{}">@{}</a> {}', admin_url(Source, "change", source.pk), cite.key, said)
    return None


def no_source(key: str, near: Iterable[str], user: Any) -> SafeString:
    """That there is none, with the keys that look alike and a way to add it."""
    parts = [format_html("<strong>@{}</strong>: {}", key, _("there is no source with this key."))]
    if alike := ", ".join(f"@{one}" for one in near):
        parts.append(format_html("{}", _("Did you mean %s?") % alike))
    if may(user, "add", Source):
        url = f"{admin_url(Source, 'add')}?{urlencode({'key': key})}"
        parts.append(format_html('<a href="{}" target="_blank">{}</a>', url, _("Add this source")))
    return format_html_join(" ", "{}", ((part,) for part in parts))


def _of_link(link: Link, known: Known, text: Text) -> SafeString | None:
    record = known.records.get((link.table, link.slug))
    name = f"[[{link.table}/{link.slug}]]" if link.table else f"[[{link.slug}]]"
    if record is None:
        return format_html("<strong>{}</strong>: {}", name, _("there is no such record."))
    if text.is_public and not record.is_public:
        url, said = admin_url(type(record), "change", record.pk), _("is not public: readers see no link.")
        return format_html('<a href="{}">{}</a> {}', url, name, said)
    return None


# --- in the form -------------------------------------------------------------------------------------------


def point_out(request: HttpRequest, context: dict[str, Any]) -> None:
    """Below each Markdown field of the page's forms, as the field stands there."""
    forms = [context["adminform"].form]
    for inline in context.get("inline_admin_formsets", ()):
        forms += inline.formset.forms
    places = [
        (form.fields[name].widget, Text(str(form[name].value() or ""), shows_to_readers(form)))
        for form in forms
        for name in form.fields
        if isinstance(form.fields[name].widget, MarkdownInput)
    ]
    check((text for _widget, text in places), request.user)
    for widget, text in places:
        widget.problems = text.problems


def shows_to_readers(form: Any) -> bool:
    status = form["status"].value() if "status" in form.fields else getattr(form.instance, "status", None)
    return bool(status is None or status == Status.PUBLISHED or getattr(form, "was_published", False))


def tell(request: HttpRequest, records: Iterable[Record]) -> None:
    """After a save; it does not keep anybody from saving: a text may come before its source."""
    texts = [
        (record, Text(getattr(record, name), getattr(record, "status", Status.PUBLISHED) == Status.PUBLISHED))
        for record in records
        for name in record.text_fields
    ]
    check((text for _record, text in texts), request.user)
    for record, text in texts:
        if text.problems:
            problems = format_html_join("", "<li>{}</li>", ((one,) for one in text.problems))
            said = _("Saved; but readers would not find what “%s” names:") % record
            messages.warning(request, format_html("{} <ul>{}</ul>", said, problems))


# --- the list ----------------------------------------------------------------------------------------------


def links_to(records: Iterable[Record] | None) -> list[SafeString]:
    return [record_link(record) for record in records or ()]


def unknown_page(request: HttpRequest, shared: dict[str, Any]) -> HttpResponse:
    """All that texts name and nobody finds, in the tables that the person may see; `?p=2` goes on."""
    tables = list(readable(request.user))
    if not tables:
        raise PermissionDenied
    page = Paginator(unknown.keys_without_source(tables), PER_PAGE).get_page(request.GET.get("p"))
    keys = [key for key, _count in page]
    near, users = near_keys(keys, request.user), unknown.users_of_keys(keys, tables)
    hidden = list(unknown.hidden_sources(tables)[:PER_PAGE])
    hidden_users = unknown.users_of_keys([key for key, _count in hidden], tables)
    broken = list(unknown.links_to_nothing(tables)[:PER_PAGE])
    linking = unknown.users_of_links([(table, key) for table, key, _count in broken], tables)
    drafts = dict(Source.objects.filter(key__in=[key for key, _count in hidden]).values_list("key", "pk"))
    context = {
        **shared,
        "title": _("Names that readers do not find"),
        "page": page,
        "unknown": [
            (no_source(key, near.get(key, []), request.user), number, links_to(users.get(key)))
            for key, number in page
        ],
        "hidden": [(key, drafts[key], number, links_to(hidden_users.get(key))) for key, number in hidden],
        "broken": [
            (f"{table}/{key}" if table else key, number, links_to(linking.get((table, key))))
            for table, key, number in broken
        ],
    }
    return TemplateResponse(request, "admin/research/unknown.html", context)
