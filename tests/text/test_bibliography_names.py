"""The grammar of `authors`, of `extra`, and citation keys."""

import re
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from research.models.source import KEY, Source
from research.text.bibliography import suggest_key
from research.text.bibliography.extra import is_canonical, read_extra, write_extra
from research.text.bibliography.keys import LONGEST_KEY, Keys, fit_key, is_key
from research.text.bibliography.names import Name, read_names, write_names

SPLIT = {"family": "Shannon", "given": "Claude E."}


class TestNames:
    @pytest.mark.parametrize(
        ("text", "names"),
        [
            ("刘松", [{"literal": "刘松"}]),
            ("刘松; 中国造纸学会", [{"literal": "刘松"}, {"literal": "中国造纸学会"}]),
            ("刘, 松", [{"family": "刘", "given": "松"}]),
            ("Shannon, Claude E.", [SPLIT]),
            (
                "van der Merwe, Karen",
                [{"non-dropping-particle": "van der", "family": "Merwe", "given": "Karen"}],
            ),
            ("Van de Peer, Yves", [{"family": "Van de Peer", "given": "Yves"}]),
            ("Sodeman, Jr., William A", [{"family": "Sodeman", "suffix": "Jr.", "given": "William A"}]),
            ("{Barnes, Noble; Co}", [{"literal": "Barnes, Noble; Co"}]),
            (r"{a\}b\\c;}", [{"literal": r"a}b\c;"}]),
            ("{de Silva}, Ana", [{"family": "de Silva", "given": "Ana"}]),
            (
                "Humboldt, Alexander von",
                [{"family": "Humboldt", "given": "Alexander", "dropping-particle": "von"}],
            ),
            ("Peebles, {Peyton van}", [{"family": "Peebles", "given": "Peyton van"}]),
            ("Wang, xiaoming", [{"family": "Wang", "given": "xiaoming"}]),
            ("张昆; others", [{"literal": "张昆"}, {"literal": "others"}]),
        ],
    )
    def test_they_are_read_and_written(self, text: str, names: list[dict[str, Any]]) -> None:
        assert read_names(text) == names
        assert write_names(names) == text

    @pytest.mark.parametrize(
        ("text", "canonical"),
        [
            ("刘松；李四", "刘松; 李四"),
            (" 刘松 ;; 李四; ", "刘松; 李四"),
            ("Shannon,Claude  E.", "Shannon, Claude E."),
            ("a, b, c, d", "{a, b, c, d}"),
            ("Shannon,", "Shannon"),
            ("{unclosed", "{{unclosed}"),
            ("{a} b", "{{a\\} b}"),
            ("", ""),
            (" ; ,;", ""),
        ],
    )
    def test_what_people_type_has_one_form(self, text: str, canonical: str) -> None:
        assert write_names(read_names(text)) == canonical

    def test_other_parts_of_csl_become_those_of_the_column(self) -> None:
        names: list[Name] = [
            {"family": "Plato"},
            {"given": "Madonna"},
            {"family": "Peebles", "given": "Peyton Z.", "suffix": "Jr.", "comma-suffix": True},
            {},
            {"family": 7, "given": ["x"]},
        ]
        assert write_names(names) == "Plato; Madonna; Peebles, Jr., Peyton Z.; 7"

    @given(st.text(alphabet="ab,;；{}\\ \n刘A", max_size=30) | st.text(max_size=40))
    def test_any_text_settles_at_once(self, text: str) -> None:
        names = read_names(text)
        assert read_names(write_names(names)) == names

    @pytest.mark.parametrize(
        "text", ["{" * 100_000, "{\\" * 100_000, "{};" * 50_000, ", " * 100_000, ";" * 100_000]
    )
    def test_hostile_text_is_read(self, text: str) -> None:
        read_names(text)


