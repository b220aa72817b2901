"""References after GB/T 7714—2015, numeric (9.1) and author-date (9.2).

Numbers of clauses are the standard's. Which CSL type gets which mark, and what the standard leaves open, is
as in the CSL styles of that name: https://github.com/zotero-chinese/styles. Words that are added (等, 译, 版;
et al., trans., ed.) are those of the work's language (6.1, 8.1.2).
"""

from collections.abc import Callable
from dataclasses import dataclass

from research.text.styles.dates import Date
from research.text.styles.fields import Fields, Item
from research.text.styles.joining import end_with, join, wrap
from research.text.styles.names import Name, initials, without_others
from research.text.styles.numbers import is_numeric, is_plural, ordinal, page_ranges

EM_SPACE = "\u2003"
MOST_NAMES = 3  # 8.1.2: of more than three the first three are given

# Annex B: the mark of a type of document; what is not here is [Z], other.
MARKS = {
    "article": "EB",
    "article-journal": "J", "article-magazine": "J", "periodical": "J",
    "article-newspaper": "N",
    "bill": "A", "collection": "A", "hearing": "A", "legal_case": "A", "legislation": "A",
    "personal_communication": "A", "regulation": "A", "treaty": "A",
    "book": "M", "chapter": "M", "classic": "M", "entry-dictionary": "M", "entry-encyclopedia": "M",
    "dataset": "DS",
    "map": "CM",
    "paper-conference": "C",
    "patent": "P",
    "post": "EB", "post-weblog": "EB", "webpage": "EB",
    "report": "R",
    "software": "CP",
    "standard": "S",
    "thesis": "D",
}  # fmt: skip

ARTICLES = {"article-journal", "article-magazine", "article-newspaper"}
SERIALS = {*ARTICLES, "article", "periodical"}
IN_BOOKS = {"chapter", "entry-dictionary", "entry-encyclopedia", "paper-conference"}
PRINTED = {"book", "chapter", "paper-conference", "periodical", "thesis"}
ELECTRONIC = {"dataset", "post", "post-weblog", "software", "webpage"}
ARCHIVED = {"collection", "manuscript", "personal_communication"}


@dataclass(frozen=True)
class Words:
    """What is added in the language of the work."""

    others: str
    translated: str
    nobody: str
    edition: Callable[[str], str]
    volume: Callable[[str], str]


CHINESE = Words("等", "译", "佚名", lambda number: f"{number} 版", lambda number: f"卷 {number}")
OTHER = Words(
    "et al.",
    "trans.",
    "Anon",
    lambda number: f"{ordinal(number)} ed.",
    lambda number: f"{'Vols.' if is_plural(number) else 'Vol.'} {number}",
)


def numeric(item: Item) -> str:
    """9.1, without the number before it."""
    return _Reference(Fields(item), has_year_first=False).whole()


def author_date(item: Item) -> str:
    """9.2: the year follows the authors and is not said again; without authors 佚名 or Anon."""
    return _Reference(Fields(item), has_year_first=True).whole()


def names(found: list[Name], words: Words) -> str:
    """8.1: family names first and in capitals, given names as initials without points; three at most."""
    found, more = without_others(found)
    shown = [name(one) for one in found[:MOST_NAMES]]
    return join(", ", *shown, words.others if more or len(found) > MOST_NAMES else "")


def name(one: Name) -> str:
    """`PEEBLES P Z Jr`, `VEEN P H van der`, 刘松, `昂温 P S`; organizations as they stand."""
    if one.literal:
        return one.literal
    if one.is_east_asian and not one.has_western_given:
        return one.joined
    return join(" ", one.full_family.upper(), *initials(one.given), one.dropped, one.suffix.rstrip("."))


