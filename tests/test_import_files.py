"""`import_csv` takes any table file; a nasty one is answered with file, place and reason, nothing written."""

import json
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from research import importing
from research.models import Case
from research.plans import Problem
from research.rows import TABLES
from tests.conftest import FIXTURES, Outcome
from tests.csv_files import database
from tests.factories import make_organization
from tests.nasty_files import HEADER, NASTY, READ
from tests.table_files import as_csv, as_xlsx, rows_of

pytestmark = pytest.mark.django_db

SAVERS: dict[str, tuple[str, Callable[[list[list[str]], str], bytes]]] = {
    "GB18030": (".csv", lambda rows, _table: as_csv(rows, newline="\r\n").encode("gb18030")),
    "UTF-8 with a mark": (".csv", lambda rows, _table: as_csv(rows, newline="\r\n").encode("utf-8-sig")),
    "UTF-16": (".txt", lambda rows, _table: as_csv(rows, delimiter="\t").encode("utf-16")),
    "semicolons": (".csv", lambda rows, _table: as_csv(rows, delimiter=";").encode()),
    "XLSX": (".xlsx", as_xlsx),
    "JSON": (
        ".json",
        lambda rows, _table: json.dumps([dict(zip(rows[0], row, strict=True)) for row in rows[1:]]).encode(),
    ),
}


@pytest.mark.parametrize("name", NASTY)
def test_a_nasty_file_is_answered_and_nothing_is_written(
    name: str, import_csv: Callable[..., Outcome], tmp_path: Path
) -> None:
    extension, content, message = NASTY[name]
    file = tmp_path / f"cases{extension}"
    file.write_bytes(content() if callable(content) else content)
    make_organization(slug="1")
    before = database(tmp_path)
    outcome = import_csv(file, "--apply", "--partial", "--language", "en")
    assert outcome.code == 2
    assert re.match(rf"cases{extension}{message}", outcome.err[0], re.S), outcome.err[0]
    assert max(map(len, outcome.err)) < 1_000
    assert database(tmp_path) == before


@pytest.mark.parametrize("name", READ)
def test_a_strange_file_is_read(name: str, import_csv: Callable[..., Outcome], tmp_path: Path) -> None:
    extension, content, new, cells = READ[name]
    file = tmp_path / f"cases{extension}"
    file.write_bytes(content() if callable(content) else content)
    make_organization(slug="1")
    assert import_csv(file, "--apply", "--partial").code == 0
    assert Case.objects.count() == new
    assert set(cells) <= set(Case.objects.values_list("title", flat=True))


def test_long_rows_are_compared_few_at_a_time() -> None:
    chunks = importing.light_chunks((number, ["x" * 999_999]) for number in range(7))
    assert [len(chunk) for chunk in chunks] == [5, 2]
    chunks = importing.light_chunks((number, ["x"]) for number in range(501))
    assert [len(chunk) for chunk in chunks] == [500, 1]


def test_a_long_message_keeps_both_ends() -> None:
    problem = Problem("cases.csv", 2, "x" * 5000, f"No “{'y' * 5000}”; mend it.")
    assert max(len(problem.column), len(problem.message)) == 400
    assert problem.message.startswith("No “yyy")
    assert problem.message.endswith("yyy”; mend it.")


@pytest.mark.parametrize(("extension", "most"), [(".csv", 200), (".json", 50)])
def test_a_file_that_is_too_large_is_refused(
    extension: str, most: int, import_csv: Callable[..., Outcome], tmp_path: Path
) -> None:
    file = tmp_path / f"cases{extension}"
    file.write_bytes(b'[{"slug": "a"}]' if extension == ".json" else HEADER.encode())
    os.truncate(file, (most + 1) * 1024 * 1024)  # a hole takes no room
    outcome = import_csv(file, "--language", "en")
    assert outcome.err[0] == f"{file.name}: The file has {most + 1} MB; at most {most} are read. Split it."


@pytest.mark.parametrize("name", ["cases", "cases.doc", "countries.csv"])
def test_a_name_that_is_no_table_s(name: str, import_csv: Callable[..., Outcome], tmp_path: Path) -> None:
    (tmp_path / name).write_text(HEADER)
    assert import_csv(tmp_path / name).code == 2


@pytest.mark.parametrize("content", [HEADER, HEADER.replace("\n", "\r"), "\ufeff" + HEADER], ids=repr)
def test_a_header_alone_changes_nothing(
    content: str, import_csv: Callable[..., Outcome], tmp_path: Path
) -> None:
    (tmp_path / "cases.csv").write_text(content, encoding="utf-8", newline="")
    assert import_csv(tmp_path, "--apply", "--partial", "--language", "en").out[-1] == "Written: 0 rows."


class TestOtherShapes:
    @pytest.fixture(autouse=True)
    def the_seed(self, class_seed: None, db: None) -> None:
        pass

    @pytest.mark.parametrize("shape", SAVERS)
    def test_every_table_saved_otherwise_is_all_same(
        self, shape: str, import_csv: Callable[..., Outcome], tmp_path: Path
    ) -> None:
        extension, save = SAVERS[shape]
        for table in TABLES:
            rows = rows_of(FIXTURES / f"{table}.csv")
            (tmp_path / f"{table}{extension}").write_bytes(save(rows, table))
        outcome = import_csv(tmp_path, "--language", "en")
        assert (outcome.code, outcome.err) == (0, [])
        counts = [line for line in outcome.out if " invalid" in line]
        assert len(counts) == len(TABLES)
        assert all(": 0 new, 0 changed," in line for line in counts), counts

    def test_columns_may_have_their_chinese_or_english_names_in_any_case(
        self, import_csv: Callable[..., Outcome], tmp_path: Path
    ) -> None:
        rows = rows_of(FIXTURES / "cases.csv")
        rows[0] = ["标识", " 标题 ", "ORGANIZATION", "Mode", "行业", "时期", "Text", "标签", "状态"]
        (tmp_path / "cases.csv").write_text(as_csv(rows), encoding="utf-8")
        for language in ("en", "zh-hans"):
            outcome = import_csv(tmp_path, "--language", language)
            assert (outcome.code, outcome.err) == (0, [])

    def test_an_encoding_that_was_found_is_said_with_its_reason(
        self, import_csv: Callable[..., Outcome], tmp_path: Path
    ) -> None:
        (tmp_path / "industries.csv").write_bytes("slug,name,position\n云,云,1\n".encode("gbk"))
        out = import_csv(tmp_path, "--language", "en").out
        assert out[0].startswith("industries.csv: GB18030. As GB18030, 100% of the characters are everyday")
        assert out[1] == "  To read it as Big5, add --encoding big5."
        out = import_csv(tmp_path, "--encoding", "big5", "--language", "en").out
        assert out[0] == "industries.csv: Big5. You chose this encoding."

    def test_utf8_needs_no_word(self, import_csv: Callable[..., Outcome]) -> None:
        assert not [line for line in import_csv(FIXTURES, "--language", "en").out if "UTF-8" in line]

    def test_a_folder_may_hold_other_files(self, import_csv: Callable[..., Outcome], folder: Path) -> None:
        for name in ("README.txt", "datapackage.json", "photo.png"):
            (folder / name).write_text("x")
        assert import_csv(folder).code == 0
