"""Editing in a list: rows are merged as forms are, all of a page or none, and never the wrong row."""

from datetime import date
from unittest.mock import patch

import pytest
from django.contrib.auth.models import Permission
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from research import actions
from research.admin.records import ADMINS
from research.models import Case, Industry, Revision, Todo
from research.rows import MODELS, TABLES
from tests.admin.pages import as_posted, revisions, url
from tests.factories import MAKERS, make_case, make_industry, make_mode, make_todo, make_user

EDITABLE = [table for table, model in MODELS.items() if ADMINS[model].list_editable]


def opened(client, model, **query):
    """The page's form, as a browser would post it."""
    response = client.get(url(model, "changelist"), query)
    return sent(response.context["cl"].formset)


def sent(formset):
    data = {"_save": "1"}
    for form in [formset.management_form, *formset.forms]:
        for field in form:
            value = as_posted(field)
            data[field.html_name] = (value[0] if isinstance(value, list) else value) or ""
    return data


def cell(data, record, name):
    """The name under which the page posts the record's column."""
    (field,) = [name for name, value in data.items() if name.endswith("-id") and value == str(record.pk)]
    return field.removesuffix("id") + name


def save(client, model, data, **query):
    address = url(model, "changelist")
    return client.post(f"{address}?q={query['q']}" if query else address, data, follow=True)


def said(response):
    return " ".join(str(message) for message in response.context["messages"])


def wrong(response):
    """What the page says is wrong, the rows' errors and its own."""
    formset = response.context["cl"].formset
    found = [
        *formset.non_form_errors(),
        *(error for form in formset.forms for error in form.non_field_errors()),
    ]
    return " ".join(map(str, found))


def changed(record, **values):
    """Somebody else changes the record meanwhile; returns who."""
    other = type(record).objects.get(pk=record.pk)
    for name, value in values.items():
        setattr(other, name, value)
    user = make_user()
    actions.save(other, by=user, via="test")
    return user.username


class TestSaving:
    def test_each_changed_row_gets_one_revision_and_the_others_none(self, editing, editor):
        first, second, third = make_todo(), make_todo(), make_todo()
        data = opened(editing, Todo)
        data[cell(data, first, "state")] = "doing"
        data[cell(data, first, "due")] = "2026-01-02"
        data[cell(data, third, "assignee")] = str(editor.pk)
        before = Revision.objects.count()
        response = save(editing, Todo, data)
        assert "2" in said(response)
        for record in (first, second, third):
            record.refresh_from_db()
        assert (first.state, first.due, second.version, third.assignee) == (
            "doing",
            date(2026, 1, 2),
            1,
            editor,
        )
        assert Revision.objects.count() == before + 2
        for record in (first, third):
            last = revisions(record)[-1]
            assert (last.version, last.by, last.via) == (2, editor, "list")
            assert last.row == TABLES["todos"]().row(record)

    @pytest.mark.parametrize("table", EDITABLE)
    def test_a_page_that_nobody_changed_writes_nothing(self, table, editing):
        MAKERS[table]()
        before = Revision.objects.count()
        response = save(editing, MODELS[table], opened(editing, MODELS[table]))
        assert response.redirect_chain
        assert said(response) == ""
        assert Revision.objects.count() == before

    def test_some_tables_are_edited_in_the_list(self):
        assert EDITABLE == ["modes", "industries", "cases", "criteria", "todos"]

    def test_what_the_list_does_not_show_stays(self, editing):
        mode = make_mode(slug="深耕")
        case = make_case(body="文", tags=["云", "金融"], industries=[make_industry(slug="零售")])
        before = revisions(case)[0].row
        data = opened(editing, Case)
        data[cell(data, case, "mode")] = str(mode.pk)
        save(editing, Case, data)
        assert revisions(case)[-1].row == {**before, "mode": "深耕"}

    def test_a_wrong_value_is_named_and_nothing_written(self, editing):
        first, second = make_todo(), make_todo()
        data = opened(editing, Todo)
        data[cell(data, first, "due")] = "morgen"
        data[cell(data, second, "state")] = "doing"
        response = save(editing, Todo, data)
        assert response.context["cl"].formset.errors[0]["due"]
        assert [len(revisions(record)) for record in (first, second)] == [1, 1]
        assert sent(response.context["cl"].formset)[cell(data, second, "state")] == "doing"

    def test_a_rule_on_a_column_that_the_list_does_not_have_is_told_above_the_row(self, editing):
        todo = make_todo()
        data = opened(editing, Todo)
        data[cell(data, todo, "state")] = "done"
        assert "完成" in wrong(save(editing, Todo, data))

    def test_opening_and_saving_take_a_fixed_number_of_queries(self, editing):
        counts = []
        for more in (3, 20):
            records = [make_todo() for _number in range(more)]
            data = opened(editing, Todo)
            for record in records[:2]:
                data[cell(data, record, "state")] = "doing"
            with CaptureQueriesContext(connection) as queries:
                editing.post(url(Todo, "changelist"), data)
            counts.append(len(queries))
        assert counts[0] == counts[1]


