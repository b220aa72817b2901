"""What a page says to those who show a link to it: https://ogp.me."""

import html5lib
import pytest

from tests import factories as make
from tests.public.changed import keep_aside
from tests.public.urls import body

pytestmark = pytest.mark.django_db


def tags(client, url):
    """{name: content}, and the contents of a name that stands more than once joined."""
    tree = html5lib.parse(body(client.get(url)), namespaceHTMLElements=False)
    found = {}
    for node in tree.find("head").iter("meta"):
        name = node.get("property") or node.get("name") or ""
        if name.startswith(("og:", "twitter:")) or name == "description":
            assert name not in found, (url, name)
            found[name] = node.get("content")
    return found


@pytest.mark.parametrize(
    ("maker", "field", "kind"),
    [
        (make.make_note, "body", "article"),
        (make.make_case, "body", "article"),
        (make.make_thesis, "body", "article"),
        (make.make_changelog_entry, "summary", "article"),
        (make.make_comparison, "intro", "website"),
        (make.make_organization, "summary", "website"),
    ],
)
def test_the_page_of_a_record(client, maker, field, kind):
    record = maker(slug="甲", **{field: "# 章\n\n首**句** [@k]。次句。"})
    path = record.get_absolute_url()
    found = tags(client, path)
    assert found["og:title"] == str(record)
    assert found["og:description"] == found["description"] == "首句。次句。"
    assert found["og:type"] == kind
    assert found["og:url"] == f"http://testserver{path}"
    assert found["og:site_name"] == "Comparanda"
    assert (found["og:locale"], found["og:locale:alternate"]) == ("zh_CN", "en_US")


def test_the_english_page_says_so(client):
    note = make.make_note(slug="n")
    found = tags(client, "/en/notes/n/")
    assert (found["og:locale"], found["og:locale:alternate"]) == ("en_US", "zh_CN")
    assert found["og:url"] == "http://testserver/en/notes/n/"
    assert found["og:title"] == note.title
    assert "og:description" not in found


@pytest.mark.parametrize(
    ("url", "title"),
    [
        ("/", "Comparanda"),
        ("/notes/", "笔记"),
        ("/about/", "关于"),
        ("/cases/?mode=x", "案例"),
        ("/tags/", "标签"),
    ],
)
def test_the_other_pages(client, url, title):
    found = tags(client, url)
    assert found["og:title"] == title
    assert found["og:url"] == f"http://testserver{url.partition('?')[0]}"
    assert found["og:type"] == "website"


def test_with_site_url(client, settings):
    settings.SITE_URL, settings.SITE_NAME = "https://research.example/", "产业研究"
    make.make_note(slug="n")
    found = tags(client, "/notes/n/")
    assert found["og:url"] == "https://research.example/notes/n/"
    assert found["og:site_name"] == "产业研究"


def test_a_newer_draft_and_hidden_pages_say_nothing(client):
    note = make.make_note(slug="n", body="公开。")
    keep_aside(note, title="绝密", body="绝密。")
    assert "绝密" not in str(tags(client, "/notes/n/"))
    make.make_note("绝密", slug="m", status="draft")
    assert tags(client, "/notes/m/") == {}


def test_markup_stays_text(client):
    make.make_note('"><script>x</script>', slug="n", body='"><b>x')
    found = tags(client, "/notes/n/")
    assert found["og:title"] == '"><script>x</script>'
    assert found["og:description"] == '"><b>x'
