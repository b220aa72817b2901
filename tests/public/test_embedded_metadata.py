"""What Zotero saves from a page: of a source's page the source, of our own pages these, of lists a choice."""

from datetime import UTC, datetime

import html5lib
import pytest
from django.urls import reverse

from research.models import SourceKind
from tests import factories as make
from tests.public.urls import body
from tests.public.zotero import offered, saved

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7\n%%EOF\n"
# Zotero's type for each kind, whom it calls the maker, and the kind in Extra where Zotero has no type for it.
KINDS = {
    "article": ("preprint", "author", ""),
    "article-journal": ("journalArticle", "author", ""),
    "article-magazine": ("magazineArticle", "author", ""),
    "article-newspaper": ("newspaperArticle", "author", ""),
    "bill": ("bill", "sponsor", ""),
    "book": ("book", "author", ""),
    "broadcast": ("tvBroadcast", "director", ""),
    "chapter": ("bookSection", "author", ""),
    "classic": ("book", "author", "Type: classic"),
    "collection": ("document", "author", "Type: collection"),
    "dataset": ("dataset", "author", ""),
    "document": ("document", "author", ""),
    "entry": ("encyclopediaArticle", "author", "Type: entry"),
    "entry-dictionary": ("dictionaryEntry", "author", ""),
    "entry-encyclopedia": ("encyclopediaArticle", "author", ""),
    "event": ("document", "author", "Type: event"),
    "figure": ("artwork", "artist", "Type: figure"),
    "graphic": ("artwork", "artist", ""),
    "hearing": ("hearing", "contributor", ""),
    "interview": ("interview", "interviewee", ""),
    "legal_case": ("case", "author", ""),
    "legislation": ("statute", "author", ""),
    "manuscript": ("manuscript", "author", ""),
    "map": ("map", "cartographer", ""),
    "motion_picture": ("film", "director", ""),
    "musical_score": ("book", "author", "Type: musical_score"),
    "pamphlet": ("document", "author", "Type: pamphlet"),
    "paper-conference": ("conferencePaper", "author", ""),
    "patent": ("patent", "inventor", ""),
    "performance": ("document", "author", "Type: performance"),
    "periodical": ("book", "author", "Type: periodical"),
    "personal_communication": ("letter", "author", ""),
    "post": ("forumPost", "author", ""),
    "post-weblog": ("blogPost", "author", ""),
    "regulation": ("statute", "author", "Type: regulation"),
    "report": ("report", "author", ""),
    "review": ("journalArticle", "author", "Type: review"),
    "review-book": ("journalArticle", "author", "Type: review-book"),
    "software": ("computerProgram", "programmer", ""),
    "song": ("audioRecording", "performer", ""),
    "speech": ("presentation", "presenter", ""),
    "standard": ("standard", "author", ""),
    "thesis": ("thesis", "author", ""),
    "treaty": ("statute", "author", "Type: treaty"),
    "webpage": ("webpage", "author", ""),
}


def save(client, record):
    return saved(body(client.get(record.get_absolute_url())))


