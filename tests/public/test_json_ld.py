"""The JSON-LD of every public page: it parses, it is schema.org, and it says what the page is about."""

import pytest
from django.urls import reverse

from research.models import SourceKind
from tests import factories as make
from tests.public.changed import publish_entry, revise_and_tell
from tests.public.schema_org import data_of, errors_in
from tests.public.urls import body, one_of_each

pytestmark = pytest.mark.django_db
NASTY = "</script><script>alert(1)</script> “引” \"q\" 'a' &amp; \u2028 😀 {{ x }} \\u003c"


def main_of(client, record, kind=""):
    """The node of the record itself, which its page's node names."""
    page, main = data_of(body(client.get(record.get_absolute_url())))
    assert page["mainEntity"] == {"@id": main["@id"]}
    assert not kind or main["@type"] == kind
    return main


def html_pages(client, prefix=""):
    for url in list(one_of_each()):  # all, before a page of another language is asked for
        response = client.get(f"{prefix}{url}")
        if response["Content-Type"].startswith("text/html"):
            yield url, body(response)


class TestEveryPage:
    @pytest.mark.parametrize("prefix", ["", "/en"])
    def test_has_data_that_is_schema_org(self, client, seed, prefix):
        revise_and_tell()
        count = 0
        for url, text in html_pages(client, prefix):
            nodes = data_of(text)
            assert nodes, url
            assert list(errors_in(nodes)) == [], url
            count += 1
        assert count > 25

    def test_keeps_it_apart_whatever_a_title_holds(self, client):
        """A title may end scripts, comments and attributes; it is read back as it was."""
        shared = {"organization": make.make_organization(NASTY, slug="甲", aliases=NASTY, summary=NASTY)}
        source = make.make_source(
            NASTY, key="k", kind="article-journal", authors=f"{{{NASTY}}}", container=NASTY
        )
        make.make_source(
            NASTY, publisher=NASTY, extra=f"abstract: {NASTY}\nvolume: {NASTY}", tags=[NASTY[-9:]]
        )
        criterion = make.make_criterion(NASTY, group=NASTY, description=NASTY)
        records = [
            source,
            make.make_note(NASTY, body=f"{NASTY} [@k]", tags=["云"]),
            make.make_case(NASTY, body=NASTY, **shared),
            make.make_finding(NASTY, criterion=criterion, body=NASTY, **shared),
            make.make_comparison(
                NASTY, intro=NASTY, organizations=[shared["organization"]], criteria=[criterion]
            ),
            make.make_thesis(NASTY, body=NASTY),
            make.make_event(NASTY, body=NASTY),
            make.make_todo(NASTY),
        ]
        publish_entry(*records, kind=NASTY[:40])
        for url, text in html_pages(client):
            assert list(errors_in(data_of(text))) == [], url
            assert "alert(1)</script>" not in text, url
        assert main_of(client, source)["name"] == NASTY.replace("\u2028", "").replace("  ", " ")

    def test_says_where_the_page_stands(self, client):
        note = make.make_note("札记", slug="札记")
        page = data_of(body(client.get(note.get_absolute_url())))[0]
        steps = [
            (step["position"], step["name"], step["item"]) for step in page["breadcrumb"]["itemListElement"]
        ]
        assert steps == [
            (1, "Comparanda", "http://testserver/"),
            (2, "笔记", f"http://testserver{reverse('notes')}"),
            (3, "札记", f"http://testserver{note.get_absolute_url()}"),
        ]
        assert page["isPartOf"]["@id"] == "http://testserver/#site"

    def test_has_the_address_that_the_site_is_known_by(self, client, settings):
        settings.SITE_URL = "https://research.example"
        note = make.make_note()
        text = body(client.get(note.get_absolute_url()))
        assert "http://testserver" not in str(data_of(text))

    def test_an_error_page_describes_nothing(self, client):
        assert data_of(body(client.get("/no-such-page/"))) == []


