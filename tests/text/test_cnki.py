"""What CNKI exports: NoteExpress, EndNote and RefWorks."""

import re
from typing import Any

import pytest

from tests.text.bibliographies import (
    assert_comes_back,
    bad,
    entries,
    good,
    item,
    needs_samples,
    sample,
)

NOTEEXPRESS = """
{Reference Type}: Journal Article
{Title}: 政府公共关系
{Author}: 谢昕,王小增;
{Author}: 李四；Youngre Noh
{Author Address}: 中国地质大学政法学院 湖北武汉430074
,湖北武汉430074
{Journal}: 湖北社会科学
{Year}: 2005
{Issue}: 09
{Pages}: 14-16
{Keywords}: 公共行政;;发展历程
{Abstract}：第一行
第二行
{ISBN/ISSN}:1003-8477
{Notes}: 42-1112/C
{Database Provider}: CNKI
{Language}：chi
"""
ENDNOTE = """%0 Journal Article
%A 谢昕%A 王小增
%A 李四;Youngre Noh
%+ 中国地质大学政法学院 湖北武汉430074,湖北武汉430074
%T 政府公共关系
%J 湖北社会科学
%D 2005
%N 09
%K 公共行政;发展历程
%X 第一行
第二行
%P 14-16
%@ 1003-8477
%Z 42-1112/C
%G chi
%W CNKI

"""
REFWORKS = """RT Journal Article
SR 1
A1 谢昕;王小增;李四;Youngre Noh
AD 中国地质大学政法学院 湖北武汉430074,湖北武汉430074
T1 政府公共关系
JF 湖北社会科学
YR 2005
IS 09
OP 14-16
K1 公共行政;发展历程
AB 第一行第二行
SN 1003-8477
NO 42-1112/C
LA chi
DS CNKI
"""
ARTICLE = {
    "type": "article-journal",
    "title": "政府公共关系",
    "author": [
        {"literal": "谢昕"},
        {"literal": "王小增"},
        {"literal": "李四"},
        {"family": "Noh", "given": "Youngre"},
    ],
    "container-title": "湖北社会科学",
    "issued": {"date-parts": [[2005]]},
    "issue": "09",
    "page": "14-16",
    "keyword": "公共行政; 发展历程",
    "abstract": "第一行第二行",
    "ISSN": "1003-8477",
    "language": "zh-CN",
    "custom": {
        "cnki.Author Address": "中国地质大学政法学院 湖北武汉430074,湖北武汉430074",
        "cnki.Notes": "42-1112/C",
        "cnki.Database Provider": "CNKI",
    },
}


