"""Items as rows of sources.csv, and rows as items."""

from typing import Any

import pytest
from django.db import models
from hypothesis import given
from hypothesis import strategies as st

from research.models.source import Source, SourceKind
from research.rows import TABLES
from research.text import edtf
from research.text.bibliography import Unfit, item_of, row_of
from research.text.bibliography.extra import write_extra
from research.text.bibliography.items import tidy
from research.text.bibliography.names import read_names, write_names
from research.text.bibliography.rows import COLUMNS, LONGEST, convert
from research.text.bibliography.variables import NEAREST, ORDER, TYPES

WHOLE_ITEM = {
    "id": "shannon1948",
    "type": "article-journal",
    "title": "A Mathematical Theory of Communication",
    "author": [{"family": "Shannon", "given": "Claude E."}],
    "publisher": "AT&T",
    "container-title": "Bell System Technical Journal",
    "issued": {"date-parts": [[1948, 7]]},
    "URL": "https://example.org/a?b=c",
    "accessed": {"date-parts": [[2019, 9, 12]]},
    "language": "en",
    "DOI": "10.1002/j.1538-7305.1948.tb01338.x",
    "annote": "Two\n\nparagraphs",
    "keyword": "entropy; 信息论",
    "volume": "27",
    "page": "379-423",
    "ISSN": "0005-8580",
    "custom": {"archived-url": "https://web.archive.org/a", "tex.keyvalue": "x"},
}
WHOLE_ROW = {
    "key": "shannon1948",
    "kind": "article-journal",
    "title": "A Mathematical Theory of Communication",
    "authors": "Shannon, Claude E.",
    "publisher": "AT&T",
    "container": "Bell System Technical Journal",
    "issued": "1948-07",
    "url": "https://example.org/a?b=c",
    "archived_url": "https://web.archive.org/a",
    "accessed": "2019-09-12",
    "language": "en",
    "identifier": "10.1002/j.1538-7305.1948.tb01338.x",
    "body": "Two\n\nparagraphs",
    "tags": "entropy; 信息论",
    "extra": "volume: 27\npage: 379-423\nISSN: 0005-8580\ntex.keyvalue: x",
}


class TestColumns:
    def test_an_item_fills_the_row_and_the_row_the_item(self) -> None:
        assert row_of(WHOLE_ITEM) == WHOLE_ROW
        assert item_of(WHOLE_ROW) == WHOLE_ITEM

    def test_a_row_has_only_what_the_item_speaks_of_and_its_extra(self) -> None:
        row = row_of({"id": "a", "type": "book", "title": "T"})
        assert row == {"key": "a", "kind": "book", "title": "T", "extra": ""}

    def test_they_are_columns_of_the_table(self) -> None:
        assert {*COLUMNS, "status"} == set(TABLES["sources"].columns)

    def test_lengths_are_those_of_the_table(self) -> None:
        for column in ("title", "authors", "publisher", "container", "language", "identifier", "url"):
            field = Source._meta.get_field(column)
            assert isinstance(field, models.CharField)
            assert field.max_length == LONGEST[column]

    def test_types_are_those_of_the_table(self) -> None:
        assert set(SourceKind.values) == TYPES
        assert set(NEAREST.values()) <= TYPES


class TestIdentifiers:
    @pytest.mark.parametrize(
        ("fields", "identifier", "extra"),
        [
            ({"DOI": "https://doi.org/10.1000/182"}, "10.1000/182", ""),
            ({"DOI": "10.1000/182", "ISBN": "9780306406157"}, "10.1000/182", "ISBN: 9780306406157"),
            ({"ISBN": "9780306406157", "number": "5"}, "9780306406157", "number: 5"),
            ({"ISBN": "9780306406158"}, None, "ISBN: 9780306406158"),
            ({"number": "GB/T 7714—2015"}, "GB/T 7714—2015", ""),
            ({"number": "10.1000/182"}, None, "number: 10.1000/182"),
            ({"DOI": "无"}, None, "DOI: 无"),
            ({"ISSN": "1003-8477", "PMID": "7"}, None, "ISSN: 1003-8477\nPMID: 7"),
        ],
    )
    def test_the_column_holds_what_it_tells_apart(
        self, fields: dict[str, str], identifier: str | None, extra: str
    ) -> None:
        row = row_of({"id": "a", "type": "book", "title": "T", **fields})
        assert (row.get("identifier"), row["extra"]) == (identifier, extra)
        assert row_of(item_of(row)) == row

    def test_a_person_s_own_choice_stays(self) -> None:
        row = {
            "key": "a",
            "kind": "book",
            "title": "T",
            "identifier": "9780306406157",
            "extra": "DOI: 10.1000/182",
        }
        assert item_of(row)["DOI"] == "10.1000/182"
        assert row_of(item_of(row)) == row


