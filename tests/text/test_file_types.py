"""What a file is, by its content, and what it may be called."""

import codecs

import pytest

from research.text.file_types import (
    EPUB,
    HTML,
    HTML_ELSE,
    JPEG,
    LONGEST_NAME,
    MHTML,
    PDF,
    PNG,
    TEXTS,
    TYPES,
    WEBP,
    FileType,
    Recogniser,
    Unfit,
    clean_name,
    fitting_name,
)

UTF_8, UTF_16, GB = TEXTS["utf-8"], TEXTS["utf-16"], TEXTS["gb18030"]
BLINK = (
    b"From: <Saved by Blink>\r\nSubject: =?utf-8?Q?=E4=BA=91?=\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: multipart/related;\r\n\ttype="text/html";\r\n\tboundary="--x"\r\n\r\n----x\r\n'
)


def recognise(data: bytes, step: int = 0) -> FileType:
    found = Recogniser()
    for start in range(0, len(data), step or len(data) or 1):
        found.feed(data[start : start + (step or len(data))])
    return found.result()


@pytest.mark.parametrize("step", [0, 1, 7])
@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<</Type/Catalog>>", PDF),
        (b"\r\n %PDF-1.4\n", PDF),
        (b"\xef\xbb\xbf%PDF-1.4\n", PDF),
        (b"%PDF-1.6\n1 0 obj <</Encrypt 5 0 R>>", PDF),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", PNG),
        (b"\xff\xd8\xff\xe0\0\x10JFIF\0", JPEG),
        (b"RIFF\x24\0\0\0WEBPVP8 ", WEBP),
        (b"PK\x03\x04" + b"\0" * 26 + b"mimetypeapplication/epub+zipPK", EPUB),
        (b"<!DOCTYPE html><html><title>x</title>", HTML),
        (b"\xef\xbb\xbf\r\n<HTML lang=zh>", HTML),
        (b'<?xml version="1.0"?>\n<!-- saved -->\n<html xmlns="http://www.w3.org/1999/xhtml">', HTML),
        (b"<!-- saved from url=(0014)about:internet -->\r\n<html>", HTML),
        (b"<script>alert(1)</script>", HTML),
        (b"<!-- no more than this -->", HTML),
        (codecs.BOM_UTF16_LE + "<!doctype html><p>云".encode("utf-16-le"), HTML_ELSE),
        ("<html><meta charset=gbk><p>产业互联网".encode("gb18030"), HTML_ELSE),
        (BLINK, MHTML),
        (b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n", MHTML),
        ("产业互联网，a < b".encode(), UTF_8),
        (b"From: somebody\n\nA letter, not an archive.", UTF_8),
        (b"plain", UTF_8),
        ("产业互联网".encode("gb18030"), GB),
        (codecs.BOM_UTF16_BE + "产业互联网".encode("utf-16-be"), UTF_16),
    ],
)
def test_it_is_what_stands_in_it(data, kind, step):
    assert recognise(data, step) is kind


def test_a_text_is_read_to_its_end():
    text = "云" * 50_000
    assert recognise(text.encode(), 1000) is UTF_8
    with pytest.raises(Unfit):
        recognise(text.encode() + b"\0", 1000)
    assert recognise(text.encode("gb18030"), 999) is GB


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "."),
        (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)">', "SVG"),
        (b'<?xml version="1.0"?><!-- x --><svg>', "SVG"),
        (b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "x"><svg>', "SVG"),
        (b"%PDF-1.4\n<html><script>alert(1)</script>", "PDF"),
        (b"%PDF-1.4\n<!DOCTYPE html >", "PDF"),
        (b"MZ\x90\0\x03", "PDF"),
        (b"\x7fELF\x02", "PDF"),
        (b"PK\x03\x04" + b"\0" * 26 + b"[Content_Types].xml", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "PDF"),
        (b"GIF89a\x01\0", "PDF"),
        (b"\xff\xff\xff", "PDF"),
    ],
)
def test_what_is_not_kept_is_said(data, word):
    with pytest.raises(Unfit, match=word):
        recognise(data)


def test_a_page_that_holds_a_pdf_is_a_page():
    """It is served as one then, in a sandbox."""
    assert recognise(b"<html><script>alert(1)</script>\n%PDF-1.4") is HTML


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("白皮书.pdf", "白皮书.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\liu\\白皮书.pdf", "白皮书.pdf"),
        ("..", ""),
        (".htaccess", "htaccess"),
        ("a\x00b\x07.pdf", "ab.pdf"),
        ("白\u202efdp.exe", "白fdp.exe"),
        ("a\u200b\ufeff\u2066b.pdf", "ab.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "a Set-Cookie: x.pdf"),
        ("a\ud800b.pdf", "ab.pdf"),
        ("  a \u3000 b . ", "a b"),
        ("e\u0301.pdf", "\u00e9.pdf"),
    ],
)
def test_a_name_is_cleaned(name, clean):
    assert clean_name(name) == clean


@pytest.mark.parametrize(
    ("name", "kind", "fitting"),
    [
        ("白皮书.PDF", PDF, "白皮书.pdf"),
        ("白皮书", PDF, "白皮书.pdf"),
        ("白皮书v1.2", PDF, "白皮书v1.2.pdf"),
        ("", HTML, "file.html"),
        (".pdf", PDF, "pdf.pdf"),
        ("页面.mht", MHTML, "页面.mht"),
        ("x.JPEG", JPEG, "x.jpeg"),
        ("云" * 300 + ".pdf", PDF, "云" * (LONGEST_NAME - 4) + ".pdf"),
        ("云" * 300, GB, "云" * (LONGEST_NAME - 4) + ".txt"),
    ],
)
def test_a_name_gets_its_ending(name, kind, fitting):
    assert fitting_name(name, kind) == fitting
    assert fitting_name(fitting, kind) == fitting


@pytest.mark.parametrize(
    ("name", "kind"), [("a.pdf", HTML), ("a.html", PDF), ("a.exe", UTF_8), ("图.png", JPEG), ("a.svg", HTML)]
)
def test_a_name_that_belies_its_file_is_refused(name, kind):
    with pytest.raises(Unfit, match=kind.endings[0].replace(".", r"\.")):
        fitting_name(name, kind)


def test_every_type_is_known_by_its_content_type():
    assert {kind.content_type for kind in TYPES.values()} == set(TYPES)
