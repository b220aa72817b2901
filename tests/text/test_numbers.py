from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from research.text.numbers import describe_quantity, parse_quantity

TYPED = {
    "45.5": "45.5",
    "45.50": "45.5",
    "8,000": "8000",
    "８，０００": "8000",
    "8 000": "8000",
    ">8000": ">8000",
    "＞ 8000": ">8000",
    "≥8000": ">=8000",
    "≤ 8000": "<=8000",
    "8000+": ">=8000",
    "超过8000": ">8000",
    "不超过8000": "<=8000",
    "不到8000": "<8000",
    "至少 8,000": ">=8000",
    "约8000": "~8000",
    "~8000": "~8000",
    "8000左右": "~8000",
    "1000多万": ">10000000",
    "more than 8,000": ">8000",
    "8万": "80000",
    "6,700万": "67000000",
    "1.2亿": "120000000",
    "1.2个亿": "120000000",
    "-1.2亿": "-120000000",
    "−1.2": "-1.2",
    "10亿": "1000000000",
    "1.2 billion": "1200000000",
    ".5": "0.5",
    "-0": "0",
    "1e6": "1000000",
    "1e18": "1000000000000000000",
    "9999999999999999999.999999": "9999999999999999999.999999",
}


@pytest.mark.parametrize(("typed", "value"), TYPED.items())
def test_reads_what_people_type(typed, value):
    quantity = parse_quantity(typed)
    assert quantity.value == value
    assert quantity.bound == value.rstrip("-.0123456789")
    assert quantity.number == Decimal(value[len(quantity.bound) :])


@pytest.mark.parametrize(
    ("typed", "unit", "value"),
    [
        ("45.5%", "%", "45.5"),
        ("45.5％", "%", "45.5"),
        ("超过8000家", "家", ">8000"),
        ("-1.2 亿元", "元", "-120000000"),
    ],
)
def test_drops_its_unit(typed, unit, value):
    assert parse_quantity(typed, unit).value == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "%",
        "万",
        "NaN",
        "sNaN",
        "Infinity",
        "-inf",
        "1e19",
        "1e999",
        "1e9999",
        "0.0000001",
        "1e-7",
        "9" * 20,
        "1" * 100,
        "8,00",
        "1.2.3",
        "45,5",
        "10~15",
        "10-15",
        "45.5%",
        "8000家",
        "超过8000以下",
        "١٢",
        "0x10",
        "1_000",
        "--1",
        "1万万",
    ],
)
def test_refuses_with_a_message_that_helps(text):
    with pytest.raises(ValueError, match=r"[0-9]") as refused:
        parse_quantity(text)
    assert len(str(refused.value)) < 300


def test_a_per_cent_sign_needs_the_unit():
    with pytest.raises(ValueError, match="“45\\.5%”"):
        parse_quantity("45.5%", "元")


@pytest.mark.parametrize(
    ("value", "unit", "chinese", "english"),
    [
        (">8000", "家", "超过 8,000 家", "more than 8,000 家"),
        (">=8000", "家", "至少 8,000 家", "at least 8,000 家"),
        ("~1000000000", "人", "约 10 亿人", "about 1,000,000,000 人"),
        ("4500000000", "元", "45 亿元", "4,500,000,000 元"),
        ("-120000000", "元", "−1.2 亿元", "−120,000,000 元"),
        ("67000000", "人", "6,700 万人", "67,000,000 人"),
        ("10000", "", "1 万", "10,000"),
        ("9999", "元", "9,999 元", "9,999 元"),
        ("12345678.9", "元", "12,345,678.9 元", "12,345,678.9 元"),
        ("45.5", "%", "45.5%", "45.5%"),
        ("12000", "%", "12,000%", "12,000%"),
        ("120000", "万元", "120,000 万元", "120,000 万元"),
        ("120000", "GB", "12 万 GB", "120,000 GB"),
        ("100", "倍", "100 倍", "100 倍"),
        ("", "元", "", ""),
        ("no number", "元", "no number", "no number"),
    ],
)
def test_describes_for_people(value, unit, chinese, english):
    assert describe_quantity(value, unit, "zh-hans") == chinese
    assert describe_quantity(value, unit, "en") == english


numbers = st.decimals(-(10**19) + 1, 10**19 - 1, allow_nan=False, allow_infinity=False, places=6)
bounds = st.sampled_from(["", ">", ">=", "<", "<=", "~"])


@given(bounds, numbers)
def test_canonical_values_stay_as_they_are(bound, number):
    quantity = parse_quantity(f"{bound}{number:f}")
    assert quantity.number == number
    assert parse_quantity(quantity.value) == quantity


@given(bounds, numbers, st.sampled_from(["zh-hans", "en"]), st.sampled_from(["", "元", "%", "GB"]))
def test_what_people_read_can_be_typed_again(bound, number, language, unit):
    quantity = parse_quantity(f"{bound}{number:f}")
    assert parse_quantity(describe_quantity(quantity.value, unit, language), unit) == quantity


@given(st.one_of(st.text(), st.text(alphabet="0123456789.,+-eE><=~约超过多万亿% ", max_size=20)))
def test_any_text_is_refused_or_read_once_and_for_all(text):
    try:
        quantity = parse_quantity(text)
    except ValueError:
        return
    assert parse_quantity(quantity.value) == quantity


@pytest.mark.parametrize(
    ("value", "language", "words"),
    [
        ("1", "zh-hans", "第 1 位"),
        ("<=3", "zh-hans", "前 3 位"),
        ("1", "en", "no. 1 位"),
        ("<=3", "en", "top 3 位"),
    ],
)
def test_a_rank_reads_as_a_rank(value, language, words):
    assert describe_quantity(value, "位", language) == words
