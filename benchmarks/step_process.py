"""Steps as processes of their own: what each uses is its own, and the process that asks needs no Django."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[1]


def run(name: str, *arguments: str) -> str:
    """What the step prints."""
    command = [sys.executable, "-m", "benchmarks.step", name, *arguments]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout.strip()


@contextmanager
def database() -> Iterator[tuple[str, str]]:
    """A folder and the name of a new database, which is dropped in the end."""
    with TemporaryDirectory() as folder:
        name = run("create database", folder)
        try:
            yield folder, name
        finally:
            run("drop database", folder, name)
