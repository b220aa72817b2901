"""Import of sources in the admin from a bibliography: a file of any known format, or pasted text."""

import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import gettext as _

from research import actions
from research.models import Batch, Case, Source
from research.rows import SourceRows
from tests.admin.import_pages import answer, confirm, counts, left, messages, staff
from tests.admin.import_pages import upload as upload_file
from tests.admin.pages import url
from tests.factories import make_source

ITEMS: list[dict[str, Any]] = [
    {
        **{
            "id": "liu2018",
            "type": "article-journal",
            "title": "产业互联网的演进",
            "container-title": "中国工业经济",
        },
        **{"author": [{"literal": "刘松"}], "issued": {"date-parts": [[2018, 6]]}},
    },
    {"id": "empty", "type": "book"},
    {"id": "shannon1948", "type": "book", "title": "<b>A theory</b>", "DOI": "10.1000/182"},
]
CSL = "[\n" + ",\n".join(json.dumps(item, ensure_ascii=False) for item in ITEMS) + "\n]"


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(tmp_path))


def upload(client: Client, content: str | bytes, extension: str = "json", **choices: Any) -> Any:
    return upload_file(client, content, model=Source, extension=extension, **choices)


def paste(client: Client, text: str) -> Any:
    response = client.post(url(Source, "import"), {"pasted": text}, follow=True)
    assert response.status_code == 200
    return response


def told(preview: Any) -> list[tuple[int, str]]:
    return [(problem.line, problem.key) for problem in preview.context["problems"]]


class TestAFile:
    def test_preview_then_confirm(self, editing: Client, editor: Any) -> None:
        preview = upload(editing, CSL)
        page = preview.content.decode()
        assert counts(preview) == {"new": 2, "invalid": 1}
        assert told(preview) == [(3, "empty")]
        assert [row.row.line for row in preview.context["rows"]] == [2, 4]
        assert "刘松. 产业互联网的演进. 中国工业经济, 2018-06." in page
        assert "&lt;b&gt;A theory&lt;/b&gt;" in page
        assert "下载有错的行" not in page
        assert not Source.objects.exists()

        confirm(editing, preview, model=Source, leave_out="on")
        batch = Batch.objects.get()
        assert (batch.by, batch.files, batch.counts) == (editor, "我的表.json", {"sources": {"new": 2}})
        assert set(Source.objects.values_list("key", "status")) == {
            ("liu2018", "draft"),
            ("shannon1948", "draft"),
        }
        assert left() == []

    def test_the_good_entries_are_offered_beside_the_bad(self, editing: Client) -> None:
        page = upload(editing, CSL).content.decode()
        assert 'name="leave_out"\n                 checked' in page

    def test_entries_on_one_line_are_told_apart(self, editing: Client) -> None:
        preview = upload(editing, json.dumps([ITEMS[0], ITEMS[2]]))
        numbers = [row.row.number for row in preview.context["rows"]]
        assert numbers == [1, 2]
        answer(editing, preview, model=Source, ticked=[2], confirm="1")
        assert Source.objects.get().key == "shannon1948"

    def test_absent_fields_are_not_shown_as_emptied(self, editing: Client) -> None:
        make_source("旧题", key="liu2018", url="https://example.com/", extra="volume: 3")
        preview = upload(editing, json.dumps([{"id": "liu2018", "type": "webpage", "title": "新题"}]))
        assert [name for name, _cell in preview.context["rows"][0].cells] == ["title"]
        confirm(editing, preview, model=Source)
        row = SourceRows().row(Source.objects.get())
        assert (row["title"], row["url"], row["extra"]) == ("新题", "https://example.com/", "volume: 3")

    def test_what_is_there_already(self, editing: Client) -> None:
        confirm(editing, upload(editing, CSL), model=Source, leave_out="on")
        assert counts(upload(editing, CSL)) == {"same": 2, "invalid": 1}

    def test_another_work_under_the_key_is_not_ticked(self, editing: Client) -> None:
        make_source("平台经济", key="shannon1948", identifier="10.1000/1", kind="book")
        preview = upload(editing, json.dumps([ITEMS[2]]))
        assert counts(preview) == {"doubtful": 1}
        assert not preview.context["rows"][0].chosen
        assert "平台经济" in preview.content.decode()
        assert "没有" in messages(confirm(editing, preview, model=Source))
        answer(editing, preview, model=Source, ticked=[1], confirm="1")
        assert Source.objects.get().title == "<b>A theory</b>"

    @pytest.mark.parametrize("encoding", ["gb18030", "utf-16", "utf-8-sig"])
    def test_encodings_are_found(self, editing: Client, encoding: str) -> None:
        preview = upload(editing, CSL.encode(encoding))
        assert counts(preview) == {"new": 2, "invalid": 1}

    def test_an_encoding_can_be_chosen_in_the_preview(self, editing: Client) -> None:
        item = {"id": "a", "type": "book", "title": "產業網際網路"}
        data = json.dumps([item], ensure_ascii=False).encode("big5")
        first = upload(editing, data, encoding="gb18030")
        preview = answer(editing, first, model=Source, encoding="big5", again="1")
        assert preview.context["rows"][0].row.after["title"] == "產業網際網路"

    def test_what_somebody_wrote_since_the_preview_is_stale(self, editing: Client) -> None:
        source = make_source("旧题", key="liu2018", kind="article-journal", container="刊")
        preview = upload(editing, CSL)
        assert counts(preview) == {"new": 1, "changed": 1, "invalid": 1}
        source.title = "又一题"
        actions.save(source, by=None, via="test")
        after = confirm(editing, preview, model=Source, leave_out="on")
        assert counts(after) == {"new": 1, "stale": 1, "invalid": 1}
        assert Source.objects.get(key="liu2018").title == "又一题"


