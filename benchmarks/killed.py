"""What `kills` does its killing to: a database in a file with files to import, and how a kill is judged."""

import csv
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.step_process import ROOT, run
from tests.sqlite_state import faults, imports, state

SETTINGS = "from config.settings import *\nSTATIC_ROOT = {!r}\n"
HEADER = ["slug", "title", "organization", "industries", "body", "tags", "status"]
HAN = "".join(chr(point) for point in range(0x4E00, 0x4E00 + 2500))
COMMITTED, WRITING = "after the commit", "writing"


@dataclass
class Kill:
    """In which phase, how long after the run began, what the tables were then, and what was wrong."""

    path: str
    phase: str
    seconds: float
    state: str
    wrong: list[str] = field(default_factory=list)


class Site:
    """A database file with half of the cases, older; and the files that bring them up to date."""

    def __init__(self, folder: Path, rows: int) -> None:
        self.folder, self.rows, self.file = folder, rows, folder / "site.sqlite3"
        self.kept, self.temporary, self.tables = folder / "kept", folder / "tmp", folder / "tables"
        for path in (self.temporary, self.tables, folder / "first"):
            path.mkdir()
        (folder / "killed_settings.py").write_text(SETTINGS.format(str(folder / "static")), encoding="utf-8")
        ours = {"DEBUG", "XDG_RUNTIME_DIR"}
        self.environment = {
            **{name: value for name, value in os.environ.items() if name not in ours},
            "DATABASE_URL": f"sqlite:///{self.file}",
            "DJANGO_SETTINGS_MODULE": "killed_settings",
            "PYTHONPATH": str(folder),
            "PYTHONUNBUFFERED": "1",
            "SECRET_KEY": "x" * 32,
            "DEMO_PASSWORD": "geheim-1",
            "TMPDIR": str(self.temporary),
            "HOME": str(self.temporary),
        }
        self.models: dict[str, str] = json.loads(run("models"))
        self.before: dict[str, str] = {}
        self.imports = 1

    def prepare(self) -> None:
        names = [{"slug": f"n{number}", "name": f"名{number}"} for number in range(20)]
        write(self.folder / "first/organizations.csv", ["slug", "name"], names)
        write(self.folder / "first/industries.csv", ["slug", "name"], names)
        write(self.folder / "first/cases.csv", HEADER, cases(self.rows // 2, "旧"))
        write(self.tables / "cases.csv", HEADER, cases(self.rows, "新"))
        sources = [{"key": f"s{number}", "kind": "webpage", "title": f"源{number}"} for number in range(20)]
        write(self.tables / "sources.csv", ["key", "kind", "title"], sources)
        self.manage("migrate", "--verbosity", "0")
        self.manage("import_csv", str(self.folder / "first"), "--partial", "--apply")
        self.before = state(self.file)
        shutil.copy(self.file, self.kept)

    def manage(self, *arguments: str) -> str:
        process = self.start(*arguments, stdout=subprocess.PIPE)
        said, _none = process.communicate()
        assert process.returncode == 0, said
        return said

    def start(self, *arguments: str, stdout: int) -> "subprocess.Popen[str]":
        command = [sys.executable, "manage.py", *arguments, "--settings", "killed_settings"]
        return subprocess.Popen(
            command, cwd=ROOT, env=self.environment, stdout=stdout, text=True, start_new_session=True
        )

    def restore(self) -> None:
        for ending in ("", "-wal", "-shm"):
            self.file.with_name(self.file.name + ending).unlink(missing_ok=True)
        shutil.copy(self.kept, self.file)

    def judged(self, path: str, phase: str, seconds: float, after: dict[str, str]) -> Kill:
        """What a kill has left in the file, of which the next one finds the state before."""
        now = state(self.file)
        named = {"before": self.before, "after": after}
        found = next((name for name, known in named.items() if known == now), "between")
        kill = Kill(path, phase, seconds, found, faults(self.file, self.models))
        if found == "between":
            kill.wrong += [f"between: {name}" for name in now if now[name] != self.before.get(name)]
        if found != "before":
            self.restore()
        return kill

    def wait_for_commit(self, works: Callable[[], bool]) -> None:
        """Until there is one import more than before; or nobody works on it any more."""
        with closing(sqlite3.connect(self.file)) as opened:
            while imports(opened) == self.imports and works():
                time.sleep(0.001)


def write(file: Path, columns: list[str], rows: list[dict[str, str]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(target, columns)
        writer.writeheader()
        writer.writerows(rows)


def cases(count: int, title: str) -> list[dict[str, str]]:
    """Each cites a source and links to another case."""
    choose = random.Random(190912)
    return [
        {
            "slug": f"case{number:07}",
            "title": f"{title}{number}",
            "organization": f"n{number % 20}",
            "industries": f"n{number % 7}",
            "body": f"{''.join(choose.choices(HAN, k=60))} [@s{number % 25}] [[case{number // 2:07}]]",
            "tags": f"{title}{number % 30}",
            "status": "published",
        }
        for number in range(count)
    ]


def tell(kill: Kill) -> None:
    found = f"{kill.path}, {kill.phase}, {kill.seconds:.2f} s: {kill.state}"
    print("; ".join([found, *kill.wrong]), file=sys.stderr, flush=True)
