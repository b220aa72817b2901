"""`import_csv` takes any table file; a nasty one is answered with file, place and reason, nothing written."""

import gzip
import json
import os
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
from tests.table_files import as_csv, as_xlsx, repacked, rows_of, saved, with_sheet, zipped

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
    return with_sheet(b'<row r="999999999"><c r="A999999999"><v>1</v></c></row>')


def shared_by_many() -> bytes:
    header = b'<row r="1"><c t="inlineStr"><is><t>slug</t></is></c></row>'
    rows = header + b'<row><c t="s"><v>0</v></c></row>' * 300
    return with_sheet(rows, strings=b"<si><t>" + b"x" * 1_000_000 + b"</t></si>")


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
    "a line of 20 MB": (
        ".csv",
        lambda: HEADER.encode() + b"x" * 20_000_000,
        ", row 2, column slug: .*1,000,000",
    ),
    "a header of 20 MB": (".csv", lambda: b"x" * 20_000_000, ", row 1: The cell is longer than"),
    "a quoted cell of 50 MB": (
        ".csv",
        lambda: HEADER.encode() + b'a,"' + b"y\n" * 25_000_000 + b'",1\n',
        ", row 2, column name: The cell is longer than",
    ),
    "a row of 5 MB": (
        ".csv",
        lambda: HEADER.encode() + (b"y" * 700_000 + b",") * 7 + b"1\n",
        ", row 2: The row is longer than 4,000,000",
    ),
    "a row of 4 million cells": (
        ".csv",
        lambda: HEADER.encode() + b"," * 8_000_000,
        ", row 2: 4,000,001 columns are too many",
    ),
    "line breaks alone": (
        ".csv",
        lambda: HEADER.encode() + b"\n" * 2_000_000,
        ": .* more than 1,000,000 rows",
    ),
    "cells of line breaks": (
        ".csv",
        lambda: HEADER.encode() + (b'a,"' + b"\n" * 900_000 + b'",1\n') * 12,
        ": .* more than 1,000,000 rows",
    ),
    "1,000,001 rows": (
        ".csv",
        lambda: b"slug:name\n" + b"a\n" * 1_000_000,
        ": The table has more than 1,000,000 rows; split",
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
    "an unclosed quote early in a big file": (
        ".csv",
        lambda: HEADER.encode() + b'a,"b,1\n' + b"c,d,2\n" * 2_000_000,
        ", row 2, column name: .* line 2 is never closed",
    ),
    "a quote that is closed much later": (
        ".csv",
        lambda: HEADER.encode() + b'a,"b,1\n' + b"c,d,2\n" * 1_000_000 + b'a,b","1"\n',
        ", row 2, column name: The cell is longer than",
    ),
    "a quote that closes early": (
        ".csv",
        f'{HEADER}a,"b "c" d",1\n'.encode(),
        ", row 2, column name: .* line 2 closes before its cell ends",
    ),
    "a quote that opens far down": (
        ".csv",
        lambda: HEADER.encode() + b"a,b,1\n" * 100_000 + b'c,"d,2\n',
        ", row 100002, column name: .* line 100002 is never closed",
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
    "damaged UTF-8 far down": (
        ".csv",
        lambda: HEADER.encode() + "云端,计算,1\n".encode() * 300_000 + b"\xe4\xba,b,1\n",
        ": Byte .*, in line 300,?002, is not UTF-8",
    ),
    "UTF-16 cut short": (".csv", HEADER.encode("utf-16")[:-1], ": Byte .* is not UTF-16 LE"),
    "a workbook named CSV": (
        ".csv",
        lambda: as_xlsx([["slug"]]),
        ": This is an XLSX workbook.*“industries.xlsx”",
    ),
    "CSV named workbook": (".xlsx", HEADER.encode(), r": This is a text table \(CSV\).*“industries.csv”"),
    "gzip": (".csv", gzip.compress(HEADER.encode()), ": This is a gzip archive"),
    "HTML": (".csv", b"<html><table><tr><td>slug", ": This is an HTML page"),
    "an old workbook": (".xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ": This is an old Excel file"),
    "an OpenDocument sheet": (
        ".xlsx",
        lambda: zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b""}),
        ": This is an OpenDocument file",
    ),
    "a damaged archive": (".xlsx", lambda: as_xlsx([["slug"]])[:-30], ": This is a damaged ZIP archive"),
    "an archive of 50,000 parts": (
        ".xlsx",
        lambda: zipped({f"xl/{number}": b"" for number in range(50_000)}),
        ": This is a damaged ZIP archive",
    ),
    "JSON named CSV": (".csv", b'[{"slug": "a"}]', ": This is JSON.*“industries.json”"),
    "an image": (".csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", ": This is a PNG image"),
    "a JSON object": (".json", b'{"slug": "a"}', ": The file must be a list of objects"),
    "deep JSON": (".json", b'[{"slug":' + b"[" * 100_000, ": The JSON is nested too deeply"),
    "an object of 6 MB": (
        ".json",
        lambda: b'[{"slug": [' + b"1," * 3_000_000 + b"1]}]",
        ", row 2: The row is longer than",
    ),
    "JSON cut short": (
        ".json",
        lambda: b"[" + b'{"slug": "a", "name": "b", "position": 1},\n' * 200_000,
        ": Not readable as JSON in line 200001: Expecting value",
    ),
    "JSON with too many names": (
        ".json",
        lambda: json.dumps([{f"n{number}": 1} for number in range(2_000)]).encode(),
        ", row 1: 1,001 columns are too many",
    ),
    "too many objects": (
        ".json",
        lambda: b"[" + b"{}," * 1_000_001 + b"{}]",
        ": .* more than 1,000,000 rows",
    ),
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
    "a formula without value": (
        ".xlsx",
        lambda: with_sheet(b'<row r="1"><c r="A1"><f>1+1</f><v/></c></row>'),
        ", row 1, column A: The cell holds a formula without its value",
    ),
    "a wide sheet": (
        ".xlsx",
        lambda: with_sheet(b'<row r="1">' + b"<c><v>1</v></c>" * 1_500 + b"</row>"),
        ", row 1: 1,001 columns are too many",
    ),
    "a sheet of empty cells": (
        ".xlsx",
        lambda: with_sheet(b"<row>" + b"<c/>" * 2_000_001 + b"</row>"),
        ": The table has more than 2,000,000 cells",
    ),
    "a text that many cells share": (".xlsx", shared_by_many, ": Unpacked, the workbook would take 200 MB"),
    "a cell of 5 MB in a sheet": (
        ".xlsx",
        lambda: with_sheet(b'<row r="1"><c t="str"><v>' + b"x" * 5_000_000 + b"</v></c></row>"),
        ", row 1: The row is longer than",
    ),
    "an element for each letter": (
        ".xlsx",
        lambda: with_sheet(b"".join(b"<x%x/>" % number for number in range(100_000))),
        ": The workbook holds XML that no",
    ),
    "a tag of 2 MB": (
        ".xlsx",
        lambda: with_sheet(b'<row r="' + b"1" * 2_000_000 + b'"/>'),
        ": The workbook holds XML that no",
    ),
    "too many formats": (
        ".xlsx",
        lambda: repacked(as_xlsx([["slug"]]), {"xl/styles.xml": b"<xf/>" * 2_000_000}),
        ": Unpacked, the workbook would take",
    ),
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


@pytest.mark.parametrize(("extension", "most"), [(".csv", 200), (".json", 50)])
def test_a_file_that_is_too_large_is_refused(
    extension: str, most: int, import_csv: Callable[..., Outcome], tmp_path: Path
) -> None:
    file = tmp_path / f"industries{extension}"
    file.write_bytes(b'[{"slug": "a"}]' if extension == ".json" else HEADER.encode())
    os.truncate(file, (most + 1) * 1024 * 1024)  # a hole takes no room
    outcome = import_csv(file, "--language", "en")
    assert outcome.err[0] == f"{file.name}: The file has {most + 1} MB; at most {most} are read. Split it."


@pytest.mark.parametrize("name", ["industries", "industries.doc", "countries.csv"])
def test_a_name_that_is_no_table_s(name: str, import_csv: Callable[..., Outcome], tmp_path: Path) -> None:
    (tmp_path / name).write_text(HEADER)
    assert import_csv(tmp_path / name).code == 2


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
