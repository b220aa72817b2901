"""What an Argdown text holds, seen as boards: a thesis with the claims for and against it."""

from dataclasses import dataclass, field

# What stands in the braces after an element. Numbers are written as such and read as text.
Values = dict[str, str | int | list[str]]


@dataclass
class Claim:
    """An argument (or a statement) under a thesis. Without a title it was written as text alone."""

    title: str
    text: str
    supports: bool = True
    data: Values = field(default_factory=dict)
    tags: list[str] = field(default_factory=list)
    line: int = 0


@dataclass
class Board:
    """A thesis with its claims in their order."""

    title: str
    text: str
    claims: list[Claim] = field(default_factory=list)
    data: Values = field(default_factory=dict)
    tags: list[str] = field(default_factory=list)
    line: int = 0


@dataclass(frozen=True)
class Remark:
    """Something about a line of the text, for a person."""

    line: int
    message: str


@dataclass
class Document:
    """The boards of a text; what it has that no board can hold; and what is wrong with it."""

    boards: list[Board] = field(default_factory=list)
    left_out: list[Remark] = field(default_factory=list)
    faults: list[Remark] = field(default_factory=list)
