"""The board of to-dos in the admin: what it shows, and what a move writes, asks and refuses."""

import re

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from research import actions
from research.models import Draft, Revision, Todo
from tests import factories as make
from tests.admin.pages import change_url, count_queries, open_form, revisions, url

pytestmark = pytest.mark.django_db
BOARD = "admin:research_todo_board"


@pytest.fixture
def note():
    return make.make_note("甲札记", slug="甲", tags=["云"])


def columns(client, **query):
    page = client.get(reverse(BOARD), query)
    assert page.status_code == 200
    return {column.state.value: [todo.title for todo in column.todos] for column in page.context["columns"]}


def card(client, todo, **query):
    """The form on the to-do's card, as the browser would post it, and its address."""
    page = client.get(reverse(BOARD), query).content.decode()
    (found,) = re.findall(rf'<li id="todo-{todo.pk}".*?</li>', page, re.DOTALL)
    (action,) = re.findall(r'action="([^"]*)"', found)
    fields = dict(re.findall(r'name="(seen_\w+)"\s+value="([^"]*)"', found))
    return action.replace("&amp;", "&"), fields


def move(client, todo, to, **more):
    action, fields = card(client, todo)
    return client.post(action, {**fields, "to": to, **more}, follow=True)


def said(response):
    return " ".join(str(message) for message in response.context["messages"])


def state_of(todo):
    todo.refresh_from_db()
    return todo.state


class TestShown:
    def test_a_column_for_each_state_with_drafts_too(self, editing):
        make.make_todo("一", status="draft")
        make.make_todo("二", state="doing")
        make.make_todo("三", state="done", results="见表。")
        make.make_todo("四", state="dropped")
        assert columns(editing) == {"open": ["一"], "doing": ["二"], "done": ["三"], "dropped": ["四"]}

    def test_a_card_says_who_when_where_and_what_was_said(self, editing, note, editor):
        todo = make.make_todo("一", note=note, assignee=editor, due="2020-01-01")
        actions.comment(todo, "还差一个来源。", by=editor)
        page = editing.get(reverse(BOARD)).content.decode()
        (shown,) = re.findall(rf'<li id="todo-{todo.pk}".*?</li>', page, re.DOTALL)
        for text in ("甲札记", editor.username, "2020-01-01", "逾期", "1 ", "未解决"):
            assert text in shown
        assert 'class="attention"' in shown

    def test_the_filters(self, editing, note, editor):
        make.make_todo("一", note=note)
        make.make_todo("二", assignee=editor)
        make.make_todo("三", due="2020-01-01")
        make.make_todo("四", due="2020-01-01", state="done", results="见表。")
        for query, wanted in [
            ({"note": "甲"}, ["一"]),
            ({"tag": "云"}, ["一"]),
            ({"assignee": editor.username}, ["二"]),
            ({"overdue": "yes"}, ["三"]),
            ({"note": "甲", "overdue": "yes"}, []),
            ({"note": "no-such"}, []),
            ({"note": "\x00"}, []),
            ({"assignee": "x" * 5000}, []),
            ({"overdue": "no"}, []),
        ]:
            assert [title for titles in columns(editing, **query).values() for title in titles] == wanted, (
                query
            )

    def test_progress_by_note_and_by_person(self, editing, note, editor):
        make.make_todo("一", note=note, assignee=editor, state="done", results="见表。")
        make.make_todo("二", note=note, status="draft")
        page = editing.get(reverse(BOARD))
        found = {
            facet: [(str(one.name), one.progress.done, one.progress.total) for one in shares]
            for facet, shares in page.context["shares"]
        }
        assert found["note"] == [("甲札记", 1, 2)]
        assert found["assignee"][0] == (editor.username, 1, 1)
        assert (page.context["progress"].done, page.context["progress"].total) == (1, 2)

    def test_it_asks_the_database_no_more_for_more(self, editing, note, editor):
        def fill(number):
            with make.together():
                for place in range(number):
                    state = ("open", "doing", "done", "dropped")[place % 4]
                    make.make_todo(state=state, results="见表。", note=note, assignee=editor)
            for todo in Todo.objects.order_by("-pk")[:5]:
                actions.comment(todo, "好", by=editor)
                todo.status = "draft"
                actions.write([actions.Change(todo, aside=True)], by=editor, via="test")

        fill(12)
        few = count_queries(editing, reverse(BOARD))
        fill(150)
        assert count_queries(editing, reverse(BOARD)) == few
        assert few < 35

    def test_whoever_may_only_read_sees_no_controls(self, client):
        client.force_login(make.make_user("viewer"))
        make.make_todo("一")
        page = client.get(reverse(BOARD)).content.decode()
        assert "一" in page
        assert "board.js" not in page
        assert "/move/" not in page

    def test_notes_are_named_to_those_only_who_may_read_them(self, client, note):
        user = make.make_user("staff")
        user.user_permissions.add(Permission.objects.get(codename="view_todo"))
        client.force_login(user)
        make.make_todo("一", note=note)
        page = client.get(reverse(BOARD)).content.decode()
        assert "一" in page
        assert "甲札记" not in page

    def test_the_list_the_form_and_the_first_page_lead_to_it(self, editing):
        todo = make.make_todo()
        for address in (url(Todo, "changelist"), change_url(todo), reverse("admin:index")):
            assert reverse(BOARD) in editing.get(address).content.decode()


