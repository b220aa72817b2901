"""`export_sources FILE`: the sources as BibTeX, RIS or CSL-JSON, which come in again unchanged."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from research import actions
from research.bibliographies import WRITTEN
from research.models import Source, SourceKind
from research.rows import SourceRows
from tests.conftest import Outcome
from tests.factories import make_note, make_source, together

pytestmark = pytest.mark.django_db

Run = Callable[..., Outcome]
ENDINGS = {"bibtex": "bib", "ris": "ris", "csl-json": "json"}
every_format = pytest.mark.parametrize("format", WRITTEN)


@pytest.fixture
def run(command: Run) -> Run:
    return lambda *arguments: command(*arguments, "--language", "en")


def rows() -> list[dict[str, str]]:
    """What a bibliography keeps: all but the status."""
    return [{**row, "status": ""} for row in SourceRows().rows()]


def make_all_kinds() -> None:
    """One of each kind, and one in which every column is hard to write."""
    with together():
        for kind in SourceKind.values:
            make_source(f"题 {kind}", key=kind, kind=kind, extra="volume: 3", issued="2018-06")
        make_source(
            'A {B} % & $x$ \\ "q" # ~ @',
            key="Hard:1",
            kind="article-journal",
            authors="刘松; Shannon, Claude E.; van der Merwe, Karen; {Smith, Lee & Co}; 中国造纸学会",
            publisher="机械工业出版社",
            container="Journal of @{x}",
            issued="2015-04/2015-06",
            url="https://example.com/a?b=c&d=%20e#f_g~h",
            archived_url="https://web.archive.org/web/2019/https://example.com/",
            accessed="2019-09-12",
            language="zh-CN",
            identifier="10.1000/182_(x)<y>",
            body="两行\n\n第二段 [@book, p. 3] {x} \\alpha\n  缩进",
            tags=["云", "产业 互联网"],
            extra="volume: 27\npage: 379-423\neditor: 李四; Miller, Ann\nabstract: 一\n  \n  二 @x {y}\n"
            "tex.shelf: 北 3\nris.C8: {8}\ncnki.Database Provider: CNKI",
        )
        make_source("同名", key="a", kind="book")
        make_source("同名 2", key="A", kind="book", identifier="9787301000007", issued="197X")


class TestItComesBack:
    @every_format
    def test_nothing_is_changed(self, run: Run, tmp_path: Path, format: str) -> None:
        make_all_kinds()
        file = tmp_path / f"sources.{ENDINGS[format]}"
        outcome = run("export_sources", file)
        count = Source.objects.count()
        assert (outcome.code, outcome.out) == (0, [f"{file}: {count} sources"])
        outcome = run("import_sources", file)
        assert (outcome.code, outcome.err) == (0, [])
        assert outcome.out[0] == f"{file.name}: 0 new, 0 changed, {count} same, 0 with problems"

    @every_format
    def test_after_deleting_everything_all_fields_come_back(
        self, run: Run, tmp_path: Path, format: str
    ) -> None:
        make_all_kinds()
        before, file = rows(), tmp_path / f"sources.{ENDINGS[format]}"
        run("export_sources", file)
        actions.delete(Source.objects.all(), by=None, via="test")
        assert run("import_sources", file, "--apply").code == 0
        assert rows() == before
        assert set(Source.objects.values_list("status", flat=True)) == {"draft"}

    @every_format
    def test_the_same_sources_give_the_same_bytes(self, run: Run, tmp_path: Path, format: str) -> None:
        make_all_kinds()
        files = [tmp_path / f"{number}.{ENDINGS[format]}" for number in (1, 2)]
        for file in files:
            run("export_sources", file)
        assert files[0].read_bytes() == files[1].read_bytes()


class TestWhatIsWritten:
    def test_only_what_the_public_may_see(self, run: Run, tmp_path: Path) -> None:
        make_source("公", key="a")
        make_source("稿", key="b", status="draft")
        run("export_sources", tmp_path / "x.json", "--public")
        assert [item["id"] for item in json.loads((tmp_path / "x.json").read_text("utf-8"))] == ["a"]
        run("export_sources", tmp_path / "x.json")
        assert [item["id"] for item in json.loads((tmp_path / "x.json").read_text("utf-8"))] == ["a", "b"]

    def test_to_standard_output(self, run: Run) -> None:
        make_source("题", key="a")
        outcome = run("export_sources", "-", "--format", "csl-json")
        assert [item["title"] for item in json.loads("\n".join(outcome.out))] == ["题"]

    def test_no_sources_are_a_file_too(self, run: Run, tmp_path: Path) -> None:
        assert run("export_sources", tmp_path / "x.json").out == [f"{tmp_path / 'x.json'}: 0 sources"]
        assert json.loads((tmp_path / "x.json").read_text("utf-8")) == []

    def test_the_status_and_other_tables_are_not(self, run: Run) -> None:
        make_note(body="[@a]")
        make_source("题", key="a")
        text = "\n".join(run("export_sources", "-", "--format", "csl-json").out)
        assert "published" not in text


class TestProblems:
    @pytest.mark.parametrize("name", ["-", "sources", "sources.pdf", "sources.net"])
    def test_no_format(self, run: Run, tmp_path: Path, name: str) -> None:
        outcome = run("export_sources", name if name == "-" else tmp_path / name)
        assert outcome.code == 2
        assert "add --format" in outcome.err[0]

    def test_a_file_that_cannot_be_written(self, run: Run, tmp_path: Path) -> None:
        outcome = run("export_sources", tmp_path / "none" / "x.json")
        assert outcome.code == 2
        assert "cannot be read or written" in outcome.err[0]
