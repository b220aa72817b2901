"""References in APA style, 7th edition: examples of the publication manual, and each rule on a small item."""

from typing import Any

import pytest

from research.text.styles import format_reference
from tests.text.test_gbt7714 import ARTICLE, BOOK, PAGE, ZH_BOOK, on, person


def apa(item: dict[str, Any], **fields: Any) -> str:
    return format_reference({**item, **fields}, "apa")


class TestTheManualsExamples:
    """Chapter 10 of the manual; the numbers are those of its examples."""

    @pytest.mark.parametrize(
        ("item", "reference"),
        [
            pytest.param(
                {
                    "type": "article-journal",
                    "author": [person("McCauley", "S. M."), person("Christiansen", "M. H.")],
                    "issued": on(2019),
                    "title": "Language learning as language use",
                    "volume": "126",
                    "issue": "1",
                    "container-title": "Psychological Review",
                    "page": "1-51",
                    "DOI": "10.1037/rev0000126",
                },
                "McCauley, S. M., & Christiansen, M. H. (2019). Language learning as language use. "
                "Psychological Review, 126(1), 1–51. https://doi.org/10.1037/rev0000126",
                id="1",
            ),
            pytest.param(
                {
                    "type": "article-journal",
                    "author": [person("Burin", "D."), person("Pia", "L.")],
                    "issued": on(2019),
                    "title": "Body ownership",
                    "volume": "14",
                    "issue": "1",
                    "container-title": "PLOS ONE",
                    "number": "e0209899",
                },
                "Burin, D., & Pia, L. (2019). Body ownership. PLOS ONE, 14(1), Article e0209899.",
                id="6",
            ),
            pytest.param(
                {
                    "type": "article-journal",
                    "author": [person("Pachur", "T.")],
                    "status": "in press",
                    "title": "Unpacking differences",
                    "container-title": "Psychonomic Bulletin & Review",
                },
                "Pachur, T. (in press). Unpacking differences. Psychonomic Bulletin & Review.",
                id="8",
            ),
            pytest.param(
                {
                    "type": "article-journal",
                    "author": [person("Piaget", "J.")],
                    "issued": on(1972),
                    "title": "Growth",
                    "translator": [person("Bliss", "J."), person("Furth", "H.")],
                    "original-date": on(1970),
                    "container-title": "Human Development",
                    "volume": "15",
                    "issue": "1",
                    "page": "1-12",
                },
                "Piaget, J. (1972). Growth (J. Bliss & H. Furth, Trans.). Human Development, 15(1), 1–12. "
                "(Original work published 1970)",
                id="10",
            ),
            pytest.param(
                {
                    "type": "article-magazine",
                    "author": [person("Weir", "K.")],
                    "issued": on(2017, 1),
                    "page": "30",
                    "title": "Forgiveness",
                    "container-title": "Monitor on Psychology",
                    "volume": "48",
                    "issue": "1",
                },
                "Weir, K. (2017, January). Forgiveness. Monitor on Psychology, 48(1), 30.",
                id="15c",
            ),
            pytest.param(
                {
                    "type": "article-newspaper",
                    "author": [person("Hess", "A.")],
                    "issued": on(2019, 1, 3),
                    "title": "Cats who take direction",
                    "container-title": "The New York Times",
                    "page": "C1",
                },
                "Hess, A. (2019, January 3). Cats who take direction. The New York Times, C1.",
                id="16b",
            ),
            pytest.param(
                {
                    "type": "book",
                    "author": [person("Brown", "L. S.")],
                    "issued": on(2018),
                    "edition": "2",
                    "title": "Feminist therapy",
                    "publisher": "APA",
                    "DOI": "https://doi.org/10.1037/0000092-000",
                },
                "Brown, L. S. (2018). Feminist therapy (2nd ed.). APA. https://doi.org/10.1037/0000092-000",
                id="20",
            ),
            pytest.param(
                {
                    "type": "book",
                    "editor": [person("Schmid", "Hans-Jörg")],
                    "issued": on(2017),
                    "title": "Entrenchment",
                    "publisher": "APA",
                },
                "Schmid, H.-J. (Ed.). (2017). Entrenchment. APA.",
                id="24",
            ),
            pytest.param(
                {
                    "type": "book",
                    "author": [person("Freud", "S.")],
                    "issued": on(2010),
                    "title": "Dreams",
                    "editor": [person("Strachey", "J.")],
                    "translator": [person("Strachey", "J.")],
                    "publisher": "Basic Books",
                    "original-date": on(1900),
                },
                "Freud, S. (2010). Dreams (J. Strachey, Ed. & Trans.). Basic Books. "
                "(Original work published 1900)",
                id="29a",
            ),
            pytest.param(
                {
                    "type": "report",
                    "author": [{"literal": "World Health Organization"}],
                    "issued": on(2019),
                    "edition": "11",
                    "title": "Classification of diseases",
                    "publisher": "World Health Organization",
                },
                "World Health Organization. (2019). Classification of diseases (11th ed.).",
                id="32b",
            ),
            pytest.param(
                {
                    "type": "book",
                    "author": [{"literal": "Merriam-Webster"}],
                    "title": "Dictionary",
                    "URL": "https://a.com/",
                    "accessed": on(2019, 5, 5),
                },
                "Merriam-Webster. (n.d.). Dictionary. Retrieved May 5, 2019, from https://a.com/",
                id="33b",
            ),
            pytest.param(
                {
                    "type": "chapter",
                    "author": [person("Balsam", "K. F.")],
                    "issued": on(2019),
                    "title": "Therapy",
                    "editor": [person("Iwamasa", "G. Y."), person("Hays", "P. A.")],
                    "edition": "2",
                    "page": "287-314",
                    "container-title": "Practice and supervision",
                    "publisher": "APA",
                },
                "Balsam, K. F. (2019). Therapy. In G. Y. Iwamasa & P. A. Hays (Eds.), "
                "Practice and supervision (2nd ed., pp. 287–314). APA.",
                id="38",
            ),
            pytest.param(
                {
                    "type": "report",
                    "author": [{"literal": "National Cancer Institute"}],
                    "issued": on(2018),
                    "title": "Facing forward",
                    "genre": "NIH publication",
                    "number": "18\\-2424",
                },
                "National Cancer Institute. (2018). Facing forward (NIH Publication No. 18-2424).",
                id="50c",
            ),
            pytest.param(
                {
                    "type": "thesis",
                    "author": [person("Harris", "L.")],
                    "issued": on(2014),
                    "title": "Leadership",
                    "genre": "Unpublished doctoral dissertation",
                    "publisher": "University of Virginia",
                },
                "Harris, L. (2014). Leadership [Unpublished doctoral dissertation]. University of Virginia.",
                id="64",
            ),
            pytest.param(
                {
                    "type": "thesis",
                    "author": [person("Hutcheson", "V. H.")],
                    "issued": on(2012),
                    "title": "Coping",
                    "genre": "Master’s thesis",
                    "publisher": "The College",
                    "archive": "Digital Archive",
                    "URL": "https://a.edu/",
                },
                "Hutcheson, V. H. (2012). Coping [Master’s thesis, The College]. Digital Archive. https://a.edu/",
                id="66",
            ),
            pytest.param(
                {
                    "type": "software",
                    "author": [person("Borenstein", "M.")],
                    "issued": on(2014),
                    "title": "Comprehensive meta-analysis",
                    "version": "3.3.070",
                    "publisher": "Biostat",
                },
                "Borenstein, M. (2014). Comprehensive meta-analysis (Version 3.3.070) [Computer software]. "
                "Biostat.",
                id="77",
            ),
            pytest.param(
                {
                    "type": "webpage",
                    "author": [{"literal": "Mayo Clinic Staff"}],
                    "issued": on(2016, 12, 29),
                    "title": "Be kind to yourself",
                    "container-title": "Mayo Clinic",
                    "URL": "https://a.org/b",
                },
                "Mayo Clinic Staff. (2016, December 29). Be kind to yourself. Mayo Clinic. https://a.org/b",
                id="112",
            ),
        ],
    )
    def test_they_come_out_as_printed(self, item: dict[str, Any], reference: str) -> None:
        assert apa(item) == reference


