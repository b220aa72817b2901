"""Tables for LaTeX: every sign means itself, and no row is higher than a page."""

import re

import pytest

from research.text import latex
from research.text.latex import Group


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("云 45.5 %", r"云 45.5 \%"),
        ("A & B", r"A \& B"),
        ("$5_000 #1 {a}", r"\$5\_000 \#1 \{a\}"),
        ("~x ^y", r"\textasciitilde{}x \textasciicircum{}y"),
        (r"\input", r"\textbackslash{}input"),
        ("[1] *", "{[}1{]} {*}"),
        ("a--b", r"a-\kern0pt{}-b"),
        ("a,b -c", "a,b -c"),
        ("'q' \"d\"", r"\textquotesingle{}q\textquotesingle{} \textquotedbl{}d\textquotedbl{}"),
        ("a\nb", "a b"),
        ("a\x0cb\x7f", "a b "),
        ("", ""),
    ],
)
def test_a_sign_means_itself(text: str, written: str) -> None:
    assert latex.escaped(text) == written


def test_a_word_longer_than_a_line_may_be_broken_and_another_not() -> None:
    assert latex.escaped("x" * 60).count(r"\allowbreak{}") == 59
    assert latex.escaped("https://example.org/" + "a_" * 9).count(r"\allowbreak{}") > 30
    assert r"\allowbreak" not in latex.escaped("interoperable platforms 云" + "计算" * 60)


def rows_of(text: str) -> list[list[str]]:
    """The cells of all rows but those of headers and headings."""
    body = text.split("\\endfoot\n")[1:]
    lines = "".join(part.split("\\end{longtable}")[0] for part in body).split(latex.ROW)
    cells = [re.sub(r"\\(addlinespace|midrule|multicolumn.*)\n", "", line).split(" & ") for line in lines]
    return [row for row in cells if len(row) > 1]


def test_a_line_is_a_row_of_its_cells() -> None:
    written = latex.tables(["甲", "乙"], [Group("市场", [("份额", [["45.5"], ["10", "9"]])])])
    assert rows_of(written) == [["份额", "45.5", "10\\par 9"]]
    assert "\\toprule\n & {\\bfseries 甲} & {\\bfseries 乙}" in written
    assert "{\\bfseries 市场} \\\\*" in written


def test_a_long_cell_goes_on_in_further_rows() -> None:
    texts = [f"案例{number}" for number in range(100)]
    rows = rows_of(latex.tables(["甲", "乙"], [Group("", [("模式", [texts, ["一"]])])]))
    assert len(rows) > 4
    assert max(row[1].count("\\par") for row in rows) < latex.LINES
    assert [text for row in rows for text in row[1].split("\\par ")] == texts
    assert [row[0] for row in rows] == ["模式", *[""] * (len(rows) - 1)]
    assert [row[2] for row in rows] == ["一", *[""] * (len(rows) - 1)]


def test_a_long_text_is_cut_and_nothing_of_it_is_lost() -> None:
    text = "一二三四五六七八九十 " * 100
    rows = rows_of(latex.tables(["甲", "乙"], [Group("", [("模式", [[text], []])])]))
    assert len(rows) > 3
    assert "".join(row[1] for row in rows) == text


@pytest.mark.parametrize(
    ("number", "columns"),
    [(1, [1]), (3, [3]), (5, [5]), (6, [6]), (7, [4, 3]), (12, [6, 6]), (13, [5, 4, 4])],
)
def test_many_columns_are_several_tables(number: int, columns: list[int]) -> None:
    names = [f"组织{place}" for place in range(number)]
    cells = [[f"格{place}"] for place in range(number)]
    written = latex.tables(names, [Group("", [("份额", cells)])])
    assert [len(row) - 1 for row in rows_of(written)] == columns
    assert [cell for row in rows_of(written) for cell in row[1:]] == [cell[0] for cell in cells]
    assert latex.is_upright(names) == (number <= 3)


def test_no_lines_are_a_table_without_rows() -> None:
    assert rows_of(latex.tables(["甲"], [])) == []


def test_sources_stand_under_their_numbers() -> None:
    written = latex.references("来源", [(1, "A & B."), (2, "丙.")])
    assert "\\item[{[1]}] A \\& B.\n\\item[{[2]}] 丙.\n" in written
    assert latex.references("来源", []) == ""
