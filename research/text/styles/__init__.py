"""References in the styles that readers ask for, from CSL-JSON items (https://docs.citationstyles.org)."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from research.text.styles import apa, gbt7714
from research.text.styles.fields import Item


@dataclass(frozen=True)
class Style:
    """A name for people, and what writes a reference: one line of plain text without a number before it."""

    label: str | Promise
    write: Callable[[Item], str]


# In the order in which they are offered.
STYLES: dict[str, Style] = {
    "gb-t-7714-2015-numeric": Style(_("GB/T 7714—2015, numeric"), gbt7714.numeric),
    "gb-t-7714-2015-author-date": Style(_("GB/T 7714—2015, author–date"), gbt7714.author_date),
    "apa": Style(_("APA, 7th edition"), apa.apa),
}


def format_reference(item: Item, style: str) -> str:
    """The item's reference in one line of plain text.

    Fields that are missing or of a wrong type are left out. Raises `ValueError` for a style that is not in
    `STYLES`.
    """
    if style not in STYLES:
        raise ValueError(f"“{style}” is not a style; known are: {', '.join(STYLES)}.")
    return STYLES[style].write(item)
