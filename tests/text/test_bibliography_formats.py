"""Telling formats apart, and what reading does for all of them."""

import pytest
from django.utils.translation import override

from research.text.bibliography import FORMATS, detect, read, write
from tests.text.bibliographies import bad, entries, good, needs_samples, sample


class TestDetect:
    @pytest.mark.parametrize(
        ("text", "format"),
        [
            ("@book{a, title={x}}", "bibtex"),
            ("% Encoding: UTF-8\n\n@Comment{jabref}\n  @article (a,", "bibtex"),
            ("\ufeffTY  - JOUR\n", "ris"),
            ("Record #1\nProvider: P\nTY  - JOUR\n", "ris"),
            ("TY - JOUR\n", "ris"),
            ("FN x\nVR 1.0\nPT J\nAU A\n", "ris"),
            ('[{"id": 1}]', "csl-json"),
            ('{"items": []}', "csl-json"),
            ("[]", "csl-json"),
            ("{Reference Type}: Book", "noteexpress"),
            ("{Reference Type}：Book", "noteexpress"),
            ("%0 Journal Article\n%A x", "endnote"),
            ("RT Journal Article\nSR 1", "refworks"),
            ("TY  - JOUR\nAB  - see\n@book{a, title={x}}\nER  - ", "ris"),
            ("a,b\n1,2\n", ""),
            ("<html>TY - x</html>", ""),
            ("", ""),
        ],
    )
    def test_by_content(self, text: str, format: str) -> None:
        assert detect(text, "export.txt") == format

    @pytest.mark.parametrize(
        ("name", "format"),
        [
            ("a.BIB", "bibtex"),
            ("a.ris", "ris"),
            ("a.net", "noteexpress"),
            ("a.enw", "endnote"),
            ("a.csv", ""),
        ],
    )
    def test_by_name_where_the_content_does_not_tell(self, name: str, format: str) -> None:
        assert detect("nothing", name) == format

    @needs_samples
    @pytest.mark.parametrize(
        ("name", "format"),
        [
            ("bibtex-thesis/refs.bib", "bibtex"),
            ("bibtex-chinese-names/Split CJK names #2624.biblatex", "bibtex"),
            ("ris-quirks/example_bom.ris", "ris"),
            ("ris-quirks/example_extraneous_data.ris", "ris"),
            ("csl-json-gbt7714/items.json", "csl-json"),
            ("cnki-noteexpress-with-bibtex/ChineseColon.net", "noteexpress"),
        ],
    )
    def test_samples(self, name: str, format: str) -> None:
        assert detect(sample(name), "export.txt") == format


class TestReading:
    @pytest.mark.parametrize("format", FORMATS)
    @pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "<!doctype html><p>x", "\0", "\ufeff"])
    def test_a_text_of_another_kind_is_one_problem(self, text: str, format: str) -> None:
        found = entries(text, format)
        assert len(bad(found)) == len(found) == 1

    def test_problems_are_in_the_reader_s_language(self) -> None:
        with override("en"):
            assert "BibTeX" in entries("", "bibtex")[0].problem

    def test_lines_end_as_on_any_system(self) -> None:
        text = "@book{a,\n title={x\n y}}\n@book{b, title={z}}"
        for end in ("\r\n", "\r"):
            found = entries(text.replace("\n", end), "bibtex")
            assert [(entry.line, entry.row["title"]) for entry in found] == [(1, "x y"), (4, "z")]

    def test_an_unknown_format_is_an_error(self) -> None:
        with pytest.raises(KeyError):
            next(read("", "word"))

    @pytest.mark.parametrize("format", ["noteexpress", "endnote", "refworks"])
    def test_what_cnki_has_is_not_written(self, format: str) -> None:
        with pytest.raises(KeyError):
            write([], format)

    def test_twenty_thousand_entries_of_one_author_get_their_keys(self) -> None:
        text = "TY  - JOUR\nAU  - A, B\nTI  - T\nER  - \n" * 2_000
        assert len({found["id"] for found in good(entries(text, "ris"))}) == 2_000

    def test_given_keys_come_before_those_found(self) -> None:
        text = "TY  - JOUR\nAU  - A, B\nTI  - T\nER  - \nTY  - JOUR\nID  - a\nTI  - T\nER  - \n"
        assert [found["id"] for found in good(entries(text, "ris"))] == ["ab", "a"]
