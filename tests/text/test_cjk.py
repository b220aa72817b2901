import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from research.text.cjk import cjk_plugin, is_cjk, is_hangul

NOTES = Path(__file__).parents[2] / "fixtures" / "notes.csv"
# The sentences of the first note in which plain CommonMark leaves asterisks or comes close to it.
EXCERPTS = [
    "阿里巴巴刘松特别强**调消费互联网是产业互联网的前奏，两者并不是取代关系。**“C端市场为B端市场培养了用户。”",
    "这是**把人工智能、大数据、物联网的连接变成一种基础SaaS，再运用于每一个垂直行业。**在这个方面建立的门槛",
    "目前**产业互联网领域2C产业互联网的代表当属阿里45亿投资的汇通达**，该公司服务赋能了国内真正有商业价值的",
    "**2B产业互联网领域佰万仓**是典型的“产品+数据”工业互联网产业代表",
]

md = MarkdownIt().use(cjk_plugin)
stock = MarkdownIt()


def _notes():
    if not NOTES.exists():
        return []
    with NOTES.open(encoding="utf-8-sig", newline="") as file:
        return [row["body"] for row in csv.DictReader(file)]


@pytest.mark.parametrize("text", EXCERPTS)
def test_the_first_note_shows_no_asterisks(text):
    html = md.render(text)
    assert "**" not in html
    assert html.count("<strong>") == text.count("**") / 2


def test_no_note_shows_asterisks():
    for body in _notes():
        assert "**" not in md.render(body)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("**“C端”**市场", "<strong>“C端”</strong>市场"),
        ("这是**《书》**的", "这是<strong>《书》</strong>的"),
        ("*重要：*内容", "<em>重要：</em>内容"),
        ("**テスト。**テスト", "<strong>テスト。</strong>テスト"),
        ("**마크다운(Markdown)**을", "<strong>마크다운(Markdown)</strong>을"),
        ("服务~~。~~在", "服务<s>。</s>在"),
        ("**中文**English**中文**", "<strong>中文</strong>English<strong>中文</strong>"),
    ],
)
def test_emphasis_beside_cjk(text, html):
    assert MarkdownIt().enable("strikethrough").use(cjk_plugin).renderInline(text) == html


@pytest.mark.parametrize(
    "text", ["_中_文", "乘号 3 * 4 * 5", "**未完。", "甲 ** 乙 **", "\\*\\*甲。\\*\\*", "`**甲。**`"]
)
def test_what_is_no_emphasis_beside_cjk(text):
    assert md.renderInline(text) == stock.renderInline(text)


@pytest.mark.parametrize(
    ("text", "html"),
    [  # CommonMark 0.31.2, "Emphasis and strong emphasis"
        ("a * foo bar*", "a * foo bar*"),
        ('a*"foo"*', "a*&quot;foo&quot;*"),
        ("*\u00a0a\u00a0*", "*\u00a0a\u00a0*"),
        ("foo*bar*", "foo<em>bar</em>"),
        ("5*6*78", "5<em>6</em>78"),
        ('aa_"bb"_cc', "aa_&quot;bb&quot;_cc"),
        ("*(*foo)", "*(*foo)"),
        ("**foo bar **", "**foo bar **"),
        ('a**"foo"**', "a**&quot;foo&quot;**"),
        ("foo**bar**", "foo<strong>bar</strong>"),
        ("*foo**bar*", "<em>foo**bar</em>"),
        ("***foo** bar*", "<em><strong>foo</strong> bar</em>"),
        ("*foo [*bar](/url)", '*foo <a href="/url">*bar</a>'),
    ],
)
def test_commonmark_is_as_before(text, html):
    assert md.renderInline(text) == html


@given(st.text(alphabet='*_~ab1 .,"(![]`\n\\é—“”', max_size=40))
def test_text_without_cjk_renders_as_before(text):
    assert md.render(text) == stock.render(text)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("中\n文", "中文"),
        ("。\n“好”", "。“好”"),
        ("**中**\n文", "<strong>中</strong>文"),
        ("中\nabc", "中\nabc"),
        ("abc\n“b”", "abc\n“b”"),
        ("한국\n어", "한국\n어"),
        ("中  \n文", "中<br />\n文"),
        ("a\nb", "a\nb"),
        ("日\n本\nです", "日本です"),
    ],
)
def test_soft_breaks_between_wide_characters_vanish(text, html):
    assert md.renderInline(text) == html


def test_which_characters_count():
    assert all(map(is_cjk, "中。，「」ァか한𠀀（Ａ"))
    assert not any(map(is_cjk, "aé“”—…😀⌚ ,"))
    assert is_hangul("한")
    assert not is_hangul("中")
