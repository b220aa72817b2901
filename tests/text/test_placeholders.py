"""What a team has left open in a text is found; what only looks like it is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from research.text.placeholders import LONGEST_EXCERPT, LONGEST_WORD, in_line, in_markdown


def words(text: str) -> list[str]:
    return [found.word for found in in_markdown(text)]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("根据阿里云公布的数据，「时间点」，合作伙伴已超过8000家。", "「时间点」"),
        ("> 根据阿里云公布的数据，「时间点」，合作伙伴已超过8000家。", "「时间点」"),
        ("营收 【数字】 亿元", "【数字】"),
        ("## 「标题」", "「标题」"),
        ("时间待补充。", "待补充"),
        ("- 金额：待定", "待定"),
        ("数字（待核实）", "待核实"),
        ("待确认，2019 年的数字", "待确认"),
        ("TODO: 找到来源", "TODO"),
        ("增长率 TBD", "TBD"),
        ("FIXME 见上", "FIXME"),
        ("由 XXX 公司提出", "XXX"),
        ("增长了XX%", "XX"),
        ("来源：？？", "？？"),
        ("共有??家", "??"),
        ("时间：……", "……"),
        ("……", "……"),
        ("| 年份 | 家数 |\n|---|---|\n| 2018 | TODO |", "TODO"),
        ("| 年份 | 家数 |\n|---|---|\n| 2018 | …… |", "……"),
        ("[[modes/a|待补充]]", "待补充"),
    ],
)
def test_found(text: str, word: str) -> None:
    assert words(text) == [word]


@pytest.mark.parametrize(
    "text",
    [
        "阿里、腾讯、百度……都在做。",
        "> 他说……然后走了",
        "> ……",
        "“……”",
        "他引了一句：“待定”。",
        "市场期待定价权",
        "等待确认的人",
        "理论有待补充",
        "待定系数法",
        "## TO DO",
        "## TODO",
        "### 待补充",
        "写一张 TODO list",
        "TODO清单见上",
        "`TODO`",
        "```\nTODO ？？\n```",
        "    TODO",
        "| 任务 | 状态 |\n|---|---|\n| 画图 | TODO |\n| 写字 | DONE |",
        "| TODO | 谁 |\n|---|---|\n| 画图 | 李四 |",
        "真的吗？？",
        "19XX 年",
        "197X 年",
        "XXL 号",
        "「时间就是金钱」",
        "他们称之为「新零售」",
        "https://example.org/TODO_list",
        "见 [@TODO2019]",
        "",
    ],
)
def test_left_alone(text: str) -> None:
    assert words(text) == []


def test_each_word_is_told_once_with_the_text_around_its_first_place() -> None:
    [found] = in_markdown(f"{'前' * 100}待补充{'后' * 100}\n\n又待补充")
    assert found.word == "待补充"
    assert found.excerpt == f"…{'前' * 40}待补充{'后' * 40}…"


def test_a_line_has_no_markup() -> None:
    assert [found.word for found in in_line("# 待定")] == ["待定"]
    assert in_line("领先") == []


@given(st.text(alphabet="「」时间点待补充定TODOX？?….:：|-#>`* \n[]@", max_size=200))
def test_any_text_is_read(text: str) -> None:
    for found in [*in_markdown(text), *in_line(text)]:
        assert 0 < len(found.word) <= LONGEST_WORD
        assert found.word in found.excerpt
        assert len(found.excerpt) <= LONGEST_EXCERPT
