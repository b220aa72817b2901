"""To-dos in public: the board, the list, the page of each, and how far the team is."""

import json
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from research import actions
from research.models import TodoState
from tests import factories as make
from tests.public.urls import body

pytestmark = pytest.mark.django_db


def board(client, **query):
    page = client.get(reverse("todos"), query)
    assert page.status_code == 200
    return {column.state.value: [todo.title for todo in column.todos] for column in page.context["columns"]}


def listed(client, **query):
    page = client.get(reverse("todos"), {"view": "list", **query})
    assert page.status_code == 200
    return [todo.title for todo in page.context["page"]]


def shares(client, **query):
    found = dict(client.get(reverse("todos"), query).context["shares"])
    return {
        facet: [(str(share.name), share.progress.done, share.progress.total) for share in found[facet]]
        for facet in found
    }


class TestBoard:
    @pytest.mark.usefixtures("seed")
    def test_the_seed_s_by_their_state(self, client):
        assert {state: len(titles) for state, titles in board(client).items()} == {
            "open": 5,
            "doing": 0,
            "done": 2,
            "dropped": 0,
        }

    def test_what_is_unfinished_stands_by_due_date(self, client):
        make.make_todo("无期")
        make.make_todo("晚", due="2026-12-02")
        make.make_todo("早", due="2026-12-01")
        assert board(client)["open"] == ["早", "晚", "无期"]

    def test_of_what_is_finished_the_latest_and_the_way_to_the_rest(self, client):
        for number in range(23):
            make.make_todo(f"成{number}", state="done", results="见表。")
        page = client.get(reverse("todos"), {"assignee": ""})
        (column,) = [one for one in page.context["columns"] if one.state == "done"]
        assert [todo.title for todo in column.todos] == [f"成{number}" for number in range(22, 2, -1)]
        assert (column.count, column.more) == (23, 3)
        (link,) = re.findall(r'href="(\?[^"]*state=done[^"]*)"', body(page))
        assert len(client.get(reverse("todos") + link.replace("&amp;", "&")).context["page"]) == 23

    def test_what_is_overdue_is_said_in_a_word(self, client):
        make.make_todo("迟", due="2020-01-01")
        make.make_todo("今", due=timezone.localdate())
        make.make_todo("成", state="done", results="见表。", due="2020-01-01")
        page = body(client.get(reverse("todos")))
        assert re.findall(r'<strong class="gap">\s*逾期\s*</strong>', page) == [
            '<strong class="gap">逾期</strong>'
        ]

    def test_it_tells_how_far_the_team_is(self, client):
        make.make_todo()
        make.make_todo("成", state="done", results="见表。")
        make.make_todo("弃", state="dropped")
        page = client.get(reverse("todos"))
        assert (page.context["progress"].done, page.context["progress"].total) == (1, 2)
        rules = re.findall(r'<rect width="(\d+)"', body(page))
        assert rules[:2] == ["2", "1"]
        assert "2 项中完成 1 项" in body(page)

    def test_by_note_and_by_person(self, client):
        first, second = make.make_note("甲札记"), make.make_note("乙札记")
        lin = make.make_user(username="lin")
        make.make_todo("一", note=first, assignee=lin, state="done", results="见表。")
        make.make_todo("二", note=first, assignee=lin)
        make.make_todo("三", note=second, state="doing")
        make.make_todo("四", note=second)
        make.make_todo("五")
        with_none = [name for facet in shares(client).values() for name, _done, _total in facet][-1]
        assert shares(client) == {
            "note": [("乙札记", 0, 2), ("甲札记", 1, 2), (shares(client)["note"][2][0], 0, 1)],
            "assignee": [("lin", 1, 2), (with_none, 0, 3)],
        }
        assert shares(client, note=first.slug)["note"] == [("甲札记", 1, 2)]

    def test_a_note_that_is_hidden_counts_as_none(self, client):
        make.make_todo("一", note=make.make_note("绝密", status="draft"))
        make.make_todo("二")
        ((name, done, total),) = shares(client)["note"]
        assert (name != "绝密", done, total) == (True, 0, 2)
        assert "绝密" not in body(client.get(reverse("todos")))


class TestFilters:
    def test_by_note_assignee_tag_and_state(self, client):
        note = make.make_note(slug="札记", tags=["云", "端"])
        make.make_todo("一", note=note)
        make.make_todo("二", assignee=make.make_user(username="lin"), state="doing")
        for facet, value, wanted in [
            ("note", "札记", "一"),
            ("assignee", "lin", "二"),
            ("tag", "云", "一"),
            ("state", "doing", "二"),
        ]:
            assert listed(client, **{facet: value}) == [wanted]
            assert [title for titles in board(client, **{facet: value}).values() for title in titles] == [
                wanted
            ]

    def test_by_what_is_overdue(self, client):
        make.make_todo("迟", due="2020-01-01")
        make.make_todo("明", due=timezone.localdate() + timedelta(days=1))
        make.make_todo("成", state="done", results="见表。", due="2020-01-01")
        make.make_todo("暗", due="2020-01-01", status="draft")
        assert listed(client, overdue="yes") == ["迟"]
        assert [
            row["title"] for row in json.loads(body(client.get(reverse("todos_json"), {"overdue": "yes"})))
        ] == ["迟"]
        assert listed(client, overdue="no") == []

    def test_the_list_keeps_its_view_when_it_is_filtered(self, client):
        make.make_todo()
        assert '<button type="submit" name="view" value="list">' in body(
            client.get(reverse("todos"), {"view": "list"})
        )
        assert 'name="view"' not in body(client.get(reverse("todos")))

    @pytest.mark.parametrize("view", ["list", "board", "\x00", "x" * 5000])
    @pytest.mark.parametrize("value", ["no-such", "\x00", "x" * 5000, "'\"<>", "-1"])
    @pytest.mark.parametrize("facet", ["note", "assignee", "tag", "state", "overdue", "page"])
    def test_an_unknown_value_breaks_nothing(self, client, facet, value, view):
        make.make_todo("一")
        page = client.get(reverse("todos"), {facet: value, "view": view})
        assert page.status_code == 200
        assert facet == "page" or "一" not in [todo.title for todo in page.context["page"]]


