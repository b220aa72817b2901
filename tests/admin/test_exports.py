"""Export in the admin: the list as filtered, or the ticked records, sent while they are read."""

import io
import json
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any
from unittest.mock import patch

import openpyxl
import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import translation

from research import actions, importing, sheets
from research.models import Case, Note, Record
from research.rows import MODELS, TABLES
from tests.admin.pages import all_tables, url
from tests.factories import MAKERS, make_case, make_industry, make_note, make_organization, make_user
from tests.table_files import read_table

FORMATS = {"csv": "0", "json": "1", "xlsx": "2"}


def export(client: Client, model: type[Record], extension: str, query: str = "") -> Any:
    return client.post(url(model, "export") + query, {"format": FORMATS[extension], "resource": "0"})


def exported(client: Client, query: str) -> list[str]:
    return [row["slug"] for row in json.loads(export(client, Case, "json", query).getvalue())]


def states(content: bytes, extension: str, table: str) -> list[str]:
    with NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        sheet = sheets.read_file(Path(file.name), name=f"{table}.{extension}", table=table)
        plan = importing.plan([sheet])
    assert plan.problems == []
    return [row.state for row in plan.rows()]


def messages(response: Any) -> str:
    return " ".join(str(message) for message in response.context["messages"])


class TestFormats:
    @pytest.mark.parametrize("extension", FORMATS)
    @all_tables
    def test_an_export_comes_back_unchanged(self, table: str, extension: str, editing: Client) -> None:
        MAKERS[table]()
        response = export(editing, MODELS[table], extension)
        assert f'filename="{table}.{extension}"' in response["Content-Disposition"]
        assert states(response.getvalue(), extension, table) == ["same"]

    def test_csv_is_chosen_unless_another_is(self, editing: Client) -> None:
        assert editing.get(url(Case, "export")).context["form"]["format"].value() == FORMATS["csv"]

    def test_csv_for_excel(self, editing: Client) -> None:
        case = make_case("引“号”, 逗号", body="两\n行")
        content = export(editing, Case, "csv").getvalue()
        assert content.startswith(b"\xef\xbb\xbfslug,title,")
        assert f'{case.slug},"引“号”, 逗号",'.encode() in content

    def test_json_has_the_row(self, editing: Client) -> None:
        case = make_case(industries=[make_industry(slug="b"), make_industry(slug="a")])
        rows = json.loads(export(editing, Case, "json").getvalue())
        assert rows == [{**TABLES["cases"]().row(case), "version": "1"}]

    def test_an_xlsx_is_named_as_the_table_and_keeps_every_text(self, editing: Client) -> None:
        texts = ["007", "=1+1", "'=1", "12345678901234567890", "1e5", "#N/A", "TRUE", "_x0041_", "２"]
        texts += ["=", "一\n二", "😀", "2019-09-12", "<&>"]
        for number, text in enumerate(texts):
            make_note(text, slug=f"{number:03}")
        content = export(editing, Note, "xlsx").getvalue()
        book = openpyxl.load_workbook(io.BytesIO(content))
        assert book.sheetnames == ["notes"]
        cells = [cell for row in book["notes"].iter_rows() for cell in row if cell.value is not None]
        assert {(cell.data_type, cell.number_format) for cell in cells} == {("s", "@")}
        assert [row["title"] for row in rows_of(content, "notes.xlsx")] == [
            {"'=1": "''=1"}.get(text, text) for text in texts
        ]
        assert set(states(content, "xlsx", "notes")) == {"same"}


def rows_of(content: bytes, name: str) -> list[dict[str, str]]:
    table = read_table(content, name)
    return [dict(zip(table.header, cells, strict=True)) for _number, cells in table.rows]


class TestVersion:
    @pytest.mark.parametrize("extension", FORMATS)
    def test_it_is_the_last_column(self, extension: str, editing: Client) -> None:
        case = make_case()
        case.title = "新题"
        actions.save(case, by=None, via="test")
        [row] = rows_of(export(editing, Case, extension).getvalue(), f"cases.{extension}")
        assert list(row)[-1] == "version"
        assert row["version"] == "2"

    def test_the_page_names_it(self, editing: Client) -> None:
        assert "tags, status, version</code>" in editing.get(url(Case, "export")).content.decode()


