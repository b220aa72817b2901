"""Two edit one record: both sides are shown, each place is chosen, nothing is written or lost till then."""

import re

import pytest
from django.test import Client

from research import actions
from research.actions import Change
from research.models import Draft, Revision
from research.rows import TABLES as CODECS
from tests.admin.pages import all_tables, change_url, open_form, revisions, url
from tests.factories import (
    MAKERS,
    make_argument,
    make_case,
    make_comparison,
    make_organization,
    make_thesis,
    make_todo,
    make_user,
)

INPUT = re.compile(r"<input[^>]*>", re.DOTALL)


def same(record):
    return type(record).objects.get(pk=record.pk)


def meanwhile(record, *, by=None, **values):
    """What another person saves while the form is open."""
    record = same(record)
    for name, value in values.items():
        setattr(record, name, value)
    actions.save(record, by=by, via="form")


def travelling(page) -> dict[str, list[str]]:
    """The hidden inputs of the page, as the browser would post them."""
    fields: dict[str, list[str]] = {}
    for name, value in page.context["fields"]:
        fields.setdefault(name, []).append(value)
    return fields


def chosen(page, *sides) -> dict[str, list[str]]:
    """The page as it is posted with a side for each choice, in order."""
    hunks = [hunk for question in page.context["questions"] for hunk in question.hunks]
    return travelling(page) | {hunk.field: [side] for hunk, side in zip(hunks, sides, strict=False)}


def shown(page) -> str:
    """The page's text without its markup."""
    return re.sub(r"<[^>]*>", "", page.content.decode())


def conflict(client, record, **changes):
    """The form posted, which clashes."""
    return clash(client.post(change_url(record), changes))


def clash(page):
    assert page.status_code == 409
    return page


def saved(response):
    assert response.status_code == 302, response.content.decode()


class TestTheSameColumn:
    @all_tables
    @pytest.mark.parametrize(("side", "wanted"), [("theirs", "别人先存的"), ("mine", "我打的字")])
    def test_all_three_are_shown_and_one_is_chosen(self, table, side, wanted, editing):
        record = MAKERS[table]()
        name = record.title_fields[0]
        before = getattr(record, name)
        data = open_form(editing, record, **{name: "我打的字"})
        meanwhile(record, by=make_user(username="liu"), **{name: "别人先存的"})
        page = conflict(editing, record, **data)
        html = page.content.decode() + shown(page)
        for text in (before, "别人先存的", "我打的字", "liu", url(type(record), "history", record.pk)):
            assert text in html
        assert len(revisions(record)) == 2, "nothing is written yet"
        saved(editing.post(change_url(record), chosen(page, side)))
        assert getattr(same(record), name) == wanted
        assert revisions(record)[-1].row == CODECS[table]().row(same(record))
        assert len(revisions(record)) == (3 if side == "mine" else 2), "theirs stands already"

    def test_several_columns_are_chosen_one_by_one(self, editing):
        case = make_case("旧题", body="旧文", period="2018")
        data = open_form(editing, case, title="我的题", body="我的文", period="2020", tags="我")
        meanwhile(case, title="他的题", body="他的文", period="2019")
        page = conflict(editing, case, **data)
        assert [label for label, _parts in page.context["questions"][0].columns] == ["标题", "时期", "正文"]
        saved(editing.post(change_url(case), chosen(page, "mine", "theirs", "mine")))
        row = revisions(case)[-1].row
        assert (row["title"], row["period"], row["body"], row["tags"]) == ("我的题", "2019", "我的文", "我")
        assert len(revisions(case)) == 3, "one save, one revision"

    def test_a_text_is_chosen_by_paragraph(self, editing):
        case = make_case(body="一\n\n二\n\n三\n\n四")
        data = open_form(editing, case, body="我一\n\n二\n\n我三\n\n四\n\n我五")
        meanwhile(case, body="他一\n\n二\n\n他三\n\n四")
        page = conflict(editing, case, **data)
        assert len(page.context["questions"][0].hunks) == 2
        saved(editing.post(change_url(case), chosen(page, "theirs", "mine")))
        assert same(case).body == "他一\n\n二\n\n我三\n\n四\n\n我五"

    @pytest.mark.parametrize(
        ("side", "title", "body"), [("theirs", "他的", "他文"), ("mine", "我的", "我文")]
    )
    def test_all_of_one_side_with_one_button(self, side, title, body, editing):
        case = make_case(body="文")
        data = open_form(editing, case, title="我的", body="我文", tags="我")
        meanwhile(case, title="他的", body="他文")
        page = conflict(editing, case, **data)
        saved(editing.post(change_url(case), travelling(page) | {"_take": [side]}))
        row = revisions(case)[-1].row
        assert (row["title"], row["body"], row["tags"]) == (title, body, "我")

    def test_what_merged_by_itself_is_named(self, editing):
        case = make_case(period="2018")
        data = open_form(editing, case, title="我的", tags="我")
        meanwhile(case, by=make_user(username="liu"), title="他的", period="2019")
        page = conflict(editing, case, **data)
        assert (
            page.context["questions"][0].by_itself == [("liu", "时期"), ("你", "标签")]
            or len(page.context["questions"][0].by_itself) == 2
        )