class TestSources:
    @pytest.mark.parametrize("kind", SourceKind.values)
    def test_each_kind_is_saved_with_type_makers_and_numbers(self, client, kind):
        source = make.make_source(
            "产业互联网：“云”与<制造>",
            kind=kind,
            authors="刘松; Shannon, Claude E.; van der Merwe, Karen; {Barnes, Noble; Co}; IDC China",
            container="信息通信技术",
            publisher="工业4.0研究院",
            issued="2018-11-26",
            url="https://example.org/a?b=1&c=2",
            identifier="10.1000/182",
            language="zh-CN",
            extra="volume: 27\nissue: 3\npage: 379-423\npublisher-place: 北京\nISBN: 978-7-111-54425-8\n"
            "abstract: 第一段。\n  第二段。",
        )
        item = save(client, source)
        kind_of_item, maker, extra = KINDS[kind]
        assert (item["itemType"], item.get("extra", "")) == (kind_of_item, extra)
        assert item["title"] == source.title
        assert item["creators"] == [
            (maker, "刘松", ""),
            (maker, "Shannon", "Claude E."),
            (maker, "van der Merwe", "Karen"),
            (maker, "Barnes Noble Co", ""),
            (maker, "IDC China", ""),
        ]
        assert item["date"] in ("2018/11/26", "2018-11-26")
        assert "信息通信技术" in (item["publicationTitle"], item.get("reporter"), item.get("code"))
        assert {name: item[name] for name in ("volume", "issue", "pages", "DOI", "ISBN", "place")} == {
            "volume": "27",
            "issue": "3",
            "pages": "379-423",
            "DOI": "10.1000/182",
            "ISBN": "978-7-111-54425-8",
            "place": "北京",
        }
        assert {name: item[name] for name in ("publisher", "url", "language", "abstractNote")} == {
            "publisher": "工业4.0研究院",
            "url": "https://example.org/a?b=1&c=2",
            "language": "zh-CN",
            "abstractNote": "第一段。 第二段。",
        }

    def test_what_decides_the_type_by_itself_is_there_for_that_type_alone(self, client):
        """A report in a journal stays a report, with its institution; a thesis has its university."""
        report = make.make_source(kind="report", container="研究报告", publisher="IDC", extra="number: R-12")
        item = save(client, report)
        assert (item["itemType"], item["institution"], item["number"]) == ("report", "IDC", "R-12")
        thesis = make.make_source(kind="thesis", publisher="清华大学", extra="genre: 博士学位论文")
        item = save(client, thesis)
        assert (item["itemType"], item["university"], item["type"]) == ("thesis", "清华大学", "博士学位论文")
        paper = make.make_source(
            kind="paper-conference", container="会议论文集", extra="event-title: 云栖大会"
        )
        item = save(client, paper)
        assert (item["itemType"], item["conferenceName"]) == ("conferencePaper", "云栖大会")
        assert item["publicationTitle"] == "会议论文集"

    @pytest.mark.parametrize(
        ("authors", "wanted"),
        [
            ("刘松", [("author", "刘松", "")]),
            ("刘, 松", [("author", "刘", "松")]),
            ("Liu, Song", [("author", "Liu", "Song")]),
            ("中国造纸学会; 刘松", [("author", "中国造纸学会", ""), ("author", "刘松", "")]),
            ("Alibaba Research Institute", [("author", "Alibaba Research Institute", "")]),
            ("{Alibaba Group, Research Institute}", [("author", "Alibaba Group Research Institute", "")]),
            ("King, Jr, Martin Luther", [("author", "King", "Martin Luther Jr")]),
            ("刘松; others", [("author", "刘松", "")]),
            ("", []),
        ],
    )
    def test_names_are_split_where_ours_are(self, client, authors, wanted):
        assert save(client, make.make_source(authors=authors)).get("creators", []) == wanted

    def test_every_other_maker_has_its_role(self, client):
        source = make.make_source(
            kind="chapter",
            authors="刘松",
            extra="editor: 李四; Miller, Ann\ntranslator: 王五\ncontainer-author: 赵六\nillustrator: 钱七",
        )
        assert save(client, source)["creators"] == [
            ("author", "刘松", ""),
            ("editor", "李四", ""),
            ("editor", "Miller", "Ann"),
            ("translator", "王五", ""),
            ("bookAuthor", "赵六", ""),
            ("contributor", "钱七", ""),
        ]
        edited = make.make_source(kind="book", authors="刘松", extra="editor: Miller, Ann")
        assert save(client, edited)["creators"] == [("author", "刘松", ""), ("editor", "Miller", "Ann")]

    @pytest.mark.parametrize(
        ("pages", "wanted"),
        [("12", "12"), ("379–423", "379-423"), ("A1-A6", "A1-A6"), ("1-5, 9-12", "1–5, 9–12")],
    )
    def test_pages(self, client, pages, wanted):
        source = make.make_source(kind="article-journal", extra=f"page: {pages}")
        assert save(client, source)["pages"] == wanted

    @pytest.mark.parametrize(
        ("issued", "wanted"),
        [
            ("2018", "2018"),
            ("2018-11", "2018/11"),
            ("197X", "197X"),
            ("2000~", "2000~"),
            ("2018-21", "2018-21"),
            ("2015-04/2015-06", "2015-04/2015-06"),
        ],
    )
    def test_dates_have_their_own_precision(self, client, issued, wanted):
        assert save(client, make.make_source(issued=issued))["date"] == wanted

    def test_nothing_is_guessed_where_the_source_says_nothing(self, client):
        """No date of the page, no language of the page, no author of the page."""
        source = make.make_source("An untitled thing", kind="book")
        make.make_note(date="2019-09-12", body=f"[@{source.key}]", by=make.make_user(username="林"))
        make.make_file(source, b"text", name="a.txt", shared=True)
        assert "<time" in body(client.get(source.get_absolute_url()))
        item = save(client, source)
        assert item == {"itemType": "book", "title": "An untitled thing"}

    def test_the_shared_file_is_its_full_text(self, client):
        """The first PDF that readers may open; Zotero then keeps it instead of a snapshot of our page."""
        source = make.make_source()
        make.make_file(source, PDF + b"1", name="hidden.pdf")
        make.make_file(source, b"text", name="a.txt", shared=True)
        file = make.make_file(source, PDF, name="白皮书.pdf", shared=True)
        address = save(client, source)["pdf"]
        assert address == f"http://testserver{file.get_absolute_url()}"
        assert client.get(address).getvalue() == PDF

    def test_the_files_beside_it_are_named(self, client):
        source = make.make_source(key="a%b")
        tree = html5lib.parse(body(client.get(source.get_absolute_url())), namespaceHTMLElements=False)
        links = {link.get("type"): link.get("href") for link in tree.iter("link") if link.get("title")}
        del links["application/atom+xml"]  # what is new on the site
        assert set(links) == {
            "application/x-bibtex",
            "application/x-research-info-systems",
            "application/vnd.citationstyles.csl+json",
        }
        assert {client.get(address).status_code for address in links.values()} == {200}


