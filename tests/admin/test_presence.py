"""Who else has a record open, and whether it was saved elsewhere."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from research import actions
from research.models import Case, Presence
from tests.admin.pages import all_tables, change_url, open_form, url
from tests.factories import MAKERS, make_case, make_mode, make_user


def say(client, record, **data):
    return client.post(url(type(record), "presence", record.pk), data)


@pytest.fixture
def other(db):
    return make_user(username="liu")


@pytest.fixture
def others(other):
    client = Client()
    client.force_login(other)
    return client


class TestWhoIsHere:
    @all_tables
    def test_each_is_told_of_the_other(self, table, editing, editor, others):
        record = MAKERS[table]()
        assert say(editing, record, seen=1).json() == {"also": "", "saved": ""}
        assert editor.username in say(others, record, seen=1).json()["also"]
        assert "liu" in say(editing, record, seen=1).json()["also"]

    def test_of_the_same_record_only(self, editing, others):
        say(others, make_case(), seen=1)
        assert say(editing, make_case(), seen=1).json()["also"] == ""

    def test_until_they_leave(self, editing, others):
        record = make_case()
        say(others, record, seen=1)
        assert say(others, record, left=1).status_code == 204
        assert say(editing, record, seen=1).json()["also"] == ""

    def test_until_they_were_not_heard_of_for_long(self, editing, others):
        record, elsewhere = make_case(), make_case()
        say(others, record, seen=1)
        say(others, elsewhere, seen=1)
        Presence.objects.update(at=timezone.now() - timedelta(minutes=6))
        assert say(editing, record, seen=1).json()["also"] == ""
        assert Presence.objects.count() == 1, "what is old is forgotten"

    def test_asking_often_writes_seldom(self, editing, django_assert_num_queries):
        record = make_case()
        say(editing, record, seen=1)
        before = Presence.objects.get().at
        say(editing, record, seen=1)
        assert Presence.objects.get().at == before
        Presence.objects.update(at=timezone.now() - timedelta(seconds=20))
        say(editing, record, seen=1)
        assert Presence.objects.get().at >= before


class TestSavedElsewhere:
    def test_by_whom_and_when(self, editing, other):
        record = make_case()
        actions.save(record, by=other, via="test")
        saved = say(editing, record, seen=1).json()["saved"]
        assert "liu" in saved
        assert timezone.localtime(record.updated_at).strftime("%H:") in saved
        assert say(editing, record, seen=2).json()["saved"] == ""

    def test_deleted(self, editing, other):
        record = make_case()
        address = url(Case, "presence", record.pk)
        actions.delete([record], by=other, via="test")
        assert "liu" in editing.post(address, {"seen": 1}).json()["saved"]

    @pytest.mark.parametrize("seen", ["", "x", "-1", "²"])
    def test_a_version_that_is_none(self, seen, editing):
        record = make_case()
        actions.save(record, by=None, via="test")
        assert say(editing, record, seen=seen).status_code == 200


class TestWhoMay:
    def test_whoever_may_see_the_record(self, client, other):
        case, mode = make_case(), make_mode()
        assert say(client, case, seen=1).status_code == 403, "to log in"
        other.groups.clear()
        client.force_login(other)
        assert say(client, case, seen=1).status_code == 403
        assert say(client, mode, seen=1).status_code == 403
        assert not Presence.objects.exists()
        assert client.post(url(type(mode), "presence", 10_000), {"seen": 1}).status_code == 404

    def test_not_by_a_link(self, editing):
        assert editing.get(url(Case, "presence", make_case().pk)).status_code == 403


class TestForm:
    def test_it_names_the_address_the_add_form_none(self, editing):
        record = make_case()
        page = editing.get(change_url(record)).content.decode()
        assert f'data-presence="{url(Case, "presence", record.pk)}"' in page
        assert 'data-key="case.add"' in (page := editing.get(url(Case, "add")).content.decode())
        assert "data-presence" not in page

    def test_saving_tells_the_browser_to_forget_what_it_kept(self, editing):
        record = make_case()
        response = editing.post(change_url(record), open_form(editing, record, title="新"))
        assert response.cookies[f"saved.case.{record.pk}"].value == "1"

    def test_what_was_refused_is_to_be_kept(self, editing):
        record = make_case()
        response = editing.post(change_url(record), open_form(editing, record, title=""))
        assert "data-unsaved" in response.content.decode()
        assert not [name for name in response.cookies if name.startswith("saved.")]
