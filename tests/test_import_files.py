"""`import_csv` takes any table file; a nasty one is answered with file, place and reason, nothing written."""

import gzip
import json
import re
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from research.rows import TABLES
from tests.conftest import FIXTURES, Outcome
from tests.csv_files import database
from tests.table_files import as_csv, as_xlsx, repacked, rows_of, saved

pytestmark = pytest.mark.django_db

HEADER = "slug,name,position\n"
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


def zip_bomb() -> bytes:
    sheet = b"<worksheet><sheetData>" + b'<row r="1"><c r="A1"/></row>' * 4_000_000
    return repacked(as_xlsx([["slug"]]), {"xl/worksheets/sheet1.xml": sheet})


def squeezed_bomb() -> bytes:
    return repacked(as_xlsx([["slug"]]), {"xl/media/image1.png": b"\0" * 30_000_000})


def endless_rows() -> bytes:
    sheet = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="999999999"><c r="A999999999"><v>1</v></c></row></sheetData></worksheet>'
    )
    return repacked(as_xlsx([["slug"]]), {"xl/worksheets/sheet1.xml": sheet})


def error_in_a_cell() -> bytes:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.append(["slug", "name", "position"])
    sheet.append(["a", "b", "#N/A"])
    return saved(book)


def laughing() -> bytes:
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    sheet = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a0 "ha">{entities}]><worksheet>&a9;</worksheet>'
    return repacked(as_xlsx([["slug"]]), {"xl/worksheets/sheet1.xml": sheet.encode()})


# name → (extension, content, what the first message says)
NASTY: dict[str, tuple[str, bytes | Callable[[], bytes], str]] = {
    "NUL bytes": (".csv", f"{HEADER}a\0b,x,1\n".encode(), ", row 2, column slug: .*NUL"),
    "a huge cell": (
        ".csv",
        HEADER.encode() + b"a," + b"x" * 2_000_000 + b",1\n",
        ", row 2, column name: .*1,000,000",
    ),
    "more than 50 MB": (
        ".csv",
        lambda: HEADER.encode() + b"x" * 53_000_000,
        ": The file has 51 MB; at most 50",
    ),
    "100,000 columns": (
        ".csv",
        b",".join(b"c%d" % n for n in range(100_000)),
        ", row 1: 100,000 columns are too",
    ),
    "an unclosed quote": (
        ".csv",
        f'{HEADER}a,b,1\nc,"d,2\ne,f,3\n'.encode(),
        ", row 3, column name: .* line 3 is never",
    ),
    "a duplicate header": (
        ".csv",
        b"slug,name,name,position\na,b,c,1\n",
        ", row 1, column name: This column stands twice",
    ),
    "a header in two languages": (
        ".csv",
        "slug,标识,name,position\na,b,c,1\n".encode(),
        ", row 1, column slug: .*stands twice",
    ),
    "no key column": (".csv", b"name,position\na,1\n", ", row 1, column slug: This column is missing"),
    "duplicate keys": (
        ".csv",
        f"{HEADER}a,b,1\na,c,2\n".encode(),
        ", row 3, column slug: .* already in row 2",
    ),
    "another delimiter": (
        ".csv",
        b"slug:name:position\na:b:1\n",
        ", row 1, column slug: This column is missing",
    ),
    "a short row": (".csv", f"{HEADER}a,b\n".encode(), ", row 2: 2 cells where the header has 3"),
    "a long row": (".csv", f"{HEADER}a,b,1,2\n".encode(), ", row 2: 4 cells where the header has 3"),
    "an empty file": (".csv", b"", ": The file is empty"),
    "only a mark": (".csv", b"\xef\xbb\xbf", ": The file is empty"),
    "only blanks": (".csv", b" \r\n\r\n\t\n", ": The file is empty"),
    "lone surrogates": (".csv", HEADER.encode() + b"a\xed\xa0\x80,b,1\n", r": .*line 2 is not UTF-8"),
    "no text": (".csv", HEADER.encode() + zlib.compress(bytes(range(256)) * 40), r": The bytes are no text"),
    "UTF-16 cut short": (".csv", HEADER.encode("utf-16")[:-1], ": Byte .* is not UTF-16 LE"),
    "a workbook named CSV": (
        ".csv",
        lambda: as_xlsx([["slug"]]),
        ": This is an XLSX workbook.*“industries.xlsx”",
    ),
    "CSV named workbook": (".xlsx", HEADER.encode(), r": This is a text table \(CSV\).*“industries.csv”"),
    "gzip": (".csv", gzip.compress(HEADER.encode()), ": This is a gzip archive"),
    "HTML": (".csv", b"<html><table><tr><td>slug", ": This is an HTML page"),
    "an image": (".csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", ": This is a PNG image"),
    "a JSON object": (".json", b'{"slug": "a"}', ": The file must be a list of objects"),
    "deep JSON": (".json", b'[{"slug":' + b"[" * 100_000, ": The JSON is nested too deeply"),
    "NaN": (
        ".json",
        b'[{"slug": "a", "name": "b", "position": NaN}]',
        ", row 2, column position: NaN is not",
    ),
    "half a character": (".json", b'[{"slug": "\\ud800"}]', ", row 2, column slug: Half of a surrogate"),
    "uneven objects": (
        ".json",
        b'[{"slug": "a", "name": "b", "position": 1}, {"slug": "c"}]',
        ", row 3: 1 cells where",
    ),
    "a zip bomb": (".xlsx", zip_bomb, r": Unpacked, the workbook would take \d+ MB"),
    "a small zip bomb": (".xlsx", squeezed_bomb, ": Unpacked, the workbook would take 29 MB"),
    "endless rows": (".xlsx", endless_rows, ": The table has more than 1,000,000 rows"),
    "an XML bomb": (".xlsx", laughing, ": The workbook holds XML that no"),
    "a broken workbook": (
        ".xlsx",
        lambda: repacked(as_xlsx([["slug"]]), {"xl/worksheets/sheet1.xml": b"<worksheet><sheetData><row>"}),
        ": Not readable as an XLSX workbook",
    ),
    "an error in a cell": (
        ".xlsx",
        error_in_a_cell,
        ", row 2, column C: The cell shows the error #N/A",
    ),
}


@pytest.mark.parametrize("name", NASTY)
def test_a_nasty_file_is_answered_and_nothing_is_written(
    name: str, import_csv: Callable[..., Outcome], tmp_path: Path
) -> None:
    extension, content, message = NASTY[name]
    file = tmp_path / f"industries{extension}"
    file.write_bytes(content() if callable(content) else content)
    before = database(tmp_path)
    outcome = import_csv(file, "--apply", "--language", "en")
    assert outcome.code == 2
    assert re.match(rf"industries{extension}{message}", outcome.err[0], re.S), outcome.err[0]
    assert sum(map(len, outcome.err)) < 100_000
    assert database(tmp_path) == before


@pytest.mark.parametrize("content", [HEADER, HEADER.replace("\n", "\r"), "\ufeff" + HEADER], ids=repr)
def test_a_header_alone_changes_nothing(
    content: str, import_csv: Callable[..., Outcome], tmp_path: Path
) -> None:
    (tmp_path / "industries.csv").write_text(content, encoding="utf-8", newline="")
    assert import_csv(tmp_path, "--apply", "--language", "en").out[-1] == "Written: 0 rows."


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
