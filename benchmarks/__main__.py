"""Import, re-import, export and search of generated cases, each against the plainest way to do it.

    python -m benchmarks [--rows 10000]

Runs on a database of its own, as the tests do (SQLite in a file; PostgreSQL with DATABASE_URL), and drops it.
"""

import argparse
import csv
import io
import json
import os
import random
import time
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.db import connection, transaction  # noqa: E402
from django.test.runner import DiscoverRunner  # noqa: E402

from research import exporting, importing, search  # noqa: E402
from research.models import Case, Passage  # noqa: E402
from research.rows import TABLES  # noqa: E402

HAN = "".join(chr(point) for point in range(0x4E00, 0x4E00 + 2500))
QUERIES = 30


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=10_000, help="cases to make (default: %(default)s)")
    rows = parser.parse_args().rows
    with own_database(), TemporaryDirectory() as folder:
        files = write_files(Path(folder), rows)
        print(
            f"{connection.vendor}, {rows} cases of 300 characters; times in seconds, ratio to the yardstick"
        )
        new, unchanged = timed(lambda: load(files)), timed(lambda: load(files))
        floor = timed(insert_plainly())
        report("import, new", new, "executemany", floor)
        report("import, unchanged", unchanged, "executemany", floor)
        report("export", timed(export), "cursor to csv", timed(dump_plainly))
        words = [random_word() for _ in range(QUERIES)]
        report(f"{QUERIES} searches", timed(lambda: find(words)), "LIKE", timed(lambda: find_plainly(words)))


def report(name: str, ours: float, yardstick: str, floor: float) -> None:
    print(f"{name:18} {ours:8.2f}   {yardstick:14} {floor:8.2f}   ratio {ours / floor:7.2f}")


def timed(action: Callable[[], Any]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


@contextmanager
def own_database() -> Any:
    runner = DiscoverRunner(verbosity=0, interactive=False)
    config = runner.setup_databases()
    try:
        yield
    finally:
        runner.teardown_databases(config)


def write_files(folder: Path, rows: int) -> list[Path]:
    """organizations.csv, industries.csv and cases.csv of random Chinese text, the same in every run."""
    random.seed(190912)
    tables = {
        "organizations": [{"slug": f"org{i}", "name": f"机构{i}", "status": "published"} for i in range(20)],
        "industries": [{"slug": f"industry{i}", "name": f"行业{i}"} for i in range(20)],
        "cases": [case(i) for i in range(rows)],
    }
    files = []
    for table, records in tables.items():
        columns = TABLES[table].columns
        files.append(folder / f"{table}.csv")
        complete = ({name: record.get(name, "") for name in columns} for record in records)
        files[-1].write_text("".join(exporting.csv_lines(columns, complete)), encoding="utf-8", newline="")
    return files


def case(number: int) -> dict[str, str]:
    return {
        "slug": f"case{number:07}",
        "title": f"案例{number}",
        "organization": f"org{number % 20}",
        "industries": "; ".join(sorted({f"industry{number % 20}", f"industry{number % 7}"})),
        "body": "".join(random.choices(HAN, k=300)),
        "tags": "; ".join(sorted({f"标签{number % 50}", f"标签{number % 30}"})),
        "status": "published",
    }


def random_word() -> str:
    return "".join(random.choices(HAN, k=2))


def load(files: list[Path]) -> None:
    plan = importing.plan(importing.read_file(file) for file in files)
    assert not plan.problems, plan.problems[:3]
    importing.apply(plan, by=None, via="benchmark")


def tables() -> list[str]:
    """All tables that an import writes, those pointed to first."""
    names = connection.introspection.table_names()
    ours = [name for name in names if name.startswith(("research_", "taggit_"))]
    shadows = ("research_index_", "research_comparison")
    first = ["research_organization", "research_industry", "research_case", "taggit_tag", "research_source"]
    return sorted(
        (name for name in ours if not name.startswith(shadows)),
        key=lambda name: first.index(name) if name in first else len(first),
    )


def insert_plainly() -> Callable[[], None]:
    """The floor of an import: the very rows that it wrote, by `executemany` into the same tables, emptied."""
    with transaction.atomic(), connection.cursor() as cursor:
        kept = {}
        for table in tables():
            columns = "rowid, tokens" if table == "research_index" else "*"
            cursor.execute(f"SELECT {columns} FROM {table}")
            names = ", ".join(f'"{column[0]}"' for column in cursor.description)
            kept[table] = (names, [tuple(map(plain, row)) for row in cursor.fetchall()])
        for table in reversed(tables()):
            cursor.execute(f"DELETE FROM {table}")

    def insert() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            for table, (names, rows) in kept.items():
                marks = ", ".join(["%s"] * (names.count(",") + 1))
                if rows:
                    cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)

    return insert


def plain(value: Any) -> Any:
    """What a driver gives as an object and does not take back as one."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value


def export() -> None:
    codec = TABLES["cases"]
    for _line in exporting.csv_lines(codec.columns, codec().rows()):
        pass


DUMP = """
    SELECT c.slug, c.title, o.slug, m.slug,
        (SELECT {join}(i.slug, '; ') FROM research_case_industries ci
            JOIN research_industry i ON i.id = ci.industry_id WHERE ci.case_id = c.id),
        c.period, c.body,
        (SELECT {join}(t.name, '; ') FROM taggit_taggeditem ti
            JOIN taggit_tag t ON t.id = ti.tag_id WHERE ti.object_id = c.id),
        c.status
    FROM research_case c JOIN research_organization o ON o.id = c.organization_id
        LEFT JOIN research_mode m ON m.id = c.mode_id
    ORDER BY c.slug
"""


def dump_plainly() -> None:
    """The floor of an export: the same columns, joined by the database, from cursor to csv."""
    join = "string_agg" if connection.vendor == "postgresql" else "group_concat"
    with connection.cursor() as cursor:
        cursor.execute(DUMP.format(join=join))
        csv.writer(io.StringIO()).writerows(cursor)


def find(words: list[str]) -> None:
    for word in words:
        search.find(word)


def find_plainly(words: list[str]) -> None:
    for word in words:
        ids = Passage.objects.filter(table="cases", text__contains=word).values("record_id")
        list(Case.objects.public().filter(pk__in=ids)[:5])


if __name__ == "__main__":
    main()
