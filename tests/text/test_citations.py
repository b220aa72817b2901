import pytest
from hypothesis import given
from hypothesis import strategies as st

from research.text.citations import Cite, Link, find_cites, split_nocite
from research.text.markdown import read


@pytest.mark.parametrize(
    ("text", "cites"),
    [
        ("[@key]", [Cite("key", "")]),
        ("据[@key, p. 6]，", [Cite("key", "p. 6")]),
        ("[见 @a pp. 3-5; @b, 第12页]", [Cite("a", "pp. 3-5", "见"), Cite("b", "第12页")]),
        ("[见 @a；另见 @b 第3页]", [Cite("a", "", "见"), Cite("b", "第3页", "另见")]),
        ("[@a, @b, p. 3]", [Cite("a", ""), Cite("b", "p. 3")]),
        ("[@a, p. 3;\n@b]", [Cite("a", "p. 3"), Cite("b", "")]),
        ("[-@key]", [Cite("key", "", suppress_author=True)]),
        ("@doe99 says, -@roe does not.", [Cite("doe99", ""), Cite("roe", "", suppress_author=True)]),
        ("@doe99 [p. 33] says", [Cite("doe99", "p. 33")]),
        ("据@刘松2018，", [Cite("刘松2018", "")]),
        ("@{刘松2018}认为", [Cite("刘松2018", "")]),
        ("**@a**", [Cite("a", "")]),
        ("| a |\n|---|\n| [@k] |", [Cite("k", "")]),
        ("# [@k]\n\n> - [@l]", [Cite("k", ""), Cite("l", "")]),
    ],
)
def test_finds_citations(text, cites):
    assert find_cites(text) == cites


@pytest.mark.parametrize(
    ("text", "key"),
    [  # the examples of the Pandoc manual, "Citation syntax"
        ("@Foo_bar.baz.", "Foo_bar.baz"),
        ("@{Foo_bar.baz.}", "Foo_bar.baz."),
        ("@Foo_bar--baz", "Foo_bar"),
        (
            "[@{https://example.com/bib?name=foobar&date=2000}, p. 33]",
            "https://example.com/bib?name=foobar&date=2000",
        ),
        ("[@{https://example.com/a[1]}]", "https://example.com/a[1]"),
        ("@a:b/c~d%e", "a:b/c~d%e"),
        ("@_1", "_1"),
    ],
)
def test_keys_are_those_of_pandoc(text, key):
    assert [cite.key for cite in find_cites(text)] == [key]


@pytest.mark.parametrize(
    "text",
    [
        "`[@a]` and ``@b``",
        "```\n[@a]\n```",
        "    [@a]",
        "a@b.com <a@b.com> [x](mailto:a@b.com)",
        "https://medium.com/@user?q=@x <https://a.b/@c>",
        "[见 @a](https://a.b/)",
        "![@a](a.png)",
        r"\@a",
        "@ a, @, [@], @-a, @{}",
        "<!-- nocite: -->",
        "[x](y@z)",
    ],
)
def test_what_is_no_citation(text):
    assert find_cites(text) == []


def test_nocite_lists_references_where_it_stands():
    text = "甲[@a]\n<!-- nocite: [@b; @c, p. 6]\n[@d] -->\n乙[@e]"
    assert [(cite.key, cite.locator, cite.listed_only) for cite in find_cites(text)] == [
        ("a", "", False),
        ("b", "", True),
        ("c", "p. 6", True),
        ("d", "", True),
        ("e", "", False),
    ]


@pytest.mark.parametrize("text", ["x <!-- nocite: [@a] -->", "<!-- nocite: [@a] --> x", "<!-- nocite: [@a]"])
def test_nocite_must_fill_its_lines(text):
    assert [cite.listed_only for cite in find_cites(text)] == [False]
    assert split_nocite(text) == (text, [])


