"""References after the Publication Manual of the American Psychological Association, 7th edition.

Section numbers are the manual's; titles keep their case, and what is printed in italics is plain. The manual
knows no Chinese script: East Asian names keep their order and are not abbreviated, and what is added to a
Chinese work is Chinese (无日期, 编, 译). Legal references (chapter 11) are not covered.
"""

import re

from research.text.styles.apa_names import names
from research.text.styles.apa_words import CHINESE, ENGLISH, month_and_day
from research.text.styles.dates import Date, Day
from research.text.styles.fields import Fields, Item
from research.text.styles.joining import end_with, join, join_all, wrap
from research.text.styles.names import Name
from research.text.styles.numbers import is_numeric, page_ranges

ARTICLES = {"article-journal", "article-magazine", "article-newspaper", "review", "review-book"}
IN_BOOKS = {"chapter", "entry-dictionary", "entry-encyclopedia"}
ON_A_DAY = {  # 9.14: what appears often is dated to the day
    "article-magazine", "article-newspaper", "broadcast", "interview", "motion_picture",
    "personal_communication", "post", "post-weblog", "song", "speech", "webpage",
}  # fmt: skip
KINDS = {  # 9.21: in brackets, where the item does not say it better
    "dataset": "Data set", "graphic": "Graphic", "map": "Map", "motion_picture": "Video",
    "software": "Computer software",
}  # fmt: skip
CREATORS = {  # 9.2, with the word that tells what they did (10.12)
    "author": "", "composer": "", "illustrator": "", "script-writer": "Writer", "director": "Director",
    "executive-producer": "Executive Producer", "performer": "", "host": "Host",
}  # fmt: skip
WITHIN = {"song": "On "}
FORTHCOMING = {"in press", "forthcoming", "待刊", "即将出版"}
AHEAD = {"advance online publication", "网络首发"}
NUMBERED = {
    "dataset",
    "report",
    "article",
    "patent",
    "thesis",
    "standard",
    "manuscript",
    "document",
    "broadcast",
}


def apa(item: Item) -> str:
    """The entry in a reference list."""
    return _Reference(Fields(item)).whole()