class TestMeanwhile:
    def test_another_column_of_the_same_row_is_merged(self, editing):
        todo = make_todo()
        data = opened(editing, Todo)
        author = changed(todo, due=date(2026, 5, 1), title="新题")
        data[cell(data, todo, "state")] = "doing"
        response = save(editing, Todo, data)
        todo.refresh_from_db()
        assert (todo.state, todo.due, todo.title) == ("doing", date(2026, 5, 1), "新题")
        assert author in said(response), "it says whose changes stand beside"

    def test_a_row_that_i_did_not_touch_is_not_reverted(self, editing):
        mine, theirs = make_todo(), make_todo()
        data = opened(editing, Todo)
        changed(theirs, state="doing")
        data[cell(data, mine, "state")] = "dropped"
        save(editing, Todo, data)
        theirs.refresh_from_db()
        assert (theirs.state, theirs.version) == ("doing", 2)

    def test_the_same_column_is_refused_and_the_page_comes_back_as_typed(self, editing):
        todo, other = make_todo("补时间点"), make_todo()
        data = opened(editing, Todo)
        author = changed(todo, state="dropped", due=date(2026, 5, 1))
        data[cell(data, todo, "state")] = "doing"
        data[cell(data, other, "state")] = "doing"
        response = save(editing, Todo, data)
        for part in ("补时间点", author, "放弃"):
            assert part in wrong(response)
        assert [len(revisions(record)) for record in (todo, other)] == [2, 1], "all or nothing"
        again = sent(response.context["cl"].formset)
        assert again[cell(again, todo, "state")] == again[cell(again, other, "state")] == "doing"
        assert save(editing, Todo, again).redirect_chain, "who was told may put theirs in its place"
        todo.refresh_from_db()
        assert (todo.state, todo.due) == ("doing", date(2026, 5, 1)), "what I did not touch stays theirs"

    def test_who_was_told_is_told_again_of_what_came_after(self, editing):
        todo = make_todo()
        data = opened(editing, Todo)
        changed(todo, state="dropped")
        data[cell(data, todo, "state")] = "doing"
        again = sent(save(editing, Todo, data).context["cl"].formset)
        changed(todo, state="done", results="有")
        assert wrong(save(editing, Todo, again))
        todo.refresh_from_db()
        assert todo.state == "done"

    def test_a_row_deleted_meanwhile_is_told_with_what_was_typed(self, editing):
        gone, other = make_todo("补时间点"), make_todo()
        data = opened(editing, Todo)
        actions.delete([Todo.objects.get(pk=gone.pk)], by=make_user(username="li"), via="test")
        data[cell(data, gone, "due")] = "2026-01-02"
        data[cell(data, other, "state")] = "doing"
        response = save(editing, Todo, data)
        for part in ("补时间点", "li", "2026-01-02"):
            assert part in wrong(response)
        again = sent(response.context["cl"].formset)
        assert save(editing, Todo, again).redirect_chain, "the rest can be saved"
        other.refresh_from_db()
        assert (other.state, Todo.objects.filter(pk=gone.pk).exists()) == ("doing", False)

    def test_a_row_deleted_meanwhile_that_i_did_not_touch_stops_nothing(self, editing):
        gone, other = make_industry(), make_industry()
        data = opened(editing, Industry)
        actions.delete([Industry.objects.get(pk=gone.pk)], by=None, via="test")
        data[cell(data, other, "position")] = "7"
        assert save(editing, Industry, data).redirect_chain
        other.refresh_from_db()
        assert other.position == 7

    def test_another_order_hits_no_other_row(self, editing):
        records = [make_industry(f"名{number}", position=number) for number in range(1, 5)]
        data = opened(editing, Industry)
        for record in records:
            changed(record, position=10 - record.position)  # the list is now the other way round
        data[cell(data, records[0], "position")] = "77"
        response = save(editing, Industry, data)
        cl = response.context["cl"]
        assert [row.pk for row in cl.result_list] == [form.instance.pk for form in cl.formset.forms]
        assert [row.name for row in cl.result_list] == ["名1", "名2", "名3", "名4"]
        save(editing, Industry, sent(cl.formset))
        found = dict(Industry.objects.values_list("name", "position"))
        assert found == {"名1": 77, "名2": 8, "名3": 7, "名4": 6}

    def test_a_row_that_left_the_filter_is_still_saved(self, editing):
        todo = make_todo("甲的事")
        data = opened(editing, Todo, q="甲的事")
        changed(todo, title="乙的事")
        data[cell(data, todo, "state")] = "doing"
        save(editing, Todo, data, q="甲的事")
        todo.refresh_from_db()
        assert (todo.state, todo.title) == ("doing", "乙的事")


