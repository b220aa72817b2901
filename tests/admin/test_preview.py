"""The preview of a Markdown text, and the tags that a form suggests."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import make_case, make_source, make_user

FETCHED = {"sec-fetch-mode": "cors"}  # as a browser says of what a script asks for
PREVIEW, TAGS = "admin:markdown_preview", "admin:tag_names"


def preview(client, text):
    response = client.post(reverse(PREVIEW), {"text": text})
    assert response.status_code == 200
    return response.content.decode()


def test_it_works(editing):
    assert preview(editing, "## 题\n\n**粗**") == "<h2>题</h2>\n<p><strong>粗</strong></p>\n"


def test_known_sources_and_records_are_linked_drafts_too(editing):
    source, case = make_source(key="bai", status="draft"), make_case("案", slug="案", status="draft")
    html = preview(editing, "见 [@bai, p. 6]，[[案]]、[[cases/案|此案]]。")
    assert f"/admin/research/source/{source.pk}/change/" in html
    assert html.count(f"/admin/research/case/{case.pk}/change/") == 2
    assert "attention" not in html


def test_unknown_ones_are_marked(editing):
    html = preview(editing, "见 [@nobody]，[[没有]]、[[notes/没有]]。")
    assert html.count('class="attention"') == 3


def test_nothing_runs_in_it(editing):
    html = preview(editing, "<script>alert(1)</script> <img src=x onerror=alert(1)> [a](javascript:alert(1))")
    assert "<script" not in html
    assert "<img" not in html
    assert 'href="javascript' not in html


@pytest.mark.parametrize("name", [PREVIEW, TAGS])
def test_only_staff(name, client, db):
    assert "/login/" in client.post(reverse(name), {"text": "x"}, headers=FETCHED)["Location"]
    client.force_login(make_user("reader"))
    assert "/login/" in client.post(reverse(name), {"text": "x"}, headers=FETCHED)["Location"]


def test_wrong_method_and_missing_token(editing, editor):
    assert editing.get(reverse(PREVIEW)).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(editor)
    assert strict.post(reverse(PREVIEW), {"text": "x"}).status_code == 403


def test_tags_are_suggested(editing):
    make_case(tags=["云计算", "阿里云", "平台"])
    assert editing.get(reverse(TAGS), {"q": "云"}).json() == {"names": ["云计算", "阿里云"]}
