"""Add, change and delete, in every table: one revision each, and nothing lost when it cannot be written."""

from unittest.mock import patch

import pytest
from django.contrib.admin.models import LogEntry
from django.db import IntegrityError

from research import actions
from research.models import Citation, Revision, Source, Thesis
from research.rows import MODELS, TABLES
from tests.admin.pages import all_tables, change_url, errors, open_form, posted, revisions, url
from tests.factories import (
    MAKERS,
    make_argument,
    make_case,
    make_comparison,
    make_criterion,
    make_event,
    make_finding,
    make_industry,
    make_organization,
    make_source,
    make_thesis,
    make_todo,
    make_user,
)


class TestEveryTable:
    @all_tables
    def test_add(self, table, editing, editor):
        model = MODELS[table]
        data = open_form(editing, MAKERS[table](), **{model.key_field: "新记录"})
        data = {name: value for name, value in data.items() if name != "seen_version"}
        before = Revision.objects.count()
        response = editing.post(url(model, "add"), data)
        assert response.status_code == 302, errors(response)
        record = model.objects.keyed("新记录").get()
        assert (record.version, record.created_by, record.updated_by) == (1, editor, editor)
        assert Revision.objects.count() == before + 1
        assert [(step.version, step.by, step.via) for step in revisions(record)] == [(1, editor, "form")]

    @all_tables
    def test_change(self, table, editing, editor):
        record = MAKERS[table]()
        name = record.title_fields[0]
        data = open_form(editing, record, **{name: "改过的"})
        before = Revision.objects.count()
        response = editing.post(change_url(record), data)
        assert response.status_code == 302, errors(response)
        record.refresh_from_db()
        assert (getattr(record, name), record.version, record.updated_by) == ("改过的", 2, editor)
        assert Revision.objects.count() == before + 1
        last = revisions(record)[-1]
        assert (last.version, last.by, last.author, last.via) == (2, editor, editor.username, "form")
        assert last.row == TABLES[table]().row(record)

    @all_tables
    def test_saving_what_nobody_changed_writes_nothing(self, table, editing):
        record = MAKERS[table]()
        response = editing.post(change_url(record), open_form(editing, record))
        assert response.status_code == 302, errors(response)
        record.refresh_from_db()
        assert (record.version, len(revisions(record))) == (1, 1)

    @all_tables
    def test_delete(self, table, editing, editor):
        record = MAKERS[table]()
        response = editing.post(url(type(record), "delete", record.pk), {"post": "yes"})
        assert response.status_code == 302
        assert not type(record).objects.filter(pk=record.pk).exists()
        last = revisions(record)[-1]
        assert (last.deleted, last.by, last.via) == (True, editor, "form")

    def test_django_s_own_log_stays_empty(self, editing):
        record = make_case()
        editing.post(change_url(record), open_form(editing, record, title="新"))
        editing.post(url(type(record), "delete", record.pk), {"post": "yes"})
        assert not LogEntry.objects.exists()


