"""Widths from above, and lines that fit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from research.charts.measure import clean, shortened, width_of, wrapped
from tests.charts import charts


@pytest.mark.parametrize(
    ("text", "ems"),
    [("阿里", 2), ("，。", 2), ("", 0), ("ab", 1.32), ("12", 1.28), ("W", 1.02), ("\u0301", 0)],
)
def test_a_han_character_is_an_em_and_latin_ones_are_less(text, ems):
    assert width_of(text, 1) == pytest.approx(ems)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("阿里云", ["阿里云"]),
        ("产业互联网平台", ["产业互联", "网平台"]),
        ("产业互联网平台运营服务有限", ["产业互联网", "平台运…"]),
        ("产业互联网，平台", ["产业互联", "网，平台"]),
        ("Alibaba Cloud", ["Alibaba", "Cloud"]),
        ("Donaudampfschiff", ["Donauda", "mpfsc…"]),
        ("", []),
        ("\x00\n\t ", []),
    ],
)
def test_lines_break_where_they_may(text, lines):
    assert wrapped(text, 5 * 12, 12, 2) == lines


def test_a_text_shorter_than_an_ellipsis_is_left_out():
    assert shortened("产业互联网", 6, 12) == ""
    assert shortened("产业互联网", 36, 12) == "产…"


def test_what_no_drawing_can_hold_is_dropped():
    assert clean("a\x00b\x1b\ud800\u202ec \n\t d\ufffe") == "abc d"
    assert len(clean("字" * 9000)) == 500


@given(charts.NAMES | st.text(), st.integers(20, 400), st.integers(1, 4))
def test_no_line_is_wider_than_it_may_be(text, width, lines):
    found = wrapped(text, width, 12, lines)
    assert len(found) <= lines
    assert all(line == line.strip() for line in found)
    assert all(width_of(line, 12) <= width or len(line) == 1 for line in found)


@given(st.text("字词 ab，", max_size=60))
def test_nothing_is_lost_before_the_ellipsis(text):
    found = wrapped(text, 200, 12, 9)
    assert "".join(found).replace(" ", "") == clean(text).replace(" ", "")
