"""What search engines are told: `/sitemap.xml` with every public page, and `/robots.txt`."""

import xml.etree.ElementTree as ET
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from research.models import Note
from research.views import sitemaps
from tests import factories as make
from tests.public.urls import DETAIL, body, detail_urls, patterns

pytestmark = pytest.mark.django_db

SPACES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}
# Pages without a key that a search engine need not find.
LEFT_OUT = {"search"}


def read(client, url="/sitemap.xml"):
    response = client.get(url)
    assert response.status_code == 200, url
    assert response["Content-Type"] == "application/xml; charset=utf-8"
    return ET.fromstring(response.content)


def addresses(root):
    return [node.text for node in root.findall("s:url/s:loc", SPACES)]


class TestTheMap:
    def test_it_has_every_page_of_the_seed_in_both_languages(self, client, seed):
        found = addresses(read(client))
        assert len(found) == len(set(found))
        assert f"http://testserver{reverse('thesis', args=['产业互联网定义'])}" in found
        for address in found:
            path = address.removeprefix("http://testserver")
            assert client.get(path).status_code == 200, path
        chinese = [address for address in found if not address.startswith("http://testserver/en/")]
        assert sorted(found) == sorted(
            [
                *chinese,
                *(f"http://testserver/en{address.removeprefix('http://testserver')}" for address in chinese),
            ]
        )

    def test_a_record_of_every_table_with_pages(self, client):
        records = [maker() for maker in make.MAKERS.values()]
        found = addresses(read(client))
        for url in detail_urls(*records):
            assert f"http://testserver{url}" in found
        assert {record.table for record in records if detail_urls(record)} == set(DETAIL)

    def test_every_page_without_a_key(self):
        """A new page must be added to `sitemaps.PLAIN`, or to what is left out here."""
        pages = {
            str(pattern.name)
            for pattern in patterns()
            if not pattern.pattern.converters and (str(pattern.pattern) or "/").endswith("/")
        }
        assert pages - LEFT_OUT == set(sitemaps.PLAIN)

    def test_each_names_the_other_language_and_its_time(self, client):
        note = make.make_note(slug="札记")
        Note.objects.filter(pk=note.pk).update(updated_at=datetime(2026, 1, 31, 17, tzinfo=UTC))
        path = reverse("note", args=["札记"])
        here = {"zh-Hans": f"http://testserver{path}", "en": f"http://testserver/en{path}"}
        nodes = [
            node
            for node in read(client).findall("s:url", SPACES)
            if node.findtext("s:loc", "", SPACES) in here.values()
        ]
        assert [node.findtext("s:loc", "", SPACES) for node in nodes] == list(here.values())
        for node in nodes:
            assert node.findtext("s:lastmod", "", SPACES) == "2026-02-01T01:00:00+08:00"
            links = {link.get("hreflang"): link.get("href") for link in node.findall("x:link", SPACES)}
            assert links == {**here, "x-default": here["zh-Hans"]}

    def test_with_site_url_it_is_the_same_for_every_host(self, client, settings):
        settings.SITE_URL = "https://research.example/"
        make.make_note(slug="n")
        found = addresses(read(client))
        assert "https://research.example/en/notes/n/" in found
        assert all(address.startswith("https://research.example/") for address in found)

    def test_what_is_hidden_is_not_in_it(self, client):
        hidden = make.make_organization(status="draft")
        records = [make.make_note(status="review"), make.make_case(organization=hidden), hidden]
        found = addresses(read(client))
        assert [url for url in detail_urls(*records) if f"http://testserver{url}" in found] == []

    def test_queries_are_constant(self, client):
        def queries():
            with CaptureQueriesContext(connection) as captured:
                read(client)
            return len(captured)

        def fill(number):
            with make.together():
                for _ in range(number):
                    make.make_note()
                    make.make_source()

        for maker in make.MAKERS.values():
            maker()
        few = queries()
        fill(300)
        assert queries() == few


class TestALongMap:
    @pytest.fixture(autouse=True)
    def short(self, monkeypatch):
        monkeypatch.setattr(sitemaps, "PAGES", 4)

    def test_it_is_an_index_of_parts_that_have_each_page_once(self, client):
        records = [maker() for maker in make.MAKERS.values()] + [make.make_note(), make.make_case()]
        root = read(client)
        assert root.tag == f"{{{SPACES['s']}}}sitemapindex"
        parts = [node.text for node in root.findall("s:sitemap/s:loc", SPACES)]
        assert parts[0] == "http://testserver/sitemap-1.xml"
        found = [
            address
            for part in parts
            for address in addresses(read(client, part.removeprefix("http://testserver")))
        ]
        assert len(found) == len(set(found))
        for url in [*detail_urls(*records), "/", "/timeline/"]:
            assert f"http://testserver{url}" in found
        assert all(len(addresses(read(client, f"/sitemap-{part}.xml"))) <= 8 for part in range(2, len(parts)))

    @pytest.mark.parametrize("part", ["0", "99", "9" * 30, "-1", "x"])
    def test_there_is_no_part_beyond_the_last(self, client, part):
        make.make_note()
        assert client.get(f"/sitemap-{part}.xml").status_code == 404


class TestRobots:
    def test_they_are_told_of_the_map_and_kept_from_the_admin(self, client, settings):
        settings.SITE_URL = "https://research.example"
        response = client.get("/robots.txt")
        assert response["Content-Type"].startswith("text/plain")
        lines = body(response).splitlines()
        assert lines[0] == "User-agent: *"
        assert {"Disallow: /admin/", "Disallow: /en/admin/"} <= set(lines)
        assert lines[-1] == "Sitemap: https://research.example/sitemap.xml"
        assert "Disallow: /" not in lines

    def test_there_is_one_for_all_languages(self, client):
        assert body(client.get("/robots.txt", headers={"accept-language": "en"})) == body(
            client.get("/robots.txt")
        )
        assert client.get("/en/robots.txt").status_code == 404
