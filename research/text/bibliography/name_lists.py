"""Names as RIS and CNKI list them: `Last, First, Suffix`, and several in one field."""

import re

from research.text.bibliography.names import OTHERS, Name, read_names, write_names
from research.text.cjk import HAN

_ALL_HAN = re.compile(rf"(?:{HAN.pattern}|·){{2,}}")
_AND_OTHERS = re.compile("等|et al\\.?", re.IGNORECASE)


def read_name_list(text: str, *, western: bool = False) -> list[Name]:
    """The names between semicolons, and between commas where whole Chinese names stand: `谢昕,王小增`.

    `western` splits a Latin name that has no comma at its last word, as EndNote does.
    """
    return [name for part in re.split("[;；]", text) for one in _apart(part) if (name := _name(one, western))]


def _apart(text: str) -> list[str]:
    parts = [part.strip() for part in re.split("[,，、]", text.strip(" ,，、\t\n"))]
    whole = len(parts) > 1 and all(_ALL_HAN.fullmatch(part) or part == "等" for part in parts)
    # A blank after the comma parts family and given name: 欧阳, 修
    return parts if whole and not re.search(r",\s", text) else [text]


def _name(text: str, western: bool) -> Name | None:
    parts = [part for part in (" ".join(part.split()) for part in text.split(",")) if part]
    if not parts:
        return None
    if len(parts) == 1 and _AND_OTHERS.fullmatch(parts[0]):
        return {"literal": OTHERS}
    words = parts[0].split(" ")
    if western and len(parts) == 1 and 1 < len(words) < 5 and not HAN.search(parts[0]):
        parts = [words[-1], " ".join(words[:-1])]
    if len(parts) == 1 or len(parts) > 3:
        return {"literal": ", ".join(parts)}
    family, given, suffix = parts[0], parts[1], parts[2] if len(parts) == 3 else ""
    if re.search(r"[{}\\]", text):
        whole = {"family": family, "suffix": suffix, "given": given}
        return next(iter(read_names(write_names([whole]))), None)
    return next(iter(read_names(", ".join(filter(None, (family, suffix, given))))), None)
