"""Zotero's item types, creators and fields for those of CSL.

Source: Zotero's schema, version 41, https://api.zotero.org/schema (`csl` and `itemTypes`).
"""

# CSL types that Zotero has under a name of its own.
TYPES = {
    "article": "preprint",
    "article-journal": "journalArticle",
    "article-magazine": "magazineArticle",
    "article-newspaper": "newspaperArticle",
    "bill": "bill",
    "book": "book",
    "broadcast": "tvBroadcast",
    "chapter": "bookSection",
    "dataset": "dataset",
    "document": "document",
    "entry-dictionary": "dictionaryEntry",
    "entry-encyclopedia": "encyclopediaArticle",
    "graphic": "artwork",
    "hearing": "hearing",
    "interview": "interview",
    "legal_case": "case",
    "legislation": "statute",
    "manuscript": "manuscript",
    "map": "map",
    "motion_picture": "film",
    "paper-conference": "conferencePaper",
    "patent": "patent",
    "personal_communication": "letter",
    "post": "forumPost",
    "post-weblog": "blogPost",
    "report": "report",
    "software": "computerProgram",
    "song": "audioRecording",
    "speech": "presentation",
    "standard": "standard",
    "thesis": "thesis",
    "webpage": "webpage",
}
# CSL types that Zotero has none for, and the type with the fields that they need. Zotero cites by the line
# `Type: treaty` in Extra: https://www.zotero.org/support/kb/item_types_and_fields#item_types_csl
NEAREST = {
    "classic": "book",
    "collection": "document",
    "entry": "encyclopediaArticle",
    "event": "document",
    "figure": "artwork",
    "musical_score": "book",
    "pamphlet": "document",
    "performance": "document",
    "periodical": "book",
    "regulation": "statute",
    "review": "journalArticle",
    "review-book": "journalArticle",
    "treaty": "statute",
}

# Who can have made what, the first first; any type but these has an author and contributors.
CREATORS = {
    "artwork": "artist contributor",
    "audioRecording": "performer originalCreator composer translator contributor",
    "bill": "sponsor contributor",
    "blogPost": "author translator contributor",
    "book": "author contributor editor translator seriesEditor",
    "bookSection": "author contributor editor bookAuthor translator seriesEditor",
    "computerProgram": "programmer contributor",
    "conferencePaper": "author contributor editor translator seriesEditor",
    "dictionaryEntry": "author contributor editor translator seriesEditor",
    "document": "author contributor editor translator reviewedAuthor",
    "encyclopediaArticle": "author contributor editor translator seriesEditor",
    "film": "director producer scriptwriter castMember host guest narrator translator contributor",
    "hearing": "contributor",
    "interview": "interviewee contributor interviewer translator",
    "journalArticle": "author contributor editor translator reviewedAuthor",
    "letter": "author recipient contributor translator",
    "magazineArticle": "author contributor translator reviewedAuthor",
    "manuscript": "author contributor translator",
    "map": "cartographer contributor seriesEditor",
    "newspaperArticle": "author contributor translator reviewedAuthor",
    "patent": "inventor contributor",
    "preprint": "author contributor editor translator reviewedAuthor",
    "presentation": "presenter chair organizer contributor translator",
    "report": "author editor contributor translator seriesEditor",
    "standard": "author editor contributor",
    "tvBroadcast": "director producer executiveProducer seriesCreator scriptwriter castMember host guest "
    "narrator translator contributor",
    "webpage": "author contributor translator",
}
ROLES = {
    "editor": "editor",
    "translator": "translator",
    "container-author": "bookAuthor",
    "collection-editor": "seriesEditor",
    "original-author": "originalCreator",
    "reviewed-author": "reviewedAuthor",
    "chair": "chair",
    "composer": "composer",
    "director": "director",
    "executive-producer": "executiveProducer",
    "guest": "guest",
    "host": "host",
    "interviewer": "interviewer",
    "narrator": "narrator",
    "organizer": "organizer",
    "performer": "castMember",
    "producer": "producer",
    "recipient": "recipient",
    "script-writer": "scriptwriter",
    "series-creator": "seriesCreator",
}
OTHER_ROLES = (
    "compiler",
    "contributor",
    "curator",
    "editor-translator",
    "editorial-director",
    "illustrator",
)

# CSL variables as Zotero's fields; where a type has another name for one, Zotero knows it by this.
FIELDS = {
    "container-title": "publicationTitle",
    "edition": "edition",
    "section": "section",
    "number": "number",
    "part-number": "partNumber",
    "part-title": "partTitle",
    "collection-number": "seriesNumber",
    "number-of-pages": "numPages",
    "number-of-volumes": "numberOfVolumes",
    "version": "versionNumber",
    "title-short": "shortTitle",
    "publisher-place": "place",
    "original-publisher": "originalPublisher",
    "original-publisher-place": "originalPlace",
    "event-place": "eventPlace",
    "authority": "authority",
    "genre": "type",
    "medium": "medium",
    "scale": "scale",
    "status": "status",
    "archive": "archive",
    "archive_location": "archiveLocation",
    "call-number": "callNumber",
    "license": "rights",
    "PMCID": "PMCID",
}


def type_of(csl_type: str) -> str:
    """The Zotero type of a CSL type; `document` for an unknown one."""
    return TYPES.get(csl_type) or NEAREST.get(csl_type, "document")


def creators_of(item_type: str) -> list[str]:
    """The kinds of creators that a Zotero type has, the one that CSL calls its author first."""
    return CREATORS.get(item_type, "author contributor").split()


def creator_of(role: str, item_type: str) -> str:
    """The Zotero creator that a CSL name variable is in this type; who has no place is a contributor."""
    known = creators_of(item_type)
    if role == "author":
        return known[0]
    found = ROLES.get(role, "contributor")
    return found if found in known else "contributor"
