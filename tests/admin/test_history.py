"""The history of a record: each save with who, when, how, why and what; any two versions compared."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from research import actions
from research.actions import Change
from research.models import Batch, Case, Comment, Draft, Revision
from tests.admin.import_pages import staff
from tests.admin.pages import all_tables, change_url, count_queries, open_form, revisions, url
from tests.factories import MAKERS, make_case, make_organization, make_user


def history(record, **query):
    return url(type(record), "history", record.pk) + ("?" + "&".join(f"{k}={v}" for k, v in query.items()))


def steps(client, record):
    response = client.get(history(record))
    assert response.status_code == 200
    return response.context["steps"]


def told(step):
    return {str(name): str(text) for name, text in step.changes}


def saved(record, *, via="form", note="", by=None, aside=False, links=None, **values):
    record = type(record).objects.get(pk=record.pk)
    for name, value in values.items():
        setattr(record, name, value)
    drafts = Draft.objects.filter(table=record.table, record_id=record.pk)
    change = Change(record, links or {}, note=note, aside=aside, from_draft=aside and drafts.exists())
    actions.write([change], by=by, via=via)
    return record


class TestSteps:
    def test_who_when_how_why_and_what(self, editing, editor):
        case = make_case("城市大脑", status="draft", organization=make_organization("阿里", slug="ali"))
        saved(
            case,
            by=editor,
            note="白皮书改了名",
            title="城市云脑",
            status="review",
            organization=make_organization("腾讯", slug="qq"),
            links={"tags": ["云"]},
        )
        response = editing.get(history(case))
        html = response.content.decode()
        assert told(response.context["steps"][0]) == {
            "标题": "城市<del>大</del><ins>云</ins>脑",
            "机构": "<del>阿里</del><ins>腾讯</ins>",
            "标签": "<ins>云</ins>",
            "状态": "<del>草稿</del><ins>待审</ins>",
        }
        assert "白皮书改了名" in html
        assert editor.username in html
        assert "表单" in html

    def test_an_import_is_linked(self, editing):
        case = make_case()
        batch = Batch.objects.create(via="import", files="案例.csv")
        case.title = "新"
        actions.write([Change(case)], by=None, via="import", batch=batch)
        html = editing.get(history(case)).content.decode()
        assert reverse("admin:research_batch_change", args=[batch.pk]) in html
        assert "案例.csv" in html

    def test_a_draft_beside_is_compared_with_its_own_line(self, editing):
        case = make_case("题", body="一")
        saved(case, aside=True, body="二", status="draft")
        saved(case, title="新题")
        saved(case, aside=True, title="题", body="三", status="draft")
        saved(case, title="更新题")
        found = steps(editing, case)
        assert [step.revision.aside for step in found] == [False, True, False, True, False]
        assert [told(step).get("正文", "") for step in found] == [
            "",
            "<del>二</del><ins>三</ins>",
            "",
            "<del>一</del><ins>二</ins>",
            "",
        ]
        assert told(found[2]) == {"标题": "<ins>新</ins>题"}
        assert told(found[0]) == {"标题": "<ins>更</ins>新题"}

    def test_a_draft_after_one_that_was_published_begins_from_what_is_published(self, editing):
        case = make_case(body="一")
        saved(case, aside=True, body="二", status="draft")
        saved(case, title="别的题")
        actions.publish([case], by=None, via="action")
        saved(case, aside=True, body="三", title="别的题", status="draft")
        assert told(steps(editing, case)[0])["正文"] == "<del>二</del><ins>三</ins>"
        assert "标题" not in told(steps(editing, case)[0])

    def test_deleted_and_brought_back_are_said(self, editing):
        case = make_case("城市大脑")
        actions.delete([case], by=None, via="form", note="重复")
        response = editing.get(url(Case, "history", Revision.objects.get(deleted=True).record_id))
        html = response.content.decode()
        assert "已删除" in html or "deleted" in html
        assert "重复" in html
        assert "城市大脑" in html

    def test_queries_do_not_grow_with_the_revisions(self, editing):
        counts = []
        for size in (20, 1000):
            case = make_case("0", body="长文")
            row = revisions(case)[0].row
            Revision.objects.bulk_create(
                Revision(
                    table="cases",
                    record_id=case.pk,
                    version=number,
                    key=case.slug,
                    row={**row, "title": str(number), "organization": f"机构{number % 3}"},
                    via="test",
                )
                for number in range(2, size + 1)
            )
            counts.append(count_queries(editing, history(case)))
            assert len(steps(editing, case)) == min(size, 50)
            counts.append(count_queries(editing, history(case, **{"from": 2, "to": 19})) - 1)
        assert len({*counts[::2]}) == 1
        assert len({*counts[1::2]}) == 1

    def test_who_may_not_look_at_the_table_sees_no_history_either(self, client, db):
        case = make_case()
        client.force_login(staff("view_note"))
        assert client.get(history(case)).status_code == 403
        gone = case.pk
        actions.delete([case], by=None, via="test")
        assert client.get(url(Case, "history", gone)).status_code == 403

    @pytest.mark.parametrize("number", ["99", "x", "9" * 30])
    def test_of_what_never_was(self, number, editing):
        assert editing.get(f"/admin/research/case/{number}/history/").status_code == 302


class TestComparing:
    def test_any_two_versions_either_way_round(self, editing):
        case = make_case("一", body="甲")
        for title in ("二", "三", "四"):
            saved(case, title=title)
        for old, new in ((1, 4), (4, 1)):
            compared = editing.get(history(case, **{"from": old, "to": new})).context["compared"]
            assert [str(text) for _name, text in compared["changes"]] == ["<del>一</del><ins>四</ins>"]
        assert editing.get(history(case, **{"from": 2, "to": 2})).context["compared"]["changes"] == []

    def test_the_page_offers_the_last_two(self, editing):
        case = make_case("一")
        saved(case, title="二")
        html = editing.get(history(case)).content.decode()
        assert 'name="from"' in html
        assert editing.get(history(case)).context["asked"] == {"from": 1, "to": 2}

    @pytest.mark.parametrize(
        "query", ["from=1", "to=1", "from=1&to=9", "from=x&to=1", "from=&to=", "from=1&to=²"]
    )
    def test_a_version_that_is_none_is_not_found(self, query, editing):
        case = make_case()
        assert editing.get(f"{url(Case, 'history', case.pk)}?{query}").status_code == 404


class TestWhy:
    """The note is optional, and lands in the revisions of what is written."""

    @all_tables
    def test_of_a_form(self, table, editing):
        record = MAKERS[table]()
        data = open_form(editing, record, **{record.title_fields[0]: "改过的", "why": "更正"})
        assert editing.post(change_url(record), data).status_code == 302
        assert revisions(record)[-1].note == "更正"

    def test_of_a_deletion(self, editing):
        record = make_case()
        address = url(Case, "delete", record.pk)
        assert 'name="why"' in editing.get(address).content.decode()
        editing.post(address, {"post": "yes", "why": "重复"})
        assert revisions(record)[-1].note == "重复"

    def test_of_a_bulk_action_and_of_deleting_several(self, editing):
        records = [make_case(status="draft"), make_case(status="draft")]
        data = {"_selected_action": [record.pk for record in records], "why": "齐了"}
        assert 'name="why"' in editing.get(url(Case, "changelist")).content.decode()
        editing.post(url(Case, "changelist"), {**data, "action": "publish"})
        assert {revisions(record)[-1].note for record in records} == {"齐了"}
        asked = editing.post(url(Case, "changelist"), {**data, "action": "delete_selected"})
        assert 'value="齐了"' in asked.content.decode()
        editing.post(url(Case, "changelist"), {**data, "action": "delete_selected", "post": "yes"})
        assert [(revisions(record)[-1].note, revisions(record)[-1].deleted) for record in records] == [
            ("齐了", True)
        ] * 2

    def test_it_alone_is_no_change(self, editing):
        record = make_case()
        editing.post(change_url(record), open_form(editing, record, why="只是路过"))
        assert len(revisions(record)) == 1

    def test_too_long_a_one_is_a_message(self, editing):
        record = make_case()
        response = editing.post(change_url(record), open_form(editing, record, title="新", why="长" * 301))
        assert "why" in response.context["adminform"].form.errors


class TestNothingIsErased:
    def test_a_user_who_goes_leaves_revisions_comments_and_drafts(self, editing):
        user = make_user(username="liu")
        case = make_case("题", by=user)
        saved(case, by=user, aside=True, body="二", status="draft")
        Comment.objects.create(table="cases", record_id=case.pk, text="好", by=user, author="liu")
        user.delete()
        found = steps(editing, case)
        assert [(step.revision.author, step.revision.by) for step in found] == [("liu", None)] * 2
        assert Draft.objects.get().row["body"] == "二"
        comment = Comment.objects.get()
        assert (comment.text, comment.author, comment.by) == ("好", "liu", None)

    def test_a_record_that_goes_leaves_revisions_and_comments_with_its_draft_s(self, editing):
        case = make_case("题", body="一")
        saved(case, aside=True, body="二", status="draft")
        Comment.objects.create(table="cases", record_id=case.pk, text="好", author="liu")
        pk = case.pk
        actions.delete([Case.objects.get(pk=pk)], by=None, via="test")
        assert [one.row["body"] for one in Revision.objects.at("cases", pk)] == ["一", "二", "一"]
        assert Comment.objects.get().record_id == pk


def test_who_may_only_look_sees_history_without_restoring(client, db):
    case = make_case("一")
    saved(case, title="二")
    user = staff("view_case")
    assert Permission.objects.filter(user=user).count() == 1
    client.force_login(user)
    html = client.get(history(case)).content.decode()
    assert "<del>一</del>" in html
    assert "/restore/" not in html
