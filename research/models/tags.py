"""How a line of tags is read and written: `a; b`, on input also commas, full width or not, and 、."""

import re
import unicodedata
from collections.abc import Iterable

from taggit.models import Tag

SEPARATORS = re.compile(r"[,，、;；\n\r\t]+")


def split(text: str) -> list[str]:
    """Tag names, each once, in code-point order. Spaces inside a name stay."""
    names = (" ".join(unicodedata.normalize("NFC", part).split()) for part in SEPARATORS.split(text or ""))
    return sorted({name for name in names if name})


def join(tags: Iterable[Tag]) -> str:
    """What the tag input of a form shows; taggit asks for it."""
    return "; ".join(sorted(tag.name for tag in tags))
