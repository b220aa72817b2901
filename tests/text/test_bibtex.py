"""BibTeX and BibLaTeX."""

import re

import pytest
from bibtexparser.splitter import Splitter
from hypothesis import given, settings
from hypothesis import strategies as st

from research.text.bibliography import write
from research.text.bibliography.bibtex_fields import TYPES, WRITTEN
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

ARTICLE = r"""
% a comment
@article{罗明2016,
  title = {基于{BP}神经网络的优化},
  author = {罗明 and Merkt, Fr{\'e}d{\'e}ric and van der Merwe, Karen and {World Bank} and others},
  journal = "航空动力学报",
  year = 2016, month = oct,
  volume = {31},
  number = {10},
  pages = {2424--2431},
  doi = {https://doi.org/10.13224/j.cnki.jasp.2016.10.015},
  url = {https://doi.org/10.13224/j\_x{\%}20y},
  urldate = {2024-11-07},
  langid = {chinese},
  keywords = {遗传算法,多目标优化},
  publisher = {John Wiley \& Sons},
  annotation = {foundation: x\\
    download: 902}
}
"""


def field(text: str, name: str = "title") -> str:
    return str(item(f"@book{{k, {name} = {{{text}}}}}", "bibtex")[name])


class TestReading:
    def test_an_article_becomes_an_item(self) -> None:
        (entry,) = entries(ARTICLE, "bibtex")
        assert entry.line == 3
        assert entry.notes == []
        assert entry.item == {
            "id": "罗明2016",
            "type": "article-journal",
            "title": "基于BP神经网络的优化",
            "author": [
                {"literal": "罗明"},
                {"family": "Merkt", "given": "Frédéric"},
                {"non-dropping-particle": "van der", "family": "Merwe", "given": "Karen"},
                {"literal": "World Bank"},
                {"literal": "others"},
            ],
            "container-title": "航空动力学报",
            "issued": {"date-parts": [[2016, 10]]},
            "volume": "31",
            "issue": "10",
            "page": "2424-2431",
            "DOI": "10.13224/j.cnki.jasp.2016.10.015",
            "URL": "https://doi.org/10.13224/j_x%20y",
            "accessed": {"date-parts": [[2024, 11, 7]]},
            "language": "zh-CN",
            "keyword": "遗传算法; 多目标优化",
            "publisher": "John Wiley & Sons",
            "custom": {"tex.annotation": "foundation: x\ndownload: 902"},
        }

    def test_abbreviations_are_joined(self) -> None:
        text = """@string{jcp = "J. Chem. " # {Phys.}}
            @STRING(and = { and })
            @preamble{"\\newcommand{\\x}{y}"} @comment{@book{no, title={no}}}
            @article(k, author = "A, B" # and # {C, D}, journal = JCP, month = 10 # "~" # jan, title = {T})"""
        (entry,) = entries(text, "bibtex")
        assert entry.item is not None
        assert entry.item["container-title"] == "J. Chem. Phys."
        assert [name["family"] for name in entry.item["author"]] == ["A", "C"]
        (entry,) = entries("@book{k, title = {T}, publisher = nobody}", "bibtex")
        assert entry.item is not None
        assert entry.item["publisher"] == "nobody"
        assert "nobody" in entry.notes[0]

    def test_a_part_inherits_from_its_whole(self) -> None:
        text = """@inproceedings{a, title = {A}, crossref = {P}}
            @proceedings{p, title = {Proc}, subtitle = {Sub}, editor = {E, F}, doi = {10.1000/1}, xdata = {x}}
            @xdata{x, publisher = {X}, location = {北京}}"""
        part, whole = good(entries(text, "bibtex"))
        assert (part["title"], part["container-title"], part["publisher"]) == ("A", "Proc: Sub", "X")
        assert part["editor"] == whole["editor"]
        assert "DOI" not in part

    def test_circles_of_parents_end(self) -> None:
        text = "@book{a, title={A}, crossref={b}} @book{b, crossref={a}, publisher={P}}"
        assert [found["publisher"] for found in good(entries(text, "bibtex"))] == ["P", "P"]

    def test_fields_that_are_unknown_or_stand_twice_are_kept(self) -> None:
        text = r"@book{k, title={T}, keyvalue={x \& y}, file={:C\:\\a.pdf:PDF}, url={http://a.b}, url={http://c.d}}"
        assert item(text, "bibtex")["custom"] == {
            **{"tex.keyvalue": "x & y", "tex.file": r":C\:\\a.pdf:PDF", "tex.url": "http://c.d"},
        }

    @pytest.mark.parametrize(
        ("fields", "issued"),
        [
            ("year = {2016}", {"date-parts": [[2016]]}),
            ("year = 2016, month = {3}, day = {7}", {"date-parts": [[2016, 3, 7]]}),
            ("year = 2016, month = {Sept.}", {"date-parts": [[2016, 9]]}),
            ("date = {2016-01-01T00:00:00}", {"date-parts": [[2016, 1, 1]]}),
            ("date = {2016-01/2016-05}", {"date-parts": [[2016, 1], [2016, 5]]}),
            ("date = {1984/}, year = {1984-}", {"date-parts": [[1984]], "raw": "1984/.."}),
            ("date = {/1984}", {"date-parts": [[1984]], "raw": "../1984"}),
            ("date = {2001-21}", {"date-parts": [[2001]], "season": 1}),
            ("date = {1936~}", {"date-parts": [[1936]], "circa": True}),
            ("date = {199X}", {"date-parts": [[1990], [1999]], "raw": "199X"}),
            ("year = {c1988}", {"date-parts": [[1988]], "literal": "c1988"}),
            ("year = {1947（民国三十六年）}", {"date-parts": [[1947]], "literal": "1947（民国三十六年）"}),
            ("year = {in press}", {"literal": "in press"}),
        ],
    )
    def test_dates(self, fields: str, issued: dict[str, object]) -> None:
        assert item(f"@book{{k, title={{T}}, {fields}}}", "bibtex")["issued"] == issued

    @pytest.mark.parametrize(
        ("kind", "fields", "expected"),
        [
            ("phdthesis", "school={S}", {"type": "thesis", "publisher": "S", "genre": "PhD thesis"}),
            ("thesis", "type={博士学位论文}", {"type": "thesis", "genre": "博士学位论文"}),
            (
                "techreport",
                "institution={I}, number={7}",
                {"type": "report", "publisher": "I", "number": "7"},
            ),
            ("patent", "number={CN1}", {"type": "patent", "number": "CN1"}),
            ("standard", "number={GB/T 1}", {"type": "standard", "number": "GB/T 1"}),
            ("incollection", "series={S}, number={3}", {"type": "chapter", "collection-number": "3"}),
            ("article", "entrysubtype={newspaper}, number={2}", {"type": "article-newspaper", "issue": "2"}),
            ("article", "eid={giad067}", {"type": "article-journal", "number": "giad067"}),
            ("archive", "institution={馆}, address={沈阳}", {"archive": "馆", "archive-place": "沈阳"}),
            ("online", "organization={O}", {"type": "webpage", "publisher": "O"}),
            ("misc", r"howpublished={\url{http://a.b/c_d}}", {"type": "document", "URL": "http://a.b/c_d"}),
            ("image", "", {"type": "graphic"}),
            ("unheardof", "", {"type": "document", "custom": {"tex.entrytype": "unheardof"}}),
            ("article", "eprint={24314719}, eprinttype={pubmed}", {"PMID": "24314719"}),
            ("book", "subtitle={Sub}", {"title": "T: Sub"}),
            ("book", "subtitle={原理}", {"title": "T：原理"}),
        ],
    )
    def test_types_and_their_fields(self, kind: str, fields: str, expected: dict[str, object]) -> None:
        found = item(f"@{kind}{{k, title={{T}}, {fields}}}", "bibtex")
        assert {name: found.get(name) for name in expected} == expected

    def test_types_are_known_both_ways(self) -> None:
        assert set(TYPES.values()) <= CSL_TYPES
        assert all(TYPES[kind] == csl for csl, kind in WRITTEN.items())


