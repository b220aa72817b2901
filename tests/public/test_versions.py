"""`/comparisons/<slug>/v/<n>/` and its files: the same bytes for ever, and who may have them."""

import csv
import hashlib
import io
import json
import random
import re
from datetime import timedelta
from typing import Any

import html5lib
import pytest
from django.urls import reverse
from django.utils import timezone

from research import actions, freezing
from research.models import Comparison, ComparisonVersion, Thesis
from tests import factories as make
from tests.frozen import addresses, fetched, last, make_world, numbers, random_edits
from tests.public.changed import edit
from tests.public.urls import body

pytestmark = pytest.mark.django_db

NEXT_RELEASE = "<!DOCTYPE html><title>x</title>{% block content %}{% endblock %}"


@pytest.fixture
def world():
    return make_world()


@pytest.fixture
def version(world):
    return last(world.comparison)


def test_what_stands_on_the_page_can_be_gone_to(client, version):
    page = body(client.get(version.get_absolute_url()))
    contents = page.partition('class="toc"')[2].partition("</nav>")[0]
    anchors = re.findall('href="#([^"]*)"', contents)
    assert {"modes", "industries", "figures", "criteria", "cite-as"} <= set(anchors)
    assert all(page.count(f'id="{anchor}"') == 1 for anchor in anchors)


class TestTheSameForEver:
    def test_after_a_hundred_edits_and_another_release(
        self, client, world, version, settings, tmp_path, monkeypatch
    ):
        before = fetched(client, version)
        chance = random.Random(6)
        edited = random_edits(chance, 100, keep=world.comparison)
        assert len(set(edited)) == 14, "records of all tables"
        self.release_another(settings, tmp_path, monkeypatch)
        edit(world.comparison, title="另一个题目", intro="另一段")
        actions.freeze(world.comparison, by=None, via="test")
        assert len(numbers(world.comparison)) > 1
        for content, _type, _tag in fetched(client, last(world.comparison)).values():
            assert content not in [sent for sent, _type, _tag in before.values()]
        assert fetched(client, version) == before

    @staticmethod
    def release_another(settings, folder, monkeypatch):
        """Other templates, other style sheets, another name and address."""
        for name in ("research/base.html", "research/versions/page.html", "research/versions/embed.html"):
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(
                f"{NEXT_RELEASE}{{{{ stamp.number }}}}{{{{ figure.name }}}}{{{{ LANGUAGE_CODE }}}}"
            )
        template = {**settings.TEMPLATES[0], "DIRS": [folder, *settings.TEMPLATES[0]["DIRS"]]}
        settings.TEMPLATES = [template]
        monkeypatch.setattr(freezing.pages, "read_static", lambda name: f"/* {name}, new */".encode())
        settings.SITE_NAME, settings.SITE_URL = "另一个名字", "https://other.example"

    def test_each_file_is_what_its_digest_says(self, version):
        for file in version.files.all():
            assert hashlib.sha256(file.content).hexdigest() == file.sha256
            assert len(file.content) == file.size

    def test_who_has_it_already_is_told_so(self, client, version):
        for address in addresses(version):
            first = client.get(address)
            assert first["Cache-Control"] == "public, max-age=86400"
            again = client.get(address, headers={"if-none-match": first["ETag"]})
            assert (again.status_code, again.content) == (304, b"")
            assert client.get(address, headers={"if-none-match": '"other"'}).status_code == 200

    def test_it_is_the_same_for_everyone(self, client, version):
        """No cookie is set or asked for, whoever is logged in, whatever language they prefer."""
        before = fetched(client, version)
        client.force_login(make.make_user("admin"))
        for address, (content, *_more) in before.items():
            response = client.get(address, headers={"accept-language": "en", "host": "localhost"})
            assert response.content == content
            assert not response.cookies
            assert "Cookie" not in response.get("Vary", "")


