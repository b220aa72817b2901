"""The tables follow the models, and the index stands beside them."""

from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.db import connection

from research import search
from tests.factories import make_case


def tables() -> set[str]:
    return set(connection.introspection.table_names())


def test_no_migration_is_missing(db: None) -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)  # ends the process where one is


def test_the_index_is_there(db: None) -> None:
    assert "research_index" in tables()


@pytest.fixture
def migrated_again(transactional_db: None) -> Iterator[None]:
    yield
    call_command("migrate", verbosity=0)


def test_the_index_can_be_taken_away_and_put_back(migrated_again: None) -> None:
    call_command("migrate", "research", "0001", verbosity=0)
    assert "research_index" not in tables()
    call_command("migrate", "research", verbosity=0)
    assert "research_index" in tables()
    case = make_case("城市大脑")
    assert [hit.record for group in search.find("城市") for hit in group.hits] == [case]
