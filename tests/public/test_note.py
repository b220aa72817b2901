"""/notes/ and /notes/<slug>/: the seed note whole."""

import csv
import re

import html5lib
import pytest
from django.conf import settings
from django.urls import reverse

from tests import factories as make
from tests.public.urls import body, marks

pytestmark = pytest.mark.django_db
SLUG = "阿里-产业互联网-190912"


def text_of(response):
    main = html5lib.parse(body(response), namespaceHTMLElements=False).find(".//main")
    return "".join(main.itertext())


def squeeze(text):
    return re.sub(r"\s+", "", text)


def seed_sentences():
    """The sentences of the note's text, Markdown marks taken off by hand, without the renderer under test."""
    with (settings.BASE_DIR / "fixtures/notes.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    text = row["body"].partition("<!--")[0].replace("**", "")
    lines = [re.sub(r"^(#+|-)\s+", "", line) for line in text.splitlines()]
    return [sentence for line in lines for sentence in re.split(r"(?<=[。；？])", line) if sentence.strip()]


@pytest.mark.usefixtures("class_seed")
class TestSeed:
    def test_every_sentence_is_there(self, client):
        shown = squeeze(text_of(client.get(reverse("note", args=[SLUG]))))
        sentences = seed_sentences()
        assert len(sentences) > 100
        missing = [sentence for sentence in sentences if squeeze(sentence) not in shown]
        assert not missing

    def test_emphasis_is_rendered(self, client):
        page = body(client.get(reverse("note", args=[SLUG])))
        assert "**" not in text_of(client.get(reverse("note", args=[SLUG])))
        assert "强<strong>调消费互联网是产业互联网的前奏，两者并不是取代关系。</strong>“C端" in page

    def test_the_closing_sections_stand_in_place(self, client):
        page = client.get(reverse("note", args=[SLUG]))
        tree = html5lib.parse(body(page), namespaceHTMLElements=False)
        headings = ["".join(node.itertext()).strip() for node in tree.iter("h2")]
        assert headings.index("TO DO") < headings.index("参考文献") < headings.index("更新日志")
        assert len(page.context["todos"]) == 7
        numbers = [
            (reference.number, reference.source.key) for reference in page.context["apparatus"].references
        ]
        assert [number for number, _key in numbers] == list(range(1, 10))
        assert "190912 add" in text_of(page)

    def test_the_missing_time_stays_visible(self, client):
        assert "「时间点」" in text_of(client.get(reverse("note", args=[SLUG])))

    def test_the_list_leads_to_it(self, client):
        assert reverse("note", args=[SLUG]) in body(client.get(reverse("notes")))


def test_citations_are_numbered_in_order_of_use_and_lead_back(client):
    make.make_source("乙书", key="b")
    make.make_source("甲书", key="a")
    note = make.make_note(body="先 [@b, p. 6]，后 [@a]，再 [@b]。")
    page = body(client.get(note.get_absolute_url()))
    tree = html5lib.parse(page, namespaceHTMLElements=False)
    assert marks(page) == ["[1, p. 6]", "[2]", "[1]"]
    first = next(node for node in tree.iter("li") if node.get("id") == "ref-1")
    assert "乙书" in "".join(first.itertext())
    assert [link.get("href") for link in first.iter("a")][1:] == ["#cite-1-1", "#cite-1-2"]


def test_a_link_leads_to_its_record_and_back(client):
    case = make.make_case("城市大脑", slug="城市大脑")
    note = make.make_note("札记", body="见 [[城市大脑]] 与 [[cases/城市大脑|此例]]，没有 [[无此记录]]。")
    page = body(client.get(note.get_absolute_url()))
    assert page.count(f'href="{case.get_absolute_url()}"') == 2
    assert "无此记录" in page
    assert "札记" in body(client.get(case.get_absolute_url()))


def test_an_unknown_citation_is_shown_to_nobody(client):
    note = make.make_note(body="句子 [@nobody]。")
    assert "nobody" not in body(client.get(note.get_absolute_url()))


def test_markup_in_a_text_cannot_run(client):
    note = make.make_note(body='<script>alert(1)</script> [x](javascript:alert(1)) <img src=x onerror="a()">')
    page = body(client.get(note.get_absolute_url()))
    assert "<script>" not in page
    assert "javascript:" not in page.replace("(javascript:alert(1))", "")
    assert "<img" not in page


@pytest.mark.parametrize("key", ["no-such-note", "%00", "x" * 3000, "阿里%20", "..%2f"])
def test_a_bad_key_answers_404(client, key):
    assert client.get(f"/notes/{key}/").status_code == 404


def test_nothing_can_be_posted(client):
    """Public pages only read; a form posted to one is refused for want of a token, or ignored."""
    note = make.make_note()
    client.post(note.get_absolute_url(), {"title": "改"})
    note.refresh_from_db()
    assert note.title == "阿里-产业互联网-190912"
