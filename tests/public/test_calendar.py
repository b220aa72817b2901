"""Due dates as a calendar: the public one, and everybody's own at a private address."""

from datetime import UTC, date, datetime

import pytest
from django.test import Client
from django.urls import reverse

from research import actions
from research.models import Todo
from research.views import calendar
from tests import factories as make
from tests.ical_reader import read

pytestmark = pytest.mark.django_db
DAY = date(2026, 1, 9)


@pytest.fixture
def url():
    return reverse("todos_ics")


def calendar_of(client, address, **query):
    response = client.get(address, query)
    assert (response.status_code, response["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    found = read(response.content)
    assert (found.kind, found["VERSION"], found["CALSCALE"]) == ("VCALENDAR", "2.0", "GREGORIAN")
    assert found["PRODID"]
    return found


def titles(client, address, **query):
    found = calendar_of(client, address, **query).inside
    return [one.text("SUMMARY") for one in found if one.kind in ("VEVENT", "VTODO")]


class TestPublic:
    def test_a_due_date_is_an_event_of_the_whole_day(self, client, url):
        note = make.make_note("云, 端; 札记")
        todo = make.make_todo(
            "补「时间点」，查; 画\\图",
            body="第一行。\n\n第二行, 见 [[x]]。",
            due=DAY,
            note=note,
            assignee=make.make_user(username="lin"),
        )
        found = calendar_of(client, url)
        (event,) = found.inside
        assert event.kind == "VEVENT"
        assert (event["DTSTART"], event.params["DTSTART"]) == ("20260109", {"VALUE": "DATE"})
        assert event.text("SUMMARY") == todo.title
        assert event.text("DESCRIPTION").split("\n")[1:] == ["笔记: 云, 端; 札记", "负责人: lin"]
        assert event["URL"] == f"http://testserver{todo.get_absolute_url()}"
        assert event["CATEGORIES"] == r"未开始,云\, 端\; 札记"
        assert event["UID"] == f"todo-{todo.pk}@testserver"
        written = datetime.strptime(event["DTSTAMP"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        assert written == todo.updated_at.replace(microsecond=0)
        assert event["SEQUENCE"] == "0"
        assert (event["STATUS"], event["TRANSP"]) == ("CONFIRMED", "TRANSPARENT")
        assert found.params["REFRESH-INTERVAL"] == {"VALUE": "DURATION"}
        assert found.text("X-WR-CALNAME").startswith("待办")

    def test_as_tasks(self, client, url):
        make.make_todo("一", due=DAY, state="doing")
        (task,) = calendar_of(client, url, **{"as": "tasks"}).inside
        assert (task.kind, task["DUE"], task["STATUS"]) == ("VTODO", "20260109", "IN-PROCESS")
        assert "DTSTART" not in task.values

    def test_what_is_finished_hidden_or_without_a_date_is_left_out(self, client, url):
        make.make_todo("迟", due="2020-01-01")
        make.make_todo("成", due=DAY, state="done", results="见表。")
        make.make_todo("弃", due=DAY, state="dropped")
        make.make_todo("暗", due=DAY, status="draft")
        make.make_todo("无期")
        assert titles(client, url) == ["迟"]

    def test_the_filters_of_the_list(self, client, url):
        note = make.make_note(slug="札记", tags=["云"])
        make.make_todo("一", due=DAY, note=note)
        make.make_todo("二", due="2020-01-01", assignee=make.make_user(username="lin"))
        for facet, value, wanted in [
            ("note", "札记", ["一"]),
            ("assignee", "lin", ["二"]),
            ("tag", "云", ["一"]),
            ("note", "no-such", []),
            ("note", "\x00", []),
            ("as", "x" * 5000, ["二", "一"]),
        ]:
            assert titles(client, url, **{facet: value}) == wanted

    def test_a_hidden_note_is_not_named(self, client, url):
        make.make_todo("一", due=DAY, note=make.make_note("绝密", status="draft"))
        assert "绝密" not in client.get(url).content.decode()

    def test_a_new_version_of_the_same_event(self, client, url):
        todo = make.make_todo("一", due=DAY)
        (before,) = calendar_of(client, url).inside
        todo.title, todo.slug = "改", "新名"
        actions.save(todo, by=None, via="test")
        (after,) = calendar_of(client, url).inside
        assert (after["UID"], after["SEQUENCE"], after.text("SUMMARY")) == (before["UID"], "1", "改")

    def test_it_is_not_sent_again_while_nothing_changes(self, client, url):
        todo = make.make_todo("一", due=DAY)
        first = client.get(url)
        again = client.get(url, headers={"If-None-Match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        actions.delete([todo], by=None, via="test")
        assert client.get(url, headers={"If-None-Match": first["ETag"]}).status_code == 200

    def test_an_empty_one_is_whole_and_it_only_reads(self, client, url):
        (zone,) = calendar_of(client, url).inside
        assert (zone.kind, zone["TZID"]) == ("VTIMEZONE", "UTC")
        (always,) = zone.inside
        assert (always.kind, always["TZOFFSETFROM"], always["TZOFFSETTO"]) == ("STANDARD", "+0000", "+0000")
        assert client.head(url).status_code == 200
        assert client.post(url).status_code == 405

    def test_in_english(self, client):
        make.make_todo("一", due=DAY)
        found = calendar_of(client, f"/en{reverse('todos_ics')}")
        assert found.text("X-WR-CALNAME").startswith("To-dos")
        assert found.inside[0]["CATEGORIES"] == "open"


def own_url(user):
    return reverse("my_calendar", args=[calendar.token_of(user)])


class TestOwn:
    @pytest.fixture
    def lin(self):
        return make.make_user("editor", username="lin")

    def test_the_holder_sees_their_own_with_drafts(self, client, lin):
        hidden = make.make_note("暗札记", status="draft")
        mine = make.make_todo("我的草稿", due=DAY, assignee=lin, status="draft", note=hidden)
        make.make_todo("我的", due=DAY, assignee=lin)
        make.make_todo("我做完的", due=DAY, assignee=lin, state="done", results="见表。")
        make.make_todo("别人的", due=DAY, assignee=make.make_user(), status="draft")
        make.make_todo("无人的", due=DAY, status="draft")
        found = calendar_of(client, own_url(lin)).inside
        assert [event.text("SUMMARY") for event in found] == ["我的草稿", "我的"]
        assert found[0]["URL"].endswith(f"/admin/research/todo/{mine.pk}/change/")
        assert found[0]["CATEGORIES"].split(",") == ["未开始", "暗札记"]

    def test_it_is_kept_by_nobody_and_found_by_no_search_engine(self, client, lin):
        response = client.get(own_url(lin))
        assert response["Cache-Control"] == "private, no-cache"
        assert (response["X-Robots-Tag"], response["Referrer-Policy"]) == ("noindex", "no-referrer")

    def test_a_new_password_makes_it_another(self, client, lin):
        before = own_url(lin)
        lin.set_password("neu")
        lin.save()
        assert client.get(before).status_code == 404
        assert client.get(own_url(lin)).status_code == 200

    @pytest.mark.parametrize("change", [{"is_active": False}, {"is_staff": False}])
    def test_who_left_the_team_has_none(self, client, lin, change):
        address = own_url(lin)
        for name, value in change.items():
            setattr(lin, name, value)
        lin.save()
        assert client.get(address).status_code == 404

    def test_who_may_no_longer_read_todos_has_none(self, client, lin):
        lin.groups.clear()
        assert client.get(own_url(lin)).status_code == 404

    def test_a_forged_address_answers_404(self, client, lin):
        other = make.make_user()
        _pk, seal = calendar.token_of(lin).split("-")
        for token in (
            f"{lin.pk}-",
            f"{lin.pk}",
            f"{lin.pk}-{seal[:-1]}",
            f"{other.pk}-{seal}",
            f"{lin.pk}-{seal}x",
            f"-{seal}",
            f"９-{seal}",
            f"{'9' * 5000}-{seal}",
            "x" * 5000,
            "绝密",
        ):
            assert client.get(reverse("my_calendar", args=[token])).status_code == 404, token
        assert client.get("/calendar/%00.ics").status_code == 404
        assert client.post(own_url(lin)).status_code == 405

    def test_the_address_stands_on_the_page_of_my_work(self, lin):
        todo: Todo = make.make_todo("我的", due=DAY, assignee=lin, status="draft")
        inside = Client()
        inside.force_login(lin)
        page = inside.get(reverse("admin:my_work"))
        address = page.context["calendar_url"]
        assert f"<code>{address}</code>" in page.content.decode()
        assert address.startswith("http://testserver/")
        assert titles(Client(), address) == [todo.title]
