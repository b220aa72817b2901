"""What an identifier is, by its form: the column `identifier` holds a DOI, else an ISBN, else any number."""

import re

# https://www.doi.org/the-identifier/resources/handbook/2_numbering#2.2
_DOI = re.compile(r"10\.[0-9]{4,9}(?:\.[0-9]+)*/[^\s]+")
_DOI_IN_FRONT = re.compile(r"(?:https?://)?(?:dx\.)?doi\.org/|doi:\s*", re.IGNORECASE)
_ISBN = re.compile(r"[0-9](?:[- ]?[0-9]){8}[- ]?[0-9Xx]|97[89](?:[- ]?[0-9]){10}")


def kind_of(identifier: str) -> str:
    """`DOI`, `ISBN` or `number`: the CSL variable that the text is a value of."""
    if _DOI.fullmatch(identifier):
        return "DOI"
    return "ISBN" if is_isbn(identifier) else "number"


def bare_doi(text: str) -> str:
    """The DOI without `https://doi.org/` or `doi:` before it; other text as it is."""
    bare = _DOI_IN_FRONT.sub("", text.strip(), count=1)
    return bare if _DOI.fullmatch(bare) else text


def is_isbn(text: str) -> bool:
    """Whether the text is one ISBN of 10 or 13 digits whose check digit is right (ISO 2108)."""
    if not _ISBN.fullmatch(text):
        return False
    digits = [10 if digit in "Xx" else int(digit) for digit in text if digit not in "- "]
    if len(digits) == 10:
        return sum(digit * (10 - place) for place, digit in enumerate(digits)) % 11 == 0
    return sum(digit * (1 + 2 * (place % 2)) for place, digit in enumerate(digits)) % 10 == 0
