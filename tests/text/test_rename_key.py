import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from research.text.citations import find_cites, find_links
from research.text.renaming import rename_key, rename_link


@pytest.mark.parametrize(
    ("text", "renamed"),
    [
        ("据[@old, p. 6]，", "据[@new, p. 6]，"),
        ("[见 @old pp. 3-5; @b, 第12页]", "[见 @new pp. 3-5; @b, 第12页]"),
        ("[-@old] -@old says, @old [p. 3] too.", "[-@new] -@new says, @new [p. 3] too."),
        ("@{old}认为，@old认为", "@{new}认为，@new认为"),
        ("[@{ old }]", "[@{ new }]"),
        ("| a |\n|---|\n| [@old] |", "| a |\n|---|\n| [@new] |"),
        ("> - # @old\n>   [@a;\n> @old]", "> - # @new\n>   [@a;\n> @new]"),
        (
            "甲\r\n\r\n<!-- nocite: [@a; @old, p. 6]\r\n[@old] -->",
            "甲\r\n\r\n<!-- nocite: [@a; @new, p. 6]\r\n[@new] -->",
        ),
        ("@old's, @old.", "@new's, @new."),
    ],
)  # fmt: skip
def test_every_way_to_cite_follows(text, renamed):
    assert rename_key(text, "old", "new") == renamed


@pytest.mark.parametrize(
    "text",
    [
        "`[@old]` and ``@old``",
        "```\n[@old]\n```\n\n    @old",
        "a@old <a@old> [x](mailto:a@old)",
        "https://medium.com/@old?q=@old <https://a.b/@old>",
        "[见 @old](https://a.b/) ![@old](a.png)",
        r"\@old",
        "[[old]] [[a|@old]]",
        "[text][x @old]\n\n[x @old]: https://a.b/",
        "@older @ol @Old @old-b @old2018 [@old百科] @old:x",
        "old @ old @{o ld}",
    ],
)
def test_what_is_no_citation_of_it_stays(text):
    assert rename_key(text, "old", "new") == text


def test_among_those_the_true_ones_are_found():
    text = "`@old` [@old](x) @old [text][x @old] [@old]\n\n[x @old]: https://a.b/\n\n@old认为 [@old认为]"
    renamed = "`@old` [@old](x) @new [text][x @old] [@new]\n\n[x @old]: https://a.b/\n\n@new认为 [@old认为]"
    assert rename_key(text, "old", "new") == renamed


@pytest.mark.parametrize(
    ("text", "old", "new", "renamed"),
    [
        ("@bcg认为[@bcg, 第3页]", "bcg", "刘松2018", "@{刘松2018}认为[@刘松2018, 第3页]"),
        ("@bcg认为", "bcg", "müller2018", "@{müller2018}认为"),
        ("@bcg2017, @bcg2017认为", "bcg2017", "刘松", "@刘松, @{刘松}认为"),
        ("@{刘松}认为，@刘松 认为", "刘松", "bcg", "@{bcg}认为，@bcg 认为"),
        ("@刘松2018 认为", "刘松2018", "a:b/c~d%e", "@a:b/c~d%e 认为"),
        ("@a, b", "a", "x.", "@{x.}, b"),
        ("[@a-b; @a]", "a", "x", "[@a-b; @x]"),
        ("@a @A", "a", "b", "@b @A"),
        ("[@bcg百科] @bcg百科", "bcg百科", "x", "[@x] @bcg百科"),
    ],
)
def test_braces_come_where_the_new_key_needs_them(text, old, new, renamed):
    assert rename_key(text, old, new) == renamed


@pytest.mark.parametrize("new", ["", "a{b", "a}b", "a\nb", " a"])
def test_a_key_that_cannot_be_cited_is_refused(new):
    with pytest.raises(ValueError, match="not a key"):
        rename_key("[@old]", "old", new)


def test_a_long_text_is_renamed():
    text = "\n\n".join(f"第{number}段 [@old, p. {number}]，`@old`。" for number in range(300))
    renamed = rename_key(text, "old", "new")
    assert len(re.findall("@new", renamed)) == len(re.findall("`@old`", renamed)) == 300


