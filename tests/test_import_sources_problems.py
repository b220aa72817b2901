"""What is wrong with a bibliography: entries are named by file, line and key, and the others kept."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from research.models import Source
from research.rows import SourceRows
from tests.bibliography_files import ENTRY
from tests.conftest import Outcome

pytestmark = pytest.mark.django_db

Run = Callable[..., Outcome]


def row(key: str) -> dict[str, str]:
    return SourceRows().row(Source.objects.get(key=key))


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
        outcome = import_sources(write(ENTRY, {**ENTRY, "volume": "9"}), "--apply")
        assert outcome.code == 1
        assert outcome.err[0].endswith("“liu2018” stands already in line 2.")
        assert Source.objects.get().title == ENTRY["title"]

    def test_what_no_record_can_have(self, import_sources: Run, write: Any) -> None:
        outcome = import_sources(write({**ENTRY, "title": "长" * 501}, {**ENTRY, "id": "b"}), "--apply")
        assert (outcome.code, Source.objects.get().key) == (1, "b")
        assert "line 2, entry liu2018: The title has 501 characters" in outcome.err[0]

    def test_a_file_without_a_good_entry_is_as_bad_as_none(self, import_sources: Run, write: Any) -> None:
        outcome = import_sources(write({"id": "empty", "type": "book"}), "--apply")
        assert outcome.code == 2
        assert outcome.err[-1] == "refs.json: nothing of it was written."

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
