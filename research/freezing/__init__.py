"""A comparison as it stands, made into files that never change, and what differs between two such states.

`edition` reads all that a comparison says, once; `cells` lays the rows out as the table that readers see;
`pages` writes the files; `differences` compares two tables, cell by cell.
"""

from research.freezing.cells import table
from research.freezing.differences import Difference, difference
from research.freezing.edition import Data, Edition, edition
from research.freezing.layout import Layout
from research.freezing.pages import STYLE_SHEETS, Stamp, data_in, digest_of, embedded_page, files_of

__all__ = [
    "STYLE_SHEETS",
    "Data",
    "Difference",
    "Edition",
    "Layout",
    "Stamp",
    "data_in",
    "difference",
    "digest_of",
    "edition",
    "embedded_page",
    "files_of",
    "table",
]