class TestOurOwnPages:
    def test_a_comparison_is_a_dataset_of_the_site(self, client, settings):
        comparison = make.make_comparison(
            "阿里巴巴与腾讯", slug="阿里-腾讯", organizations=[make.make_organization()]
        )
        make.make_source(key="k")
        touch(comparison)
        assert save(client, comparison) == {
            "itemType": "dataset",
            "title": "阿里巴巴与腾讯",
            "creators": [("author", settings.SITE_NAME, "")],
            "publicationTitle": settings.SITE_NAME,
            "date": "2026/02/01",
            "url": f"http://testserver{comparison.get_absolute_url()}",
            "language": "zh-CN",
        }

    @pytest.mark.parametrize("maker", [make.make_note, make.make_case, make.make_thesis])
    def test_notes_cases_and_theses_are_pages_of_the_site(self, client, settings, maker):
        settings.SITE_NAME, settings.SITE_URL = "产业 研究", "https://research.example"
        make.make_source(key="k")
        record = maker(body="见 [@k]。")
        touch(record)
        item = save(client, record)
        assert item == {
            "itemType": "webpage",
            "title": str(record),
            "creators": [("author", "产业 研究", "")],
            "publicationTitle": "产业 研究",
            "date": "2026/02/01",
            "url": f"https://research.example{record.get_absolute_url()}",
            "language": "zh-CN",
            "abstractNote": "见。",
        }

    def test_the_sources_that_they_cite_do_not_come_before_them(self, client):
        """A COinS span would: its translator is asked first."""
        make.make_source(key="k")
        for record in (
            make.make_note(body="[@k]"),
            make.make_case(body="[@k]"),
            make.make_thesis(body="[@k]"),
        ):
            assert offered(body(client.get(record.get_absolute_url()))) == []


