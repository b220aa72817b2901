"""Argdown (https://argdown.org), as far as a board goes: theses, and claims for and against them.

`write(boards)` gives a text that Argdown's own parser accepts; `read(text)` gives it back, and reads what
people write by hand.
"""

from research.text.argdown.boards import Board, Claim, Document, Remark, Values
from research.text.argdown.reading import read
from research.text.argdown.writing import as_shown, write

__all__ = ["Board", "Claim", "Document", "Remark", "Values", "as_shown", "read", "write"]
