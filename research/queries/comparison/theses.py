"""A thesis with what speaks for and against it."""

from collections.abc import Iterable
from dataclasses import dataclass

from research.models import Argument, Stance, Thesis


@dataclass
class ThesisView:
    thesis: Thesis
    supports: list[Argument]
    opposes: list[Argument]


def thesis_view(thesis: Thesis, arguments: Iterable[Argument]) -> ThesisView:
    by_stance: dict[str, list[Argument]] = {Stance.SUPPORTS: [], Stance.OPPOSES: []}
    for argument in arguments:
        by_stance[argument.stance].append(argument)
    return ThesisView(thesis, by_stance[Stance.SUPPORTS], by_stance[Stance.OPPOSES])
