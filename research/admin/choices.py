"""Which rows of a plan are to be written: new and changed ones unless unticked, all others if ticked."""

from typing import Any

from django.http import QueryDict

from research.plans import WRITABLE, WRITTEN, Plan, PlannedRow, State

SHOWN = WRITABLE


class Choices:
    """`all` says for every row, if it is set; `flipped` are the rows, by number, that are otherwise."""

    def __init__(self, kept: dict[str, Any]) -> None:
        self.all: bool | None = kept.get("all")
        self.flipped: dict[str, str] = dict(kept.get("flipped", {}))

    @property
    def kept(self) -> dict[str, Any]:
        return {"all": self.all, "flipped": self.flipped}

    def take(self, data: QueryDict) -> None:
        """Read a page of the preview: `shown` rows, as `number state`, and of these the ticked ones."""
        ticked = set(data.getlist("row"))
        for shown in data.getlist("shown"):
            number, _space, state = shown.partition(" ")
            if state in SHOWN and (number in ticked) != self.default(State(state)):
                self.flipped[number] = state
            else:
                self.flipped.pop(number, None)
        if data.get("all") in ("tick", "untick"):
            self.all, self.flipped = data["all"] == "tick", {}

    def default(self, state: State) -> bool:
        return state in WRITTEN if self.all is None else self.all

    def is_chosen(self, row: PlannedRow) -> bool:
        return row.state in SHOWN and self.default(row.state) != (str(row.number) in self.flipped)

    def count(self, plan: Plan) -> int:
        """How many rows would be written."""
        count = 0
        for state in SHOWN:
            flipped = sum(1 for other in self.flipped.values() if other == state)
            count += plan.count(state) - flipped if self.default(state) else flipped
        return count
