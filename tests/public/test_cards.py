"""The picture of a comparison for those who show a link to it: its title and its chart, as a PNG."""

import struct
import xml.etree.ElementTree as ET
from urllib.parse import urlsplit

import html5lib
import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from research.charts import pictures
from research.rows import MODELS
from tests import factories as make
from tests.public.changed import edit, keep_aside
from tests.public.urls import body

pytestmark = pytest.mark.django_db


@pytest.fixture
def drawn(monkeypatch):
    """The SVGs that were to be drawn, on any machine."""
    svgs: list[tuple[str, float]] = []

    def draw(svg: str, *, scale: float) -> bytes:
        svgs.append((svg, scale))
        return b"\x89PNG"

    monkeypatch.setattr(pictures, "can_draw", lambda: True)
    monkeypatch.setattr(pictures, "as_png", draw)
    return svgs


@pytest.fixture
def comparison():
    firms = [make.make_organization(name) for name in ("阿里巴巴", "腾讯")]
    mode = make.make_mode("赋能平台")
    for place in range(7):
        make.make_case(organization=firms[place % 2], mode=mode)
    return make.make_comparison("阿里巴巴与腾讯", slug="a-t", organizations=firms)


def texts(svg):
    return [
        " ".join("".join(node.itertext()).split())
        for node in ET.fromstring(svg).iter()
        if node.tag.endswith("text")
    ]


def image(client, url):
    """The picture's tags in the head of a page."""
    tree = html5lib.parse(body(client.get(url)), namespaceHTMLElements=False)
    metas = list(tree.find("head").iter("meta"))
    found = {node.get("property") or node.get("name"): node.get("content") for node in metas}
    return {name: value for name, value in found.items() if name and name.startswith(("og:image", "twitter"))}


class TestThePicture:
    def test_it_shows_title_organizations_numbers_and_site(self, client, drawn, comparison, settings):
        settings.SITE_NAME = "产业研究"
        response = client.get("/comparisons/a-t/card.png")
        assert (response.status_code, response["Content-Type"]) == (200, "image/png")
        ((svg, scale),) = drawn
        root = ET.fromstring(svg)
        assert [float(root.get(side, "")) * scale for side in ("width", "height")] == [1200, 630]
        shown = texts(svg)
        for words in ("阿里巴巴与腾讯", "阿", "腾", "阿里巴巴", "腾讯", "赋能平台", "4", "3", "产业研究"):
            assert words in shown, words

    def test_without_a_case_it_names_the_organizations(self, client, drawn):
        firms = [make.make_organization(name) for name in ("甲公司", "乙公司")]
        make.make_comparison("空的", slug="empty", organizations=firms)
        assert client.get("/comparisons/empty/card.png").status_code == 200
        assert "甲公司 · 乙公司" in texts(drawn[0][0])

    def test_in_english(self, client, drawn, comparison):
        client.get("/en/comparisons/a-t/card.png")
        assert "Cases by mode" in texts(drawn[0][0])

    def test_it_is_sent_once(self, client, drawn, comparison):
        etag = client.get("/comparisons/a-t/card.png")["ETag"]
        assert client.get("/comparisons/a-t/card.png", headers={"if-none-match": etag}).status_code == 304
        edit(comparison, title="新题")
        assert client.get("/comparisons/a-t/card.png", headers={"if-none-match": etag}).status_code == 200

    def test_a_real_one_has_its_size(self, client, comparison):
        if not pictures.can_draw():
            pytest.skip("no font for Chinese text here, or no library for pictures")
        content = client.get("/comparisons/a-t/card.png").content
        assert content[:8] == b"\x89PNG\r\n\x1a\n"
        assert struct.unpack(">II", content[16:24]) == (1200, 630)
        assert content == client.get("/comparisons/a-t/card.png").content

    def test_hostile_titles_are_text(self, client, drawn):
        make.make_comparison(
            "</text><script>]]>&\x01", slug="h", organizations=[make.make_organization("<b>\x02")]
        )
        assert client.get("/comparisons/h/card.png").status_code == 200
        ET.fromstring(drawn[0][0])
        assert "<script" not in drawn[0][0]

    def test_queries_are_constant(self, client, drawn, comparison):
        ContentType.objects.get_for_models(*MODELS.values())

        def queries():
            with CaptureQueriesContext(connection) as captured:
                client.get("/comparisons/a-t/card.png")
            return len(captured)

        few = queries()
        firm, mode = comparison.organizations.first(), make.make_mode()
        with make.together():
            for _ in range(300):
                make.make_case(organization=firm, mode=mode)
        assert queries() == few
        assert few < 15


class TestWhatIsHidden:
    def test_hidden_records_and_drafts_are_not_drawn(self, client, drawn, comparison):
        firm = comparison.organizations.first()
        make.make_case(organization=firm, mode=make.make_mode("绝密"), status="draft")
        hidden = make.make_organization("绝密公司", status="draft")
        edit(comparison, organizations=[*comparison.organizations.all(), hidden])
        keep_aside(comparison, title="绝密题")
        client.get("/comparisons/a-t/card.png")
        assert "绝密" not in drawn[0][0]

    @pytest.mark.parametrize("status", ["draft", "review"])
    def test_a_hidden_comparison_has_none(self, client, drawn, status):
        make.make_comparison(slug="h", status=status)
        assert client.get("/comparisons/h/card.png").status_code == 404
        assert client.get("/comparisons/none/card.png").status_code == 404
        assert drawn == []


class TestItsTags:
    @pytest.mark.parametrize("prefix", ["", "/en"])
    def test_comparison_and_home_name_it(self, client, drawn, comparison, prefix):
        for url in (f"{prefix}/comparisons/a-t/", f"{prefix}/"):
            found = image(client, url)
            assert found == {
                "og:image": f"http://testserver{prefix}/comparisons/a-t/card.png",
                "og:image:type": "image/png",
                "og:image:width": "1200",
                "og:image:height": "630",
                "og:image:alt": "阿里巴巴与腾讯",
                "twitter:card": "summary_large_image",
            }
            assert client.get(urlsplit(found["og:image"]).path).status_code == 200

    def test_other_pages_have_none(self, client, drawn, comparison):
        for url in (make.make_note().get_absolute_url(), reverse("comparisons"), reverse("about")):
            assert image(client, url) == {"twitter:card": "summary"}

    def test_with_site_url(self, client, drawn, comparison, settings):
        settings.SITE_URL = "https://research.example/"
        assert image(client, "/")["og:image"] == "https://research.example/comparisons/a-t/card.png"

    def test_where_nothing_can_be_drawn(self, client, monkeypatch, comparison):
        monkeypatch.setattr(pictures, "can_draw", lambda: False)
        assert image(client, "/comparisons/a-t/") == {"twitter:card": "summary"}
        response = client.get("/en/comparisons/a-t/card.png")
        assert response.status_code == 501
        assert body(response) == "This server cannot draw pictures.\n"
