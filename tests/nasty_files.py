"""Table files that cannot be imported, each with what is said of it, and strange ones that can be."""

import gzip
import json
import zlib
from collections.abc import Callable
from typing import Any

import openpyxl

from tests.table_files import as_xlsx, repacked, saved, with_sheet, zipped

HEADER = "slug,title,organization\n"  # of cases; the organization "1" is there


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
    sheet.append(["slug", "title", "organization"])
    sheet.append(["a", "b", "#N/A"])
    return saved(book)


def laughing() -> bytes:
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    sheet = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a0 "ha">{entities}]><worksheet>&a9;</worksheet>'
    return repacked(as_xlsx([["slug"]]), {"xl/worksheets/sheet1.xml": sheet.encode()})


def locked() -> bytes:
    """A workbook whose parts are said to need a password."""
    data = bytearray(as_xlsx([["slug"]]))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = -1
        while (start := data.find(mark, start + 1)) >= 0:
            data[start + place] |= 1
    return bytes(data)


def day_past_all() -> bytes:
    rows: list[list[Any]] = [["slug", "title", "organization"], ["a", 1e10, "1"]]
    return as_xlsx(rows, formats={"B2": "yyyy-mm-dd"})


def dated(period: str) -> bytes:
    return f"slug,title,organization,period\na,b,1,{period}\n".encode()


def apostrophes() -> bytes:
    rows = (b"a%d,%s,1,%s,%s\n" % (n, b"'" * 300, b"'" * 900, b"'" * 90) for n in range(100))
    return b"slug,title,organization,body,tags\n" + b"".join(rows)


def long_texts(count: int) -> bytes:
    return b"".join(b"c%d,b,1,,%s\n" % (number, b"x" * 999_000) for number in range(count))


# name → (extension, content, what the first message says)
NASTY: dict[str, tuple[str, bytes | Callable[[], bytes], str]] = {
    "NUL bytes": (".csv", f"{HEADER}a\0b,x,1\n".encode(), ", row 2, column slug: .*NUL"),
    "a huge cell": (
        ".csv",
        HEADER.encode() + b"a," + b"x" * 2_000_000 + b",1\n",
        ", row 2, column title: .*1,000,000",
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
        ", row 2, column title: The cell is longer than",
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
        ", row 3, column title: .* line 3 is never",
    ),
    "an unclosed quote early in a big file": (
        ".csv",
        lambda: HEADER.encode() + b'a,"b,1\n' + b"c,d,2\n" * 2_000_000,
        ", row 2, column title: .* line 2 is never closed",
    ),
    "a quote that is closed much later": (
        ".csv",
        lambda: HEADER.encode() + b'a,"b,1\n' + b"c,d,2\n" * 1_000_000 + b'a,b","1"\n',
        ", row 2, column title: The cell is longer than",
    ),
    "a quote that closes early": (
        ".csv",
        f'{HEADER}a,"b "c" d",1\n'.encode(),
        ", row 2, column title: .* line 2 closes before its cell ends",
    ),
    "a quote that opens far down": (
        ".csv",
        lambda: HEADER.encode() + b"a,b,1\n" * 100_000 + b'c,"d,2\n',
        ", row 100002, column title: .* line 100002 is never closed",
    ),
    "a duplicate header": (
        ".csv",
        b"slug,title,title,organization\na,b,c,1\n",
        ", row 1, column title: This column stands twice",
    ),
    "a header in two languages": (
        ".csv",
        "slug,标识,title,organization\na,b,c,1\n".encode(),
        ", row 1, column slug: .*stands twice",
    ),
    "no key column": (".csv", b"title,organization\na,1\n", ", row 1, column slug: This column is missing"),
    "duplicate keys": (
        ".csv",
        f"{HEADER}a,b,1\na,c,2\n".encode(),
        ", row 3, column slug: .* already in row 2",
    ),
    "another delimiter": (
        ".csv",
        b"slug:title:organization\na:b:1\n",
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
        ": This is an XLSX workbook.*“cases.xlsx”",
    ),
    "CSV named workbook": (".xlsx", HEADER.encode(), r": This is a text table \(CSV\).*“cases.csv”"),
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
    "JSON named CSV": (".csv", b'[{"slug": "a"}]', ": This is JSON.*“cases.json”"),
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
        lambda: b"[" + b'{"slug": "a", "title": "b", "organization": 1},\n' * 200_000,
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
        b'[{"slug": "a", "title": "b", "organization": NaN}]',
        ", row 2, column organization: NaN is not",
    ),
    "half a character": (".json", b'[{"slug": "\\ud800"}]', ", row 2, column slug: Half of a surrogate"),
    "uneven objects": (
        ".json",
        b'[{"slug": "a", "title": "b", "organization": 1}, {"slug": "c"}]',
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
    "a workbook with a password": (".xlsx", locked, ": Not readable as an XLSX workbook"),
    "a day past all calendars": (".xlsx", day_past_all, ", row 2, column B: .* error #VALUE!"),
    "control characters": (
        ".csv",
        f"{HEADER}a\x01\x1b[31m,b,1\n".encode(),
        r", row 2, column slug: “a\\u0001\\u001b\[31m” is no slug",
    ),
    "a key with zero width": (
        ".csv",
        f"{HEADER}a,b,1\na\u200b,c,1\n".encode(),
        r", row 3, column slug: “a\\u200b” is no slug",
    ),
    "a header with zero width": (
        ".csv",
        "slug\u200b,title,organization\na,b,1\n".encode(),
        ", row 1, column slug: This column is missing",
    ),
    "1e20 for a date": (".csv", dated("1e20"), ", row 2, column period: “1e20” is not a date"),
    "NaN for a date": (".csv", dated("NaN"), ", row 2, column period: “NaN” is not a date"),
    "year 0": (".csv", dated("0000-01-01"), ", row 2, column period: .*0000"),
    "year 10,000": (".csv", dated("10000-01-01"), ", row 2, column period: .*10000"),
    "1e20 for a key of another table": (
        ".json",
        b'[{"slug": "a", "title": "b", "organization": 1e20}]',
        ", row 2, column organization: There is no organization “1e20”",
    ),
    "60 long keys of nothing": (
        ".csv",
        lambda: HEADER.encode() + b"".join(b"a%d,b,%s\n" % (n, b"x" * 999_000) for n in range(60)),
        ", row 2, column organization: There is no organization “xxx",
    ),
    "60 long keys": (
        ".csv",
        lambda: HEADER.encode() + b"".join(b"%d%s,b,1\n" % (n, b"x" * 999_000) for n in range(60)),
        ", row 2, column slug: The cell is longer than 1,000 characters",
    ),
    "60 long texts below a wrong date": (
        ".csv",
        lambda: b"slug,title,organization,period,body\na,b,1,?,\n" + long_texts(60),
        ", row 2, column period: “[?]” is not a date",
    ),
    "a page of apostrophes in what is wrong": (
        ".csv",
        lambda: HEADER.encode() + b"".join(b"a%d,b,%s\n" % (n, b"'" * 1000) for n in range(1000)),
        ", row 2, column organization: There is no organization “'''",
    ),
    "1,000 unknown columns of 4,000 characters": (
        ".csv",
        lambda: b",".join(b"%03d%s" % (n, b"'" * 3990) for n in range(1000)),
        ", row 1, column slug: This column is missing",
    ),
}


