"""Cells that a spreadsheet would run, made harmless with an apostrophe, and back.

`original` undoes `neutral` and `canonical` alike: what either writes starts with an apostrophe more than a
text that it left alone can (docs/decisions/0015-formulas-in-tables.md).
"""

import re

# Blanks and quotes are no protection: spreadsheets and people strip them.
_RUN = re.compile(r"""[\s"'“”‘’＂＇]*[-=+@＝＋－＠]|'*[\t\r\n]""")
# A negative number that a spreadsheet keeps as it is written; it would make 5 of +5 and -1.2 of -1.20.
_NUMBER = re.compile(r"-(?!0\Z)(?:0|[1-9][0-9]*)(?:\.[0-9]{0,4}[1-9])?", re.ASCII)
_MOST_DIGITS = 10


def neutral(text: str) -> str:
    """For a person's spreadsheet: text, whatever it starts with."""
    return f"'{text}" if is_formula(text) else text


def canonical(text: str) -> str:
    """For a table that programs read: as it is, but for what `original` would take for neutralised."""
    return f"'{text}" if text.startswith("'") and is_formula(text) else text


def original(text: str) -> str:
    """The text that `neutral` or `canonical` was given."""
    return text[1:] if text.startswith("'") and is_formula(text[1:]) else text


def is_formula(text: str) -> bool:
    """Whether a spreadsheet might run it, also once apostrophes at its start are gone."""
    if not text or text[0].isalnum():  # most cells; nothing that the pattern begins with
        return False
    return _RUN.match(text) is not None and not _is_number(text)


def _is_number(text: str) -> bool:
    return len(text) <= _MOST_DIGITS + 1 and _NUMBER.fullmatch(text) is not None
