"""What somebody deletes while another is writing in it, and the reverse: it is said, and nothing is lost."""

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from research import actions
from research.rows import MODELS
from research.rows import TABLES as CODECS
from tests.admin.pages import all_tables, change_url, errors, open_form, revisions, url
from tests.admin.test_conflicts import chosen, clash, meanwhile, same, saved, shown
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


def gone(record, *, by=None):
    actions.delete([same(record)], by=by, via="form")


class TestAForm:
    @all_tables
    def test_it_is_shown_as_typed_and_brings_the_record_back(self, table, editing, editor):
        record = MAKERS[table]()
        name = record.title_fields[0]
        data = open_form(editing, record, **{name: "我打的字"})
        gone(record, by=make_user(username="liu"))
        page = editing.post(change_url(record), data)
        assert "liu" in errors(page)
        assert "我打的字" in page.content.decode()
        assert not type(record).objects.filter(pk=record.pk).exists()
        saved(editing.post(change_url(record), {**data, "_revive": "1"}))
        assert getattr(same(record), name) == "我打的字"
        assert [(one.version, one.deleted, one.by) for one in revisions(record)[2:]] == [(3, False, editor)]
        assert revisions(record)[-1].row == CODECS[table]().row(same(record))

    def test_with_tags_relations_and_places(self, editing):
        case = make_case(tags=["云"], industries=[MAKERS["industries"](slug="金融")])
        comparison = make_comparison(organizations=[make_organization(slug=slug) for slug in "ba"])
        for record in (case, comparison):
            data = open_form(editing, record)
            gone(record)
            saved(editing.post(change_url(record), {**data, "_revive": "1"}))
            assert revisions(record)[-1].row == revisions(record)[0].row

    def test_with_its_rows(self, editing):
        thesis = make_thesis()
        argument = make_argument("旧论据", thesis=thesis)
        data = open_form(editing, thesis, **{"arguments-0-claim": "我论据"})
        gone(argument)
        gone(thesis)
        assert "我论据" in editing.post(change_url(thesis), data).content.decode()
        saved(editing.post(change_url(thesis), {**data, "_revive": "1"}))
        assert (same(argument).claim, same(argument).thesis) == ("我论据", thesis)

    def test_opened_only_now_it_leads_elsewhere(self, editing):
        case = make_case()
        gone(case)
        assert editing.get(change_url(case)).status_code == 302

    @pytest.mark.parametrize("pk", ["99", "x", "9" * 30])
    def test_what_never_was_leads_elsewhere(self, pk, editing):
        assert editing.post(url(MODELS["cases"], "change", pk), {"_revive": "1"}).status_code == 302

    def test_who_may_not_add_may_not_bring_back(self, editing, db):
        case = make_case()
        data = open_form(editing, case, title="我打的字")
        gone(case)
        user = make_user("reader")
        user.is_staff = True
        user.save()
        user.user_permissions.set(
            Permission.objects.filter(codename__in=["change_case", "publish_case", "view_case"])
        )
        client = Client()
        client.force_login(user)
        page = client.post(change_url(case), {**data, "_revive": "1"})
        assert "我打的字" in page.content.decode()
        assert "_revive" not in errors(page)
        assert not type(case).objects.exists()


