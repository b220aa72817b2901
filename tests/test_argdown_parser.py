"""What is written as Argdown, in the eyes of Argdown's own parser: npm's `@argdown/core`, run with node.

`scripts/argdown.sh` finds or installs it; without it these tests are skipped, as no other reads Argdown.
"""

import random
import shutil
from typing import Any

import pytest

from research import argdown_files
from research.models import Argument, Stance, Thesis
from research.rows import ThesisRows
from research.text import argdown
from research.text.argdown import Board, Claim
from tests import factories as make
from tests.argdown_boards import NASTY, parsed, parser, some_boards

pytestmark = pytest.mark.skipif(
    not (shutil.which("node") and parser()),
    reason="Argdown's own parser is not here: run scripts/argdown.sh, or set ARGDOWN_CORE",
)


def in_one_line(text: str) -> str:
    """As Argdown shows a text: it keeps no line end and no second space."""
    return " ".join("".join(sign if sign.isprintable() or sign.isspace() else " " for sign in text).split())


def seen_by_argdown(found: dict[str, Any]) -> tuple[Any, ...]:
    """(statements, arguments, relations) by the slugs in their data; of each the text, and the exact one."""
    slugs = {one["title"]: one["data"]["slug"] for one in (*found["statements"], *found["arguments"])}
    nodes = [
        {
            one["data"]["slug"]: (one["text"], one["data"].get(exact, one["text"]), one["data"])
            for one in found[kind]
        }
        for kind, exact in (("statements", "statement"), ("arguments", "claim"))
    ]
    relations = {(slugs[one["from"]], one["type"], slugs[one["to"]]) for one in found["relations"]}
    return (*nodes, relations)


def check(boards: list[Board], found: dict[str, Any]) -> None:
    assert found["errors"] == []
    statements, arguments, relations = seen_by_argdown(found)
    claims = [claim for board in boards for claim in board.claims]
    for nodes, seen, exact in ((boards, statements, "statement"), (claims, arguments, "claim")):
        assert set(seen) == {node.data["slug"] for node in nodes}
        for node in nodes:
            shown, text, data = seen[node.data["slug"]]
            assert " ".join(shown.split()) == in_one_line(node.text)
            assert text == node.text
            assert {name: value for name, value in data.items() if name != exact} == node.data
    assert relations == {
        (claim.data["slug"], "support" if claim.supports else "attack", board.data["slug"])
        for board in boards
        for claim in board.claims
    }


def test_any_boards_are_what_it_reads():
    """Texts that would begin something in Argdown, in YAML or in JavaScript, in any order."""
    many = [some_boards(random.Random(seed)) for seed in range(400)]
    for boards, found in zip(many, parsed(*("".join(argdown.write(boards)) for boards in many)), strict=True):
        check(boards, found)


def test_each_sign_of_its_own_means_itself():
    pieces = [
        f"{before}{piece}{after}" for piece in NASTY for before in ("", "文 ", "文") for after in ("", " 文")
    ]
    boards = [
        Board(f"t{place}", piece.strip(), [], {"slug": f"t{place}", "body": piece})
        for place, piece in enumerate(pieces)
        if piece.strip()
    ]
    (found,) = parsed("".join(argdown.write(boards)))
    check(boards, found)


def test_names_that_javascript_has_for_itself():
    names = ["constructor", "toString", "__proto__", "hasOwnProperty", "valueOf"]
    boards = [Board(name, "论", [Claim(name, "据", True, {"slug": name})], {"slug": name}) for name in names]
    (found,) = parsed("".join(argdown.write(boards)))
    check(boards, found)


def test_a_very_long_text():
    boards = [Board("甲", "论" * 500, [], {"slug": "甲", "body": "很长的正文 {} " * 20_000})]
    (found,) = parsed("".join(argdown.write(boards)))
    check(boards, found)


def test_it_says_what_is_wrong():
    """Else the tests above could not fail."""
    broken, other = parsed("[甲]: 论\n  <+ \n\n", "[甲]: 论 {slug: 甲}\n  <- <乙>: 据 {slug: 乙}\n")
    assert broken["errors"] != []
    assert other["errors"] == []
    assert seen_by_argdown(other)[2] == {("乙", "attack", "甲")}


@pytest.mark.django_db
class TestTheTables:
    def test_the_seed_is_what_it_reads(self, seed):
        self.compare()

    def test_nasty_records_are_what_it_reads(self):
        case = make.make_case(slug="案例-1")
        for place, piece in enumerate(NASTY):
            if piece.strip():
                thesis = make.make_thesis(piece, body=piece, tags=["云", "a b"])
                stance = ("supports", "opposes")[place % 2]
                make.make_argument(piece, thesis=thesis, stance=stance, body=piece, cases=[case])
        self.compare()

    @staticmethod
    def compare() -> None:
        (found,) = parsed("".join(argdown_files.written(ThesisRows().rows())))
        assert found["errors"] == []
        statements, arguments, relations = seen_by_argdown(found)
        assert {slug: text for slug, (_shown, text, _data) in statements.items()} == dict(
            Thesis.objects.values_list("slug", "statement")
        )
        assert {slug: text for slug, (_shown, text, _data) in arguments.items()} == dict(
            Argument.objects.values_list("slug", "claim")
        )
        for argument in Argument.objects.prefetch_related("cases", "findings"):
            data = arguments[argument.slug][2]
            assert data["body"] == argument.body
            assert data["cases"] == sorted(argument.cases.values_list("slug", flat=True))
            assert data["findings"] == sorted(argument.findings.values_list("slug", flat=True))
            assert (data["position"], data["status"]) == (argument.position, argument.status)
        names = {Stance.SUPPORTS: "support", Stance.OPPOSES: "attack"}
        assert relations == {
            (slug, names[Stance(stance)], thesis)
            for slug, stance, thesis in Argument.objects.values_list("slug", "stance", "thesis__slug")
        }