class TestStream:
    @pytest.mark.parametrize("extension", ["csv", "json"])
    def test_the_first_records_are_sent_before_the_last_are_read(
        self, extension: str, editing: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for _number in range(6):
            make_case()
        monkeypatch.setattr("research.rows.CHUNK", 2)
        monkeypatch.setattr("research.exporting.CHUNK", 2)
        response = export(editing, Case, extension)
        assert response.streaming
        related = TABLES["cases"]._related
        with patch.object(TABLES["cases"], "_related", side_effect=related, autospec=True) as read:
            pieces = iter(response.streaming_content)
            while b"case" not in next(pieces):
                continue
            assert read.call_count == 2, "the tags and industries of the first two records"
            b"".join(pieces)
            assert read.call_count == 6

    def test_an_empty_list_is_a_file_too(self, editing: Client) -> None:
        assert export(editing, Case, "json").getvalue() == b"[]\n"
        assert export(editing, Case, "csv").getvalue().count(b"\n") == 1
        assert rows_of(export(editing, Case, "xlsx").getvalue(), "cases.xlsx") == []


class TestUnfit:
    """What no workbook can hold is refused before anything is sent."""

    @pytest.mark.parametrize(
        ("body", "reason"),
        [
            ("字" * 32_768, "32,768"),
            ("😀" * 16_384, "32,768"),
            ("a\x07b", "U+0007"),
            ("a\ufffeb", "U+FFFE"),
        ],
    )
    def test_it_says_which_record_and_column(self, body: str, reason: str, editing: Client) -> None:
        make_case(slug="好", body="字" * 32_767)
        make_case(slug="坏", body=body)
        response = export(editing, Case, "xlsx")
        assert not response.streaming
        text = messages(response)
        assert [part in text for part in ("“坏”", "body", reason, "CSV")] == [True] * 4
        assert export(editing, Case, "csv").streaming, "it holds any text"

    def test_it_is_said_in_the_reader_s_language(self, editing: Client) -> None:
        make_case(slug="坏", body="a\x07b")
        editing.cookies["django_language"] = "en"
        with translation.override("en"):
            assert "“坏”, column body: no XLSX workbook can hold" in messages(export(editing, Case, "xlsx"))

    def test_what_just_fits_is_kept(self, editing: Client) -> None:
        make_case(body="字" * 32_767)
        assert states(export(editing, Case, "xlsx").getvalue(), "xlsx", "cases") == ["same"]

    def test_nothing_is_left_in_the_folder_for_temporary_files(
        self, editing: Client, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
        make_case(body="a\x07b")
        export(editing, Case, "xlsx")
        assert list(tmp_path.iterdir()) == []

    def test_more_rows_than_a_sheet_has(self, editing: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("research.text.tables.writing.LAST_ROW", 3)
        make_case(), make_case()
        assert len(rows_of(export(editing, Case, "xlsx").getvalue(), "cases.xlsx")) == 2
        make_case()
        assert "CSV" in messages(export(editing, Case, "xlsx"))


class TestWhichRecords:
    def test_only_what_the_list_shows(self, editing: Client) -> None:
        make_case("要的", slug="要")
        make_case("别的", slug="别", status="draft")
        assert exported(editing, "?status__exact=published&q=要") == ["要"]

    def test_each_record_once_though_a_filter_matches_twice(self, editing: Client) -> None:
        owner = make_organization("云公司", slug="主")
        make_case("云", slug="一", organization=owner, industries=[make_industry(), make_industry()])
        make_case("端", slug="二", tags=["云"])
        assert exported(editing, f"?organization__id__exact={owner.pk}&q=云&p=2&o=-1") == ["一"]

    def ticked(self, client: Client, cases: list[Any], query: str = "", **data: str) -> Any:
        data |= {"action": "export_selected", "_selected_action": [case.pk for case in cases]}  # type: ignore[dict-item]
        return client.post(url(Case, "changelist") + query, data)

    def test_the_ticked_ones(self, editing: Client) -> None:
        cases = [make_case(slug=slug) for slug in ("一", "二", "三")]
        page = self.ticked(editing, cases[:2])
        assert page.url.startswith(url(Case, "export"))
        assert editing.get(page.url).status_code == 200
        assert exported(editing, page.url.removeprefix(url(Case, "export"))) == ["一", "二"]

    def test_all_that_the_filters_show(self, editing: Client) -> None:
        cases = [make_case(slug="一"), make_case(slug="二"), make_case(slug="三", status="draft")]
        page = self.ticked(editing, cases[:1], "?status__exact=published", select_across="1")
        assert exported(editing, page.url.removeprefix(url(Case, "export"))) == ["一", "二"]

    def test_every_list_offers_it(self, editing: Client) -> None:
        for table, model in MODELS.items():
            MAKERS[table]()
            assert 'value="export_selected"' in editing.get(url(model, "changelist")).content.decode()


class TestPermission:
    @pytest.fixture
    def reader(self, db: None, client: Client) -> Client:
        user = make_user("reader")
        user.is_staff = True
        user.is_superuser = False
        user.save()
        user.groups.clear()
        user.user_permissions.set([Permission.objects.get(codename="view_case")])
        client.force_login(user)
        return client

    def test_who_may_look_may_export(self, reader: Client) -> None:
        case = make_case(slug="一")
        assert exported(reader, "") == ["一"]
        assert TestWhichRecords().ticked(reader, [case]).status_code == 302

    @pytest.mark.parametrize("extension", FORMATS)
    def test_who_may_not_look_may_not(self, extension: str, reader: Client) -> None:
        assert export(reader, Note, extension).status_code == 403
        assert reader.post(url(Note, "changelist"), {"action": "export_selected"}).status_code == 403
