"""/sources.bib, .ris and .json: the public sources, as filtered; one source; the references of a page."""

import json

import pytest
from django.urls import reverse

from research.rows import TABLES
from research.text import bibliography
from tests import factories as make
from tests.public.urls import body

pytestmark = pytest.mark.django_db
FORMATS = {
    "bib": ("bibtex", "application/x-bibtex"),
    "ris": ("ris", "application/x-research-info-systems"),
    "json": ("csl-json", "application/vnd.citationstyles.csl+json"),
}


def entries(response, ending):
    return list(bibliography.read(body(response), FORMATS[ending][0]))


@pytest.mark.usefixtures("class_seed")
@pytest.mark.parametrize("ending", FORMATS)
class TestSeed:
    def test_every_source_is_there_and_comes_back_as_its_row(self, client, ending):
        response = client.get(f"/sources.{ending}")
        assert response["Content-Type"] == f"{FORMATS[ending][1]}; charset=utf-8"
        assert f'filename="sources.{ending}"' in response["Content-Disposition"]
        found = {entry.row["key"]: entry.row for entry in entries(response, ending)}
        rows = {row["key"]: row for row in TABLES["sources"](public=True).rows()}
        assert len(found) == len(rows) > 5
        for key, row in rows.items():
            wanted = {name: row[name] for name in ("kind", "title", "authors", "publisher", "issued", "url")}
            assert {name: found[key].get(name, "") for name in wanted} == wanted

    def test_it_comes_in_pieces(self, client, ending):
        assert client.get(f"/sources.{ending}").streaming


def test_json_is_csl_json(client):
    make.make_source("书", key="k", kind="book", authors="刘松; Shannon, Claude E.", issued="2018-11")
    (item,) = json.loads(body(client.get("/sources.json")))
    assert (item["id"], item["type"], item["title"]) == ("k", "book", "书")
    assert item["author"] == [{"literal": "刘松"}, {"family": "Shannon", "given": "Claude E."}]
    assert item["issued"] == {"date-parts": [[2018, 11]]}


@pytest.mark.parametrize("ending", FORMATS)
class TestEachFormat:
    def test_a_download_is_filtered_as_its_page(self, client, ending):
        make.make_source("云", key="a", tags=["云"])
        make.make_source("数", key="b", tags=["数"])
        text = body(client.get(f"/sources.{ending}", {"tag": "云"}))
        assert "云" in text
        assert "数" not in text
        assert ("云" in body(client.get(f"/sources.{ending}", {"tag": "\x00"}))) is False

    def test_what_is_not_public_is_in_none(self, client, ending):
        make.make_source("可见", key="a")
        make.make_source("藏", key="b", status="draft")
        assert [entry.row["key"] for entry in entries(client.get(f"/sources.{ending}"), ending)] == ["a"]

    def test_one_source_by_its_key(self, client, ending):
        make.make_source("另", key="other")
        source = make.make_source("一", key="a:b.c-d")
        response = client.get(reverse(f"source_{ending}", args=[source.key]))
        (entry,) = entries(response, ending)
        assert (entry.row["key"], entry.row["title"]) == ("a:b.c-d", "一")

    def test_a_chinese_key_names_the_file(self, client, ending):
        source = make.make_source(key="白皮书2018")
        disposition = client.get(reverse(f"source_{ending}", args=[source.key]))["Content-Disposition"]
        assert disposition.startswith("attachment; filename*=utf-8''%E7%99%BD")

    def test_the_references_of_a_page_are_those_that_it_shows(self, client, ending):
        for key in "abcd":
            make.make_source(f"来源{key}", key=key)
        make.make_source("藏", key="h", status="draft")
        organization = make.make_organization()
        make.make_case(slug="case", body="[@b] [@h]", organization=organization)
        make.make_finding(
            body="[@c]", organization=organization, criterion=(criterion := make.make_criterion())
        )
        make.make_note(slug="note", body="[@b, p. 3] [@a] [@b] [@h]")
        make.make_comparison(
            slug="comparison", intro="[@a]", organizations=[organization], criteria=[criterion]
        )
        for name, wanted in {"note": "ab", "case": "b", "comparison": "abc"}.items():
            response = client.get(reverse(f"{name}_references_{ending}", args=[name]))
            assert [entry.row["key"] for entry in entries(response, ending)] == list(wanted), name
            page = client.get(reverse(name, args=[name]))
            assert {reference.source.key for reference in page.context["apparatus"].references} == set(wanted)

    def test_without_a_source_it_is_empty(self, client, ending):
        make.make_note(slug="note")
        for address in (f"/sources.{ending}", reverse(f"note_references_{ending}", args=["note"])):
            assert body(client.get(address)).strip() in ("", "[]")

    @pytest.mark.parametrize(
        "name", ["source", "note_references", "case_references", "comparison_references"]
    )
    def test_an_unknown_or_hidden_record_is_not_found(self, client, ending, name):
        for maker in (make.make_note, make.make_case, make.make_comparison):
            maker(slug="hidden", status="draft")
        make.make_source(key="hidden", status="review")
        for key in ("hidden", "no-such"):
            assert client.get(reverse(f"{name}_{ending}", args=[key])).status_code == 404


def test_pages_link_them(client):
    make.make_source("云", key="a", tags=["云"])
    page = body(client.get(reverse("sources"), {"tag": "云"}))
    for ending in FORMATS:
        assert f'href="/sources.{ending}?tag=' in page
    assert "/sources.bib" in body(client.get(reverse("about")))


class TestWhatIsTheOwners:
    EXTRA = (
        "volume: 3\ntex.file: :/Users/anna/secret.pdf:PDF\ntex.comment: 私下\nris.N1: 私下\ntex.keyvalue: 留"
    )

    @pytest.mark.parametrize("url", ["/sources.bib", "/sources.ris", "/sources.json", "/sources.csv"])
    def test_it_is_in_no_download(self, client, url):
        make.make_source("书", key="k", extra=self.EXTRA)
        text = body(client.get(url))
        assert "keyvalue" in text
        assert ("secret" in text, "私下" in text) == (False, False)

    def test_nor_on_its_page_and_for_the_team_it_stays(self, client):
        source = make.make_source("书", key="k", extra=self.EXTRA)
        for url in [source.get_absolute_url(), *(f"/sources/k/cite.{ending}" for ending in FORMATS)]:
            text = body(client.get(url))
            assert ("secret" in text, "私下" in text) == (False, False)
        assert TABLES["sources"]().row(source)["extra"] == self.EXTRA
