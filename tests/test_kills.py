"""A process that is killed amid an import: the tables are as before or as after, and no upload stays.

`python -m benchmarks kills` does it at random moments of a long import. It is SQLite whatever the other tests
use: its file shows all that a killed process has left.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from research.admin import uploads
from research.rows import MODELS
from tests.sqlite_state import faults, state

TABLES = {name: model._meta.db_table for name, model in MODELS.items()}
CASES = "slug,title,organization,industries,body,tags,status\n"


class Site:
    """A database in a file with some cases, and a folder of files with these and more."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.file, self.kept = folder, folder / "site.sqlite3", folder / "kept"
        self.temporary = folder / "tmp"
        self.temporary.mkdir()
        for name, count in (("first", 30), ("second", 60)):
            (folder / name).mkdir()
            (folder / name / "cases.csv").write_text(CASES + "".join(cases(name, count)), encoding="utf-8")
        (folder / "first/organizations.csv").write_text("slug,name\n甲,甲\n", encoding="utf-8")
        (folder / "first/industries.csv").write_text("slug,name\n云,云\n", encoding="utf-8")
        sources = "key,kind,title\nbcg,report,报告\n"
        (folder / "second/sources.csv").write_text(sources, encoding="utf-8")
        self.run("prepare")
        self.before = state(self.file)
        shutil.copy(self.file, self.kept)

    def run(self, how: str, when: object = 0, *more: str) -> list[int]:
        """The numbers of statements; none where the process was killed."""
        environment = {
            **os.environ,
            "DATABASE_URL": f"sqlite:///{self.file}",
            "DEBUG": "true",  # pages need no `collectstatic`
            "TMPDIR": str(self.temporary),
        }
        command = [sys.executable, "-m", "tests.mortal", how, str(self.folder), str(when), *more]
        done = subprocess.run(command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True)
        assert done.returncode == (-signal.SIGKILL if when else 0), done.stderr
        return [int(line) for line in done.stdout.splitlines() if line.isdecimal()]

    def restore(self) -> None:
        for file in self.folder.glob("site.sqlite3*"):
            file.unlink()
        shutil.copy(self.kept, self.file)

    def left(self) -> list[str]:
        """What lies in the temporary folder once the next process has looked."""
        uploads.sweep()
        return [path.name for path in self.temporary.rglob("*") if path != uploads.folder()]


def cases(name: str, count: int) -> Iterator[str]:
    for number in range(count):
        yield f"案{number},{name}{number},甲,云,见 [@bcg] 与 [[案{number // 2}]],{name},published\n"


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return Site(tmp_path_factory.mktemp("kills"))


@pytest.fixture
def site(prepared: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    prepared.restore()
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(prepared.temporary))
    return prepared


def test_the_command(site: Site) -> None:
    (count,) = site.run("command")
    after = state(site.file)
    assert after != site.before
    site.restore()
    for when in (count // 4, count * 3 // 4, count, "before"):
        site.run("command", when)
        assert (state(site.file), faults(site.file, TABLES)) == (site.before, []), when
    site.run("command", "after")
    assert (state(site.file), faults(site.file, TABLES)) == (after, [])
    site.run("command")  # all is there: nothing is written again
    assert state(site.file) == after
    assert site.left() == []


def test_the_admin(site: Site) -> None:
    read, count = site.run("admin")
    after = state(site.file)
    assert after != site.before
    site.restore()
    for when in (read - 1, (read + count) // 2, "before"):
        site.run("admin", when)
        assert (state(site.file), faults(site.file, TABLES), site.left()) == (site.before, [], []), when
    site.run("admin", "after")
    assert (state(site.file), faults(site.file, TABLES), site.left()) == (after, [], [])


def test_an_import_without_a_transaction_would_be_seen(site: Site) -> None:
    (count,) = site.run("command", 0, "bare")
    site.restore()
    site.run("command", count - 2, "bare")
    assert state(site.file) != site.before
    assert faults(site.file, TABLES) == []
