"""Zotero's translator *Embedded Metadata* over again, as far as our pages need it: a page → what it saves.

Written after https://github.com/zotero/translators ("Embedded Metadata.js", "RDF.js", of April and June 2026)
and `cleanAuthor` and `parseContextObject` of https://github.com/zotero/utilities, with the originals' names.
What it does not know it refuses, so that a new tag has to be looked up there first.
"""

import re
from typing import Any
from urllib.parse import unquote

import html5lib

Item = dict[str, Any]
Creator = tuple[str, str, str]  # kind, last name, first name

# https://api.zotero.org/schema, version 41
ITEM_TYPES = [
    "artwork",
    "audioRecording",
    "bill",
    "blogPost",
    "book",
    "bookSection",
    "case",
    "computerProgram",
    "conferencePaper",
    "dataset",
    "dictionaryEntry",
    "document",
    "email",
    "encyclopediaArticle",
    "film",
    "forumPost",
    "hearing",
    "instantMessage",
    "interview",
    "journalArticle",
    "letter",
    "magazineArticle",
    "manuscript",
    "map",
    "newspaperArticle",
    "patent",
    "podcast",
    "preprint",
    "presentation",
    "radioBroadcast",
    "report",
    "standard",
    "statute",
    "thesis",
    "tvBroadcast",
    "videoRecording",
    "webpage",
]
PREFIXES = [
    "bib",
    "bibo",
    "dc",
    "dcterms",
    "prism",
    "foaf",
    "vcard",
    "link",
    "z",
    "eprint",
    "eprints",
    "og",
    "article",
    "book",
    "music",
    "video",
    "so",
    "codemeta",
    "rdf",
]
HIGHWIRE_MAPPINGS = {
    "citation_title": "title",
    "citation_publication_date": "date",
    "citation_journal_title": "publicationTitle",
    "citation_journal_abbrev": "journalAbbreviation",
    "citation_inbook_title": "publicationTitle",
    "citation_volume": "volume",
    "citation_issue": "issue",
    "citation_series_title": "series",
    "citation_conference_title": "conferenceName",
    "citation_dissertation_institution": "university",
    "citation_technical_report_institution": "institution",
    "citation_publisher": "publisher",
    "citation_isbn": "ISBN",
    "citation_abstract": "abstractNote",
    "citation_doi": "DOI",
    "citation_public_url": "url",
    "citation_language": "language",
}
HANDLED = {
    *("citation_author", "citation_editor", "citation_firstpage", "citation_lastpage", "citation_issn"),
    *("citation_pdf_url", "citation_pmid", "citation_keywords"),
}
HW_TYPES = {
    "citation_journal_title": "journalArticle",
    "citation_technical_report_institution": "report",
    "citation_conference_title": "conferencePaper",
    "citation_conference": "conferencePaper",
    "citation_book_title": "bookSection",
    "citation_inbook_title": "bookSection",
    "citation_dissertation_institution": "thesis",
}
PLAIN = {"viewport", "language", "description", "author", "keywords", "twitter:card"}
# RDF.js: what it reads of Open Graph, each only where nothing better is said; and what it leaves alone.
OPEN_GRAPH = {"og:title": "title", "og:url": "url", "og:description": "abstractNote"}
OF_SITES = ("blogPost", "webpage", "newspaperArticle")
UNREAD = ("og:locale", "og:image", "og:type")  # the type only where there is no item type of Zotero's own
# RDF.js: creators by the property that has them, and the order in which kinds are asked for.
CREATOR_PROPERTIES = {
    "bib:authors": "author", "bib:editors": "editor", "bib:contributors": "contributor",
    "video:actor": "castMember", "video:writer": "scriptwriter", "so:producer": "producer",
}  # fmt: skip


class Page:
    """A page as the translator asks it."""

    def __init__(self, html: str) -> None:
        self.tree = html5lib.parse(html, namespaceHTMLElements=False)
        metas = [
            (meta.get("name") or meta.get("property"), meta.get("content")) for meta in self.tree.iter("meta")
        ]
        self.metas: list[tuple[str, str]] = [(name, content) for name, content in metas if name and content]

    def all(self, name: str) -> list[str]:
        """`getContent`: of every tag whose name ends so."""
        return [content for found, content in self.metas if found.endswith(name)]

    def first(self, name: str) -> str:
        return next(iter(self.all(name)), "")

    def exact(self, name: str) -> str:
        return next((content for found, content in self.metas if found.lower() == name), "")


def prefix_of(tag: str) -> tuple[str, str]:
    """`init`: the namespace and the property; ("", tag) where the tag is none of RDF's."""
    parts = re.split(r"[.:_]", tag)
    prefix, length = "", 0
    if len(parts) > 2:
        prefix, length = parts[1].lower(), len(parts[0]) + len(parts[1]) + 1
    if prefix not in PREFIXES:
        prefix, length = parts[0].lower(), len(parts[0])
    if prefix not in PREFIXES:
        return "", tag
    name = tag[length + 1 :]
    return prefix, f"{name[:1].lower()}{name[1:]}"