class TestDates:
    @pytest.mark.parametrize(
        ("issued", "column", "extra"),
        [
            ({"date-parts": [["2018", "3"]]}, "2018-03", ""),
            ({"date-parts": [[2018, 3, 1], [2018, 4, 2]]}, "2018-03-01/2018-04-02", ""),
            ({"date-parts": [[2018]], "season": "2"}, "2018-22", ""),
            ({"date-parts": [[2018]], "circa": 1}, "2018~", ""),
            ({"raw": "上世纪70年代"}, "197X", ""),
            ("1936~", "1936~", ""),
            ({"literal": "1947（民国三十六年）"}, "1947", "issued: 1947（民国三十六年）"),
            ({"literal": "in press"}, None, "issued: in press"),
            ({"date-parts": [[-44]]}, None, 'csl.issued: {"date-parts": [[-44]]}'),
            (
                {"date-parts": [["1957"]], "season": "1990"},
                "1957",
                'csl.issued: {"date-parts": [["1957"]], "season": "1990"}',
            ),
            ({"date-parts": "x"}, None, 'csl.issued: {"date-parts": "x"}'),
        ],
    )
    def test_issued_is_edtf_and_what_that_cannot_say_is_extra(
        self, issued: Any, column: str | None, extra: str
    ) -> None:
        item = {"id": "a", "type": "book", "title": "T", "issued": issued}
        row = row_of(item)
        assert (row.get("issued"), row["extra"]) == (column, extra)
        assert item_of(row) == tidy(item)
        assert row_of(item_of(row)) == row

    def test_a_changed_column_wins_over_the_words_beside_it(self) -> None:
        row = {
            "key": "a",
            "kind": "book",
            "title": "T",
            "issued": "1948",
            "extra": "issued: 1947（民国三十六年）",
        }
        assert item_of(row)["issued"] == {"date-parts": [[1948]]}
        assert row_of(item_of(row)) == row

    @pytest.mark.parametrize(
        ("accessed", "column", "extra"),
        [
            ({"date-parts": [[2019, 9, 12]]}, "2019-09-12", ""),
            ({"date-parts": [[2019, 9]]}, None, "accessed: 2019-09"),
            ({"date-parts": [[2019]], "raw": "2015~/2018"}, None, "accessed: 2015~/2018"),
        ],
    )
    def test_accessed_is_a_day(self, accessed: Any, column: str | None, extra: str) -> None:
        row = row_of({"id": "a", "type": "book", "title": "T", "accessed": accessed})
        assert (row.get("accessed"), row["extra"]) == (column, extra)


class TestWhatDoesNotFit:
    def test_an_unknown_type_is_the_nearest(self) -> None:
        row = row_of({"id": "a", "type": "dissertation", "title": "T"})
        assert (row["kind"], row["extra"]) == ("thesis", "csl.type: dissertation")
        assert row_of({"id": "a", "type": "hologram", "title": "T"})["kind"] == "document"

    @pytest.mark.parametrize(
        "url", ["ftp://a.b/c", "www.a.b", "http://a b", "javascript:alert(1)", "https://" + "x" * 2000]
    )
    def test_what_is_no_address_is_extra(self, url: str) -> None:
        row, notes = convert({"id": "a", "type": "book", "title": "T", "URL": url})
        assert "url" not in row
        assert row["extra"] == f"URL: {url}"
        assert len(notes) == 1

    def test_authors_beyond_the_column_are_extra(self) -> None:
        names = [{"family": f"Family{n}", "given": "Given"} for n in range(300)]
        item = {"id": "a", "type": "book", "title": "T", "author": names}
        row, notes = convert(item)
        assert 980 < len(row["authors"]) <= 1000
        assert row["extra"].startswith("author: Family")
        assert "300" in notes[0]
        assert item_of(row) == item
        assert row_of(item_of(row)) == row

    def test_a_tag_or_a_language_too_long_is_extra(self) -> None:
        row = row_of({"id": "a", "type": "book", "title": "T", "keyword": "x" * 101, "language": "y" * 36})
        assert row["extra"] == f"language: {'y' * 36}\nkeyword: {'x' * 101}"
        assert row_of(item_of(row)) == row

    @pytest.mark.parametrize("variable", ["title", "publisher", "container-title"])
    def test_what_is_read_in_lists_must_fit(self, variable: str) -> None:
        with pytest.raises(Unfit, match="501") as caught:
            row_of({"id": "a", "type": "book", "title": "T", variable: "长" * 501})
        assert caught.value.field == variable.removesuffix("-title")

    @pytest.mark.parametrize("text", ["a\0b", "a\ud800b"])
    def test_what_no_table_keeps_is_refused(self, text: str) -> None:
        with pytest.raises(Unfit):
            row_of({"id": "a", "type": "book", "title": "T", "abstract": text})

    def test_values_of_no_use_are_left_out_or_kept_as_json(self) -> None:
        item = {
            **{
                "id": 7,
                "type": "book",
                "title": "T",
                "volume": 27,
                "issue": "",
                "editor": [],
                "author": "刘松",
            },
            **{"categories": ["a", "b"], "shortTitle": "S", "foo": "bar", "custom": {"a b": "c", "n": 1}},
        }
        assert tidy(item) == {
            **{"id": "7", "type": "book", "title": "T", "volume": "27", "title-short": "S"},
            "custom": {
                **{"csl.author": "刘松", "csl.categories": '["a", "b"]', "csl.foo": "bar"},
                **{"csl.custom.a b": "c", "n": "1"},
            },
        }
        assert item_of(row_of(item)) == tidy(item)


