"""Works and pages as JSON-LD by schema.org, https://schema.org, version 30.0."""

import json
from collections.abc import Iterable
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from research.text.bibliography.entry import Item
from research.text.bibliography.names import Name
from research.text.metadata.fields import (
    date_text,
    family_of,
    given_of,
    is_split,
    isbns,
    iso_date,
    names,
    text,
    whole,
)

Node = dict[str, Any]
CONTEXT = "https://schema.org"

TYPES = {
    "article": "ScholarlyArticle",
    "article-journal": "ScholarlyArticle",
    "article-magazine": "Article",
    "article-newspaper": "NewsArticle",
    "bill": "Legislation",
    "book": "Book",
    "broadcast": "Episode",
    "chapter": "Chapter",
    "classic": "Book",
    "collection": "Collection",
    "dataset": "Dataset",
    "entry": "Article",
    "entry-dictionary": "Article",
    "entry-encyclopedia": "Article",
    "figure": "ImageObject",
    "graphic": "VisualArtwork",
    "legislation": "Legislation",
    "manuscript": "Manuscript",
    "map": "Map",
    "motion_picture": "Movie",
    "musical_score": "SheetMusic",
    "paper-conference": "ScholarlyArticle",
    "periodical": "Periodical",
    "personal_communication": "Message",
    "post": "DiscussionForumPosting",
    "post-weblog": "BlogPosting",
    "regulation": "Legislation",
    "report": "Report",
    "review": "Review",
    "review-book": "Review",
    "software": "SoftwareApplication",
    "song": "MusicRecording",
    "thesis": "Thesis",
    "treaty": "Legislation",
    "webpage": "WebPage",
}
# Properties that schema.org has for these types (and those below them) only.
ARTICLES = ("Article", "BlogPosting", "DiscussionForumPosting", "NewsArticle", "Report", "ScholarlyArticle")
PLACES = {"article-newspaper": "Periodical", "chapter": "Book", "post-weblog": "Blog", "webpage": "WebSite"}


def script(graph: Iterable[Node]) -> SafeString:
    """The nodes as a data block, which nothing in them can end: `<`, `>` and `&` are escaped."""
    said = json.dumps({"@context": CONTEXT, "@graph": list(graph)}, ensure_ascii=False)
    for sign in "<>&\u2028\u2029":
        said = said.replace(sign, f"\\u{ord(sign):04x}")
    return mark_safe(f'<script type="application/ld+json">{said}</script>')  # escaped just above


def filled(node: Node) -> Node:
    """The node without what is empty."""
    return {name: value for name, value in node.items() if value not in ("", None, [], {})}


def work(item: Item) -> Node:
    """What an item is about: a work with its makers, its container and its numbers. It has no `@id`."""
    kind = TYPES.get(text(item, "type"), "CreativeWork")
    node: Node = {
        "@type": kind,
        "name": text(item, "title"),
        "author": [person(name) for name in names(item, "author")],
        "editor": [person(name) for name in names(item, "editor")],
        "translator": [person(name) for name in names(item, "translator")],
        "publisher": organization(text(item, "publisher")),
        "datePublished": iso_date(item),
        "temporal": "" if iso_date(item) else date_text(item),
        "inLanguage": text(item, "language"),
        "url": text(item, "URL"),
        "abstract": text(item, "abstract"),
        "identifier": _identifiers(item),
        "isPartOf": container(item),
        "version": text(item, "version"),
        "genre": text(item, "genre"),
    }
    return filled(node | _of_books(item, kind) | _of_articles(item, kind))


def _of_books(item: Item, kind: str) -> Node:
    if kind == "Book":
        return {
            "isbn": list(isbns(item)),
            "bookEdition": text(item, "edition"),
            "numberOfPages": text(item, "number-of-pages"),
        }
    return {"issn": text(item, "ISSN")} if kind == "Periodical" else {}


def _of_articles(item: Item, kind: str) -> Node:
    node = {"pagination": text(item, "page")} if kind in (*ARTICLES, "Chapter") else {}
    return node | ({"reportNumber": text(item, "number")} if kind == "Report" else {})


def _identifiers(item: Item) -> list[Node]:
    return [
        {"@type": "PropertyValue", "propertyID": name, "value": value}
        for name in ("DOI", "PMID")
        if (value := text(item, name))
    ]


def person(name: Name) -> Node | str:
    """A person where the source parts the name; a whole name may be a person's or an organization's."""
    if not is_split(name):
        return whole(name)
    parts = {"familyName": family_of(name), "givenName": given_of(name)}
    return {"@type": "Person", "name": whole(name), **parts}


def organization(name: str) -> Node | None:
    return {"@type": "Organization", "name": name} if name else None


def container(item: Item) -> Node | None:
    """What the work stands in: a journal's issue of a volume, a book, a site."""
    name, kind = text(item, "container-title"), text(item, "type")
    if not name:
        return None
    if text(item, "volume") or text(item, "issue") or kind == "article-journal":
        return _periodical(item, name)
    node = {"@type": PLACES.get(kind, "CreativeWork"), "name": name}
    return filled({**node, "isbn": list(isbns(item))}) if kind == "chapter" else node


def _periodical(item: Item, name: str) -> Node:
    node = filled({"@type": "Periodical", "name": name, "issn": text(item, "ISSN")})
    if volume := text(item, "volume"):
        node = {"@type": "PublicationVolume", "volumeNumber": volume, "isPartOf": node}
    if issue := text(item, "issue"):
        node = {"@type": "PublicationIssue", "issueNumber": issue, "isPartOf": node}
    return node
