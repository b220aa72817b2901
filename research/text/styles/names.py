"""Names of a CSL-JSON item: https://docs.citationstyles.org/en/stable/specification.html#names.

A Chinese, Japanese or Korean name is written without a space, however the source splits it.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

_ALPHABETIC = re.compile(r"[-0-9A-Za-z\u00c0-\u0dff\u0e01-\u10ff\u1200-\u1fff]")
_WORDS_LOWER = re.compile(r"(?P<given>.*?\S)\s+(?P<particle>[^\W\d_A-Z].*)")


@dataclass(frozen=True)
class Name:
    """`van der` stands before the family name (`particle`) or after the given name (`dropped`)."""

    family: str = ""
    given: str = ""
    particle: str = ""
    dropped: str = ""
    suffix: str = ""
    literal: str = ""

    @property
    def whole(self) -> str:
        return self.literal or self.full_family

    @property
    def full_family(self) -> str:
        """With its particle; `d’` and `al-` need no space."""
        space = "" if self.particle.endswith(("’", "'", "-")) else " "
        return f"{self.particle}{space}{self.family}" if self.particle else self.family

    @property
    def is_east_asian(self) -> bool:
        """Whether the family name is written in Han, kana or Hangul."""
        return bool(self.family) and not _ALPHABETIC.search(self.family)

    @property
    def has_western_given(self) -> bool:
        """As translated names have: 昂温 G."""
        return bool(_ALPHABETIC.match(self.given))

    @property
    def joined(self) -> str:
        """An East Asian name as it is written: 刘松; 昂温 G."""
        space = " " if self.has_western_given else ""
        return f"{self.full_family}{space}{self.given}"


def read_names(value: object, clean: Callable[[object], str]) -> list[Name]:
    """All names that hold something; a name may also be plain text."""
    values = value if isinstance(value, (list, tuple)) else [value]
    return [name for name in (_read(one, clean) for one in values) if name.whole]


def _read(value: object, clean: Callable[[object], str]) -> Name:
    if not isinstance(value, Mapping):
        return Name(literal=clean(value))
    family, given, literal = (clean(value.get(part)) for part in ("family", "given", "literal"))
    if literal or not family:
        return Name(literal=literal or given)
    suffix, dropped, particle = (
        clean(value.get(part)) for part in ("suffix", "dropping-particle", "non-dropping-particle")
    )
    if not suffix and "," in given:
        given, _, suffix = (part.strip(" ,!") for part in given.partition(","))
    if not dropped and (split := _WORDS_LOWER.fullmatch(given)) and split["particle"][0].islower():
        given, dropped = split["given"], split["particle"]
    return Name(family, given, particle, dropped, suffix)


OTHERS = {"others", "et al", "et al.", "等"}


def without_others(found: list[Name]) -> tuple[list[Name], bool]:
    """The names, and whether the source says that there are more: BibTeX's `and others` comes last."""
    if len(found) > 1 and found[-1].literal.casefold() in OTHERS:
        return found[:-1], True
    return found, False


def initials(given: str) -> list[str]:
    """`Benjamin J.` → B, J; `Jean-Paul` → J, P; `Chr.` stays; a name in Han is not cut.

    Words in small letters (`ho` in `Yong-ho`) are not cut either.
    """
    if not _ALPHABETIC.match(given):
        return [given] if given else []
    words = re.sub(r"\.(?=\S)", ". ", re.sub(r"[-‐‑\s]+", " ", given)).split()
    return [_initial(word) for word in words]


def _initial(word: str) -> str:
    if word.endswith(".") or not word[0].isupper():
        return word.rstrip(".")
    return word[0]
