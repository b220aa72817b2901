"""What `conflicts` and `editors` ask of the database beside the server: people, records, what is left."""

import json
from dataclasses import asdict
from pathlib import Path

from django.contrib.auth import get_user_model
from django.db import transaction

from tests import factories as make
from tests import racers

BODY = "\n\n".join(f"第{number}段" for number in range(16))


def people(folder: Path, count: str, password: str) -> None:
    """Administrators of the names `person-0` and so on."""
    for number in range(int(count)):
        get_user_model().objects.create_superuser(f"person-{number}", password=password)


@transaction.atomic
def rounds(folder: Path, count: str) -> None:
    print(json.dumps([asdict(one) for one in racers.prepare(int(count))]))


@transaction.atomic
def own_records(folder: Path, count: str) -> None:
    """Ids of cases: one that all editors share, then one for each."""
    organization = make.make_organization(slug="race")
    made = [
        make.make_case(slug=f"race-{number}", organization=organization, body=BODY)
        for number in range(int(count) + 1)
    ]
    print(json.dumps([case.pk for case in made]))


def left(folder: Path) -> None:
    """The rows that stand, and those of all revisions."""
    print(json.dumps(racers.left()))
