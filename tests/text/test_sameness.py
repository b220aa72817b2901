import pytest
from hypothesis import given
from hypothesis import strategies as st

from research.text.bibliography.sameness import (
    firm_marks,
    marks_of,
    reasons,
    same_url,
    year_of,
)


def work(title, issued="", authors="", **more):
    return {"title": title, "issued": issued, "authors": authors, **more}


WHITE_PAPER = "产业互联网白皮书"


def why(one, other):
    found = reasons(marks_of(one), marks_of(other))
    assert found == reasons(marks_of(other), marks_of(one))
    assert bool(found) <= bool({*marks_of(one).all} & {*marks_of(other).all}), "they would not be compared"
    return found


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ({"identifier": "10.1000/ABC"}, {"identifier": "https://doi.org/10.1000/abc"}, ["doi"]),
        ({"identifier": "doi: 10.1000/abc"}, {"url": "http://dx.doi.org/10.1000/abc"}, ["doi"]),
        ({"identifier": "10.1000/abc"}, {"extra": "volume: 3\nDOI: 10.1000/abc"}, ["doi"]),
        ({"identifier": "10.1016/S0140-6736(05)71"}, {"extra": "doi: 10.1016/s0140-6736(05)71"}, ["doi"]),
        ({"identifier": "ISBN 978-7-111-54742-6"}, {"identifier": "9787111547426"}, ["isbn"]),
        ({"identifier": "0-306-40615-2"}, {"extra": "ISBN: 978-0-306-40615-7"}, ["isbn"]),
        ({"identifier": "GB/T 7714—2015"}, {"identifier": "GB/T7714-2015"}, ["identifier"]),
        ({"url": "https://www.a.cn/b/?utm_source=x#top"}, {"url": "http://A.cn:80/b"}, ["url"]),
        (work(WHITE_PAPER, "2018-05"), work("产业互联网 白皮书", "2018"), ["title"]),
        (
            work("A Mathematical Theory of Communication", "1948", "Shannon, C. E."),
            work("A mathematical theory of communication.", "1948-07", "Claude Shannon"),
            ["title"],
        ),
        (work("前言", "2018", "刘松"), work("前言", "2018", "刘, 松"), ["title"]),
        (
            work(WHITE_PAPER, "2018", identifier="10.1000/abc", url="https://a.cn/b"),
            work(WHITE_PAPER, "2018", identifier="10.1000/abc", url="https://a.cn/b"),
            ["doi", "url", "title"],
        ),
    ],
)
def test_what_seems_to_be_the_same(one, other, expected):
    assert why(one, other) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({}, {}),
        (work("白皮书", "2018"), work("白皮书", "2018")),
        (work("前言", "2018", "刘松"), work("前言", "2018")),
        (work("Introduction", "2018"), work("Introduction", "2018")),
        (work(WHITE_PAPER, "2018"), work(WHITE_PAPER, "2019")),
        (work(WHITE_PAPER, "2018"), {"title": WHITE_PAPER}),
        ({"title": WHITE_PAPER}, {"title": WHITE_PAPER}),
        (
            work(WHITE_PAPER, "2018", "腾讯研究院"),
            work(WHITE_PAPER, "2018", "阿里研究院"),
        ),
        (
            work("A Theory of Platforms", "2018", "Zhang, Wei"),
            work("A Theory of Platforms", "2018", "Wang, Wei"),
        ),
        (
            work(WHITE_PAPER, "2018", identifier="10.1000/a"),
            work(WHITE_PAPER, "2018", identifier="10.1000/b"),
        ),
        ({"kind": "chapter", "identifier": "9787111547426"}, {"kind": "book", "identifier": "9787111547426"}),
        ({"identifier": "ISSN 1000-1234"}, {"identifier": "ISSN 1000-1234"}),
        ({"identifier": "1000-123X"}, {"identifier": "1000-123X"}),
        ({"identifier": "CN 11-1234/G3"}, {"identifier": "CN 11-1234/G3"}),
        ({"identifier": "12"}, {"identifier": "12"}),
        ({"identifier": "内部资料"}, {"identifier": "内部资料"}),
        ({"url": "https://a.cn/b?id=1"}, {"url": "https://a.cn/b?id=2"}),
        ({"url": "https://a.cn/B"}, {"url": "https://a.cn/b"}),
        ({"url": "https://a.cn:8080/b"}, {"url": "https://a.cn/b"}),
        ({"url": "https://a.cn/#/b"}, {"url": "https://a.cn/#/c"}),
        ({"key": "A", "title": "x"}, {"key": "a", "title": "x"}),
    ],
)
def test_what_does_not(one, other):
    assert why(one, other) == []


@pytest.mark.parametrize(
    ("url", "same"),
    [
        ("https://www.a.cn/", "a.cn"),
        ("HTTP://A.CN:80/x/", "a.cn/x"),
        ("https://a.cn/x?a=1&utm_medium=y&b=2&spm=a2c.1&fbclid=z#part", "a.cn/x?a=1&b=2"),
        ("https://a.cn/%e4%ba%91/%7ex", "a.cn/%E4%BA%91/~x"),
        ("https://a.cn/云/~x", "a.cn/%E4%BA%91/~x"),
        ("https://a.cn:443/x?", "a.cn/x"),
        ("https://a.cn/#!/x", "a.cn#!/x"),
        ("https://a.cn/a%2Fb", "a.cn/a%2Fb"),
        ("https://[::1", "https://[::1"),
        ("https://a.cn:x/", "https://a.cn:x/"),
    ],
)
def test_addresses_are_compared_by_what_matters(url, same):
    assert same_url(url) == same


@given(st.text(max_size=30), st.sampled_from(["http://", "https://", "https://www."]))
def test_any_address_can_be_compared_again(path, start):
    once = same_url(f"{start}a.cn/{path}")
    if once.startswith("a.cn"):
        assert same_url(f"https://{once}") == once


@pytest.mark.parametrize(
    ("issued", "year"),
    [
        ("2018", "2018"),
        ("2018-05-01", "2018"),
        ("2015-04/2016-06", "2015"),
        ("2000~", "2000"),
        ("-0044", "-0044"),
        *(("197X", ""), ("", ""), ("..", ""), ("20181", "")),
    ],
)
def test_the_year_is_that_in_which_a_date_begins(issued, year):
    assert year_of(issued) == year


@given(
    st.dictionaries(
        st.sampled_from(["title", "authors", "issued", "url", "identifier", "extra", "kind"]),
        st.text(max_size=40),
    )
)
def test_any_row_can_be_read_and_is_like_itself(row):
    marks = marks_of(row)
    assert set(firm_marks(row)) == marks.firm
    assert bool(reasons(marks, marks)) >= bool(marks.firm)
