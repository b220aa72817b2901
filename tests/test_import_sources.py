"""`import_sources FILE…`: bibliographies as people have them; good entries are kept, bad ones are named."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from research import actions, importing, sheets
from research.models import Batch, Revision, Source
from research.rows import SourceRows
from tests.bibliography_files import ENTRY
from tests.conftest import Outcome
from tests.factories import make_source

pytestmark = pytest.mark.django_db

Run = Callable[..., Outcome]


def row(key: str) -> dict[str, str]:
    return SourceRows().row(Source.objects.get(key=key))


class TestItWorks:
    def test_a_dry_run_says_what_would_come(self, import_sources: Run, write: Any) -> None:
        outcome = import_sources(write(ENTRY))
        assert (outcome.code, outcome.err) == (0, [])
        assert outcome.out == [
            "refs.json: 1 new, 0 changed, 0 same, 0 with problems",
            "A dry run: nothing was written. Add --apply to write.",
        ]
        assert not Source.objects.exists()

    def test_applied_it_is_one_import_of_drafts_that_can_be_undone(
        self, import_sources: Run, write: Any, command: Run
    ) -> None:
        outcome = import_sources(write(ENTRY, {**ENTRY, "id": "liu2018b", "title": "另一篇"}), "--apply")
        batch = Batch.objects.get()
        assert (batch.files, batch.via, batch.counts) == ("refs.json", "command", {"sources": {"new": 2}})
        assert outcome.out[-2:] == [
            f"Import {batch.pk}; to undo it: manage.py undo_import {batch.pk}",
            "Written: 2 rows.",
        ]
        assert (row("liu2018")["authors"], row("liu2018")["status"]) == ("刘松", "draft")
        assert Revision.objects.filter(batch=batch).count() == 2
        command("undo_import", batch.pk)
        assert not Source.objects.exists()

    def test_the_same_file_again_changes_nothing(self, import_sources: Run, write: Any) -> None:
        import_sources(write(ENTRY), "--apply")
        Source.objects.update(status="published")
        outcome = import_sources(write(ENTRY), "--apply")
        assert outcome.out[0] == "refs.json: 0 new, 0 changed, 1 same, 0 with problems"
        assert outcome.out[-1] == "Written: 0 rows."
        assert row("liu2018")["status"] == "published"

    def test_each_file_is_an_import_and_is_compared_with_what_the_one_before_left(
        self, import_sources: Run, write: Any
    ) -> None:
        outcome = import_sources(write(ENTRY), write(ENTRY, name="b.json"), "--apply")
        assert [line for line in outcome.out if "new" in line] == [
            "refs.json: 1 new, 0 changed, 0 same, 0 with problems",
            "b.json: 0 new, 0 changed, 1 same, 0 with problems",
        ]

    def test_two_works_under_one_key_are_both_kept(self, import_sources: Run, write: Any) -> None:
        both = [ENTRY, {**ENTRY, "title": "平台经济"}]
        assert import_sources(write(*both), "--apply").code == 0
        assert sorted(Source.objects.values_list("title", flat=True)) == sorted(one["title"] for one in both)
        assert Source.objects.filter(key="liu2018").get().title == ENTRY["title"]
        again = import_sources(write(*both), "--apply")
        assert again.out[0] == "refs.json: 0 new, 0 changed, 2 same, 0 with problems"

    def test_keys_that_differ_in_case_are_two_sources(self, import_sources: Run, write: Any) -> None:
        import_sources(write(ENTRY, {**ENTRY, "id": "Liu2018", "title": "平台经济"}), "--apply")
        assert [source.key for source in Source.objects.order_by("title")] == ["liu2018", "Liu2018"]

    @pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16", "utf-16-le"])
    def test_encodings_are_found_as_for_tables(self, import_sources: Run, write: Any, encoding: str) -> None:
        file = write({**ENTRY, "abstract": "我们研究平台与产业互联网的关系。"})
        file.write_bytes(file.read_text(encoding="utf-8").encode(encoding))
        assert import_sources(file, "--apply").code == 0
        assert row("liu2018")["title"] == "产业互联网的演进"

    def test_an_encoding_can_be_forced(self, import_sources: Run, write: Any) -> None:
        file = write({"id": "liu2018", "type": "book", "title": "產業網際網路"})
        file.write_bytes(file.read_text(encoding="utf-8").encode("big5"))
        assert import_sources(file, "--apply", "--encoding", "big5").code == 0
        assert row("liu2018")["title"] == "產業網際網路"


class TestFormats:
    """What each of them can say is tested beside its reader; here, that the command reads them all."""

    BIBTEX = (
        "@article{liu2018,\n  author = {刘松 and Shannon, Claude E.},\n"
        "  title = {产业互联网},\n  shelf = {北}\n}\n"
    )
    RIS = "TY  - JOUR\r\nAU  - 刘松\r\nTI  - 产业互联网\r\nPY  - 2018//\r\nER  - \r\n"
    CNKI = "TY - JOUR\nA1 - 刘松\nT1 - 产业互联网\nY1 - 2018\nER -\n"
    NOTE_EXPRESS = "{Reference Type}: Journal Article\n{Title}: 产业互联网\n{Author}: 刘松\n{Year}: 2018\n"
    ENDNOTE = "%0 Journal Article\n%A 刘松\n%T 产业互联网\n%D 2018\n"
    REFWORKS = "RT Journal Article\nSR 1\nA1 刘松\nT1 产业互联网\nYR 2018\n"

    @pytest.mark.parametrize(
        ("name", "text", "key"),
        [
            ("a.bib", BIBTEX, "liu2018"),
            ("b.ris", RIS, "刘松2018"),
            ("c.txt", CNKI, "刘松2018"),
            ("没有名字", BIBTEX, "liu2018"),
            ("d.net", NOTE_EXPRESS, "刘松2018"),
            ("e.enw", ENDNOTE, "刘松2018"),
            ("f.txt", REFWORKS, "刘松2018"),
        ],
    )
    def test_by_content(self, import_sources: Run, tmp_path: Path, name: str, text: str, key: str) -> None:
        (tmp_path / name).write_text(text, encoding="utf-8")
        outcome = import_sources(tmp_path / name, "--apply")
        assert (outcome.code, outcome.err) == (0, [])
        assert (row(key)["title"], row(key)["authors"].split("; ")[0]) == ("产业互联网", "刘松")
        assert "1 same" in import_sources(tmp_path / name).out[0]

    def test_a_format_can_be_said(self, import_sources: Run, tmp_path: Path) -> None:
        (tmp_path / "a.bib").write_text("TI  - no beginning\n")
        outcome = import_sources(tmp_path / "a.bib", "--format", "ris")
        assert "A record must begin with a line “TY  - ”" in outcome.err[0]

    def test_an_unknown_field_stays_through_a_change_from_another_format(
        self, import_sources: Run, tmp_path: Path, write: Any
    ) -> None:
        (tmp_path / "a.bib").write_text(self.BIBTEX, encoding="utf-8")
        import_sources(tmp_path / "a.bib", "--apply")
        assert row("liu2018")["extra"] == "tex.shelf: 北"
        import_sources(write({"id": "liu2018", "type": "article-journal", "title": "新题"}), "--apply")
        assert (row("liu2018")["title"], row("liu2018")["extra"]) == ("新题", "tex.shelf: 北")


class TestWhatAnEntryDoesNotSpeakOfStays:
    def test_columns_that_other_entries_have(self, import_sources: Run, write: Any) -> None:
        make_source(
            "旧", key="a", url="https://example.com/a", identifier="10.1000/1", body="文", tags=["云"]
        )
        import_sources(
            write({"id": "a", "type": "book", "title": "新"}, {**ENTRY, "URL": "https://b.example/"}),
            "--apply",
        )
        assert row("a") == {
            **dict.fromkeys(SourceRows.columns, ""),
            **{
                "key": "a",
                "kind": "book",
                "title": "新",
                "url": "https://example.com/a",
                "identifier": "10.1000/1",
            },
            **{"body": "文", "tags": "云", "status": "published"},
        }

    def test_further_fields_one_by_one(self, import_sources: Run, write: Any) -> None:
        make_source("旧", key="a", kind="book", extra="volume: 3\nedition: 2\ntex.shelf: 北")
        import_sources(
            write({"id": "a", "type": "book", "title": "旧", "volume": "4", "publisher-place": "北京"}),
            "--apply",
        )
        assert set(row("a")["extra"].split("\n")) == {
            *("volume: 4", "edition: 2", "tex.shelf: 北", "publisher-place: 北京"),
        }

    def test_an_isbn_does_not_take_the_place_of_a_doi(self, import_sources: Run, write: Any) -> None:
        make_source("书", key="a", kind="book", identifier="10.1000/1")
        import_sources(write({"id": "a", "type": "book", "title": "书", "ISBN": "9787301000007"}), "--apply")
        assert (row("a")["identifier"], row("a")["extra"]) == ("10.1000/1", "ISBN: 9787301000007")

    def test_further_fields_that_somebody_typed_in_their_own_way(
        self, import_sources: Run, write: Any
    ) -> None:
        typed = "页码不明\nvolume：3\n\npage:1-2"
        make_source("书", key="a", kind="book", extra=typed)
        outcome = import_sources(write({"id": "a", "type": "book", "title": "书", "volume": "3"}))
        assert outcome.out[0] == "refs.json: 0 new, 0 changed, 1 same, 0 with problems"

    def test_the_name_that_stood_in_for_a_title_does_not_replace_one(
        self, import_sources: Run, write: Any
    ) -> None:
        file = write({"id": "a", "type": "article", "DOI": "10.1000/1"})
        outcome = import_sources(file, "--apply")
        assert outcome.out[1].startswith("refs.json, line 2, entry a: It has no title; its DOI stands in")
        assert row("a")["title"] == "10.1000/1"
        source = Source.objects.get()
        source.title = "真名"
        actions.save(source, by=None, via="test")
        assert "0 changed, 1 same" in import_sources(file).out[0]


class TestSingleCells:
    """What a sheet says by None, whatever file it comes from."""

    def test_an_absent_cell_changes_nothing_and_an_empty_one_clears(self) -> None:
        for key in ("a", "b"):
            make_source("旧", key=key, publisher="社")
        rows = [(2, ["a", None, "新"]), (3, ["b", "", None])]
        plan = importing.plan(
            [sheets.Sheet("x", "sources", ["key", "publisher", "title"], rows)], partial=True
        )
        assert plan.problems == []
        changed = {row.key: {name: row.after[name] for name in row.changed_columns} for row in plan.rows()}
        assert changed == {"a": {"title": "新"}, "b": {"publisher": ""}}

    def test_a_key_must_not_be_absent(self) -> None:
        sheet = sheets.Sheet("x", "sources", ["key", "title"], [(2, [None, "题"])])
        plan = importing.plan([sheet], partial=True)
        assert [(problem.row, problem.column) for problem in plan.problems] == [(2, "key")]
