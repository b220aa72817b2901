"""The tables follow the models, and the index stands beside them."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.db import connection

from research import search
from research.models import Criterion, Placeholder, Revision
from research.rows import MODELS, TABLES
from tests.factories import make_case, make_criterion, make_note, make_source, roles


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


GROUPS = ["administrator", "editor", "reviewer", "viewer"]


def rights() -> dict[str, set[str]]:
    return {
        group.name: set(group.permissions.values_list("codename", flat=True)) for group in Group.objects.all()
    }


def test_the_groups_come_with_their_rights_and_go(migrated_again: None) -> None:
    call_command("migrate", "research", "0005", verbosity=0)
    assert not Group.objects.filter(name__in=GROUPS).exists()
    Permission.objects.all().delete()  # as in an empty database
    call_command("migrate", "research", verbosity=0)
    found = rights()
    assert sorted(found) == GROUPS
    assert found["viewer"] < found["editor"] < found["reviewer"] < found["administrator"]
    assert found["viewer"] >= {f"view_{model._meta.model_name}" for model in MODELS.values()}
    assert "view_batch" in found["viewer"]
    assert not [name for name in found["viewer"] if not name.startswith("view_")]
    assert {"add_case", "change_case", "delete_case"} <= found["editor"]
    assert not {"publish_case", "change_mode", "add_criterion"} & found["editor"]
    assert {"publish_case", "change_mode", "add_criterion"} <= found["reviewer"]
    assert found["administrator"] - found["reviewer"] == {
        f"{deed}_{model}" for deed in ("add", "change", "delete", "view") for model in ("user", "group")
    }


def test_making_the_groups_again_takes_nothing_away(db: None) -> None:
    roles.make_groups(apps)
    before = rights()
    Group.objects.get(name="viewer").permissions.add(Permission.objects.get(codename="delete_session"))
    roles.make_groups(apps)
    assert rights() == {**before, "viewer": before["viewer"] | {"delete_session"}}


def test_rows_kept_from_before_a_column_came_have_its_cell(migrated_again: None) -> None:
    """A table's rows are compared whole: one without the cell would seem changed for ever."""
    source = make_source(key="a2019")
    revision = Revision.objects.get(table="sources")
    row = {name: cell for name, cell in revision.row.items() if name != "extra"}
    Revision.objects.filter(pk=revision.pk).update(row=row)
    call_command("migrate", "research", "0006", verbosity=0)
    call_command("migrate", "research", verbosity=0)
    assert Revision.objects.get(table="sources").row == {**row, "extra": ""}
    assert next(TABLES["sources"]().rows(type(source).objects.all())) == {**row, "extra": ""}


def test_placeholders_of_texts_from_before_are_found(migrated_again: None) -> None:
    """And the rows of to-dos and criteria get the columns that came with them."""
    note, case = make_note(body="据报道，「时间点」"), make_case("待补充", body="TODO\n\n一行")
    make_criterion()
    row = TABLES["criteria"]().row(Criterion.objects.get())
    without = {name: cell for name, cell in row.items() if name != "shelf_life"}
    Revision.objects.filter(table="criteria").update(row=without)
    call_command("migrate", "research", "0012", verbosity=0)
    call_command("migrate", "research", verbosity=0)
    found = Placeholder.objects.values_list("table", "record_id", "word", "excerpt")
    assert sorted(found) == [
        ("cases", case.pk, "TODO", "TODO"),
        ("cases", case.pk, "待补充", "待补充"),
        ("notes", note.pk, "「时间点」", "据报道，「时间点」"),
    ]
    assert Revision.objects.get(table="criteria").row == row