class TestKeys:
    def test_keys_that_differ_in_case_stay_apart_and_doubles_are_told(self) -> None:
        found = entries("@book{a, title={1}}\n@book{A, title={2}}\n@book{a, title={3}}", "bibtex")
        assert [found["id"] for found in good(found)] == ["a", "A", "a"]
        assert [len(entry.notes) for entry in found] == [0, 0, 1]
        assert "1" in found[2].notes[0]

    def test_a_key_that_cannot_be_cited_is_made_to_fit(self) -> None:
        found = entries(
            "@book{DBLP:a/b, title={1}}\n@book{DBLP:a-b, title={2}}\n@book{, title={3}}", "bibtex"
        )
        assert [found["id"] for found in good(found)] == ["DBLP:a-bb", "DBLP:a-b", "3"]
        assert "DBLP:a/b" in found[0].notes[0]
        assert [entry.generated_key for entry in found] == [False, False, True]

    @pytest.mark.parametrize(
        "text", ["@book{title={T}}", "@book{ , title={T}}", "@book{title = {T}, year = 1}"]
    )
    def test_without_a_key_one_is_found(self, text: str) -> None:
        (entry,) = entries(text, "bibtex")
        assert entry.generated_key
        assert entry.item is not None
        assert entry.item["id"].startswith("t")