class TestPage:
    def test_says_what_the_comparison_said(self, client, world, version):
        text = body(client.get(version.get_absolute_url()))
        for record in (*world.cases, *world.organizations, *world.criteria):
            assert (record.title if hasattr(record, "title") else record.name) in text
        edit(world.cases[0], title="后来改的")
        assert "1,001 家" in text
        assert "阿里赢过腾讯。" in text
        assert "报告idc" in text
        assert text == body(client.get(version.get_absolute_url()))

    def test_is_in_two_languages(self, client, version):
        chinese, english = (
            body(client.get(f"{prefix}{version.get_absolute_url()}")) for prefix in ("", "/en")
        )
        assert '<html lang="zh-hans">' in chinese
        assert '<html lang="en">' in english
        assert 'href="/en/cases/ali-case-0/"' in english

    def test_names_itself(self, client, world, settings):
        settings.SITE_URL, settings.SITE_NAME = "https://c.example", "对照站"
        edit(world.comparison, title="第二题")
        address = f"https://c.example{last(world.comparison).get_absolute_url()}"
        tree = html5lib.parse(body(client.get("/comparisons/two/v/2/")), namespaceHTMLElements=False)
        links = {link.get("rel"): link.get("href") for link in tree.iter("link")}
        assert links["canonical"] == address
        cited = ["".join(node.itertext()) for node in tree.find(".//section[@class='cite-as']").iter("dd")]
        day = timezone.localdate().isoformat()
        gbt, author_date, apa, bibtex = cited
        for text in (gbt, author_date):
            assert re.search(r"第二题 \((第 2 版|version 2)\)\[DS/OL\]", text), text
        assert "(Version 2)" in apa
        assert bibtex.startswith("@dataset{two-v2,")
        assert "version = {2}" in bibtex
        assert all(address in text and "对照站" in text for text in cited)
        assert day in gbt
        assert str(timezone.localdate().year) in apa

    def test_runs_nothing_and_needs_nothing_else(self, client, version):
        """But its own style sheet, which is frozen beside it."""
        for name in ("", "embed/"):
            page = body(client.get(f"{version.get_absolute_url()}{name}"))
            tree = html5lib.parse(page, namespaceHTMLElements=False)
            assert [node for node in tree.iter("script") if node.get("type") != "application/ld+json"] == []
            sheets = [node.get("href") for node in tree.iter("link") if node.get("rel") == "stylesheet"]
            assert sheets == ["../style.css" if name else "style.css"]
            assert "/static/" not in page
        style = body(client.get(f"{version.get_absolute_url()}style.css"))
        assert "--vermilion" in style
        assert "@media print {\n/* A comparison on paper" in style


class TestFiles:
    def test_the_table(self, client, world, version):
        response = client.get(f"{version.get_absolute_url()}table.csv")
        assert response["Content-Disposition"] == 'attachment; filename="two-v1.csv"'
        assert response.content.startswith(b"\xef\xbb\xbf")
        rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
        assert rows[0] == ["line", "group", "label", "unit", "阿里巴巴", "腾讯"]
        by_line = {row[0]: row[1:] for row in rows[1:]}
        assert list(by_line) == [
            *("modes/link", "modes/platform", "modes/"),
            *("industries/bank", "industries/health", "industries/"),
            *("criteria/customers", "criteria/position"),
        ]
        assert by_line["criteria/customers"] == [
            *("规模", "客户", "家"),
            "3,000 家 (2018年) [@idc]\n1,000 家 (2016年)",
            "3,001 家 (2018年) [@idc]\n1,001 家 (2016年)",
        ]

    def test_the_data(self, client, version):
        found = json.loads(client.get(f"{version.get_absolute_url()}data.json").content)
        assert (found["format"], found["version"], found["comparison"]) == ("comparanda-version-1", 1, "two")
        assert found["digest"] == version.digest
        cells = {(cell["line"], cell["organization"]): cell for cell in found["cells"]}
        assert cells["criteria/customers", "ali"]["readings"][0] == {
            **{
                "table": "findings",
                "key": "ali-finding-3",
                "text": "3000",
                "when": "2018",
                "sources": ["idc"],
            },
        }
        assert cells["modes/platform", "tx"]["count"] == 2

    @pytest.mark.parametrize("name", ["page", "embed", "x.csv", "table.csv/", "..", "page.html"])
    def test_there_are_no_others(self, client, version, name):
        assert client.get(f"{version.get_absolute_url()}{name}").status_code == 404


class TestList:
    def test_has_all_with_note_digest_and_differences(self, client, world, version):
        edit(world.cases[0], title="改过")
        second: Any = actions.freeze(world.comparison, by=None, via="form", note="补了案例")
        text = body(client.get(reverse("versions", args=["two"])))
        for one in (version, second):
            assert f'href="{one.get_absolute_url()}"' in text
            assert one.digest in text
        assert "补了案例" in text
        assert reverse("version_difference", args=["two", 2, 1]) in text
        assert reverse("version_difference", args=["two", 1, "live"]) in text

    def test_is_led_to_from_the_comparison(self, client, world, version):
        text = body(client.get(world.comparison.get_absolute_url()))
        assert f'href="{version.get_absolute_url()}"' in text
        assert f'href="{reverse("versions", args=["two"])}"' in text

    def test_of_what_has_none_yet(self, client, world):
        ComparisonVersion.objects.all().delete()
        assert client.get(reverse("versions", args=["two"])).status_code == 200
        assert client.get(world.comparison.get_absolute_url()).status_code == 200


