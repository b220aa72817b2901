"""Keywords, which every format parts in its own way, and the one way of CSL's `keyword` here: `a; b`."""

import re


def read_keywords(text: str) -> str:
    """Parted by semicolons; where there are none by commas, full width or not, and 、."""
    marks = "[;；\n]" if re.search("[;；\n]", text) else "[,，、]"
    return "; ".join(word for part in re.split(marks, text) if (word := part.strip()))
