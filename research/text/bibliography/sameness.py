"""What tells that two sources are one, or are not: identifiers, addresses, titles with their years.

Read from rows of sources.csv, so that a source of the tables and an entry of a file are compared alike.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from research.text.bibliography.extra import read_extra
from research.text.bibliography.identifiers import dois_in, is_doi_address, isbns_in, plain_identifier
from research.text.bibliography.names import read_names
from research.text.bibliography.rows import item_of
from research.text.cjk import is_cjk
from research.text.folding import fold_text

# The reasons, the surest first.
DOI, ISBN, IDENTIFIER, URL, TITLE = "doi", "isbn", "identifier", "url", "title"
REASONS = (DOI, ISBN, IDENTIFIER, URL, TITLE)

# A chapter has the ISBN of its book, an article of a conference that of the proceedings.
PARTS = {
    *("article", "article-journal", "article-magazine", "article-newspaper", "chapter", "paper-conference"),
    *("entry", "entry-dictionary", "entry-encyclopedia", "review", "review-book"),
}

Mark = tuple[str, str]  # a reason and what both must share for it


@dataclass(frozen=True, slots=True)
class Marks:
    """What a row can be known by. `firm` marks tell alone; a title needs its year, or the authors."""

    firm: frozenset[Mark]
    title: str
    year: str
    authors: frozenset[str]

    @property
    def all(self) -> Iterable[Mark]:
        """Two rows that seem to be the same share one of these."""
        yield from self.firm
        if self.title:
            yield TITLE, f"{self.title} {self.year}"

    @property
    def is_weak(self) -> bool:
        """Whether many works have this title, or it has no year: then the authors must agree as well."""
        return not self.year or self.title in GENERIC or _weight(self.title) < LONG_ENOUGH


def marks_of(row: Mapping[str, str]) -> Marks:
    """The marks of a row, in which columns may be absent."""
    authors = frozenset(word for name in read_names(row.get("authors", "")) for word in _words(name))
    title = "".join(sign for sign in fold_text(row.get("title", "")) if sign.isalnum())
    return Marks(frozenset(firm_marks(row)), title, year_of(row.get("issued", "")), authors)


def firm_marks(row: Mapping[str, str]) -> list[Mark]:
    """Those by its identifiers and its address. The ISBN of a book tells nothing of a chapter in it."""
    url, identifier = row.get("url", ""), row.get("identifier", "")
    numbers = [identifier, *_numbers_in(row.get("extra", ""))]
    leads_by_doi = is_doi_address(url)
    dois = [doi for text in (*numbers, url if leads_by_doi else "") for doi in dois_in(text)]
    isbns = [] if row.get("kind", "") in PARTS else [isbn for text in numbers for isbn in isbns_in(text)]
    marks = [*((DOI, doi) for doi in dois), *((ISBN, isbn) for isbn in isbns)]
    if not dois_in(identifier) and not isbns_in(identifier) and (other := plain_identifier(identifier)):
        marks.append((IDENTIFIER, other))
    if url and not leads_by_doi:
        marks.append((URL, same_url(url)))
    return list(dict.fromkeys(marks))


def _numbers_in(extra: str) -> list[str]:
    named = extra.casefold()
    if "doi" not in named and "isbn" not in named:
        return []
    return [value for name, value in read_extra(extra).items() if name.casefold() in ("doi", "isbn")]


def reasons(one: Marks, other: Marks) -> list[str]:
    """Why the two seem to be the same, the surest first; empty if they do not."""
    shared = {reason for reason, _value in one.firm & other.firm}
    if is_same_title(one, other):
        shared.add(TITLE)
    return [reason for reason in REASONS if reason in shared]


def is_same_title(one: Marks, other: Marks) -> bool:
    """Two DOIs that differ are two works; so are those of other authors, where both name theirs."""
    if not one.title or (one.title, one.year) != (other.title, other.year):
        return False
    dois, others = ({value for reason, value in marks.firm if reason == DOI} for marks in (one, other))
    if dois and others and not dois & others:
        return False
    if one.authors and other.authors:
        return bool(one.authors & other.authors)
    return not one.is_weak


# --- an entry of a file, and a source ----------------------------------------------------------------------

# Where both say one of these and do not agree, two works of one title, author and year are two.
TELLING = (
    *("DOI", "ISBN", "number", "container-title", "volume", "issue", "page", "edition"),
    *("chapter-number", "collection-number", "genre", "URL"),
)


def is_same_work(row: Mapping[str, str], saved: Mapping[str, str]) -> bool:
    """Whether the entry of a file is the source: both have the title, and nothing speaks against it."""
    item, other = item_of(row), item_of(saved)
    if item.get("title") != other.get("title"):
        return False
    if item.get("DOI") and other.get("DOI"):
        return _same_text(item["DOI"], other["DOI"])
    if item.get("author") != other.get("author") or _year_or_decade(row) != _year_or_decade(saved):
        return False
    return all(_same_text(item[name], other[name]) for name in TELLING if item.get(name) and other.get(name))


def is_other_work(row: Mapping[str, str], saved: Mapping[str, str]) -> bool:
    """Whether a row speaks of another work than the source of its key: another title, and another DOI.

    Without DOIs, other authors in another year are as telling.
    """
    item, other = item_of(row), item_of(saved)
    title, known = fold_text(row.get("title", "")), fold_text(saved["title"])
    if not title or title in known or known in title:
        return False
    if item.get("DOI") and other.get("DOI"):
        return not _same_text(item["DOI"], other["DOI"])
    years = _year_or_decade(row), _year_or_decade(saved)
    if not (item.get("author") and other.get("author") and all(years)):
        return False
    return item["author"] != other["author"] and years[0] != years[1]


def _same_text(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()


def _year_or_decade(row: Mapping[str, str]) -> str:
    return row.get("issued", "")[:4]


# --- titles, years, authors ------------------------------------------------------------------------------

LONG_ENOUGH = 12  # of a title's weight: letters count one, Han characters two
# Titles of that length that many works have, or that say nothing without their authors.
GENERIC = {
    "".join(sign for sign in fold_text(title) if sign.isalnum())
    for title in (
        *(
            "社会责任报告",
            "企业社会责任报告",
            "可持续发展报告",
            "年度报告（摘要）",
            "中期业绩公告",
            "Introduction",
        ),
        *(
            "Acknowledgements",
            "Bibliography",
            "Table of contents",
            "Book review",
            "Book reviews",
            "Commentary",
        ),
        *("Letter to the editor", "Annual report", "Sustainability report", "Executive summary", "Homepage"),
        *("Press release", "Supplementary material", "Research report", "Technical report", "Front matter"),
        *("Editor's introduction", "Guest editorial", "Letters to the editor", "List of contributors"),
    )
}


def year_of(issued: str) -> str:
    """The year in which an EDTF date begins; empty for a decade or none."""
    found = re.match(r"-?\d{4}(?!\d)", issued.strip())
    return found[0] if found else ""


def _weight(title: str) -> int:
    return sum(2 if is_cjk(sign) else 1 for sign in title)


def _words(name: Mapping[str, str]) -> list[str]:
    """What two ways to write a name share: 刘, 松 and 刘松; `Shannon, C. E.` and Claude Shannon."""
    family, given = name.get("family", ""), name.get("given", "")
    if family and all(is_cjk(sign) for sign in family + given):
        return [fold_text(family + given)]
    words = re.split(r"\W+", fold_text(family or name.get("literal", "")))
    return [word for word in words if len(word) > 1]


# --- addresses -------------------------------------------------------------------------------------------

_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]")
_PLAIN = re.compile(r"[A-Za-z0-9._~/?=&-]*")
_TRACKING = re.compile(r"(?:utm_\w+|fbclid|gclid|spm)(?:=.*)?", re.IGNORECASE)


def same_url(url: str) -> str:
    """What two addresses of one page share.

    Scheme, `www.`, the scheme's own port, a last slash, what only tracks readers and the fragment are left
    out, but for one that is a path of its own (`#/`, `#!`). Percent signs are made alike (RFC 3986, 6.2.2).
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        return url.strip()
    host = (parts.hostname or "").removeprefix("www.")
    if port and (parts.scheme.lower(), port) not in (("http", 80), ("https", 443)):
        host += f":{port}"
    query = "&".join(part for part in parts.query.split("&") if part and not _TRACKING.fullmatch(part))
    fragment = f"#{parts.fragment}" if parts.fragment.startswith(("/", "!")) else ""
    return f"{host}{_escaped(parts.path).rstrip('/')}{'?' if query else ''}{_escaped(query)}{fragment}"


def _escaped(text: str) -> str:
    """Percent signs in one way: only where a character needs one, in capitals."""
    if _PLAIN.fullmatch(text):
        return text
    whole = quote(text, safe="!#$%&'()*+,/:;=?@[]~")
    return re.sub(r"%[0-9A-Fa-f]{2}", lambda found: _plain(found[0].upper()), whole)


def _plain(escape: str) -> str:
    sign = chr(int(escape[1:], 16))
    return sign if _UNRESERVED.fullmatch(sign) else escape