BROKEN = [
    ("@book{b, title={not closed,\n year=1", 1, "title"),
    ("@book{b, title={a}\n note={b}}", 2, "title"),
    ("@book{b, title {a}}", 1, "title"),
    ("@book{b, title=}", 1, "title"),
    ("@book{b title={a}}", 1, "b"),
    ('@book{b, title="not closed}', 1, "title"),
    ("@book{b, title={a},", 2, ""),
    ("@book{b, title={a}", 2, ""),
    ("@book{b", 2, ""),
    ("@book{b, title={a} # , year=1}", 1, "title"),
    ("@book{b, {a}}", 1, "{"),
    ("@book{b, title={a}}}}, note={b}}", None, ""),
]


class TestBroken:
    @pytest.mark.parametrize(("broken", "line", "name"), BROKEN)
    def test_it_is_told_by_line_and_costs_no_neighbour(
        self, broken: str, line: int | None, name: str
    ) -> None:
        found = entries(f"@book{{a, title={{A}}}}\n\n{broken}\n@book{{c, title={{C}}}}\n", "bibtex")
        if line is None:  # what follows a closed entry is a comment
            assert [found["id"] for found in good(found)] == ["a", "b", "c"]
            return
        assert [found["id"] for found in good(found)] == ["a", "c"]
        ((at, problem),) = bad(found)
        assert at == 3
        assert name in problem
        assert str(2 + line) in problem

    def test_997_of_1000_are_kept(self) -> None:
        texts = [f"@article{{k{n},\n  title = {{T {n}}},\n  year = 2001\n}}\n" for n in range(1000)]
        texts[10] = "@article{k10,\n  title = {T,\n  year = 2001\n}\n"
        texts[500] = "@article{k500,\n  title = {T}\n  year = 2001\n}\n"
        texts[999] = "@article{k999,\n  title = {T},\n  year = 2001\n"
        found = entries("".join(texts), "bibtex")
        assert len(found) == 1000
        assert len(good(found)) == 997
        assert [line for line, _problem in bad(found)] == [41, 2001, 3997]

    def test_one_at_the_top_that_is_not_closed_is_one(self) -> None:
        rest = "".join(f"@book{{k{n}, title={{T}}}}\n" for n in range(1000))
        for top in ("@book{bad, title={a\n", "@book{bad,\n", '@book{bad, title="a\n', "@string{bad = {a\n"):
            found = entries(top + rest, "bibtex")
            assert len(good(found)) == 1000

    def test_all_on_one_line(self) -> None:
        found = entries(
            "@book{a, title={A}} @book{b, title={B @book{c, title={C}} @book{d, title={D}}", "bibtex"
        )
        assert [found["id"] for found in good(found)] == ["a", "c", "d"]
        assert len(bad(found)) == 1

    @pytest.mark.parametrize("brace", [r"\{", r"\}", r"\{ x \}"])
    def test_an_escaped_brace_need_not_be_balanced(self, brace: str) -> None:
        text = f"@book{{a, title={{A {brace} B}}, note={{N}}}}\n@book{{c, title={{C}}}}"
        assert [found["title"] for found in good(entries(text, "bibtex"))] == [
            f"A {brace.replace(chr(92), '')} B",
            "C",
        ]

    def test_a_mail_address_is_no_entry(self) -> None:
        assert field("a@b.org and @c{x}") == "a@b.org and @cx"

    @pytest.mark.parametrize(
        "text",
        [
            "{" * 1_000_000,
            "@a{" * 300_000,
            "@a{b,c={" * 20_000,
            "@a{b,c={\n" * 20_000,
            '@a{b,c="\n' * 20_000,
            "@book{k, title={" + "{" * 100_000 + "x" + "}" * 100_000 + "}}",
            "@book{k, title={" + "x" * 2_000_000 + "}}",
            "@book{k, title={a\0b}}",
            "@book{k, title={a}, author={" + "{" * 300_000 + "}" * 300_000 + "}}",
            "@book{k, title={a}, author={" + " and " * 100_000 + "}}",
            "@" * 300_000,
            "@ \n" * 300_000,
            "\\" * 300_000,
            "@comment{" * 25_000,
            "@a{k,x={ @b{j,y={1}}" + "@b{j}" * 20_000,
        ],
        ids=range(15),
    )
    def test_hostile_text_is_read_to_its_end(self, text: str) -> None:
        assert entries(text, "bibtex")

    def test_abbreviations_of_abbreviations_do_not_explode(self) -> None:
        text = '@string{a0 = "xxxx"}' + "".join(f"@string{{a{n + 1} = a{n} # a{n}}}\n" for n in range(60))
        (entry,) = entries(text + "@book{k, title={T}, note = a60 # a60}", "bibtex")
        assert len(entry.row["extra"]) < 30_000_000


