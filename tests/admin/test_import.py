"""Import in the admin: the same rows as the commands, seen and chosen before they are written."""

import csv
import io
import tempfile
from unittest.mock import patch

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DataError
from django.test import Client
from django.urls import reverse

from research import actions
from research.models import Batch, Case, Organization
from research.rows import TABLES
from tests.admin.import_pages import (
    HEADER,
    NEW,
    again,
    answer,
    confirm,
    counts,
    left,
    messages,
    staff,
    upload,
)
from tests.admin.pages import revisions, url
from tests.factories import make_case, make_organization, make_user
from tests.table_files import as_xlsx


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(tmp_path))


@pytest.fixture
def organization(db):
    return make_organization(slug="甲")


class TestImport:
    def test_preview_then_confirm(self, editing, editor, organization):
        old = make_case("旧题", slug="旧", organization=organization, tags=["云"])
        same = make_case("不变", slug="同", organization=organization)
        text = f"{HEADER}\n旧,新题,甲,,,2017,,云; 数据,published\n新,<b>新</b>,甲,,,,见 [@bai],,draft\n"
        text += ",".join(TABLES["cases"]().row(same).values()) + "\n"
        preview = upload(editing, text)
        page = preview.content.decode()
        assert Case.objects.count() == 2, "a preview writes nothing"
        assert "<del>旧</del><ins>新</ins>题" in page
        assert "&lt;b&gt;新&lt;/b&gt;" in page
        assert counts(preview) == {"new": 1, "changed": 1, "same": 1}

        written = confirm(editing, preview)
        batch = Batch.objects.get()
        assert written.redirect_chain[-1][0] == reverse("admin:research_batch_change", args=[batch.pk])
        assert (batch.by, batch.files, batch.via) == (editor, "我的表.csv", "import")
        assert batch.counts == {"cases": {"new": 1, "changed": 1}}
        old.refresh_from_db()
        assert (old.title, old.period, old.version) == ("新题", "2017", 2)
        last = revisions(old)[-1]
        assert (last.row["tags"], last.by, last.via, last.batch) == ("云; 数据", editor, "import", batch)
        assert [step.via for step in revisions(Case.objects.get(slug="新"))] == ["import"]
        assert len(revisions(same)) == 1
        assert left() == []

    def test_a_row_that_is_unticked_is_not_written(self, editing, organization):
        preview = upload(editing, f"{NEW}别,别题,甲,,,,,,draft\n")
        confirm(editing, preview, ticked=[3])
        assert [case.slug for case in Case.objects.all()] == ["别"]

    def test_no_row_ticked_is_a_message(self, editing, organization):
        after = confirm(editing, upload(editing, NEW), ticked=[])
        assert "没有勾选" in messages(after)
        assert not Case.objects.exists()

    def test_what_was_ticked_is_kept_from_page_to_page(self, editing, organization, monkeypatch):
        monkeypatch.setattr("research.admin.imports.PER_PAGE", 2)
        lines = "".join(f"c{number},题,甲,,,,,,draft\n" for number in range(5))
        first = upload(editing, f"{HEADER}\n{lines}")
        second = answer(editing, first, ticked=[3], page="2")
        assert [row.row.key for row in second.context["rows"]] == ["c2", "c3"]
        assert second.context["chosen"] == 4
        confirm(editing, second, ticked=[4])
        assert sorted(case.slug for case in Case.objects.all()) == ["c1", "c2", "c4"]

    def test_all_are_ticked_or_unticked_at_once(self, editing, organization):
        preview = answer(editing, upload(editing, NEW), all="untick")
        assert preview.context["chosen"] == 0
        assert answer(editing, preview, all="tick").context["chosen"] == 1

    def test_an_absent_column_changes_nothing_and_an_empty_cell_clears(self, editing, organization):
        case = make_case("题", slug="旧", organization=organization, tags=["云"], period="2017")
        preview = upload(editing, "slug,title,period\n旧,新题,\n")
        assert preview.context["absent"] == [
            *("organization", "mode", "industries", "body", "tags", "status"),
        ]
        confirm(editing, preview)
        row = TABLES["cases"]().row(Case.objects.get())
        assert (row["title"], row["period"], row["tags"], row["status"]) == ("新题", "", "云", case.status)

    def test_nothing_to_write_is_said(self, editing, organization):
        row = TABLES["cases"]().row(make_case(organization=organization))
        preview = upload(editing, f"{HEADER}\n{','.join(row.values())}\n")
        assert 'name="confirm"' not in preview.content.decode()


