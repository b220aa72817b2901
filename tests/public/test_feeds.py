"""The Atom feeds, read as RFC 4287 has it: what is newly published, whole, and nothing that is hidden."""

import re
import xml.etree.ElementTree as ET
from datetime import datetime
from typing import Any

import html5lib
import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from research import actions
from research.models import Comparison, ComparisonVersion, Note, Revision
from research.rows import MODELS
from tests import factories as make
from tests.frozen import without_files
from tests.public.changed import edit, keep_aside
from tests.public.urls import body

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
FEEDS = ["/changelog.atom", "/notes.atom", "/comparisons.atom"]
MAKERS: dict[str, Any] = dict(
    zip(FEEDS, [make.make_changelog_entry, make.make_note, make.make_comparison], strict=True)
)


def read(client, url, **headers):
    response = client.get(url, **headers)
    assert response.status_code == 200, url
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ET.fromstring(response.content)


def entries(feed):
    return feed.findall(f"{ATOM}entry")


def text(node, name):
    """Of the one element of this name."""
    (found,) = node.findall(f"{ATOM}{name}")
    return found.text


def link(node, rel):
    (found,) = [one.get("href") for one in node.findall(f"{ATOM}link") if one.get("rel") == rel]
    return found


def content(entry):
    return html5lib.parse(text(entry, "content"), namespaceHTMLElements=False)


def moment(written):
    found = datetime.fromisoformat(written)
    assert found.tzinfo is not None, written
    return found


def assert_valid(feed):
    """Sections 4.1.1 and 4.1.2: what must be there, and how often."""
    assert feed.tag == f"{ATOM}feed"
    assert re.match(r"https?://", text(feed, "id"))
    assert text(feed, "title").strip()
    assert moment(text(feed, "updated")) == max(
        [moment(text(entry, "updated")) for entry in entries(feed)], default=moment(text(feed, "updated"))
    )
    assert feed.find(f"{ATOM}author/{ATOM}name").text
    assert link(feed, "self").startswith("http")
    assert link(feed, "alternate").startswith("http")
    ids = [text(entry, "id") for entry in entries(feed)]
    assert len(ids) == len(set(ids))
    for entry in entries(feed):
        assert re.fullmatch(r"tag:[\w.-]+,\d{4}-\d\d-\d\d:\w+/\d+", text(entry, "id"))
        assert text(entry, "title").strip()
        assert moment(text(entry, "published")) <= moment(text(entry, "updated"))
        assert link(entry, "alternate").startswith("http")
        assert text(entry, "summary").strip()
        assert entry.find(f"{ATOM}summary").get("type") == "text"
        assert entry.get(LANG) in ("zh-Hans", "en")
        assert len(entry.findall(f"{ATOM}content")) <= 1
    order = [moment(text(entry, "published")) for entry in entries(feed)]
    assert order == sorted(order, reverse=True)


class TestTheSeed:
    @pytest.mark.parametrize("prefix", ["", "/en"])
    @pytest.mark.parametrize("url", FEEDS)
    def test_every_feed_is_valid(self, client, seed, url, prefix):
        feed = read(client, f"{prefix}{url}")
        assert_valid(feed)
        assert entries(feed)
        assert link(feed, "self") == f"http://testserver{prefix}{url}"
        assert feed.get(LANG) == ("en" if prefix else "zh-Hans")

    def test_its_links_lead_to_pages(self, client, seed):
        for url in FEEDS:
            feed = read(client, url)
            found = [link(node, "alternate") for node in (feed, *entries(feed))]
            for entry in entries(feed):
                if entry.find(f"{ATOM}content") is not None:
                    found += [anchor.get("href") for anchor in content(entry).iter("a")]
            ours = [address for address in found if address.startswith("http://testserver/")]
            assert ours
            assert [at for at in found if not at.startswith(("http://", "https://", "mailto:"))] == []
            for address in ours:
                path = address.removeprefix("http://testserver").partition("#")[0]
                assert client.get(path).status_code == 200, address

    def test_a_feed_without_entries_is_valid_too(self, client):
        for url in FEEDS:
            feed = read(client, url)
            assert_valid(feed)
            assert entries(feed) == []
            assert body(client.get(url)) == body(client.get(url))


