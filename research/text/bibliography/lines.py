"""Where a place in a text is, for people."""


class Lines:
    """The line of each place in a text, from 1; asked for in order, as it counts on from the last one."""

    def __init__(self, text: str) -> None:
        self.text, self.place, self.line = text, 0, 1

    def at(self, place: int) -> int:
        self.line += self.text.count("\n", self.place, place)
        self.place = place
        return self.line
