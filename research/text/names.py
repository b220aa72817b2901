"""Authors as a running text names them: 刘松; Miller and Li; 刘松等."""

import re

HAN = re.compile(r"[\u3400-\u9fff]")


def short_authors(authors: str) -> str:
    """The names before a mark in running text, from a source's `authors`: family names, at most two.

    Names are joined by `; `, each `Family, Given` where the source splits it and as it stands where not. A
    Chinese name is given whole.
    """
    names = [short for name in re.split(r"\s*[;；]\s*", _unbraced(authors)) if (short := _short(name))]
    if not names:
        return ""
    chinese = bool(HAN.search(names[0]))
    if len(names) > 2:
        return f"{names[0]}等" if chinese else f"{names[0]} et al."
    return ("和" if chinese else " and ").join(names)


_SEMICOLON, _COMMA = "\ue000", "\ue001"


def _unbraced(authors: str) -> str:
    """A name in braces is one name, whatever signs it holds."""

    def kept(found: re.Match[str]) -> str:
        return re.sub("[;；]", _SEMICOLON, found[1]).replace(",", _COMMA)

    return re.sub(r"\{([^{}]*)\}", kept, authors)


def _short(name: str) -> str:
    family, *given = (part.strip() for part in name.split(","))
    whole = family + given[-1] if given and HAN.search(family) else family
    return whole.replace(_COMMA, ",").replace(_SEMICOLON, ";").strip()
