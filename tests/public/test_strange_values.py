"""Strange values are refused by row and column, or accepted; and what is accepted breaks no page."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse
from taggit.models import Tag

from research import batches, importing, sheets
from research.plans import Plan
from research.rows import MODELS, TABLES, Row
from tests import factories as make
from tests.admin.pages import url
from tests.public.urls import detail_urls, plain_urls
from tests.table_files import as_csv

MANY = "9" * 400
# Each is tried alone in every column of every table: keys, texts, tags, numbers, dates, relations, addresses.
STRANGE = [
    *("1e18", "1e19", "NaN", "Infinity", "-0", "1e-300", MANY, "１２", "0", "\x0b\x1f\x1b", "\ufffe"),
    *("0000", "0001", "9999", "-0044", "9999-12-31", "0001-01-01", "../0001", "9999/..", "00XX", "9999-24"),
    *("\u200bk", "k\ufeffk", "k\u202ek", ".", "..", "-", "_", "%2F", "a%2Fb", "a?b", "a#b", "@", "add"),
    *("İ" * 100, "长" * 300, "אבג \u202eאבג", "a" * 9_999, "&#0;{{ 7 }}", "http://[", "http://[::1]:x/"),
    *("[" * 10_000, "> " * 99 + "a", "- " * 99 + "a", "[[" * 99, "[@" * 99, "*_" * 99, "|a|\n|-|\n" * 99),
]
ACCEPTED = [
    *(("findings", "value", value) for value in ("1e18", "-0", "１２", "0")),
    *(("events", "date", value) for value in ("0001", "9999-12-31", "../0001", "9999/..", "9999-24")),
    *(("notes", "date", value) for value in ("0001-01-01", "9999-12-31")),
    *(("notes", "slug", value) for value in ("-", "_", "0", "add", "İ" * 100)),
    *(("sources", "key", value) for value in ("a%2Fb", "a?b", "a#b")),
    *(("notes", "body", value) for value in ("[" * 10_000, "\x0b\x1f\x1b", "\ufffe", MANY)),
    *(("notes", "tags", "@"), ("cases", "title", "长" * 300)),
]
REFUSED = [
    *(("findings", "value", value) for value in ("1e19", "NaN", "Infinity", "1e-300", MANY)),
    *(("criteria", "position", value) for value in ("1e19", "-0", "NaN", "１２", MANY)),
    *(("events", "date", value) for value in ("0000", "00XX", "-0044", MANY)),
    *(("notes", "date", value) for value in ("0000", "0001", "../0001")),
    *(
        ("notes", "slug", value)
        for value in ("\u200bk", "k\ufeffk", "k\u202ek", ".", "%2F", "a?b", "长" * 300)
    ),
    *(("sources", "key", value) for value in ("\u200bk", "k\ufeffk", "k\u202ek", "..", "-", "%2F", "@")),
    *(("sources", "url", value) for value in ("http://[", "http://[::1]:x/", "a" * 9_999)),
    *(("notes", "title", "a" * 9_999), ("notes", "tags", MANY), ("comparisons", "organizations", "@")),
]
Tried = tuple[str, str, str]  # table, column, value


def valid_rows() -> list[tuple[str, Row]]:
    """A valid row of each table; of findings one in words and one in numbers."""
    with make.together():
        records = [maker() for maker in make.MAKERS.values()]
        records.append(make.make_finding("1", criterion=make.make_criterion(value_kind="number")))
    return [(record.table, TABLES[record.table]().row(record)) for record in records]


def plan(folder: Path, table: str, rows: list[Row]) -> Plan:
    file = folder / f"{table}.csv"
    header = list(rows[0])
    text = as_csv([header, *([row[name] for name in header] for row in rows)])
    file.write_text(text, encoding="utf-8", newline="")
    return importing.plan([sheets.read_file(file)])


def refused_in(folder: Path, table: str, valid: Row) -> set[Tried]:
    """Every strange value in every column, each in a row of its own; problems must say in which."""
    tried = [(table, name, value) for value in STRANGE for name in valid]
    key = TABLES[table].key()
    rows = [{**valid, key: f"row{number}", name: value} for number, (_, name, value) in enumerate(tried)]
    places = {(problem.row - 2, problem.column) for problem in plan(folder, table, rows).problems}
    assert [(tried[row][1], column) for row, column in places if tried[row][1] != column] == []
    return {tried[row] for row, _column in places}


class World:
    """Records with all the strange values that are accepted, and what was refused."""

    def __init__(self, folder: Path) -> None:
        self.refused: set[Tried] = set()
        numbers = count()
        for table, valid in valid_rows():
            refused = refused_in(folder, table, valid)
            self.refused |= refused
            key = TABLES[table].key()
            rows = []
            for value in STRANGE:
                taken = {name: value for name in valid if (table, name, value) not in refused}
                rows.append({**valid, key: f"record{next(numbers)}", **taken})
            unique = {row[key]: row for row in rows if not TABLES[table].model.objects.keyed(row[key])}
            batches.apply(plan(folder, table, list(unique.values())), by=None, via="test")


@pytest.fixture(scope="class")
def world(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[World]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield World(tmp_path_factory.mktemp("strange"))
        transaction.set_rollback(True)


@pytest.mark.django_db
class TestStrangeValues:
    def test_are_refused_where_they_are_wrong(self, world: World) -> None:
        # In words `NaN` is a finding like any other: what one row refuses the other may take.
        assert [tried for tried in REFUSED if tried not in world.refused] == []
        assert [tried for tried in ACCEPTED if tried in world.refused] == []

    @pytest.mark.parametrize("table", TABLES)
    def test_break_no_page_of_a_record(
        self, world: World, client: Any, admin_client: Any, table: str
    ) -> None:
        model, public, admin = MODELS[table], set(), [url(MODELS[table], "changelist")]
        for record in model.objects.all():
            public |= {record.get_absolute_url().partition("#")[0], *detail_urls(record)}
            admin += [url(model, view, record.pk) for view in ("change", "history")]
        assert statuses(client, public) == {200}
        assert statuses(admin_client, admin) == {200}

    def test_break_no_list_and_no_download(self, world: World, client: Any) -> None:
        tags = [reverse("tag", args=[tag.slug]) for tag in Tag.objects.all()]
        assert statuses(client, [*plain_urls(), *tags]) == {200}


def statuses(client: Any, addresses: Any) -> set[int]:
    """Their answers, each read to its end; an exception names its address in the log."""
    found = set()
    for address in addresses:
        response = client.get(address)
        response.getvalue()
        found.add(response.status_code)
    return found
