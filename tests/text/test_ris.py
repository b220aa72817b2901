"""RIS, as the standard has it, as CNKI writes it, and as it is broken."""

import re
from typing import Any

import pytest
import rispy
from hypothesis import given, settings
from hypothesis import strategies as st

from research.text.bibliography import write
from research.text.bibliography.ris_tags import TYPES, WRITTEN
from research.text.bibliography.variables import TYPES as CSL_TYPES
from tests.text.bibliographies import (
    assert_comes_back,
    assert_rows_come_back,
    bad,
    entries,
    good,
    item,
    needs_samples,
    sample,
)
from tests.text.test_bibliography_rows import ROWS

ARTICLE = """TY  - JOUR
AU  - Shannon,Claude E.
A1  - 刘松
A2  - van der Merwe, Karen
PY  - 1948/07//
TI  - A Mathematical Theory
      of Communication
JF  - Bell System Technical Journal
JA  - BSTJ
SP  - 379
EP  - 423
VL  - 27
IS  - 3
KW  - entropy
KW  - 信息论; bits
DO  - doi:10.1000/182
SN  - 0005-8580
UR  - http://example.com; http://www.example.com
AB  - first line
      second line
C8  - unknown
C8  - twice
ER  -
"""


def record(lines: str, kind: str = "JOUR") -> dict[str, Any]:
    return item(f"TY  - {kind}\nTI  - T\n{lines}\nER  - \n", "ris")


class TestReading:
    def test_a_record_becomes_an_item(self) -> None:
        (entry,) = entries(ARTICLE, "ris")
        assert entry.generated_key
        assert entry.notes == []
        assert entry.item == {
            "id": "shannon1948",
            "type": "article-journal",
            "author": [{"family": "Shannon", "given": "Claude E."}, {"literal": "刘松"}],
            "editor": [{"non-dropping-particle": "van der", "family": "Merwe", "given": "Karen"}],
            "issued": {"date-parts": [[1948, 7]]},
            "title": "A Mathematical Theory of Communication",
            "container-title": "Bell System Technical Journal",
            "container-title-short": "BSTJ",
            "page": "379-423",
            "volume": "27",
            "issue": "3",
            "keyword": "entropy; 信息论; bits",
            "DOI": "10.1000/182",
            "ISSN": "0005-8580",
            "URL": "http://example.com",
            "abstract": "first line\nsecond line",
            "custom": {"ris.UR": "http://www.example.com", "ris.C8": "unknown\ntwice"},
        }

    def test_cnki_writes_one_space(self) -> None:
        text = """TY - JOUR
T1 - 黄瓜再生
A1 - 薛婉钰
A1 - 刘娜;苑鑫
A1 - 张三,李四
JO - 学报
PY - 2024
IS - 07
ER -
"""
        first, second = good(entries(text + text, "ris"))
        assert [name["literal"] for name in first["author"]] == ["薛婉钰", "刘娜", "苑鑫", "张三", "李四"]
        assert (first["title"], first["container-title"], first["issue"]) == ("黄瓜再生", "学报", "07")
        assert second == {**first, "id": "薛婉钰2024b"}

    def test_a_dash_in_a_line_that_goes_on_is_no_tag(self) -> None:
        assert (
            record("AB  - Relations of the\nUS - China kind")["abstract"]
            == "Relations of the\nUS - China kind"
        )

    @pytest.mark.parametrize(
        ("lines", "issued"),
        [
            ("PY  - 2018", {"date-parts": [[2018]]}),
            ("Y1  - 2014//", {"date-parts": [[2014]]}),
            ("PY  - 2018/3/1/", {"date-parts": [[2018, 3, 1]]}),
            ("PY  - 2018///Spring", {"date-parts": [[2018]], "season": 1}),
            ("PY  - 2000///2000~", {"date-parts": [[2000]], "circa": True}),
            ("PY  - 2018\nDA  - 2018/03/01", {"date-parts": [[2018, 3, 1]]}),
            ("DA  - 2018-03-01", {"date-parts": [[2018, 3, 1]]}),
            ("PY  - 民国三十六年（1947）", {"date-parts": [[1947]], "literal": "民国三十六年（1947）"}),
        ],
    )
    def test_dates(self, lines: str, issued: dict[str, Any]) -> None:
        found = record(lines)
        assert found["issued"] == issued
        assert "custom" not in found

    @pytest.mark.parametrize(
        ("kind", "lines", "expected"),
        [
            ("CHAP", "T2  - 书\nSN  - 978-7-302-58978-5", {"type": "chapter", "ISBN": "978-7-302-58978-5"}),
            (
                "BOOK",
                "A3  - S, E\nET  - 2",
                {"collection-editor": [{"family": "S", "given": "E"}], "edition": "2"},
            ),
            (
                "THES",
                "M3  - PhD thesis\nPB  - U",
                {"type": "thesis", "genre": "PhD thesis", "publisher": "U"},
            ),
            ("STAND", "IS  - GB/T 1", {"type": "standard", "number": "GB/T 1"}),
            ("Journal Article", "", {"type": "article-journal", "custom": {"ris.TY": "Journal Article"}}),
            ("XYZ", "", {"type": "document", "custom": {"ris.TY": "XYZ"}}),
            (
                "JOUR",
                "AU  - Smith, J., Jr.",
                {"author": [{"family": "Smith", "given": "J.", "suffix": "Jr."}]},
            ),
            ("JOUR", "AU  - WHO", {"author": [{"literal": "WHO"}]}),
            (
                "JOUR",
                "M2  - volume-title: x\nM2  - tex.y: z",
                {"volume-title": "x", "custom": {"tex.y": "z"}},
            ),
            ("JOUR", "M2  - 7", {"custom": {"ris.M2": "7"}}),
        ],
    )
    def test_types_and_their_tags(self, kind: str, lines: str, expected: dict[str, Any]) -> None:
        found = record(lines, kind)
        assert {name: found.get(name) for name in expected} == expected

    def test_types_are_known_both_ways(self) -> None:
        assert set(TYPES.values()) <= CSL_TYPES
        assert all(TYPES[tag] == kind for kind, tag in WRITTEN.items())

    def test_headers_between_records_are_no_part_of_them(self) -> None:
        text = f"Record #1 of 2\nProvider: P\n\n1.\n{ARTICLE}\nRecord #2 of 2\n2.\n{ARTICLE}"
        first, second = good(entries(text, "ris"))
        assert {**first, "id": ""} == {**second, "id": ""}
        assert second["id"] == "shannon1948b"

    def test_an_indented_file_is_read(self) -> None:
        text = "".join(f"    {line}\n" for line in ARTICLE.split("\n"))
        assert good(entries(text, "ris"))[0]["volume"] == "27"

    def test_an_id_is_the_key(self) -> None:
        (entry,) = entries("TY  - JOUR\nID  - a/1\nTI  - T\nER  -", "ris")
        assert entry.item is not None
        assert (entry.item["id"], entry.generated_key) == ("a-1", False)


