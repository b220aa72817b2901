"""/comparisons/<slug>/table.csv and its like: the comparison as files, each with all that the others have."""

import csv
import io
import json

import openpyxl
import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from research.models import Comparison
from research.queries import collation_files as files
from research.queries.collation import Cell, Collation, Line, Reading, Reference, collate
from research.queries.comparison import Matrix
from research.text import formulas
from research.text.citations import Cite
from research.text.controls import without_controls
from research.text.tables.csv_writing import for_spreadsheets
from research.views.exports import EXPORTS
from tests import factories as make
from tests.public.urls import body
from tests.table_files import read_table
from tests.text.test_markdown_table import HOSTILE, read_back

FIRST = "<b>一</b> [@idc, p. 3]\n`二` [x](y) [未注来源]"  # the first cell
pytestmark = pytest.mark.django_db


def get(client, comparison, name, **data):
    export = next(export for export in EXPORTS if export.name == name)
    response = client.get(reverse(export.url_name, args=[comparison.slug]), data)
    assert response.status_code == 200
    assert response["Content-Type"] == export.content_type
    assert response["Content-Disposition"].startswith("attachment;")
    return response.content


@pytest.fixture
def comparison():
    """Two organizations; cells of several readings, with marks and without; signs that mean something."""
    left, right = make.make_organization("=甲|公司", slug="甲"), make.make_organization("乙_公司", slug="乙")
    mode, industry = make.make_mode("赋能*平台*", slug="平台"), make.make_industry("金融 & 保险", slug="金融")
    make.make_source("白皮书 [第二版]", key="idc")
    share = make.make_criterion("份额", slug="份额", value_kind="number", unit="%", group="市场#1")
    sorted_in = {"mode": mode, "industries": [industry]}
    make.make_case("<b>一</b>", slug="一", organization=left, body="[@idc, p. 3]", **sorted_in)
    make.make_case("`二` [x](y)", slug="二", organization=left, **sorted_in)
    make.make_case("三", slug="三", organization=right)
    make.make_finding(">45.5", slug="f1", organization=left, criterion=share, as_of="2017", body="[@idc]")
    make.make_finding("30", slug="f2", organization=left, criterion=share, as_of="2015~")
    make.make_finding("-1", slug="f3", organization=right, criterion=share)
    return make.make_comparison("对照 *一*", slug="对照", organizations=[left, right], criteria=[share])