class TestMoving:
    def test_a_draft_moves(self, drafting):
        todo = make.make_todo(status="draft")
        response = move(drafting, todo, "doing")
        assert (state_of(todo), todo.version, todo.status) == ("doing", 2, "draft")
        assert "进行中" in said(response)
        assert revisions(todo)[-1].via == "board"

    def test_the_board_comes_back_with_its_filters_at_the_card(self, editing, note):
        todo = make.make_todo(note=note)
        action, fields = card(editing, todo, note="甲", page="3", other="x")
        response = editing.post(action, {**fields, "to": "doing"})
        assert response["Location"] == f"{reverse(BOARD)}?note=%E7%94%B2#todo-{todo.pk}"

    def test_done_asks_for_the_result_and_takes_it(self, editing):
        make.make_source(key="k")
        todo = make.make_todo()
        asked = move(editing, todo, "done")
        assert (asked.status_code, state_of(todo)) == (200, "open")
        assert not asked.context["form"].errors
        form = asked.context["form"]
        data = {field.html_name: field.value() or "" for field in form}
        assert data["to"] == "done"
        refused = editing.post(asked.context["move_url"], {**data, "results": " \n"})
        assert list(refused.context["form"].errors) == ["results"]
        assert state_of(todo) == "open"
        editing.post(asked.context["move_url"], {**data, "results": "见表 [@k]。"})
        assert (state_of(todo), todo.results) == ("done", "见表 [@k]。")

    def test_a_result_that_is_there_is_not_asked_for(self, editing):
        todo = make.make_todo(state="done", results="见表。")
        move(editing, todo, "open")
        assert state_of(todo) == "open"
        move(editing, todo, "done")
        assert (state_of(todo), todo.results) == ("done", "见表。")

    def test_a_key_without_a_source_in_the_result_is_told(self, editing):
        todo = make.make_todo()
        response = move(editing, todo, "done", results="见 [@nobody]。")
        assert state_of(todo) == "done"
        assert "nobody" in said(response)

    def test_what_is_published_moves_in_public_for_a_reviewer(self, editing):
        todo = make.make_todo()
        move(editing, todo, "doing")
        assert (state_of(todo), todo.status) == ("doing", "published")
        assert not Draft.objects.exists()

    def test_an_editor_moves_it_in_a_newer_draft(self, drafting, editing):
        todo = make.make_todo()
        response = move(drafting, todo, "doing")
        assert (state_of(todo), todo.status) == ("open", "published")
        draft = Draft.objects.get()
        assert (draft.row["state"], draft.status) == ("doing", "draft")
        assert "较新草稿" in said(response) or "newer draft" in said(response)
        assert columns(drafting) == {"open": [], "doing": ["补时间点"], "done": [], "dropped": []}
        move(editing, todo, "dropped")
        draft.refresh_from_db()
        assert (state_of(todo), draft.row["state"]) == ("open", "dropped")
        actions.publish([todo], by=None, via="test")
        assert (state_of(todo), todo.status) == ("dropped", "published")

    def test_the_newer_draft_keeps_what_else_it_changes(self, drafting):
        todo = make.make_todo("旧题", status="published")
        todo.title, todo.status = "新题", "review"
        actions.write([actions.Change(todo, aside=True)], by=None, via="test")
        move(drafting, todo, "doing")
        draft = Draft.objects.get()
        assert (draft.row["title"], draft.row["state"], draft.status) == ("新题", "doing", "review")

    def test_the_page_that_asks_opens_without_a_script(self, editing):
        todo = make.make_todo(results="半成。")
        page = editing.get(url(Todo, "move", todo.pk), {"to": "done"})
        form = page.context["form"]
        assert (form["to"].value(), form["results"].value()) == ("done", "半成。")
        assert form["seen_version"].value() == todo.version
        assert editing.get(url(Todo, "move", todo.pk), {"to": "x\x00"}).status_code == 200


