"""Which CSL type and variable a type and a field of BibTeX and BibLaTeX are.

Sources: the manuals of BibTeX and of biblatex 3.20 (sections 2.1 and 2.2), gbt7714-bibtex-style for the
types of GB/T 7714, and CSL 1.0.2, appendices III and IV.
"""

TYPES = {
    "article": "article-journal", "suppperiodical": "article-journal", "newspaper": "article-newspaper",
    "magazine": "article-magazine", "review": "review", "preprint": "article", "periodical": "periodical",
    "book": "book", "mvbook": "book", "collection": "book", "mvcollection": "book", "proceedings": "book",
    "mvproceedings": "book", "reference": "book", "mvreference": "book", "manual": "book",
    "commentary": "book", "booklet": "pamphlet",
    "inbook": "chapter", "incollection": "chapter", "bookinbook": "chapter", "suppbook": "chapter",
    "suppcollection": "chapter", "inreference": "entry-encyclopedia",
    "inproceedings": "paper-conference", "conference": "paper-conference",
    "thesis": "thesis", "phdthesis": "thesis", "mastersthesis": "thesis", "bachelorsthesis": "thesis",
    "report": "report", "techreport": "report",
    "online": "webpage", "electronic": "webpage", "www": "webpage", "webpage": "webpage",
    "patent": "patent", "standard": "standard", "dataset": "dataset", "database": "dataset",
    "software": "software", "unpublished": "manuscript", "archive": "manuscript", "manuscript": "manuscript",
    "misc": "document", "map": "map", "image": "graphic", "artwork": "graphic", "video": "motion_picture",
    "movie": "motion_picture", "audio": "song", "music": "song", "performance": "performance",
    "letter": "personal_communication", "legislation": "legislation", "jurisdiction": "legal_case",
    "legal": "treaty",
}  # fmt: skip
# The type that a CSL type is written as; all others are @misc. What another type was stands in tex.entrytype.
WRITTEN = {
    "article-journal": "article", "article-newspaper": "newspaper", "article-magazine": "magazine",
    "article": "preprint", "review": "review", "periodical": "periodical", "book": "book",
    "pamphlet": "booklet", "chapter": "incollection", "entry-encyclopedia": "inreference",
    "paper-conference": "inproceedings", "thesis": "thesis", "report": "techreport", "webpage": "online",
    "patent": "patent", "standard": "standard", "dataset": "dataset", "software": "software",
    "manuscript": "unpublished", "document": "misc", "map": "map", "graphic": "image",
    "motion_picture": "video", "song": "audio", "performance": "performance",
    "personal_communication": "letter", "legislation": "legislation", "legal_case": "jurisdiction",
    "treaty": "legal",
}  # fmt: skip
SUBTYPES = {"newspaper": "article-newspaper", "magazine": "article-magazine"}  # entrysubtype of an @article
# A type that says what biblatex has as the field `type`.
GENRES = {
    "phdthesis": "PhD thesis",
    "mastersthesis": "Master's thesis",
    "bachelorsthesis": "Bachelor's thesis",
}

NAMES = {
    "author": "author", "editor": "editor", "translator": "translator", "bookauthor": "container-author",
    "recipient": "recipient", "director": "director",
}  # fmt: skip
DATES = {"urldate": "accessed", "eventdate": "event-date", "origdate": "original-date"}
# The first that an entry has is the variable; others are kept by their own name.
TEXTS = {
    "title": "title", "shorttitle": "title-short", "origtitle": "original-title",
    "journal": "container-title", "journaltitle": "container-title", "booktitle": "container-title",
    "shortjournal": "container-title-short", "series": "collection-title", "eventtitle": "event-title",
    "venue": "event-place", "publisher": "publisher", "school": "publisher", "institution": "publisher",
    "organization": "publisher", "address": "publisher-place", "location": "publisher-place",
    "origpublisher": "original-publisher", "origlocation": "original-publisher-place",
    "volume": "volume", "volumes": "number-of-volumes", "issue": "issue", "edition": "edition",
    "chapter": "chapter-number", "part": "part-number", "pages": "page", "pagetotal": "number-of-pages",
    "version": "version", "type": "genre", "pubstate": "status", "scale": "scale", "dimensions": "dimensions",
    "doi": "DOI", "isbn": "ISBN", "issn": "ISSN", "pmid": "PMID", "pmcid": "PMCID", "url": "URL",
    "langid": "language", "language": "language", "keywords": "keyword", "abstract": "abstract",
    "annote": "annote", "note": "note",
}  # fmt: skip
IN_ARCHIVE = {"institution": "archive", "address": "archive-place", "location": "archive-place"}
SUBTITLES = {"title": "subtitle", "journaltitle": "journalsubtitle", "booktitle": "booksubtitle"}

WITH_ISSUES = {"article-journal", "article-newspaper", "article-magazine", "article", "periodical", "review"}
IN_SERIES = {"book", "chapter", "paper-conference"}
# Nobody reads TeX in them.
VERBATIM = frozenset({"url", "doi", "eprint", "file", "pdf", "howpublished"})

# babel's names and the tags of BCP 47; the first name of a tag is written.
LANGUAGES = {
    "chinese": "zh-CN", "chinese-simplified": "zh-CN", "chinese-hans": "zh-CN",
    "chinese-traditional": "zh-TW",
    "chinese-hant": "zh-TW", "english": "en", "american": "en-US", "usenglish": "en-US", "british": "en-GB",
    "ukenglish": "en-GB", "german": "de", "ngerman": "de", "french": "fr", "francais": "fr", "russian": "ru",
    "japanese": "ja", "korean": "ko", "spanish": "es", "italian": "it", "portuguese": "pt",
    "brazilian": "pt-BR", "dutch": "nl", "swedish": "sv", "danish": "da", "norwegian": "no", "finnish": "fi",
    "polish": "pl", "czech": "cs", "ukrainian": "uk", "greek": "el", "turkish": "tr", "arabic": "ar",
    "hebrew": "he", "latin": "la", "hungarian": "hu", "vietnamese": "vi", "thai": "th",
    "chi": "zh-CN", "zho": "zh-CN", "eng": "en",
}  # fmt: skip
LANGIDS = {tag: name for name, tag in reversed(LANGUAGES.items())}

# What stands in a parent's title stands elsewhere in its children, biblatex manual, appendix B.
TITLES_OF_PARENTS = {
    "periodical": "journaltitle",
    **dict.fromkeys(("book", "collection", "proceedings", "reference"), "booktitle"),
    **dict.fromkeys(("mvbook", "mvcollection", "mvproceedings", "mvreference"), "maintitle"),
}
NOT_INHERITED = frozenset(
    {
        *(
            "crossref",
            "xdata",
            "xref",
            "ids",
            "entryset",
            "entrysubtype",
            "execute",
            "label",
            "options",
            "key",
        ),
        *(
            "presort",
            "related",
            "relatedtype",
            "relatedstring",
            "shorthand",
            "shorttitle",
            "sortkey",
            "sortname",
        ),
        *("sorttitle", "shortauthor", "shorteditor"),
        # These would be wrong of a part.
        *("abstract", "annote", "annotation", "note", "keywords", "file", "doi", "url", "urldate", "pages"),
        *("pagetotal", "eprint", "eprinttype", "archiveprefix", "titleaddon"),
    }
)
EXTRA = "x-extra"  # what BibTeX has no field for, in the form of the column `extra`
