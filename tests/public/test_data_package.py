"""All tables as one Data Package: valid, the same bytes for the same data, and nothing hidden in it."""

import csv
import importlib.util
import io
import json
import re
import subprocess
import sys
import zipfile
from datetime import date
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import reverse

from research import packages
from research.models import Organization, Publishable
from research.rows import TABLES
from tests import factories as make
from tests.conftest import FIXTURES

pytestmark = pytest.mark.django_db


def exported(tmp_path, *options):
    file = tmp_path / "data.zip"
    call_command("export_package", str(file), *options, language="zh-hans")
    return file.read_bytes()


def public(client):
    response = client.get(reverse("data_package"))
    assert response["Content-Type"] == "application/zip"
    return response.getvalue()


def read(content):
    """The description, and the rows of each table with the header first."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        description = json.loads(archive.read("datapackage.json"))
        tables = {
            resource["name"]: rows_of(archive.read(resource["path"])) for resource in description["resources"]
        }
    return description, tables


def rows_of(table):
    return list(csv.reader(io.StringIO(table.decode(), newline="")))


def problems(content):
    """Where the tables break what the schemas promise: for where the standard's validator is missing."""
    description, tables = read(content)
    assert description["profile"] == "tabular-data-package"
    values = {}
    for resource in description["resources"]:
        name, columns = resource["name"], [field["name"] for field in resource["schema"]["fields"]]
        header, *rows = tables[name]
        if columns != header:
            yield f"{name}: header"
        for place, column in enumerate(columns):
            values[name, column] = [row[place] for row in rows]
    for resource in description["resources"]:
        schema, name = resource["schema"], resource["name"]
        for field in schema["fields"]:
            for what in broken(field, values[name, field["name"]]):
                yield f"{name}.{field['name']}: {what}"
        for key in schema.get("foreignKeys", []):
            target = key["reference"]["resource"], key["reference"]["fields"]
            if not {*values[name, key["fields"]]} - {""} <= {*values[target]}:
                yield f"{name}.{key['fields']}: foreign key"


def broken(field, cells):
    rules, given = field.get("constraints", {}), [cell for cell in cells if cell]
    if rules.get("required") and len(given) < len(cells):
        yield "required"
    if rules.get("unique") and len(set(cells)) < len(cells):
        yield "unique"
    if "enum" in rules and not {*given} <= {*rules["enum"]}:
        yield "enum"
    if field["type"] == "integer" and not all(re.fullmatch("[0-9]+", cell) for cell in given):
        yield "integer"
    if field["type"] == "date":
        assert all(date.fromisoformat(cell) for cell in given)


def spoilt(content, table, change):
    """The package with one table's text changed."""
    spoilt = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(spoilt, "w") as new:
        for name in old.namelist():
            text = old.read(name).decode()
            new.writestr(name, change(text) if name == f"data/{table}.csv" else text)
    return spoilt.getvalue()


def one_of_every_table():
    for maker in make.MAKERS.values():
        maker()


class TestSeed:
    def test_it_holds_the_tables_as_export_csv_writes_them(self, seed, tmp_path):
        with zipfile.ZipFile(io.BytesIO(exported(tmp_path))) as archive:
            files = {name: archive.read(name) for name in archive.namelist()}
        assert files.pop("datapackage.json")
        assert files == {f"data/{file.name}": file.read_bytes() for file in FIXTURES.iterdir()}

    def test_what_it_promises_holds(self, client, seed, tmp_path):
        assert list(problems(exported(tmp_path))) == []
        assert list(problems(public(client))) == []

    @pytest.mark.parametrize(
        ("table", "old", "new", "wanted"),
        [
            ("modes", "position\n", "places\n", "modes: header"),
            ("arguments", ",supports,", ",likes,", "arguments.stance: enum"),
            ("organizations", "阿里巴巴,", "无,", "cases.organization: foreign key"),
        ],
    )
    def test_the_check_sees_a_fault(self, seed, tmp_path, table, old, new, wanted):
        content = exported(tmp_path)
        changed = spoilt(content, table, lambda text: text.replace(old, new, 1))
        assert wanted in list(problems(changed))

    @pytest.mark.skipif(
        importlib.util.find_spec("frictionless") is None,
        reason="the standard's validator, frictionless, is not installed (docs/decisions/0015)",
    )
    def test_the_standard_s_own_validator_accepts_it(self, client, seed, tmp_path):
        for content in (exported(tmp_path), public(client)):
            assert validated(tmp_path, content).returncode == 0
        wrong = spoilt(content, "arguments", lambda text: text.replace(",supports,", ",likes,", 1))
        assert "constraint-error" in validated(tmp_path, wrong).stdout


