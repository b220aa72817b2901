"""An earlier version of a record restored: as a new revision, after a look at what it would change."""

import pytest

from research import actions
from research.actions import Change
from research.models import Case, Draft, Event, Organization, Source
from research.rows import TABLES
from tests.admin.import_pages import messages, staff
from tests.admin.pages import change_url, revisions, url
from tests.factories import make_case, make_event, make_industry, make_organization, make_source

EDITS = ("view_case", "change_case", "add_case")


def restore_url(record, version):
    return url(type(record), "restore", record.pk, version)


def row(record):
    return TABLES[record.table]().row(type(record).objects.get(pk=record.pk))


def saved(record, *, links=None, aside=False, **values):
    record = type(record).objects.get(pk=record.pk)
    for name, value in values.items():
        setattr(record, name, value)
    actions.write([Change(record, links or {}, aside=aside)], by=None, via="test")


def confirm(client, record, version, **data):
    """Look at the page, then post its form."""
    page = client.get(restore_url(record, version))
    assert page.status_code == 200
    return client.post(restore_url(record, version), {**page.context["form"].initial, **data}, follow=True)


class TestRestoring:
    def test_the_page_shows_what_it_would_change_and_writes_nothing(self, editing):
        case = make_case("旧题", tags=["云"])
        saved(case, title="新题", links={"tags": ["云", "端"]})
        html = editing.get(restore_url(case, 1)).content.decode()
        assert "<del>新</del><ins>旧</ins>题" in html
        assert "<del>端</del>" in html
        assert len(revisions(case)) == 2

    def test_it_is_one_revision_with_author_path_and_why(self, editing, editor):
        case = make_case("旧题", tags=["云"], industries=[make_industry(slug="金融")])
        saved(case, title="新题", links={"tags": [], "industries": []})
        response = confirm(editing, case, 1, why="改错了")
        assert response.redirect_chain[-1][0] == url(Case, "history", case.pk)
        last = revisions(case)[-1]
        assert (last.version, last.by, last.via, last.note) == (3, editor, "restore", "v1: 改错了")
        assert row(case) == last.row == revisions(case)[0].row
        assert "旧题" in messages(response)

    def test_history_leads_there_but_not_to_what_stands(self, editing):
        case = make_case("旧题")
        saved(case, title="新题")
        html = editing.get(url(Case, "history", case.pk)).content.decode()
        assert restore_url(case, 1) in html
        assert restore_url(case, 2) not in html

    def test_neither_to_the_draft_that_stands_nor_to_what_is_published_beside_it(self, editing):
        case = make_case("旧题")
        saved(case, title="新题")
        saved(case, aside=True, body="二", status="draft")
        html = editing.get(url(Case, "history", case.pk)).content.decode()
        assert [restore_url(case, version) in html for version in (1, 2, 3)] == [True, False, False]

    def test_what_stands_so_already_is_not_written_again(self, editing):
        case = make_case("题")
        response = confirm(editing, case, 1)
        assert "<form method" not in response.content.decode().partition("content-main")[2]
        assert len(revisions(case)) == 1

    def test_the_record_gets_its_old_name_back(self, editing):
        case = make_case(slug="旧名")
        saved(case, slug="新名")
        confirm(editing, case, 1)
        assert row(case)["slug"] == "旧名"

    def test_what_follows_from_the_text_follows(self, editing):
        source = make_source(key="bai")
        case = make_case(body="见 [@bai]。")
        saved(case, body="")
        confirm(editing, case, 1)
        assert source.citations.count() == 1


class TestBesideOthers:
    def test_what_somebody_else_changed_meanwhile_stays_and_is_told(self, editing):
        case = make_case("旧题", body="一")
        saved(case, title="新题")
        seen = editing.get(restore_url(case, 1)).context["form"].initial
        saved(case, body="二")
        response = editing.post(restore_url(case, 1), seen, follow=True)
        assert (row(case)["title"], row(case)["body"]) == ("旧题", "二")
        assert "正文" in messages(response)

    def test_the_same_changed_meanwhile_is_a_message_and_shown_anew(self, editing):
        case = make_case("旧题")
        saved(case, title="新题")
        seen = editing.get(restore_url(case, 1)).context["form"].initial
        saved(case, title="更新题")
        response = editing.post(restore_url(case, 1), {**seen, "why": "想清楚了"}, follow=True)
        assert row(case)["title"] == "更新题"
        assert messages(response)
        html = response.content.decode()
        assert "想清楚了" in html
        assert response.context["form"].initial["seen_version"] == 3
        assert len(revisions(case)) == 3

    def test_deleted_meanwhile_is_a_message(self, editing):
        case = make_case("旧题")
        saved(case, title="新题")
        seen = editing.get(restore_url(case, 1)).context["form"].initial
        actions.delete([Case.objects.get(pk=case.pk)], by=None, via="test")
        response = editing.post(restore_url(case, 1), seen, follow=True)
        assert messages(response)
        assert not Case.objects.exists()


