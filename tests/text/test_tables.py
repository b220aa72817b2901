"""Any table that a person saves is read: encodings, delimiters, line breaks, workbooks, JSON."""

import datetime
import io
import json
import tracemalloc
from pathlib import Path

import openpyxl
import pytest
from django.conf import settings
from django.utils import translation

from research.text.tables import TableError, open_table
from research.text.tables.quotes import is_closed
from tests.table_files import as_xlsx, read_table, saved, with_sheet

SAMPLES = Path(settings.BASE_DIR).parent / "shared" / "samples"
CHINESE = "slug,名称\n云,阿里云,\n端,“端”侧设备\n"
TAIWAN = "代號,名稱,說明\n1,臺灣積體電路製造股份有限公司,晶圓代工廠\n2,鴻海精密工業,電子製造服務\n"


@pytest.fixture(autouse=True)
def english() -> None:
    translation.activate("en")


def refused(data: bytes, name: str = "cases.csv", **options: str) -> TableError:
    with pytest.raises(TableError) as caught:
        read_table(data, name, **options)
    return caught.value


class TestEncodings:
    @pytest.mark.parametrize(
        ("saved_as", "found"),
        [
            ("utf-8", "utf-8"),
            ("utf-8-sig", "utf-8"),
            ("utf-16", "utf-16-le"),
            ("utf-16-le", "utf-16-le"),
            ("utf-16-be", "utf-16-be"),
            ("gbk", "gb18030"),
            ("gb18030", "gb18030"),
        ],
    )
    def test_the_encoding_is_found(self, saved_as: str, found: str) -> None:
        table = read_table(CHINESE.encode(saved_as), "cases.csv")
        assert (table.encoding, table.header, table.rows[1][1]) == (
            found,
            ["slug", "名称"],
            ["端", "“端”侧设备"],
        )
        assert table.reason

    def test_a_mark_before_big_endian_is_read_past(self) -> None:
        assert read_table("\ufeffslug\n云\n".encode("utf-16-be"), "cases.csv").header == ["slug"]

    @pytest.mark.parametrize("text", ["slug,名称\n𠮷野家,€😀\n", "slug,名称\n㐂,镕\n"])
    def test_what_gbk_lacks_is_read_as_gb18030(self, text: str) -> None:
        assert read_table(text.encode("gb18030"), "cases.csv").rows == [(2, text.split("\n")[1].split(","))]

    def test_big5_that_is_valid_as_gb18030_is_not_guessed_silently(self) -> None:
        data = TAIWAN.encode("big5")
        data.decode("gb18030")
        table = read_table(data, "cases.csv")
        assert (table.encoding, table.alternatives) == ("big5", ["gb18030"])
        assert table.rows[0][1][1] == "臺灣積體電路製造股份有限公司"
        assert "As Big5, 100% of the characters are everyday Chinese; as GB18030" in table.reason
        assert "valid as GB18030, too" in table.reason

    def test_gb18030_that_is_valid_as_big5_names_it(self) -> None:
        table = read_table("slug,名称\n云,云\n".encode("gbk"), "cases.csv")
        assert (table.encoding, table.alternatives, table.rows) == ("gb18030", ["big5"], [(2, ["云", "云"])])

    def test_a_person_may_choose(self) -> None:
        table = read_table(TAIWAN.encode("big5"), "cases.csv", encoding="gbk")
        assert (table.encoding, table.reason) == ("gb18030", "You chose this encoding.")
        assert table.header != TAIWAN.split("\n")[0].split(",")

    def test_a_choice_that_does_not_fit_names_the_line(self) -> None:
        error = refused("slug\n云\n".encode("gbk"), encoding="utf-8")
        assert error.message.startswith("Byte 6, in line 2, is not UTF-8. Choose another encoding")
        assert "no encoding known here" in refused(b"slug\n", encoding="klingon").message

    def test_two_letters_of_gbk_that_happen_to_be_utf8_are_doubted(self) -> None:
        table = read_table("slug\n录\n".encode("gbk"), "cases.csv")
        assert (table.encoding, "gb18030" in table.alternatives) == ("utf-8", True)

    def test_utf8_with_a_broken_byte_is_not_taken_for_something_else(self) -> None:
        data = CHINESE.encode() * 20
        error = refused(data[:-8] + b"\xff" + data[-8:])
        assert "in line 60, is not UTF-8" in error.message