ROW = "云,云端数据,1\n"
Cells = list[str]
# name → (extension, content, how many rows are new, what their cells show): strange, and no mistake
READ: dict[str, tuple[str, bytes | Callable[[], bytes], int, Cells]] = {
    "a header alone": (".csv", HEADER.encode(), 0, []),
    "a header alone, as UTF-16": (".csv", HEADER.encode("utf-16"), 0, []),
    "carriage returns alone": (".csv", (HEADER + ROW).replace("\n", "\r").encode(), 1, ["云端数据"]),
    "mixed line breaks": (".csv", b"slug,title,organization\r\na,b,1\rc,d,1\ne,f,1", 3, ["b", "d", "f"]),
    "UTF-16": (".csv", (HEADER + ROW).encode("utf-16"), 1, ["云端数据"]),
    "UTF-16 BE without a mark": (".csv", (HEADER + ROW).encode("utf-16-be"), 1, ["云端数据"]),
    "Big5": (
        ".csv",
        f"{HEADER}雲,臺灣的雲端運算服務與資料,1\n".encode("big5"),
        1,
        ["臺灣的雲端運算服務與資料"],
    ),
    "GBK": (".csv", f"{HEADER}云,产业互联网的云端数据,1\n".encode("gbk"), 1, ["产业互联网的云端数据"]),
    "numbers that are text": (
        ".csv",
        f"{HEADER}a,1e20,1\nb,NaN,1\nc,0000,1\nd,007,1\ne,=1+1,1\n".encode(),
        5,
        ["1e20", "NaN", "0000", "007", "=1+1"],
    ),
    "numbers of JSON": (
        ".json",
        b'[{"slug": "a", "title": 1e20, "organization": 1}, {"slug": "b", "title": 4.50, "organization": 1}]',
        2,
        ["1e20", "4.50"],
    ),
    "numbers of a workbook": (
        ".xlsx",
        lambda: as_xlsx([["slug", "title", "organization"], ["a", 1e20, 1], ["b", "007", "1"]]),
        2,
        ["100000000000000000000", "007"],
    ),
    "a page of apostrophes": (".csv", apostrophes, 100, []),
    "12 texts of 999,000 characters": (
        ".csv",
        lambda: b"slug,title,organization,period,body\n" + long_texts(12),  # five are compared at a time
        12,
        [],
    ),
}
