"""Authors as a running text names them: 刘松; Miller and Li; 刘松等."""

from research.text.bibliography.names import OTHERS, Name, read_names
from research.text.cjk import HAN


def short_authors(authors: str) -> str:
    """The names before a mark in running text, from a source's `authors`: family names, at most two.

    A Chinese name is given whole.
    """
    found = read_names(authors)
    names = [_short(name) for name in found if name.get("literal") != OTHERS]
    if not names:
        return ""
    chinese = bool(HAN.search(names[0]))
    if len(found) > 2 or len(names) < len(found):
        return f"{names[0]}等" if chinese else f"{names[0]} et al."
    return ("和" if chinese else " and ").join(names)


def _short(name: Name) -> str:
    if literal := name.get("literal"):
        return str(literal)
    family, given = str(name["family"]), str(name["given"])
    if HAN.search(family):
        return family + given
    return " ".join(filter(None, (name.get("non-dropping-particle"), family)))
