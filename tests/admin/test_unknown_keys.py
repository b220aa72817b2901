"""What a text names and readers do not find: said below its field, after a save, in a list; not in public."""

import html
import re

import pytest
from django.urls import reverse

from research import actions
from research.models import Case, Note, Source, Thesis
from tests import factories as make
from tests.admin.pages import change_url, count_queries, open_form, posted, url
from tests.public.urls import body

pytestmark = pytest.mark.django_db


def said(page, field="body"):
    """The lines below the field, as they are read."""
    whole = page.content.decode()
    field = whole[whole.index(f'name="{field}"') :]
    found = re.search(r'</textarea><ul class="unknown">(.*?)</ul>', field, re.S)
    lines = (
        re.findall(r"<li>(.*?)</li>", found[1]) if found and "<textarea" not in field[: found.start()] else []
    )
    return [html.unescape(re.sub(r"<[^>]+>", "", line)) for line in lines]


def warnings(page):
    found = re.findall(r'<li class="warning">(.*?</ul>)</li>', page.content.decode(), re.S)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", one)) for one in found)


@pytest.fixture
def sources(db):
    make.make_source("甲书", key="foo2018")
    make.make_source("草稿书", key="draft1", status="draft")


class TestBelowTheField:
    def test_a_key_that_no_source_has_with_what_looks_like_it(self, editing, sources):
        note = make.make_note(body="有[@foo2018]，没有[@foo2019]。")
        page = editing.get(change_url(note))
        [line] = said(page)
        assert line.startswith("@foo2019")
        assert "@foo2018" in line
        assert f'href="{url(Source, "add")}?key=foo2019"' in page.content.decode()
        assert editing.get(url(Source, "add"), {"key": "foo2019"}).context["adminform"].form["key"].value()

    @pytest.mark.parametrize(
        ("key", "near"), [("Foo2018", True), ("fooo2018", True), ("oo2018", True), ("bar1999", False)]
    )
    def test_what_looks_like_it(self, editing, sources, key, near):
        [line] = said(editing.get(change_url(make.make_note(body=f"[@{key}]"))))
        assert ("@foo2018" in line) is near

    def test_a_source_that_readers_do_not_see(self, editing, sources):
        shown, hidden = make.make_note(body="[@draft1]"), make.make_note(body="[@draft1]", status="draft")
        [line] = said(editing.get(change_url(shown)))
        assert line.startswith("@draft1")
        assert said(editing.get(change_url(hidden))) == [line]  # before it is published

    def test_links_likewise(self, editing):
        make.make_case("在", slug="there")
        make.make_case("草稿", slug="draft", status="draft")
        note = make.make_note(body="[[there]] [[cases/there]] [[notes/there]] [[gone]] [[draft]]")
        lines = said(editing.get(change_url(note)))
        assert [line.partition("]]")[0] for line in lines] == ["[[notes/there", "[[gone", "[[draft"]

    def test_in_a_record_inside_the_form_too(self, editing, sources):
        thesis = make.make_thesis(body="[@foo2018]")
        make.make_argument(thesis=thesis, body="[@nobody1]")
        page = editing.get(change_url(thesis))
        assert said(page) == []
        assert said(page, "arguments-0-body")[0].startswith("@nobody1")

    def test_of_a_newer_draft_what_it_says(self, editing, drafting, sources):
        note = make.make_note(body="[@foo2018]")
        drafting.post(change_url(note), open_form(drafting, note, body="[@nobody2]"))
        assert said(drafting.get(change_url(note)))[0].startswith("@nobody2")

    def test_when_the_form_comes_back_with_another_mistake(self, editing):
        note = make.make_note(body="文")
        page = editing.post(change_url(note), open_form(editing, note, title="", body="[@typed]"))
        assert said(page)[0].startswith("@typed")

    def test_markup_in_a_key_is_text(self, editing):
        note = make.make_note(body="[@{<b>x</b>}]")
        assert "<b>x</b>" not in editing.get(change_url(note)).content.decode()

    def test_a_thousand_unknown_keys_are_not_all_told(self, editing):
        note = make.make_note(body=" ".join(f"[@no{number}]" for number in range(1000)))
        assert len(said(editing.get(change_url(note)))) == 20

    def test_queries_do_not_grow(self, editing, sources):
        """A row's chosen relations cost queries of their own; what its text names costs none."""

        def cost(number, text):
            thesis = make.make_thesis()
            for place in range(number):
                make.make_argument(thesis=thesis, body=text.replace("no", f"no{place}"))
            return count_queries(editing, change_url(thesis))

        plain, naming = "文", "[@no] [[no]] [@foo2018]"
        assert cost(20, naming) - cost(20, plain) == cost(2, naming) - cost(2, plain)

    def test_whoever_may_not_add_sources_is_not_offered_it(self, client, sources):
        from tests.role_deeds_since import blind

        client.force_login(make.make_user("editor"))
        note = make.make_note(body="[@foo2019]", status="draft")
        blind(client, Source)
        page = client.get(change_url(note))
        assert said(page) == [said(page)[0]]
        assert "foo2018" not in said(page)[0]
        assert "?key=" not in page.content.decode()