class TestCsv:
    def test_a_row_is_a_line_and_a_column_an_organization(self, client, comparison):
        content = get(client, comparison, "table.csv")
        assert content.startswith(b"\xef\xbb\xbfline,group,label,unit,")
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
        assert rows == [
            ["line", "group", "label", "unit", "'=甲|公司", "乙_公司"],
            [
                "modes/平台",
                "按模式看案例",
                "赋能*平台*",
                "",
                "<b>一</b> [@idc, p. 3]\n`二` [x](y) [未注来源]",
                "",
            ],
            ["modes/", "按模式看案例", "未归模式", "", "", "三 [未注来源]"],
            ["industries/金融", "按行业看案例", "金融 & 保险", "", "2 (赋能*平台* 2)", "0"],
            ["industries/", "按行业看案例", "未归行业", "", "0", "1 (未归模式 1)"],
            [
                "criteria/份额",
                "市场#1",
                "份额",
                "%",
                "超过 45.5% (2017年) [@idc]\n30% (2015年左右) [未注来源]",
                "−1% (无日期) [未注来源]",
            ],
        ]

    def test_transposed_a_row_is_an_organization(self, client, comparison):
        plain = read_table(get(client, comparison, "table.csv"), "table.csv")
        transposed = read_table(get(client, comparison, "table-transposed.csv"), "table.csv")
        columns = zip(*(row[4:] for _number, row in plain.rows), strict=True)
        assert [tuple(row[2:]) for _number, row in transposed.rows] == [*columns]
        assert transposed.header[:3] == ["organization", "name", "按模式看案例 · 赋能*平台*"]
        assert transposed.header[-1] == "市场#1 · 份额 (%)"

    def test_tidy_a_row_is_a_cell_with_its_typed_value(self, client, comparison):
        content = get(client, comparison, "table-tidy.csv").decode("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(content, newline="")))
        assert len(rows) == 10
        by_cell = {(row["line"], row["organization"]): row for row in rows}
        finding = by_cell["criteria/份额", "甲"]
        typed = [finding[name] for name in ("count", "value", "number", "unit", "as_of", "items", "sources")]
        assert typed == ["2", ">45.5", "45.5", "%", "2017", "f1; f2", "idc"]
        cases = by_cell["modes/平台", "甲"]
        assert (cases["number"], cases["items"], cases["sources"]) == ("2", "一; 二", "idc")
        assert by_cell["modes/平台", "乙"]["number"] == "0"

    def test_organizations_and_lines_of_one_name_are_told_apart(self, client):
        organizations = [make.make_organization("甲公司", slug=slug) for slug in ("甲", "乙")]
        organizations.append(make.make_organization("line", slug="line"))
        criteria = [make.make_criterion("份额", slug=slug) for slug in ("a", "b")]
        comparison = make.make_comparison(organizations=organizations, criteria=criteria)
        header = read_table(get(client, comparison, "table.csv"), "table.csv").header
        assert header[4:] == ["甲公司 (甲)", "甲公司 (乙)", "line (line)"]
        header = read_table(get(client, comparison, "table-transposed.csv"), "table.csv").header
        assert header[2:] == ["份额 (criteria/a)", "份额 (criteria/b)"]


def test_json_has_typed_values_and_all_readings(client, comparison):
    data = json.loads(get(client, comparison, "table.json"))
    assert (data["slug"], data["title"]) == ("对照", "对照 *一*")
    assert data["address"] == f"http://testserver{comparison.get_absolute_url()}"
    assert data["organizations"] == [{"slug": "甲", "name": "=甲|公司"}, {"slug": "乙", "name": "乙_公司"}]
    assert data["sources"] == [{"number": 1, "key": "idc", "reference": "白皮书 [第二版][EB]."}]
    lines = {line["key"]: line for line in data["lines"]}
    cell = lines["criteria/份额"]["cells"]["甲"]
    assert (cell["number"], cell["unit"], cell["as_of"], cell["items"]) == (45.5, "%", "2017", ["f1", "f2"])
    assert cell["readings"][0] == {
        "key": "f1",
        "text": "超过 45.5%",
        "value": ">45.5",
        "number": 45.5,
        "unit": "%",
        "as_of": "2017",
        "sources": [{"key": "idc", "locator": ""}],
    }
    assert lines["criteria/份额"]["cells"]["乙"]["number"] == -1
    assert lines["industries/金融"]["cells"]["甲"]["by_mode"] == {"赋能*平台*": 2, "未归模式": 0}
    assert lines["modes/平台"]["cells"]["甲"]["sources"] == ["idc"]


class TestXlsx:
    def book(self, client, comparison):
        return openpyxl.load_workbook(io.BytesIO(get(client, comparison, "table.xlsx")))

    def test_its_first_sheet_is_the_table(self, client, comparison):
        collation = collate(Matrix(comparison))
        read = read_table(get(client, comparison, "table.xlsx"), "table.xlsx")
        assert [read.header, *(row for _number, row in read.rows)] == files.as_rows(collation)
        sheet = self.book(client, comparison)["table"]
        assert sheet.freeze_panes == "E2"
        assert {cell.data_type for row in sheet for cell in row if cell.value} == {"s"}

    def test_numbers_are_numbers(self, client, comparison):
        book = self.book(client, comparison)
        assert book.sheetnames == ["table", "cells", "readings", "sources"]
        header, *rows = book["readings"].iter_rows(values_only=True)
        found = [dict(zip(header, row, strict=True)) for row in rows]
        findings = {row["key"]: (row["number"], row["value"], row["as_of"], row["sources"]) for row in found}
        assert findings["f1"] == (45.5, ">45.5", "2017", "idc")
        assert findings["f2"] == (30, "30", "2015~", None)
        header, *rows = book["cells"].iter_rows(values_only=True)
        found = [dict(zip(header, row, strict=True)) for row in rows]
        counts = {(row["line"], row["organization"]): row["number"] for row in found}
        assert (counts["modes/平台", "甲"], counts["modes/平台", "乙"]) == (2, 0)
        assert list(book["sources"].iter_rows(values_only=True))[1:] == [(1, "idc", "白皮书 [第二版][EB].")]

    def test_of_a_cell_too_long_for_it_the_first_readings_are_shown(self, client):
        organization = make.make_organization()
        with make.together():
            for _ in range(200):
                make.make_case("长" * 300, organization=organization)
        comparison = make.make_comparison(organizations=[organization])
        book = self.book(client, comparison)
        shown = book["table"]["E2"].value.split("\n")
        assert 20 < len(shown) < 200
        assert str(200 - (len(shown) - 1)) in shown[-1]
        assert book["readings"].max_row == 1 + 2 * 200

    def test_control_characters_are_blanks(self, client):
        organization = make.make_organization("甲\x0b公司")
        make.make_case("一\x01二", organization=organization)
        book = self.book(client, make.make_comparison(organizations=[organization]))
        assert book["table"]["E1"].value == "甲 公司"
        assert book["table"]["E2"].value == "一 二 [未注来源]"


def test_markdown_renders_as_the_same_table(client, comparison):
    text = get(client, comparison, "table.md").decode()
    head, notes = text.split("\n\n[^1]: ")
    collation = collate(Matrix(comparison))
    assert read_back(head) == shown(collation)
    assert read_back(head)[1][2] == "<b>一</b> [^1] p. 3\n`二` [x](y) [未注来源]"
    assert text.startswith("# 对照 \\*一\\*\n\n<http://testserver/comparisons/")
    assert notes == "白皮书 \\[第二版\\]\\[EB\\].\n"


def shown(collation: Collation) -> list[list[str]]:
    """The table as its cells are read."""
    numbers = {source.key: source.number for source in collation.sources}

    def mark(cites):
        return "; ".join(f"[^{numbers[cite.key]}] {cite.locator}".rstrip() for cite in cites)

    rows = [
        [line.group, line.label, *("\n".join(cell.pieces(mark)) for cell in collation.row(line))]
        for line in collation.lines
    ]
    header = ["分组", "", *(name for _slug, name in collation.organizations)]
    return [[without_controls(text) for text in row] for row in [header, *rows]]


TEXTS = st.text(min_size=1, max_size=12) | st.sampled_from(HOSTILE)


@given(st.lists(TEXTS, min_size=4, max_size=4))
def test_any_text_is_the_same_in_every_form(texts):
    # As records keep it: line feeds only.
    name, label, value, group = (text.replace("\r\n", "\n").replace("\r", "\n") for text in texts)
    line = Line("criteria/a", "criteria", group, label)
    reading = Reading("f", value, cites=(Cite("k", label.strip()),))
    cells = {(line.key, "o"): Cell(line, [reading, reading]), (line.key, "p"): Cell(line)}
    organizations, sources = [("o", name), ("p", "乙")], [Reference(1, "k", value)]
    collation = Collation("s", value, "/", organizations, [line], cells, sources)
    rows = files.as_rows(collation)
    written = csv.reader(io.StringIO(for_spreadsheets(rows).removeprefix("\ufeff"), newline=""))
    assert [[formulas.original(text) for text in row] for row in written] == rows
    assert json.loads(files.json_text(collation, "/"))["lines"][0]["cells"]["o"]["text"] == rows[1][4]
    markdown = files.markdown_text(collation, "/").split("\n\n[^1]: ")[0]
    assert read_back(markdown) == shown(collation)
    files.latex_text(collation, "/")
    book = io.BytesIO()
    files.write_workbook(book, collation)
    sheet = read_table(book.getvalue(), "table.xlsx")
    header, *others = [[*map(without_controls, row)] for row in rows]
    assert sheet.header == [text.strip() for text in header]
    assert [row for _number, row in sheet.rows] == others


@pytest.mark.usefixtures("class_seed")
class TestSeed:
    @pytest.mark.parametrize("export", EXPORTS, ids=lambda export: export.name)
    def test_every_form_names_every_case_and_finding(self, client, db, export):
        comparison = Comparison.objects.get()
        collation = collate(Matrix(comparison))
        text = body(client.get(reverse(export.url_name, args=[comparison.slug])))
        keys = {reading.shown for cell in collation.cells.values() for reading in cell.readings}
        assert len(keys) > 60
        plain = text.replace("\\", "").replace("{", "").replace("}", "").replace("textasciitilde", "~")
        if export.name == "table-tidy.csv":  # it has their keys
            keys = {reading.key for cell in collation.cells.values() for reading in cell.readings}
        assert [key for key in keys if key not in plain] == []


def test_the_fragment_is_what_stands_in_the_document(client, comparison):
    document = get(client, comparison, "table.tex").decode()
    fragment = get(client, comparison, "table.tex", fragment="1").decode()
    assert "\\begin{document}" in document
    assert "\\begin{document}" not in fragment
    assert fragment.split("\n", 1)[1] in document
    assert get(client, comparison, "table.tex", fragment="x").decode() == document


def test_labels_are_in_the_language_of_the_address(client, comparison):
    english = client.get(f"/en/comparisons/{comparison.slug}/table.csv").content.decode()
    assert "modes/,Cases by mode,no mode," in english
    assert "[unsourced]" in english


def test_the_page_offers_every_form(client, comparison):
    page = body(client.get(comparison.get_absolute_url()))
    for export in EXPORTS:
        assert f'href="{reverse(export.url_name, args=[comparison.slug])}"' in page


@pytest.mark.parametrize("export", EXPORTS, ids=lambda export: export.name)
def test_an_empty_comparison_is_an_empty_table(client, export):
    get(client, make.make_comparison(), export.name)


@pytest.mark.parametrize("export", EXPORTS, ids=lambda export: export.name)
def test_what_is_unknown_or_not_published_answers_404(client, export):
    draft = make.make_comparison(status="draft")
    for slug in ("no-such", draft.slug):
        assert client.get(reverse(export.url_name, args=[slug])).status_code == 404
    assert client.get(f"/comparisons/a%00b/{export.name}").status_code == 404


def test_an_unknown_form_answers_404(client, comparison):
    assert client.get(f"/comparisons/{comparison.slug}/table.doc").status_code == 404
