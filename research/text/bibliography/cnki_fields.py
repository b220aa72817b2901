"""What CNKI writes: NoteExpress's field names, and the tags of EndNote and RefWorks that mean the same.

Sources: exports of CNKI, CNKI_2_BibTeX's table of fields, the translators "CNKI Refer" and "CNKI RefWorks" of
zotero-chinese for what CNKI does with the tags.
"""

TYPES = {
    "journal article": "article-journal", "journal": "article-journal",
    "journal, electronic": "article-journal", "electronic article": "article-journal",
    "abstract": "article-journal", "magazine article": "article-magazine",
    "newspaper article": "article-newspaper", "thesis": "thesis", "dissertation": "thesis",
    "dissertation/thesis": "thesis", "dissertation/thesis, unpublished": "thesis",
    "conference proceedings": "paper-conference", "conference proceeding": "paper-conference",
    "conference paper": "paper-conference", "book": "book", "edited book": "book", "book, whole": "book",
    "book, edited": "book", "monograph": "book", "book section": "chapter", "book, section": "chapter",
    "yearbook": "chapter", "standard": "standard", "statute": "standard", "laws": "standard",
    "laws/statutes": "legislation", "legal rule or regulation": "regulation", "patent": "patent",
    "report": "report", "other article": "report", "scientific report": "report", "generic": "document",
    "web page": "webpage", "electronic source": "webpage", "online multimedia": "webpage", "map": "map",
    "computer program": "software", "dataset": "dataset", "manuscript": "manuscript",
    "unpublished work": "manuscript", "film or broadcast": "motion_picture", "video": "motion_picture",
    "artwork": "graphic", "personal communication": "personal_communication", "case": "legal_case",
}  # fmt: skip

# NoteExpress's names in lower case, and the CSL variable. Types that differ are in cnki.py.
NAMES = {"author": "author", "secondary author": "editor", "editor": "editor", "translator": "translator"}
TEXTS = {
    "title": "title", "short title": "title-short", "journal": "container-title", "source": "container-title",
    "tertiary title": "container-title", "secondary title": "container-title",
    "alternate journal": "container-title-short", "series title": "collection-title",
    "publisher": "publisher",
    "school": "publisher", "university": "publisher", "place published": "publisher-place",
    "volume": "volume", "issue": "issue", "number": "number", "pages": "page", "edition": "edition",
    "number of volumes": "number-of-volumes", "section": "section", "abstract": "abstract", "url": "URL",
    "link": "URL", "doi": "DOI", "type of work": "genre", "language": "language", "patent number": "number",
    "standard number": "number", "issn": "ISSN",
}  # fmt: skip
DATES = {"access date": "accessed", "application date": "submitted"}
IDENTIFIERS = ("isbn/issn", "isbn", "图书印刷版isbn")

ENDNOTE = {
    "%0": "reference type", "%A": "author", "%+": "author address", "%T": "title", "%J": "journal",
    "%B": "secondary title", "%S": "tertiary title", "%E": "secondary author", "%Y": "tertiary author",
    "%?": "subsidiary author", "%D": "year", "%8": "date", "%V": "volume", "%N": "issue", "%P": "pages",
    "%K": "keywords", "%X": "abstract", "%@": "isbn/issn", "%L": "call number", "%W": "database provider",
    "%~": "srcdatabase", "%U": "url", "%R": "doi", "%I": "publisher", "%C": "place published",
    "%7": "edition", "%9": "type of work", "%6": "number of volumes", "%&": "section", "%G": "language",
    "%Z": "notes", "%O": "notes", "%!": "short title", "%[": "access date", "%F": "label",
    "%M": "accession number", "%Q": "translated title",
}  # fmt: skip
REFWORKS = {
    "RT": "reference type", "ID": "label", "A1": "author", "AD": "author address", "T1": "title",
    "JF": "journal", "JO": "alternate journal", "YR": "year", "FD": "date", "VO": "volume", "IS": "issue",
    "SP": "start page", "OP": "pages", "K1": "keywords", "AB": "abstract", "NO": "notes",
    "A2": "secondary author", "T2": "secondary title", "ED": "edition", "PB": "publisher",
    "PP": "place published", "A3": "tertiary author", "T3": "tertiary title", "SN": "isbn/issn",
    "LA": "language", "LK": "url", "UL": "url", "DO": "doi", "CN": "call number", "DS": "database provider",
    "DB": "srcdatabase", "OT": "translated title", "ST": "short title", "RD": "access date",
    "SR": "source type",
}  # fmt: skip
REFWORKS_OTHERS = (
    "A4 A5 A6 AN AV CL CR IP LL OL SF SL U1 U2 U3 U4 U5 U6 U7 U8 U9 WP WT WV PMID PMCID"  # kept by their tags
)
LANGUAGES = {"chi": "zh-CN", "zho": "zh-CN", "中文": "zh-CN", "中文;": "zh-CN", "chinese": "zh-CN"}
LANGUAGES |= {"eng": "en", "english": "en", "英文": "en"}
