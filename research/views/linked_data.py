"""Every public page as JSON-LD: what kind of page it is, where it stands, and what it is about.

A page of a record has the record as its `mainEntity`, with the sources that it cites; a list has its records.
Types and properties are those of https://schema.org.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.core.paginator import Page
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from research.models import Record, Source
from research.text.metadata.schema_org import Node, filled, script, work
from research.views import record_nodes
from research.views.addresses import absolute

CITED = 500  # sources that a page's data names


class Described:
    """A page's data, made when the template asks for it: by then the page's references are numbered."""

    def __init__(self, nodes: Callable[[], list[Node]]) -> None:
        self.nodes = nodes

    @property
    def script(self) -> SafeString:
        return script(self.nodes())


Trail = Iterable[tuple[str, str]]


def page(request: HttpRequest, name: str, kind: str = "WebPage", *, trail: Trail = (), **more: Any) -> Node:
    """The page's own node; `trail` has the pages above it as (name, path), the home page left out."""
    url = absolute(request, request.get_full_path())
    return filled(
        {
            "@type": kind,
            "@id": url,
            "url": url,
            "name": name,
            "inLanguage": get_language(),
            "isPartOf": site(request),
            "breadcrumb": breadcrumb(request, [*trail, (name, request.path)]),
            **more,
        }
    )


def site(request: HttpRequest) -> Node:
    home = absolute(request, reverse("home"))
    return {"@type": "WebSite", "@id": f"{home}#site", "name": settings.SITE_NAME, "url": home}


def breadcrumb(request: HttpRequest, trail: Iterable[tuple[str, str]]) -> Node:
    steps = [(settings.SITE_NAME, reverse("home")), *trail]
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": place, "name": name, "item": absolute(request, path)}
            for place, (name, path) in enumerate(steps, 1)
        ],
    }


# --- pages ---------------------------------------------------------------------------------------------


def of_page(request: HttpRequest, name: str, kind: str = "WebPage", **more: Any) -> Described:
    return Described(lambda: [page(request, name, kind, **more)])


def of_home(request: HttpRequest) -> Described:
    """The site, and how it is searched: https://schema.org/SearchAction."""
    target = f"{absolute(request, reverse('search'))}?q={{query}}"
    search: Node = {
        "@type": "SearchAction",
        "target": {"@type": "EntryPoint", "urlTemplate": target},
        "query-input": "required name=query",
    }
    return Described(lambda: [{**site(request), "potentialAction": search}])


def of_tag(request: HttpRequest, name: str) -> Described:
    trail = [(_("Tags"), reverse("tags"))]
    return of_page(request, name, "CollectionPage", trail=trail, about={"@type": "DefinedTerm", "name": name})


def of_listing(request: HttpRequest, model: type[Record], records: Page[Any]) -> Described:
    """A list with the records on this page of it, and how many there are in all."""
    name = capfirst(str(model._meta.verbose_name_plural))

    def nodes() -> list[Node]:
        entries = [
            {
                "@type": "ListItem",
                "position": place,
                "name": str(record),
                "url": absolute(request, record.get_absolute_url()),
            }
            for place, record in enumerate(records, records.start_index())
        ]
        listed: Node = {"@type": "ItemList", "numberOfItems": records.paginator.count}
        listed |= {"itemListElement": entries} if entries else {}
        return [page(request, name, "CollectionPage", mainEntity=listed)]

    return Described(nodes)


def of_record(request: HttpRequest, record: Record, context: dict[str, Any]) -> Described:
    """The page of a record; `context` is what its template has."""

    def nodes() -> list[Node]:
        main = record_nodes.node(request, record, context)
        modified = timezone.localdate(record.updated_at).isoformat()
        own = page(request, str(record), trail=[listed(record)], dateModified=modified)
        if main:
            own["mainEntity"] = {"@id": main["@id"]}
        if cited := citations(request, record, context):
            (main if main.get("@type") in record_nodes.WORKS else own)["citation"] = cited
        return [own, main] if main else [own]

    return Described(nodes)


def trail_to(record: Record) -> list[tuple[str, str]]:
    """The list that the record stands on, and its own page: what is above a page below it."""
    return [listed(record), (str(record), record.get_absolute_url())]


def listed(record: Record) -> tuple[str, str]:
    return capfirst(str(record._meta.verbose_name_plural)), list_path(record)


def list_path(record: Record) -> str:
    """Where the record's table is listed; criteria stand in the list of findings."""
    names = {"events": "timeline", "criteria": "findings"}
    return reverse(names.get(record.table, record.table))


def citations(request: HttpRequest, record: Record, context: dict[str, Any]) -> list[Node]:
    """The sources in the page's reference list, by name and address."""
    if isinstance(record, Source):
        return []
    cited = [reference.source for reference in context["apparatus"].references[:CITED]]
    return [short(request, source) for source in cited]


def short(request: HttpRequest, source: Source) -> Node:
    kind = work({"type": source.kind, "title": source.title})["@type"]
    url = absolute(request, source.get_absolute_url())
    return {"@type": kind, "@id": f"{url}#it", "name": source.title, "url": url}
