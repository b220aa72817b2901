"""What an identifier is, by its form: the column `identifier` holds a DOI, else an ISBN, else any number."""

import re
from urllib.parse import unquote

# https://www.doi.org/the-identifier/resources/handbook/2_numbering#2.2
_DOI = re.compile(r"10\.[0-9]{4,9}(?:\.[0-9]+)*/\S+")
_RESOLVER = r"(?:dx\.|www\.)?doi\.org/"
_NAMED_DOI = re.compile(rf"(?:(?:https?://)?{_RESOLVER}|doi[:：]?\s*)?({_DOI.pattern})", re.IGNORECASE)
_DOI_IN_TEXT = re.compile(r"\b(10\.[0-9]{4,9}/[^\s\"<>，。；;()（）]+)")
_DOI_ADDRESS = re.compile(rf"\s*https?://{_RESOLVER}", re.IGNORECASE)
_ISBN = re.compile(r"97[89](?:[- ]?[0-9]){10}|[0-9](?:[- ]?[0-9]){8}[- ]?[0-9Xx]")
_ISBN_IN_TEXT = re.compile(rf"(?<![\w-])(?:{_ISBN.pattern})(?![\w-])")
_ISBN_SAID = re.compile(r"\bISBN[:： ]*([\d-]{9,16}[\dXx])", re.IGNORECASE)
_DASHES = re.compile(r"[‐-―−－]")
# What a journal is known by is shared by all that stands in it.
_OF_A_JOURNAL = re.compile(
    r"(?:E?ISSN\W*)?\d{4}-\d{3}[\dX]|(?:E?ISSN|CN)\b.*|CN\W*\d\d-\d{4}.*", re.IGNORECASE
)
SHORTEST_IDENTIFIER = 6


def kind_of(identifier: str) -> str:
    """`DOI`, `ISBN` or `number`: the CSL variable that the text is a value of."""
    if _DOI.fullmatch(identifier):
        return "DOI"
    return "ISBN" if is_isbn(identifier) else "number"


def identifier_in(text: str) -> str:
    """A DOI, or else an ISBN that the text says to be one, as it stands there; empty without any."""
    if found := _DOI_IN_TEXT.search(text):
        return found[1].rstrip(".,")
    said = _ISBN_SAID.search(text)
    return said[1] if said else ""


def plain_identifier(identifier: str) -> str:
    """Any other number, as of a standard or a patent, without spaces and dashes; empty where it is short."""
    plain = re.sub(r"[\s-]", "", _DASHES.sub("-", identifier)).casefold()
    if _OF_A_JOURNAL.fullmatch(identifier.strip()) or not re.search(r"\d", plain):
        return ""
    return plain if len(plain) >= SHORTEST_IDENTIFIER else ""


# --- DOI -----------------------------------------------------------------------------------------------


def bare_doi(text: str) -> str:
    """The DOI without `https://doi.org/` or `doi:` before it; other text as it is."""
    found = _NAMED_DOI.fullmatch(text.strip())
    return found[1] if found else text


def is_doi_address(url: str) -> bool:
    return _DOI_ADDRESS.match(url) is not None


def dois_in(text: str) -> list[str]:
    """The DOIs of a text, in lower case: they are told apart by nothing else (DOI Handbook, 3.4.4)."""
    if "10." not in text:
        return []
    whole = _NAMED_DOI.fullmatch(text.strip())
    found = [whole[1]] if whole else _DOI_IN_TEXT.findall(text)
    return [unquote(doi).rstrip(".,;").lower() for doi in found]


# --- ISBN ----------------------------------------------------------------------------------------------


def is_isbn(text: str) -> bool:
    """Whether the text is one ISBN of 10 or 13 digits whose check digit is right (ISO 2108)."""
    if not _ISBN.fullmatch(text):
        return False
    digits = [10 if digit in "Xx" else int(digit) for digit in text if digit not in "- "]
    if len(digits) == 10:
        return sum(digit * (10 - place) for place, digit in enumerate(digits)) % 11 == 0
    return sum(digit * (1 + 2 * (place % 2)) for place, digit in enumerate(digits)) % 10 == 0


def isbns_in(text: str) -> list[str]:
    """The right ISBNs of a text, as 13 digits."""
    return [isbn_13(found) for found in _ISBN_IN_TEXT.findall(_DASHES.sub("-", text)) if is_isbn(found)]


def isbn_13(isbn: str) -> str:
    """The 13 digits of a right ISBN of 10 or 13."""
    digits = re.sub("[- ]", "", isbn).upper()
    if len(digits) == 13:
        return digits
    digits = "978" + digits[:9]
    total = sum(int(digit) * (1 + 2 * (place % 2)) for place, digit in enumerate(digits))
    return f"{digits}{-total % 10}"
