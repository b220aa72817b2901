"""`format_sources FILE --style STYLE`: the references of a CSL-JSON file, one a line."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings

from research.text.styles import STYLES
from tests.conftest import Outcome
from tests.text.test_gbt7714 import BOOK, ZH_BOOK

STYLE = "gb-t-7714-2015-numeric"
LINES = [
    "尼葛洛庞帝. 数字化生存[M]. 海口: 海南出版社, 1996.",
    "PEEBLES P Z. Random signals[M]. New York: Wiley, 2001.",
]


@pytest.fixture
def printed(command: Callable[..., Outcome], tmp_path: Path) -> Callable[..., Outcome]:
    def run(content: bytes | str, style: str = STYLE) -> Outcome:
        file = tmp_path / "sources.json"
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return command("format_sources", file, "--style", style, "--language", "en")

    return run


class TestPrinting:
    def test_one_line_for_each_item_in_order(self, printed: Callable[..., Outcome]) -> None:
        outcome = printed(json.dumps([ZH_BOOK, BOOK]))
        assert (outcome.code, outcome.out) == (0, LINES)

    def test_a_mark_at_the_start_and_an_object_around_them_do_not_matter(
        self, printed: Callable[..., Outcome]
    ) -> None:
        assert printed(b"\xef\xbb\xbf" + json.dumps({"items": [ZH_BOOK, BOOK]}).encode()).out == LINES

    @pytest.mark.parametrize("style", STYLES)
    def test_any_style(self, printed: Callable[..., Outcome], style: str) -> None:
        assert "Random signals" in printed(json.dumps([BOOK]), style).out[0]

    def test_an_empty_list_prints_nothing(self, printed: Callable[..., Outcome]) -> None:
        outcome = printed("[]")
        assert (outcome.code, outcome.out) == (0, [])

    def test_odd_items_keep_their_lines(self, printed: Callable[..., Outcome]) -> None:
        outcome = printed('[{}, {"title": [1]}, {"title": "\\ud800"}, {"title": 1e999}]')
        assert (outcome.code, len(outcome.out)) == (0, 4)

    def test_it_needs_no_tables(self, tmp_path: Path) -> None:
        (tmp_path / "a.json").write_text(json.dumps([ZH_BOOK]), encoding="utf-8")
        environment = {
            **os.environ,
            "DATABASE_URL": f"sqlite:///{tmp_path}/new.sqlite3",
            "PYTHONIOENCODING": "ascii",  # it prints UTF-8 all the same
        }
        arguments = [
            sys.executable,
            "manage.py",
            "format_sources",
            str(tmp_path / "a.json"),
            "--style",
            STYLE,
        ]
        done = subprocess.run(
            arguments, cwd=settings.BASE_DIR, env=environment, capture_output=True, encoding="utf-8"
        )
        assert (done.returncode, done.stdout, done.stderr) == (0, f"{LINES[0]}\n", "")


class TestBadInput:
    @pytest.mark.parametrize(
        ("content", "message"),
        [
            ('[{"title": "A"},\n oops]', "sources.json, line 2, column 2: this is not JSON"),
            ("", "sources.json, line 1, column 1: this is not JSON"),
            ("题".encode("gbk"), "sources.json: byte 1 is not UTF-8"),
            ('"text"', "sources.json: this is not CSL-JSON"),
            ('{"title": "A"}', "sources.json: this is not CSL-JSON"),
            ('[{"title": "A"}, 3]', "sources.json: entry 2 is not an object with fields"),
            ("[" * 100_000, "sources.json: what this file holds cannot be read"),
            (f"[{'1' * 5000}]", "sources.json: what this file holds cannot be read"),
        ],
        ids=["syntax", "empty", "gbk", "text", "object", "entry", "deep", "digits"],
    )
    def test_what_is_wrong_and_where(
        self, printed: Callable[..., Outcome], content: bytes | str, message: str
    ) -> None:
        outcome = printed(content)
        assert (outcome.code, outcome.out) == (2, [])
        assert outcome.err[0].startswith(message)

    def test_an_unknown_style_is_met_with_the_known_ones(self, printed: Callable[..., Outcome]) -> None:
        outcome = printed("[]", "mla")
        assert outcome.code == 2
        assert outcome.err == [f"There is no style “mla”. Choose one of: {', '.join(STYLES)}."]

    def test_a_file_that_is_not_there(self, command: Callable[..., Outcome], tmp_path: Path) -> None:
        outcome = command("format_sources", tmp_path / "none.json", "--style", STYLE, "--language", "en")
        assert outcome.code == 2
        assert "none.json" in outcome.err[0]