class TestAnEntry:
    def test_a_note_whole_with_its_sources(self, client):
        make.make_source("白皮书", key="wp", authors="李四", issued="2019")
        make.make_case("城市大脑", slug="brain")
        make.make_note(
            "札记",
            slug="n",
            tags=["云", "零售"],
            body="## 章\n\n甲**乙** [见 @wp, p. 3]，[[brain]]、[页](/about/)。",
        )
        (entry,) = entries(read(client, "/notes.atom"))
        assert (text(entry, "title"), text(entry, "summary")) == ("札记", "甲乙，brain、页。")
        assert {node.get("term") for node in entry.iter(f"{ATOM}category")} == {"云", "零售"}
        tree = content(entry)
        assert [node.text for node in tree.iter("sup")] == ["[见 1, p. 3]"]
        assert list(tree.find(".//sup")) == []
        assert {link.get("href") for link in tree.iter("a")} == {
            "http://testserver/cases/brain/",
            "http://testserver/about/",
            "http://testserver/sources/wp/",
        }
        (line,) = tree.iter("li")
        assert "李四. 白皮书" in "".join(line.itertext())
        assert not re.search(r'(class|id|style|aria-label)="', text(entry, "content"))

    def test_each_entry_numbers_its_own_sources(self, client):
        for key in ("a", "b"):
            make.make_source(key=key)
            make.make_note(f"札记{key}", body=f"甲 [@{key}]。")
        for entry in entries(read(client, "/notes.atom")):
            assert [node.text for node in content(entry).iter("sup")] == ["[1]"]

    def test_a_comparison_names_what_it_compares(self, client):
        firms = [make.make_organization(name) for name in ("乙公司", "甲公司")]
        make.make_comparison("对照", organizations=[*firms, make.make_organization("密", status="draft")])
        (entry,) = entries(read(client, "/en/comparisons.atom"))
        assert "Organizations: 乙公司 · 甲公司" in text(entry, "content")
        assert "密" not in text(entry, "content")

    def test_a_changelog_entry_names_its_note_unless_hidden(self, client):
        make.make_changelog_entry("add", stamp="190912", note=make.make_note("公开"))
        make.make_changelog_entry("fix", stamp="190913", note=make.make_note("隐藏", status="draft"))
        titles = [text(entry, "title") for entry in entries(read(client, "/changelog.atom"))]
        assert titles == ["190913 fix", "190912 add · 公开"]

    def test_its_language_is_that_of_its_text(self, client):
        make.make_note("Two firms", body="One is older.")
        make.make_note("札记")
        found = [entry.get(LANG) for entry in entries(read(client, "/notes.atom"))]
        assert found == ["zh-Hans", "en"]

    def test_hostile_text_is_text(self, client):
        make.make_note(
            "a\x01b<script>\ufffe]]>&amp;",
            body='<script>alert(1)</script>\x02 [x](javascript:alert(1)) [y](http://[) `a href="/z"` \x1f]]>',
            tags=["\x03云"],
        )
        (entry,) = entries(read(client, "/notes.atom"))
        assert text(entry, "title") == "ab<script>]]>&amp;"
        tree = content(entry)
        assert [node.tag for node in tree.iter() if node.tag in ("script", "img", "iframe")] == []
        assert not any((link.get("href") or "").startswith("javascript") for link in tree.iter("a"))
        assert tree.find(".//code").text == 'a href="/z"'


class TestWhatStays:
    @pytest.mark.parametrize("url", FEEDS)
    def test_an_id_outlives_every_edit(self, client, url):
        record = MAKERS[url]()
        (before,) = entries(read(client, url))
        edit(record, slug="anders", **({"kind": "fix"} if url == FEEDS[0] else {"title": "新题"}))
        (after,) = entries(read(client, f"/en{url}"))
        assert text(after, "id") == text(before, "id")
        assert text(after, "published") == text(before, "published")
        assert moment(text(after, "updated")) > moment(text(before, "updated"))
        assert link(after, "alternate").endswith("/anders/")

    @pytest.mark.parametrize("url", FEEDS)
    def test_with_site_url_the_host_asked_makes_no_difference(self, client, settings, url):
        settings.SITE_URL, settings.ALLOWED_HOSTS = "https://research.example/", ["a.example", "b.example"]
        MAKERS[url]()
        feeds = [body(client.get(url, headers={"host": host})) for host in settings.ALLOWED_HOSTS]
        assert feeds[0] == feeds[1]
        (entry,) = entries(ET.fromstring(feeds[0]))
        assert text(entry, "id").startswith("tag:research.example,")
        assert link(entry, "alternate").startswith("https://research.example/")

    def test_the_newest_fifty_by_publication(self, client):
        first = make.make_note("最早")
        with make.together():
            for place in range(50):
                make.make_note(f"札记{place}", date="1990-01-01")
        edit(first, body="再改。")
        titles = [text(entry, "title") for entry in entries(read(client, "/notes.atom"))]
        assert len(titles) == 50
        assert titles[0] == "札记49"
        assert "最早" not in titles

    def test_published_is_when_it_was_published(self, client):
        note = make.make_note(status="draft")
        assert entries(read(client, "/notes.atom")) == []
        note.refresh_from_db()
        actions.publish([note], by=None, via="test")
        (entry,) = entries(read(client, "/notes.atom"))
        at = Revision.objects.of(note).values_list("at", flat=True).first()
        assert moment(text(entry, "published")) == moment(text(entry, "updated")) == at