class TestPaste:
    def test_what_is_pasted_is_read_as_a_file_is(self, editing: Client) -> None:
        preview = paste(editing, CSL.replace("\n", "\r\n"))
        assert counts(preview) == {"new": 2, "invalid": 1}
        assert told(preview) == [(3, "empty")]
        assert "粘贴的文本" in preview.content.decode() or "pasted text" in preview.content.decode()
        assert 'name="again"' not in preview.content.decode()
        confirm(editing, preview, model=Source, leave_out="on")
        assert Source.objects.count() == 2

    @pytest.mark.parametrize(
        "text",
        [
            "@book{a,\r\n  title = {产业互联网},\r\n  author = {刘松}\r\n}\r\n",
            "TY  - BOOK\r\nID  - a\r\nAU  - 刘松\r\nTI  - 产业互联网\r\nER  - \r\n",
            '{"id": "a", "type": "book", "title": "产业互联网", "author": [{"literal": "刘松"}]}',
        ],
    )
    def test_in_any_format(self, editing: Client, text: str) -> None:
        confirm(editing, paste(editing, text), model=Source)
        row = SourceRows().row(Source.objects.get())
        assert (row["key"], row["kind"], row["title"], row["authors"]) == ("a", "book", "产业互联网", "刘松")

    def test_more_than_a_form_may_hold_is_refused(self, editing: Client) -> None:
        data = {"pasted": "@book{a, title = {b}}\n" * 200_000}
        assert editing.post(url(Source, "import"), data).status_code == 400

    def test_the_page_offers_it_for_sources_only(self, editing: Client) -> None:
        assert 'name="pasted"' in editing.get(url(Source, "import")).content.decode()
        assert 'name="pasted"' not in editing.get(url(Case, "import")).content.decode()

    @pytest.mark.parametrize(
        "text", ["", "  \n ", "no bibliography at all", "[1, 2]", "{" * 5000, "\x00", "[" * 5000]
    )
    def test_what_is_none(self, editing: Client, text: str) -> None:
        response = paste(editing, text)
        form = response.context.get("form")
        assert form.errors if form else response.context["plan"].problems
        assert not Source.objects.exists()

    def test_not_both(self, editing: Client) -> None:
        response = upload(editing, CSL, pasted=CSL)
        assert response.context["form"].errors
        assert left() == []


