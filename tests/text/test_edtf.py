import calendar
from datetime import date

import pytest
from edtf import parse_edtf
from hypothesis import given
from hypothesis import strategies as st

from research.text.edtf import describe, parse

TYPED = {
    "２０１４": "2014",
    " 2014 年 ": "2014",
    "上世纪70年代": "197X",
    "上世纪七十年代": "197X",
    "20世纪70年代": "197X",
    "1970年代": "197X",
    "1970s": "197X",
    "20世纪": "19XX",
    "二十世纪": "19XX",
    "上世纪": "19XX",
    "19xx": "19XX",
    "2000年左右": "2000~",
    "约2000年": "2000~",
    "大约2000年": "2000~",
    "2000年前后": "2000~",
    "c. 2000": "2000~",
    "2000年代": "200X",
    "2014年（存疑）": "2014?",
    "2015年4月": "2015-04",
    "2018 年11月26日": "2018-11-26",
    "2015.4.3": "2015-04-03",
    "2018/11/26": "2018-11-26",
    "2018/4": "2018-04",
    "2018-4-3": "2018-04-03",
    "20181126": "2018-11-26",
    "26 November 2018": "2018-11-26",
    "Nov 26, 2018": "2018-11-26",
    "2018年春": "2018-21",
    "2018年夏天": "2018-22",
    "2018年秋季": "2018-23",
    "winter 2018": "2018-24",
    "2015年4月至6月": "2015-04/2015-06",
    "2015年4月—2015年6月": "2015-04/2015-06",
    "2018年11月26日至28日": "2018-11-26/2018-11-28",
    "上世纪70年代至80年代": "197X/198X",
    "2015-2018": "2015/2018",
    "2000～2010年": "2000/2010",
    "October 2015 to June 2016": "2015-10/2016-06",
    "2018年第三季度": "2018-07/2018-09",
    "2018 Q4": "2018-10/2018-12",
    "2018年上半年": "2018-01/2018-06",
    "2014年至今": "2014/..",
    "2014年以来": "2014/..",
    "至2014年": "../2014",
}


@pytest.mark.parametrize(("typed", "value"), TYPED.items())
def test_reads_what_people_type(typed, value):
    assert parse(typed).value == value


@pytest.mark.parametrize(
    "value",
    [
        "2014",
        "2015-04",
        "2018-11-26",
        "197X",
        "19XX",
        "2018-21",
        "2018-24",
        "2014?",
        "2000~",
        "2000%",
        "197X~",
        "2015-04/2015-06",
        "2004?/2006~",
        "2012-02-29",
        "0800",
        "9999",
    ],
)
def test_bounds_are_those_of_the_edtf_package(value):
    oracle = parse_edtf(value)
    edtf = parse(value)
    assert edtf.value == value
    assert edtf.earliest == date(*oracle.lower_strict()[:3])
    assert edtf.latest == date(*oracle.upper_strict()[:3])


def test_open_ends_reach_to_the_ends_of_the_calendar():
    assert parse("../2014").earliest == date.min
    assert parse("../2014").latest == date(2014, 12, 31)
    assert parse("2014/..").earliest == date(2014, 1, 1)
    assert parse("2014/..").latest == date.max


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nonsense",
        "0",
        "0000",
        "000X",
        "00XX",
        "0世纪",
        "70年代",
        "1975年代",
        "190912",
        "2018-00",
        "2018-13",
        "2018-02-30",
        "2019-02-29",
        "2018/21",
        "2018-11-26T10:00",
        "2015-06/2015-04",
        "2015/2014",
        "../..",
        "..",
        "/",
        "2014/",
        "/2014",
        "2013/2014/2015",
        "~",
        "c.",
        "2018??-04",
        "20 18x",
        "２０１８年１３月",
        "١٩٩٠",
    ],
)
def test_refuses_with_a_message_that_helps(text):
    with pytest.raises(ValueError, match=r"20\d\d") as refused:
        parse(text)
    assert len(str(refused.value)) < 400


def test_the_message_names_what_was_wrong():
    with pytest.raises(ValueError, match="2018-02-30"):
        parse("2018年2月30日")
    with pytest.raises(ValueError, match="2015-06/2015-04"):
        parse("2015年6月至4月")
    with pytest.raises(ValueError, match="someday"):
        parse(" someday ")
    with pytest.raises(ValueError, match=r"“x{100}”"):
        parse("x" * 100_000)


IN_WORDS = [
    ("197X", "20世纪70年代", "1970s"),
    ("200X", "2000年代", "2000s"),
    ("19XX", "20世纪", "20th century"),
    ("20XX", "21世纪", "21st century"),
    ("2000~", "2000年左右", "c. 2000"),
    ("2014", "2014年", "2014"),
    ("2015-04", "2015年4月", "April 2015"),
    ("2018-11-26", "2018年11月26日", "26 November 2018"),
    ("2018-21", "2018年春", "spring 2018"),
    ("2015-04/2015-06", "2015年4月至2015年6月", "April 2015 – June 2015"),
    ("2014?", "2014年（存疑）", "2014 (uncertain)"),
    ("2000%", "2000年左右（存疑）", "c. 2000 (uncertain)"),
    ("2014/..", "2014年起", "from 2014"),
    ("../2014", "至2014年", "until 2014"),
    ("", "", ""),
    ("no date", "no date", "no date"),
]


@pytest.mark.parametrize(("value", "chinese", "english"), IN_WORDS)
def test_describes_for_people(value, chinese, english):
    assert describe(value, "zh-hans") == chinese
    assert describe(value, "en-gb") == english


def _day(year, month, day):
    return f"{year:04}-{month:02}-{min(day, calendar.monthrange(year, month)[1]):02}"


years = st.integers(1000, 9999)
months = st.integers(1, 12)
plain_dates = st.one_of(
    years.map(str),
    st.builds("{:04}-{:02}".format, years, months),
    st.builds("{:04}-{}".format, years, st.integers(21, 24)),
    st.builds(_day, years, months, st.integers(1, 31)),
    st.integers(100, 999).map("{}X".format),
    st.integers(10, 99).map("{}XX".format),
)
dates = st.builds(str.__add__, plain_dates, st.sampled_from(["", "?", "~", "%"]))
intervals = (
    st.tuples(dates, dates).map(lambda ends: sorted(ends, key=lambda end: parse(end).earliest)).map("/".join)
)
values = st.one_of(dates, intervals, dates.map("../{}".format), dates.map("{}/..".format))


@given(values)
def test_canonical_values_stay_as_they_are(value):
    edtf = parse(value)
    assert edtf.value == value
    assert edtf.earliest <= edtf.latest


@given(values, st.sampled_from(["zh-hans", "en"]))
def test_what_people_read_can_be_typed_again(value, language):
    assert parse(describe(value, language)) == parse(value)


@given(plain_dates)
def test_bounds_agree_with_the_edtf_package(value):
    oracle = parse_edtf(value)
    assert parse(value).earliest == date(*oracle.lower_strict()[:3])
    assert parse(value).latest == date(*oracle.upper_strict()[:3])


@given(st.one_of(st.text(), st.text(alphabet="0123456789年月日上本世纪约左右至—-/.~?%X春 ", max_size=20)))
def test_any_text_is_refused_or_read_once_and_for_all(text):
    try:
        edtf = parse(text)
    except ValueError:
        return
    assert parse(edtf.value) == edtf
