"""Import in the admin: the same rows as the commands, seen before they are written."""

import tempfile
import time
from unittest.mock import patch

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DataError

from research import actions
from research.admin import uploads
from research.models import Case, Revision
from research.rows import TABLES
from tests.admin.pages import revisions, url
from tests.factories import make_case, make_organization, make_user
from tests.table_files import as_xlsx

CSV = "0"
HEADER = "slug,title,organization,mode,industries,period,body,tags,status"


def upload(client, content, model=Case, extension="csv", **choices):
    data = content if isinstance(content, bytes) else content.encode()
    file = SimpleUploadedFile(f"我的表.{extension}", data)
    response = client.post(
        url(model, "import"), {"import_file": file, "format": "0", "resource": "0", **choices}
    )
    assert response.status_code == 200
    return response


def confirm(client, response, model=Case):
    form = response.context["confirm_form"]
    return client.post(url(model, "process_import"), dict(form.initial), follow=True)


def messages(response):
    return " ".join(str(message) for message in response.context["messages"])


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
        response = upload(editing, text)
        page = response.content.decode()
        assert Case.objects.count() == 2, "a preview writes nothing"
        assert "<del>旧</del><ins>新</ins>题" in page
        assert "&lt;b&gt;新&lt;/b&gt;" in page
        totals = response.context["result"].totals
        assert (totals["new"], totals["update"], totals["skip"]) == (1, 1, 1)

        confirm(editing, response)
        old.refresh_from_db()
        assert (old.title, old.period, old.version) == ("新题", "2017", 2)
        last = revisions(old)[-1]
        assert (last.row["tags"], last.by, last.via) == ("云; 数据", editor, "import")
        assert [step.via for step in revisions(Case.objects.get(slug="新"))] == ["import"]
        assert len(revisions(same)) == 1

    def test_errors_are_named_by_row_and_column(self, editing, organization):
        text = f"{HEADER}\n好,好,甲,,,,,,draft\n\n坏,坏,无此机构,,,大概,,,draft\n好,又,甲,,,,,,draft\n"
        response = upload(editing, text)
        assert "confirm_form" not in response.context
        rows = {row.number: sorted(row.error_dict) for row in response.context["result"].invalid_rows}
        assert rows == {4: ["organization", "period"], 5: ["slug"]}
        assert "无此机构" in response.content.decode()
        assert not Case.objects.exists()

    @pytest.mark.parametrize(
        ("content", "named"),
        [
            ("slug,titel\na,b\n", "titel"),
            (b"slug,title\n\xff,x\n", "不是 UTF-8"),
            ('slug,title\n"a,b\n', "第 2 行开始的引号没有关闭"),
            (b"\x89PNG", "PNG 图片"),
            ("", "slug"),
        ],
        ids=["column", "encoding", "quote", "image", "empty"],
    )
    def test_a_file_that_cannot_be_read_says_why(self, editing, content, named):
        response = editing.post(
            url(Case, "import"),
            {
                "import_file": SimpleUploadedFile(
                    "cases.csv", content.encode() if isinstance(content, str) else content
                )
            }
            | {"format": CSV, "resource": "0"},
        )
        page = response.content.decode()
        assert response.status_code == 200
        if content:  # Django itself refuses an empty file
            assert named in page
        assert "Traceback" not in page
        assert "confirm_form" not in response.context

    def test_a_byte_order_mark_is_read_past(self, editing, organization):
        response = upload(editing, f"\ufeff{HEADER}\n甲案,题,甲,,,,,,draft\n")
        assert response.context["result"].totals["new"] == 1

    def test_nothing_to_write_is_said(self, editing, organization):
        row = TABLES["cases"]().row(make_case(organization=organization))
        response = upload(editing, f"{HEADER}\n{','.join(row.values())}\n")
        assert 'name="confirm"' not in response.content.decode()

    def test_what_changed_since_the_preview_is_not_overwritten(self, editing, organization):
        case = make_case("旧题", slug="旧", organization=organization)
        response = upload(editing, f"{HEADER}\n旧,新题,甲,,,,,,published\n")
        case.title = "别人先存的"
        actions.save(case, by=None, via="test")
        after = confirm(editing, response)
        case.refresh_from_db()
        assert case.title == "别人先存的"
        assert after.redirect_chain[-1][0] == url(Case, "import")
        assert messages(after)

    def test_what_became_wrong_since_the_preview_is_a_message(self, editing, organization):
        response = upload(editing, f"{HEADER}\n新,新题,甲,,,,,,draft\n")
        actions.delete([organization], by=None, via="test")
        assert messages(confirm(editing, response))
        assert not Case.objects.exists()

    def test_a_conflict_in_the_last_moment_is_a_message(self, editing, organization):
        response = upload(editing, f"{HEADER}\n新,新题,甲,,,,,,draft\n")
        with patch("research.actions.write", side_effect=actions.Conflict([organization])):
            assert str(organization) in messages(confirm(editing, response))

    def test_what_only_the_database_refuses_is_a_message(self, editing, organization):
        response = upload(editing, f"{HEADER}\n新,新题,甲,,,,,,draft\n")
        with patch("research.actions.write", side_effect=DataError("value too long for type …")):
            text = messages(confirm(editing, response))
        assert text
        assert "for type" not in text

    def test_confirming_twice_is_a_message(self, editing, organization):
        response = upload(editing, f"{HEADER}\n新,新题,甲,,,,,,draft\n")
        confirm(editing, response)
        assert confirm(editing, response).redirect_chain[-1][0] == url(Case, "import")
        assert Revision.objects.filter(table="cases").count() == 1

    @pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "passwd", "", "0" * 32])
    def test_no_file_can_be_named(self, editing, name, organization, tmp_path):
        (tmp_path / "passwd").write_text(HEADER)
        data = {"import_file_name": name, "original_file_name": "x", "format": CSV, "fingerprint": "x"}
        response = editing.post(url(Case, "process_import"), data, follow=True)
        assert response.status_code == 200
        assert HEADER not in response.content.decode()
        assert (tmp_path / "passwd").exists()

    def test_an_unknown_format_is_refused(self, editing):
        data = {"import_file_name": "0" * 32, "original_file_name": "x", "format": "9", "fingerprint": "x"}
        assert messages(editing.post(url(Case, "process_import"), data, follow=True))