class TestNothingIsLost:
    def test_the_form_travels_whole(self, editing):
        case = make_case(industries=[MAKERS["industries"](), MAKERS["industries"]()])
        data = open_form(editing, case, title="我的", body="我打的字", _continue="1")
        meanwhile(case, title="他的")
        fields = travelling(conflict(editing, case, **data))
        for name, value in data.items():
            assert fields[name] == (list(map(str, value)) if isinstance(value, list) else [value])
        assert "csrfmiddlewaretoken" not in fields

    def test_secrets_do_not(self, editing):
        case = make_case()
        data = open_form(editing, case, title="我的", csrfmiddlewaretoken="geheim", password1="geheim")
        meanwhile(case, title="他的")
        assert "geheim" not in conflict(editing, case, **data).content.decode()

    def test_back_to_the_form_as_it_was_typed(self, editing):
        case = make_case()
        data = open_form(editing, case, title="我的", body="我打的字")
        meanwhile(case, title="他的")
        page = conflict(editing, case, **data)
        form = editing.post(change_url(case), travelling(page) | {"_back": ["1"]})
        assert form.status_code == 200
        assert form.context["adminform"].form["body"].value() == "我打的字"
        assert form.context["adminform"].form["seen_version"].value() == "1"
        assert len(revisions(case)) == 2

    def test_a_missing_choice_is_asked_for_and_the_others_are_kept(self, editing):
        case = make_case(body="文")
        data = open_form(editing, case, title="我的", body="我文")
        meanwhile(case, title="他的", body="他文")
        page = conflict(editing, case, **data)
        again = clash(editing.post(change_url(case), chosen(page, "mine")))
        assert again.context["missing"]
        assert [hunk.chosen for hunk in again.context["questions"][0].hunks] == [True, None]
        assert [hunk.is_missing for hunk in again.context["questions"][0].hunks] == [False, True]
        assert len(revisions(case)) == 2
        saved(editing.post(change_url(case), chosen(again, "mine", "theirs")))
        assert (same(case).title, same(case).body) == ("我的", "他文")

    @pytest.mark.parametrize("take", [False, True])
    def test_a_third_who_saves_in_between_is_asked_about_alone(self, take, editing):
        case = make_case(body="文")
        data = open_form(editing, case, title="我的", body="我文")
        meanwhile(case, title="他的", body="他文")
        page = conflict(editing, case, **data)
        meanwhile(case, title="第三人的")
        posted = travelling(page) | {"_take": ["mine"]} if take else chosen(page, "mine", "mine")
        again = clash(editing.post(change_url(case), posted))
        assert again.context["once_more"]
        assert [hunk.column for hunk in again.context["questions"][0].hunks] == ["title"]
        assert "第三人的" in shown(again)
        saved(editing.post(change_url(case), chosen(again, "theirs")))
        assert (same(case).title, same(case).body) == ("第三人的", "我文")

    def test_a_third_who_saves_something_else_is_merged(self, editing):
        case = make_case()
        data = open_form(editing, case, title="我的")
        meanwhile(case, title="他的")
        page = conflict(editing, case, **data)
        meanwhile(case, body="第三人的")
        saved(editing.post(change_url(case), chosen(page, "mine")))
        assert (same(case).title, same(case).body) == ("我的", "第三人的")

    def test_what_does_not_fit_together_is_said_and_asked_again(self, editing):
        todo = make_todo(state="open", results="写好了")
        data = open_form(editing, todo, state="done")
        meanwhile(todo, results="")
        page = conflict(editing, todo, **data)
        again = clash(editing.post(change_url(todo), chosen(page, "mine")))
        assert again.context["wrong"]
        saved(editing.post(change_url(todo), chosen(again, "theirs")))
        assert same(todo).state == "open"

    def test_choices_that_nobody_asked_for_change_nothing(self, editing):
        case = make_case("旧题")
        data = open_form(editing, case, body="我文", settled=["x", "cases.1.1.y", f"cases.{case.pk}.9.row"])
        saved(editing.post(change_url(case), data))
        assert (same(case).title, same(case).body) == ("旧题", "我文")