class TestAuthors:
    @pytest.mark.parametrize(
        ("authors", "written"),
        [
            ([person("King", "Martin Luther", suffix="Jr.")], "King, M. L., Jr."),
            ([person("Berg", "Jan", **{"non-dropping-particle": "van der"})], "van der Berg, J."),
            ([person("Beauvoir", "Simone de")], "Beauvoir, S. de."),
            ([{"literal": "UNESCO"}, {"literal": "WHO"}], "UNESCO & WHO."),
            ([person("A", "B"), {"literal": "WHO"}], "A, B., & WHO."),
            ([person("A", "B"), person("C", "D"), person("E", "F")], "A, B., C, D., & E, F."),
            ([{"literal": "刘松"}], "刘松."),
            ([person("刘", "松"), person("王", "莉")], "刘松 & 王莉."),
            ([{"literal": "刘松"}, {"literal": "王莉"}, {"literal": "李四"}], "刘松, 王莉, & 李四."),
        ],
    )
    def test_names(self, authors: list[dict[str, str]], written: str) -> None:
        assert apa(BOOK, author=authors).startswith(f"{written} (2001). Random")

    @pytest.mark.parametrize("count", [20, 21, 30])
    def test_of_more_than_twenty_the_first_nineteen_and_the_last(self, count: int) -> None:
        authors = apa(BOOK, author=[person(f"N{i}", "X") for i in range(count)]).partition(" (2001)")[0]
        assert authors.count("N") == 20
        assert authors.endswith(", & N19, X." if count == 20 else f"N18, X., … N{count - 1}, X.")

    def test_without_authors_the_title_comes_first(self) -> None:
        assert apa(BOOK, author=[]) == "Random signals. (2001). Wiley."