class TestDelimiters:
    @pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
    @pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
    def test_delimiter_and_line_break_are_found(self, delimiter: str, newline: str) -> None:
        text = f'"slug"|"a, b; c"{newline}x|"1{newline}2"{newline}'.replace("|", delimiter)
        table = read_table(text.encode(), "cases.csv")
        assert (table.delimiter, table.header) == (delimiter, ["slug", "a, b; c"])
        assert table.rows == [(2, ["x", f"1{newline}2"])]

    def test_mixed_line_breaks(self) -> None:
        table = read_table(b"slug,a\r\nx,1\ny,2\rz,3", "cases.csv")
        assert table.rows == [(2, ["x", "1"]), (3, ["y", "2"]), (4, ["z", "3"])]

    def test_what_unicode_calls_a_line_break_belongs_to_the_cell(self) -> None:
        assert read_table("slug\na\u2028b\x0bc\x85d\n".encode(), "cases.csv").rows == [
            (2, ["a\u2028b\x0bc\x85d"])
        ]

    def test_excels_note_of_its_delimiter_is_no_row(self) -> None:
        table = read_table(b"sep=;\r\nslug;a,b,c\r\nx;1\r\n", "cases.csv")
        assert (table.header, table.rows) == (["slug", "a,b,c"], [(2, ["x", "1"])])

    def test_quotes_after_a_backslash_are_read_and_named(self) -> None:
        table = read_table(b'slug,a\nx,"\\"y\\" in C:\\new"\n', "cases.csv")
        assert table.rows == [(2, ["x", '"y" in C:\\new'])]
        assert "backslash" in table.reason

    def test_blank_rows_are_counted_but_not_kept(self) -> None:
        assert read_table(b"slug,a\n,\n\nx,1\n", "cases.csv").rows == [(4, ["x", "1"])]


class TestQuotes:
    def test_an_unclosed_quote_is_named_where_it_opens(self) -> None:
        error = refused(b'slug,a\n"x\ny",1\nz,"2\n' + b"w,3\n" * 100)
        assert (error.row, error.column) == (3, "a")
        assert error.message == "The quote that opens in line 4 is never closed."

    def test_one_that_a_later_quote_seems_to_close_as_well(self) -> None:
        error = refused(b'slug,a\nx,"1\ny,"2"\nz,3\n')
        assert (error.row, error.column) == (2, "a")
        assert "opens in line 2 closes before its cell ends" in error.message

    def test_a_long_unclosed_cell(self) -> None:
        error = refused(b'slug,a\nx,"' + b"1,2\n" * 600_000)
        assert (error.row, error.message) == (2, "The quote that opens in line 2 is never closed.")


