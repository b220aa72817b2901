"""Argdown as boards and boards as Argdown, without Argdown's own parser (`tests/test_argdown_parser.py`)."""

import random

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from research.text import argdown
from research.text.argdown import Board, Claim
from research.text.argdown.data import read_data
from tests.argdown_boards import NASTY, some_boards


def texts_of(document):
    """(thesis, [(claim, whether it supports)]) of each board."""
    return [
        (board.text, [(claim.text, claim.supports) for claim in board.claims]) for board in document.boards
    ]


def messages(remarks):
    return [(remark.line, remark.message) for remark in remarks]


HAND = """===
title: 平台之争
author: 研究组
===

# 论点

// 一行注释
[平台]: 平台胜过产品， #模式 #(两 种)
  **长远**看如此。 /* 括在
  里面的注释 */
  <+ <伙伴>: 伙伴更多。
     还在增加。 {cases: [阿里云, ET大脑], position: 3}
  - <产品>: 产品更\\#好\\*。
  + 无题的论据 <!-- 注 -->
"""


class TestWhatPeopleWrite:
    def test_a_board_by_hand(self):
        document = argdown.read(HAND)
        (board,) = document.boards
        assert (board.title, board.text) == ("平台", "平台胜过产品， 长远看如此。")
        assert board.tags == ["模式", "两 种"]
        assert [(claim.title, claim.text, claim.supports) for claim in board.claims] == [
            ("伙伴", "伙伴更多。 还在增加。", True),
            ("产品", "产品更#好*。", False),
            ("", "无题的论据", True),
        ]
        assert board.claims[0].data == {"cases": ["阿里云", "ET大脑"], "position": "3"}
        assert [claim.line for claim in board.claims] == [12, 14, 15]
        assert document.faults == []

    @pytest.mark.parametrize(("sign", "supports"), [("+", True), ("<+", True), ("-", False), ("<-", False)])
    def test_what_stands_below_speaks_of_what_stands_above(self, sign, supports):
        assert texts_of(argdown.read(f"[甲]: 论\n  {sign} <乙>: 据")) == [("论", [("据", supports)])]

    @pytest.mark.parametrize(("sign", "supports"), [("+>", True), ("->", False)])
    def test_an_arrow_outward_speaks_of_what_stands_below(self, sign, supports):
        document = argdown.read(f"<乙>: 据\n  {sign} [甲]\n\n[甲]: 论")
        assert texts_of(document) == [("论", [("据", supports)])]

    def test_a_text_may_stand_elsewhere_than_its_title(self):
        document = argdown.read("[甲]\n\t+ <乙>\n\t- [丙]\n\n<乙>: 据\n\n[丙]: 又据 {body: 文}\n\n[甲]: 论")
        assert texts_of(document) == [("论", [("据", True), ("又据", False)])]
        assert document.boards[0].claims[1].data == {"body": "文"}
        assert document.left_out == []

    def test_a_thesis_may_be_written_without_a_title(self):
        assert texts_of(argdown.read("平台胜过产品。\n+ 伙伴更多。")) == [
            ("平台胜过产品。", [("伙伴更多。", True)])
        ]

    def test_windows_line_ends_and_a_mark_at_the_start(self):
        assert texts_of(argdown.read("\ufeff[甲]: 论\r\n  + <乙>: 据\r\n")) == [("论", [("据", True)])]

    def test_the_slashes_of_an_address_begin_no_comment(self):
        assert argdown.read("[甲]: 见 http://a.cn/b // 注").boards[0].text == "见 http://a.cn/b"

    def test_a_line_that_is_a_comment_separates_nothing(self):
        assert texts_of(argdown.read("[甲]: 论\n// 注\n  + <乙>: 据")) == [("论", [("据", True)])]

    def test_an_empty_text_holds_nothing(self):
        assert argdown.read("") == argdown.Document()


