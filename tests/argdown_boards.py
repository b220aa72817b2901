"""Boards with texts that mean something in Argdown, in YAML, or to JavaScript; and Argdown's own parser."""

import json
import os
import random
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

from research.text.argdown import Board, Claim

SCRIPT = Path(__file__).parent / "argdown_parser.cjs"
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "comparanda-argdown/node_modules"

NASTY = (
    *("[题]: 又题", "[题](http://a.cn/b)", "[[案例|名]]", "<论据>: 又论据", "<!-- 注 -->", "@[题] @<据>"),
    *("#标签 #(两 个)", "**粗** __粗__ *斜* _斜_", "# 标题", "(1) 前提", "1. 列", "* 列", "- 反", "+ 正"),
    *("<+ 正 <- 反 +> -> >< _> <_", "----", "-- 推理 --", "=== 头 ===", "====", "// 注", "http://a.cn/c//d"),
    *(
        "/* 未完",
        "{数据: 甲}",
        "} 又 {",
        "{{{",
        "}}}",
        "} ,",
        '"引" ‘引’ “引”',
        "'单'",
        "反斜杠 \\",
        "\\n \\\\",
    ),
    *(":heart: .^. 12:30:45", "3.14.15 …… ...", "a; b, c", "！？。，；：「时间点」", "𠮷野家 😀", "a  b   c"),
    *(
        "甲\n乙",
        "甲\n\n乙\n  + <丙>: 丁",
        "\t制表",
        "é ü ñ",
        "&amp; <b>粗</b>",
        "null",
        "true",
        "~",
        "1e5",
        "2019-09-12",
    ),
    *(
        "- [x] 办",
        "> 引\n>\n> —— [[札记]]",
        "| 表 | 格 |",
        "$x^2$",
        "%YAML",
        "---",
        "...",
        "\u3000全角",
        "\u2028行\u2029段",
    ),
    *(
        "\x85次行",
        "\x7f删",
        "\ue000私用",
        "\ufeff记号",
        "!tag &锚 *名",
        "key: value",
        "[a, b",
        "a: [b",
        "?",
        "|",
        ">",
        "%",
        "`",
    ),
)


def slug(draw: random.Random) -> str:
    known = ("constructor", "__proto__", "toString", "-", "-甲", "_", "1", "阿里", "Data", "A-b_c", "龘")
    return draw.choice(known) + f"-{draw.randrange(10**9)}"


def text(draw: random.Random, pieces: int = 3) -> str:
    chosen = "".join(
        draw.choice(NASTY) + draw.choice(("", " ", "，", "\n")) for _ in range(draw.randint(1, pieces))
    )
    return chosen.replace("\x85", "").strip() or "论"


def some_boards(draw: random.Random) -> list[Board]:
    return [some_board(draw) for _ in range(draw.randint(0, 4))]


def some_board(draw: random.Random) -> Board:
    claims = [some_claim(draw, place) for place in range(draw.randint(0, 5))]
    name = slug(draw)
    data: dict[str, Any] = {"slug": name, "body": text(draw, 8), "tags": [text(draw) for _ in range(2)]}
    return Board(name, text(draw), claims, {**data, "status": draw.choice(("draft", "published"))})


def some_claim(draw: random.Random, place: int) -> Claim:
    name = slug(draw)
    lists = {"cases": [slug(draw) for _ in range(draw.randint(0, 3))], "findings": []}
    data: dict[str, Any] = {
        "slug": name,
        "body": text(draw, 8) * draw.choice((0, 1)),
        **lists,
        "position": place,
    }
    return Claim(name, text(draw), draw.choice((True, False)), data)


@cache
def parser() -> str:
    """The folder that holds Argdown's own parser, or ""."""
    folders = (os.environ.get("ARGDOWN_CORE", ""), str(CACHE))
    return next((one for one in folders if one and (Path(one) / "@argdown/core/package.json").is_file()), "")


def parsed(*texts: str) -> list[dict[str, Any]]:
    """What Argdown's own parser makes of the texts, in one process."""
    done = subprocess.run(
        ["node", str(SCRIPT), parser()],
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
        timeout=300,
    )
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found