KEYS = ["a", "bcg", "刘松", "_1", "a.b-c", "x:y/z", "Müller", "bcg百科", "a_b"]
keys = st.sampled_from(KEYS)
pieces = st.one_of(
    st.sampled_from(
        [
            *("[", "]", "(", ")", "`", "```\n", "\n", "\n\n", " ", "    ", "> ", "- ", "# ", "|", "|---|\n"),
            *("*", "_", "p. 6", "<"),
            *("\\", "-", "{", "}", ";", "，", "。", "认为", ">", "!", "https://a.b/", "[x]: ", "]: http://a\n"),
            *("<!-- nocite: ", " -->\n", "[[", "]]", "a", "bcg", ":", ".", "é", "\r\n", "mailto:", "&", "~"),
        ]
    ),
    keys.map("@{}".format),
    keys.map("@{{{}}}".format),
    keys.map("[@{}]".format),
)  # fmt: skip
texts = st.lists(pieces, max_size=14).map("".join)


GLUED = re.compile(r"[A-Za-z0-9_À-ɏ]-?@")  # no citation, but it would be one behind a Chinese key or a brace


def flat(cites):
    return [(cite.key, cite.locator, cite.prefix, cite.suppress_author, cite.listed_only) for cite in cites]


@given(texts, keys, keys)
def test_the_citations_are_as_before_but_for_the_key(text, old, new):
    try:
        renamed = rename_key(text, old, new)
    except ValueError:
        assert GLUED.search(text)
        return
    before = flat(find_cites(text))
    assert flat(find_cites(renamed)) == [(new if key == old else key, *rest) for key, *rest in before]


@given(texts.filter(lambda text: not GLUED.search(text)), keys)
def test_all_else_is_the_same_byte_for_byte(text, old):
    """Take out a name that stands nowhere else, with its braces, and what is left was there before."""
    renamed = rename_key(text, old, "新名字")
    kept = map(re.escape, re.split(r"\{?新名字\}?", renamed))
    assert re.fullmatch(rf"\{{?{re.escape(old)}\}}?".join(kept), text)
    if all(cite.key != old for cite in find_cites(text)):
        assert renamed == text


def test_what_would_become_a_citation_is_not_made_one():
    with pytest.raises(ValueError, match="cannot be renamed"):
        rename_key("@a@b", "a", "刘松")
    assert rename_key("@刘松@b", "刘松", "a") == "@{a}@b"


# --- links ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "renamed"),
    [
        ("[[old]] [[old|标签]] [[sources/old]]", "[[new]] [[new|标签]] [[sources/new]]"),
        ("| a |\n|---|\n| [[sources/old\\|x]] |", "| a |\n|---|\n| [[sources/new\\|x]] |"),
        ("[[ old ]]", "[[ new ]]"),
        ("`[[old]]` [[cases/old]] [[older]] [[old]]", "`[[old]]` [[cases/old]] [[older]] [[new]]"),
    ],
)  # fmt: skip
def test_links_to_it_follow(text, renamed):
    assert rename_link(text, "sources", "old", "new") == renamed


def test_a_link_without_a_table_may_mean_another_record():
    assert (
        rename_link("[[old]] [[sources/old]]", "sources", "old", "new", bare=False)
        == "[[old]] [[sources/new]]"
    )


def test_a_key_with_a_slash_is_not_taken_for_a_table():
    assert rename_link("[[old]]", "sources", "old", "cases/x") == "[[sources/cases/x]]"


@given(
    st.lists(
        st.one_of(pieces, keys.map("[[{}]]".format), keys.map("[[sources/{}|x]]".format)), max_size=10
    ).map("".join),
    keys,
    keys,
)
def test_the_links_are_as_before_but_for_the_name(text, old, new):
    meant = [link.slug == old and link.table in ("", "sources") for link in find_links(text)]
    after = find_links(rename_link(text, "sources", old, new))
    for link, now, renamed in zip(find_links(text), after, meant, strict=True):
        assert (now.slug, now.label) == (new if renamed else link.slug, link.label)
        assert now.table == link.table or (renamed and "/" in new and now.table == "sources")