class TestWhatIsPublished:
    def test_who_may_not_publish_restores_a_newer_draft(self, client, db):
        case = make_case("旧题", body="一")
        saved(case, title="新题", body="二")
        client.force_login(staff(*EDITS))
        response = confirm(client, case, 1)
        assert (row(case)["title"], Draft.objects.get().row) == (
            "新题",
            {**revisions(case)[0].row, "status": "draft"},
        )
        last = revisions(case)[-1]
        assert (last.aside, last.via, last.version) == (True, "restore", 3)
        assert messages(response)

    def test_a_draft_of_it_is_restored_beside_it(self, editing):
        case = make_case("题", body="一")
        saved(case, aside=True, body="二", status="draft")
        actions.publish([Case.objects.get(pk=case.pk)], by=None, via="action")
        saved(case, body="三")
        confirm(editing, case, 2)
        assert (row(case)["body"], Draft.objects.get().row) == ("三", revisions(case)[1].row)

    def test_with_a_draft_beside_it_the_published_is_restored_and_the_draft_left(self, editing):
        case = make_case("旧题", body="一")
        saved(case, title="新题")
        saved(case, aside=True, body="二", status="draft")
        confirm(editing, case, 1)
        assert row(case) == revisions(case)[0].row
        assert Draft.objects.get().row["body"] == "二"

    def test_who_may_not_publish_does_not_publish_by_restoring(self, client, db):
        case = make_case("旧题")
        actions.withdraw([Case.objects.get(pk=case.pk)], by=None, via="action")
        saved(case, title="新题")
        client.force_login(staff(*EDITS))
        confirm(client, case, 1)
        assert (row(case)["title"], row(case)["status"]) == ("旧题", "draft")


class TestWhatCannotBe:
    def test_a_row_that_names_what_is_gone(self, editing):
        organization = make_organization(slug="甲")
        event = make_event(organizations=[organization])
        saved(event, title="新题", links={"organizations": []})
        actions.delete([Organization.objects.get()], by=None, via="test")
        page = editing.get(restore_url(event, 1))
        assert "甲" in page.content.decode()
        data = {"seen_version": 2}
        assert editing.post(restore_url(event, 1), data).status_code == 200
        assert (Event.objects.get().title, len(revisions(event))) == ("新题", 2)

    def test_a_name_that_another_has_by_now(self, editing):
        case = make_case(slug="甲")
        saved(case, slug="乙")
        make_case("另一个", slug="甲")
        assert "甲" in editing.get(restore_url(case, 1)).context["plan"].errors[0][1]
        editing.post(restore_url(case, 1), {"seen_version": 2})
        assert row(case)["slug"] == "乙"

    def test_a_name_that_texts_use(self, editing):
        source = make_source(key="旧")
        saved(source, key="新")
        make_case(body="[@新]")
        response = confirm(editing, source, 1)
        assert "新" in messages(response)
        assert Source.objects.get().key == "新"

    @pytest.mark.parametrize("data", [{}, {"seen_version": "x"}, {"seen_version": 2, "why": "长" * 300}])
    def test_bad_input_writes_nothing(self, data, editing):
        case = make_case("旧题")
        saved(case, title="新题")
        response = editing.post(restore_url(case, 1), data)
        assert response.status_code == 200
        assert messages(response)
        assert len(revisions(case)) == 2

    @pytest.mark.parametrize(
        "address", ["1/history/99/restore", "999/history/1/restore", f"{'9' * 30}/history/1/restore"]
    )
    def test_what_is_not_there_is_not_found(self, address, editing):
        make_case()
        assert editing.get(f"/admin/research/case/{address}/").status_code == 404

    def test_a_version_of_another_record_is_not_found(self, editing):
        case, other = make_case(), make_case()
        saved(other, title="新")
        assert editing.get(restore_url(case, 2)).status_code == 404


class TestWhoMay:
    def test_who_may_not_change_it_may_not_restore_it(self, client, db):
        case = make_case("旧题")
        saved(case, title="新题")
        client.force_login(staff("view_case", "add_case", "delete_case"))
        assert client.get(restore_url(case, 1)).status_code == 403
        assert client.post(restore_url(case, 1), {"seen_version": 2}).status_code == 403
        assert restore_url(case, 1) not in client.get(url(Case, "history", case.pk)).content.decode()
        assert row(case)["title"] == "新题"

    def test_anonymous_is_sent_to_log_in(self, client, db):
        case = make_case()
        assert "/admin/login/" in client.get(restore_url(case, 1))["Location"]

    def test_the_form_still_opens_after(self, editing):
        case = make_case("旧题")
        saved(case, title="新题")
        confirm(editing, case, 1)
        assert editing.get(change_url(case)).status_code == 200
