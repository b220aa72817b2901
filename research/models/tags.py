"""How a line of tags is read and written: `a; b`, on input also commas, full width or not, and 、."""

import re
import unicodedata
from collections.abc import Iterable
from hashlib import sha256

from django.utils.text import slugify
from taggit.models import Tag

LONGEST_SLUG = 100
SEPARATORS = re.compile(r"[,，、;；\n\r\t]+")


def split(text: str) -> list[str]:
    """Tag names, each once, in code-point order. Spaces inside a name stay."""
    names = (" ".join(unicodedata.normalize("NFC", part).split()) for part in SEPARATORS.split(text or ""))
    return sorted({name for name in names if name})


def join(tags: Iterable[Tag]) -> str:
    """What the tag input of a form shows; taggit asks for it."""
    return "; ".join(sorted(tag.name for tag in tags))


def free_slug(name: str) -> str:
    """A new tag's address: its letters and digits; where they are none, too many or taken, a hash as well.

    taggit itself would give the tag `@` an empty address, which no page has.
    """
    slug = slugify(name, allow_unicode=True)
    if slug and len(slug) <= LONGEST_SLUG and not Tag.objects.filter(slug=slug).exists():
        return slug
    return f"{slug[:80]}-{sha256(name.encode()).hexdigest()[:12]}".lstrip("-")