class TestWriting:
    def test_an_entry_is_as_people_write_it(self) -> None:
        (found,) = good(entries(ARTICLE, "bibtex"))
        assert (
            "".join(write([found], "bibtex"))
            == r"""@article{罗明2016,
  author = {罗明 and Merkt, Frédéric and van der Merwe, Karen and {World Bank} and others},
  title = {基于{BP}神经网络的优化},
  journal = {航空动力学报},
  volume = {31},
  number = {10},
  pages = {2424--2431},
  publisher = {John Wiley \& Sons},
  year = {2016},
  month = oct,
  doi = {10.13224/j.cnki.jasp.2016.10.015},
  url = {https://doi.org/10.13224/j_x%20y},
  urldate = {2024-11-07},
  langid = {chinese},
  keywords = {遗传算法, 多目标优化},
  annotation = {foundation: x\\
download: 902}
}
"""
        )

    def test_what_bibtex_has_no_field_for_stands_in_one(self) -> None:
        found = {
            **{
                "id": "k",
                "type": "bill",
                "title": "T",
                "authority": "A",
                "custom": {"ris.C8": "x", "tex.a b": "y"},
            },
            **{"container-author": [{"literal": "刘松"}], "submitted": {"date-parts": [[2019, 1, 2]]}},
        }
        text = "".join(write([found], "bibtex"))
        assert "@misc{k," in text
        for line in ("csl.type: bill", "authority: A", "ris.C8: x", "tex.a b: y", "submitted: 2019-01-02"):
            assert line in text
        assert_comes_back([found], "bibtex")

    @pytest.mark.parametrize("number", range(3))
    def test_a_long_abstract_comes_back(self, number: int) -> None:
        abstract = ["{@}%\\ " * 800, "摘要。\n\n  第二段 " * 500, "@article{x,\n" * 400][number].strip()
        assert_comes_back([{"id": "k", "type": "book", "title": "T", "abstract": abstract}], "bibtex")

    def test_another_program_reads_it(self) -> None:
        abstracts = ["{@}%\\ ", "摘要\n第二段", 'say "x" # y, z=', "a } b { c", "@book{x,\n y={z}}"]
        found = [
            {"id": f"k{n}", "type": "book", "title": f"T {n}", "abstract": text.strip()}
            for n, text in enumerate(abstracts)
        ]
        library = Splitter("".join(write(found, "bibtex"))).split()
        assert [block.key for block in library.entries] == ["k0", "k1", "k2", "k3", "k4"]
        assert library.failed_blocks == []
        assert [block.fields_dict["title"].value for block in library.entries] == [
            f"{{T {n}}}" for n in range(5)
        ]

    @settings(max_examples=150)
    @given(st.lists(ROWS, max_size=3, unique_by=lambda row: row["key"]).filter(bool))
    def test_any_rows_come_back(self, rows: list[dict[str, str]]) -> None:
        assert_rows_come_back(rows, "bibtex")


