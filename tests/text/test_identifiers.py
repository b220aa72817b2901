"""What an identifier is by its form, and those that stand in a text."""

import pytest

from research.text.bibliography.identifiers import (
    bare_doi,
    dois_in,
    identifier_in,
    isbn_13,
    isbns_in,
    kind_of,
)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("10.13224/j.cnki.jasp.2016.10.015", "DOI"),
        ("978-7-302-58978-5", "ISBN"),
        ("7-302-58978-5", "number"),
        ("0-306-40615-2", "ISBN"),
        ("9780306406157", "ISBN"),
        ("9780306406158", "number"),
        ("GB/T 7714-2015", "number"),
        ("https://doi.org/10.1000/182", "number"),
        ("1003-8477", "number"),
    ],
)
def test_an_identifier_is_told_by_its_form(text: str, kind: str) -> None:
    assert kind_of(text) == kind


@pytest.mark.parametrize(
    "text",
    ["https://doi.org/10.1000/182", "doi: 10.1000/182", "https://www.doi.org/10.1000/182", "10.1000/182"],
)
def test_a_doi_is_bared(text: str) -> None:
    assert bare_doi(text) == "10.1000/182"
    assert bare_doi("无") == "无"


def test_a_doi_may_say_doi_itself() -> None:
    assert bare_doi("10.1000/doi:5") == "10.1000/doi:5"


@pytest.mark.parametrize(
    ("isbn", "digits"),
    [
        ("7-111-54742-0", "9787111547426"),
        ("0-8044-2957-X", "9780804429573"),
        ("978 0 306 40615 7", "9780306406157"),
    ],
)
def test_an_isbn_has_thirteen_digits(isbn, digits):
    assert isbn_13(isbn) == digits


@pytest.mark.parametrize(
    ("text", "isbns"),
    [
        ("978-0-306-40615-7, 0-306-40615-2", ["9780306406157", "9780306406157"]),
        ("ISBN：978‐0‐306‐40615‐7", ["9780306406157"]),
        ("978-0-306-40615-8", []),
        ("CN201810123456789", []),
        ("13800138000", []),
    ],
)
def test_isbns_are_told_by_their_check_digit(text, isbns):
    assert isbns_in(text) == isbns


@pytest.mark.parametrize(
    ("text", "dois"),
    [
        ("10.1002/(SICI)1097(98)49:8<693::A>3.0.CO;2-O", ["10.1002/(sici)1097(98)49:8<693::a>3.0.co;2-o"]),
        ("https://doi.org/10.1000/a%2Fb", ["10.1000/a/b"]),
        ("见 10.1000/abc，另见 10.1000/def。", ["10.1000/abc", "10.1000/def"]),
        ("10.1000", []),
        ("", []),
    ],
)
def test_dois_are_found(text, dois):
    assert dois_in(text) == dois


@pytest.mark.parametrize(
    ("text", "identifier"),
    [
        ("刘松. 云计算. https://doi.org/10.1000/abc.", "10.1000/abc"),
        ("书，ISBN：978-7-111-54742-6", "978-7-111-54742-6"),
        ("电话 13800138000", ""),
    ],
)
def test_an_identifier_is_found_in_a_line(text, identifier):
    assert identifier_in(text) == identifier