def validated(tmp_path, content):
    file = tmp_path / "package.zip"
    file.write_bytes(content)
    command = [sys.executable, "-m", "frictionless", "validate", str(file)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


class TestDescription:
    def test_every_column_of_every_table_is_described(self):
        described = {resource["name"]: resource["schema"] for resource in packages.description()["resources"]}
        assert list(described) == list(TABLES)
        for table, codec in TABLES.items():
            assert tuple(field["name"] for field in described[table]["fields"]) == codec.columns
            assert all(field["title"] for field in described[table]["fields"])
            assert described[table]["primaryKey"] == codec.key()

    def test_rules_come_from_the_tables(self):
        schema = packages.schema(TABLES["findings"])
        fields = {field["name"]: field for field in schema["fields"]}
        assert fields["slug"]["constraints"] == {"required": True, "unique": True}
        assert fields["status"]["constraints"]["enum"] == ["draft", "review", "published"]
        assert "EDTF" in fields["as_of"]["description"]
        assert "constraints" not in fields["as_of"]
        assert schema["foreignKeys"] == [
            {"fields": "organization", "reference": {"resource": "organizations", "fields": "slug"}},
            {"fields": "criterion", "reference": {"resource": "criteria", "fields": "slug"}},
        ]

    def test_a_person_is_not_a_table(self):
        keys = packages.schema(TABLES["todos"])["foreignKeys"]
        assert [key["fields"] for key in keys] == ["note"]


def test_the_same_data_give_the_same_bytes(client, tmp_path):
    one_of_every_table()
    assert exported(tmp_path) == exported(tmp_path)
    assert exported(tmp_path, "--public") == public(client)


def test_an_empty_workbench_has_a_package_too(client):
    _description, tables = read(public(client))
    assert {table: len(rows) for table, rows in tables.items()} == dict.fromkeys(TABLES, 1)


class TestHidden:
    def test_a_relation_to_a_hidden_record_is_left_out(self, client, tmp_path):
        make.make_todo(slug="待", note=make.make_note(slug="暗", status="draft"))
        content = public(client)
        assert list(problems(content)) == []
        _description, tables = read(content)
        assert tables["notes"][1:] == []
        todo = dict(zip(*tables["todos"], strict=True))
        assert (todo["slug"], todo["note"]) == ("待", "")
        assert list(problems(exported(tmp_path))) == []
        assert exported(tmp_path) != content

    def test_what_stands_on_a_hidden_record_is_left_out(self, client):
        one_of_every_table()
        Organization.objects.update(status="draft")
        content = public(client)
        assert list(problems(content)) == []
        assert read(content)[1]["cases"][1:] == []

    def test_a_required_relation_leads_to_what_is_always_public_with_it(self):
        """Else the public package would have an empty cell where its schema requires one."""
        for codec in TABLES.values():
            for name, target in packages.single_relations(codec).items():
                field: Any = codec.model._meta.get_field(name)
                always = not issubclass(target, Publishable) or name in codec.model.public_parents
                assert field.blank or always, (codec.table, name)


def test_the_about_page_leads_there(client):
    assert f'href="{reverse("data_package")}"' in client.get(reverse("about")).content.decode()