class TestWhatNoBoardHolds:
    @pytest.mark.parametrize(
        ("text", "line", "what"),
        [
            ("# 标题\n\n[甲]: 论", 1, "heading"),
            ("[甲]: 论\n\n(1) 前提\n----\n(2) 结论\n\n[丙]: 又论", 3, "steps"),
            ("[甲]: 论\n  >< [乙]: 反论", 2, "contradiction"),
            ("[甲]: 论\n  _> <乙>: 据", 2, "inference"),
            ("[甲]: 论\n  + <乙>: 据\n    - <丙>: 驳", 3, "乙"),
            ("[甲]: 论\n  + [乙]: 据\n    + <丙>: 又据", 3, "乙"),
            ("[甲]: 论\n\n<乙>: 据", 3, "without a thesis"),
            ("[甲]: 论\n\n一段话", 3, "outside"),
            ("[甲]: 论\n\n* 列\n* 列", 3, "list"),
            ("[甲]: 论\n  + <乙>: 据\n\n[丙]: 又论\n  + <乙>", 5, "甲"),
            ("[甲]: 论\n  + <乙>: 据\n  - <乙>", 3, "against it"),
        ],
    )
    def test_it_is_named_with_its_line_and_left_out(self, text, line, what):
        with override("en"):
            document = argdown.read(text)
        assert document.faults == []
        assert document.boards[0].text == "论"
        ((found, message),) = messages(document.left_out)
        assert found == line
        assert what in message

    def test_what_stands_beside_it_is_kept(self):
        document = argdown.read("[甲]: 论\n  + <乙>: 据\n    - <丙>: 驳\n  - <丁>: 反据")
        assert texts_of(document) == [("论", [("据", True), ("反据", False)])]