class TestValues:
    def test_relations_tags_and_citations_are_written_with_the_record(self, editing):
        finance, retail = make_industry("金融"), make_industry("零售")
        source = make_source(key="bai")
        record = make_case(industries=[finance], tags=["云"])
        data = open_form(
            editing,
            record,
            industries=[finance.pk, retail.pk],
            tags="云，大数据、平台；AI 中台",
            body="见 [@bai, p. 6]。",
        )
        assert editing.post(change_url(record), data).status_code == 302
        row = revisions(record)[-1].row
        assert row["industries"] == "; ".join(sorted([finance.slug, retail.slug]))
        assert row["tags"] == "AI 中台; 云; 大数据; 平台"
        citation = Citation.objects.get(table="cases", record_id=record.pk)
        assert (citation.source, citation.locator) == (source, "p. 6")

    def test_line_ends_of_the_browser_are_no_change(self, editing):
        record = make_case(body="一\n\n二")
        editing.post(change_url(record), open_form(editing, record, body="一\r\n\r\n二"))
        record.refresh_from_db()
        assert (record.body, record.version) == ("一\n\n二", 1)

    def test_a_date_as_people_write_it(self, editing):
        record = make_case()
        editing.post(change_url(record), open_form(editing, record, period="2000年左右"))
        record.refresh_from_db()
        assert record.period == "2000~"

    def test_a_slug_is_suggested_where_it_can_be(self, editing):
        finding = make_finding(as_of="2017")
        data = open_form(editing, finding, slug="")
        del data["seen_version"]
        for number in ("", "-2"):
            assert editing.post(url(type(finding), "add"), data).status_code == 302
            slug = f"{finding.organization.slug}-{finding.criterion.slug}-2017{number}"
            assert type(finding).objects.filter(slug=slug).exists()

    def test_a_slug_is_asked_for_where_not(self, editing):
        data = open_form(editing, make_case(), slug="")
        del data["seen_version"]
        assert "slug" in editing.post(url(MODELS["cases"], "add"), data).context["adminform"].form.errors

    def test_a_wrong_value_is_named_and_the_rest_kept(self, editing):
        record = make_case()
        response = editing.post(change_url(record), open_form(editing, record, period="大概", body="打的字"))
        assert list(response.context["adminform"].form.errors) == ["period"]
        assert "打的字" in response.content.decode()

    def test_a_taken_slug_is_a_message(self, editing):
        make_case(slug="占用")
        record = make_case()
        response = editing.post(change_url(record), open_form(editing, record, slug="占用"))
        assert errors(response)

    def test_a_form_without_its_version_is_refused(self, editing):
        record = make_case()
        data = open_form(editing, record, title="改")
        del data["seen_version"]
        assert errors(editing.post(change_url(record), data))
        assert len(revisions(record)) == 1

    def test_too_long_a_tag_is_a_message(self, editing):
        record = make_case()
        response = editing.post(change_url(record), open_form(editing, record, tags="长" * 101))
        assert "tags" in response.context["adminform"].form.errors

    def test_what_only_the_database_refuses_is_a_message(self, editing):
        record = make_case()
        with patch("research.actions.write", side_effect=IntegrityError):
            response = editing.post(change_url(record), open_form(editing, record, title="打的字"))
        assert errors(response)
        assert "打的字" in response.content.decode()


class TestDelete:
    def test_what_is_used_names_its_users(self, editing):
        organization = make_organization("甲")
        make_case("用它的案例", organization=organization)
        make_comparison("用它的对照", organizations=[organization])
        address = url(type(organization), "delete", organization.pk)
        text = editing.get(address).content.decode()
        assert "用它的案例" in text
        assert "用它的对照" in text
        assert editing.post(address, {"post": "yes"}).status_code == 200
        assert len(revisions(organization)) == 1

    def test_a_cited_source_names_the_records_that_cite_it(self, editing):
        source = make_source(key="bai")
        make_case("引用它的案例", body="[@bai]")
        text = editing.get(url(Source, "delete", source.pk)).content.decode()
        assert "引用它的案例" in text

    def test_what_stands_in_a_list_names_the_lists(self, editing):
        industry, organization = make_industry(), make_organization()
        make_case("列它的案例", industries=[industry])
        make_event("列它的事件", organizations=[organization])
        assert "列它的案例" in editing.get(url(type(industry), "delete", industry.pk)).content.decode()
        assert (
            "列它的事件" in editing.get(url(type(organization), "delete", organization.pk)).content.decode()
        )

    def test_used_since_the_page_was_opened(self, editing):
        """Between the look and the deletion somebody begins to use it."""
        source = make_source(key="bai")
        make_case("刚引用它", body="[@bai]")
        with patch("research.admin.base.RecordAdmin.get_deleted_objects", return_value=([], {}, set(), [])):
            response = editing.post(url(Source, "delete", source.pk), {"post": "yes"}, follow=True)
        assert "刚引用它" in " ".join(str(message) for message in response.context["messages"])
        assert Source.objects.filter(pk=source.pk).exists()

    def test_several(self, editing, editor):
        keep, *gone = (make_todo() for _ in range(3))
        data = {"action": "delete_selected", "_selected_action": [todo.pk for todo in gone], "post": "yes"}
        editing.post(url(type(keep), "changelist"), data)
        assert list(type(keep).objects.all()) == [keep]
        assert [revisions(todo)[-1].via for todo in gone] == ["action", "action"]

    def test_of_several_none_goes_when_one_is_used(self, editing):
        used, free = make_organization(), make_organization()
        make_case("用着", organization=used)
        data = {"action": "delete_selected", "_selected_action": [used.pk, free.pk], "post": "yes"}
        with patch("research.admin.base.RecordAdmin.get_deleted_objects", return_value=([], {}, set(), [])):
            response = editing.post(url(type(used), "changelist"), data, follow=True)
        assert "用着" in " ".join(str(message) for message in response.context["messages"])
        assert type(used).objects.count() == 2