class TestWhoMay:
    @pytest.fixture
    def drafting(self, client, db):
        """Somebody who may change to-dos and not publish them."""
        user = make_user("reader")
        user.is_staff = True
        user.save()
        user.user_permissions.set(Permission.objects.filter(codename__in=["view_todo", "change_todo"]))
        client.force_login(user)
        return client

    def test_who_may_not_publish_finds_no_fields_in_what_is_public(self, drafting):
        public, draft = make_todo(), make_todo(status="draft")
        data = opened(drafting, Todo)
        assert cell(data, draft, "state") in data
        assert cell(data, public, "state") not in data
        data[cell(data, draft, "state")] = "doing"
        assert save(drafting, Todo, data).redirect_chain
        draft.refresh_from_db()
        assert draft.state == "doing"

    def test_a_forged_or_late_change_of_it_is_refused(self, drafting):
        todo = make_todo(status="draft")
        data = opened(drafting, Todo)
        actions.publish([Todo.objects.get(pk=todo.pk)], by=None, via="test")
        data[cell(data, todo, "state")] = "doing"
        assert wrong(save(drafting, Todo, data))
        todo.refresh_from_db()
        assert todo.state == "open"

    def test_what_has_a_newer_draft_is_not_written_in_the_list(self, editing):
        todo = make_todo()
        actions.write([actions.Change(Todo.objects.get(pk=todo.pk), aside=True)], by=None, via="test")
        data = opened(editing, Todo)
        assert cell(data, todo, "state") not in data

    def test_who_may_only_look_finds_no_fields_and_is_refused(self, client, editing):
        todo = make_todo()
        data = opened(editing, Todo)
        data[cell(data, todo, "state")] = "doing"
        user = make_user("reader")
        user.is_staff = True
        user.save()
        user.user_permissions.set(Permission.objects.filter(codename="view_todo"))
        client.force_login(user)
        assert client.get(url(Todo, "changelist")).context["cl"].formset is None
        assert client.post(url(Todo, "changelist"), data).status_code == 403


class TestBadInput:
    def test_what_only_the_database_refuses_is_a_message(self, editing):
        todo = make_todo()
        data = opened(editing, Todo)
        data[cell(data, todo, "state")] = "doing"
        with patch("research.actions.write", side_effect=IntegrityError):
            response = save(editing, Todo, data)
        assert "数据库" in wrong(response) or "database" in wrong(response)
        assert sent(response.context["cl"].formset)[cell(data, todo, "state")] == "doing"

    @pytest.mark.parametrize("pk", ["", "x", "0", "999999999", "9" * 30, "²"])
    def test_a_row_that_never_was(self, pk, editing):
        todo = make_todo()
        data = opened(editing, Todo)
        data[cell(data, todo, "id")] = pk
        data["form-0-state"] = "doing"
        assert editing.post(url(Todo, "changelist"), data).status_code in (200, 400)
        assert len(revisions(todo)) == 1

    @pytest.mark.parametrize("version", ["", "x", "-1"])
    def test_no_version(self, version, editing):
        todo = make_todo()
        data = opened(editing, Todo)
        data[cell(data, todo, "seen_version")] = version
        data[cell(data, todo, "state")] = "doing"
        response = editing.post(url(Todo, "changelist"), data)
        assert response.status_code == 200
        assert len(revisions(todo)) == 1
