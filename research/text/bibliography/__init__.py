"""Bibliographies in the formats that reference managers and CNKI write, as CSL-JSON items.

    detect(text, name) → format    read(text, format) → entries    write(items, format) → text

`rows` turns an item into a row of sources.csv and back; all else about a format is in its own module.
"""

from research.text.bibliography.entry import Entry, Item, Unfit
from research.text.bibliography.formats import FORMATS, Format, detect, read, write
from research.text.bibliography.keys import suggest_key
from research.text.bibliography.rows import item_of, row_of

__all__ = [
    "FORMATS",
    "Entry",
    "Format",
    "Item",
    "Unfit",
    "detect",
    "item_of",
    "read",
    "row_of",
    "suggest_key",
    "write",
]
