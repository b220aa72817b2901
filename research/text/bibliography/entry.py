"""What reading a bibliography gives: items in CSL-JSON, and what is wrong with the entries that are none."""

from dataclasses import dataclass, field
from typing import Any

# As in https://docs.citationstyles.org: names are dicts, dates have date-parts. Fields that CSL does not know
# are texts under `custom`, by the names that `extra` has for them: {"tex.keyvalue": "…", "ris.C8": "…"}.
Item = dict[str, Any]


class Unfit(ValueError):
    """Why an item makes no row; `field` is the column that it does not fit."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.message, self.field = message, field


@dataclass
class Entry:
    """One entry of a file, good or bad; `line` is where it begins, from 1.

    A good one has an item and its row; `notes` say what was done to it. A bad one has a problem and no item.
    """

    line: int
    item: Item | None = None
    problem: str = ""
    notes: list[str] = field(default_factory=list)
    generated_key: bool = False
    row: dict[str, str] = field(default_factory=dict)
    key: str = ""  # of a bad one, as far as it could be read