class TestRowsOfAnotherRecord:
    def test_the_record_and_two_rows_are_asked_on_one_page(self, editing):
        thesis = make_thesis("旧论点")
        rows = [make_argument("旧论据", thesis=thesis, position=place) for place in (1, 2)]
        mine = {f"arguments-{number}-claim": f"我{number}" for number in range(2)}
        data = open_form(editing, thesis, statement="我论点", **mine)
        for record in rows:
            meanwhile(record, claim="他论据")
        meanwhile(thesis, statement="他论点")
        page = conflict(editing, thesis, **data)
        assert [question.record for question in page.context["questions"]] == [thesis, *rows]
        saved(editing.post(change_url(thesis), chosen(page, "theirs", "mine", "theirs")))
        assert same(thesis).statement == "他论点"
        assert [same(row).claim for row in rows] == ["我0", "他论据"]

    @pytest.mark.parametrize(("side", "is_there"), [("theirs", True), ("mine", False)])
    def test_a_row_that_one_deletes_and_another_changed(self, side, is_there, editing):
        thesis = make_thesis()
        argument = make_argument("旧论据", thesis=thesis)
        data = open_form(editing, thesis, **{"arguments-0-DELETE": "on"})
        meanwhile(argument, claim="他论据")
        page = conflict(editing, thesis, **data)
        assert "他论据" in shown(page)
        assert thesis.arguments.exists()
        saved(editing.post(change_url(thesis), chosen(page, side)))
        assert thesis.arguments.exists() == is_there

    def test_a_row_that_was_moved_to_another_record(self, editing):
        thesis, other = make_thesis(), make_thesis()
        argument = make_argument("旧论据", thesis=thesis)
        data = open_form(editing, thesis, **{"arguments-0-claim": "我论据"})
        meanwhile(argument, thesis=other)
        saved(editing.post(change_url(thesis), data))
        assert (same(argument).claim, same(argument).thesis) == ("我论据", other)

    def test_the_order_of_a_comparison(self, editing):
        places = [make_organization(slug=slug) for slug in "abc"]
        comparison = make_comparison(organizations=places)
        data = open_form(editing, comparison)
        data |= {f"organization_places-{row}-position": 3 - row for row in range(3)}
        order = {"organizations": [places[1], places[0], places[2]]}
        actions.write([Change(same(comparison), order)], by=None, via="form")
        page = conflict(editing, comparison, **data)
        saved(editing.post(change_url(comparison), chosen(page, "mine")))
        assert revisions(comparison)[-1].row["organizations"] == "c; b; a"