class TestLists:
    def test_a_list_names_the_records_on_it(self, client):
        make.make_note("甲", slug="甲", date="2020-01-01")
        make.make_note("乙", slug="乙", date="2019-01-01")
        make.make_note("藏", status="draft")
        (page,) = data_of(body(client.get(reverse("notes"))))
        assert page["@type"] == "CollectionPage"
        listed = page["mainEntity"]
        assert (listed["@type"], listed["numberOfItems"]) == ("ItemList", 2)
        assert [(item["position"], item["name"]) for item in listed["itemListElement"]] == [
            (1, "甲"),
            (2, "乙"),
        ]

    def test_the_second_page_goes_on_counting(self, client):
        with make.together():
            for _ in range(60):
                make.make_note()
        (page,) = data_of(body(client.get(reverse("notes"), {"page": 2})))
        assert page["mainEntity"]["itemListElement"][0]["position"] == 51
        assert page["url"].endswith("?page=2")

    def test_home_is_the_site_and_says_how_to_search_it(self, client):
        (site,) = data_of(body(client.get("/")))
        assert site["@type"] == "WebSite"
        target = site["potentialAction"]["target"]["urlTemplate"]
        assert target == "http://testserver/search/?q={query}"

    @pytest.mark.parametrize(
        ("name", "kind"),
        [("about", "AboutPage"), ("search", "SearchResultsPage"), ("tags", "CollectionPage")],
    )
    def test_others_say_what_kind_of_page_they_are(self, client, name, kind):
        assert data_of(body(client.get(reverse(name))))[0]["@type"] == kind