def saved(html: str) -> Item:
    """The item that Zotero's connector saves from the page."""
    page = Page(html)
    statements: dict[str, list[str]] = {}
    hw_type = ""
    for tag, content in page.metas:
        prefix, name = prefix_of(tag)
        if prefix:
            statements.setdefault(f"{prefix}:{name}", []).append(content)
        elif tag in HW_TYPES:
            hw_type = HW_TYPES[tag]
        elif not (tag in HIGHWIRE_MAPPINGS or tag in HANDLED or tag in PLAIN):
            raise AssertionError(f"{tag}: look up what Embedded Metadata.js makes of it")
    item = import_rdf(statements)
    add_highwire(page, item, hw_type)
    add_low_quality(page, item)
    item = {name: value.strip() if isinstance(value, str) else value for name, value in item.items()}
    return {name: value for name, value in item.items() if value not in ("", [], None)}


def import_rdf(statements: dict[str, list[str]]) -> Item:
    """`importItem` of RDF.js."""
    one = {name: values[0] for name, values in statements.items()}
    known = {"bib:presentedAt", "dc:date", "og:site_name", *CREATOR_PROPERTIES, *OPEN_GRAPH}
    others = {name for name in one if not name.startswith(("z:", *UNREAD))}
    assert others <= known, sorted(others - known)
    kind = one.get("z:itemType", "")
    if statements:
        assert kind in ITEM_TYPES, f"{kind} is no item type of Zotero"
    item: Item = {
        "itemType": kind,
        "date": one.get("dc:date", ""),
        "conferenceName": one.get("bib:presentedAt", ""),
    }
    item["meetingName"] = item["conferenceName"]
    item |= {field: one[name] for name, field in OPEN_GRAPH.items() if name in one}
    if kind in OF_SITES:
        item["publicationTitle"] = one.get("og:site_name", "")
    item["creators"] = []
    for name, values in statements.items():
        creator = CREATOR_PROPERTIES.get(name) or (re.fullmatch(r"z:(\w+[a-z])s", name) or ["", ""])[1]
        if creator and name not in ("z:status", "z:rights", "z:pages", "z:numPages"):
            item["creators"] += [clean_author(value, creator, "," in value) for value in values]
    for name, value in one.items():
        if name.startswith("z:") and name != "z:itemType":
            item[name[2:]] = value
    return item


def add_highwire(page: Page, item: Item, hw_type: str) -> None:
    """`addHighwireMetadata`."""
    for tag, field in HIGHWIRE_MAPPINGS.items():
        joined = ", ".join(page.all(tag)) if field == "ISBN" else page.first(tag)
        if joined.strip():
            item[field] = " ".join(joined.split())
    creators = [
        creator
        for role in ("author", "editor")
        for creator in highwire_creators(page.all(f"citation_{role}"), role)
    ]
    item["creators"] = creators or item["creators"]
    rdf_pages = re.split(r"\s*-\s*", item.get("pages", ""))
    first = page.first("citation_firstpage") or rdf_pages[0]
    last = page.first("citation_lastpage") or (rdf_pages[1] if len(rdf_pages) > 1 else "")
    assert not re.search(r"[-–]", page.first("citation_firstpage") + page.first("citation_lastpage"))
    item["pages"] = f"{first}-{last}" if last else first
    item["itemType"] = hw_type or item["itemType"]
    item["ISSN"] = ", ".join(page.all("citation_issn"))
    item["PMID"] = page.first("citation_pmid")
    item["pdf"] = page.first("citation_pdf_url")


def highwire_creators(values: list[str], role: str) -> list[Creator]:
    """`processHighwireCreators`."""
    found: list[Creator] = []
    last = ""
    for value in values:
        creators = re.split(r"\s*;\s*", value)
        by_comma = re.split(r"\s*,\s*", creators[0])
        if (
            len(creators) == len(values) == 1
            and len(by_comma) > 1
            and " " in by_comma[0]
            and " " in by_comma[1]
        ):
            creators = by_comma
        for creator in map(str.strip, creators):
            if not re.search(r"[^\s,-.;]", creator) or creator == last:
                continue
            last = creator
            kind, family, given = clean_author(creator, role, "," in creator)
            found.append((kind, fix_case(family), fix_case(given)) if given else (kind, family, given))
    return found


def fix_case(name: str) -> str:
    return name.title() if name in (name.upper(), name.lower()) else name