class TestAnotherKey:
    def test_the_old_address_stays_and_the_new_one_leads_to_it(self, client, world, version):
        before = fetched(client, version)
        edit(world.comparison, slug="renamed")
        assert fetched(client, version) == before
        assert client.get("/comparisons/renamed/v/1/")["Location"] == "/comparisons/two/v/1/"
        assert client.get("/en/comparisons/renamed/v/1/data.json")["Location"].startswith(
            "/en/comparisons/two/"
        )
        frame = client.get("/comparisons/renamed/v/1/embed/?figure=modes")
        assert frame["Location"] == "/comparisons/two/v/1/embed/?figure=modes"
        assert client.get("/comparisons/two/v/")["Location"] == "/comparisons/renamed/v/"
        assert client.get("/comparisons/renamed/v/2/").status_code == 200

    def test_what_the_version_calls_the_comparison_as_it_is_now(self, client, world, version):
        """A link in a page that never changes, and a frame in a page of another site."""
        live, frame = (reverse(name, args=["two"]) for name in ("comparison", "comparison_embed"))
        assert f'href="{live}"' in body(client.get(version.get_absolute_url()))
        edit(world.comparison, slug="renamed")
        assert client.get(live)["Location"] == "/comparisons/renamed/"
        assert client.get(f"/en{live}?only=differ")["Location"] == "/en/comparisons/renamed/?only=differ"
        answer = client.get(f"{frame}?figure=modes")
        assert answer["Location"] == "/comparisons/renamed/embed/?figure=modes"
        assert "X-Frame-Options" not in answer
        again = make.make_comparison("又一个", slug="two", status="draft")
        assert client.get(live)["Location"] == "/comparisons/renamed/", "a draft takes no address"
        edit(again, status="published")
        assert client.get(live).status_code == 200
        edit(again, slug="third")
        edit(again, status="draft")
        actions.withdraw([world.comparison], by=None, via="test")
        assert client.get(live).status_code == client.get(frame).status_code == 404


class TestWithdrawn:
    def every(self, version):
        at = [version.slug, version.number]
        return [*addresses(version), reverse("version_difference", args=[*at, "live"])]

    def test_with_its_comparison_until_that_is_back(self, client, world, version):
        before = fetched(client, version)
        actions.withdraw([world.comparison], by=None, via="test")
        for address in [*self.every(version), "/comparisons/two/v/"]:
            response = client.get(address)
            assert (response.status_code, response["Cache-Control"]) == (410, "no-cache"), address
            assert "阿里" not in body(response), address
        actions.publish([world.comparison], by=None, via="test")
        assert fetched(client, version) == before

    def test_with_its_comparison_s_deletion(self, client, world, version):
        actions.delete([Comparison.objects.get()], by=None, via="test")
        assert {client.get(address).status_code for address in self.every(version)} == {410}

    def test_alone_for_a_reason(self, client, world, version):
        edit(world.comparison, title="第二题")
        actions.withdraw_version(version, reason="权利人要求。", by=None)
        for address in self.every(version):
            response = client.get(address)
            assert response.status_code == 410
            assert "权利人要求。" in body(response), address
            assert "案例0" not in body(response), address
        assert client.get("/comparisons/two/v/2/").status_code == 200
        assert client.get(reverse("version_difference", args=["two", 2, 1])).status_code == 410
        listed = body(client.get("/comparisons/two/v/"))
        assert "权利人要求。" in listed
        assert f'href="{version.get_absolute_url()}"' not in listed

    def test_a_case_that_is_withdrawn_later_stays_in_it(self, client, world, version):
        before = fetched(client, version)
        actions.withdraw([world.cases[0]], by=None, via="test")
        assert fetched(client, version) == before
        again: Any = actions.freeze(world.comparison, by=None, via="form")
        assert "ali-case-0" not in body(client.get(again.get_absolute_url()))


class TestWhatIsNotThere:
    @pytest.mark.parametrize(
        "path",
        [
            *("two/v/2/", "two/v/0/", "two/v/99999999999999999999/", "other/v/1/", "other/v/"),
            *("two/v/1/diff/2/", "two/v/1/diff/x/", "two/v/1/diff/99999999999/", "two/v/9/diff/live/"),
            *("two/v/1/embed/?figure=x", "two/v/1/embed/?figure=%00", "two/v/-1/", "two/v/１/x"),
        ],
    )
    def test_is_not_found(self, client, world, path):
        assert client.get(f"/comparisons/{path}").status_code == 404

    def test_nothing_can_be_sent(self, client, version):
        for address in addresses(version):
            assert client.post(address).status_code == 405


def test_dates_are_those_of_the_site(client, world, settings):
    """Whatever hour it is elsewhere."""
    version = last(world.comparison)
    settings.TIME_ZONE = "Asia/Shanghai"
    late = timezone.now().replace(hour=20, minute=0) - timedelta(days=1)
    stamp = freezing.Stamp("two", 1, late)
    assert stamp.day == timezone.localtime(late).date().isoformat()
    assert stamp.day != late.date().isoformat()
    assert version.at <= timezone.now()


def test_a_claim_that_rests_on_a_sourced_case_is_sourced(client, world):
    thesis = Thesis.objects.get(slug="wins")
    make.make_argument("案例为证。", thesis=thesis, cases=[world.cases[5]])
    actions.freeze(world.comparison, by=None, via="test")
    page = body(client.get("/comparisons/two/v/2/"))
    section = page[page.index('id="theses"') : page.index('id="references"')]
    assert section.count("未注来源") == 1, "the one that rests on a case without a source"
    assert section.index("案例为证。") < len(section)


def test_a_page_that_names_no_icon_has_one(client):
    assert client.get("/favicon.ico").url.endswith("research/icon.svg")
