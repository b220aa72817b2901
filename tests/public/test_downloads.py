"""/<list>.csv and /<list>.json: the public records by the row, as filtered."""

import csv
import io
import json

import pytest
from django.urls import reverse

from research import importing, sheets
from research.rows import TABLES
from tests import factories as make

pytestmark = pytest.mark.django_db
NAMES = {table: ("timeline" if table == "events" else table) for table in TABLES}


@pytest.mark.usefixtures("class_seed")
@pytest.mark.parametrize("table", TABLES)
class TestSeed:
    def test_csv_and_json_hold_the_rows_of_the_table(self, client, table):
        wanted = list(TABLES[table]().rows())
        assert wanted
        response = client.get(reverse(f"{NAMES[table]}_csv"))
        assert response["Content-Type"] == "text/csv; charset=utf-8"
        text = response.getvalue().decode("utf-8-sig")
        assert list(csv.DictReader(io.StringIO(text, newline=""))) == wanted
        if table == "sources":  # their JSON is a bibliography's
            return
        response = client.get(reverse(f"{NAMES[table]}_json"))
        assert response["Content-Type"] == "application/json"
        assert json.loads(response.getvalue()) == wanted

    def test_what_goes_out_comes_back_unchanged(self, client, table, tmp_path):
        file = tmp_path / f"{table}.csv"
        file.write_bytes(client.get(reverse(f"{NAMES[table]}_csv")).getvalue())
        plan = importing.plan([sheets.read_file(file)])
        assert {row.state for row in plan.rows()} == {"same"}


def test_a_download_is_filtered_as_its_page(client):
    make.make_case(slug="一", organization=make.make_organization(slug="甲"))
    make.make_case(slug="二")
    rows = json.loads(client.get(reverse("cases_json"), {"organization": "甲"}).getvalue())
    assert [row["slug"] for row in rows] == ["一"]


def test_excel_finds_the_mark_of_utf8(client):
    assert client.get(reverse("cases_csv")).getvalue().startswith(b"\xef\xbb\xbfslug,")


def test_an_empty_table_is_an_empty_list(client):
    assert json.loads(client.get(reverse("cases_json")).getvalue()) == []