class TestTitles:
    @pytest.mark.parametrize(
        ("fields", "title"),
        [
            ({"DOI": "10.1000/182", "publisher": "P"}, "10.1000/182"),
            ({"URL": "https://a.b/c"}, "https://a.b/c"),
            ({"author": [{"literal": "李时珍"}]}, "李时珍"),
            ({"issued": {"literal": "c1988"}}, "c1988"),
        ],
    )
    def test_something_stands_in_with_a_note(self, fields: dict[str, Any], title: str) -> None:
        row, notes = convert({"id": "a", "type": "book", **fields})
        assert row["title"] == title
        assert title in notes[0]

    def test_nothing_at_all_is_refused(self) -> None:
        with pytest.raises(Unfit) as caught:
            row_of({"id": "a", "type": "book", "volume": "3"})
        assert caught.value.field == "title"


# What the table keeps has no blank ends and no carriage returns, and no NUL.
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), max_size=40).map(
    str.strip
)
TRICKY = st.text(alphabet="{}\\%@#\"'$&~^_<>=,;:：- \n\t阿𠮷AbEx01/.", max_size=40).map(str.strip)
ANY = TEXTS | TRICKY
DATES = st.sampled_from(
    [
        *("", "197X", "19XX", "2000~", "2000?", "2000%", "2018-21", "2018-11-26", "../2015-04", "2015-04/.."),
        *("0001", "9999-12-31?", "2015-04/2015-06", "2000~/2010", "197X/198X"),
    ]
)
URLS = st.sampled_from(
    ["", "https://example.org/a_b%20c~d?e={f}&g=[1]#h", "http://例子.中国/路径", "https://a.bc/\\x{"]
)
IDENTIFIERS = ANY | st.sampled_from(
    ["10.1000/a{b}_c%", "978-7-302-58978-5", "GB/T 7714—2015", "10.1000/182;x"]
)
COLUMN_VARIABLES = {
    *(
        "author",
        "issued",
        "accessed",
        "title",
        "publisher",
        "container-title",
        "language",
        "keyword",
        "annote",
    ),
    *("URL", "DOI", "ISBN", "number", "citation-key"),
}
FREE = [name for name in ORDER if name not in COLUMN_VARIABLES]
NAME_LISTS = ANY.map(lambda text: write_names(read_names(text)))
CUSTOM = st.sampled_from(
    ["tex.keyvalue", "ris.C8", "cnki.Database Provider", "cnki.图书印刷版ISBN", "row", "my-own"]
)


@st.composite
def extras(draw: Any) -> str:
    names = draw(st.lists(st.sampled_from(FREE) | CUSTOM, unique=True, max_size=6))
    fields = {name: value for name in names if (value := draw(value_of(name)))}
    return write_extra(fields)


def value_of(name: str) -> st.SearchStrategy[str]:
    if name.endswith("-date") or name == "submitted":
        return DATES | ANY
    if name in ORDER and ORDER[name] < ORDER["issued"]:
        return NAME_LISTS
    return ANY


ROWS = st.fixed_dictionaries(
    {
        "key": st.from_regex(r"\w(?:\w|[:.#$%&\-+?<>~](?=\w)){0,30}", fullmatch=True),
        "kind": st.sampled_from(SourceKind.values),
        "title": ANY.filter(bool),
        "authors": ANY | NAME_LISTS,
        "publisher": ANY,
        "container": ANY,
        "issued": DATES,
        "url": URLS,
        "archived_url": URLS,
        "accessed": st.none() | st.dates(),
        "language": ANY.map(lambda text: text[:35].strip()),
        "identifier": IDENTIFIERS,
        "body": ANY,
        "tags": ANY,
        "extra": extras(),
    }
).map(lambda row: {name: str(value) for name, value in row.items() if value or name == "extra"})


@given(ROWS)
def test_any_row_comes_back_from_its_item(row: dict[str, str]) -> None:
    item = item_of(row)
    assert row_of(item) == row
    assert tidy(item) == item
    assert item_of(row_of(item)) == item


def test_the_dates_of_these_rows_are_canonical() -> None:
    assert edtf.parse("2000~/2010").value == "2000~/2010"
    assert edtf.parse("197X/198X").value == "197X/198X"