class TestTogether:
    def test_two_move_the_same_and_the_later_is_told(self, editing, editor):
        todo = make.make_todo()
        action, fields = card(editing, todo)
        todo.state = "dropped"
        actions.save(todo, by=make.make_user("reviewer", username="chen"), via="test")
        response = editing.post(action, {**fields, "to": "doing"}, follow=True)
        assert state_of(todo) == "dropped"
        assert "chen" in said(response)
        assert "放弃" in said(response)
        move(editing, todo, "doing")
        assert state_of(todo) == "doing", "to be told is to have seen it"

    def test_a_result_that_was_typed_is_not_lost(self, editing):
        todo = make.make_todo()
        action, fields = card(editing, todo)
        todo.state = "dropped"
        actions.save(todo, by=None, via="test")
        response = editing.post(action, {**fields, "to": "done", "results": "查到了。"})
        assert (response.status_code, state_of(todo)) == (409, "dropped")
        form = response.context["form"]
        assert form["results"].value() == "查到了。"
        data = {field.html_name: field.value() or "" for field in form}
        editing.post(response.context["move_url"], data)
        assert (state_of(todo), todo.results) == ("done", "查到了。")

    def test_other_columns_are_merged(self, editing):
        todo = make.make_todo()
        action, fields = card(editing, todo)
        todo.title = "新题"
        actions.save(todo, by=None, via="test")
        editing.post(action, {**fields, "to": "doing"})
        assert (state_of(todo), todo.title, todo.version) == ("doing", "新题", 3)

    def test_both_move_it_to_the_same_column(self, editing):
        todo = make.make_todo()
        action, fields = card(editing, todo)
        todo.state = "doing"
        actions.save(todo, by=None, via="test")
        editing.post(action, {**fields, "to": "doing"})
        assert (state_of(todo), todo.version) == ("doing", 2)

    def test_a_newer_draft_that_was_not_seen(self, editing, drafting):
        todo = make.make_todo()
        action, fields = card(editing, todo)
        move(drafting, todo, "dropped")
        response = editing.post(action, {**fields, "to": "doing"}, follow=True)
        assert (state_of(todo), Draft.objects.get().row["state"]) == ("open", "dropped")
        assert said(response)

    def test_one_that_was_deleted_meanwhile(self, editing):
        todo = make.make_todo()
        action, fields = card(editing, todo)
        actions.delete([Todo.objects.get()], by=None, via="test")
        response = editing.post(action, {**fields, "to": "doing"}, follow=True)
        assert response.status_code == 200
        assert said(response)
        assert not Todo.objects.exists()


class TestRefused:
    @pytest.mark.parametrize("role", ["viewer", "staff"])
    def test_who_may_not_change_it(self, client, role):
        client.force_login(make.make_user(role))
        todo = make.make_todo(status="draft")
        data = {"to": "doing", "seen_version": "1"}
        assert client.post(url(Todo, "move", todo.pk), data).status_code == 403
        assert client.get(url(Todo, "move", todo.pk)).status_code == 403
        assert state_of(todo) == "open"

    @pytest.mark.parametrize(
        "data",
        [
            {"to": "nowhere", "seen_version": "1"},
            {"to": "doing"},
            {"to": "doing", "seen_version": "x"},
            {"to": "doing", "seen_version": "9" * 40},
            {"to": "doing", "seen_version": "1", "results": "\x00"},
            {"seen_version": "1"},
            {},
        ],
    )
    def test_what_no_card_sends(self, editing, data):
        todo = make.make_todo()
        assert editing.post(url(Todo, "move", todo.pk), data).status_code == 400
        assert (state_of(todo), Revision.objects.filter(via="board").count()) == ("open", 0)

    def test_a_version_that_never_was(self, editing):
        todo = make.make_todo()
        for version in ("0", "-3", "99"):
            response = editing.post(url(Todo, "move", todo.pk), {"to": "doing", "seen_version": version})
            assert response.status_code == 302
        assert state_of(todo) in ("open", "doing")

    def test_one_that_is_not_there(self, editing):
        assert editing.post(url(Todo, "move", 999), {"to": "doing"}, follow=True).status_code == 200


class TestResultsAreRequired:
    """Whatever the way: a to-do is done when its result is written down."""

    def test_by_its_form(self, editing):
        todo = make.make_todo()
        response = editing.post(change_url(todo), open_form(editing, todo, state="done"))
        assert list(response.context["adminform"].form.errors) == ["results"]
        assert state_of(todo) == "open"

    def test_in_the_list(self, editing):
        todo = make.make_todo()
        formset = editing.get(url(Todo, "changelist")).context["cl"].formset
        data = {f"form-0-{name}": value for name, value in {"id": todo.pk, "seen_version": 1}.items()}
        for field in formset.management_form:
            data[field.html_name] = field.value()
        response = editing.post(url(Todo, "changelist"), {**data, "form-0-state": "done", "_save": "1"})
        (errors,) = [form.non_field_errors() for form in response.context["cl"].formset.forms]
        assert len(errors) == 1
        assert state_of(todo) == "open"

    def test_inside_the_form_of_its_note(self, editing, note):
        todo = make.make_todo(note=note)
        response = editing.post(change_url(note), open_form(editing, note, **{"todos-0-state": "done"}))
        assert response.status_code == 200
        assert state_of(todo) == "open"

    def test_in_an_import(self, import_csv, tmp_path):
        todo = make.make_todo(slug="甲")
        file = tmp_path / "todos.csv"
        file.write_text("slug,state\n甲,done\n", encoding="utf-8")
        outcome = import_csv(file, "--partial", "--apply", "--language", "en")
        assert outcome.code
        told = [*outcome.out, *outcome.err]
        assert any("A to-do is done when its result is written down." in line for line in told)
        assert state_of(todo) == "open"


def test_the_form_lists_what_its_texts_link_to(editing):
    make.make_case("城市大脑", slug="大脑", status="draft")
    todo = make.make_todo(body="见 [[大脑]]。")
    (found,) = editing.get(change_url(todo)).context["related"]
    assert "城市大脑" in found[0]
    assert found[1] is False