@pytest.mark.parametrize(
    ("text", "before", "keys"),
    [
        ("甲\n\n<!-- nocite: [@a] -->\n", "甲\n", [["a"]]),
        ("甲\n<!-- nocite: [@a;\n@b] [@c, p. 6] -->\n\n ", "甲", [["a", "b"], ["c"]]),
        ("甲\r\n\r\n<!-- nocite: @a; @b -->\r\n", "甲\n", [["a", "b"]]),
        ("<!-- nocite: [@a] -->", "", [["a"]]),
        ("<!-- nocite: [@a] -->\n\n<!-- nocite: [@{b[1]}] -->", "<!-- nocite: [@a] -->\n", [["b[1]"]]),
        ("甲\n<!-- nocite: 无 -->", "甲", []),
    ],
)
def test_the_nocite_comment_at_the_end_is_split_off(text, before, keys):
    found, groups = split_nocite(text)
    assert (found, [[cite.key for cite in group] for group in groups]) == (before, keys)
    assert all(cite.listed_only for group in groups for cite in group)


@pytest.mark.parametrize(
    "text",
    [
        *("<!-- nocite: [@a] -->\n\n乙", "<!-- nocite: [@a] -->\n[a]: http://a.example/", "无\r\n", ""),
        *("> 甲\n>\n> <!-- nocite: @a -->\n", "```\n<!-- nocite: [@a] -->\n", "    <!-- nocite: [@a] -->"),
        *("甲\n\n<!-- another comment -->\n", "- 甲\n\n  <!-- nocite: [@a] -->"),
    ],
)
def test_nothing_is_split_off_that_is_no_such_comment_or_not_at_the_end(text):
    assert split_nocite(text) == (text, [])


@given(
    st.lists(
        st.sampled_from(["甲\n", "\n", "<!-- nocite: [@a] -->\n", "- x\n", "| a |\n", "## b\n"]), max_size=8
    )
)
def test_what_stands_before_the_comment_stays_as_it_is(lines):
    text = "".join(lines)
    assert split_nocite(f"{text}<!-- nocite: [@b] -->") == (
        text.removesuffix("\n"),
        [[Cite("b", "", listed_only=True)]],
    )


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("[[阿里云]]", [Link("阿里云")]),
        (
            "见[[阿里云|云]]和[[cases/et-brain]]",
            [Link("阿里云", label="云"), Link("et-brain", table="cases")],
        ),
        ("[[cases/et-brain|ET 大脑]]", [Link("et-brain", "cases", "ET 大脑")]),
        ("| a |\n|---|\n| [[x\\|y]] |", [Link("x", label="y")]),
        ("`[[a]]` [[]] [[ ]] [[a]b] \\[[c]] [t [[d]]](e)", [Link("d")]),
        ("[[1, 2], [3]]", []),
    ],
)
def test_finds_record_links(text, links):
    assert read(text).links == links


keys = st.from_regex(r"[a-z甲乙丙_0-9]{1,5}([:.#$%&\-+?<>~/][a-z甲乙丙_0-9]{1,5}){0,3}", fullmatch=True)
locators = st.sampled_from(["", "p. 6", "第12页", "pp. 3-5", "图 2"])


@given(
    st.lists(st.builds(Cite, keys, locators, st.sampled_from(["", "见", "see also"])), min_size=1, max_size=4)
)
def test_a_group_is_read_as_it_was_written(cites):
    items = (
        f"{cite.prefix} @{cite.key}{f', {cite.locator}' if cite.locator else ''}".strip() for cite in cites
    )
    assert find_cites(f"前文[{'; '.join(items)}]后文") == cites


@given(st.text(alphabet="[]@-{}();,:|!`*<>/\\ab甲。 \n", max_size=60))
def test_any_text_can_be_read(text):
    find_cites(text)
    read(text)
    split_nocite(text)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("另 @bcg2017认为如何", "bcg2017"),
        ("见@a.b-c，", "a.b-c"),
        ("@刘松2018 认为", "刘松2018"),
        ("[@bcg百科, p. 6]", "bcg百科"),
    ],
)
def test_a_latin_key_in_running_text_ends_before_han(text, key):
    assert [cite.key for cite in find_cites(text)] == [key]
