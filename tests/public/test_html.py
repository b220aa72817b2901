"""Every public page is valid HTML with one h1, landmarks and labels, under a strict policy."""

import itertools

import html5lib
import pytest
from django.db import transaction
from django.test import Client
from django.utils.translation import override

from tests.public.changed import revise_and_tell
from tests.public.urls import body, one_of_each
from tests.seeding import load_seed

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", params=["", "/en"])
def pages(request, django_db_setup, django_db_blocker):
    """(address, response, HTML) of every public page, in both languages: asked for once, and only read."""
    found = []
    with django_db_blocker.unblock(), transaction.atomic(), override("zh-hans"):
        load_seed()
        revise_and_tell()
        for url in [*list(one_of_each()), "/no-such-page/"]:  # before a page of another language is asked for
            response = Client().get(f"{request.param}{url}")
            if response["Content-Type"].startswith("text/html"):
                found.append((url, response, body(response)))
        transaction.set_rollback(True)
    assert len(found) > 25
    return found


def test_it_parses_without_an_error(pages):
    for url, _response, text in pages:
        html5lib.HTMLParser(strict=True).parse(text), url


def test_one_h1_landmarks_and_a_title(pages):
    for url, _response, text in pages:
        tree = html5lib.parse(text, namespaceHTMLElements=False)
        assert len(tree.findall(".//h1")) == 1, url
        for landmark in ("header", "main", "footer", "nav"):
            assert tree.find(f".//{landmark}") is not None, (url, landmark)
        assert len((tree.findtext(".//title") or "").split("·")[0].strip()) > 0, url


def test_headings_go_down_one_level_at_a_time(pages):
    for url, _response, text in pages:
        tree = html5lib.parse(text, namespaceHTMLElements=False)
        levels = [
            int(node.tag[1]) for node in tree.iter() if isinstance(node.tag, str) and node.tag in HEADINGS
        ]
        steps = [(upper, lower) for upper, lower in itertools.pairwise(levels) if lower > upper + 1]
        assert not steps, (url, levels)


HEADINGS = {f"h{level}" for level in range(1, 7)}


def test_every_field_has_a_name_for_screen_readers(pages):
    for url, _response, text in pages:
        tree = html5lib.parse(text, namespaceHTMLElements=False)
        labelled = {id(node) for label in tree.iter("label") for node in label.iter()}
        for field in [*tree.iter("input"), *tree.iter("select")]:
            assert field.get("aria-label") or id(field) in labelled, url


def test_ids_are_unique_and_fragments_lead_somewhere(pages):
    for url, _response, text in pages:
        tree = html5lib.parse(text, namespaceHTMLElements=False)
        ids = [node.get("id") for node in tree.iter() if node.get("id")]
        assert len(ids) == len(set(ids)), (url, [name for name in ids if ids.count(name) > 1])
        for link in tree.iter("a"):
            if link.get("href", "").startswith("#"):
                assert link.get("href")[1:] in ids, (url, link.get("href"))


def test_nothing_inline_and_nothing_from_another_host(pages):
    for url, response, text in pages:
        policy = response["Content-Security-Policy"]
        assert "unsafe" not in policy, url
        assert "default-src 'none'" in policy, url
        tree = html5lib.parse(text, namespaceHTMLElements=False)
        for node in tree.iter():
            assert node.tag not in {"style", "iframe"}, url
            if node.tag == "script":  # a file of ours, or data that is not run
                is_data = node.get("type") == "application/ld+json"
                assert is_data or node.get("src", "").startswith("/static/"), url
            inline = [name for name in node.attrib if name == "style" or str(name).startswith("on")]
            assert not inline, (url, node.tag, inline)
        for link in [*tree.iter("link"), *tree.iter("img")]:
            own = ("/", "http://testserver/", "style.css")  # a frozen page's own is beside it
            assert (link.get("href") or link.get("src")).startswith(own), url


def test_the_language_is_named(client):
    assert '<html lang="zh-hans">' in body(client.get("/"))
    assert '<html lang="en">' in body(client.get("/en/"))


def test_the_switch_keeps_the_page(client):
    assert 'href="/en/cases/?mode=x"' in body(client.get("/cases/?mode=x"))
    assert 'href="/cases/?mode=x"' in body(client.get("/en/cases/?mode=x"))
