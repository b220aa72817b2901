"""Any text in a Markdown table is shown as it is, cell by cell."""

import html5lib
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from research.text.controls import without_controls
from research.text.tables.markdown_table import cell, escaped, in_one_line, table

SIGNS = "\\`*_{}[]()<>#+-.!|~&$^=:@\"'/ \t\n\u3000云a1"
TEXTS = st.text(SIGNS, max_size=30) | st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cn"]), max_size=15
)
HOSTILE = [
    "a|b",
    "`code`",
    "a\nb",
    "<b>x</b>",
    "<!-- x -->",
    "*一*",
    "_x_",
    "**重**",
    "~~x~~",
    "[x](y)",
    "![x](y)",
    "[^1]",
    "\\|",
    "\\",
    "a\\",
    "&amp;",
    "$x$",
    "# x",
    "- x",
    "1. x",
    "---",
    ":--",
    "  a  ",
    "\u3000云\u3000",
    "|",
    "",
    " ",
    "\n",
    "a\r\nb",
    "x\x0by",
    "云😀",
    "\x85",
]


def read_back(text: str) -> list[list[str]]:
    """The cells that a renderer of GitHub's tables makes of it."""
    rendered = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(text)
    tree = html5lib.parse(rendered, namespaceHTMLElements=False)
    found = []
    for row in tree.iter("tr"):
        for line in row.iter("br"):
            line.text = "\n"
        cells = [cell for cell in row if cell.tag in ("td", "th")]
        assert {node.tag for node in row.iter()} <= {"tr", "td", "th", "br"}, rendered
        found.append(["".join(cell.itertext()) for cell in cells])
    return found


@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=4))
@example([(text, text) for text in HOSTILE])
def test_any_text_is_shown_as_it_is(rows: list[tuple[str, str]]) -> None:
    written = table(["一", "二"], [[escaped(text) for text in row] for row in rows])
    assert read_back(written) == [["一", "二"], *([without_controls(text) for text in row] for row in rows)]


def test_what_is_markdown_already_stays_it() -> None:
    assert table(["甲"], [[cell(["a [^1]", escaped("b|c")])]]) == "| 甲 |\n| --- |\n| a [^1]<br>b\\|c |\n"


@given(TEXTS)
@example("1. 报告")
@example("2019) 年报")
@example("- - -")
@example("+ x")
@example("-")
def test_a_line_begins_no_list_and_no_rule(text: str) -> None:
    words = " ".join(without_controls(text).split())
    tree = html5lib.parse(MarkdownIt().render(in_one_line(text)), namespaceHTMLElements=False)
    assert {node.tag for node in tree.find("body").iter()} <= {"body", "p"}
    assert "".join(tree.find("body").itertext()).strip() == words


def test_a_table_without_rows_is_its_header() -> None:
    assert read_back(table(["甲", "乙"], [])) == [["甲", "乙"]]


@pytest.mark.parametrize("text", ["45.5% (2017年)", "阿里云 · 城市大脑", "https://example.org/a-b?c=d"])
def test_what_means_nothing_is_written_as_it_is(text: str) -> None:
    assert escaped(text) == text