class TestWorkbooks:
    def read(self, *rows: list[object], **formats: str) -> list[tuple[int, list[str]]]:
        return read_table(as_xlsx([["slug", "a"], *rows], formats=formats), "cases.xlsx").rows

    @pytest.mark.parametrize(
        ("value", "style", "text"),
        [
            (datetime.date(2018, 11, 26), "yyyy-mm-dd", "2018-11-26"),
            (datetime.datetime(2018, 11, 26), "yyyy/m/d", "2018-11-26"),
            (datetime.datetime(2018, 11, 26, 9, 30), "yyyy-mm-dd hh:mm", "2018-11-26 09:30:00"),
            (datetime.date(2018, 11, 1), 'yyyy"年"m"月"', "2018-11"),
            (datetime.date(2018, 11, 1), "mmm-yy", "2018-11"),
            (datetime.date(2018, 1, 1), "yyyy", "2018"),
            (45.5, "General", "45.5"),
            (8000.0, "General", "8000"),
            (8000, "0.00", "8000"),
            (0.1 + 0.2, "General", "0.3"),
            (1e20, "General", "100000000000000000000"),
            (0.07, "0%", "7%"),
            (42, "00000", "00042"),
            (True, "General", "TRUE"),
            ("00042", "General", "00042"),
            ('="978"', "General", '="978"'),
            ("两\n行 😀", "General", "两\n行 😀"),
        ],
    )
    def test_a_cell_is_what_a_person_sees(self, value: object, style: str, text: str) -> None:
        assert self.read(["x", value], B2=style) == [(2, ["x", text])]

    def test_empty_cells_and_rows(self) -> None:
        assert self.read([], ["x"], ["y", "1", ""]) == [(3, ["x", ""]), (4, ["y", "1"])]

    def test_the_sheet_named_as_the_table_is_read(self) -> None:
        book = openpyxl.Workbook()
        book.create_sheet("cases").append(["slug"])
        table = read_table(saved(book), "cases.xlsx")
        assert table.header == ["slug"]
        assert (
            table.reason
            == "An XLSX workbook: the sheet “cases” was read. The workbook has 1 more; they were not read."
        )

    def test_a_formula_that_was_never_computed_does_not_blank_its_cell(self) -> None:
        book = openpyxl.Workbook()
        for row in (["slug", "a"], ["x", "=1+1"]):
            book.active.append(row)
        error = refused(saved(book), "cases.xlsx")
        assert (error.row, error.column) == (2, "B")
        assert "formula without its value" in error.message

    def test_elements_may_have_a_prefix_and_cells_no_place(self) -> None:
        rows = b'<x:row><x:c t="str"><x:v>slug</x:v></x:c></x:row><x:row><x:c><x:v>5</x:v></x:c></x:row>'
        assert read_table(with_sheet(rows), "cases.xlsx").rows == [(2, ["5"])]

    def test_shared_texts_are_joined_without_their_readings(self) -> None:
        header = b'<row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1" t="s"><v>1</v></c></row>'
        texts = "<si><t>slug</t></si><si><r><t>云</t></r><r><t>端</t></r><rPh><t>yun</t></rPh></si>".encode()
        assert read_table(with_sheet(header, texts), "cases.xlsx").header == ["slug", "", "云端"]

    def test_a_number_that_is_no_date_shows_as_an_error(self) -> None:
        data = as_xlsx([["slug"], [9e9]], formats={"A2": "yyyy-mm-dd"})
        assert "shows the error #VALUE!" in refused(data, "cases.xlsx").message


class TestJson:
    def read(self, *rows: object) -> list[tuple[int, list[str]]]:
        return read_table(json.dumps(rows).encode(), "cases.json").rows

    def test_each_value_is_text(self) -> None:
        assert self.read({"slug": "x", "n": 45.5, "b": True, "e": None, "l": ["云", 1]}) == [
            (2, ["x", "45.5", "true", "", "云; 1"])
        ]

    def test_a_number_stays_as_it_is_written(self) -> None:
        assert read_table(b'[{"slug": 8000, "n": 45.50}]', "cases.json").rows == [(2, ["8000", "45.50"])]

    def test_any_encoding(self) -> None:
        assert read_table('[{"slug": "云端"}]\n'.encode("utf-16"), "cases.json").rows == [(2, ["云端"])]

    @pytest.mark.parametrize(
        ("text", "row", "column", "message"),
        [
            ('[{"slug": "a"', 0, "", "Not readable as JSON in line 1"),
            ('{"slug": "a"}', 0, "", "must be a list of objects"),
            ('[{"slug": "a"}, ["b"]]', 3, "", "must be a list of objects"),
            ('[{"slug": {"a": 1}}]', 2, "slug", "An object does not fit"),
            ('[{"slug": [["a"]]}]', 2, "slug", "A list within a list"),
            ('[{"slug": NaN}]', 2, "slug", "NaN is not a value"),
            ('[{"slug": -Infinity}]', 2, "slug", "-Infinity is not a value"),
            ('[{"slug": "a", "slug": "b"}]', 2, "slug", "stands twice"),
            ('[{"slug": "\\ud800"}]', 2, "slug", "Half of a surrogate pair"),
            ("[" * 200_000, 0, "", "nested too deeply"),
        ],
    )
    def test_what_is_no_table(self, text: str, row: int, column: str, message: str) -> None:
        error = refused(text.encode(), "cases.json")
        assert (error.row, error.column) == (row, column)
        assert message in error.message


