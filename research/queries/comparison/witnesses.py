"""The organizations of a comparison as its columns: colours and sigla."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count

from research.models import Organization

WITNESSES = 8
LATIN = 3  # letters of a siglum at most


@dataclass
class Witness:
    """An organization in the comparison: its column, its colour (1 to 8) and its siglum."""

    organization: Organization
    colour: int
    siglum: str
    cases: int = 0  # where a page counts them


def witnesses(organizations: Iterable[Organization], own: Sequence[Organization] = ()) -> list[Witness]:
    """Columns with distinct sigla of few characters, so that they fit before a reading.

    Those among `own` have the colours of their places there, in whatever view; others have the next ones.
    """
    found: list[Witness] = []
    places = {organization.pk: place for place, organization in enumerate(own)}
    for organization in organizations:
        place = places.setdefault(organization.pk, len(places))
        taken = {witness.siglum: witness.organization.name for witness in found}
        siglum = next(short for short in _sigla(organization.name, taken, place) if short not in taken)
        found.append(Witness(organization, place % WITNESSES + 1, siglum))
    return found


def _sigla(name: str, taken: dict[str, str], place: int) -> Iterator[str]:
    """The name's first character; for names that begin alike, where they part; else with a number.

    中国电信 中, then 中国移动 移; Amazon A, then Apple Ap.
    """
    yield name[0]
    if name[0].isascii():
        yield from (name[:size] for size in range(2, min(LATIN, len(name)) + 1))
    else:
        begin = _common(name, taken.get(name[0], ""))
        yield from (sign for sign in name[begin:] if sign.isalnum())
    yield from (f"{name[0]}{number}" for number in count(place + 1))


def _common(name: str, other: str) -> int:
    """How many characters two names begin with alike."""
    pairs = zip(name, other, strict=False)
    return next((place for place, (one, two) in enumerate(pairs) if one != two), min(len(name), len(other)))
