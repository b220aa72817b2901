"""CSL-JSON."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from research.text.bibliography import item_of, row_of, write
from research.text.bibliography.items import tidy
from tests.text.bibliographies import (
    as_json,
    assert_comes_back,
    assert_rows_come_back,
    bad,
    entries,
    good,
    needs_samples,
    sample,
)
from tests.text.test_bibliography_rows import ROWS

ONE = {"id": "a", "type": "book", "title": "A", "note": "page: 288\ntex.entrytype: image"}


class TestReading:
    @pytest.mark.parametrize(
        "text", [as_json([ONE]), as_json({"items": [ONE]}), as_json({"x": 1, "items": [ONE]})]
    )
    def test_a_list_or_an_object_with_items(self, text: str) -> None:
        (entry,) = entries(text, "csl-json")
        assert entry.item == ONE
        assert entry.row["extra"] == "note: page: 288\n  tex.entrytype: image"

    def test_one_item_alone(self) -> None:
        assert good(entries(as_json(ONE), "csl-json")) == [ONE]

    def test_lines_are_counted(self) -> None:
        found = entries(json.dumps([ONE, {**ONE, "id": "b"}], indent=1), "csl-json")
        assert [entry.line for entry in found] == [2, 8]

    def test_numbers_and_citation_keys(self) -> None:
        given = [
            {"id": 7, "type": "book", "title": "A", "volume": 3},
            {"id": "http://zotero.org/x", "citation-key": "b2018", "type": "book", "title": "B"},
        ]
        first, second = good(entries(as_json(given), "csl-json"))
        assert (first["id"], first["volume"]) == ("7", "3")
        assert (second["id"], second["custom"]) == ("b2018", {"csl.id": "http://zotero.org/x"})

    def test_variables_that_csl_does_not_know_come_back(self) -> None:
        given = {**ONE, "categories": ["x"], "foo": "bar", "type": "dissertation"}
        (found,) = good(entries(as_json([given]), "csl-json"))
        assert found["type"] == "thesis"
        assert json.loads("".join(write([found], "csl-json"))) == [given]
        assert_comes_back([found], "csl-json")


class TestBroken:
    @pytest.mark.parametrize(
        "broken",
        [
            '{"id": "x", "title": bad}',
            '{"id": "x", "author": [{"family": "A"}, {"family": "B"}], "title": bad}',
            '{"id": "x", "title": "not closed}',
            '{"id": "x", "title": "A"',
            '{"id": "x" "title": "A"}',
            '{"id": "x", "title": "A",}',
            "7",
            '"text"',
            "[1]",
            "null",
            '{"id": "x", "volume": "7"}',
        ],
    )
    def test_it_is_told_by_line_and_costs_no_neighbour(self, broken: str) -> None:
        text = f"[\n{as_json(ONE)},\n{broken},\n{as_json({**ONE, 'id': 'c'})}\n]"
        found = entries(text, "csl-json")
        assert [found["id"] for found in good(found)] == ["a", "c"]
        assert [line for line, _problem in bad(found)] == [3]

    @pytest.mark.parametrize(
        "text",
        [
            "{" * 500_000,
            "[" * 500_000,
            '[{"id": ' + "[" * 100_000,
            "x",
            "",
            "[",
            "[]",
            '[{"id": x},' * 20_000,
        ],
    )
    def test_hostile_text_is_read_to_its_end(self, text: str) -> None:
        assert bad(entries(text, "csl-json"))

    @pytest.mark.parametrize("text", ["a\\u0000b", "a\\ud800b"])
    def test_what_no_table_keeps_is_refused(self, text: str) -> None:
        (entry,) = entries(f'[{{"id": "a", "type": "book", "title": "{text}"}}]', "csl-json")
        assert entry.problem


class TestWriting:
    def test_nothing_is_an_empty_list(self) -> None:
        assert json.loads("".join(write([], "csl-json"))) == []

    @settings(max_examples=150)
    @given(st.lists(ROWS, max_size=3, unique_by=lambda row: row["key"]).filter(bool))
    def test_any_rows_come_back(self, rows: list[dict[str, str]]) -> None:
        assert_rows_come_back(rows, "csl-json")


@needs_samples
class TestSamples:
    @pytest.mark.parametrize(("name", "count"), [("standard-examples", 141), ("items", 203)])
    @pytest.mark.parametrize("format", ["csl-json", "bibtex", "ris"])
    def test_all_items_come_in_and_go_out(self, name: str, count: int, format: str) -> None:
        text = sample(f"csl-json-gbt7714/{name}.json")
        found = entries(text, "csl-json")
        assert len(json.loads(text)) == len(found) == count
        assert len(bad(found)) == {"items": 10}.get(name, 0)
        assert_comes_back(good(found), format)

    @pytest.mark.parametrize("name", ["standard-examples", "items"])
    def test_rows_lose_nothing(self, name: str) -> None:
        for found in good(entries(sample(f"csl-json-gbt7714/{name}.json"), "csl-json")):
            back = item_of(row_of(found))
            assert {**back, "title": found.get("title")} == {**found, "title": found.get("title")}

    def test_little_is_changed_by_reading(self) -> None:
        changed: set[str] = set()
        for one in json.loads(sample("csl-json-gbt7714/standard-examples.json")):
            found: dict[str, Any] = tidy(one)
            changed |= {name for name in one if one[name] != found.get(name)}
        # Texts for numbers in dates, two particles as one, and a newer name.
        assert changed == {"issued", "accessed", "submitted", "author", "journalAbbreviation"}