class TestARowOfAnotherRecord:
    @pytest.fixture
    def thesis(self, db):
        thesis = make_thesis()
        make_argument("旧论据", thesis=thesis)
        return thesis

    @pytest.mark.parametrize(("side", "claims"), [("mine", ["我论据"]), ("theirs", [])])
    def test_it_is_dropped_or_brought_back(self, side, claims, thesis, editing):
        argument = thesis.arguments.get()
        data = open_form(editing, thesis, statement="我论点", **{"arguments-0-claim": "我论据"})
        gone(argument, by=make_user(username="liu"))
        page = clash(editing.post(change_url(thesis), data))
        assert "liu" in page.content.decode()
        assert "我论据" in shown(page)
        saved(editing.post(change_url(thesis), chosen(page, side)))
        assert [*thesis.arguments.values_list("claim", flat=True)] == claims
        assert same(thesis).statement == "我论点"
        if claims:
            assert [one.version for one in revisions(argument)] == [1, 2, 3]

    @pytest.mark.parametrize(("side", "status"), [("mine", 409), ("theirs", 302)])
    def test_who_may_not_add_may_only_let_it_go(self, side, status, thesis, editing, editor):
        data = open_form(editing, thesis, **{"arguments-0-claim": "我论据"})
        gone(thesis.arguments.get())
        gone(thesis)
        editor.groups.get().permissions.remove(Permission.objects.get(codename="add_argument"))
        page = clash(editing.post(change_url(thesis), {**data, "_revive": "1"}))
        assert editing.post(change_url(thesis), chosen(page, side)).status_code == status
        assert not MODELS["arguments"].objects.exists()
        assert type(thesis).objects.exists() == (side == "theirs")

    def test_without_a_choice_it_is_asked_again(self, thesis, editing):
        data = open_form(editing, thesis, **{"arguments-0-claim": "我论据"})
        gone(thesis.arguments.get())
        page = clash(editing.post(change_url(thesis), data))
        assert clash(editing.post(change_url(thesis), chosen(page))).context["missing"]

    def test_untouched_it_stays_deleted(self, thesis, editing):
        data = open_form(editing, thesis, statement="我论点")
        gone(thesis.arguments.get())
        saved(editing.post(change_url(thesis), data))
        assert not thesis.arguments.exists()

    def test_deleted_by_both_it_is_gone(self, thesis, editing):
        data = open_form(editing, thesis, **{"arguments-0-DELETE": "on"})
        gone(thesis.arguments.get())
        saved(editing.post(change_url(thesis), data))
        assert not thesis.arguments.exists()


class TestPlaces:
    """The places of a comparison get new ids whenever its list is written."""

    def test_a_form_that_was_opened_before_is_merged(self, editing):
        first, second, third = (make_organization(slug=slug) for slug in "abc")
        comparison = make_comparison(organizations=[first, second])
        data = open_form(editing, comparison, title="我的题")
        change = actions.Change(same(comparison), {"organizations": [first, second, third]})
        actions.write([change], by=None, via="form")
        saved(editing.post(change_url(comparison), data))
        row = revisions(comparison)[-1].row
        assert (row["title"], row["organizations"]) == ("我的题", "a; b; c")

    def test_what_stands_twice_in_the_form_is_still_refused(self, editing):
        first, second = (make_organization(slug=slug) for slug in "ab")
        comparison = make_comparison(organizations=[first, second])
        data = open_form(editing, comparison, **{"organization_places-1-organization": first.pk})
        assert errors(editing.post(change_url(comparison), data))


class TestDeletingWhatWasChanged:
    @all_tables
    def test_it_is_said_with_the_difference_and_asked_again(self, table, editing):
        record = MAKERS[table]()
        address = url(type(record), "delete", record.pk)
        assert 'name="seen_version" value="1"' in editing.get(address).content.decode()
        meanwhile(record, by=make_user(username="liu"), **{record.title_fields[0]: "新名字"})
        page = clash(editing.post(address, {"post": "yes", "seen_version": "1"}))
        html = page.content.decode()
        assert "liu" in html
        assert "<ins>" in html
        assert 'name="seen_version" value="2"' in html
        assert type(record).objects.filter(pk=record.pk).exists()
        saved(editing.post(address, {"post": "yes", "seen_version": "2"}))
        assert not type(record).objects.filter(pk=record.pk).exists()

    def test_of_several(self, editing):
        todos = [make_todo() for _ in range(2)]
        data = {"action": "delete_selected", "_selected_action": [todo.pk for todo in todos]}
        asked = editing.post(url(type(todos[0]), "changelist"), data).content.decode()
        seen = [f"{todo.pk}:1" for todo in todos]
        assert all(f'value="{one}"' in asked for one in seen)
        meanwhile(todos[0], title="新名字")
        confirmed = {**data, "post": "yes", "seen": seen}
        page = clash(editing.post(url(type(todos[0]), "changelist"), confirmed))
        html = page.content.decode()
        assert "<ins>" in html
        assert f'value="{todos[0].pk}:2"' in html
        assert type(todos[0]).objects.count() == 2, "none is deleted"
        confirmed["seen"] = [f"{todos[0].pk}:2", f"{todos[1].pk}:1"]
        saved(editing.post(url(type(todos[0]), "changelist"), confirmed))
        assert not type(todos[0]).objects.exists()

    @pytest.mark.parametrize("version", ["x", "-1", "١"])
    def test_a_version_that_is_none_is_passed_over(self, version, editing):
        case = make_case()
        saved(editing.post(url(type(case), "delete", case.pk), {"post": "yes", "seen_version": version}))
