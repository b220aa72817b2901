"""Import of the files, against executemany of the very rows that it wrote; and by a stock resource."""

import json
import pickle
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any

import tablib
from django.db import connection, transaction
from import_export.fields import Field
from import_export.resources import ModelResource
from import_export.widgets import ForeignKeyWidget, ManyToManyWidget

from benchmarks import data
from benchmarks.watch import Watch
from research import batches, importing, sheets
from research.models import Case, Industry, Mode, Organization
from research.rows import TABLES
from research.text import tables as readers

CHUNK = 1000


def load(folder: Path, watch: Watch) -> None:
    with watch.running():
        load_tables(folder, data.NAMES)


def load_vocabulary(folder: Path) -> None:
    """What the cases point to."""
    load_tables(folder, ("organizations", "industries"))


def load_tables(folder: Path, tables: tuple[str, ...]) -> None:
    """The one place that knows how an import is called."""
    readers.MOST_BYTES = 1024**3  # 100,000 cases take 98 MB, which a person would have to split
    plan = importing.plan(sheets.read_file(data.file(folder, table)) for table in tables)
    assert not plan.problems, plan.problems[:3]
    batches.apply(plan, by=None, via="benchmark")


def settle(folder: Path) -> None:
    """What autovacuum does within a minute where it is on; without it a search is planned blindly."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


# --- the floor: the same rows, by executemany into the same tables, emptied ----------------------------


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


def copy_and_empty(folder: Path) -> None:
    """Every row into files, from which `insert_plainly` reads without keeping more than a chunk."""
    with transaction.atomic(), connection.cursor() as cursor:
        for table in tables():
            with (folder / f"{table}.rows").open("wb") as file:
                copy(table, file)
        for table in reversed(tables()):
            truncate = f'TRUNCATE "{table}" CASCADE' if connection.vendor == "postgresql" else ""
            cursor.execute(truncate or f'DELETE FROM "{table}"')


def copy(table: str, file: IO[bytes]) -> None:
    columns = "rowid, tokens" if table == "research_index" else "*"
    with connection.chunked_cursor() as cursor:
        cursor.execute(f'SELECT {columns} FROM "{table}"')
        rows = cursor.fetchmany(CHUNK)
        names = [column[0] for column in cursor.description]
        pickle.dump((table, names), file)
        while rows:
            pickle.dump([tuple(map(plain, row)) for row in rows], file)
            rows = cursor.fetchmany(CHUNK)


def plain(value: Any) -> Any:
    """What a driver gives as an object and does not take back as one."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value


def insert_plainly(folder: Path, watch: Watch) -> None:
    """Reading the copy takes no time here, committing does."""
    with ExitStack() as written, connection.cursor() as cursor:
        written.enter_context(transaction.atomic())
        for table in tables():
            with (folder / f"{table}.rows").open("rb") as file:
                name, columns = pickle.load(file)
                marks = ", ".join(["%s"] * len(columns))
                names = ", ".join(f'"{column}"' for column in columns)
                for rows in pickled(file):
                    with watch.running():
                        cursor.executemany(f'INSERT INTO "{name}" ({names}) VALUES ({marks})', rows)
        with watch.running():
            written.close()


def pickled(file: IO[bytes]) -> Iterator[list[tuple[Any, ...]]]:
    while True:
        try:
            yield pickle.load(file)
        except EOFError:
            return


# --- the stock resource: no history, no search, no citations -------------------------------------------


class TagsWidget(ManyToManyWidget):
    def clean(self, value: str, row: Any = None, **kwargs: Any) -> list[str]:
        return [name for name in value.split("; ") if name]


class StockCases(ModelResource):
    organization = Field("organization", "organization", ForeignKeyWidget(Organization, "slug"))
    mode = Field("mode", "mode", ForeignKeyWidget(Mode, "slug"))
    industries = Field("industries", "industries", ManyToManyWidget(Industry, separator="; ", field="slug"))
    tags = Field("tags", "tags", TagsWidget(None))

    class Meta:
        model = Case
        fields = TABLES["cases"].columns
        import_id_fields = ("slug",)


def load_with_stock(folder: Path, watch: Watch) -> None:
    with watch.running():
        text = data.file(folder, "cases").read_text(encoding="utf-8")
        dataset = tablib.Dataset().load(text, format="csv")
        StockCases().import_data(dataset, dry_run=False, raise_errors=True)
    assert Case.objects.count() == len(dataset)
