"""RIS's types and tags.

Sources: Research Information Systems' "Direct Export" of 2001 and the tags of RefMan 12
(https://en.wikipedia.org/wiki/RIS_(file_format)), Zotero's Extra in M2.
"""

TYPES = {
    "ABST": "article-journal", "ADVS": "motion_picture", "AGGR": "dataset", "ANCIENT": "classic",
    "ART": "graphic", "BILL": "bill", "BLOG": "post-weblog", "BOOK": "book", "CASE": "legal_case",
    "CHAP": "chapter", "CHART": "figure", "CLSWK": "classic", "COMP": "software", "CONF": "paper-conference",
    "CPAPER": "paper-conference", "CTLG": "book", "DATA": "dataset", "DBASE": "dataset",
    "DICT": "entry-dictionary", "EBOOK": "book", "ECHAP": "chapter", "EDBOOK": "book",
    "EJOUR": "article-journal", "ELEC": "webpage", "ENCYC": "entry-encyclopedia", "EQUA": "figure",
    "FIGURE": "figure", "GEN": "document", "GOVDOC": "report", "GRANT": "document", "HEAR": "hearing",
    "ICOMM": "personal_communication", "INPR": "article", "JFULL": "periodical", "JOUR": "article-journal",
    "LEGAL": "regulation", "MANSCPT": "manuscript", "MAP": "map", "MGZN": "article-magazine",
    "MPCT": "motion_picture", "MULTI": "motion_picture", "MUSIC": "musical_score",
    "NEWS": "article-newspaper",
    "PAMP": "pamphlet", "PAT": "patent", "PCOMM": "personal_communication", "RPRT": "report", "SER": "book",
    "SLIDE": "speech", "SOUND": "song", "STAND": "standard", "STAT": "legislation", "STD": "standard",
    "THES": "thesis", "UNBILL": "bill", "UNPB": "manuscript", "UNPD": "manuscript", "VIDEO": "motion_picture",
    "WEB": "webpage",
}  # fmt: skip
PREFERRED = {
    "book": "BOOK",
    "article-journal": "JOUR",
    "motion_picture": "MPCT",
    "dataset": "DATA",
    "webpage": "ELEC",
}
PREFERRED |= {
    "chapter": "CHAP",
    "classic": "CLSWK",
    "paper-conference": "CPAPER",
    "document": "GEN",
    "bill": "BILL",
}
PREFERRED |= {"report": "RPRT", "standard": "STAND", "manuscript": "MANSCPT", "figure": "FIGURE"}
PREFERRED |= {"personal_communication": "PCOMM"}
WRITTEN = {**{kind: tag for tag, kind in TYPES.items()}, **PREFERRED}

NAMES = {
    "AU": "author",
    "A1": "author",
    "ED": "editor",
    "A2": "editor",
    "A3": "collection-editor",
    "A4": "translator",
}
NAMES |= {"TA": "translator"}
# The first tag of a variable that a record has is it; others are kept by their own name.
TEXTS = {
    "TI": "title", "T1": "title", "CT": "title", "ST": "title-short", "T2": "container-title",
    "JF": "container-title", "BT": "container-title", "JO": "container-title", "JA": "container-title-short",
    "J2": "container-title-short", "J1": "container-title-short", "T3": "collection-title", "PB": "publisher",
    "CY": "publisher-place", "PP": "publisher-place", "VL": "volume", "VO": "volume", "ET": "edition",
    "NV": "number-of-volumes", "SE": "section", "AB": "abstract", "N2": "abstract", "DO": "DOI",
    "UR": "URL", "LK": "URL", "LA": "language", "M3": "genre", "CN": "call-number", "DP": "source",
    "N1": "note", "RN": "note",
}  # fmt: skip
DATES = {"Y2": "accessed"}
# Their lines are kept; those of others are one.
WITH_LINES = frozenset({"AB", "N2", "N1", "RN", "M2"})
WITH_ISSUES = {"article-journal", "article-newspaper", "article-magazine", "periodical", "review"}
EXTRA = "M2"