class TestDrafts:
    """What is published stays public while two argue about its newer draft."""

    def aside(self, case, **values):
        change = Change(same(case), from_draft=Draft.objects.filter(record_id=case.pk).exists(), aside=True)
        row = {**CODECS["cases"]().row(case), "status": "draft"}
        if draft := Draft.objects.filter(record_id=case.pk).first():
            row = draft.row
        change.row = {**row, **values}
        change.links = CODECS["cases"]().decode(change.row, change.record).links
        actions.write([change], by=None, via="form")

    def test_two_writers_of_one_draft(self, editing):
        case = make_case("城市大脑")
        self.aside(case, title="草稿")
        data = open_form(editing, case, title="我的")
        self.aside(case, title="他的")
        page = conflict(editing, case, **data)
        assert "草稿" in page.content.decode()
        self.aside(case, title="第三人的")
        again = clash(editing.post(change_url(case), chosen(page, "mine")))
        saved(editing.post(change_url(case), chosen(again, "mine")))
        assert (same(case).title, Draft.objects.get().row["title"]) == ("城市大脑", "我的")
        assert revisions(case)[-1].aside

    def test_both_began_a_draft(self, editing):
        case = make_case("城市大脑")
        data = open_form(editing, case, title="我的", status="draft")
        self.aside(case, title="他的")
        page = conflict(editing, case, **data)
        self.aside(case, title="第三人的")
        again = clash(editing.post(change_url(case), chosen(page, "mine")))
        saved(editing.post(change_url(case), chosen(again, "theirs")))
        assert (same(case).title, Draft.objects.get().row["title"]) == ("城市大脑", "第三人的")

    @pytest.mark.parametrize(("side", "title"), [("theirs", "已更新"), ("mine", "草稿")])
    def test_publishing_a_draft_of_what_was_changed_since(self, side, title, editing):
        case = make_case("城市大脑")
        self.aside(case, title="草稿", body="新文")
        meanwhile(case, title="已更新")
        data = open_form(editing, case, status="published")
        page = conflict(editing, case, **data)
        saved(editing.post(change_url(case), chosen(page, side)))
        assert (same(case).title, same(case).body, same(case).status) == (title, "新文", "published")
        assert not Draft.objects.exists()

    def test_publishing_clashes_with_the_draft_and_then_with_what_is_public(self, editing):
        case = make_case("城市大脑")
        self.aside(case, title="草稿")
        meanwhile(case, title="已更新")
        data = open_form(editing, case, title="我的", status="published")
        self.aside(case, title="他的草稿")
        page = conflict(editing, case, **data)
        again = clash(editing.post(change_url(case), chosen(page, "mine")))
        assert "已更新" in shown(again)
        saved(editing.post(change_url(case), chosen(again, "mine")))
        assert (same(case).title, Draft.objects.count()) == ("我的", 0)


class TestThePage:
    def test_each_choice_has_a_label_in_a_fieldset_with_a_legend(self, editing):
        thesis = make_thesis("旧")
        make_argument(thesis=thesis)
        data = open_form(editing, thesis, statement="我的", body="我文", **{"arguments-0-DELETE": "on"})
        meanwhile(thesis, statement="他的", body="他文")
        meanwhile(thesis.arguments.get(), claim="他论据")
        html = conflict(editing, thesis, **data).content.decode()
        radios = [found for found in INPUT.findall(html) if 'type="radio"' in found]
        assert len(radios) == 6
        for radio in radios:
            [pk] = re.findall(r'\sid="([^"]+)"', radio)
            assert f'<label for="{pk}"' in html
            assert "checked" not in radio, "nothing is chosen for the person"
        assert html.count("<fieldset") == html.count("<legend>") == 3

    def test_what_was_typed_is_text_and_no_markup(self, editing):
        case = make_case()
        data = open_form(editing, case, title='"><script>alert(1)</script>')
        meanwhile(case, title="<b>他的</b>")
        html = conflict(editing, case, **data).content.decode()
        assert "<script>alert" not in html
        assert "<b>他的" not in html

    def test_in_english(self, editing):
        case = make_case()
        data = open_form(editing, case, title="我的")
        meanwhile(case, title="他的")
        page = editing.post(f"/en{change_url(case)}", data)
        assert "Take all of mine" in clash(page).content.decode()

    def test_who_may_only_look_is_refused(self, db):
        reader = Client()
        reader.force_login(make_user("reader"))
        case = make_case()
        assert reader.post(change_url(case), {"settled": f"cases.{case.pk}.1.row"}).status_code in (302, 403)
        assert Revision.objects.of(case).count() == 1
