"""Meta tags by which Zotero saves a page as the item that it is about.

They are made for the translator *Embedded Metadata*, https://github.com/zotero/translators
("Embedded Metadata.js" and "RDF.js", of 2026). Names that begin with `citation_` are Highwire's, which other
programs read too; `z.` and `bib.` are Zotero's own and say what Highwire has no tag for. What it asks:

- `z.itemType` decides the type, except that the title of a journal or an inbook, a conference or the
  institution of a report or a thesis decides before it: those stand only where they say the same.
- One name a tag. A name with a comma is split there, one with a space at its last space; so a whole name with
  a space ends in a comma, and loses commas of its own.
- `citation_author` and `citation_editor` put all other creators aside. They stand where there are no others.
- `citation_firstpage` and `citation_lastpage` are put together with a hyphen; other pages must have none.
- Without a date Zotero takes the first one on the page, and without a language that of the page. A blank tag
  says that it is not known.
"""

from collections.abc import Iterator

from research.text.bibliography.entry import Item
from research.text.bibliography.names import Name
from research.text.metadata import zotero
from research.text.metadata.fields import (
    date_text,
    family_of,
    given_of,
    is_split,
    isbns,
    iso_date,
    names,
    page_range,
    text,
    whole,
)

Tag = tuple[str, str]
UNKNOWN = " "

HIGHWIRE = {
    "title": "citation_title",
    "container-title-short": "citation_journal_abbrev",
    "volume": "citation_volume",
    "issue": "citation_issue",
    "publisher": "citation_publisher",
    "collection-title": "citation_series_title",
    "DOI": "citation_doi",
    "ISSN": "citation_issn",
    "PMID": "citation_pmid",
    "URL": "citation_public_url",
    "abstract": "citation_abstract",
}
# Tags of which the translator makes a type, and fields that a type has by another name.
CONTAINERS = {
    "journalArticle": "citation_journal_title",
    "bookSection": "citation_inbook_title",
    "case": "z.reporter",
    "bill": "z.code",
    "statute": "z.code",
}
SERIES_TITLE = ("audioRecording", "computerProgram", "map", "report")
PUBLISHERS = {
    "report": "citation_technical_report_institution",
    "thesis": "citation_dissertation_institution",
}
# Creators that the translator does not read as `z.` and the plural.
_CREATOR_TAGS = {
    "author": "bib.authors",
    "editor": "bib.editors",
    "contributor": "bib.contributors",
    "castMember": "video.actor",
    "scriptwriter": "video.writer",
    "producer": "so.producer",
}


def tags_of(item: Item, *, site: str = "", pdf_url: str = "") -> list[Tag]:
    """(name, content) of the tags for an item; `site` is what it stands in if it says nothing of that.

    All texts are on one line, none is empty. An item without a title gives none.
    """
    if not text(item, "title"):
        return []
    kind = zotero.type_of(text(item, "type"))
    tags = [("z.itemType", kind), *_texts(item, kind), *_creators(item, kind), *_dates(item), *_pages(item)]
    tags += [("citation_isbn", isbn) for isbn in isbns(item)]
    tags += [("citation_keywords", word) for word in _keywords(item)]
    language = text(item, "language")
    tags.append(("citation_language", language) if language else ("language", UNKNOWN))
    if site and not item.get("container-title"):
        tags.append(("z.publicationTitle", site))
    if text(item, "type") in zotero.NEAREST:
        tags.append(("z.extra", f"Type: {item['type']}"))
    if pdf_url:
        tags.append(("citation_pdf_url", pdf_url))
    return tags


def _texts(item: Item, kind: str) -> Iterator[Tag]:
    for name, tag in HIGHWIRE.items():
        if value := text(item, name):
            yield tag, value
    for name, field in zotero.FIELDS.items():
        if value := text(item, name):
            yield f"z.{field}", value
    if (value := text(item, "container-title")) and kind in CONTAINERS:
        yield CONTAINERS[kind], value
    if (value := text(item, "collection-title")) and kind in SERIES_TITLE:
        yield "z.seriesTitle", value
    if (value := text(item, "publisher")) and kind in PUBLISHERS:
        yield PUBLISHERS[kind], value
    if value := text(item, "event-title"):
        yield ("citation_conference_title" if kind == "conferencePaper" else "bib.presentedAt"), value


def _dates(item: Item) -> Iterator[Tag]:
    if value := iso_date(item):
        yield "citation_publication_date", value.replace("-", "/")
    yield "DC.date", date_text(item) or UNKNOWN


def _pages(item: Item) -> Iterator[Tag]:
    first, last = page_range(text(item, "page"))
    if last:
        yield "citation_firstpage", first
        yield "citation_lastpage", last
    elif first:
        yield "z.pages", first.replace("-", "–")


def _keywords(item: Item) -> list[str]:
    return [word.strip() for word in text(item, "keyword").replace(",", ";").split(";") if word.strip()]


# --- names ---------------------------------------------------------------------------------------------


def _creators(item: Item, kind: str) -> Iterator[Tag]:
    found = [
        (zotero.creator_of(role, kind), name)
        for role in ("author", *zotero.ROLES, *zotero.OTHER_ROLES)
        for name in names(item, role)
    ]
    plain = {creator for creator, _name in found} <= {"author", "editor"}
    for creator, name in found:
        tag = f"citation_{creator}" if plain else _CREATOR_TAGS.get(creator, f"z.{creator}s")
        yield tag, name_text(name)


def name_text(name: Name) -> str:
    """The name so that Zotero splits it where the source does: `Shannon, Claude E.`, 刘松, `IDC China,`."""
    if is_split(name):
        return f"{_without_marks(family_of(name))}, {_without_marks(given_of(name))}"
    said = _without_marks(whole(name))
    return f"{said}," if " " in said else said


def _without_marks(said: str) -> str:
    return " ".join(said.replace(",", " ").replace(";", " ").split())
