"""`…/embed/`: a comparison, or a figure of it, in a frame of another site; nothing else may be framed."""

import html5lib
import pytest
from django.urls import reverse

from research import actions, freezing
from research.models import ComparisonVersion
from tests import factories as make
from tests.frozen import last, make_world
from tests.public.changed import edit
from tests.public.urls import body, one_of_each

pytestmark = pytest.mark.django_db

FIGURES = ("modes", "industries")


@pytest.fixture
def world():
    return make_world()


@pytest.fixture
def frames(world):
    """Live and frozen, whole and of each figure, in both languages."""
    at = [reverse("comparison_embed", args=["two"]), f"{last(world.comparison).get_absolute_url()}embed/"]
    whole = [f"{prefix}{one}" for prefix in ("", "/en") for one in at]
    return [*whole, *(f"{one}?figure={figure}" for one in whole for figure in FIGURES)]


def tree_of(response):
    return html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(body(response))


def test_it_may_be_framed_by_any_site(client, frames):
    for address in frames:
        response = client.get(address)
        assert response.status_code == 200
        assert "X-Frame-Options" not in response
        policy = response["Content-Security-Policy"]
        assert "frame-ancestors *" in policy
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy


def test_the_frame_of_a_figure_reads_nothing_else(client, world, monkeypatch):
    """Anybody's page may ask for it as often as it likes."""
    monkeypatch.setattr(freezing, "edition", lambda _comparison: pytest.fail("the whole comparison is read"))
    response = client.get(reverse("comparison_embed", args=["two"]), {"figure": "modes"})
    assert "<svg" in body(response)


def test_no_other_page_may(client, world):
    for address in one_of_each():
        response = client.get(address)
        assert "frame-ancestors 'none'" in response["Content-Security-Policy"], address
        assert response["X-Frame-Options"] == "DENY", address


def test_it_is_a_page_without_masthead_script_or_cookie(client, frames):
    client.force_login(make.make_user("admin"))
    for address in frames:
        response = client.get(address)
        tree = tree_of(response)
        assert not response.cookies
        assert "Cookie" not in response.get("Vary", "")
        assert [*tree.iter("script"), *tree.iter("form"), *tree.iter("nav")] == []
        assert len([*tree.iter("h1")]) == 1


def test_its_links_open_outside_of_the_frame(client, frames):
    for address in frames:
        links = [*tree_of(client.get(address)).iter("a")]
        outward = [link for link in links if not link.get("href").startswith("#")]
        assert outward, address
        for link in links:
            leaves = link in outward
            assert (link.get("target") == "_blank") == leaves, (address, link.get("href"))
            assert ("noopener" in link.get("rel", "")) == leaves, (address, link.get("href"))


def test_the_whole_has_counts_latest_findings_and_sources(client, world):
    text = body(client.get("/comparisons/two/embed/"))
    assert "3,000 家" in text
    assert "1,000 家" not in text, "an earlier value"
    assert "报告idc" in text
    assert "阿里巴巴案例0" not in text


def test_a_figure_is_there_alone(client, world):
    for address in ("/comparisons/two/embed/", "/comparisons/two/v/1/embed/"):
        for name, other in (FIGURES, FIGURES[::-1]):
            tree = tree_of(client.get(f"{address}?figure={name}"))
            assert [one.get("id") for one in tree.iter("figure")] == [f"figure-{name}"] != [f"figure-{other}"]
            assert [*tree.iter("table")] == []
            assert [*tree.iter("{http://www.w3.org/2000/svg}svg")]


def test_the_live_one_follows_and_the_frozen_one_does_not(client, world):
    live, frozen = "/comparisons/two/embed/", "/comparisons/two/v/1/embed/"
    before = client.get(frozen).content
    edit(world.findings[3], value="123456")
    assert "12.35 万" in body(client.get(live)) or "123,456" in body(client.get(live))
    assert client.get(frozen).content == before
    assert client.get(frozen)["Cache-Control"] == "public, max-age=86400"
    assert client.get(live)["Cache-Control"] == "public, max-age=300"


def test_the_code_to_copy_is_on_the_comparison_s_page(client, world):
    text = body(client.get("/comparisons/two/"))
    tree = html5lib.parse(text, namespaceHTMLElements=False)
    codes = [node.text for node in tree.iter("code") if node.get("data-copied-text") is not None]
    assert len(codes) == 2
    for code, address in zip(codes, ("/comparisons/two/embed/", "/comparisons/two/v/1/embed/"), strict=True):
        [frame] = html5lib.parse(code, namespaceHTMLElements=False).iter("iframe")
        assert frame.get("src") == f"http://testserver{address}"
        assert {*frame.keys()} == {"src", "width", "height", "title", "loading"}
        assert client.get(frame.get("src")).status_code == 200


def test_a_title_cannot_leave_the_code(client, world):
    edit(world.comparison, title='"><script>alert(1)</script>')
    tree = html5lib.parse(body(client.get("/comparisons/two/")), namespaceHTMLElements=False)
    code = next(node.text for node in tree.iter("code") if node.get("data-copied-text") is not None)
    inner = html5lib.parse(code, namespaceHTMLElements=False)
    assert [*inner.iter("script")] == []
    assert next(inner.iter("iframe")).get("title") == '"><script>alert(1)</script>'


@pytest.mark.parametrize("query", ["?figure=x", "?figure=%00", f"?figure={'x' * 5000}", "?figure=../page"])
@pytest.mark.parametrize("at", ["/comparisons/two/embed/", "/comparisons/two/v/1/embed/"])
def test_a_figure_that_is_not_there(client, world, at, query):
    assert client.get(f"{at}{query}").status_code == 404


def test_what_is_hidden_or_withdrawn(client, world):
    make.make_comparison("草稿", slug="draft", status="draft")
    assert client.get("/comparisons/draft/embed/").status_code == 404
    actions.withdraw_version(ComparisonVersion.objects.get(), reason="x", by=None)
    gone = client.get("/comparisons/two/v/1/embed/")
    assert gone.status_code == 410
    assert "frame-ancestors *" in gone["Content-Security-Policy"], "the frame says so too"
    actions.withdraw([world.comparison], by=None, via="test")
    assert client.get("/comparisons/two/embed/").status_code == 404


def test_nothing_can_be_sent(client, frames):
    for address in frames:
        assert client.post(address).status_code == 405
