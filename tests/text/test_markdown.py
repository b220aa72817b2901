import csv
import re
from html import unescape
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from research.text import markdown
from research.text.citations import find_cites
from research.text.markdown import excerpt, plain, read, render
from tests.text import hostile

NOTES = Path(__file__).parents[2] / "fixtures" / "notes.csv"
EXTERNAL = 'rel="noopener noreferrer nofollow"'


def html(text):
    return render(
        text,
        cite=lambda cites: f'<sup class="cite">{"+".join(cite.key for cite in cites)}</sup>',
        link=lambda link: f'<a href="/{link.table or "any"}/{link.slug}/">{link.label or link.slug}</a>',
    ).strip()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# 一\n## 二\n### 三", "<h2>一</h2>\n<h2>二</h2>\n<h3>三</h3>"),
        ("~~删~~**强**", "<p><s>删</s><strong>强</strong></p>"),
        ("中[@a; @b]。", '<p>中<sup class="cite">a+b</sup>。</p>'),
        ("[[阿里云]] [[cases/x|云]]", '<p><a href="/any/阿里云/">阿里云</a> <a href="/cases/x/">云</a></p>'),
        ("<!-- nocite: [@a] -->", ""),
        ("3. x", '<ol start="3">\n<li>x</li>\n</ol>'),
        ("```py\na<b\n```", '<pre><code class="language-py">a&lt;b\n</code></pre>'),
        (
            "[内](/x/) [外](https://a.b/)",
            f'<p><a href="/x/">内</a> <a href="https://a.b/" {EXTERNAL}>外</a></p>',
        ),
        ("见https://a.b/c。", f'<p>见<a href="https://a.b/c" {EXTERNAL}>https://a.b/c</a>。</p>'),
        ("(https://a.b/c_(d)).", f'<p>(<a href="https://a.b/c_(d)" {EXTERNAL}>https://a.b/c_(d)</a>).</p>'),
        ("[https://a.b](https://a.b)", f'<p><a href="https://a.b" {EXTERNAL}>https://a.b</a></p>'),
        ("[题]([https://a.b/](https://a.b/))", f'<p><a href="https://a.b/" {EXTERNAL}>题</a></p>'),
    ],
)
def test_renders(text, expected):
    assert html(text) == expected


def test_tables_align_by_class():
    table = html("| 甲 | 乙 |\n|:--|--:|\n| [[a\\|b]] | 2 |")
    assert '<th class="align-right">乙</th>' in table
    assert '<td class="align-left"><a href="/any/a/">b</a></td>' in table


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "![图](https://a.b/c.png)",
            f'<p><a href="https://a.b/c.png" class="image-link" {EXTERNAL}>图</a></p>',
        ),
        ("![](/c/%E5%9B%BE.png)", '<p><a href="/c/%E5%9B%BE.png" class="image-link">图.png</a></p>'),
        ("[![图](/c.png)](/d)", '<p><a href="/d">图</a></p>'),
    ],
)
def test_images_become_links(text, expected):
    assert html(text) == expected


def test_what_the_callbacks_return_survives():
    anchor = '<a href="#r" title="t" data-key="k" aria-label="l" class="d">1</a>'
    mark = f'<sup class="c" id="i">{anchor}</sup><span class="s">?</span>'
    assert render("[@a]", cite=lambda cites: mark, link=lambda link: "") == f"<p>{mark}</p>\n"


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "a <b onclick=x>b</b>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt&#58;alert(1))",
        "<javascript:alert(1)>",
        "![x](data:image/svg+xml;base64,AAAA)",
        "![x](data:image/png;base64,AAAA)",
        "[x](vbscript:x) [y](file:///etc/passwd) [z](ftp://a.b)",
        '[x](/a "onmouseover=alert(1)")',
        "<style>*{}</style><iframe src=//a.b></iframe>",
        "<!-- a comment -->",
    ],
)
def test_nothing_dangerous_comes_out(text):
    output = html(text)
    for bad in (
        "<script",
        "<img",
        "<b",
        "<style",
        "<iframe",
        "<!--",
        'href="javascript',
        'href="data',
        'href="ftp',
        " onmouse",
    ):
        assert bad not in output.lower()


def test_an_unsafe_callback_is_still_sanitised():
    output = render(
        "[@a]",
        cite=lambda cites: '<a href="javascript:x" onclick="x" style="x">1</a><script>x</script>',
        link=str,
    )
    assert output == "<p><a>1</a></p>\n"