class TestInlines:
    def test_a_row_is_a_record_of_its_own(self, editing, editor):
        thesis = make_thesis()
        argument = make_argument(thesis=thesis)
        data = open_form(editing, thesis, **{"arguments-0-claim": "改过"})
        assert editing.post(change_url(thesis), data).status_code == 302
        argument.refresh_from_db()
        assert (argument.claim, argument.version) == ("改过", 2)
        last = revisions(argument)[-1]
        assert (last.by, last.via) == (editor, "inline")
        assert len(revisions(thesis)) == 1, "the thesis itself was not changed"

    def test_new_rows_get_slugs_of_their_own(self, editing):
        thesis = make_thesis(slug="论")
        data = open_form(editing, thesis, **{"arguments-TOTAL_FORMS": 2})
        for row in (0, 1):
            data |= {f"arguments-{row}-{name}": value for name, value in NEW_ARGUMENT.items()}
        response = editing.post(change_url(thesis), data)
        assert response.status_code == 302, errors(response)
        assert sorted(thesis.arguments.values_list("slug", flat=True)) == ["论-1", "论-1-2"]

    def test_a_new_row_comes_last(self, editing):
        thesis = make_thesis()
        make_argument(thesis=thesis, position=4)
        [inline] = editing.get(change_url(thesis)).context["inline_admin_formsets"]
        assert inline.formset.empty_form["position"].value() == 5

    def test_a_new_thesis_with_an_argument(self, editing):
        data = posted(editing.get(url(Thesis, "add")), statement="新论点", slug="新论点")
        data |= {"arguments-TOTAL_FORMS": 1}
        data |= {f"arguments-0-{name}": value for name, value in NEW_ARGUMENT.items()} | {
            "arguments-0-slug": "论据"
        }
        response = editing.post(url(Thesis, "add"), data)
        assert response.status_code == 302, errors(response)
        thesis = Thesis.objects.get()
        argument = thesis.arguments.get()
        assert [step.via for step in [*revisions(thesis), *revisions(argument)]] == ["form", "inline"]

    def test_a_row_is_deleted(self, editing):
        thesis = make_thesis()
        argument = make_argument(thesis=thesis)
        editing.post(change_url(thesis), open_form(editing, thesis, **{"arguments-0-DELETE": "on"}))
        assert not thesis.arguments.exists()
        assert (revisions(argument)[-1].deleted, revisions(argument)[-1].via) == (True, "inline")

    def test_a_stale_row_holds_back_the_whole_form(self, editing):
        thesis = make_thesis(body="旧")
        argument = make_argument(thesis=thesis)
        data = open_form(editing, thesis, body="新", **{"arguments-0-claim": "我打的字"})
        argument.claim = "别人先存的"
        actions.save(argument, by=None, via="test")
        response = editing.post(change_url(thesis), data)
        assert response.status_code == 409
        assert "我打的字" in response.content.decode()
        thesis.refresh_from_db()
        assert thesis.body == "旧"

    def test_findings_of_a_criterion(self, editing):
        criterion, organization = make_criterion(slug="份额"), make_organization(slug="甲")
        data = open_form(editing, criterion, **{"findings-TOTAL_FORMS": 1})
        new = {"organization": organization.pk, "as_of": "2017", "value": "高", "status": "draft", "body": ""}
        data |= {f"findings-0-{name}": value for name, value in new.items()}
        assert editing.post(change_url(criterion), data).status_code == 302
        assert criterion.findings.get().slug == "甲-份额-2017"

    def test_the_places_of_a_comparison_are_written_with_it_in_order(self, editing):
        first, second, third = (make_organization(slug=slug) for slug in ("c", "a", "b"))
        comparison = make_comparison(organizations=[first, second])
        data = open_form(editing, comparison, **{"organization_places-TOTAL_FORMS": 3})
        data |= {"organization_places-0-position": 2, "organization_places-1-position": 1}
        data |= {"organization_places-2-organization": third.pk, "organization_places-2-position": ""}
        data |= {"organization_places-2-comparison": comparison.pk}
        response = editing.post(change_url(comparison), data)
        assert response.status_code == 302, errors(response)
        assert [step.row["organizations"] for step in revisions(comparison)] == ["c; a", "a; c; b"]

    def test_a_place_is_taken_away(self, editing):
        comparison = make_comparison(organizations=[make_organization(slug=slug) for slug in "ab"])
        editing.post(
            change_url(comparison), open_form(editing, comparison, **{"organization_places-0-DELETE": "on"})
        )
        assert revisions(comparison)[-1].row["organizations"] == "b"

    def test_to_dos_and_changelog_of_a_note(self, editing):
        note = MAKERS["notes"]()
        todo = make_todo(note=note)
        data = open_form(editing, note, **{"todos-0-state": "done", "todos-0-results": ""})
        response = editing.post(change_url(note), data)
        assert "results" in response.context["inline_admin_formsets"][0].formset.forms[0].errors
        data["todos-0-results"] = "查到了"
        assert editing.post(change_url(note), data).status_code == 302
        assert revisions(todo)[-1].row["state"] == "done"


