"""Whatever an item holds, each style makes one line of it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from research.text.bibliography.variables import DATES, NAMES
from research.text.styles import STYLES, format_reference
from tests.text.test_gbt7714 import BOOK


class TestAnythingAtAll:
    def test_an_unknown_style_is_named(self) -> None:
        with pytest.raises(ValueError, match="“mla” is not a style; known are: gb-t-7714-2015-numeric"):
            format_reference(BOOK, "mla")

    @pytest.mark.parametrize("style", STYLES)
    def test_an_empty_item_is_one_line(self, style: str) -> None:
        assert "\n" not in format_reference({}, style)

    VALUES = st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "family",
                        "given",
                        "literal",
                        "suffix",
                        "non-dropping-particle",
                        "raw",
                        "date-parts",
                        "circa",
                    ]
                ),
                inner,
            )
        ),
        max_leaves=12,
    )
    FIELDS = st.sampled_from(
        sorted(
            {
                *DATES, *NAMES, "type", "title", "container-title", "volume", "issue",
                "number", "page", "edition", "publisher", "publisher-place", "URL", "DOI", "note",
                "language", "genre", "status", "version", "medium", "archive", "event-title",
            }
        )
    )  # fmt: skip
    TYPES = st.sampled_from(
        ["book", "chapter", "article-journal", "periodical", "patent", "thesis", "webpage"]
    )

    @given(
        item=st.dictionaries(FIELDS, VALUES, max_size=8), kind=TYPES, style=st.sampled_from(sorted(STYLES))
    )
    def test_nothing_makes_it_fail_or_break_a_line(self, item: dict[str, Any], kind: str, style: str) -> None:
        written = format_reference({"type": kind, **item}, style)
        assert len(written.splitlines()) <= 1
        written.encode()

    @pytest.mark.parametrize("style", STYLES)
    @pytest.mark.parametrize(
        "value",
        [10**5000, float("nan"), "\ud800", {"date-parts": [[10**50]]}, [[[]]], [None, 3]],
        ids=["long", "nan", "half a character", "year", "lists", "list"],
    )
    def test_nor_do_these(self, style: str, value: object) -> None:
        for name in ("title", "author", "issued", "page", "accessed", "note", "type"):
            format_reference({**BOOK, name: value}, style).encode()