class TestEncodings:
    """How a file was read is said, and the person may have it read otherwise before anything is written."""

    TEXT = f"{HEADER}\n新,雲端,甲,,,,,,draft\n"

    @pytest.fixture(autouse=True)
    def owner(self, organization):
        pass

    def again(self, client, response, encoding):
        data = {**response.context["reading_form"].initial, "encoding": encoding, "again": "1"}
        return client.post(url(Case, "process_import"), data)

    def test_the_preview_says_which_and_why(self, editing):
        response = upload(editing, self.TEXT.encode("gb18030"))
        page = response.content.decode()
        assert "这些字节不是有效的 UTF-8，但是有效的 GB18030。" in page
        assert '<option value="gb18030" selected>' in page
        confirm(editing, response)
        assert Case.objects.get().title == "雲端"

    def test_big5_is_named_with_its_alternative(self, editing):
        text = f"{HEADER}\n1,中文,名,,,,,,draft\n"
        page = upload(editing, text.encode("big5")).content.decode()
        assert "这些字节按 GB18030 读也有效：请核对文字。" in page

    def test_the_person_reads_it_in_another_encoding_and_confirms_that(self, editing):
        data = "slug,title,organization,mode,industries,period,body,tags,status\n新,云,甲,,,,,,draft\n"
        first = upload(editing, data.encode("gb18030"), encoding="big5")
        assert "confirm_form" not in first.context, "no organization has the garbled name"
        second = self.again(editing, first, "gb18030")
        assert second.context["result"].totals["new"] == 1
        assert not Case.objects.exists()
        confirm(editing, second)
        assert Case.objects.get().title == "云"

    def test_a_choice_that_does_not_fit_is_answered_and_can_be_changed(self, editing):
        first = upload(editing, self.TEXT.encode("gb18030"))
        second = self.again(editing, first, "utf-8")
        assert "不是 UTF-8" in second.content.decode()
        assert self.again(editing, second, "gb18030").context["result"].totals["new"] == 1

    def test_another_encoding_cannot_be_confirmed_unseen(self, editing):
        first = upload(editing, self.TEXT.encode("gb18030"))
        data = {**first.context["confirm_form"].initial, "encoding": "big5"}
        assert messages(editing.post(url(Case, "process_import"), data, follow=True))
        assert not Case.objects.exists()

    def test_a_workbook_names_its_sheet(self, editing):
        rows = [line.split(",") for line in self.TEXT.splitlines()]
        response = upload(editing, as_xlsx(rows, "案例"), extension="xlsx")
        assert "XLSX 工作簿：已读取工作表“案例”。" in response.content.decode()
        assert response.context["result"].totals["new"] == 1

    def test_a_file_that_is_gone_is_a_message(self, editing):
        first = upload(editing, self.TEXT)
        confirm(editing, first)
        data = {**first.context["reading_form"].initial, "again": "1"}
        assert messages(editing.post(url(Case, "process_import"), data, follow=True))

    def test_a_file_that_is_too_large_is_refused(self, editing, monkeypatch):
        monkeypatch.setattr("research.text.tables.MOST_BYTES", 10)
        assert "请拆分文件" in upload(editing, self.TEXT).content.decode()

    def test_reading_again_needs_the_permission(self, editing, client, organization):
        initial = upload(editing, self.TEXT).context["reading_form"].initial
        staff = make_user("reader")
        staff.is_staff = True
        staff.save()
        client.force_login(staff)
        assert client.post(url(Case, "process_import"), {**initial, "again": "1"}).status_code == 403


class TestUploads:
    def test_the_folder_is_ours_alone(self, tmp_path):
        assert uploads.folder().stat().st_mode & 0o777 == 0o700
        uploads.folder().chmod(0o755)
        with pytest.raises(PermissionError):
            uploads.folder()

    def test_what_was_never_confirmed_goes_after_a_day(self, monkeypatch):
        storage = uploads.UploadStorage()
        storage.save(b"x")
        later = time.time() + uploads.KEPT + 60
        monkeypatch.setattr(time, "time", lambda: later)
        uploads.UploadStorage().save(b"y")
        with pytest.raises(uploads.Expired):
            storage.read()


class TestJson:
    @pytest.mark.parametrize("content", ["{", "{}", '["a"]', '[{"slug": "a"}, {"title": "b"}]'])
    def test_json_that_is_no_table_says_why(self, editing, content):
        response = upload(editing, content, extension="json")
        result = response.context["result"]
        assert result.base_errors or result.invalid_rows