@needs_samples
class TestSamples:
    @pytest.mark.parametrize(
        ("name", "count", "good_ones"),
        [
            ("bibtex-gbt7714/gbt7714-examples.bib", 344, 334),
            ("bibtex-gbt7714/gbt7714-biblatex.bib", 344, 334),
            ("bibtex-thesis/refs.bib", 34, 34),
            ("bibtex-chinese-names/Split CJK names #2624.biblatex", 35, 35),
            ("bibtex-chinese-names/Convert Chinese name to Pinyin in citation key. #2361.biblatex", 1, 1),
            ("bibtex-chinese-names/Latex commands in extra-field treated differently #1207.biblatex", 1, 1),
            ("bibtex-chinese-names/lastpage not work in better bitex #3050.biblatex", 1, 1),
            ("cnki-noteexpress-with-bibtex/ChineseColon.bib", 1, 1),
            ("cnki-noteexpress-with-bibtex/CoverAllTest15Entries.bib", 15, 15),
            ("cnki-noteexpress-with-bibtex/withLineBreakInAddress.bib", 1, 1),
        ],
    )
    def test_as_many_entries_as_are_in_them(self, name: str, count: int, good_ones: int) -> None:
        text = sample(name)
        found = entries(text, "bibtex")
        assert len(re.findall(r"^@\w", text, re.MULTILINE)) == count
        assert len(found) == count
        assert len(good(found)) == good_ones
        assert_comes_back(good(found), "bibtex")

    def test_the_bad_ones_have_nothing_to_be_found_by(self) -> None:
        text = sample("bibtex-gbt7714/gbt7714-examples.bib").split("\n")
        for line, _problem in bad(entries("\n".join(text), "bibtex")):
            entry = "\n".join(text[line - 1 :]).partition("\n}")[0]
            named = set(re.findall(r"^ +(\w+)", entry, re.MULTILINE))
            assert named <= {"langid", "volume", "edition", "version", "pages", "address"}

    def test_chinese_names_are_split_only_where_the_file_splits_them(self) -> None:
        found = {e["id"]: e["author"] for e in good(entries(sample(NAMES), "bibtex"))}
        assert found["Lin.ZhSingleField"] == [{"literal": "林秀贞"}]
        assert found["Lin.ZhSplitField"] == [{"family": "林", "given": "秀贞"}]
        assert found["Smith.RandomBook"] == [{"family": "Smith", "given": "John"}]
        assert found["JohnSmith.RandomBook"] == [{"literal": "John Smith"}]


NAMES = "bibtex-chinese-names/Split CJK names #2624.biblatex"
