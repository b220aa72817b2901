"""The types and variables of CSL 1.0.2, https://docs.citationstyles.org/en/stable/specification.html#appendix-iv-variables."""


def _words(text: str) -> list[str]:
    return text.split()


TYPES = frozenset(
    _words(
        "article article-journal article-magazine article-newspaper bill book broadcast chapter classic "
        "collection dataset document entry entry-dictionary entry-encyclopedia event figure graphic hearing "
        "interview legal_case legislation manuscript map motion_picture musical_score pamphlet "
        "paper-conference patent performance periodical personal_communication post post-weblog regulation "
        "report review review-book software song speech standard thesis treaty webpage"
    )
)
# What other programs and drafts write for a type, and the nearest that there is.
NEAREST = {
    "journal-article": "article-journal",
    "article-preprint": "article",
    "preprint": "article",
    "posted-content": "article",
    "proceedings-article": "paper-conference",
    "conference-paper": "paper-conference",
    "proceedings": "book",
    "book-chapter": "chapter",
    "book-section": "chapter",
    "monograph": "book",
    "edited-book": "book",
    "reference-book": "book",
    "reference-entry": "entry",
    "dissertation": "thesis",
    "journal": "periodical",
    "magazine": "periodical",
    "newspaper": "periodical",
    "web-page": "webpage",
    "website": "webpage",
    "post-webpage": "webpage",
    "computer-program": "software",
    "video": "motion_picture",
    "film": "motion_picture",
    "image": "graphic",
    "artwork": "graphic",
    "audio": "song",
    "podcast": "broadcast",
    "letter": "personal_communication",
    "email": "personal_communication",
    "law": "legislation",
    "statute": "legislation",
    "case": "legal_case",
    "presentation": "speech",
    "report-component": "report",
    "peer-review": "review",
    "archive": "collection",
    "archival": "manuscript",
}

NAMES = _words(
    "author editor translator container-author collection-editor compiler editorial-director "
    "editor-translator original-author reviewed-author director composer illustrator interviewer recipient "
    "chair organizer host guest narrator performer producer executive-producer script-writer series-creator "
    "curator contributor"
)
DATES = _words("issued accessed event-date submitted available-date original-date")
NUMBERS = _words(
    "volume issue page page-first number edition section chapter-number collection-number number-of-volumes "
    "number-of-pages part-number printing-number supplement-number version locator citation-number "
    "first-reference-note-number"
)
TEXTS = _words(
    "title title-short original-title part-title reviewed-title container-title container-title-short "
    "collection-title volume-title volume-title-short event-title event-place publisher publisher-place "
    "original-publisher original-publisher-place authority jurisdiction division genre reviewed-genre medium "
    "dimensions scale status language source archive archive-place archive_collection archive_location "
    "call-number license references keyword DOI ISBN ISSN PMID PMCID URL citation-label citation-key "
    "year-suffix abstract annote note"
)
# Older names, as Zotero still writes them.
RENAMED = {
    "journalAbbreviation": "container-title-short",
    "shortTitle": "title-short",
    "event": "event-title",
}

# The order in which `extra` lists them.
ORDER = {name: place for place, name in enumerate([*NAMES, *DATES, *NUMBERS, *TEXTS])}
_BY_LOWER = {name.lower(): name for name in ORDER} | {old.lower(): new for old, new in RENAMED.items()}


def variable(name: str) -> str:
    """The variable as CSL spells it, whatever the case (`doi` → `DOI`); "" if it is none."""
    return _BY_LOWER.get(name.lower(), "")


def nearest_type(name: str) -> str:
    """The CSL type that is meant, else `document`."""
    plain = name.strip()
    if plain in TYPES:
        return plain
    plain = plain.lower().replace("_", "-").replace(" ", "-")
    return next(
        (known for known in TYPES if known.replace("_", "-") == plain), NEAREST.get(plain, "document")
    )