class TestBroken:
    def test_a_record_that_does_not_end_is_kept_with_a_note(self) -> None:
        found = entries(f"TY  - JOUR\nTI  - T\n{ARTICLE}", "ris")
        assert [found["title"] for found in good(found)] == ["T", "A Mathematical Theory of Communication"]
        assert "ER" in found[0].notes[0]

    def test_tags_without_a_type_are_one_bad_entry(self) -> None:
        found = entries(f"AU  - A, B\nTI  - T\nER  - \n\n{ARTICLE}", "ris")
        assert len(good(found)) == 1
        ((line, problem),) = bad(found)
        assert line == 1
        assert "TY" in problem

    def test_web_of_science_s_own_format_is_named(self) -> None:
        ((line, problem),) = bad(entries("FN Clarivate\nVR 1.0\nPT J\nAU A\nTI T\nER\n", "ris"))
        assert line == 3
        assert "Web of Science" in problem

    def test_a_record_without_anything_is_bad(self) -> None:
        found = entries("TY  - JOUR\nER  - \nTY  - JOUR\nTI  - T\nER  - \n", "ris")
        assert [line for line, _problem in bad(found)] == [1]
        assert len(good(found)) == 1

    @pytest.mark.parametrize(
        "text",
        [
            "TY  - JOUR\nTI  - T\n" + "foo\n" * 200_000,
            "TY  - JOUR\nTI  - T\n" + "AU  - A, B\n" * 20_000,
            "TY  - JOUR\nTI  - T\n" + "KW  - a\n" * 100_000,
            "TY  - \n" * 5_000,
            "TY  - JOUR\nTI  - " + "x" * 3_000_000,
            "TY  - JOUR\nTI  - \0",
            "TY" * 500_000,
        ],
        ids=range(7),
    )
    def test_hostile_text_is_read_to_its_end(self, text: str) -> None:
        assert entries(text, "ris")


class TestWriting:
    def test_a_record_is_as_people_write_it(self) -> None:
        found = {
            **{"id": "k", "type": "article-journal", "title": "T", "author": [{"family": "A", "given": "B"}]},
            **{"issued": {"date-parts": [[2018, 3]]}, "page": "1-7", "keyword": "a; b", "number": "e1"},
            **{"abstract": "one\ntwo", "authority": "X", "custom": {"tex.keyvalue": "y"}},
        }
        assert "".join(write([found], "ris")) == (
            "TY  - JOUR\nID  - k\nTI  - T\nAU  - A, B\nPY  - 2018/03//\nSP  - 1\nEP  - 7\nKW  - a\nKW  - b\n"
            "M1  - e1\nAB  - one\n      two\nM2  - authority: X\nM2  - tex.keyvalue: y\nER  - \n\n"
        )
        assert_comes_back([found], "ris")

    def test_another_program_reads_it(self) -> None:
        found = good(entries(ARTICLE + ARTICLE, "ris"))
        first, second = rispy.loads("".join(write(found, "ris")))
        assert second == {**first, "id": "shannon1948b"}
        assert (first["title"], first["volume"]) == ("A Mathematical Theory of Communication", "27")
        assert first["authors"] == ["Shannon, Claude E.", "刘松"]

    @settings(max_examples=150)
    @given(st.lists(ROWS, max_size=3, unique_by=lambda row: row["key"]).filter(bool))
    def test_any_rows_come_back(self, rows: list[dict[str, str]]) -> None:
        assert_rows_come_back(rows, "ris")


@needs_samples
class TestSamples:
    @pytest.mark.parametrize(
        ("name", "count"),
        [
            ("example_bom", 1),
            ("example_extraneous_data", 2),
            ("example_full_without_whitespace", 2),
            ("example_multiline", 3),
            ("example_starting_newlines", 1),
            ("example_urls", 4),
            ("example_utf_chars", 1),
        ],
    )
    def test_as_many_records_as_are_in_them(self, name: str, count: int) -> None:
        text = sample(f"ris-quirks/{name}.ris")
        found = entries(text, "ris")
        assert len(re.findall("^TY ", text, re.MULTILINE)) == count
        assert len(good(found)) == count == len(found)
        assert_comes_back(good(found), "ris")

    def test_the_file_that_only_poses_as_ris_is_one_problem(self) -> None:
        ((line, _problem),) = bad(entries(sample("ris-quirks/example_wos.ris"), "ris"))
        assert line == 3