class TestChineseWorks:
    @pytest.mark.parametrize(
        ("item", "reference"),
        [
            ({**ZH_BOOK, "edition": "2"}, "尼葛洛庞帝. (1996). 数字化生存 (第2版). 海南出版社."),
            (
                {**ZH_BOOK, "translator": [{"literal": "胡泳"}]},
                "尼葛洛庞帝. (1996). 数字化生存 (胡泳, 译). 海南出版社.",
            ),
            ({**ZH_BOOK, "issued": None}, "尼葛洛庞帝. (无日期). 数字化生存. 海南出版社."),
            (ARTICLE, "杨宗英. (1996). 电子图书馆的现实模型. 中国图书馆学报, (2), 24–29."),
            (PAGE, "北京鲁迅博物馆. (2021年4月21日). 服务章程. http://a.cn/"),
            ({**PAGE, "issued": None}, "北京鲁迅博物馆. (无日期). 服务章程. 2023年5月2日检索自 http://a.cn/"),
            (
                {**ZH_BOOK, "type": "chapter", "container-title": "文集", "editor": [{"literal": "许厚泽"}]},
                "尼葛洛庞帝. (1996). 数字化生存. 见 许厚泽 (编), 文集. 海南出版社.",
            ),
        ],
    )
    def test_what_is_added_is_chinese(self, item: dict[str, Any], reference: str) -> None:
        assert apa(item) == reference


class TestDates:
    @pytest.mark.parametrize(
        ("issued", "written"),
        [
            (on(2001, circa=True), "(ca. 2001)"),
            (on(-349), "(349 B.C.E.)"),
            ({"date-parts": [[2015], [2020]]}, "(2015–2020)"),
            ({"literal": "Spring"}, "(Spring)"),
            (None, "(n.d.)"),
            ("nonsense", "(nonsense)"),
        ],
    )
    def test_the_year(self, issued: object, written: str) -> None:
        assert written in apa(BOOK, issued=issued)

    @pytest.mark.parametrize(
        ("days", "written"),
        [
            ([[2017, 7, 12], [2017, 7, 15]], "(2017, July 12–15)"),
            ([[2016, 3, 30], [2016, 4, 2]], "(2016, March 30–April 2)"),
            ([[2016, 12, 30], [2017, 1, 2]], "(2016, December 30–2017, January 2)"),
        ],
    )
    def test_days_of_a_conference(self, days: list[list[int]], written: str) -> None:
        assert written in apa(BOOK, type="speech", issued={"date-parts": days})


class TestAddresses:
    @pytest.mark.parametrize("doi", ["10.1/a", "doi:10.1/a", "DOI: 10.1/a", "http://dx.doi.org/10.1/a"])
    def test_a_doi_is_an_address_and_goes_before_the_url(self, doi: str) -> None:
        assert apa(BOOK, DOI=doi, URL="http://a.cn/").endswith("Wiley. https://doi.org/10.1/a")

    def test_no_point_follows_an_address(self) -> None:
        assert apa(BOOK, URL="http://a.cn/").endswith("Wiley. http://a.cn/")


class TestMoreAuthorsThanNamed:
    def test_they_are_et_al_or_deng(self) -> None:
        more = {"literal": "others"}
        assert apa(BOOK, author=[*BOOK["author"], more]).startswith("Peebles, P. Z., et al. (2001). ")
        assert apa(ZH_BOOK, author=[{"literal": "刘松"}, more]).startswith("刘松, 等. (1996). ")


class TestDecades:
    def test_one_is_no_span_of_years(self) -> None:
        issued = {"date-parts": [[1970], [1979]], "raw": "197X"}
        assert "(197X)" in apa(BOOK, issued=issued)
