"""Cells that a spreadsheet would run are made harmless, and every text comes back as it was."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from research.text.formulas import canonical, neutral, original

FORMULAS = [
    *("=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\tx", "=cmd|' /C calc'!A0"),
    *("＝1+1", "＋1", "－1", "＠SUM(A1)", " =1+1", "\u3000=1+1", '"=1+1', "“=1+1", "'=1+1", "''=1+1"),
    *("-", "- 一", "+8613800000000", "-1-1", "-1%", "-1e5"),
]
HARMLESS = ["", "'", "''", "'text", "'90年代", "a=b", "阿里", "1+1", "“云”", "2015-04", ">8000", "~-5"]
NUMBERS = ["-120000000", "-1.2", "-5", "-0.5", "-10", "-1234567890"]
# A spreadsheet would write these back as something else.
CHANGING = ["+5", "-1.20", "-007", "-0", "-0.0", "-.5", "-5.", "-123456789012", "-٣", "-0.000001", "-5\n"]

# Mostly what the rule looks at.
TEXTS = st.text() | st.text(alphabet="'\"= +-@＝－\t\r\n01.5“a")


@pytest.mark.parametrize("text", FORMULAS + CHANGING)
def test_a_formula_becomes_text(text):
    assert neutral(text) == "'" + text


@pytest.mark.parametrize("text", HARMLESS + NUMBERS)
def test_everything_else_stays(text):
    assert neutral(text) == canonical(text) == original(text) == text


@pytest.mark.parametrize("text", ["=1+1", "-1+1", " =1", '"=1', "+5", "＝1"])
def test_the_canonical_form_leaves_formulas_alone(text):
    assert canonical(text) == original(text) == text


def test_which_characters_may_stand_before_a_formula():
    characters = [chr(point) for point in range(0x10000) if not 0xD800 <= point < 0xE000]
    passed_over = {text for text in characters if neutral(f"{text}=x") != f"{text}=x"}
    assert passed_over == {*filter(str.isspace, characters), *"'\"“”‘’＂＇=+-@＝＋－＠"}


def test_an_apostrophe_of_one_s_own_is_kept_apart():
    assert neutral("'=x") == canonical("'=x") == "''=x"
    assert original("'=x") == "=x"


@given(TEXTS)
@example("'=x")
@example("''=x")
@example("'\t")
@example("'-5")
def test_every_text_comes_back_from_both_forms(text):
    assert original(neutral(text)) == text
    assert original(canonical(text)) == text


@given(TEXTS)
def test_nothing_is_left_that_a_spreadsheet_would_run(text):
    cell = neutral(text)
    assert not cell.startswith(tuple("=+-@＝＋－＠\t\r\n")) or is_negative_number(cell)


@given(TEXTS)
def test_only_texts_that_start_with_an_apostrophe_look_different_in_the_canonical_form(text):
    assert canonical(text) == text or text.startswith("'")


def is_negative_number(cell):
    return cell.startswith("-") and cell == f"{float(cell):.{len(cell.partition('.')[2])}f}"