class TestRecords:
    @pytest.mark.parametrize("kind", SourceKind.values)
    def test_a_source_of_any_kind_is_a_work(self, client, kind):
        source = make.make_source(
            kind=kind,
            authors="刘松; Shannon, Claude E.",
            container="信息通信技术",
            publisher="IDC",
            issued="2018-11",
            url="https://example.org/a",
            archived_url="https://archive.example/a",
            identifier="10.1000/182",
            language="zh-CN",
            tags=["云"],
            extra="volume: 27\nissue: 3\npage: 1-9\nedition: 2\nISBN: 9787111544258\nISSN: 0005-8580",
        )
        main = main_of(client, source)
        assert list(errors_in(main)) == []
        assert main["author"][1]["familyName"] == "Shannon"
        assert (main["datePublished"], main["publisher"]["name"]) == ("2018-11", "IDC")

    def test_an_article_stands_in_an_issue_of_a_volume_of_a_journal(self, client):
        source = make.make_source(
            kind="article-journal",
            container="学报",
            extra="volume: 27\nissue: 3\npage: 379-423\nISSN: 0005-8580",
        )
        main = main_of(client, source, "ScholarlyArticle")
        assert main["pagination"] == "379-423"
        assert main["isPartOf"] == {
            "@type": "PublicationIssue",
            "issueNumber": "3",
            "isPartOf": {
                "@type": "PublicationVolume",
                "volumeNumber": "27",
                "isPartOf": {"@type": "Periodical", "name": "学报", "issn": "0005-8580"},
            },
        }

    def test_the_files_that_readers_may_open_are_its_encodings(self, client):
        source = make.make_source()
        make.make_file(source, b"text", name="hidden.txt")
        file = make.make_file(source, b"shared", name="a.txt", shared=True)
        (encoding,) = main_of(client, source)["encoding"]
        assert encoding["contentUrl"] == f"http://testserver{file.get_absolute_url()}"
        assert (encoding["name"], encoding["encodingFormat"]) == (file.name, file.content_type)

    def test_what_is_not_known_of_a_source_is_left_out(self, client):
        main = main_of(client, make.make_source("无题", kind="webpage", issued="197X"), "WebPage")
        assert {name for name in main if name[0] != "@"} == {"name", "temporal"}

    def test_a_note_and_a_case_are_articles_that_cite(self, client):
        source = make.make_source("来源", key="k", kind="report")
        make.make_source("藏", key="h", status="draft")
        note = make.make_note(body="正文 [@k] [@h]", date="2019-09-12", tags=["云"])
        main = main_of(client, note, "Article")
        assert (main["dateCreated"], main["keywords"]) == ("2019-09-12", ["云"])
        url = f"http://testserver{source.get_absolute_url()}"
        assert main["citation"] == [{"@type": "Report", "@id": f"{url}#it", "name": "来源", "url": url}]
        organization = make.make_organization("阿里")
        case = make.make_case(body="[@k]", organization=organization, period="2015-04/2015-06")
        main = main_of(client, case, "Article")
        assert (main["about"]["name"], main["temporalCoverage"]) == ("阿里", "2015-04/2015-06")
        assert [cited["name"] for cited in main["citation"]] == ["来源"]

    def test_a_comparison_is_a_dataset_with_its_data(self, client):
        make.make_source("来源", key="k")
        organizations = [make.make_organization(name, slug=name) for name in ("阿里", "腾讯")]
        organizations.append(make.make_organization("藏", slug="藏", status="draft"))
        criterion = make.make_criterion("份额")
        make.make_finding(organization=organizations[0], criterion=criterion, body="[@k]")
        comparison = make.make_comparison(
            intro="谁领先？", organizations=organizations, criteria=[criterion], slug="对照"
        )
        main = main_of(client, comparison, "Dataset")
        assert [about["name"] for about in main["about"]] == ["阿里", "腾讯"]
        assert (main["description"], main["variableMeasured"]) == ("谁领先？", ["份额"])
        assert [cited["name"] for cited in main["citation"]] == ["来源"]
        for file in main["distribution"]:
            response = client.get(file["contentUrl"])
            assert response["Content-Type"].partition(";")[0] == file["encodingFormat"]

    @pytest.mark.parametrize(
        ("value", "unit", "kind", "wanted"),
        [
            ("8000", "家", "number", {"value": 8000, "unitText": "家"}),
            ("-45.5", "%", "number", {"value": -45.5, "unitText": "%"}),
            (">8000", "家", "number", {"value": "超过 8,000 家"}),
            ("yes", "", "yesno", {"value": "是"}),
            ("领先", "", "text", {"value": "领先"}),
        ],
    )
    def test_a_finding_is_an_observation(self, client, value, unit, kind, wanted):
        criterion = make.make_criterion("客户", value_kind=kind, unit=unit)
        finding = make.make_finding(value, criterion=criterion, as_of="2018-11")
        main = main_of(client, finding, "Observation")
        assert (main["observationAbout"]["name"], main["variableMeasured"]) == ("甲公司", "客户")
        assert main["observationDate"] == "2018-11"
        assert {name: main[name] for name in ("value", "unitText") if name in main} == wanted

    @pytest.mark.parametrize(
        ("date", "wanted"),
        [
            ("2009-09", ("2009-09", "2009-09")),
            ("2015-04/2015-06", ("2015-04", "2015-06")),
            ("2015/..", ("2015", None)),
            ("../2015", (None, "2015")),
            ("197X", (None, None)),
            ("2000~", (None, None)),
            ("2018-21", (None, None)),
        ],
    )
    def test_an_event_has_the_days_that_a_calendar_has(self, client, date, wanted):
        main = main_of(client, make.make_event(date=date), "Event")
        assert (main.get("startDate"), main.get("endDate")) == wanted

    def test_theses_organizations_and_criteria(self, client):
        thesis = make.make_thesis("平台胜过产品。")
        main = main_of(client, thesis, "Claim")
        assert main["appearance"] == {"@id": f"http://testserver{thesis.get_absolute_url()}"}
        organization = make.make_organization(
            "阿里", aliases="阿里巴巴；Alibaba", website="https://alibaba.example/"
        )
        main = main_of(client, organization, "Organization")
        assert main["alternateName"] == ["阿里巴巴", "Alibaba"]
        assert main["sameAs"] == "https://alibaba.example/"
        main = main_of(client, make.make_criterion("份额", group="市场"), "DefinedTerm")
        assert main["inDefinedTermSet"] == {"@type": "DefinedTermSet", "name": "市场"}


def test_the_checker_sees_what_is_wrong():
    wrong = [
        {"@type": "Artikel", "name": "x"},
        {"@type": "Article", "isbn": "1", "datePublished": "2018年", "url": "/notes/"},
        {"@type": "Person", "name": ""},
    ]
    assert [error.partition(":")[0] for error in errors_in(wrong)] == [
        "[0]",
        "[1].isbn",
        "[1].datePublished",
        "[1].url",
        "[2].name is empty",
    ]