def test_every_sentence_of_the_notes_renders_without_asterisks():
    if not NOTES.exists():
        pytest.skip("the fixtures are not there yet")
    with NOTES.open(encoding="utf-8-sig", newline="") as file:
        bodies = [row["body"] for row in csv.DictReader(file)]
    for body in bodies:
        assert "**" not in html(body)
        assert "**" not in "".join(plain(body))
        assert "nocite" not in html(body)


def test_plain_gives_visible_text_block_by_block():
    text = (
        "# 标题 [@a]\n\n一段 **强** 文 [@b, p. 3]，又 [[x|记录]] `码`\n第二行\n\n"
        "- 甲 [链](/x)\n- 乙 ![图](/y.png)\n\n"
        "| 一 | 二 |\n|---|---|\n| 三 |  |\n\n<!-- nocite: [@c] -->\n\n> 引 <b>\n\n```\ncode\n```\n\n---\n"
    )
    assert plain(text) == [
        "标题",
        "一段 强 文，又 记录 码第二行",
        "甲 链",
        "乙 图",
        "一 二",
        "三",
        "引 <b>",
        "code",
    ]


def test_plain_keeps_the_space_between_words():
    assert plain("One [@a] two\nthree [[x]]") == ["One two three x"]
    assert plain("") == plain("[@a]") == plain("<!-- nocite: @a -->") == []


# Hardly a character that is markup wherever it stands, and many that are at the start of a line.
PROSE = "字云阿한aB12 9.)-+=>#:!?;(%^{}'\",，。、“”—…·（）😀𠮷\n\n\n \u3000\u00a0\u200b\u2028\x85"


def parsed(text):
    """What the parser itself finds; `read` goes past it where a text holds no markup."""
    return [paragraph for _, paragraph in markdown._blocks(markdown._parser().parse(text))]


@given(st.text(alphabet=PROSE, max_size=60) | st.text(alphabet="字a12.-=# \n", max_size=30) | st.text())
@example("一  \n二\n   三 \n\n \n\u3000\n四\n a\nb\n   12) x")
def test_a_text_without_markup_has_the_paragraphs_that_the_parser_finds(text):
    assert plain(text) == parsed(text)


@pytest.mark.parametrize(
    "text", ["云2，SaaS: 45.5%。\n阿里\n\nA-b\nC#  \n“(d)”", "", "\n \n", "2019-09-12 - x; =y > z"]
)
def test_prose_is_read_without_the_parser(text, monkeypatch):
    expected = parsed(text)
    monkeypatch.setattr(markdown, "_parser", None)
    assert plain(text) == expected


@given(st.text(alphabet="[]@-{}();,:|!`*<>/\\ab甲。 \n", max_size=60))
def test_citations_are_the_same_with_and_without_the_rest(text):
    assert read(text).cites == find_cites(text)


def test_excerpt_leaves_headings_out_and_is_cut_at_the_limit():
    assert excerpt("# 标题\n\n一段。\n\n又一段。") == "一段。 又一段。"
    assert excerpt("# 标题") == "标题"
    assert excerpt("字" * 200, 10) == "字" * 9 + "…"
    assert excerpt("字" * 10, 10) == "字" * 10
    assert excerpt("one two three", 9) == "one two…"
    assert excerpt("一二，三四五", 4) == "一二…"
    assert excerpt("") == ""


@given(st.text(alphabet="字a ，*[]@|\n#-", max_size=80), st.integers(1, 30))
def test_excerpt_is_never_longer_than_its_limit(text, limit):
    assert len(excerpt(text, limit)) <= limit


@given(st.text(alphabet="字a*_~`[]()@{}|!<>\\#-. \n&;:/\"'", max_size=80))
def test_any_text_renders_and_its_citations_are_those_found(text):
    seen = []

    def collect(cites):
        seen.extend(cites)
        return ""

    render(text, cite=lambda cites: collect(cites), link=lambda link: "")
    assert seen == [cite for cite in find_cites(text) if not cite.listed_only]


@pytest.mark.parametrize("piece", hostile.MARKDOWN)
def test_of_a_huge_input_no_letter_is_lost(piece):
    text = piece * 20_000
    shown = unescape(re.sub(r"<[^>]*>", "", html(text)))
    assert [shown.count(letter) for letter in "a中"] == [text.count(letter) for letter in "a中"]


@pytest.mark.parametrize(
    "text",
    [
        "**" * 20000 + "a" + "**" * 20000,
        "*a " * 20000 + "b*" * 20000,
        "[" * 20000 + "]" * 20000,
        ">" * 20000 + "a",
        "".join("  " * depth + "- a\n" for depth in range(500)),
    ],
)
def test_deep_nesting_is_no_error(text):
    assert isinstance(html(text), str)