class TestStale:
    """A row that changed here after the file was exported."""

    @pytest.fixture
    def preview(self, editing, organization):
        case = make_case("旧题", slug="旧", organization=organization)
        case.title = "别人改的"
        actions.save(case, by=None, via="test")
        return upload(editing, f"{HEADER},version\n旧,我改的,甲,,,,,,published,1\n")

    def test_it_is_not_written_unless_it_is_ticked(self, editing, preview):
        assert counts(preview) == {"stale": 1}
        confirm(editing, preview)
        assert Case.objects.get().title == "别人改的"

    def test_ticked_it_is_written(self, editing, preview):
        confirm(editing, preview, ticked=[2])
        assert Case.objects.get().title == "我改的"

    def test_what_was_deleted_since_does_not_come_back_by_itself(self, editing, organization):
        case = make_case(slug="旧", organization=organization)
        actions.delete([case], by=None, via="test")
        assert counts(upload(editing, f"{HEADER},version\n旧,题,甲,,,,,,draft,1\n")) == {"stale": 1}

    def test_the_version_that_is_there_is_not_stale(self, editing, organization):
        make_case(slug="旧", organization=organization)
        assert counts(upload(editing, f"{HEADER},version\n旧,题,甲,,,,,,draft,1\n")) == {"changed": 1}


