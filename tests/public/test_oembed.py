"""`/oembed?url=…`: what https://oembed.com asks of a provider."""

import json
from urllib.parse import urlencode
from xml.etree import ElementTree

import html5lib
import pytest

from research import actions
from tests import factories as make
from tests.frozen import last, make_world
from tests.public.changed import edit
from tests.public.urls import body

pytestmark = pytest.mark.django_db

HOST = "http://testserver"


@pytest.fixture
def world():
    return make_world()


@pytest.fixture
def ask(client, world):
    def ask(path="/comparisons/two/", host=HOST, at="/oembed", **more):
        return client.get(f"{at}?{urlencode({'url': f'{host}{path}', **more})}")

    return ask


def frame_in(text):
    return next(html5lib.parse(text, namespaceHTMLElements=False).iter("iframe"))


class TestAnswer:
    def test_json(self, ask):
        response = ask()
        assert response["Content-Type"] == "application/json"
        found = json.loads(response.content)
        html = found.pop("html")
        assert found == {
            **{"version": "1.0", "type": "rich", "title": "阿里与腾讯", "provider_name": "Comparanda"},
            **{"provider_url": f"{HOST}/", "cache_age": 3600, "width": 720, "height": 480},
        }
        frame = frame_in(html)
        assert frame.attrib == {
            **{"src": f"{HOST}/comparisons/two/embed/", "width": "720", "height": "480"},
            **{"title": "阿里与腾讯", "loading": "lazy"},
        }

    def test_xml_says_the_same(self, ask):
        response = ask(format="xml")
        assert response["Content-Type"].startswith("text/xml")
        root = ElementTree.fromstring(response.content)
        assert root.tag == "oembed"
        found = {child.tag: child.text for child in root}
        assert found == {name: str(value) for name, value in json.loads(ask().content).items()}

    @pytest.mark.parametrize(
        ("path", "src"),
        [
            ("/comparisons/two/v/1/", "/comparisons/two/v/1/embed/"),
            ("/en/comparisons/two/", "/en/comparisons/two/embed/"),
            ("/en/comparisons/two/v/1/", "/en/comparisons/two/v/1/embed/"),
            ("/comparisons/two/embed/?figure=modes", "/comparisons/two/embed/?figure=modes"),
            ("/comparisons/two/v/1/embed/?figure=modes", "/comparisons/two/v/1/embed/?figure=modes"),
        ],
    )
    def test_every_page_that_can_be_framed(self, client, ask, path, src):
        frame = frame_in(json.loads(ask(path).content)["html"])
        assert frame.get("src") == f"{HOST}{src}"
        assert client.get(frame.get("src")).status_code == 200

    def test_a_chinese_address_encoded_or_not(self, ask):
        make.make_comparison("中文", slug="阿里-腾讯")
        for path in ("/comparisons/阿里-腾讯/", "/comparisons/%E9%98%BF%E9%87%8C-%E8%85%BE%E8%AE%AF/"):
            assert json.loads(ask(path).content)["title"] == "中文"

    def test_the_site_by_its_own_name(self, ask, settings):
        settings.SITE_URL = "https://c.example"
        found = json.loads(ask(host="https://c.example").content)
        assert frame_in(found["html"]).get("src") == "https://c.example/comparisons/two/embed/"

    def test_a_title_cannot_leave_its_place(self, world, ask):
        title = '</title>"><script>&amp;]]>'
        edit(world.comparison, title=title)
        assert frame_in(json.loads(ask().content)["html"]).get("title") == title
        root = ElementTree.fromstring(ask(format="xml").content)
        assert root.findtext("title") == title
        assert frame_in(root.findtext("html")).get("title") == title

    def test_a_control_character_leaves_it_xml(self, ask, world):
        edit(world.comparison, title="阿里\x0b与\x1f腾讯\ufffe")
        root = ElementTree.fromstring(ask(format="xml").content)
        assert root.findtext("title") == "阿里 与 腾讯 "


class TestSize:
    @pytest.mark.parametrize(
        ("most", "expected"),
        [
            ({}, (720, 480)),
            ({"maxwidth": "400"}, (400, 480)),
            ({"maxwidth": "400", "maxheight": "200"}, (400, 200)),
            ({"maxwidth": "9000", "maxheight": "9000"}, (720, 480)),
            ({"maxwidth": "x", "maxheight": "-5"}, (720, 480)),
            ({"maxwidth": "9" * 5000, "maxheight": ""}, (720, 480)),
            ({"maxwidth": "0"}, (1, 480)),
        ],
    )
    def test_is_at_most_what_was_asked_for(self, ask, most, expected):
        found = json.loads(ask(**most).content)
        assert (found["width"], found["height"]) == expected
        frame = frame_in(found["html"])
        assert (frame.get("width"), frame.get("height")) == tuple(map(str, expected))


class TestRefusal:
    @pytest.mark.parametrize(
        "path",
        [
            *("/", "/comparisons/", "/comparisons/no/", "/comparisons/two/v/9/", "/cases/ali-case-0/"),
            *("/no-such-page/", "/comparisons/two/embed/?figure=x", "/comparisons/two/v/1/embed/?figure=%00"),
            *(
                "/comparisons/%00/",
                f"/comparisons/{'x' * 5000}/",
                "/comparisons/two/v/1/table.csv",
                "/admin/",
            ),
        ],
    )
    def test_of_what_cannot_be_framed_or_is_not_there(self, ask, path):
        assert ask(path).status_code == 404

    @pytest.mark.parametrize(
        "url",
        ["", "x", "https://other.example/comparisons/two/", "//", "http://[", "javascript:alert(1)", "\x00"],
    )
    def test_of_what_is_no_address_of_ours(self, client, world, url):
        assert client.get(f"/oembed?{urlencode({'url': url})}").status_code == 404
        assert client.get("/oembed").status_code == 404

    def test_of_another_format(self, ask):
        assert ask(format="yaml").status_code == 501

    def test_of_what_readers_may_see_no_more(self, world, ask):
        edit(world.comparison, title="第二题")
        actions.withdraw_version(last(world.comparison), reason="x", by=None)
        assert ask("/comparisons/two/v/2/").status_code == 401
        assert ask("/comparisons/two/v/1/").status_code == 200
        actions.withdraw([world.comparison], by=None, via="test")
        assert ask("/comparisons/two/").status_code == 401
        assert ask("/comparisons/two/v/1/").status_code == 401

    def test_of_what_has_another_key_now(self, world, ask):
        edit(world.comparison, slug="renamed")
        frame = frame_in(json.loads(ask("/comparisons/two/").content)["html"])
        assert frame.get("src") == f"{HOST}/comparisons/renamed/embed/"

    def test_of_what_was_never_public_is_as_of_what_is_not_there(self, ask):
        """Otherwise a guess could be confirmed."""
        make.make_comparison("草稿", slug="draft", status="draft")
        assert ask("/comparisons/draft/").status_code == ask("/comparisons/no/").status_code == 404

    def test_nothing_can_be_sent(self, client):
        assert client.post("/oembed").status_code == 405


def test_a_page_says_where_to_ask(client, world):
    """The comparison's page, which a program reads first."""
    tree = html5lib.parse(body(client.get("/comparisons/two/")), namespaceHTMLElements=False)
    links = {
        link.get("type"): link.get("href") for link in tree.iter("link") if link.get("rel") == "alternate"
    }
    for kind in ("json", "xml"):
        address = links[f"{'application' if kind == 'json' else 'text'}/{kind}+oembed"]
        assert address.startswith(f"{HOST}/oembed?")
        response = client.get(address)
        assert response.status_code == 200
        assert kind in response["Content-Type"]
