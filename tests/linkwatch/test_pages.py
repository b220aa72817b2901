"""A page's title, from as little of the page as is needed."""

import gzip

import pytest

from research.linkwatch.pages import TitleReader, unpacked


def title_of(page, content_type="text/html"):
    reader = TitleReader(content_type)
    data = page if isinstance(page, bytes) else page.encode()
    for place in range(0, len(data), 7):  # pieces that cut every tag
        reader.feed(data[place : place + 7])
    return reader.title()


@pytest.mark.parametrize(
    ("page", "title"),
    [
        ("<title>产业互联网</title>", "产业互联网"),
        ("<html><head>\n<TITLE\nlang=zh> 阿里\n\t 腾讯 </TITLE >", "阿里 腾讯"),
        ("<title>A &amp; B &#x4e91; &lt;b&gt; &nosuch;</title>", "A & B 云 <b> &nosuch;"),
        ("<title>零\x00宽\u200b度\u202e</title>", "零 宽 度"),
        ("<!-- <title>no</title> --><title>真</title>", "真"),
        ("<script>var x = '<title>no</title>'</script><title>真</title>", "真"),
        ("<style>/* <title> */</style><title>真</title>", "真"),
        ("<svg><title>图</title></svg><title>真</title>", "真"),
        ("<titles>no</titles><title>真</title>", "真"),
        ("<title>一</title><title>二</title>", "一"),
        ("<title>没完", "没完"),
        ("<title", ""),
        ("<!-- <title>没完</title>", ""),
        ("<body><title>太晚</title>", ""),
        ("", ""),
        ("<title></title>", ""),
    ],
)
def test_the_title_is_text(page, title):
    assert title_of(page) == title


def test_a_long_one_is_cut():
    assert title_of("<title>" + "长" * 5000 + "</title>") == "长" * 500
    assert title_of("<title>" + "x" * 50_000) == "x" * 500


@pytest.mark.parametrize(
    ("charset", "content_type"),
    [
        ("utf-8", "text/html; charset=UTF-8"),
        ("gbk", 'text/html; charset="GB2312"'),
        ("gb18030", "text/html"),
        ("big5", "text/html; charset=big5"),
        ("utf-8-sig", "text/html; charset=gbk"),
        ("utf-16", "text/html; charset=utf-8"),
        ("gbk", "text/html; charset=utf-8"),
        ("utf-8", "text/html; charset=no-such"),
    ],
)
def test_the_charset_is_what_is_named_if_that_fits(charset, content_type):
    assert title_of("<title>消費者</title>".encode(charset), content_type) == "消費者"


def test_no_more_is_asked_for_than_is_needed():
    reader = TitleReader("text/html")
    reader.feed(b"<title>x")
    assert not reader.done
    reader.feed(b"</title>")
    assert reader.done


def test_what_is_packed_small_does_not_grow_large():
    bomb = gzip.compress(b" " * 50_000_000)
    assert sum(map(len, unpacked([bomb], "gzip", 2_000_000))) == 2_000_000
    assert b"".join(unpacked([b"ab", b"c"], "", 2)) == b"abc"
    assert b"".join(unpacked([b"\x00"], "br", 10)) == b""