class TestErrors:
    TEXT = f"{HEADER}\n好,好,甲,,,,,,draft\n\n坏,坏,无此机构,,,大概,,,draft\n好,又,甲,,,,,,draft\n"

    def test_they_are_named_by_row_and_column(self, editing, organization):
        preview = upload(editing, self.TEXT)
        found = [(problem.row, problem.column) for problem in preview.context["problems"]]
        assert found == [(4, "organization"), (4, "period"), (5, "slug")]
        assert "无此机构" in preview.content.decode()

    def test_the_good_rows_are_written_only_where_the_person_says_so(self, editing, organization):
        preview = upload(editing, self.TEXT)
        refused = confirm(editing, preview)
        assert messages(refused)
        assert not Case.objects.exists()
        confirm(editing, preview, leave_out="on")
        assert [case.slug for case in Case.objects.all()] == ["好"]

    def test_the_rows_with_errors_come_as_a_file_to_mend(self, editing, organization):
        preview = upload(editing, self.TEXT)
        response = editing.get(url(Case, "import"), {"upload": preview.context["upload"].token, "errors": ""})
        text = response.getvalue().decode("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(text)))
        assert [(row["slug"], row["period"]) for row in rows] == [("坏", "大概"), ("好", "")]
        assert "第 4 行" in rows[0]["error"]
        assert "organization: " in rows[0]["error"]
        mended = text.replace("无此机构", "甲").replace("大概", "2017").replace("好,又", "再,又")
        assert counts(upload(editing, mended)) == {"new": 2}

    @pytest.mark.parametrize(
        ("content", "named"),
        [
            ("slug,titel\na,b\n", "titel"),
            (b"slug,title\n\xff,x\n", "不是 UTF-8"),
            ('slug,title\n"a,b\n', "第 2 行开始的引号没有关闭"),
            (b"\x89PNG", "PNG 图片"),
            ("title\nx\n", "slug"),
        ],
        ids=["column", "encoding", "quote", "image", "no key"],
    )
    def test_a_file_that_cannot_be_read_says_why(self, editing, content, named):
        page = upload(editing, content).content.decode()
        assert named in page
        assert 'name="confirm"' not in page

    def test_an_empty_file_is_refused(self, editing):
        assert "文件是空的" in upload(editing, "").context["problems"][0].message

    def test_a_file_that_is_too_large_is_refused(self, editing, monkeypatch):
        monkeypatch.setattr("research.text.tables.MOST_BYTES", 10)
        assert "请拆分文件" in upload(editing, NEW).content.decode()

    @pytest.mark.parametrize("content", ["{", "{}", '["a"]', '[{"slug": "a"}, {"title": "b"}]'])
    def test_json_that_is_no_table_says_why(self, editing, content):
        assert upload(editing, content, extension="json").context["problems"]


class TestEncodings:
    """How a file was read is said, and the person may have it read otherwise before anything is written."""

    TEXT = f"{HEADER}\n新,雲端,甲,,,,,,draft\n"

    @pytest.fixture(autouse=True)
    def owner(self, organization):
        pass

    def test_the_preview_says_which_and_why(self, editing):
        preview = upload(editing, self.TEXT.encode("gb18030"))
        page = preview.content.decode()
        assert "这些字节不是有效的 UTF-8，但是有效的 GB18030。" in page
        assert '<option value="gb18030" selected>' in page
        confirm(editing, preview)
        assert Case.objects.get().title == "雲端"

    def test_big5_is_named_with_its_alternative(self, editing):
        text = f"{HEADER}\n1,中文,名,,,,,,draft\n"
        page = upload(editing, text.encode("big5")).content.decode()
        assert "这些字节按 GB18030 读也有效：请核对文字。" in page

    def test_the_person_reads_it_in_another_encoding_and_confirms_that(self, editing):
        data = f"{HEADER}\n新,云,甲,,,,,,draft\n"
        first = upload(editing, data.encode("gb18030"), encoding="big5")
        assert counts(first) == {"invalid": 1}, "no organization has the garbled name"
        second = again(editing, first, "gb18030")
        assert counts(second) == {"new": 1}
        assert not Case.objects.exists()
        assert messages(confirm(editing, first, leave_out="on")), "the other reading is gone"
        confirm(editing, second)
        assert Case.objects.get().title == "云"

    def test_a_choice_that_does_not_fit_is_answered_and_can_be_changed(self, editing):
        second = again(editing, upload(editing, self.TEXT.encode("gb18030")), "utf-8")
        assert "不是 UTF-8" in second.content.decode()
        assert counts(again(editing, second, "gb18030")) == {"new": 1}

    def test_a_workbook_names_its_sheet(self, editing):
        rows = [line.split(",") for line in self.TEXT.splitlines()]
        preview = upload(editing, as_xlsx(rows, "案例"), extension="xlsx")
        assert "XLSX 工作簿：已读取工作表“案例”。" in preview.content.decode()
        assert counts(preview) == {"new": 1}


class TestWhoMay:
    def test_an_upload_belongs_to_who_uploaded_it(self, editing, organization):
        preview = upload(editing, NEW)
        other = Client()
        other.force_login(make_user())
        assert messages(confirm(other, preview))
        assert not Case.objects.exists()
        confirm(editing, preview)
        assert Case.objects.exists()

    def test_who_may_not_change_the_table_may_not_import(self, editing, client, organization):
        preview = upload(editing, NEW)
        client.force_login(staff("view_case"))
        assert client.get(url(Case, "import")).status_code == 403
        data = {"upload": preview.context["upload"].token, "confirm": "1"}
        assert client.post(url(Case, "process_import"), data).status_code == 403

    def test_who_may_not_add_may_not_add_by_import(self, client, organization):
        client.force_login(staff("view_case", "change_case"))
        preview = upload(client, NEW)
        assert 'name="confirm"' not in preview.content.decode()
        assert confirm(client, preview).status_code == 403
        assert not Case.objects.exists()

    @pytest.mark.parametrize("token", ["../../etc/passwd", "/etc/passwd", "passwd", "", "0" * 32])
    def test_no_file_can_be_named(self, editing, token, organization, tmp_path):
        (tmp_path / "passwd").write_text(HEADER)
        response = editing.post(url(Case, "process_import"), {"upload": token, "confirm": "1"}, follow=True)
        assert response.status_code == 200
        assert messages(response)
        assert HEADER not in response.content.decode()

    def test_another_table_s_upload_is_not_ours(self, editing, organization):
        preview = upload(editing, NEW)
        data = {"upload": preview.context["upload"].token, "confirm": "1"}
        assert messages(editing.post(url(Organization, "process_import"), data, follow=True))


class TestLongWork:
    """Work that takes long shows how far it is, on a page that leads on by itself."""

    @pytest.fixture(autouse=True)
    def at_once(self, monkeypatch):
        monkeypatch.setattr("research.admin.work.AT_ONCE", -1)
        monkeypatch.setattr("research.admin.work.EVERY", 0)

    def test_reading_and_writing_tell_how_far_they_are(self, editing, organization):
        file = SimpleUploadedFile("cases.csv", NEW.encode())
        page = editing.post(url(Case, "import"), {"import_file": file}).getvalue().decode()
        assert '<html lang="zh-hans"' in page
        address = page.partition('content="0; url=')[2].partition('"')[0]
        preview = editing.get(address)
        assert counts(preview) == {"new": 1}
        data = {"upload": preview.context["upload"].token, "confirm": "1", "row": "2", "shown": "2 new"}
        page = editing.post(url(Case, "process_import"), data).getvalue().decode()
        assert "已完成" in page
        assert reverse("admin:research_batch_change", args=[Batch.objects.get().pk]) in page
        assert page.rstrip().endswith("</html>")
        assert Case.objects.get().slug == "新"

    def test_a_failure_is_told_on_the_page(self, editing, organization):
        file = SimpleUploadedFile("cases.csv", f"{NEW}新二,题,甲,,,,,,draft\n".encode())
        page = editing.post(url(Case, "import"), {"import_file": file}).getvalue().decode()
        preview = editing.get(page.partition('content="0; url=')[2].partition('"')[0])
        data = {"upload": preview.context["upload"].token, "confirm": "1"}
        with patch("research.actions.end_batch", side_effect=DataError("secret detail")):
            page = editing.post(url(Case, "process_import"), data).getvalue().decode()
        assert 'role="alert"' in page
        assert "secret" not in page
        assert not Case.objects.exists()
