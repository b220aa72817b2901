"""What is wrong in a file is named with file, row and column, and then nothing is written."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Outcome
from tests.csv_files import Rows, add_cell, database, edit, set_cell

pytestmark = pytest.mark.django_db

# name → (file, how it is spoilt, what the message names, the message in English)
SPOILT: dict[str, tuple[str, Callable[[Rows], object], list[str], str]] = {
    "unknown organization": (
        "cases.csv",
        set_cell(7, "organization", "阿里爸爸"),
        ["7", "organization", "阿里爸爸"],
        "cases.csv, row 7, column organization: There is no organization “阿里爸爸”; add it first",
    ),
    "missing column": (
        "cases.csv",
        lambda rows: [row.pop(3) for row in rows],
        ["1", "mode"],
        "cases.csv, row 1, column mode: This column is missing.",
    ),
    "unknown column": (
        "cases.csv",
        add_cell("organisation", ""),
        ["1", "organisation", "organization"],
        "cases.csv, row 1, column organisation: The table has no such column. Did you mean “organization”?",
    ),
    "duplicate key": (
        "cases.csv",
        lambda rows: rows.append(list(rows[4])),
        ["44", "slug", "5", "ET工业大脑"],
        "cases.csv, row 44, column slug: “ET工业大脑” stands already in row 5.",
    ),
    "bad EDTF date": (
        "events.csv",
        set_cell(3, "date", "去年"),
        ["3", "date", "去年"],
        "events.csv, row 3, column date: “去年” is not a date that can be read here.",
    ),
    "bad day": (
        "changelog.csv",
        set_cell(2, "date", "190912"),
        ["2", "date", "190912"],
        "changelog.csv, row 2, column date: “190912” is not a date; write it as 2019-09-12.",
    ),
    "bad number": (
        "findings.csv",
        set_cell(2, "value", "很多"),
        ["2", "value", "很多"],
        "findings.csv, row 2, column value: “很多” is not a number that can be read here.",
    ),
    "short row": (
        "modes.csv",
        lambda rows: rows[2].pop(),
        ["3", "4"],
        "modes.csv, row 3: 3 cells where the header has 4.",
    ),
    "long row": (
        "modes.csv",
        lambda rows: rows[2].append(""),
        ["3", "5", "4"],
        "modes.csv, row 3: 5 cells where the header has 4.",
    ),
    "duplicate header": (
        "modes.csv",
        add_cell("name", "云"),
        ["1", "name"],
        "modes.csv, row 1, column name: This column stands twice.",
    ),
    "empty key": (
        "modes.csv",
        set_cell(2, "slug", " "),
        ["2", "slug"],
        "modes.csv, row 2, column slug: This cell must not be empty.",
    ),
    "NUL in a key": (
        "modes.csv",
        set_cell(2, "slug", "a\x00b"),
        ["2", "slug"],
        "modes.csv, row 2, column slug: The text holds a NUL character",
    ),
    "bad status": (
        "theses.csv",
        set_cell(4, "status", "公开"),
        ["4", "status", "公开"],
        "theses.csv, row 4, column status: “公开” is not one of: draft, review, published.",
    ),
    "done without result": (
        "todos.csv",
        set_cell(4, "state", "done"),
        ["4", "results"],
        "todos.csv, row 4, column results: A to-do is done when its result is written down.",
    ),
    "unknown assignee": (
        "todos.csv",
        set_cell(2, "assignee", "nobody"),
        ["2", "assignee", "nobody"],
        "todos.csv, row 2, column assignee: There is no user “nobody”",
    ),
    "bad address": (
        "sources.csv",
        set_cell(2, "url", "javascript:x"),
        ["2", "url"],
        "sources.csv, row 2, column url: The address must start with http:// or https://.",
    ),
    "empty header": (
        "modes.csv",
        set_cell(1, "position", ""),
        ["1", "position"],
        "modes.csv, row 1, column position: This column is missing.",
    ),
    "empty file": (
        "modes.csv",
        lambda rows: rows.clear(),
        ["首行"],
        "modes.csv: The file is empty; its first row must name the columns.",
    ),
}


class TestSpoiltFiles:
    @pytest.fixture(autouse=True)
    def the_seed(self, class_seed: None, db: None) -> None:
        pass

    @pytest.mark.parametrize("name", SPOILT)
    def test_what_is_wrong_is_named_and_nothing_is_written(
        self, name: str, import_csv: Callable[..., Outcome], folder: Path, tmp_path: Path
    ) -> None:
        file, change, named, english = SPOILT[name]
        edit(folder / file, change)
        edit(folder / "organizations.csv", set_cell(2, "name", "也不写"))
        before = database(tmp_path)
        chinese = import_csv(folder, "--apply")
        assert chinese.code == 2
        assert any(line.startswith(file) and all(word in line for word in named) for line in chinese.err)
        spoken = import_csv(folder, "--apply", "--language", "en")
        assert spoken.code == 2
        assert any(line.startswith(english) for line in spoken.err), spoken.err
        assert spoken.err[-1].endswith("problems. Nothing was written.")
        assert database(tmp_path) == before

    @pytest.mark.parametrize(
        ("content", "named"),
        [
            (b"slug,name,position\n\xff,b,1\n", ": The bytes are no text in UTF-8"),
            (
                b'slug,name,position\na,"b,1\n',
                ", row 2, column name: The quote that opens in line 2 is never",
            ),
            (
                b'slug,name,position\na,"b"c,1\n',
                ", row 2, column name: The quote that opens in line 2 closes",
            ),
        ],
    )
    def test_a_file_that_cannot_be_read_is_named(
        self, content: bytes, named: str, import_csv: Callable[..., Outcome], tmp_path: Path
    ) -> None:
        (tmp_path / "industries.csv").write_bytes(content)
        outcome = import_csv(tmp_path, "--apply", "--language", "en")
        assert outcome.code == 2
        assert outcome.err[0].startswith(f"industries.csv{named}")

    def test_every_problem_of_every_file_is_named_at_once(
        self, import_csv: Callable[..., Outcome], folder: Path
    ) -> None:
        edit(folder / "cases.csv", set_cell(7, "period", "去年"))
        edit(folder / "cases.csv", set_cell(7, "status", "?"))
        edit(folder / "events.csv", set_cell(2, "organizations", "阿里巴巴; 无名; 也无"))
        err = import_csv(folder, "--language", "en").err
        assert [line.split(":")[0] for line in err[:-1]] == [
            "cases.csv, row 7, column period",
            "cases.csv, row 7, column status",
            "events.csv, row 2, column organizations",
        ]
        assert err[-1] == "3 problems. Nothing was written."


class TestIntoAnEmptyDatabase:
    @pytest.mark.parametrize(
        "change",
        [
            lambda rows: rows[0].append("x"),
            lambda rows: rows[1].append("x"),
            set_cell(2, "name", ""),
            lambda rows: rows.append(list(rows[1])),
        ],
    )
    def test_a_wrong_row_is_not_also_missing_in_the_rows_that_name_it(
        self, change: Callable[[Rows], object], import_csv: Callable[..., Outcome], folder: Path
    ) -> None:
        edit(folder / "organizations.csv", change)
        err = import_csv(folder, "--language", "en").err
        assert {line.split(",")[0] for line in err[:-1]} == {"organizations.csv"}


def test_one_upload_names_all_that_is_to_be_mended(
    seed: None, folder: Path, tmp_path: Path, import_csv: Callable[..., Outcome]
) -> None:
    def spoil(rows: Rows) -> None:
        set_cell(7, "organization", "阿里爸爸")(rows)
        set_cell(9, "period", "2019-13-45")(rows)
        rows.append(list(rows[4]))
        place = rows[0].index("mode")
        for row in rows:
            row.pop(place)
        add_cell("organisation", "")(rows)

    edit(folder / "cases.csv", spoil)
    before = database(tmp_path)
    outcome = import_csv(folder / "cases.csv", "--apply", "--language", "en")
    for place in (
        "row 1, column mode: This column is missing.",
        "row 1, column organisation: The table has no such column.",
        "row 7, column organization: There is no organization",
        "row 9, column period: The calendar has no",
        "row 44, column slug: “ET工业大脑” stands already in row 5.",
    ):
        assert any(line.startswith(f"cases.csv, {place}") for line in outcome.err)
    assert outcome.err[-1].startswith("5 problems")
    assert outcome.code == 2
    assert database(tmp_path) == before
