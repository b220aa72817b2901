"""Every bibliography that others wrote comes in whole, and its export changes nothing."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings

from research import actions
from research.bibliographies import WRITTEN
from research.models import Source
from research.rows import SourceRows
from tests.conftest import Outcome

SAMPLES = Path(settings.BASE_DIR).parent / "shared" / "samples"
# An entry's first line, found without the readers.
BEGINS = {
    ".bib": r"(?mi)^\s*@(?!comment|string|preamble)[a-z]+\s*[{(]",
    ".ris": r"(?m)^(?:\ufeff)?TY {1,2}-",
    ".net": r"(?m)^\s*\{Reference Type\}",
}
BEGINS[".biblatex"] = BEGINS[".bib"]
POSES = "example_wos.ris"  # Web of Science's own format, not RIS
FILES = [
    file
    for file in sorted(SAMPLES.rglob("*"))
    if file.suffix in BEGINS or (file.suffix == ".json" and file.parent.name.startswith("csl-json"))
]
ENDINGS = {"bibtex": "bib", "ris": "ris", "csl-json": "json"}

Run = Callable[..., Outcome]
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples are not beside the project"),
]
every_file = pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)


@pytest.fixture
def run(command: Run) -> Run:
    return lambda *arguments: command(*arguments, "--language", "en")


def entries_in(file: Path) -> int:
    text = file.read_text(encoding="utf-8")
    if file.suffix == ".json":
        return len(json.loads(text))
    return len(re.findall(BEGINS[file.suffix], text))


def counts(outcome: Outcome, name: str) -> dict[str, int]:
    line = next(line for line in outcome.out if line.startswith(f"{name}: ") and " new, " in line)
    return {word: int(number) for number, word in re.findall(r"(\d+) (new|changed|same|with|doubtful)", line)}


def test_all_formats_are_there() -> None:
    assert {file.suffix for file in FILES} == {*BEGINS, ".json"}
    assert len(FILES) >= 22


@every_file
def test_it_comes_in_whole(run: Run, file: Path) -> None:
    found = entries_in(file)
    outcome = run("import_sources", file, "--apply")
    told = counts(outcome, file.name)
    if file.name == POSES:
        assert (found, told["new"], told["with"]) == (0, 0, 1)
        return
    assert told["new"] + told["with"] == found
    assert told["changed"] == told["same"] == told.get("doubtful", 0) == 0
    assert Source.objects.count() == told["new"]
    assert outcome.code == (1 if told["with"] else 0)
    named = [line for line in outcome.err if re.match(rf"{re.escape(file.name)}, line \d+", line)]
    assert len(named) == told["with"]


@every_file
def test_again_it_is_the_same(run: Run, file: Path) -> None:
    first = counts(run("import_sources", file, "--apply"), file.name)
    again = counts(run("import_sources", file, "--apply"), file.name)
    assert again == {**first, "new": 0, "same": first["new"]}


@pytest.mark.parametrize("file", [file for file in FILES if file.name != POSES], ids=lambda file: file.name)
@pytest.mark.parametrize("format", WRITTEN)
def test_its_export_changes_nothing(run: Run, file: Path, format: str, tmp_path: Path) -> None:
    run("import_sources", file, "--apply")
    before = [*SourceRows().rows()]
    out = tmp_path / f"out.{ENDINGS[format]}"
    run("export_sources", out)
    outcome = run("import_sources", out)
    assert outcome.err == []
    assert counts(outcome, out.name) == {"new": 0, "changed": 0, "same": len(before), "with": 0}


@pytest.mark.parametrize("format", WRITTEN)
def test_after_deleting_all_everything_comes_back(run: Run, format: str, tmp_path: Path) -> None:
    for file in FILES:
        run("import_sources", file, "--apply")
    before = [*SourceRows().rows()]
    assert len(before) > 400
    run("export_sources", tmp_path / f"all.{ENDINGS[format]}")
    actions.delete(Source.objects.all(), by=None, via="test")
    assert run("import_sources", tmp_path / f"all.{ENDINGS[format]}", "--apply").code == 0
    assert [*SourceRows().rows()] == before
