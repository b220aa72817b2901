"""Export of sources in the admin as a bibliography, of the whole list or of the ticked ones."""

import json
from typing import Any

import pytest
from django.test import Client

from research.models import Case, Source
from tests.admin.import_pages import counts
from tests.admin.import_pages import upload as upload_file
from tests.admin.pages import url
from tests.factories import make_source

FORMATS = {"bib": "3", "ris": "4", "csl.json": "5"}
every_format = pytest.mark.parametrize("ending", FORMATS)


def export(client: Client, ending: str, query: str = "") -> Any:
    return client.post(url(Source, "export") + query, {"format": FORMATS[ending], "resource": "0"})


@every_format
def test_an_export_comes_back_unchanged(editing: Client, ending: str) -> None:
    make_source("产业互联网", key="a", authors="刘松; Shannon, Claude E.", extra="volume: 3\ntex.shelf: 北")
    make_source("稿", key="b", status="draft", body="两\n行", tags=["云"])
    response = export(editing, ending)
    assert f'filename="sources.{ending}"' in response["Content-Disposition"]
    preview = upload_file(editing, response.getvalue(), model=Source, extension=ending)
    assert counts(preview) == {"same": 2}


def test_the_selected_only(editing: Client) -> None:
    wanted = make_source("要", key="a")
    make_source("不要", key="b")
    response = editing.post(
        url(Source, "changelist"), {"action": "export_selected", "_selected_action": [wanted.pk]}
    )
    query = "?" + response["Location"].partition("?")[2]
    items = json.loads(export(editing, "csl.json", query).getvalue())
    assert [item["id"] for item in items] == ["a"]


def test_the_page_offers_them_for_sources_only(editing: Client) -> None:
    page = editing.get(url(Source, "export")).content.decode()
    assert all(f">{label}</option>" in page for label in ("CSV", "JSON", "XLSX", "BibTeX", "RIS", "CSL-JSON"))
    assert "BibTeX" not in editing.get(url(Case, "export")).content.decode()


def test_a_reader_of_nothing_gets_nothing(client: Client, db: None) -> None:
    assert client.post(url(Source, "export"), {"format": "3"}).status_code in (302, 403)