def clean_author(author: str, kind: str, use_comma: bool) -> Creator:
    """`ZU.cleanAuthor`."""
    author = re.sub(r"^[\s\u00a0.,/\[\]:]+", "", author)
    author = re.sub(r"[\s\u00a0.,/\[\]:]+$", "", author)
    author = re.sub(r"[\s\u00a0]+", " ", author, count=1)
    given = ""
    if use_comma:
        author = re.sub(r"\.([^ ])", r". \1", author, count=1)
        family, *rest = re.split("[,،] ?", author)
        given = rest[0] if rest else ""
    else:
        space = len(author)
        while True:
            space = author.rfind(" ", 0, max(space, 0))
            family, given = author[space + 1 :], author[: max(space, 0)]
            if (family and family[0].isalpha()) or space <= 0:
                break
    if re.fullmatch(r"[A-Z\u0400-\u042f]{1,3}", given) and (len(given) == 1 or family.upper() != family):
        given = " ".join(f"{letter}." for letter in given)
    parts = re.split(r"[\s.]+|(?=-)", re.sub(r"[\s,]+$", "", re.sub(r"^[\s.]+", "", given)))
    dotted = [f"{part}." if re.fullmatch(r"-?[A-Z\u0400-\u042f]", part) else part for part in parts]
    return kind, family, " ".join(dotted).replace(" -", "-").strip() if given else ""


def add_low_quality(page: Page, item: Item) -> None:
    """`addLowQualityMetadata`."""
    title = re.sub(r"\s+", " ", item.get("title") or page.tree.findtext(".//title") or "")
    container = re.escape(item.get("publicationTitle", "") or "")
    item["title"] = (
        re.sub(rf"\s*[-–—=_:|~#]\s*{container}\s*$", "", title, flags=re.I) if container else title
    )
    if not item["creators"]:
        assert not page.exact("author")
        classes = [node.get("class", "") for node in page.tree.iter() if isinstance(node.tag, str)]
        assert not [name for name in classes if re.search("byline|vcard", name)], (
            "Zotero would guess an author"
        )
    item["abstractNote"] = item.get("abstractNote") or page.exact("description")
    item["language"] = item.get("language") or page.exact("language") or page.tree.get("lang")
    if not item.get("date"):
        times = [time.get("datetime") for time in page.tree.iter("time") if time.get("datetime")]
        item["date"] = next(iter(times), "")


def offered(html: str) -> list[Item]:
    """What the translator *COinS* offers: it comes before *Embedded Metadata* wherever there is a span."""
    tree = html5lib.parse(html, namespaceHTMLElements=False)
    spans = [span for span in tree.iter("span") if "Z3988" in span.get("class", "").split()]
    return [parse_context_object(span.get("title", "")) for span in spans]


COINS_TYPES = {
    "journal": "journalArticle",
    "book": "book",
    "dissertation": "thesis",
    "patent": "patent",
    "dc": "webpage",
}
GENRES = {
    "bookitem": "bookSection",
    "proceeding": "conferencePaper",
    "report": "report",
    "document": "document",
}


def parse_context_object(text: str) -> Item:
    """`parseContextObject`."""
    parts = [part.partition("=") for part in text.split("&")]
    pairs = [(key, unquote(re.sub(r"\+|%2[bB]", " ", value))) for key, _, value in parts]
    one = dict(reversed(pairs))
    kind = COINS_TYPES[one["rft_val_fmt"].rpartition(":")[2]]
    kind = GENRES.get(one.get("rft.genre", ""), kind) if kind == "book" else kind
    item: Item = {"itemType": kind, "creators": []}
    for key, value in pairs:
        name = key.removeprefix("rft.")
        if key == "rft_id":
            item |= {"DOI": value[9:]} if value.startswith("info:doi") else {"url": value}
        elif name in ("au", "inventor"):
            item["creators"].append(
                clean_author(value, "inventor" if name == "inventor" else "author", "," in value)
            )
        elif name == "type":
            item["itemType"] = value
        elif field := coins_field(name, kind):
            item[field] = value
        elif key not in ("url_ver", "ctx_ver", "rft_val_fmt", "rft.genre"):
            raise AssertionError(f"{key}: look up what openurl.js makes of it")
    if "spage" in item:
        item["pages"] = f"{item.pop('spage')}-{item.pop('epage')}"
    return item


def coins_field(name: str, kind: str) -> str:
    part = kind in ("journalArticle", "bookSection", "conferencePaper")
    fields = {
        "btitle": "publicationTitle" if part else "title", "atitle": "title", "jtitle": "publicationTitle",
        "title": "publicationTitle" if part else "title", "stitle": "journalAbbreviation", "date": "date",
        "appldate": "date", "volume": "volume", "issue": "issue", "pages": "pages", "spage": "spage",
        "epage": "epage", "issn": "ISSN", "isbn": "ISBN", "pub": "publisher", "inst": "publisher",
        "place": "place", "edition": "edition", "series": "series", "number": "patentNumber",
        "source": "publicationTitle", "language": "language",
    }  # fmt: skip
    return fields.get(name, "")
