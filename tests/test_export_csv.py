"""`export_csv DIR`: every table as canonical CSV; the same data gives the same bytes."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from research import exporting
from research.rows import TABLES, Row
from tests import factories as make
from tests.conftest import FIXTURES

pytestmark = pytest.mark.django_db


def export(folder: Path, language: str = "zh-hans") -> dict[str, bytes]:
    call_command("export_csv", str(folder), language=language)
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def test_the_seed_comes_out_as_it_stands_in_fixtures(seed: None, tmp_path: Path) -> None:
    assert export(tmp_path / "out") == {file.name: file.read_bytes() for file in FIXTURES.iterdir()}


def test_every_table_is_there_even_if_it_is_empty(tmp_path: Path) -> None:
    files = export(tmp_path)
    assert set(files) == {f"{table}.csv" for table in TABLES}
    assert files["cases.csv"].decode().split("\n") == [",".join(TABLES["cases"].columns), ""]


def test_it_says_what_it_wrote(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make.make_case()
    export(tmp_path, "en")
    said = capsys.readouterr().out.splitlines()
    assert len(said) == len(TABLES)
    assert f"{tmp_path / 'cases.csv'}: 1 rows" in said


def test_folders_are_made_and_files_replaced(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    make.make_note("甲", slug="n")
    first = export(folder)
    assert export(folder) == first
    make.make_note("乙", slug="m")
    assert export(folder)["notes.csv"].decode().splitlines()[1:] == ["m,乙,,,,published", "n,甲,,,,published"]


def test_texts_that_csv_must_quote_come_back(tmp_path: Path) -> None:
    body = 'a,"b"\n\n`c;d` =1+1\tend'
    make.make_note("，“；”", body=body)
    export(tmp_path)
    with (tmp_path / "notes.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["title"], row["body"]) == ("，“；”", body)
    assert b"\r" not in (tmp_path / "notes.csv").read_bytes()


def test_drafts_are_exported_too(tmp_path: Path) -> None:
    make.make_note(slug="secret", status="draft")
    assert b"secret" in export(tmp_path)["notes.csv"]


def test_a_file_in_the_place_of_the_folder_is_named(tmp_path: Path) -> None:
    file = tmp_path / "cases.csv"
    file.write_text("", encoding="utf-8")
    with pytest.raises(CommandError, match=r"cases\.csv") as refused:
        call_command("export_csv", str(file))
    assert refused.value.returncode == 2


def test_rows_are_written_while_they_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("research.exporting.CHUNK", 2)
    read: list[int] = []

    def rows() -> Iterator[Row]:
        for number in range(6):
            read.append(number)
            yield {"a": str(number), "b": ""}

    lines = exporting.csv_lines(["a", "b"], rows())
    assert [next(lines), list(read)] == ["a,b\n", []]
    assert [next(lines), list(read)] == ["0,\n1,\n", [0, 1]]
    assert "".join(lines) == "2,\n3,\n4,\n5,\n"