class TestWhatIsWrong:
    @pytest.mark.parametrize(
        ("text", "line"),
        [
            ("===\ntitle: 无尾\n\n[甲]: 论", 1),
            ("[甲]: 论 /* 未完", 1),
            ("[甲]: 论\n\n[乙]: 论 {body: 未完", 3),
            ("[甲]: 论\n  + <乙>: 据 {cases: [无尾}", 2),
            ("[甲]: 论 {\n  body: 文\n  不是键\n}", 1),
            ("[甲]: 论\n\n  + <乙>: 据", 3),
            ("[甲]: 论\n  +\n", 2),
            ("[甲]: 论\n\n[甲]: 别的论", 3),
            ("[甲]: 论 {body: {深: 层}}", 1),
        ],
    )
    def test_it_is_said_with_its_line(self, text, line):
        assert [remark.line for remark in argdown.read(text).faults] == [line]

    def test_a_title_may_be_defined_twice_with_the_same_words(self):
        assert argdown.read("[甲]: 论\n\n[甲]: 论").faults == []

    @given(st.text(alphabet=st.sampled_from("[]<>{}():+-_*#@/\\\"' =.,|\n\t甲a1~;!"), max_size=80))
    def test_whatever_is_written_there_is_an_answer(self, text):
        document = argdown.read(text)
        assert all(remark.line >= 1 for remark in (*document.faults, *document.left_out))

    @pytest.mark.parametrize(
        "piece", ["{", "<!--", "/*", "\\", "[", "<", "*", "_", "[甲]: 论\n" + " + a\n" * 50, "{a: ["]
    )
    def test_much_of_it_is_read_in_passing(self, piece):
        argdown.read("[甲]: 论 " + piece * (40_000 // len(piece)))

    def test_deep_nesting_is_no_recursion(self):
        text = "[甲]: 论\n" + "".join(f"{' ' * depth}+ <a{depth}>: x\n" for depth in range(1, 2000))
        assert len(argdown.read(text).left_out) == 1998


class TestData:
    @pytest.mark.parametrize(
        ("text", "values"),
        [
            ("{}", {}),
            ("{a: b}", {"a": "b"}),
            ("{ a : 甲 乙 , b: 'it''s', \"c d\": \"x\\ny\" }", {"a": "甲 乙", "b": "it's", "c d": "x\ny"}),
            ("{a: [b, 'c', \"d\"], e: []}", {"a": ["b", "c", "d"], "e": []}),
            ("{a: , b: 1}", {"a": "", "b": "1"}),
            ("{url: http://a.cn/b}", {"url": "http://a.cn/b"}),
            ('{\n  a: b: c\n  d: "e" # 注\n}', {"a": "b: c", "d": "e"}),
            (
                '{\na:\n- b\n- "c"\nd: [e, f]\n}',
                {"a": ["b", "c"], "d": ["e", "f"]},
            ),
            ("{\na: |\n  一\n\n    二\nb: 三\n}", {"a": "一\n\n  二", "b": "三"}),
            ("{\na: >\n  一\n  二\n}", {"a": "一 二"}),
        ],
    )
    def test_what_people_write(self, text, values):
        assert read_data(text) == values

    @pytest.mark.parametrize(
        "text", ["{a}", "{a: [b}", "{a: b c: {d: e}}", "{\n甲 乙\n}", '{a: "b}', "{a: [[b]]}"]
    )
    def test_what_cannot_be_read_is_said(self, text):
        with override("en"), pytest.raises(ValueError, match="data"):
            read_data(text)


class TestRoundTrip:
    def test_it_is_what_people_write(self):
        claim = Claim(
            "平台-1",
            "伙伴更多。",
            False,
            {"slug": "平台-1", "body": "> 引\n", "cases": ["云"], "position": 2},
        )
        board = Board("平台", "平台：[胜]过产品。", [claim], {"slug": "平台", "tags": []})
        assert "".join(argdown.write([board])) == (
            "[平台]: 平台：\\[胜]过产品。 {\n"
            '  slug: "平台"\n'
            "  tags: []\n"
            "}\n"
            "  <- <平台-1>: 伙伴更多。 {\n"
            '      slug: "平台-1"\n'
            '      body: "> 引\\n"\n'
            '      cases: ["云"]\n'
            "      position: 2\n"
            "  }\n"
        )

    def test_no_board_is_a_text_too(self):
        assert argdown.read("".join(argdown.write([]))).boards == []

    @pytest.mark.parametrize("seed", range(60))
    def test_any_boards_come_back(self, seed):
        boards = some_boards(random.Random(seed))
        document = argdown.read("".join(argdown.write(boards)))
        assert (document.faults, len(document.boards)) == ([], len(boards))
        for was, now in zip(boards, document.boards, strict=True):
            self.compare(was, now, "statement")
            for claim, again in zip(was.claims, now.claims, strict=True):
                self.compare(claim, again, "claim")
                assert claim.supports == again.supports

    @given(st.text(min_size=1), st.sampled_from(NASTY))
    def test_any_text_comes_back(self, text, nasty):
        board = Board("甲", text + nasty, [Claim("乙", nasty + text, True, {"body": text})], {"body": text})
        (again,) = argdown.read("".join(argdown.write([board]))).boards
        self.compare(board, again, "statement")
        self.compare(board.claims[0], again.claims[0], "claim")

    @staticmethod
    def compare(was, now, exact):
        values = {name: str(value) if isinstance(value, int) else value for name, value in was.data.items()}
        assert {name: value for name, value in now.data.items() if name != exact} == values
        assert now.data.get(exact, now.text) == was.text
        assert argdown.as_shown(was.text) == now.text


MANY = 100_000
LONG = {
    "parentheses of tags that nobody closes": f"[甲]: {'#(' * MANY}",
    "blanks in a value": f"[甲]: x {{\nbody: v{' ' * MANY}v\n}}",
    "blanks before a comment": f"[甲]: x {{\nbody: v{' ' * MANY}# c\n}}",
    "keys": "[甲]: x {\n" + "body: v\n" * MANY + "}",
    "keys in a line": f"[甲]: x {{{'body: v, ' * MANY}}}",
    "texts of several lines": "[甲]: x {\n" + "body: |\n  v\n" * MANY + "}",
    "a list": f"[甲]: x {{tags: [{'v, ' * MANY}]}}",
    "escapes": f"[甲]: {chr(92)}v" + "\\v" * MANY,
    "one title again and again": f"[甲]: {'长' * MANY}\n\n" + "[甲]\n\n" * (MANY // 10),
    "one title with ever another tag": "".join(f"[甲] #t{place}\n\n" for place in range(MANY // 10)),
}


@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
def test_a_long_text_is_read_once(text):
    """Whoever may upload could else keep a server busy: counted squared, this takes minutes."""
    assert [board.title for board in argdown.read(text).boards] == ["甲"]
