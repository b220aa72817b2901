"""Differences as readers meet them."""

from hypothesis import given
from hypothesis import strategies as st

from research.text.marking import CAME, GONE, KEPT, LEFT_OUT, marked, marked_members


def test_words_and_chinese_characters():
    assert marked("阿里云在杭州", "阿里云在上海") == [(KEPT, "阿里云在"), (GONE, "杭州"), (CAME, "上海")]
    assert marked("more than 8000", "more than 9000") == [
        (KEPT, "more than "),
        (GONE, "8000"),
        (CAME, "9000"),
    ]


def test_long_stretches_in_common_are_left_out():
    same = "江" * 100
    assert marked(f"一{same}二{same}三", f"甲{same}乙{same}丙", around=2) == [
        *((GONE, "一"), (CAME, "甲"), (KEPT, "江江"), (LEFT_OUT, "江" * 96), (KEPT, "江江")),
        *((GONE, "二"), (CAME, "乙"), (KEPT, "江江"), (LEFT_OUT, "江" * 96), (KEPT, "江江")),
        *((GONE, "三"), (CAME, "丙")),
    ]
    assert marked(f"{same}一{same}", f"{same}{same}", around=2) == [
        *((LEFT_OUT, "江" * 98), (KEPT, "江江"), (GONE, "一"), (KEPT, "江江"), (LEFT_OUT, "江" * 98)),
    ]


def test_short_stretches_are_kept_whole():
    assert marked("abc 一", "abc 二", around=0)[0] == (KEPT, "abc ")


def test_equal_texts_are_one_run():
    assert marked("同" * 500, "同" * 500) == [(KEPT, "同" * 500)]


@given(st.text(), st.text())
def test_the_runs_are_both_texts(old, new):
    runs = marked(old, new, around=1)
    assert "".join(text for kind, text in runs if kind != CAME) == old
    assert "".join(text for kind, text in runs if kind != GONE) == new


def test_members():
    assert marked_members(["a", "b"], ["b", "c"]) == [
        *((GONE, "a"), (KEPT, "; "), (KEPT, "b"), (KEPT, "; "), (CAME, "c")),
    ]
    assert marked_members([""], ["a"]) == [(CAME, "a")]
    assert marked_members(["a", "b"], ["b", "a"]) == [(GONE, "a; b"), (KEPT, " "), (CAME, "b; a")]
