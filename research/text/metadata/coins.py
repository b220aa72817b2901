"""COinS: an OpenURL ContextObject in the title of a span, which Zotero's connector offers for saving.

Source: ANSI/NISO Z39.88-2004 (formats by key and value for journal, book, dissertation, patent and Dublin
Core), as Zotero reads them: https://github.com/zotero/utilities, "openurl.js".
"""

from collections.abc import Iterator
from urllib.parse import quote

from research.text.bibliography.entry import Item
from research.text.metadata import zotero
from research.text.metadata.fields import date_text, isbns, names, page_range, text
from research.text.metadata.tags import name_text

FORMATS = {
    "journalArticle": ("journal", "article"),
    "book": ("book", "book"),
    "bookSection": ("book", "bookitem"),
    "conferencePaper": ("book", "proceeding"),
    "report": ("book", "report"),
    "thesis": ("dissertation", ""),
    "patent": ("patent", ""),
}
# Where each format has title and container; `dc` is for every other type.
TITLES = {
    "journalArticle": ("atitle", "jtitle"),
    "book": ("btitle", ""),
    "bookSection": ("atitle", "btitle"),
    "conferencePaper": ("atitle", "btitle"),
    "report": ("btitle", ""),
}


def context_object(item: Item) -> str:
    """The ContextObject as a query string, "" for an item without a title."""
    if not text(item, "title"):
        return ""
    return "&".join(f"{key}={quote(value, safe='')}" for key, value in _pairs(item) if value)


def _pairs(item: Item) -> Iterator[tuple[str, str]]:
    kind = zotero.type_of(text(item, "type"))
    scheme, genre = FORMATS.get(kind, ("dc", ""))
    yield "url_ver", "Z39.88-2004"
    yield "ctx_ver", "Z39.88-2004"
    yield "rft_val_fmt", f"info:ofi/fmt:kev:mtx:{scheme}"
    if doi := text(item, "DOI"):
        yield "rft_id", f"info:doi/{doi}"
    yield "rft_id", text(item, "URL")
    yield "rft.genre", genre
    if scheme == "dc":
        yield "rft.type", kind
        yield "rft.source", text(item, "container-title")
    title, container = TITLES.get(kind, ("title", ""))
    yield f"rft.{title}", text(item, "title")
    if container:
        yield f"rft.{container}", text(item, "container-title")
    yield from _facts(item, kind)


def _facts(item: Item, kind: str) -> Iterator[tuple[str, str]]:
    person = "inventor" if kind == "patent" else "au"
    for role in ("author", "editor"):
        for name in names(item, role) if role == "author" or not item.get("author") else []:
            yield f"rft.{person}", name_text(name)
    yield ("rft.appldate" if kind == "patent" else "rft.date"), date_text(item)
    yield ("rft.inst" if kind == "thesis" else "rft.pub"), text(item, "publisher")
    yield "rft.number", text(item, "number") if kind == "patent" else ""
    yield "rft.place", text(item, "publisher-place")
    yield "rft.edition", text(item, "edition")
    yield "rft.series", text(item, "collection-title")
    yield "rft.stitle", text(item, "container-title-short")
    yield "rft.volume", text(item, "volume")
    yield "rft.issue", text(item, "issue")
    first, last = page_range(text(item, "page"))
    yield ("rft.spage" if last else "rft.pages"), first
    yield "rft.epage", last
    yield "rft.issn", text(item, "ISSN")
    yield "rft.isbn", next(isbns(item), "")
    yield "rft.language", text(item, "language")
