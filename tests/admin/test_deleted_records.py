"""Deleted records: listed, looked at, and brought back under their own id."""

import pytest
from django.urls import reverse

from research import actions
from research.models import Case, Industry, Revision
from research.rows import TABLES
from tests.admin.import_pages import messages, staff
from tests.admin.pages import all_tables, count_queries, url
from tests.factories import MAKERS, make_case, make_industry, make_note, together

PAGE = "admin:deleted"


def gone(record, **more):
    """Delete it; its last revision."""
    pk = record.pk
    actions.delete([type(record).objects.get(pk=pk)], by=more.pop("by", None), via="form", **more)
    return Revision.objects.at(record.table, pk)[0]


def listed(client, **query):
    response = client.get(reverse(PAGE), query)
    assert response.status_code == 200
    return [record.name for record in response.context["records"]]


def restore_url(revision):
    return url(TABLES[revision.table].model, "restore", revision.record_id, revision.version)


def bring_back(client, revision, **data):
    return client.post(restore_url(revision), {"seen_version": revision.version, **data}, follow=True)


class TestList:
    def test_who_when_why_and_the_last_row(self, editing, editor):
        gone(make_case("城市大脑", body="一段正文", tags=["云"]), by=editor, note="重复")
        html = editing.get(reverse(PAGE)).content.decode()
        for text in ("城市大脑", "一段正文", "云", "重复", editor.username):
            assert text in html

    def test_newest_first_and_by_table(self, editing):
        gone(make_case("甲案"))
        gone(make_note("乙稿"))
        make_case("还在")
        assert listed(editing) == ["乙稿", "甲案"]
        assert listed(editing, table="cases") == ["甲案"]
        assert listed(editing, table="events") == []

    def test_what_came_back_is_not_listed(self, editing):
        bring_back(editing, gone(make_case("甲案")))
        assert listed(editing) == []

    def test_every_list_and_the_first_page_lead_there(self, editing):
        assert f"{reverse(PAGE)}?table=cases" in editing.get(url(Case, "changelist")).content.decode()
        assert reverse(PAGE) in editing.get(reverse("admin:index")).content.decode()

    def test_its_history_works_though_it_is_gone(self, editing):
        case = make_case("甲案")
        last = gone(case)
        response = editing.get(url(Case, "history", last.record_id))
        assert [step.revision.version for step in response.context["steps"]] == [2, 1]
        assert restore_url(last) in response.content.decode()

    def test_queries_do_not_grow(self, editing):
        counts = []
        for more in (3, 60):
            with together():
                for _number in range(more):
                    make_case(tags=["云"])
            actions.delete(Case.objects.all(), by=None, via="test")
            counts.append(count_queries(editing, reverse(PAGE)))
        assert counts[0] == counts[1]
        assert len(listed(editing, p="2")) == 13

    def test_only_tables_that_one_may_see(self, client, db):
        gone(make_case("甲案"))
        gone(make_note("乙稿"))
        client.force_login(staff("view_case"))
        assert listed(client) == ["甲案"]
        assert "/restore/" not in client.get(reverse(PAGE)).content.decode()
        assert client.get(reverse(PAGE), {"table": "notes"}).status_code == 403

    def test_wrong_user_and_wrong_table(self, client, editing, db):
        assert editing.get(reverse(PAGE), {"table": "nothing"}).status_code == 404
        assert "/admin/login/" in client.get(reverse(PAGE))["Location"]
        client.force_login(staff())
        assert client.get(reverse(PAGE)).status_code == 403


class TestBringingBack:
    @all_tables
    def test_the_same_record_with_its_history(self, table, editing, editor):
        record = MAKERS[table]()
        pk, last = record.pk, gone(record)
        page = editing.get(restore_url(last))
        assert page.status_code == 200
        response = bring_back(editing, last, why="误删")
        assert response.redirect_chain[-1][0] == url(type(record), "history", pk)
        codec = TABLES[table]()
        assert codec.row(codec.model.objects.get(pk=pk)) == last.row
        newest = Revision.objects.at(table, pk)[0]
        assert (newest.version, newest.by, newest.via, newest.note) == (3, editor, "restore", "v2: 误删")

    def test_an_earlier_version_of_it(self, editing):
        case = make_case("旧题", tags=["云"])
        case.title = "新题"
        actions.save(case, by=None, via="test", links={"tags": []})
        first = Revision.objects.at("cases", case.pk).get(version=1)
        last = gone(case)
        editing.post(restore_url(first), {"seen_version": last.version})
        assert TABLES["cases"]().row(Case.objects.get(pk=first.record_id)) == first.row

    def test_twice_is_once(self, editing):
        last = gone(make_case("甲案"))
        bring_back(editing, last)
        bring_back(editing, last)
        assert (Case.objects.count(), Revision.objects.at("cases", last.record_id).count()) == (1, 3)

    def test_its_name_was_taken(self, editing):
        last = gone(make_case("甲案", slug="甲"))
        make_case("另一个", slug="甲")
        assert "甲" in editing.get(restore_url(last)).context["plan"].errors[0][1]
        bring_back(editing, last)
        assert [case.title for case in Case.objects.all()] == ["另一个"]

    def test_it_names_what_is_gone(self, editing):
        case = make_case("甲案", industries=[make_industry(slug="金融")])
        last = gone(case)
        actions.delete([Industry.objects.get()], by=None, via="test")
        html = editing.get(restore_url(last)).content.decode()
        assert "金融" in html
        bring_back(editing, last)
        assert not Case.objects.exists()

    @pytest.mark.parametrize("table", ["findings", "arguments", "cases"])
    def test_what_it_is_named_by_is_gone(self, table, editing):
        record = MAKERS[table]()
        parents = [getattr(record, name) for name in ("organization", "thesis") if hasattr(record, name)]
        last = gone(record)
        actions.delete(parents, by=None, via="test")
        assert editing.get(restore_url(last)).context["plan"].errors
        assert bring_back(editing, last).status_code == 200
        assert not type(record).objects.exists()

    def test_who_may_not_publish_brings_back_a_draft(self, client, db):
        last = gone(make_case("甲案"))
        client.force_login(staff("view_case", "add_case"))
        assert messages(bring_back(client, last))
        assert Case.objects.get(pk=last.record_id).status == "draft"

    def test_who_may_not_add_brings_nothing_back(self, client, db):
        last = gone(make_case("甲案"))
        client.force_login(staff("view_case", "change_case", "delete_case"))
        assert client.get(restore_url(last)).status_code == 403
        assert client.post(restore_url(last), {"seen_version": 2}).status_code == 403
        assert not Case.objects.exists()