class TestReading:
    @pytest.mark.parametrize(
        ("text", "format"), [(NOTEEXPRESS, "noteexpress"), (ENDNOTE, "endnote"), (REFWORKS, "refworks")]
    )
    def test_all_three_say_the_same(self, text: str, format: str) -> None:
        found = item(text, format)
        found["custom"].pop("cnki.Source Type", None)  # RefWorks has it on every record
        assert found == ARTICLE

    @pytest.mark.parametrize(
        ("fields", "expected"),
        [
            (
                "{Reference Type}: Thesis\n{Publisher}: 北京交通大学\n{Type of Work}: 博士\n"
                "{Tertiary Author}: 何世伟",
                {
                    **{"type": "thesis", "publisher": "北京交通大学", "genre": "博士"},
                    "custom": {"cnki.Tertiary Author": "何世伟"},
                },
            ),
            (
                "{Reference Type}: Conference Proceedings\n{Tertiary Title}: 论文集\n"
                "{Secondary Title}: 年会\n{Place Published}: 杭州\n{Subsidiary Author,}: 学会",
                {
                    **{"type": "paper-conference", "container-title": "论文集", "event-title": "年会"},
                    **{"event-place": "杭州", "custom": {"cnki.Subsidiary Author": "学会"}},
                },
            ),
            (
                "{Reference Type}: Newspaper Article\n{Secondary Title}: 人民铁道\n{Date}: 2019-01-09 00:00",
                {
                    **{"type": "article-newspaper", "container-title": "人民铁道"},
                    "issued": {"date-parts": [[2019, 1, 9]]},
                },
            ),
            (
                "{Reference Type}: Patent\n{Type of Work}: CN108722921A\n{Notes}: CN108722921A",
                {"type": "patent", "number": "CN108722921A"},
            ),
            (
                "{Reference Type}: Standard\n{ISBN}: GB/T 1-1996",
                {"type": "standard", "number": "GB/T 1-1996"},
            ),
            (
                "{Reference Type}: Book\n{图书印刷版ISBN}: 9780429834646\n{Publisher}: P",
                {"type": "book", "ISBN": "9780429834646", "publisher": "P"},
            ),
            (
                "{Reference Type}: Standard\n{SrcDatabase}: 年鉴",
                {
                    "type": "chapter",
                    "custom": {"cnki.Reference Type": "Standard", "cnki.SrcDatabase": "年鉴"},
                },
            ),
            (
                "{Reference Type}: Journal Article\n{Translated Title}: X\n{TryDate}: 2005-06-14",
                {"custom": {"cnki.Translated Title": "X", "cnki.TryDate": "2005-06-14"}},
            ),
            (
                "{Reference Type}: Journal Article\n{Author}: 欧阳, 修",
                {"author": [{"family": "欧阳", "given": "修"}]},
            ),
            (
                "{Reference Type}: Journal Article\n{Author}: 张三,李四,等",
                {"author": [{"literal": "张三"}, {"literal": "李四"}, {"literal": "others"}]},
            ),
        ],
    )
    def test_where_cnki_puts_what(self, fields: str, expected: dict[str, Any]) -> None:
        found = item(f"{fields}\n{{Title}}: T\n", "noteexpress")
        assert {name: found.get(name) for name in expected} == expected

    def test_refworks_joins_its_pages_and_keeps_its_own_fields(self) -> None:
        found = item("RT Book, Section\nT1 T\nSP 3\nOP 9\nU1 x\nID a1", "refworks")
        assert (found["page"], found["custom"]["refworks.U1"]) == ("3-9", "x")

    def test_endnote_keeps_tags_that_it_does_not_know(self) -> None:
        assert item("%0 Book\n%T T\n%2 x\n%K关键词", "endnote") == {
            **{"type": "book", "title": "T", "keyword": "关键词"},
            "custom": {"endnote.%2": "x"},
        }

    def test_a_semicolon_of_a_script_before_the_first_field(self) -> None:
        assert (
            item("})();        ;{Reference Type}: Book\n{Title}: T; {x}: y", "noteexpress")["title"]
            == "T; {x}: y"
        )

    def test_keys_are_found_and_set_apart(self) -> None:
        found = entries(NOTEEXPRESS + NOTEEXPRESS, "noteexpress")
        assert [found["id"] for found in good(found)] == ["谢昕2005", "谢昕2005b"]
        assert [entry.line for entry in found] == [2, 20]
        assert all(entry.generated_key for entry in found)


class TestBroken:
    @pytest.mark.parametrize(
        ("text", "format", "first"),
        [
            (f"{{Title}}: T\n{NOTEEXPRESS}", "noteexpress", "{Reference Type}"),
            (f"%T T\n{ENDNOTE}", "endnote", "%0"),
            (f"T1 T\n{REFWORKS}", "refworks", "RT"),
        ],
    )
    def test_fields_before_the_first_record_are_one_bad_entry(
        self, text: str, format: str, first: str
    ) -> None:
        found = entries(text, format)
        assert len(good(found)) == 1
        ((line, problem),) = bad(found)
        assert line == 1
        assert first in problem

    @pytest.mark.parametrize("format", ["noteexpress", "endnote", "refworks"])
    @pytest.mark.parametrize(
        "text",
        [
            "{Reference Type}: Book\n{Title}: T\n" + "foo\n" * 100_000,
            "{Title}: a;" * 100_000,
            "%A " * 300_000,
            "RT \n" * 3_000,
            "%0 \n" * 3_000,
            "{" * 1_000_000,
            " \n" * 300_000,
            "\0",
        ],
        ids=range(8),
    )
    def test_hostile_text_is_read_to_its_end(self, text: str, format: str) -> None:
        assert entries(text, format)