def touch(record):
    """As if last written at one in the morning in Shanghai, on the first of a month."""
    records = type(record).objects.filter(pk=record.pk)
    records.update(updated_at=datetime(2026, 1, 31, 17, tzinfo=UTC))


class TestLists:
    def test_the_list_of_sources_offers_each(self, client):
        make.make_source(
            "A Theory",
            key="a",
            kind="article-journal",
            authors="Shannon, Claude E.; 刘松; IDC China",
            container="Bell & Co",
            issued="1948-07",
            url="https://example.org/?a=b&c",
            identifier="10.1000/182",
            publisher="Bell",
            extra="volume: 27\nissue: 3\npage: 379-423\nISSN: 0005-8580",
        )
        make.make_source(
            "书", key="b", kind="book", publisher="人民", issued="2018", identifier="978-7-111-54425-8"
        )
        make.make_source("文集", key="c", kind="chapter", container="大书")
        make.make_source("论文", key="d", kind="thesis", publisher="清华大学", authors="王五")
        make.make_source("专利", key="e", kind="patent", authors="王五", extra="number: CN1")
        make.make_source("报", key="f", kind="article-newspaper", container="人民日报")
        make.make_source("藏", key="g", status="draft")
        found = {item["title"]: item for item in offered(body(client.get(reverse("sources"))))}
        assert {title: item["itemType"] for title, item in found.items()} == {
            "A Theory": "journalArticle",
            "书": "book",
            "文集": "bookSection",
            "论文": "thesis",
            "专利": "patent",
            "报": "newspaperArticle",
        }
        assert found["A Theory"] == {
            "itemType": "journalArticle",
            "title": "A Theory",
            "creators": [
                ("author", "Shannon", "Claude E."),
                ("author", "刘松", ""),
                ("author", "IDC China", ""),
            ],
            "publicationTitle": "Bell & Co",
            "date": "1948-07",
            "url": "https://example.org/?a=b&c",
            "DOI": "10.1000/182",
            "publisher": "Bell",
            "volume": "27",
            "issue": "3",
            "pages": "379-423",
            "ISSN": "0005-8580",
        }
        assert found["书"]["ISBN"] == "978-7-111-54425-8"
        assert found["文集"]["publicationTitle"] == "大书"
        assert found["论文"]["publisher"] == "清华大学"
        assert (found["专利"]["patentNumber"], found["专利"]["creators"]) == (
            "CN1",
            [("inventor", "王五", "")],
        )
        assert found["报"]["publicationTitle"] == "人民日报"

    @pytest.mark.parametrize("name", ["cases", "findings", "theses", "timeline"])
    def test_the_references_below_a_list_are_offered(self, client, name):
        make.make_source("来源", key="k", tags=["云"])
        for maker in (make.make_case, make.make_finding, make.make_thesis, make.make_event):
            maker(body="[@k]")
        assert [item["title"] for item in offered(body(client.get(reverse(name))))] == ["来源"]

    def test_the_sources_of_a_tag_are_offered(self, client):
        make.make_source("来源", tags=["云"])
        make.make_case(tags=["云"])
        assert [item["title"] for item in offered(body(client.get(reverse("tag", args=["云"]))))] == ["来源"]

    def test_nobody_sees_or_hears_the_spans(self, client):
        make.make_source()
        tree = html5lib.parse(body(client.get(reverse("sources"))), namespaceHTMLElements=False)
        (span,) = [span for span in tree.iter("span") if span.get("class") == "Z3988"]
        assert (span.get("aria-hidden"), "".join(span.itertext())) == ("true", "")