class TestWhatIsHidden:
    @pytest.mark.parametrize("url", FEEDS)
    def test_a_newer_draft_shows_nowhere(self, client, url):
        record = MAKERS[url]()
        before = client.get(url)
        name = record.text_fields[0]
        keep_aside(record, **{name: "绝密记号"})
        after = client.get(url)
        assert after.content == before.content
        assert (after["ETag"], after.get("Last-Modified")) == (before["ETag"], before.get("Last-Modified"))

    @pytest.mark.parametrize("url", FEEDS)
    def test_a_withdrawn_record_is_gone(self, client, url):
        record = MAKERS[url]()
        edit(record, status="draft")
        assert entries(read(client, url)) == []
        edit(record, status="published")
        assert len(entries(read(client, url))) == 1


class TestAskingAgain:
    def later(self, monkeypatch):
        """An hour after whatever was written."""
        Revision.objects.update(at="2026-01-01T10:00:00Z")
        ComparisonVersion.objects.update(at="2026-01-01T10:00:00Z")

    @pytest.mark.parametrize("url", FEEDS)
    def test_who_has_it_is_told_so(self, client, monkeypatch, url):
        record = MAKERS[url]()
        self.later(monkeypatch)
        response = client.get(url)
        etag, date = response["ETag"], response["Last-Modified"]
        assert client.get(url, headers={"if-none-match": etag}).status_code == 304
        assert client.get(url, headers={"if-modified-since": date}).status_code == 304
        edit(record, slug="anders")
        assert client.get(url, headers={"if-none-match": etag}).status_code == 200
        assert client.get(url, headers={"if-modified-since": date}).status_code == 200

    def test_a_withdrawal_and_a_cited_source_count_as_changes(self, client, monkeypatch):
        source, note = make.make_source("旧题", key="k"), make.make_note(body="[@k]")
        other = make.make_note()
        self.later(monkeypatch)
        date = client.get("/notes.atom")["Last-Modified"]
        edit(source, title="新题")
        assert "新题" in body(client.get("/notes.atom", headers={"if-modified-since": date}))
        self.later(monkeypatch)
        edit(other, status="draft")
        assert client.get("/notes.atom", headers={"if-modified-since": date}).status_code == 200
        assert note.title in body(client.get("/notes.atom"))

    def test_a_version_counts_as_a_change(self, client, monkeypatch):
        """Else nobody would hear of its cases: they have no feed of their own."""
        organization = make.make_organization()
        comparison = make.make_comparison(organizations=[organization])
        case = make.make_case(organization=organization)
        self.later(monkeypatch)
        before = client.get("/comparisons.atom")
        (entry,) = entries(read(client, "/comparisons.atom"))
        edit(case, title="改过")
        version: Any = actions.freeze(comparison, by=None, via="test")
        date = before["Last-Modified"]
        again = client.get("/comparisons.atom", headers={"if-modified-since": date})
        assert again.status_code == 200
        (newer,) = entries(ET.fromstring(again.content))
        assert (text(newer, "id"), text(newer, "published")) == (text(entry, "id"), text(entry, "published"))
        assert moment(text(entry, "updated")) < moment(text(newer, "updated")) == version.at
        assert f'href="http://testserver{version.get_absolute_url()}"' in text(newer, "content")
        actions.withdraw_version(version, reason="错", by=None)
        assert version.get_absolute_url() not in body(client.get("/comparisons.atom"))

    def test_no_date_while_its_second_lasts(self, client):
        make.make_note()
        response = client.get("/notes.atom")
        assert "Last-Modified" not in response
        assert client.get("/notes.atom", headers={"if-none-match": response["ETag"]}).status_code == 304


@pytest.mark.parametrize("url", ["/notes.atom", "/comparisons.atom", "/changelog.atom"])
def test_queries_are_constant(client, url):
    ContentType.objects.get_for_models(*MODELS.values())
    firms = [make.make_organization(name) for name in ("甲", "乙")]
    note = make.make_note("被引", slug="named")

    def fill(number):
        with make.together():
            for place in range(number):
                make.make_source(key=f"k{number}-{place}")
        with make.together():
            for place in range(number):
                words = f"文 [@k{number}-{place}] [[named]]"
                make.make_note(body=words, tags=[f"签{place}"])
                make.make_comparison(intro=words, organizations=firms)
                make.make_changelog_entry(summary=words, note=note)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            read(client, url)
        return len(captured)

    fill(2)
    few = queries()
    with without_files():
        fill(100)
    assert queries() == few
    assert few < 25


def test_the_lists_and_every_page_lead_to_the_feeds(client, seed):
    note = Note.objects.get(slug="阿里-产业互联网-190912")
    for url in ("/", "/about/", note.get_absolute_url(), reverse("comparisons")):
        tree = html5lib.parse(
            body(client.get(f"/en{url}" if url == "/about/" else url)), namespaceHTMLElements=False
        )
        links = [node for node in tree.iter("link") if node.get("type") == "application/atom+xml"]
        prefix = "/en" if url == "/about/" else ""
        assert [node.get("href") for node in links] == [f"{prefix}{feed}" for feed in FEEDS]
        assert all(node.get("title") and node.get("rel") == "alternate" for node in links)
    for name in ("notes", "changelog", "comparisons"):
        assert f'href="/{name}.atom"' in body(client.get(reverse(name))).partition("<body>")[2]
    assert Comparison.objects.public().exists()
