"""An import in a process that kills itself: `python -m tests.mortal HOW FOLDER WHEN [bare]`.

HOW is `prepare`, `command` or `admin`. WHEN is the number of an SQL statement (0: never), or `before` or
`after` the commit of the import; `bare` imports without a transaction. Prints how many statements there were
when the admin had read the file, and in the end.
"""

import os
import signal
import sys
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.contrib.auth import get_user_model  # noqa: E402
from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402

from research.models import Case  # noqa: E402
from tests.admin.pages import url  # noqa: E402

BEGUN = 'INSERT INTO "research_batch"'


class Life:
    """Counts the statements, and ends the process."""

    def __init__(self, when: str) -> None:
        self.when, self.count, self.begun = when, 0, False
        self.commit: Callable[[], None] = connection.commit

    def execute(self, execute: Callable[..., Any], sql: str, *arguments: Any) -> Any:
        self.count += 1
        if str(self.count) == self.when:
            end()
        self.begun = self.begun or sql.startswith(BEGUN)
        return execute(sql, *arguments)

    def committing(self) -> None:
        if self.begun and self.when == "before":
            end()
        self.commit()
        if self.begun and self.when == "after":
            end()


def end() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def prepare(folder: Path, life: Life) -> None:
    call_command("migrate", verbosity=0)
    get_user_model().objects.create_superuser("chief")
    call_command("import_csv", str(folder / "first"), "--partial", "--apply")


def command(folder: Path, life: Life) -> None:
    with connection.execute_wrapper(life.execute):
        call_command("import_csv", str(folder / "second"), "--partial", "--apply")


def admin(folder: Path, life: Life) -> None:
    client = Client(SERVER_NAME="localhost")
    client.force_login(get_user_model().objects.get())
    file = SimpleUploadedFile("cases.csv", (folder / "second/cases.csv").read_bytes())
    with connection.execute_wrapper(life.execute):
        token = client.post(url(Case, "import"), {"import_file": file})["Location"].partition("upload=")[2]
        print(life.count)
        answer = client.post(url(Case, "process_import"), {"upload": token, "confirm": "1"})
    assert "/batch/" in answer["Location"]


def main(how: str, folder: str, when: str, bare: str = "") -> None:
    life = Life(when)
    none = patch("research.batches.actions.one_write", lambda **_: nullcontext(SimpleNamespace(batch=None)))
    with none if bare else nullcontext(), patch.object(connection, "commit", life.committing):
        {"prepare": prepare, "command": command, "admin": admin}[how](Path(folder), life)
    print(life.count)


if __name__ == "__main__":
    main(*sys.argv[1:])