class _Reference:
    def __init__(self, fields: Fields, *, has_year_first: bool) -> None:
        self.fields = fields
        self.type = fields.type
        self.words = CHINESE if fields.is_chinese else OTHER
        self.has_year_first = has_year_first
        self.is_online = fields.has("URL", "DOI")
        self.is_part = self.type in IN_BOOKS or fields.has("container-title")

    def whole(self) -> str:
        authors = self.authors()
        if self.has_year_first:
            authors = join(", ", authors or self.words.nobody, self.year())
        reference = join(". ", authors, *self.described(), self.fields.text("URL"), self.doi())
        return end_with(reference, ".")

    def described(self) -> list[str]:
        """What stands between authors and address, from the title on."""
        if self.type == "periodical":  # 4.3
            return [self.title(), self.first_and_last_issue(), self.published()]
        if self.type in ARTICLES:  # 4.4
            return [
                self.title(),
                self.in_newspaper() if self.type == "article-newspaper" else self.in_serial(),
            ]
        if self.type == "patent" or self.type in ELECTRONIC:  # 4.5, 4.6
            return [self.title(), self.published()]
        title = join(". ", self.title(), self.translators())
        if self.is_part:  # 4.2
            title = join("//", title, self.book())
        return [title, self.edition(), self.published()]  # 4.1

    def authors(self) -> str:
        roles = ["author", "composer", "illustrator", "director"]
        if not self.fields.has("container-title"):
            roles.append("editor")
        return self.first_named(roles)

    def first_named(self, roles: list[str]) -> str:
        return next((names(found, self.words) for role in roles if (found := self.fields.names(role))), "")

    def translators(self) -> str:
        """4.1: 谢远涛, 译."""
        found = names(self.fields.names("translator"), self.words)
        return f"{found}, {self.words.translated}" if found else ""

    def title(self) -> str:
        """8.2: title, volume and number, then `[type/medium]`; a part's volume stands with the book."""
        text = self.fields.text
        details = [
            "" if self.is_part else join(EM_SPACE, self.volume(), text("volume-title")),
            "" if self.type in ("article", "article-journal") else text("number"),
            text("archive_location") if self.type in ARCHIVED else "",
        ]
        medium = text("medium") or ("OL" if self.is_online else "")
        mark = join("/", MARKS.get(self.type, "Z"), medium)
        return f"{join(': ', text('title'), join(EM_SPACE, *details))}[{mark}]"

    def volume(self) -> str:
        volume = self.fields.text("volume")
        if self.type in SERIALS:
            return ""
        return self.words.volume(volume) if is_numeric(volume) else volume

    def book(self) -> str:
        """4.2: the book's editors and title; a conference without proceedings stands for itself."""
        editors = self.first_named(["editor", "editorial-director", "collection-editor", "container-author"])
        title = self.fields.text("container-title")
        if title:
            title = join(": ", title, self.volume())
        elif self.type == "paper-conference":
            title = self.fields.text("event-title")
        return join(". ", editors, title)

    def edition(self) -> str:
        """8.3: `2 版`, `4th ed.`; words as they stand."""
        edition = self.fields.text("edition")
        return self.words.edition(edition) if is_numeric(edition) else edition

    def first_and_last_issue(self) -> str:
        """4.3: `1957, 1957（1）—1990（4）`."""
        return join(", ", self.year(), self.fields.text("volume")) + self.issue()

    def in_newspaper(self) -> str:
        """8.8.3: `中国青年报, 2000-11-20(15)`."""
        paper = join(", ", self.fields.text("container-title"), self.numeric_date("issued"))
        return paper + wrap("(", self.pages(), ")") + self.accessed()

    def in_serial(self) -> str:
        """8.8.2: `清华大学学报, 2012, 52(11): 1518-1523`; an article number stands for the pages."""
        text = self.fields.text
        year = "" if self.has_year_first else self.year()
        place = join(", ", text("container-title"), year, text("volume")) + self.issue()
        return join(": ", place, self.pages() or text("number")) + self.accessed()

    def issue(self) -> str:
        return wrap("(", self.fields.text("issue"), ")")

    def published(self) -> str:
        """8.4: place, publisher, year and pages; for a patent the day; for online only `(updated)[cited]`."""
        year = "" if self.has_year_first else self.year()
        if self.type == "patent":  # 8.4.4
            return self.numeric_date("issued") + self.accessed()
        fields = ("archive", "archive-place", "publisher", "publisher-place", "page")
        if self.type in PRINTED or self.fields.has(*fields):
            return join(": ", join(", ", self.publisher(), year), self.pages()) + self.accessed()
        if not self.is_online:
            return year
        issued = self.fields.date("issued")
        if issued and issued.has_day:
            year = f"({issued.numeric})"
        return (year if issued else "") + self.accessed()

    def publisher(self) -> str:
        kept = "publisher" if self.fields.has("publisher", "publisher-place") else "archive"
        return join(": ", self.fields.text(f"{kept}-place"), self.fields.text(kept))

    def pages(self) -> str:
        return page_ranges(self.fields.text("page"), "-")

    def year(self) -> str:
        """8.4.3: an estimated year in brackets; where none is known, the year when it was seen."""
        issued = self.fields.date("issued")
        if issued:
            return f"[{issued.years}]" if issued.is_uncertain else issued.years
        seen = self.fields.date("accessed")
        return f"[{seen.years}]" if seen else ""

    def numeric_date(self, variable: str) -> str:
        found: Date | None = self.fields.date(variable)
        return found.numeric if found else ""

    def accessed(self) -> str:
        """8.4.4: `[2014-06-11]`, of what is online."""
        return wrap("[", self.numeric_date("accessed"), "]") if self.is_online else ""

    def doi(self) -> str:
        return wrap("DOI:", self.fields.text("DOI"), "")
