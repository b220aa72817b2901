"""Names as the column `authors` has them: `刘松; Shannon, Claude E.; van der Merwe, Karen; {Lee; Co}`.

Names are joined by `; `. A comma parts the family name from the given one, as in BibTeX: `von Last, First`
or `von Last, Jr, First`. Small words after the given name are CSL's dropping particle: `Humboldt, Alexander
von`. A name without a comma is a literal: 刘松 stays whole, and so does 中国造纸学会.
What has a comma or a semicolon of its own stands in braces, in which `\\` goes before `}` and `\\`.
"""

import re
from typing import Any

Name = dict[str, Any]

OTHERS = "others"  # the literal at the end of a list that goes on: BibTeX's "and others", 等
_SPECIAL = re.compile(r"[,;，；{}\\\n]")
_BRACED = re.compile(r"\s*\{((?:[^\\}]|\\.)*+)\}[^\S\n]*(?=[,;；]|\Z)", re.DOTALL)
_PLAIN = re.compile(r"[^,;；]*+")
_SMALL = re.compile(r"(?!(?:jr|sr)\Z)[^\W\d_]+['’]?")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


def read_names(text: str) -> list[Name]:
    """Names of `text`, each as CSL-JSON: family and given, or literal. Empty ones are left out."""
    return [name for parts in _split(text) if (name := _name(parts))]


def write_names(names: list[Name]) -> str:
    """The text that `read_names` reads. Of a name, family, given, particles and suffix are kept."""
    return "; ".join(filter(None, map(write_name, names)))


def write_name(name: Name) -> str:
    family, given, von = (_text(name, part) for part in ("family", "given", "non-dropping-particle"))
    if literal := _text(name, "literal"):
        return _guarded(literal)
    if not family or not given:
        parts = (given, _text(name, "dropping-particle"), von, family, _text(name, "suffix"))
        whole = " ".join(filter(None, parts))
        return _guarded(whole)
    last = _guarded(f"{von} {family}") if von else _guarded(family)
    if not von and _particle(family)[0]:
        last = _braced(family)
    suffix = _text(name, "suffix")
    return ", ".join([last, *([_guarded(suffix)] if suffix else []), write_given(name)])


def write_given(name: Name) -> str:
    given, dropping = _text(name, "given"), _text(name, "dropping-particle")
    if dropping:
        return _guarded(f"{given} {dropping}")
    return _braced(given) if _dropped(given)[1] else _guarded(given)


def _text(name: Name, part: str) -> str:
    value = name.get(part)
    return " ".join(re.split(r"\s+", str(value).strip())) if isinstance(value, str | int | float) else ""


def _guarded(part: str) -> str:
    return _braced(part) if _SPECIAL.search(part) else part


def _braced(part: str) -> str:
    return "{" + re.sub(r"([\\}])", r"\\\1", part) + "}" if part else ""


# --- reading -------------------------------------------------------------------------------------------

_Part = tuple[str, bool]  # the text, and whether it stood in braces


def _split(text: str) -> list[list[_Part]]:
    """The comma-separated parts of each name."""
    names: list[list[_Part]] = [[]]
    place = 0
    while place <= len(text):
        if found := _BRACED.match(text, place):
            part = " ".join(_ESCAPED.sub(r"\1", found[1]).split())
        else:
            found = _PLAIN.match(text, place)
            assert found
            part = " ".join(found[0].split())
        names[-1].append((part, found.re is _BRACED))
        place = found.end()
        if text[place : place + 1] in (";", "；"):
            names.append([])
        place += 1
    return names


def _name(parts: list[_Part]) -> Name | None:
    texts = [text for text, _braced in parts]
    if not any(texts):
        return None
    if len(parts) == 1:
        return {"literal": texts[0]}
    if len(parts) > 3 or not texts[0] or not texts[-1]:
        return {"literal": ", ".join(text for text in texts if text)}
    von, family = ("", texts[0]) if parts[0][1] or _SPECIAL.search(texts[0]) else _particle(texts[0])
    plain = not parts[-1][1] and not _SPECIAL.search(texts[-1])
    given, dropping = _dropped(texts[-1]) if plain else (texts[-1], "")
    name = {"non-dropping-particle": von, "family": family, "suffix": texts[1] if len(parts) == 3 else ""}
    return {
        part: text for part, text in {**name, "given": given, "dropping-particle": dropping}.items() if text
    }


def _particle(last: str) -> tuple[str, str]:
    """`van der Merwe` → `van der`, `Merwe`: words in lower case before the family name."""
    words = last.split(" ")
    count = 0
    while count < len(words) - 1 and words[count][:1].islower():
        count += 1
    return " ".join(words[:count]), " ".join(words[count:])


def _dropped(given: str) -> tuple[str, str]:
    """`Alexander von` → `Alexander`, `von`."""
    words = given.split(" ")
    count = len(words)
    while count > 1 and words[count - 1][:1].islower() and _SMALL.fullmatch(words[count - 1]):
        count -= 1
    return " ".join(words[:count]), " ".join(words[count:])
