"""The organizations of a comparison as its columns: colours and sigla."""

from collections.abc import Iterable
from dataclasses import dataclass

from research.models import Organization

WITNESSES = 8


@dataclass
class Witness:
    """An organization in the comparison: its column, its colour (1 to 8) and its siglum."""

    organization: Organization
    colour: int
    siglum: str
    cases: int = 0


def witnesses(organizations: Iterable[Organization]) -> list[Witness]:
    """Columns with distinct sigla: the first character of the name, more where names begin alike."""
    found: list[Witness] = []
    taken: set[str] = set()
    for place, organization in enumerate(organizations):
        name = organization.name
        lengths = (name[:size] for size in range(1, len(name) + 1))
        siglum = next((short for short in lengths if short not in taken), f"{name}{place + 1}")
        taken.add(siglum)
        found.append(Witness(organization, place % WITNESSES + 1, siglum))
    return found
