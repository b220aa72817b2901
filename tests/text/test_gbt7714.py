"""References after GB/T 7714—2015, each rule on a small item of its own."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from research.text.styles import format_reference

NUMERIC, AUTHOR_DATE = "gb-t-7714-2015-numeric", "gb-t-7714-2015-author-date"
SAMPLES = Path(settings.BASE_DIR).parent / "shared/samples/csl-json-gbt7714"


def person(family: str, given: str = "", **parts: str) -> dict[str, str]:
    return {"family": family, "given": given, **parts}


def on(*parts: int | str, **more: Any) -> dict[str, Any]:
    return {"date-parts": [list(parts)], **more}


BOOK = {
    "type": "book",
    "language": "en-US",
    "title": "Random signals",
    "author": [person("Peebles", "Peyton Z.")],
    "publisher": "Wiley",
    "publisher-place": "New York",
    "issued": on(2001),
}
ZH_BOOK = {
    "type": "book",
    "language": "zh-CN",
    "title": "数字化生存",
    "author": [{"literal": "尼葛洛庞帝"}],
    "publisher": "海南出版社",
    "publisher-place": "海口",
    "issued": on(1996),
}
ARTICLE = {
    "type": "article-journal",
    "language": "zh-CN",
    "title": "电子图书馆的现实模型",
    "author": [{"literal": "杨宗英"}],
    "container-title": "中国图书馆学报",
    "issued": on(1996),
    "issue": "2",
    "page": "24-29",
}
PAGE = {
    "type": "webpage",
    "language": "zh-CN",
    "title": "服务章程",
    "author": [{"literal": "北京鲁迅博物馆"}],
    "URL": "http://a.cn/",
    "issued": on(2021, 4, 21),
    "accessed": on(2023, 5, 2),
}


def numeric(item: dict[str, Any], **fields: Any) -> str:
    return format_reference({**item, **fields}, NUMERIC)


class TestWholeReferences:
    @pytest.mark.parametrize(
        ("item", "reference"),
        [
            (BOOK, "PEEBLES P Z. Random signals[M]. New York: Wiley, 2001."),
            (ZH_BOOK, "尼葛洛庞帝. 数字化生存[M]. 海口: 海南出版社, 1996."),
            (ARTICLE, "杨宗英. 电子图书馆的现实模型[J]. 中国图书馆学报, 1996(2): 24-29."),
            (PAGE, "北京鲁迅博物馆. 服务章程[EB/OL]. (2021-04-21)[2023-05-02]. http://a.cn/."),
            (
                {**ARTICLE, "type": "article-newspaper", "issued": on(2000, 11, 20), "page": "15"},
                "杨宗英. 电子图书馆的现实模型[N]. 中国图书馆学报, 2000-11-20(15).",
            ),
            (
                {**ZH_BOOK, "type": "chapter", "container-title": "文集", "editor": [{"literal": "许厚泽"}]},
                "尼葛洛庞帝. 数字化生存[M]//许厚泽. 文集. 海口: 海南出版社, 1996.",
            ),
            (
                {**ZH_BOOK, "type": "patent", "number": "CN101106276A", "issued": on(2008, 1, 16)},
                "尼葛洛庞帝. 数字化生存: CN101106276A[P]. 2008-01-16.",
            ),
            (
                {"type": "standard", "title": "资源描述", "number": "GB/T 3792—2021", "issued": on(2021)},
                "资源描述: GB/T 3792—2021[S]. 2021.",
            ),
            (
                {**ZH_BOOK, "type": "periodical", "volume": "1957（1）—", "issued": {"raw": "1957/1990"}},
                "尼葛洛庞帝. 数字化生存[J]. 1957/1990, 1957（1）—. 海口: 海南出版社, 1957/1990.",
            ),
            (
                {"type": "manuscript", "title": "T", "archive": "State archive", "archive-place": "Bern",
                 "archive_location": "04-01", "issued": on(1887)},
                "T: 04-01[Z]. Bern: State archive, 1887.",
            ),
            (
                {"type": "paper-conference", "title": "T", "event-title": "Conference", "page": "2"},
                "T[C]//Conference. 2.",
            ),
        ],
    )  # fmt: skip
    def test_each_kind_has_its_form(self, item: dict[str, Any], reference: str) -> None:
        assert format_reference(item, NUMERIC) == reference

    @pytest.mark.parametrize(
        ("kind", "mark"),
        {
            "article": "EB", "article-magazine": "J", "book": "M", "dataset": "DS", "legislation": "A",
            "map": "CM", "motion_picture": "Z", "post-weblog": "EB", "report": "R", "software": "CP",
            "thesis": "D", "a type of tomorrow": "Z", "": "Z",
        }.items(),
    )  # fmt: skip
    def test_each_type_has_its_mark(self, kind: str, mark: str) -> None:
        assert format_reference({"type": kind, "title": "T"}, NUMERIC) == f"T[{mark}]."

    @pytest.mark.parametrize(
        ("fields", "mark"),
        [
            ({}, "[M]"),
            ({"URL": "http://a.cn"}, "[M/OL]"),
            ({"DOI": "10.1/a"}, "[M/OL]"),
            ({"URL": "http://a.cn", "medium": "CD"}, "[M/CD]"),
        ],
    )
    def test_what_is_online_says_so(self, fields: dict[str, str], mark: str) -> None:
        assert mark in numeric(BOOK, **fields)


class TestNames:
    @pytest.mark.parametrize(
        ("name", "written"),
        [
            (person("Peebles", "Peyton Z.", suffix="Jr."), "PEEBLES P Z Jr"),
            (person("Cruz", "María", **{"non-dropping-particle": "de la"}), "DE LA CRUZ M"),
            (person("Veen", "P. H.", **{"dropping-particle": "van der"}), "VEEN P H van der"),
            (person("Veen", "P.H. van der"), "VEEN P H van der"),
            (person("Sartre", "Jean-Paul"), "SARTRE J P"),
            (person("Жуков", "Андрей Я."), "ЖУКОВ А Я"),
            (person("刘", "松"), "刘松"),
            (person("昂温", "P. S."), "昂温 P S"),
            ({"literal": "中国造纸学会"}, "中国造纸学会"),
            ({"literal": "Library of Congress"}, "Library of Congress"),
            (person("Aristotle"), "ARISTOTLE"),
            ("Homer", "Homer"),
        ],
    )
    def test_family_first_in_capitals_and_initials_without_points(self, name: Any, written: str) -> None:
        assert numeric(BOOK, author=[name]).startswith(f"{written}. Random")

    @pytest.mark.parametrize(
        ("count", "authors"), [(3, "A X, B X, C X"), (4, "A X, B X, C X, et al"), (9, "A X, B X, C X, et al")]
    )
    def test_of_more_than_three_the_first_three(self, count: int, authors: str) -> None:
        found = [person(letter, "X") for letter in "ABCDEFGHI"[:count]]
        assert numeric(BOOK, author=found).startswith(f"{authors}. Random")

    def test_a_source_may_say_itself_that_there_are_more(self) -> None:
        more = {"literal": "others"}  # BibTeX's `and others`
        assert numeric(ZH_BOOK, author=[{"literal": "刘松"}, more]).startswith("刘松, 等. ")
        assert numeric(BOOK, author=[*BOOK["author"], more]).startswith("PEEBLES P Z, et al. ")
        assert numeric(BOOK, author=[more]).startswith("others. ")

    def test_in_a_chinese_work_others_are_deng(self) -> None:
        found = [{"literal": name} for name in ("于潇", "刘义", "柴跃廷", "孙宏波")]
        assert numeric(ZH_BOOK, author=found).startswith("于潇, 刘义, 柴跃廷, 等. 数字化")

    def test_translators_follow_the_title(self) -> None:
        found = [{"literal": name} for name in ("胡泳", "范海燕")]
        assert "数字化生存[M]. 胡泳, 范海燕, 译. 海口" in numeric(ZH_BOOK, translator=found)
        assert "signals[M]. A B, trans. New York" in numeric(BOOK, translator=[person("A", "B.")])

    def test_editors_stand_for_authors(self) -> None:
        assert numeric(BOOK, author=[], editor=[person("Gold", "M.")]).startswith("GOLD M. Random")

    def test_without_anybody_the_title_is_first(self) -> None:
        assert numeric(BOOK, author=[]).startswith("Random signals[M]")


class TestTitles:
    @pytest.mark.parametrize(
        ("item", "fields", "title"),
        [
            (BOOK, {"volume": "1"}, "Random signals: Vol. 1[M]"),
            (BOOK, {"volume": "1-3"}, "Random signals: Vols. 1-3[M]"),
            (ZH_BOOK, {"volume": "1"}, "数字化生存: 卷 1[M]"),
            (ZH_BOOK, {"volume": "第2册"}, "数字化生存: 第2册[M]"),
            (BOOK, {"number": "PB 91"}, "Random signals: PB 91[M]"),
            (BOOK, {"number": "18\\-2424"}, "Random signals: 18-2424[M]"),
            (BOOK, {"volume": "1", "number": "7"}, "Random signals: Vol. 1\u20037[M]"),
            (BOOK, {"title": 'The "new" <i>signals</i>'}, "The “new” signals[M]"),
            (BOOK, {"title": "Nature's 'secrets'\nof  life"}, "Nature’s ‘secrets’ of\u00a0 life[M]"),
            (BOOK, {"title": "Why?"}, "Why?[M]"),
        ],
    )
    def test_volume_and_number_follow_it(
        self, item: dict[str, Any], fields: dict[str, str], title: str
    ) -> None:
        assert f". {title}. " in numeric(item, **fields)

    def test_of_a_part_the_volume_stands_with_the_book(self) -> None:
        written = numeric(BOOK, type="chapter", volume="2", **{"container-title": "Handbook"})
        assert "Random signals[M]//Handbook: Vol. 2. New York" in written


class TestEditionAndPlace:
    @pytest.mark.parametrize(
        ("item", "edition", "written"),
        [
            (BOOK, "4", "4th ed"), (BOOK, "2", "2nd ed"), (BOOK, "11", "11th ed"), (BOOK, "23", "23rd ed"),
            (BOOK, "2nd", "2nd ed"), (BOOK, "Rev. ed.", "Rev. ed"), (BOOK, 3, "3rd ed"),
            (ZH_BOOK, "2", "2 版"), (ZH_BOOK, "2020版", "2020版"), (ZH_BOOK, "刻本", "刻本"),
        ],
    )  # fmt: skip
    def test_edition(self, item: dict[str, Any], edition: object, written: str) -> None:
        assert f"[M]. {written}. {item['publisher-place']}: " in numeric(item, edition=edition)

    @pytest.mark.parametrize(
        ("fields", "written"),
        [
            ({"publisher-place": ""}, ". Wiley, 2001."),
            ({"publisher": ""}, ". New York, 2001."),
            ({"publisher": "", "publisher-place": ""}, "[M]. 2001."),
            ({"issued": None}, ". New York: Wiley."),
            ({"page": "123–5"}, ", 2001: 123-125."),
            ({"page": "1.1-1.36"}, ", 2001: 1.1-1.36."),
            ({"page": "序2–3"}, ", 2001: 序2-3."),
            ({"page": "e12 – e19, 30"}, ", 2001: e12-e19, 30."),
            ({"publisher": "Wiley, Inc."}, ": Wiley, Inc., 2001."),
        ],
    )
    def test_place_publisher_year_and_pages(self, fields: dict[str, Any], written: str) -> None:
        assert numeric(BOOK, **fields).endswith(written)

    @pytest.mark.parametrize(
        ("fields", "written"),
        [
            ({"volume": "52", "issue": "11"}, "学报, 1996, 52(11): 24-29."),
            ({"volume": "52", "issue": None}, "学报, 1996, 52: 24-29."),
            ({"issue": "5/6"}, "学报, 1996(5/6): 24-29."),
            ({"page": "", "number": "730570"}, "学报, 1996(2): 730570."),
            ({"page": ""}, "学报, 1996(2)."),
            ({"DOI": "10.3969/j.1", "accessed": on(2013, 3, 20)}, ": 24-29[2013-03-20]. DOI:10.3969/j.1."),
        ],
    )
    def test_year_volume_issue_and_pages_of_a_journal(self, fields: dict[str, Any], written: str) -> None:
        assert numeric(ARTICLE, **fields).endswith(written)


class TestDates:
    @pytest.mark.parametrize(
        ("issued", "year"),
        [
            (on(2001, circa=True), "[2001]"),
            (on("2001"), "2001"),
            ({"date-parts": [[1957], [1990]]}, "1957/1990"),
            ({"literal": "c1988"}, "c1988"),
            ({"raw": "2001-05-06"}, "2001"),
            ({"raw": "2001~"}, "[2001]"),
            ("2001年5月", "2001"),
            ("1865（清同治四年）", "1865"),
            ("c1988", "c1988"),
            ("1995印刷", "1995印刷"),
            (2001, "2001"),
            (on(-100), "100 BC"),
        ],
    )  # fmt: skip
    def test_the_year(self, issued: object, year: str) -> None:
        assert numeric(BOOK, issued=issued).endswith(f"Wiley, {year}.")

    def test_without_a_year_that_of_the_visit_in_brackets(self) -> None:
        written = numeric(BOOK, issued=None, accessed=on(2014, 6, 11), URL="http://a.cn/")
        assert written.endswith(": Wiley, [2014][2014-06-11]. http://a.cn/.")

    @pytest.mark.parametrize(
        ("fields", "written"),
        [
            ({"issued": on(2021)}, "[EB/OL]. 2021[2023-05-02]. "),
            ({"issued": None}, "[EB/OL]. [2023-05-02]. "),
            ({"accessed": None}, "[EB/OL]. (2021-04-21). "),
            ({"accessed": on(2023, 5)}, "(2021-04-21)[2023-05]. "),
        ],
    )
    def test_what_is_only_online(self, fields: dict[str, Any], written: str) -> None:
        assert written in numeric(PAGE, **fields)


class TestVariablesInTheNote:
    def test_they_fill_gaps(self) -> None:
        assert numeric(BOOK, note="page: 288\nedition: 2").endswith(
            "[M]. 2nd ed. New York: Wiley, 2001: 288."
        )

    def test_what_the_item_says_counts_more(self) -> None:
        assert numeric(BOOK, note="publisher: Other") == numeric(BOOK)

    def test_a_type_and_a_date_are_more_exact_there(self) -> None:
        assert numeric(BOOK, note="type: map\nissued: 1999").endswith("[CM]. New York: Wiley, 1999.")

    def test_names_with_bars(self) -> None:
        written = numeric(BOOK, author=[], note="author: Yu || Xiao\nauthor: 阿里研究院")
        assert written.startswith("YU X, 阿里研究院. ")

    def test_after_a_title_but_not_in_the_middle_of_prose(self) -> None:
        assert numeric(BOOK, note="An aside\npage: 2").endswith(": 2.")
        assert numeric(BOOK, note="x: 1\nA remark.\npage: 2") == numeric(BOOK)


class TestLanguage:
    FOUR = [person(letter, "X") for letter in "ABCD"]

    @pytest.mark.parametrize(
        ("language", "title", "others"),
        [
            ("zh-CN", "Title", "等"),
            ("zh", "Title", "等"),
            ("中文", "Title", "等"),
            ("en-US", "题名", "et al"),
            ("de", "Titel", "et al"),
            ("", "题名", "等"),
            (None, "Title", "et al"),
            ("unknown to us", "题名", "等"),
        ],
    )
    def test_by_the_field_and_without_it_by_the_script(self, language: Any, title: str, others: str) -> None:
        assert f", {others}. " in numeric(BOOK, author=self.FOUR, language=language, title=title)


class TestAuthorDate:
    @pytest.mark.parametrize(
        ("item", "reference"),
        [
            (BOOK, "PEEBLES P Z, 2001. Random signals[M]. New York: Wiley."),
            ({**ZH_BOOK, "page": "16"}, "尼葛洛庞帝, 1996. 数字化生存[M]. 海口: 海南出版社: 16."),
            (ARTICLE, "杨宗英, 1996. 电子图书馆的现实模型[J]. 中国图书馆学报(2): 24-29."),
            (PAGE, "北京鲁迅博物馆, 2021. 服务章程[EB/OL]. (2021-04-21)[2023-05-02]. http://a.cn/."),
            ({**BOOK, "author": []}, "Anon, 2001. Random signals[M]. New York: Wiley."),
            ({**ZH_BOOK, "author": []}, "佚名, 1996. 数字化生存[M]. 海口: 海南出版社."),
            ({**BOOK, "issued": None}, "PEEBLES P Z. Random signals[M]. New York: Wiley."),
        ],
    )
    def test_the_year_follows_the_authors(self, item: dict[str, Any], reference: str) -> None:
        assert format_reference(item, AUTHOR_DATE) == reference


class TestTheStandardsOwnExamples:
    def test_nearly_all_are_exact(self) -> None:
        if not SAMPLES.is_dir():
            pytest.skip("the standard's examples are not beside this folder")
        items = json.loads((SAMPLES / "standard-examples.json").read_text(encoding="utf-8"))
        lines = (
            (SAMPLES / "standard-examples.expected-2015-numeric.txt").read_text(encoding="utf-8").split("\n")
        )
        exact = [format_reference(item, NUMERIC) == line for item, line in zip(items, lines, strict=False)]
        assert len(exact) == 141
        assert sum(exact) / len(exact) >= 0.95