# Fields of the samples' BibTeX that say something else than the NoteExpress beside it, and why. Everything
# else is equal, field for field.
DIFFERENCES = {
    "中国抗癌协会肉瘤专业委员2016": {"author": "the BibTeX has only the last of the {Author} lines"},
    "殷玮川2018": {
        "entrytype": "@PhdThesis and 博士 say the same; NoteExpress has no type of its own for it"
    },
    "胡增辉2018": {"entrytype": "@MastersThesis and 硕士 say the same"},
    "史德雯2018": {
        "event-title": "@InProceedings knows no secondarytitle, so that it stays a field of its own there",
        "secondarytitle": "the same text",
        "event-place": "@InProceedings knows no placepublished",
        "placepublished": "the same text",
    },
    "本报评论员2019": {
        "type": "the BibTeX has @Misc for what is no article, book, thesis or paper",
        "container-title": "@Misc knows no secondarytitle",
        "secondarytitle": "the same text",
    },
    "六固定资产投资和建筑业6": {"type": "@Misc", "referencetype": "CNKI calls its yearbooks standards"},
    "1综合15": {"type": "@Misc", "referencetype": "CNKI calls its yearbooks standards"},
    "段祥祥2018": {
        "type": "@Misc",
        "number": "@Misc has the patent's number as notes and typeofwork",
        "notes": "the patent's number",
        "typeofwork": "the patent's number",
    },
    "铁道部运输局1996": {"type": "@Misc", "number": "the ISBN of @Misc", "ISBN": "the standard's number"},
    "铁路桥涵设计基本规范": {"type": "@Misc", "number": "the ISBN of @Misc", "ISBN": "the standard's number"},
    "携手前进共创未来2018": {"author": "the BibTeX writes Null for no author"},
}


def flat(found: dict[str, Any]) -> dict[str, Any]:
    """Variables and custom fields by one name in both: `cnki.Author Address` is `tex.authoraddress`."""
    custom = {
        re.sub("[^a-z]", "", name.partition(".")[2].lower()): text
        for name, text in found.get("custom", {}).items()
    }
    return {**{name: value for name, value in found.items() if name not in ("id", "custom")}, **custom}


@needs_samples
class TestSamples:
    FOLDER = "cnki-noteexpress-with-bibtex"

    @pytest.mark.parametrize(
        ("name", "count"), [("ChineseColon", 1), ("withLineBreakInAddress", 1), ("CoverAllTest15Entries", 15)]
    )
    def test_noteexpress_gives_the_fields_of_the_bibtex_beside_it(self, name: str, count: int) -> None:
        text = sample(f"{self.FOLDER}/{name}.net")
        net = good(entries(text, "noteexpress"))
        bib = good(entries(sample(f"{self.FOLDER}/{name}.bib"), "bibtex"))
        assert len(re.findall(r"^\{Reference Type\}", text, re.MULTILINE)) == count == len(net) == len(bib)
        for ours, theirs in zip(net, bib, strict=True):
            left, right = flat(ours), flat(theirs)
            differing = {name for name in left.keys() | right.keys() if left.get(name) != right.get(name)}
            assert differing == set(DIFFERENCES.get(ours["id"], {})), ours["id"]

    @pytest.mark.parametrize("format", ["bibtex", "ris", "csl-json"])
    def test_they_go_out_in_every_format(self, format: str) -> None:
        text = sample(f"{self.FOLDER}/CoverAllTest15Entries.net")
        assert_comes_back(good(entries(text, "noteexpress")), format)

    def test_what_differs_in_name_only_is_the_same(self) -> None:
        net = good(entries(sample(f"{self.FOLDER}/CoverAllTest15Entries.net"), "noteexpress"))
        bib = good(entries(sample(f"{self.FOLDER}/CoverAllTest15Entries.bib"), "bibtex"))
        paper, theirs = net[4], bib[4]["custom"]
        assert paper["event-title"] == theirs["tex.secondarytitle"]
        assert paper["event-place"] == theirs["tex.placepublished"]
        assert net[5]["container-title"] == bib[5]["custom"]["tex.secondarytitle"]
        assert net[9]["number"] == bib[9]["custom"]["tex.notes"] == bib[9]["custom"]["tex.typeofwork"]
        assert [net[place]["number"] for place in (10, 11)] == [bib[place]["ISBN"] for place in (10, 11)]
