"""One step of a run, as a process of its own: `python -m benchmarks.step NAME [FOLDER [DATABASE [...]]]`."""

import json
import os
import resource
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402

from benchmarks import (  # noqa: E402
    crowds,
    data,
    exports,
    hostile,
    imports,
    libraries,
    nasty,
    references,
    searches,
)
from benchmarks.watch import Watch  # noqa: E402
from research.rows import MODELS  # noqa: E402


def create_database(folder: Path) -> None:
    name = f"benchmark_{connection.settings_dict['NAME']}"
    if connection.vendor == "sqlite":
        name = str(folder / "benchmark.sqlite3")
    connection.settings_dict["TEST"]["NAME"] = name
    print(connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False))


def drop_database(folder: Path) -> None:
    connection.creation.destroy_test_db(verbosity=0)


# Prepared, and not measured.
PLAIN: dict[str, Callable[..., None]] = {
    "models": lambda: print(json.dumps({name: model._meta.db_table for name, model in MODELS.items()})),
    "vendor": lambda: print(connection.vendor),
    "create database": create_database,
    "drop database": drop_database,
    "write files": lambda folder, rows: data.write_files(folder, int(rows)),
    "write bibliography": libraries.write,
    "load vocabulary": imports.load_vocabulary,
    "settle": imports.settle,
    "copy": imports.copy_and_empty,
    "hostile": hostile.compare,
    "nasty": nasty.compare,
    "references": references.compare,
    "rounds": crowds.rounds,
    "people": crowds.people,
    "own records": crowds.own_records,
    "left": crowds.left,
}
MEASURED: dict[str, Callable[[Path, Watch], Any]] = {
    "import, new": imports.load,
    "import, unchanged": imports.load,
    "executemany": imports.insert_plainly,
    "stock import": imports.load_with_stock,
    **{f"load {form}": libraries.load(form) for form in libraries.FORMS},
    "read bibtex": libraries.only_read,
    "export bibtex": libraries.export,
    "export": exports.export,
    "cursor to csv": exports.dump_plainly,
    f"{searches.COUNT} searches": searches.find,
    f"{searches.COUNT} LIKE": searches.find_plainly,
}


def peak() -> float:
    """The most memory that this process has had so far, in MB."""
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def main(name: str, folder: str = "", database: str = "", *arguments: str) -> None:
    settings.DEBUG = False  # it would keep a list of all queries
    if database:
        connection.settings_dict["NAME"] = database
    if name in PLAIN:
        PLAIN[name](*([Path(folder)] if folder else []), *arguments)
        return
    before, watch = peak(), Watch()
    connection.ensure_connection()
    MEASURED[name](Path(folder), watch)
    found = {"seconds": watch.seconds, "queries": watch.queries, "before": before, "peak": peak()}
    print(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