class TestPieces:
    """A file is read in pieces; where one ends must not show."""

    @pytest.mark.parametrize("size", range(1, 9))
    @pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "big5", "utf-16", "utf-16-le"])
    def test_no_character_is_cut(self, encoding: str, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
        text = 'slug,名稱\r\n雲,"\\"臺\\"灣"\r\n'
        expected = read_table(text.encode(encoding), "cases.csv")
        assert expected.rows == [(2, ["雲", '"臺"灣'])]
        monkeypatch.setattr("research.text.tables.source.PIECE", size)
        assert read_table(text.encode(encoding), "cases.csv") == expected

    @pytest.mark.parametrize("size", range(1, 9))
    def test_a_wrong_byte_has_the_same_place(self, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("research.text.tables.source.PIECE", size)
        data = "\ufeffslug\r\n云端云端云端云端\r\n".encode() + b"\xe4\xba\n"
        assert refused(data).message.startswith("Byte 36, in line 3, is not UTF-8")

    @pytest.mark.parametrize("most", [16, 20, 30, 50])
    def test_no_object_is_cut(self, most: int, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("research.text.tables.objects.LONGEST_ROW", most)
        data = b'[{"slug": "a"},\n {"slug": "b"} , {"slug": "c"}\n]\n'
        assert read_table(data, "cases.json").rows == [(2, ["a"]), (3, ["b"]), (4, ["c"])]
        assert refused(data + b"\nx", "cases.json").message == "Not readable as JSON in line 5: Extra data."

    @pytest.mark.parametrize("size", range(1, 6))
    def test_pairs_of_quotes_are_not_cut(self, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("research.text.tables.quotes.PIECE", size)
        assert not is_closed(io.StringIO('a""b""""'))
        assert is_closed(io.StringIO('a""b"""c'))
        assert is_closed(io.StringIO('a""b"'))


class TestMemory:
    ROWS = 20_000

    def files(self) -> dict[str, bytes]:
        cells = ["云" * 150] * 2
        sheet = "".join(f'<row><c t="str"><v>{cell}</v></c></row>' for cell in cells * (self.ROWS // 2))
        return {
            "cases.csv": b"slug,a\n" + (",".join(cells) + "\n").encode() * self.ROWS,
            "cases.json": json.dumps([{"slug": cells[0]}] * self.ROWS).encode(),
            "cases.xlsx": with_sheet(b'<row r="1"><c t="str"><v>slug</v></c></row>' + sheet.encode()),
        }

    @pytest.mark.parametrize("name", ["cases.csv", "cases.json", "cases.xlsx"])
    def test_a_table_is_never_held_whole(
        self, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("research.text.tables.objects.LONGEST_ROW", 100_000)
        (tmp_path / name).write_bytes(self.files()[name])
        tracemalloc.start()
        try:
            table = open_table(tmp_path / name, name)
            assert sum(1 for _row in table.rows) == self.ROWS
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert peak < 6_000_000  # as a list of rows, the text alone takes more

    @pytest.mark.parametrize("data", [b"x" * 30_000_000, b'x,"' + b"y\n" * 15_000_000], ids=["line", "quote"])
    def test_nor_is_a_line_or_a_quote_that_goes_on(self, data: bytes, tmp_path: Path) -> None:
        (tmp_path / "cases.csv").write_bytes(b"slug,a\n" + data)
        tracemalloc.start()
        try:
            with pytest.raises(TableError):
                list(open_table(tmp_path / "cases.csv", "cases.csv").rows)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert peak < 25_000_000

    def test_a_wrong_row_is_told_before_those_above_it(self, tmp_path: Path) -> None:
        (tmp_path / "cases.csv").write_bytes(b'slug,a\nx,1\ny,"2\n')
        with pytest.raises(TableError) as wrong:
            open_table(tmp_path / "cases.csv", "cases.csv")
        assert (wrong.value.row, wrong.value.column) == (3, "a")


class TestNames:
    @pytest.mark.parametrize(
        ("data", "name", "message"),
        [
            (
                b'[{"slug": "a"}]',
                "cases.csv",
                "This is JSON, not a text table (CSV); rename it to “cases.json”.",
            ),
            (as_xlsx([["slug"]]), "cases.csv", "This is an XLSX workbook, not a text table (CSV); rename"),
            (
                b"slug,a\n",
                "cases.xlsx",
                "This is a text table (CSV), not an XLSX workbook; rename it to “cases.csv”.",
            ),
            (b"slug,a\n", "cases.json", "This is a text table (CSV), not JSON; rename"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "cases.xlsx", "This is an old Excel file (XLS) or"),
            (b"\n<!DOCTYPE html><table>", "cases.csv", "This is an HTML page, not a text table"),
            ("<html>".encode("utf-16"), "cases.csv", "This is an HTML page"),
            (b'<?xml version="1.0"?><Workbook>', "cases.xlsx", "This is an XML file"),
            (b"\x89PNG\r\n\x1a\n", "cases.csv", "This is a PNG image"),
            (b"\xff\xd8\xff\xe0", "cases.csv", "This is a JPEG image"),
            (b"GIF89a", "cases.txt", "This is a GIF image"),
            (b"%PDF-1.7", "cases.csv", "This is a PDF"),
            (b"\x1f\x8b\x08", "cases.csv", "This is a gzip archive"),
            (b"PK\x03\x04xx", "cases.xlsx", "This is a damaged ZIP archive"),
            (b"", "cases.csv", "The file is empty"),
            (b"\xef\xbb\xbf", "cases.csv", "The file is empty"),
            (b"\xff\xfe", "cases.csv", "The file is empty"),
            (b"slug", "cases.doc", "The file's name must end in"),
            (b"slug", "cases", "The file's name must end in"),
        ],
    )
    def test_a_file_is_named_as_what_it_is(self, data: bytes, name: str, message: str) -> None:
        assert refused(data, name).message.startswith(message)


@pytest.mark.skipif(not SAMPLES.is_dir(), reason=f"the samples are not here: {SAMPLES}")
class TestRealFiles:
    SHAPES = {
        "csv-companies/Company.csv": (3, 103),
        "csv-companies/Industry.csv": (1, 10),
        "csv-companies/Person.csv": (4, 20),
        "csv-companies/Product.csv": (3, 78),
        "csv-papers/papers.csv": (15, 2),
        "csv-papers/papersWithoutDOI.csv": (15, 2),
        "csv-comparison-import/test.csv": (10, 6),
        "csv-irregular/15.csv": (4, 8),
        "csv-irregular/25.csv": (3, 17),
        "csv-irregular/48.csv": (14, 8),
        "csv-irregular/csv__200-csv__15.csv": (4, 33),
    }

    @pytest.mark.parametrize("name", SHAPES)
    def test_it_is_read_whole(self, name: str) -> None:
        table = read_table((SAMPLES / name).read_bytes(), name)
        assert (len(table.header), len(table.rows)) == self.SHAPES[name]
        assert {len(cells) for _number, cells in table.rows} == {len(table.header)}

    @pytest.mark.parametrize("name", ["Company", "Industry", "Person", "Product"])
    def test_company_lists_saved_as_gb18030_read_the_same(self, name: str) -> None:
        data = (SAMPLES / "csv-companies" / f"{name}.csv").read_bytes()
        again = read_table(data.decode().encode("gb18030"), "cases.csv")
        assert (again.encoding, again.rows) == ("gb18030", read_table(data, "cases.csv").rows)
