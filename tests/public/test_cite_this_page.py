"""How a page is cited: a source's page as the source, our own as themselves; in every style, and as files."""

import re
from datetime import UTC, date, datetime

import html5lib
import pytest
from django.urls import reverse
from django.utils import timezone

from tests import factories as make
from tests.public.urls import body

pytestmark = pytest.mark.django_db


@pytest.fixture
def today(monkeypatch):
    """Half past midnight in Shanghai, and still yesterday in Greenwich."""
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 3, 4, 16, 30, tzinfo=UTC))
    return date(2026, 3, 5)


def references(client, record, prefix=""):
    """The section's references by their labels, and its files by theirs."""
    tree = html5lib.parse(body(client.get(prefix + record.get_absolute_url())), namespaceHTMLElements=False)
    (section,) = [node for node in tree.iter("section") if node.get("class") == "cite-as"]
    shown = {
        row.findtext("dt"): "".join(text.itertext())
        for row in section.iter("div")
        for text in row.iter()
        if text.get("data-copied-text") is not None
    }
    files = {link.text: link.get("href") for link in section.iter("a")}
    return shown, files


def touch(record, moment=datetime(2026, 1, 31, 17, tzinfo=UTC)):
    type(record).objects.filter(pk=record.pk).update(updated_at=moment)


class TestOurOwnPages:
    def test_a_note_is_a_page_of_the_site(self, client, today, settings):
        settings.SITE_NAME, settings.SITE_URL = "产业研究", "https://research.example"
        note = make.make_note("阿里札记", slug="li", date="2019-09-12")
        touch(note)
        shown, _files = references(client, note)
        url = "https://research.example/notes/li/"
        numeric = f"产业研究. 阿里札记[EB/OL]. (2026-02-01)[2026-03-05]. {url}."
        assert next(iter(shown.values())) == numeric
        assert f"产业研究, 2026. 阿里札记[EB/OL]. (2026-02-01)[2026-03-05]. {url}." in shown.values()
        assert f"产业研究. (2026年2月1日). 阿里札记. {url}" in shown.values()
        assert len(shown) == 4

    def test_a_comparison_is_a_dataset(self, client, today):
        comparison = make.make_comparison("阿里巴巴与腾讯", slug="a-t")
        touch(comparison)
        shown, _files = references(client, comparison)
        numeric = next(iter(shown.values()))
        url = "http://testserver/comparisons/a-t/"
        assert numeric == f"Comparanda. 阿里巴巴与腾讯[DS/OL]. (2026-02-01)[2026-03-05]. {url}."

    @pytest.mark.parametrize("maker", [make.make_case, make.make_thesis])
    def test_cases_and_theses_too(self, client, maker):
        record = maker()
        shown, _files = references(client, record)
        assert str(record).rstrip("。.") in next(iter(shown.values()))

    def test_the_english_page_has_its_own_address(self, client):
        shown, _files = references(client, make.make_note("Two firms", slug="two"), prefix="/en")
        assert "http://testserver/en/notes/two/" in next(iter(shown.values()))
        assert not re.search("[\u4e00-\u9fff]", "".join(shown.values()))

    def test_who_typed_it_is_not_told(self, client):
        typist = make.make_user(username="typist")
        note = make.make_note(by=typist)
        assert "typist" not in body(client.get(note.get_absolute_url()))

    def test_its_references_are_there_as_files(self, client):
        make.make_source("来源", key="k")
        for record in (
            make.make_note(body="[@k]"),
            make.make_case(body="[@k]"),
            make.make_comparison(intro="[@k]"),
        ):
            _shown, files = references(client, record)
            assert list(files) == ["BibTeX", "RIS", "CSL-JSON"]
            for address in files.values():
                assert "来源" in body(client.get(address)), address


class TestSources:
    def test_a_source_is_cited_as_itself(self, client):
        source = make.make_source(
            "产业互联网的定义",
            key="li2018",
            kind="article-journal",
            authors="李四; 王五",
            container="信息通信技术",
            issued="2018",
            language="zh-CN",
            extra="volume: 27\nissue: 3\npage: 379-423",
        )
        shown, files = references(client, source)
        assert "李四, 王五. 产业互联网的定义[J]. 信息通信技术, 2018, 27(3): 379-423." in shown.values()
        assert shown["BibTeX"].startswith("@article{li2018,")
        assert set(files.values()) == {
            reverse(f"source_{ending}", args=["li2018"]) for ending in ("bib", "ris", "json")
        }

    def test_its_further_fields_have_names_that_people_read(self, client):
        source = make.make_source(
            extra="volume: 27\neditor: 李四; Miller, Ann; {Barnes, Noble}; others\noriginal-date: 197X\n"
            "publisher-place: 北京\ntex.keyvalue: 值\nmy-own: 己\nrow.authors: a;b"
        )
        page = body(client.get(f"/en{source.get_absolute_url()}"))
        tree = html5lib.parse(page, namespaceHTMLElements=False)
        (facts,) = [node for node in tree.iter("dl") if node.get("class") == "facts"]
        texts = [" ".join("".join(node.itertext()).split()) for node in facts]
        pairs = dict(zip(texts[::2], texts[1::2], strict=True))
        assert (pairs["Volume"], pairs["Place"]) == ("27", "北京")
        assert pairs["Editors"] == "李四; Ann Miller; Barnes, Noble; and others"
        assert pairs["Original date"] == "1970s"
        assert pairs["my-own"] == "己"
        assert [
            name for name in pairs if "keyvalue" in name
        ] == []  # a field that only files of its format have a use for
        assert "row.authors" not in texts

    def test_a_long_abstract_is_folded(self, client):
        source = make.make_source(extra=f"abstract: {'很长。' * 200}")
        page = body(client.get(source.get_absolute_url()))
        assert re.search(r"<details>\s*<summary>很长。[^<]*…</summary>", page)

    @pytest.mark.parametrize(
        "extra", ["", ":", "  x\n\n: :", "editor: ;;;", "page:\nvolume:\n  \n", "no field"]
    )
    def test_odd_further_fields_break_nothing(self, client, extra):
        assert client.get(make.make_source(extra=extra).get_absolute_url()).status_code == 200


def test_other_pages_are_not_cited(client):
    for record in (make.make_organization(), make.make_event(), make.make_todo(), make.make_criterion()):
        assert 'class="cite-as"' not in body(client.get(record.get_absolute_url()))


def test_buttons_are_the_script_s_affair(client):
    """Without script nothing is there that does nothing."""
    page = body(client.get(f"/en{make.make_note().get_absolute_url()}"))
    section = page[page.index('class="cite-as"') :].partition("</section>")[0]
    assert "<button" not in section
    assert 'data-copy="Copy"' in section
