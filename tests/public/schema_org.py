"""Types and properties of https://schema.org, version 30.0, as far as our pages use them, and their check."""

import json
import re
from collections.abc import Iterator
from typing import Any

import html5lib

Node = dict[str, Any]

# Each type's parents; what is not listed has none.
PARENTS = {
    **dict.fromkeys(
        [
            "Article",
            "Blog",
            "Book",
            "Chapter",
            "Claim",
            "Collection",
            "CreativeWorkSeries",
            "Dataset",
            "DefinedTermSet",
            "Episode",
            "Legislation",
            "Manuscript",
            "Map",
            "MediaObject",
            "Message",
            "Movie",
            "MusicRecording",
            "PublicationIssue",
            "PublicationVolume",
            "Review",
            "SheetMusic",
            "SocialMediaPosting",
            "SoftwareApplication",
            "Thesis",
            "VisualArtwork",
            "WebPage",
            "WebSite",
        ],
        "CreativeWork",
    ),
    **dict.fromkeys(["NewsArticle", "Report", "ScholarlyArticle", "SocialMediaPosting"], "Article"),
    **dict.fromkeys(["BlogPosting", "DiscussionForumPosting"], "SocialMediaPosting"),
    **dict.fromkeys(["AboutPage", "CollectionPage", "SearchResultsPage"], "WebPage"),
    **dict.fromkeys(["DataDownload", "ImageObject"], "MediaObject"),
    **dict.fromkeys(
        [
            "Action",
            "CreativeWork",
            "DefinedTerm",
            "EntryPoint",
            "Event",
            "ItemList",
            "ListItem",
            "Organization",
            "Person",
            "PropertyValue",
            "QuantitativeValue",
        ],
        "Thing",
    ),
    "BreadcrumbList": "ItemList",
    "Observation": "QuantitativeValue",
    "Periodical": "CreativeWorkSeries",
    "SearchAction": "Action",
}
PROPERTIES = {
    "Thing": "alternateName description identifier mainEntityOfPage name potentialAction sameAs url",
    "CreativeWork": "about abstract archivedAt author citation dateCreated dateModified datePublished editor "
    "encoding encodingFormat genre headline inLanguage isPartOf keywords mainEntity publisher temporal "
    "temporalCoverage text translator version",
    "Action": "target",
    "Article": "pagination",
    "Book": "bookEdition isbn numberOfPages",
    "Chapter": "pagination",
    "Claim": "appearance",
    "CreativeWorkSeries": "issn",
    "Dataset": "distribution issn variableMeasured",
    "DefinedTerm": "about inDefinedTermSet termCode",
    "EntryPoint": "urlTemplate",
    "Event": "about endDate inLanguage keywords startDate",
    "ItemList": "itemListElement numberOfItems",
    "ListItem": "item position",
    "MediaObject": "contentUrl",
    "Observation": "observationAbout observationDate variableMeasured",
    "Person": "familyName givenName",
    "PropertyValue": "propertyID unitText value",
    "PublicationIssue": "issueNumber pagination",
    "PublicationVolume": "pagination volumeNumber",
    "QuantitativeValue": "unitText value",
    "Report": "reportNumber",
    # https://schema.org/docs/actions.html: a property and `-input` says what is asked for it.
    "SearchAction": "query query-input",
    "WebPage": "breadcrumb",
}
DATES = ("dateCreated", "dateModified", "datePublished", "endDate", "observationDate", "startDate")
ADDRESSES = ("@id", "archivedAt", "contentUrl", "item", "sameAs", "url", "urlTemplate")


def data_of(html: str) -> list[Node]:
    """The nodes of a page's data blocks."""
    tree = html5lib.parse(html, namespaceHTMLElements=False)
    blocks = [node for node in tree.iter("script") if node.get("type") == "application/ld+json"]
    documents = [json.loads("".join(block.itertext())) for block in blocks]
    assert {document["@context"] for document in documents} <= {"https://schema.org"}
    return [node for document in documents for node in document["@graph"]]


def errors_in(value: Any, place: str = "") -> Iterator[str]:
    """What is no schema.org in the nodes, with where it stands."""
    if isinstance(value, list):
        for number, part in enumerate(value):
            yield from errors_in(part, f"{place}[{number}]")
    if not isinstance(value, dict):
        return
    kind = value.get("@type", "")
    if set(value) != {"@id"} and kind != "Thing" and kind not in PARENTS:
        yield f"{place}: {kind or 'nothing'} is no type"
        return
    for name, part in value.items():
        if name not in {"@id", "@type", *properties(kind)}:
            yield f"{place}.{name}: {kind} has no such property"
        if part in ("", [], {}, None):
            yield f"{place}.{name} is empty"
        if name in DATES and not re.fullmatch(r"\d{4}(-(0[1-9]|1[0-2])(-\d\d)?)?", str(part)):
            yield f"{place}.{name}: {part} is no date of ISO 8601"
        if name in ADDRESSES and not re.match(r"https?://[^\s/]", str(part)):
            yield f"{place}.{name}: {part} is no whole address"
        yield from errors_in(part, f"{place}.{name}")


def properties(kind: str) -> set[str]:
    own = set(PROPERTIES.get(kind, "").split())
    return own | properties(PARENTS[kind]) if kind in PARENTS else own
