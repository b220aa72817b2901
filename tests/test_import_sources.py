"""`import_sources FILE…`: bibliographies as people have them; good entries are kept, bad ones are named."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from research import actions, importing, sheets
from research.models import Batch, Revision, Source
from research.plans import State
from research.rows import SourceRows
from tests.conftest import Outcome
from tests.factories import make_source

pytestmark = pytest.mark.django_db

Run = Callable[..., Outcome]
ENTRY = {
    "id": "liu2018",
    "type": "article-journal",
    "title": "产业互联网的演进",
    "author": [{"literal": "刘松"}],
}


@pytest.fixture
def import_sources(command: Run) -> Run:
    return lambda *arguments: command("import_sources", *arguments, "--language", "en")


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """A CSL-JSON file of these items, one a line: the first in line 2."""

    def write(*items: Any, name: str = "refs.json") -> Path:
        lines = (item if isinstance(item, str) else json.dumps(item, ensure_ascii=False) for item in items)
        file = tmp_path / name
        file.write_text("[\n" + ",\n".join(lines) + "\n]\n", encoding="utf-8")
        return file

    return write


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

    @pytest.mark.parametrize(
        ("name", "text", "key"),
        [
            ("a.bib", BIBTEX, "liu2018"),
            ("b.ris", RIS, "刘松2018"),
            ("c.txt", CNKI, "刘松2018"),
            ("没有名字", BIBTEX, "liu2018"),
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


class TestEntriesWithoutAKey:
    ITEM = {
        "type": "article-journal",
        "title": "甲文",
        "author": [{"literal": "刘松"}],
        "issued": {"date-parts": [[2018]]},
    }

    def test_get_one_that_no_source_has(self, import_sources: Run, write: Any) -> None:
        make_source("旁的", key="刘松2018")
        import_sources(write(self.ITEM, {**self.ITEM, "title": "乙文"}), "--apply")
        assert dict(Source.objects.values_list("title", "key")) == {
            "旁的": "刘松2018",
            "甲文": "刘松2018b",
            "乙文": "刘松2018c",
        }

    def test_are_found_again(self, import_sources: Run, write: Any) -> None:
        make_source("旁的", key="刘松2018")
        import_sources(write(self.ITEM, {**self.ITEM, "title": "乙文"}), "--apply")
        swapped = write({**self.ITEM, "title": "乙文"}, self.ITEM, {**self.ITEM, "title": "丙文"})
        outcome = import_sources(swapped, "--apply")
        assert outcome.out[0] == "refs.json: 1 new, 0 changed, 2 same, 0 with problems"
        assert Source.objects.get(title="丙文").key == "刘松2018d"

    def test_two_of_all_the_same_stay_two(self, import_sources: Run, write: Any) -> None:
        file = write(self.ITEM, {**self.ITEM, "volume": "2"}, {**self.ITEM, "volume": "3"})
        import_sources(file, "--apply")
        assert Source.objects.count() == 3
        assert "0 new, 0 changed, 3 same" in import_sources(file).out[0]
        other = write({**self.ITEM, "volume": "4"})
        assert "1 same" not in import_sources(other).out[0]

    def test_what_has_changed_in_the_file_is_changed(self, import_sources: Run, write: Any) -> None:
        import_sources(write(self.ITEM), "--apply")
        outcome = import_sources(write({**self.ITEM, "abstract": "摘要"}), "--apply")
        assert "0 new, 1 changed" in outcome.out[0]
        assert row("刘松2018")["extra"] == "abstract: 摘要"

    def test_do_not_take_a_key_that_the_file_gives(self, import_sources: Run, write: Any) -> None:
        import_sources(write(self.ITEM, {**self.ITEM, "id": "刘松2018", "title": "乙文"}), "--apply")
        assert Source.objects.get(title="乙文").key == "刘松2018"
        assert Source.objects.get(title="甲文").key == "刘松2018b"


class TestDoubts:
    def test_another_work_under_the_key(self, import_sources: Run, write: Any) -> None:
        make_source("平台经济", key="liu2018", identifier="10.1000/1", kind="book")
        file = write({**ENTRY, "DOI": "10.1000/2"})
        outcome = import_sources(file, "--apply")
        assert outcome.code == 0
        assert outcome.out[:2] == [
            "refs.json: 0 new, 0 changed, 0 same, 0 with problems, 1 doubtful",
            "refs.json, line 2, entry liu2018: Its key is that of another work here: “平台经济”. "
            "Not written; add --doubtful to write it all the same.",
        ]
        assert row("liu2018")["title"] == "平台经济"
        import_sources(file, "--apply", "--doubtful")
        assert row("liu2018")["title"] == ENTRY["title"]

    def test_a_known_work_under_a_new_key(self, import_sources: Run, write: Any) -> None:
        make_source("平台经济", key="old", identifier="10.1000/1", kind="book")
        file = write({**ENTRY, "DOI": "10.1000/1"}, {**ENTRY, "id": "other", "title": "旁的"})
        outcome = import_sources(file, "--apply")
        assert outcome.out[:2] == [
            "refs.json: 1 new, 0 changed, 0 same, 0 with problems, 1 doubtful",
            "refs.json, line 2, entry liu2018: It seems to be a source that is there: @old (same DOI). "
            "Not written; add --doubtful to write it all the same.",
        ]
        assert set(Source.objects.values_list("key", flat=True)) == {"old", "other"}
        import_sources(file, "--apply", "--doubtful")
        assert Source.objects.filter(key="liu2018").exists()
        assert "0 new, 0 changed, 2 same, 0 with problems" in import_sources(file).out[0]

    def test_two_entries_of_one_work_in_one_file_come_in_both(self, import_sources: Run, write: Any) -> None:
        file = write({**ENTRY, "DOI": "10.1000/1"}, {**ENTRY, "id": "b", "DOI": "10.1000/1"})
        assert "2 new" in import_sources(file, "--apply").out[0]
        assert "2 same" in import_sources(file).out[0]

    def test_a_longer_title_or_a_new_doi_alone_is_no_other_work(
        self, import_sources: Run, write: Any
    ) -> None:
        make_source("产业互联网的演进：综述", key="liu2018", identifier="10.1000/1", kind="article-journal")
        assert "1 changed" in import_sources(write({**ENTRY, "DOI": "10.1000/2"})).out[0]


class TestProblems:
    BROKEN = '{"id": "x", "type": "book", "title": "无\n'

    def test_the_good_are_kept_and_the_bad_named_by_line(self, import_sources: Run, write: Any) -> None:
        file = write(ENTRY, {"id": "empty", "type": "book"}, {**ENTRY, "id": "c", "title": "丙"})
        outcome = import_sources(file, "--apply")
        assert outcome.code == 1
        assert outcome.out[0] == "refs.json: 2 new, 0 changed, 0 same, 1 with problems"
        assert outcome.err == [
            "refs.json, line 3, entry empty: There is nothing that could be its title: "
            "no title, DOI, URL, ISBN, author or date.",
            "refs.json: 1 entries are left out, for these reasons.",
        ]
        assert Source.objects.count() == 2

    @pytest.mark.parametrize(
        ("ending", "good", "broken"),
        [
            (
                "bib",
                "@book{k%d,\n title = {题%d},\n year = 2018\n}\n",
                "@book{k%d,\n title = {题{%d},\n year = 2018\n}\n",
            ),
            (
                "ris",
                "TY  - BOOK\nID  - k%d\nTI  - 题%d\nER  - \n",
                "TI  - 题%d\nID  - k%d\nPY  - 2018\nER  - \n",
            ),
            (
                "json",
                ',\n{"id": "k%d",\n"type": "book",\n"title": "题%d"}',
                ',\n{"id": "k%d",\n"type": "book",\n"title" "题%d"}',
            ),
        ],
    )
    def test_a_thousand_of_which_three_are_broken(
        self, import_sources: Run, tmp_path: Path, ending: str, good: str, broken: str
    ) -> None:
        wrong = (100, 500, 998)
        text = "".join((broken if n in wrong else good) % (n, n) for n in range(1000))
        if ending == "json":
            text = f"[{text[1:]}\n]"
        file = tmp_path / f"refs.{ending}"
        file.write_text(text, encoding="utf-8")
        lines = [1 + n * 4 if ending != "json" else 2 + n * 3 for n in wrong]
        outcome = import_sources(file, "--apply")
        assert outcome.code == 1
        assert outcome.out[0].endswith(": 997 new, 0 changed, 0 same, 3 with problems")
        assert [re.split(":|, entry", line)[0] for line in outcome.err[:-1]] == [
            f"refs.{ending}, line {line}" for line in lines
        ]
        assert Source.objects.count() == 997

    def test_a_key_that_stands_twice(self, import_sources: Run, write: Any) -> None:
        outcome = import_sources(write(ENTRY, {**ENTRY, "title": "另一篇"}), "--apply")
        assert outcome.err[0].endswith("“liu2018” stands already in line 2.")
        assert Source.objects.get().title == ENTRY["title"]

    def test_what_no_record_can_have(self, import_sources: Run, write: Any) -> None:
        outcome = import_sources(write({**ENTRY, "title": "长" * 501}, {**ENTRY, "id": "b"}), "--apply")
        assert (outcome.code, Source.objects.get().key) == (1, "b")
        assert "line 2, entry liu2018: The title has 501 characters" in outcome.err[0]

    @pytest.mark.parametrize(
        ("data", "words"),
        [
            (b"", "The file is empty."),
            (b"   \n", "The file is empty."),
            (b"%PDF-1.4 xx", "This is a PDF, not a bibliography."),
            (b"<html><body>", "This is an HTML page, not a bibliography."),
            (b"\xff\xff\xff\x00\xc3", "no text"),
            (b"title,key\nx,y\n", "This is no bibliography in a format known here"),
        ],
    )
    def test_a_file_that_is_none(self, import_sources: Run, tmp_path: Path, data: bytes, words: str) -> None:
        (tmp_path / "refs.xyz").write_bytes(data)
        outcome = import_sources(tmp_path / "refs.xyz", "--apply")
        assert outcome.code == 2
        assert words in outcome.err[0]
        assert outcome.err[-1] == "refs.xyz: nothing of it was written."

    def test_one_file_that_is_none_does_not_keep_the_other_back(
        self, import_sources: Run, write: Any, tmp_path: Path
    ) -> None:
        (tmp_path / "bad.bib").write_text("")
        assert import_sources(tmp_path / "bad.bib", write(ENTRY), "--apply").code == 2
        assert Source.objects.count() == 1

    def test_a_file_that_is_not_there(self, import_sources: Run, write: Any, tmp_path: Path) -> None:
        outcome = import_sources(write(ENTRY), tmp_path / "none.bib", "--apply")
        assert outcome.code == 2
        assert "There is no file" in outcome.err[0]
        assert not Source.objects.exists()

    def test_an_encoding_that_does_not_fit(self, import_sources: Run, write: Any) -> None:
        outcome = import_sources(write(ENTRY), "--encoding", "utf-16-be")
        assert outcome.code == 2

    def test_hundreds_of_notes_are_not_all_told(self, import_sources: Run, write: Any) -> None:
        file = write(*({"id": f"k{n}", "type": "book", "DOI": f"10.1000/{n}"} for n in range(30)))
        outcome = import_sources(file)
        assert len([line for line in outcome.out if "stands in" in line]) == 20
        assert "… and 10 more. --verbosity 2 lists all." in outcome.out
        assert len([line for line in import_sources(file, "--verbosity", 2).out if "stands in" in line]) == 30


def test_the_number_of_queries_does_not_grow_with_the_entries(
    write: Any, django_assert_max_num_queries: Any
) -> None:
    from research.bibliographies import read_bibliography

    items = [{**TestEntriesWithoutAKey.ITEM, "title": f"题{number}"} for number in range(300)]
    for item in (items[:3], items):
        with django_assert_max_num_queries(6):
            plan = importing.plan([read_bibliography(write(*item))], partial=True)
        assert plan.count(State.NEW) == len(item)