class TestAfterASave:
    def test_it_is_saved_and_said(self, editing, sources):
        note = make.make_note(body="文")
        page = editing.post(change_url(note), open_form(editing, note, body="[@foo2019]"), follow=True)
        note.refresh_from_db()
        assert note.body == "[@foo2019]"
        assert "@foo2019" in warnings(page)
        assert "@foo2018" in warnings(page)

    def test_of_a_record_inside_the_form_too(self, editing):
        thesis = make.make_thesis()
        make.make_argument(thesis=thesis)
        data = {**open_form(editing, thesis), "arguments-0-body": "[@nobody]"}
        assert "@nobody" in warnings(editing.post(change_url(thesis), data, follow=True))

    def test_when_it_is_published_by_a_step(self, editing, sources):
        note = make.make_note(body="[@draft1]", status="review")
        data = {"step": "publish", "version": note.version, "note": ""}
        assert "@draft1" in warnings(editing.post(url(Note, "step", note.pk), data, follow=True))

    def test_of_a_text_without_fault_nothing_is_said(self, editing, sources):
        note = make.make_note(body="文")
        page = editing.post(change_url(note), open_form(editing, note, body="[@foo2018]"), follow=True)
        assert warnings(page) == ""

    def test_a_new_record(self, editing):
        page = editing.get(url(Thesis, "add"))
        data = posted(page, statement="论点", body="[@nobody]", slug="论点", _draft="1")
        assert "@nobody" in warnings(editing.post(url(Thesis, "add"), data, follow=True))


class TestTheList:
    def test_all_that_texts_name_in_vain(self, editing, sources):
        first = make.make_note("札记", body="[@foo2019] [@foo2019]")
        make.make_case(body="[@foo2019] [[gone]] [@draft1]")
        make.make_case(body="[@draft1]", status="draft")
        page = editing.get(reverse("admin:unknown"))
        shown = page.content.decode()
        assert [number for _said, number, _users in page.context["unknown"]] == [3]
        assert "@foo2018" in shown
        assert change_url(first) in shown
        assert [(key, number) for key, _pk, number, _users in page.context["hidden"]] == [("draft1", 1)]
        assert [(name, number) for name, number, _users in page.context["broken"]] == [("gone", 1)]

    def test_it_is_counted_on_the_first_page(self, editing, sources):
        assert editing.get(reverse("admin:index")).context["unknown"] == []
        make.make_note(body="[@foo2019] [@foo2020] [[gone]]")
        figures = editing.get(reverse("admin:index")).context["unknown"]
        assert [figure.count for figure in figures] == [2, 1]
        assert {figure.url for figure in figures} == {reverse("admin:unknown")}

    def test_a_source_that_comes_takes_its_key_off(self, editing):
        make.make_note(body="[@later]")
        make.make_source(key="later")
        assert list(editing.get(reverse("admin:unknown")).context["page"]) == []

    def test_of_tables_that_one_may_not_see_nothing_is_told(self, client):
        from tests.role_deeds_since import blind

        make.make_case(body="[@secret1] [[secret2]]")
        client.force_login(make.make_user("viewer"))
        blind(client, Case)
        assert "secret" not in client.get(reverse("admin:unknown")).content.decode()

    def test_pages_and_queries(self, editing):
        def fill(number, word):
            with make.together():
                for place in range(number):
                    make.make_note(body=f"[@{word}{place}] [[{word}{place}]]")

        fill(10, "few")
        few = count_queries(editing, reverse("admin:unknown"))
        fill(110, "many")
        assert count_queries(editing, reverse("admin:unknown")) == few
        pages = [editing.get(reverse("admin:unknown"), {"p": number}) for number in (1, 2, 3, "x", "\x00")]
        assert [len(page.context["page"]) for page in pages] == [50, 50, 20, 50, 50]


def test_in_public_nothing_of_it_is_seen(client, sources):
    note = make.make_note(body="甲[@foo2019]乙@draft1丙[[nowhere|某处]]。")
    make.make_finding(body="[@foo2019] [@draft1]")
    pages = [note.get_absolute_url(), *map(reverse, ("home", "findings", "notes", "sources", "notes_json"))]
    for page in pages[:-1]:
        shown = body(client.get(page))
        assert "foo2019" not in shown
        assert "draft1" not in shown
        assert "nowhere" not in shown


def test_the_records_are_as_they_were(editing, sources):
    """Nothing is written by looking."""
    note = make.make_note(body="[@foo2019]")
    editing.get(change_url(note))
    editing.get(reverse("admin:unknown"))
    note.refresh_from_db()
    assert note.version == 1
    actions.save(note, by=None, via="test")
