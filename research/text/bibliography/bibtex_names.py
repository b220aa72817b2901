"""Names as BibTeX has them: `von Last, Jr, First`, `First von Last`, `{Literal}`, joined by `and`.

Source: "Tame the BeaST", chapter 11; biblatex's `family=…, given=…`, biblatex manual 3.3.1.
A name of Han characters is split only by a comma.
"""

import re
from collections.abc import Iterator

from research.text.bibliography.names import OTHERS, Name, read_names, write_names
from research.text.bibliography.tex import decode, encode
from research.text.cjk import HAN

_PLACE = re.compile(r"\\.|[{},~]|[ \t\n]+|[^\\{},~ \t\n]+", re.DOTALL)
_KEYED = re.compile(
    r"\s*(family|given|prefix|suffix|useprefix|given-i|family-i|prefix-i|suffix-i|id)\s*=\s*(.*)", re.DOTALL
)
_UNGUARDED = re.compile(r"[^\W_]+")


def read_bibtex_names(text: str) -> list[Name]:
    """CSL names; `and others` is the literal `others`."""
    names = [name for words in _lists(text) if (name := _name(words))]
    return read_names(write_names(names))  # in the one form that CSL names have here


def write_bibtex_names(names: list[Name]) -> str:
    """TeX that `read_bibtex_names` reads as the names."""
    return " and ".join(map(_written, names))


_Words = list[list[str]]  # of the comma-separated parts of a name, each a list of words


def _lists(text: str) -> Iterator[_Words]:
    """The names, split at `and` and at commas outside of braces."""
    parts: _Words = [[]]
    word: list[str] = []
    depth = 0
    for found in _PLACE.finditer(text + " and "):
        sign = found[0]
        depth += (sign == "{") - (sign == "}" and depth > 0)
        if depth or sign == "}" or (sign not in (",", "~") and not sign.isspace()):
            word.append(sign)
            continue
        whole, word = "".join(word), []
        if whole.lower() == "and" and sign != ",":
            yield parts
            parts = [[]]
        elif whole:
            parts[-1].append(whole)
        if sign == ",":
            parts.append([])
    if word:  # a brace is not closed
        parts[-1].append("".join(word).removesuffix(" and "))
        yield parts


def _name(parts: _Words) -> Name | None:
    if not any(parts):
        return None
    keyed = [_KEYED.fullmatch(" ".join(words)) for words in parts]
    if all(keyed):
        values = {found[1]: decode(found[2]) for found in keyed if found}
        last = {"non-dropping-particle": values.get("prefix", ""), "family": values.get("family", "")}
        return _filled({**last, "suffix": values.get("suffix", ""), "given": values.get("given", "")})
    texts = [_text(words) for words in parts]
    if len(parts) == 1:
        return _without_comma(parts[0])
    if len(parts) > 3 or not parts[0] or not parts[-1]:
        return {"literal": ", ".join(text for text in texts if text)}
    von, last_words = _split_von(parts[0])
    return _filled(
        {
            "non-dropping-particle": _text(von),
            "family": _text(last_words),
            "suffix": texts[1] if len(parts) == 3 else "",
            **_given(parts[-1]),
        }
    )


def _given(words: list[str]) -> Name:
    """A given name in braces is whole; else small words at its end are a particle."""
    text = _text(words)
    read = read_names(f"x, {text}") if len(words) > 1 and not re.search(r"[{}\\,;；]", text) else []
    return (
        {part: read[0][part] for part in ("given", "dropping-particle") if part in read[0]}
        if read
        else {"given": text}
    )


def _without_comma(words: list[str]) -> Name:
    whole = _text(words)
    if len(words) == 1 or HAN.search(whole):
        return {"literal": whole}
    small = [place for place, word in enumerate(words[:-1]) if _is_small(word)]
    first, after = (small[0], small[-1] + 1) if small else (len(words) - 1, len(words) - 1)
    if first == 0:  # no given name: von Last
        return {"literal": whole}
    return _filled(
        {
            "given": _text(words[:first]),
            "non-dropping-particle": _text(words[first:after]),
            "family": _text(words[after:]),
        }
    )


def _split_von(words: list[str]) -> tuple[list[str], list[str]]:
    count = 0
    while count < len(words) - 1 and _is_small(words[count]):
        count += 1
    return words[:count], words[count:]


def _is_small(word: str) -> bool:
    """A word in braces has no case, unless they hold a command: `{\\'e}`."""
    return (word[0] != "{" or word[1:2] == "\\") and decode(word)[:1].islower()


def _text(words: list[str]) -> str:
    return " ".join(decode(" ".join(words)).split())


def _filled(name: Name) -> Name:
    return {part: text for part, text in name.items() if text}


# --- writing -------------------------------------------------------------------------------------------


def _written(name: Name) -> str:
    if literal := name.get("literal", ""):
        return literal if _is_plain(literal) or literal == OTHERS else f"{{{encode(literal)}}}"
    von = name.get("non-dropping-particle", "")
    parts = [" ".join(filter(None, (encode(von), _part(name.get("family", ""), last=True))))]
    if suffix := name.get("suffix", ""):
        parts.append(_part(suffix))
    given = _part(name.get("given", ""), given=True)
    dropping = name.get("dropping-particle", "")
    return ", ".join([*parts, " ".join(filter(None, (given, encode(dropping))))])


def _is_plain(text: str) -> bool:
    return _UNGUARDED.fullmatch(text) is not None and text.lower() not in ("and", OTHERS)


def _part(text: str, *, last: bool = False, given: bool = False) -> str:
    words = text.split(" ")
    if given and len(words) > 1 and words[-1][:1].islower():
        return f"{{{encode(text)}}}"
    guarded = "," in text or "and" in map(str.lower, words) or "=" in text
    if guarded or (last and words[0][:1].islower()):
        return f"{{{encode(text)}}}"
    return encode(text)
