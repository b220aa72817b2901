"""What an SQLite file holds, without Django: equal content has an equal digest, whenever it was written."""

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path

TIMES = {"at", "created_at", "updated_at", "seconds"}
INDEX = "research_index"


def state(file: Path) -> dict[str, str]:
    """A digest of each table: records, what relates them, all that is derived from them, and imports."""
    with closing(sqlite3.connect(file)) as opened:
        return {table: digest(opened, table) for table in tables(opened)}


def tables(opened: sqlite3.Connection) -> list[str]:
    found = opened.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    ours = [name for (name,) in found if name.startswith(("research_", "taggit_"))]
    return [name for name in ours if not name.startswith(f"{INDEX}_")]  # how FTS5 keeps INDEX


def digest(opened: sqlite3.Connection, table: str) -> str:
    """The number of rows, and a hash of them."""
    names = [row[1] for row in opened.execute(f'PRAGMA table_info("{table}")')]
    columns = ", ".join(f'"{name}"' for name in ["rowid", *names] if name not in TIMES)
    count, found = 0, hashlib.sha256()
    for row in opened.execute(f'SELECT {columns} FROM "{table}" ORDER BY rowid'):
        count += 1
        found.update(repr(row).encode())
    return f"{count} {found.hexdigest()}"


def faults(file: Path, models: dict[str, str]) -> list[str]:
    """What is wrong in itself. `models` are the tables of the records, by their name in a revision."""
    with closing(sqlite3.connect(file)) as opened:
        said = [row[0] for row in opened.execute("PRAGMA integrity_check")]
        found = [text for text in said if text != "ok"]
        found += [f"reference: {row}" for row in opened.execute("PRAGMA foreign_key_check")]
        try:
            opened.execute(f"INSERT INTO {INDEX} ({INDEX}) VALUES ('integrity-check')")
        except sqlite3.DatabaseError as error:
            found.append(f"index: {error}")
        opened.rollback()
        return found + [name for name in models if history(opened, name) != versions(opened, models[name])]


def history(opened: sqlite3.Connection, name: str) -> set[tuple[int, int]]:
    """Each record's versions, as its revisions say."""
    asked = 'SELECT record_id, version FROM research_revision WHERE "table" = ?'
    return set(opened.execute(asked, [name]))


def versions(opened: sqlite3.Connection, table: str) -> set[tuple[int, int]]:
    """Each record's versions: all from 1 on."""
    found = opened.execute(f'SELECT id, version FROM "{table}"')
    return {(pk, one) for pk, version in found for one in range(1, version + 1)}


def imports(opened: sqlite3.Connection) -> int:
    """How many imports there are."""
    (count,) = opened.execute("SELECT count(*) FROM research_batch").fetchone()
    return int(count)