class TestExtra:
    @pytest.mark.parametrize(
        ("text", "fields"),
        [
            ("volume: 27\npage: 379-423", {"volume": "27", "page": "379-423"}),
            ("abstract: one\n  two\n  \n    three", {"abstract": "one\ntwo\n\n  three"}),
            ("abstract:\n  two", {"abstract": "\ntwo"}),
            ("cnki.Database Provider: CNKI", {"cnki.Database Provider": "CNKI"}),
            ("cnki.图书印刷版ISBN: 97801", {"cnki.图书印刷版ISBN": "97801"}),
            ("tex.dc:title: x", {"tex.dc:title": "x"}),
            ("note: page: 288", {"note": "page: 288"}),
            ("", {}),
        ],
    )
    def test_fields_are_read_and_written(self, text: str, fields: dict[str, str]) -> None:
        assert read_extra(text) == fields
        assert write_extra(fields) == text
        assert is_canonical(text)

    @pytest.mark.parametrize(
        ("text", "fields"),
        [
            ("doi:10.1/x\n页数很多\nhttp://a.b/c", {"doi": "10.1/x", "note": "页数很多\nhttp://a.b/c"}),
            ("page：3", {"page": "3"}),
            ("note: a\nvolume: 1\nnote: b", {"note": "a\nb", "volume": "1"}),
            ("abstract: a\n\n  b", {"abstract": "a\n\nb"}),
            ("a: 1\r\nb: 2\rc: 3", {"a": "1", "b": "2", "c": "3"}),
            ("  indented", {"note": "  indented"}),
        ],
    )
    def test_other_lines_are_not_lost(self, text: str, fields: dict[str, str]) -> None:
        assert read_extra(text) == fields
        assert not is_canonical(text)

    @given(st.text(alphabet="ab: \n：.-刘", max_size=40) | st.text(max_size=60))
    def test_any_text_keeps_its_letters(self, text: str) -> None:
        fields = read_extra(text)
        left = sorted(re.sub(r"[\s:：]", "", text))
        written = write_extra(fields)
        assert read_extra(written) == fields
        assert not set(left) - set(written)

    @given(st.dictionaries(st.sampled_from(["page", "tex.a b", "cnki.刘", "note"]), st.text(max_size=30)))
    def test_any_value_comes_back(self, fields: dict[str, str]) -> None:
        fields = {name: value.replace("\r", "\n") for name, value in fields.items()}
        assert read_extra(write_extra(fields)) == fields


def fits_table(key: str) -> bool:
    try:
        KEY(key)
    except ValidationError:
        return False
    return True


class TestKeys:
    @pytest.mark.parametrize(
        ("item", "key"),
        [
            ({"author": [{"literal": "刘松"}], "issued": {"date-parts": [[2018]]}}, "刘松2018"),
            ({"author": [SPLIT], "issued": {"date-parts": [[1948, 7]]}}, "shannon1948"),
            ({"author": [{"literal": "World Health Organization"}]}, "worldhealthorganization"),
            ({"author": [{"literal": "中华人民共和国国家质量监督检验检疫总局"}]}, "中华人民共和国国家质量监"),
            ({"editor": [{"family": "O'Neil", "given": "A"}]}, "oneil"),
            ({"title": "On the Origin of Species by Means"}, "ontheoriginof"),
            ({"title": "产业互联网白皮书", "issued": "2018"}, "产业互联网白皮书2018"),
            ({"DOI": "10.1000/182"}, "101000182"),
            ({"title": "——"}, "source"),
            ({}, "source"),
        ],
    )
    def test_one_is_suggested(self, item: dict[str, Any], key: str) -> None:
        assert suggest_key(item) == key
        assert is_key(key)

    def test_taken_ones_are_set_apart(self) -> None:
        item = {"author": [SPLIT], "issued": {"date-parts": [[1948]]}}
        assert suggest_key(item, {"shannon1948"}) == "shannon1948b"
        letters = {"shannon1948", *(f"shannon1948{letter}" for letter in "bcdefghijklmnopqrstuvwxyz")}
        assert suggest_key(item, letters) == "shannon1948-27"

    def test_many_of_one_kind_get_one_each(self) -> None:
        keys = Keys({"x", "xc"})
        assert [keys.free("x") for _ in range(3)] == ["xb", "xd", "xe"]
        assert len({keys.free("y") for _ in range(20_000)}) == 20_000

    @pytest.mark.parametrize(
        ("text", "key"),
        [
            ("DBLP:conf/sp/2018", "DBLP:conf-sp-2018"),
            ("gbt7714.5.1:1", "gbt7714.5.1:1"),
            ("2016_罗明_p2424-2431", "2016_罗明_p2424-2431"),
            ("a  b", "a-b"),
            ("http://zotero.org/users/1/items/ABC", "http:zotero.org-users-1-items-ABC"),
            ("{}", ""),
            ("", ""),
        ],
    )
    def test_a_given_one_is_made_to_fit(self, text: str, key: str) -> None:
        assert fit_key(text) == key

    @given(st.text(max_size=150))
    def test_what_fits_here_fits_the_table(self, text: str) -> None:
        key = fit_key(text)
        assert key == "" or (fits_table(key) and len(key) <= LONGEST_KEY)
        assert fit_key(key) == key
        assert is_key(text) == (fits_table(text) and len(text) <= LONGEST_KEY)

    def test_the_table_s_own_length_is_kept(self) -> None:
        assert Source._meta.get_field("key").max_length == LONGEST_KEY
