from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from research.text.folding import fold, fold_text, mark, pairs, passages

MIXED = st.text(alphabet="AaＡßﬁ①ｶﾞカé\u0301\u200b中文，。,한 　\n𠀀😀İ", max_size=30)
TEXTS = st.one_of(MIXED, st.text(max_size=30))


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("ET 大脑", "et大脑"),
        ("ＥＴ　大脑", "et大脑"),
        ("  A \n\t b  ", "a b"),
        ("大脑 ， ET", "大脑,et"),
        ("Hello, World", "hello, world"),
        ("Ａ Ｂ", "a b"),
        ("Straße ﬁne", "strasse fine"),
        ("ｶﾞ", "ガ"),
        ("e\u0301", "é"),
        ("a\u200bb\u00adc\x00", "abc"),
        ("①", "1"),
        ("", ""),
        (" \n", ""),
    ],
)
def test_folds(text, folded):
    assert fold(text).text == folded


def test_offsets_lead_back():
    folded = fold("ﬁ ß Ａ 𠀀é")
    assert folded.text == "fi ss a𠀀é"
    assert folded.offsets == [0, 0, 1, 2, 2, 3, 4, 6, 7]


@given(TEXTS)
def test_offsets_are_in_range_and_never_go_back(text):
    folded = fold(text)
    assert len(folded.offsets) == len(folded.text)
    assert folded.offsets == sorted(folded.offsets)
    assert all(0 <= offset < len(text) for offset in folded.offsets)


@given(TEXTS)
@example("a \u0301 中 b")
@example("\x01 \x02 a")
def test_the_quick_way_gives_the_same(text):
    assert fold_text(text) == fold(text).text


@given(MIXED)
def test_folding_folded_text_changes_nothing(text):
    folded = fold(text).text
    assert fold(folded).text == folded


@given(st.text(alphabet="AbＡ中文，", max_size=10))
def test_width_and_case_do_not_matter(text):
    assert fold(text).text == fold(text.upper()).text == fold(text.lower()).text


def test_pairs_overlap_and_end_with_nul():
    assert pairs("et大") == ["65x74", "74x5927", "5927x0"]
    assert pairs("𠀀") == ["20000x0"]
    assert pairs("") == []


SMALL = st.text(alphabet="ab中", max_size=12)


@given(SMALL, SMALL.filter(lambda query: len(query) > 1))
def test_a_substring_is_a_run_of_pairs(text, query):
    haystack, needle = pairs(text), pairs(query)[:-1]
    runs = [haystack[i : i + len(needle)] for i in range(len(haystack))]
    assert (query in text) == (needle in runs)


def test_passages_overlap():
    text = "".join(chr(0x4E00 + i) for i in range(4500))
    windows = passages(["", " \n", "短", text])
    assert [len(window) for window in windows] == [1, 2000, 2000, 900]
    assert windows[1][-200:] == windows[2][:200]
    assert windows[-1].endswith(text[-1])
    assert passages(["a" * 2000]) == ["a" * 2000]
    with pytest.raises(ValueError, match="overlap"):
        passages(["a"], limit=10, overlap=10)


@given(st.text(alphabet="ab中", min_size=1, max_size=60), st.integers(0, 5), st.data())
def test_what_is_no_longer_than_the_overlap_stands_whole_in_a_window(text, overlap, data):
    start = data.draw(st.integers(0, len(text)))
    piece = text[start : start + overlap]
    windows = passages([text], limit=8, overlap=overlap)
    assert all(0 < len(window) <= 8 for window in windows)
    assert any(piece in window for window in windows)


def test_mark_shows_the_first_match_and_all_others_beside_it():
    text = "阿里的 ET 大脑建立产业人工智能平台，ＥＴ大脑"
    assert mark(text, "et大脑") == [
        ("阿里的 ", False),
        ("ET 大脑", True),
        ("建立产业人工智能平台，", False),
        ("ＥＴ大脑", True),
    ]
    assert mark(text, "ET 大脑", around=3) == [("…里的 ", False), ("ET 大脑", True), ("建立产…", False)]


def test_mark_without_a_match_shows_the_beginning():
    assert mark("abc", "x") == mark("abc", "") == mark("abc", " ") == [("abc", False)]
    assert mark("a" * 100, "x", around=10) == [("a" * 20 + "…", False)]
    assert mark("", "x") == []


def test_mark_never_cuts_what_one_character_became():
    assert mark("ﬃ", "f") == [("ﬃ", True)]
    assert mark("e\u0301a", "é") == [("e\u0301", True), ("a", False)]


@given(TEXTS, TEXTS, st.integers(0, 10))
def test_the_pieces_are_an_excerpt_of_the_text(text, query, around):
    pieces = mark(text, query, around)
    shown = "".join(piece for piece, _ in pieces)
    assert any(candidate in text for candidate in (shown, shown[1:], shown[:-1], shown[1:-1]))
    needle = fold(query).text
    assert any(is_match for _, is_match in pieces) == bool(needle and needle in fold(text).text)
    assert all(first[1] != second[1] or first[1] for first, second in pairwise(pieces))