NEW_ARGUMENT = {
    "claim": "新论据",
    "stance": "supports",
    "position": "0",
    "status": "draft",
    "body": "",
    "slug": "",
}


class TestWhoMay:
    @all_tables
    @pytest.mark.parametrize("view", ["changelist", "add", "import", "export"])
    def test_anonymous_is_sent_to_log_in(self, table, view, client, db):
        response = client.get(url(MODELS[table], view))
        assert response.status_code == 302
        assert "/admin/login/" in response["Location"]

    @all_tables
    def test_staff_without_permission_is_refused(self, table, client, db):
        record = MAKERS[table]()
        user = make_user("reader")
        user.is_staff = True
        user.save()
        client.force_login(user)
        for view in ("changelist", "add", "import", "export"):
            assert client.get(url(MODELS[table], view)).status_code == 403, view
        for view in ("change", "history", "delete"):
            assert client.get(url(MODELS[table], view, record.pk)).status_code == 403, view
        assert client.post(url(MODELS[table], "process_import")).status_code == 403

    @all_tables
    def test_who_may_only_look_sees_no_field(self, table, client, db):
        from django.contrib.auth.models import Permission

        record = MAKERS[table]()
        user = make_user("reader")
        user.is_staff = True
        user.save()
        user.user_permissions.add(*Permission.objects.filter(codename__startswith="view_"))
        client.force_login(user)
        response = client.get(change_url(record))
        assert response.status_code == 200
        assert "seen_version" not in response.content.decode()
        assert client.post(change_url(record), {}).status_code == 403