class TestTablesStillComeIn:
    ROW = {"key": "a", "kind": "book", "title": "题"}

    @pytest.mark.parametrize("extension", ["csv", "txt", "tsv"])
    def test_csv(self, editing: Client, extension: str) -> None:
        mark = "\t" if extension == "tsv" else ","
        text = f"{mark.join(self.ROW)}\n{mark.join(self.ROW.values())}\n"
        assert counts(upload(editing, text, extension)) == {"new": 1}

    def test_csv_with_a_text_that_looks_like_a_bibliography(self, editing: Client) -> None:
        text = 'key,kind,title,body\na,book,题,"例：\n@book{x, title = {y}}\n"\n'
        for extension in ("csv", "txt"):
            assert counts(upload(editing, text, extension)) == {"new": 1}

    def test_json(self, editing: Client) -> None:
        assert counts(upload(editing, json.dumps([self.ROW]))) == {"new": 1}
        named = {"键": "a", "kind": "book", "title": "题"}
        assert counts(upload(editing, json.dumps([named]))) == {"new": 1}

    def test_a_table_with_errors_says_so_as_a_table(self, editing: Client) -> None:
        preview = upload(editing, json.dumps([{**self.ROW, "kind": "nothing"}]))
        assert [(problem.row, problem.column) for problem in preview.context["problems"]] == [(2, "kind")]


class TestWhoMay:
    def test_who_may_not_import_gets_no_further(self, client: Client, db: None) -> None:
        client.force_login(staff("view_source"))
        assert client.get(url(Source, "import")).status_code == 403
        assert client.post(url(Source, "import"), {"pasted": CSL}).status_code == 403

    def test_an_editor_imports_drafts(self, drafting: Client) -> None:
        confirm(drafting, paste(drafting, CSL), model=Source, leave_out="on")
        assert Source.objects.count() == 2

    def test_an_editor_does_not_change_what_is_published(self, drafting: Client) -> None:
        make_source("旧题", key="liu2018")
        preview = paste(drafting, CSL)
        assert preview.context["refused"]
        assert confirm_status(drafting, preview) == 403
        assert Source.objects.get().title == "旧题"

    def test_an_editor_unticks_what_is_published_and_imports_the_rest(self, drafting: Client) -> None:
        make_source("旧题", key="liu2018")
        preview = paste(drafting, CSL)
        assert _("Untick the rows that would change what readers see, or ask a reviewer.") in (
            preview.content.decode()
        )
        ticked = [row.row.number for row in preview.context["rows"] if row.state == "new"]
        confirm(drafting, preview, model=Source, ticked=ticked, leave_out="on")
        assert sorted(Source.objects.values_list("key", "title")) == [
            ("liu2018", "旧题"),
            ("shannon1948", "<b>A theory</b>"),
        ]


def confirm_status(client: Client, preview: Any) -> int:
    shown = preview.context["rows"]
    form = {
        "upload": preview.context["upload"].token,
        "shown": [f"{row.row.number} {row.state}" for row in shown],
        "row": [str(row.row.number) for row in shown],
        **{"confirm": "1", "leave_out": "on"},
    }
    return client.post(url(Source, "process_import"), form).status_code


@pytest.mark.parametrize(
    ("data", "extension"),
    [
        (b"", "bib"),
        (b"%PDF-1.7", "ris"),
        (b"\x89PNG\r\n", "json"),
        (b"PK\x03\x04xxxx", "net"),
        (b"\xff\xfe\x00", "enw"),
        (b"hello", "docx"),
        (b"\x00" * 100, "bib"),
    ],
    ids=lambda value: repr(value[:4]),
)
def test_files_that_are_no_bibliography(editing: Client, data: bytes, extension: str) -> None:
    preview = upload(editing, data, extension)
    assert preview.context["problems"]
    assert not preview.context["rows"]
