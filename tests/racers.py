"""The rounds of a race as records, what they hold in the end, and a writer as a process of its own.

Imported by the process from which the writers are forked: Django is then set up once.
"""

import os
import traceback
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth import get_user_model  # noqa: E402
from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402

from research.models import Argument, Case, Revision, Todo  # noqa: E402
from research.rows import TABLES  # noqa: E402
from tests import factories as make  # noqa: E402
from tests.racing import BODY, PATHS, Round, take_part  # noqa: E402

MOST = 8  # writers
STATIC = "django.contrib.staticfiles.storage.StaticFilesStorage"


def prepare(rounds: int) -> list[Round]:
    """So many rounds a path, every second of them a clash."""
    organization = make.make_organization(slug="race")
    found: list[Round] = []
    for path in PATHS:
        for _number in range(rounds):
            found.append(round_of(path, len(found), organization))
    return found


def round_of(path: str, number: int, organization: Any) -> Round:
    key, clash = f"race-{number}-", bool(number % 2)
    records: list[Any]
    if path == "list":
        records = [
            make.make_todo(f"{key}{row}", slug=f"{key}{row}", due="2030-01-01") for row in range(MOST // 2)
        ]
    elif path == "inline":
        thesis = make.make_thesis(slug=key)
        make.make_argument(thesis=thesis, slug=key, body=BODY, position=1)
        records = [thesis]
    else:
        records = [make.make_case(organization=organization, slug=key, body=BODY, tags=["旧"])]
    return Round(path, number, clash, [one.pk for one in records], [one.slug for one in records])


def left() -> tuple[dict[str, Any], dict[str, Any]]:
    """The rows by table and key, and those of all revisions likewise."""
    rows: dict[str, Any] = {}
    history: dict[str, Any] = {}
    for model in (Case, Argument, Todo):
        of_races = model.objects.filter(slug__startswith="race-")
        rows[model.table] = {row["slug"]: row for row in TABLES[model.table]().rows(of_races)}
        history[model.table] = defaultdict(list)
        found = Revision.objects.filter(table=model.table, key__startswith="race-")
        for key, row in found.values_list("key", "row"):
            history[model.table][key].append(row)
    return rows, history


@dataclass
class Answer:
    status: int
    text: str
    url: str


class Pages:
    """Django's test client as the browser of a race."""

    def __init__(self, username: str) -> None:
        self.client = Client(SERVER_NAME="localhost")
        self.client.force_login(get_user_model().objects.get(username=username))

    def get(self, path: str) -> Answer:
        return self.answered(self.client.get(path, follow=True))

    def post(self, path: str, data: dict[str, Any]) -> Answer:
        return self.answered(self.client.post(path, data, follow=True))

    def upload(self, path: str, name: str, content: bytes) -> Answer:
        return self.post(path, {"import_file": SimpleUploadedFile(name, content)})

    @staticmethod
    def answered(response: Any) -> Answer:
        text = b"".join(response.streaming_content) if response.streaming else response.content
        return Answer(response.status_code, text.decode(), response.request["PATH_INFO"])


def write(database: str, username: str, rounds: list[Round], me: int, barrier: Any, results: Any) -> None:
    """A process: it writes into that database, and sends what came of it."""
    settings.STORAGES = {"staticfiles": {"BACKEND": STATIC}}  # pages need no `collectstatic`
    connection.settings_dict["NAME"] = database
    found: list[dict[str, Any]] | str
    try:
        found = take_part(Pages(username), rounds, me, barrier)
    except Exception:
        barrier.abort()  # nobody need wait for this one any more
        found = traceback.format_exc()
    connection.close()
    results.put(found)