class TestList:
    def test_what_is_unfinished_first_then_by_due_date(self, client):
        make.make_todo("成", state="done", results="见表。", due="2020-01-01")
        make.make_todo("无期")
        make.make_todo("晚", due="2026-12-02", state="doing")
        make.make_todo("早", due="2026-12-01")
        assert listed(client) == ["早", "晚", "无期", "成"]

    def test_it_comes_in_pages(self, client):
        with make.together():
            for number in range(60):
                make.make_todo(f"事{number:02}", slug=f"t{number:02}")
        assert len(listed(client)) == 50
        assert listed(client, page="2") == [f"事{number}" for number in range(50, 60)]

    def test_state_what_where_who_and_when(self, client):
        note, lin = make.make_note("甲札记"), make.make_user(username="lin")
        make.make_todo("补时间点", note=note, assignee=lin, due="2020-01-01", state="doing")
        (row,) = re.findall(
            r"<tr>(.*?)</tr>", body(client.get(reverse("todos"), {"view": "list"})), re.DOTALL
        )[1:]
        said = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row)).split()
        assert said == ["进行中", "补时间点", "甲札记", "lin", "2020-01-01", "逾期"]


class TestPage:
    def test_what_it_is_about(self, client):
        case, note = make.make_case("城市大脑", slug="大脑"), make.make_note("甲札记", slug="甲")
        make.make_source("白皮书", key="k")
        todo = make.make_todo(
            "查一查",
            body="见 [[大脑]] 与 [[notes/甲]]。",
            results="查到了 [@k, p. 3]，另见 [[大脑]]。",
            state="done",
            note=note,
            assignee=make.make_user(username="lin"),
        )
        make.make_note("乙札记", body=f"[[todos/{todo.slug}]]")
        page = client.get(todo.get_absolute_url())
        text = body(page)
        related = [(linking.model.table, linking.records) for linking in page.context["related"]]
        assert related == [("notes", [note]), ("cases", [case])]
        for said in ("查到了", "完成", "lin", "乙札记", "白皮书"):
            assert said in text

    def test_what_is_hidden_is_not_related(self, client):
        make.make_case("绝密案例", slug="暗", status="draft")
        todo = make.make_todo(body="见 [[暗]]。")
        page = client.get(todo.get_absolute_url())
        assert page.context["related"] == []
        assert "绝密案例" not in body(page)

    def test_what_the_team_says_of_it_is_not_public(self, client):
        todo = make.make_todo()
        actions.comment(todo, "绝密评论", by=make.make_user())
        assert "绝密评论" not in body(client.get(todo.get_absolute_url()))

    @pytest.mark.parametrize("key", ["no-such", "%00", "x" * 3000, "..%2f"])
    def test_a_bad_key_answers_404(self, client, key):
        assert client.get(f"/todos/{key}/").status_code == 404

    def test_a_draft_answers_404(self, client):
        assert client.get(make.make_todo(status="draft").get_absolute_url()).status_code == 404


def test_a_note_tells_how_far_its_todos_are(client):
    note = make.make_note()
    make.make_todo("成", note=note, state="done", results="见表。")
    make.make_todo("迟", note=note, due="2020-01-01", assignee=make.make_user(username="lin"))
    make.make_todo("暗", note=note, status="draft")
    make.make_todo("别处")
    text = body(client.get(note.get_absolute_url()))
    assert "2 项中完成 1 项" in text
    for said in ("lin", "2020-01-01", "逾期"):
        assert said in text
    assert "项中完成" not in body(client.get(make.make_note("空").get_absolute_url()))


def queries_of(client, url):
    with CaptureQueriesContext(connection) as captured:
        response = client.get(url)
        assert response.status_code == 200
        response.getvalue()
    return len(captured)


def test_the_number_of_queries_does_not_grow(client):
    def fill(number):
        notes = [make.make_note(tags=["云"]) for _ in range(number // 10)]
        people = [make.make_user() for _ in range(number // 10)]
        with make.together():
            for place in range(number):
                state = TodoState.values[place % 4]
                make.make_todo(
                    state=state,
                    results="见表。",
                    due="2020-01-01",
                    note=notes[place % len(notes)],
                    assignee=people[place % len(people)],
                )

    urls = [
        reverse("todos"),
        f"{reverse('todos')}?view=list",
        f"{reverse('todos')}?tag=云",
        reverse("todos_ics"),
    ]
    urls += [reverse("home")]
    fill(20)
    few = {url: queries_of(client, url) for url in urls}
    fill(380)
    assert {url: queries_of(client, url) for url in urls} == few
    assert max(few.values()) < 45