class _Reference:
    def __init__(self, fields: Fields) -> None:
        self.fields = fields
        self.type = fields.type
        self.words = CHINESE if fields.is_chinese else ENGLISH
        self.is_part = self.type in IN_BOOKS and fields.has("container-title")

    def whole(self) -> str:
        authors, date, title = self.authors(), f"({self.date()})", self.title()
        start = [authors, date, title] if authors else [title, date]  # 9.12
        stopped = end_with(join(". ", *start, *self.source(authors)), ".")
        return join(
            " ", stopped, self.address(), wrap("(Original work published ", self.first_published(), ")")
        )

    def authors(self) -> str:
        """9.10: editors stand for the authors of a whole book."""
        for role, did in CREATORS.items():
            if found := self.fields.names(role):
                word = f"{did}s" if did and len(found) > 1 else did
                return join(" ", names(found, inverted=True), wrap("(", word, ")"))
        found = [] if self.is_part else self.fields.names("editor")
        return join(" ", names(found, inverted=True), wrap("(", self.editor_word(found), ")"))

    def editor_word(self, found: list[Name]) -> str:
        return self.words.editor(len(found) > 1) if found else ""

    def has_editors_before(self) -> bool:
        return not self.is_part and not any(self.fields.names(role) for role in CREATORS)

    # --- the date, 9.13 to 9.17 ------------------------------------------------------------------------

    def date(self) -> str:
        found = self.fields.date("issued")
        if not found:
            return self.fields.text("status") if self.is_forthcoming() else self.words.undated
        if not found.start:
            return found.literal
        return (self.words.about if found.is_uncertain else "") + self.span(found, self.type in ON_A_DAY)

    def is_forthcoming(self) -> bool:
        return self.fields.text("status").lower() in FORTHCOMING

    def span(self, date: Date, to_the_day: bool) -> str:
        """`2015–2020`, `2017, July 12–15`."""
        start, end = (day if to_the_day or not day else Day(day.year) for day in (date.start, date.end))
        shown = self.words.day(start) if start else ""
        if not start or not end or end == start:
            return shown
        if self.words is CHINESE or end.year != start.year or not (start.day and end.day):
            return f"{shown}–{self.words.day(end)}"
        return f"{shown}–{end.day if end.month == start.month else month_and_day(end)}"

    def first_published(self) -> str:
        """9.41: the year of what is reissued or translated."""
        found = self.fields.date("original-date")
        return self.span(found, to_the_day=False) if found and found.start else ""

    # --- the title, 9.18 to 9.22 -----------------------------------------------------------------------

    def title(self) -> str:
        text = self.fields.text
        title = text("title")
        details = wrap("(", join_all("; ", self.details()), ")")
        return join(" ", title, details, wrap("[", self.kind(), "]"))

    def details(self) -> list[str]:
        """In parentheses after the title: who translated it; edition, volume, number; version."""
        translators = self.fields.names("translator")
        editors = [] if self.is_part or self.has_editors_before() else self.fields.names("editor")
        if not self.is_whole():
            editors = []
        words = [self.editor_word(editors), self.words.translator if translators else ""]
        if editors == translators:
            editors, words = [], ["", join(" & ", *words)]
        people = [
            join(", ", names(found, inverted=False), word)
            for found, word in zip((editors, translators), words, strict=True)
        ]
        version = wrap("Version ", self.fields.text("version"), "")
        return [*people, "" if self.is_part else self.edition_and_volume(), self.number(), version]

    def is_whole(self) -> bool:
        """Whether it stands by itself: a book, a report, a page."""
        return self.type not in ARTICLES and self.type != "paper-conference" and not self.is_part

    def edition_and_volume(self) -> str:
        """9.19: `2nd ed., Vol. 1, pp. 287–314`."""
        edition, volume = self.fields.text("edition"), self.fields.text("volume")
        if is_numeric(edition):
            edition = self.words.edition(edition)
        if is_numeric(volume):
            volume = self.words.volume(volume)
        return join(
            ", ", edition, *([volume, self.labelled_pages()] if self.is_part or self.is_whole() else [])
        )

    def labelled_pages(self) -> str:
        pages = self.pages()
        return wrap("pp. " if re.search("[–,]", pages) else "p. ", pages, "")

    def pages(self) -> str:
        return page_ranges(self.fields.text("page"), "–")

    def number(self) -> str:
        """10.4: `NIH publication No. 18-2424`; a standard's number says what it is."""
        number = self.fields.text("number")
        if not number or self.type not in NUMBERED:
            return ""
        if self.type == "standard":
            return number
        kind = {"patent": "Patent", "thesis": "Publication"}.get(self.type) or _capitals(
            self.fields.text("genre")
        )
        authority = self.fields.text("authority") if self.type == "patent" else ""
        is_plain = not re.search("[A-Za-z]", number)
        return join(" ", authority, kind, f"No. {number}" if is_plain or not kind else number)

    def kind(self) -> str:
        """9.21, 10.6: `Data set`; of a thesis that can be had also the university."""
        kind = self.fields.text("genre")
        if self.type == "thesis":
            kind = kind or "Thesis"
            return kind if self.is_unpublished() else join(", ", kind, self.fields.text("publisher"))
        if self.number() and self.type != "patent" and kind:
            return ""
        return "" if self.type == "patent" else kind or KINDS.get(self.type, "")

    def is_unpublished(self) -> bool:
        """Whether the university alone can give the thesis."""
        is_had = self.fields.has("archive", "URL", "DOI")
        return not is_had or "unpublished" in self.fields.text("genre").lower()

    # --- the source, 9.23 to 9.37 ----------------------------------------------------------------------

    def source(self, authors: str) -> list[str]:
        if self.type in ARTICLES:
            status = self.fields.text("status") if self.is_ahead() else ""
            return [self.periodical(), status[:1].upper() + status[1:]]
        if self.type == "thesis":
            return [self.fields.text("publisher" if self.is_unpublished() else "archive")]
        publisher = self.fields.text("publisher")
        if publisher == authors:  # 9.29
            publisher = ""
        if self.is_part:
            return [self.book(), publisher]
        if self.type == "paper-conference":
            return [self.proceedings(), publisher]
        container = self.fields.text("container-title")
        if container and (self.type == "broadcast" or self.type in WITHIN):
            container = WITHIN.get(self.type, self.words.within) + container
        return [container, self.event(), publisher or self.kept()]

    def event(self) -> str:
        """10.5: `Autism Society National Conference, Milwaukee, WI, United States`."""
        if self.type != "speech":
            return ""
        return join(
            ", ",
            self.fields.text("event-title") or self.fields.text("event"),
            self.fields.text("event-place"),
        )

    def kept(self) -> str:
        return join(", ", self.fields.text("archive"), self.fields.text("archive-place"))

    def is_ahead(self) -> bool:
        return self.fields.text("status").lower() in AHEAD and not self.fields.has("volume", "issue", "page")

    def periodical(self) -> str:
        """10.1: `Psychological Review, 126(1), 1–51`; an article number after `Article`."""
        text = self.fields.text
        issue = wrap("(", page_ranges(text("issue"), "–"), ")")
        number = wrap("Article ", text("number"), "")
        return join(", ", text("container-title"), text("volume") + issue, self.pages() or number)

    def book(self) -> str:
        """10.3: `In G. Y. Iwamasa & P. A. Hays (Eds.), Responsive therapy (2nd ed., pp. 287–314)`."""
        editors = self.fields.names("editor") or self.fields.names("container-author")
        word = wrap("(", self.editor_word(self.fields.names("editor")), ")")
        book = join(" ", self.fields.text("container-title"), wrap("(", self.edition_and_volume(), ")"))
        return self.words.within + join(", ", join(" ", names(editors, inverted=False), word), book)

    def proceedings(self) -> str:
        """10.5: published like a chapter where they have editors, else like a journal."""
        if self.fields.has("container-title") and self.fields.names("editor"):
            self.is_part = True
            return self.book()
        title = self.fields.text("container-title") or self.fields.text("event-title")
        return join(", ", title, self.fields.text("volume"), self.pages())

    def address(self) -> str:
        """9.34: the DOI as an address; else the URL, and when it was seen if it bears no date (9.16)."""
        doi = re.sub(
            r"^(?:https?://(?:dx\.)?doi\.org/|doi:\s*)", "", self.fields.text("DOI"), flags=re.IGNORECASE
        )
        if doi:
            return f"https://doi.org/{doi}"
        url, seen = self.fields.text("URL"), self.fields.date("accessed")
        if not url or not seen or not seen.start or self.fields.date("issued"):
            return url
        return self.words.retrieved(self.words.day(seen.start), url)


def _capitals(kind: str) -> str:
    """`Issue brief` → `Issue Brief`: with a number it is a name."""
    return re.sub(r"\b(?!(?:and|of|for|the|in)\b)[a-z](?=[a-z]+)", lambda found: found[0].upper(), kind)
