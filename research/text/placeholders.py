"""Places that a team has left open in its texts: 「时间点」, 待补充, TODO, ？？.

What only looks like one is left alone: an ellipsis within a sentence, a `## TO DO` heading, the column TODO
of a table of tasks, code, words that are quoted. A slot in Chinese brackets, 「时间点」, counts also in a
quotation: nobody says that; it stands for what is to be filled in.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from research.text.citations import base_parser

LONGEST_WORD, LONGEST_EXCERPT = 20, 200
AROUND = 40  # characters on each side that an excerpt shows

_NAMES = (
    "时间点|时间|日期|年份|年月|地点|人名|姓名|名称|公司名|数字|数据|数值|金额|数量|比例|百分比|单位|来源|出处|数据来源|"
    "链接|网址|引用|原文|图|图片|表|内容|标题|作者"
)
_SLOT = re.compile(rf"[「『【〔](?:{_NAMES}|X{{1,4}}|x{{2,4}}|[?？]{{1,3}}|[.…·]{{1,6}}|_{{2,}})[」』】〕]")
# What stands for something, wherever it stands: the first sign before it would make it another word.
_HAN = re.compile(
    r"(?<![期等对接招看善款优留亟有尚])(?:待补充|待填写|待填|(?:待定|待补|待查|待核实|待核|待确认|待考)(?![\u4e00-\u9fff]))"
)
_LATIN = re.compile(
    r"(?<![A-Za-z0-9_])(?:TODO(?!\s*(?:list\b|列表|清单|表|事项|应用|app\b))|FIXME|TBD|TBC|TBA|X{3,}"
    r"|XX(?=\s*[%％年月日万亿家个元人次]))(?![A-Za-z0-9_])",
)
_MARKS = re.compile(
    r"(?:(?<=[:：(（|=])|^)\s*([?？]{2,})|(?<=[\u4e00-\u9fff])([?？]{2,})(?=[%％年月日万亿家个元人])"
)
_DOTS = re.compile(r"(?:^|[:：]\s*)(…+|\.{3,}|。{3,}|·{3,})[。.]?$")
_ANY = re.compile(r"[「『【〔]|待[补填定查核确考]|TODO|FIXME|TB[DCA]|XX|[?？]{2}|…|\.\.\.|。。。|···")
_TASKS = re.compile(
    r"^(?:DONE|DOING|WIP|TO\s?DO|open|closed|state|status|task|assignee|状态|任务|待办|负责人|进度|完成|已完成|进行中)$",
    re.IGNORECASE,
)
_TO_DO = re.compile(r"TO\s?DO$", re.IGNORECASE)
_QUOTED = {("“", "”"), ("‘", "’"), ('"', '"'), ("《", "》")}


@dataclass(frozen=True)
class Placeholder:
    """The word that stands for something, and the text around it."""

    word: str
    excerpt: str


@dataclass(frozen=True)
class _Block:
    """Text between two breaks. `slots_only`: only bracketed slots count; `tasks`: in a table of such."""

    text: str
    slots_only: bool = False
    tasks: bool = False


def in_markdown(text: str) -> list[Placeholder]:
    """Each word once, with the text around its first place."""
    return _once(_blocks(_parser().parse(text))) if _ANY.search(text) else []


def in_line(text: str) -> list[Placeholder]:
    """As `in_markdown`, of a plain text such as a title or a value."""
    return _once(iter([_Block(text)])) if _ANY.search(text) else []


@cache
def _parser() -> MarkdownIt:
    return base_parser()


def _once(blocks: Iterator[_Block]) -> list[Placeholder]:
    found: dict[str, Placeholder] = {}
    for block in blocks:
        for start, end in sorted(_places(block)):
            word = block.text[start:end][:LONGEST_WORD]
            found.setdefault(word, Placeholder(word, _around(block.text, start, end)))
    return list(found.values())


def _places(block: _Block) -> Iterator[tuple[int, int]]:
    slots = [match.span() for match in _SLOT.finditer(block.text)]
    yield from slots
    if block.slots_only:
        return
    patterns = [_HAN, _MARKS, _DOTS] if block.tasks else [_HAN, _LATIN, _MARKS, _DOTS]
    for pattern in patterns:
        for match in pattern.finditer(block.text):
            start, end = match.span(match.lastindex or 0)
            inside = any(first <= start and end <= last for first, last in slots)
            if not inside and (block.text[start - 1 : start], block.text[end : end + 1]) not in _QUOTED:
                yield start, end


def _around(text: str, start: int, end: int) -> str:
    first, last = max(0, start - AROUND), end + AROUND
    before, after = "…" if first else "", "…" if last < len(text) else ""
    return f"{before}{text[first:last].strip()}{after}"[:LONGEST_EXCERPT]


def _blocks(tokens: list[Token]) -> Iterator[_Block]:
    quotation, heading, tasks = 0, False, False
    for place, token in enumerate(tokens):
        if token.type in ("blockquote_open", "blockquote_close"):
            quotation += token.nesting
        elif token.type in ("heading_open", "heading_close"):
            heading = token.nesting > 0
        elif token.type == "table_open":
            tasks = _is_of_tasks(tokens, place)
        elif token.type == "table_close":
            tasks = False
        elif token.type == "inline":
            for line in _lines(token.children or []):
                yield _Block(line, slots_only=quotation > 0 or heading, tasks=tasks)


def _is_of_tasks(tokens: list[Token], place: int) -> bool:
    """Whether a cell of the table that begins here says so, or its head says TODO."""
    head = True
    for token in tokens[place:]:
        if token.type == "table_close":
            break
        head = head and token.type != "thead_close"
        cell = token.content.strip() if token.type == "inline" else ""
        if _TASKS.match(cell) and (head or not _TO_DO.match(cell)):
            return True
    return False


def _lines(tokens: list[Token]) -> Iterator[str]:
    """What is visible of a block, without code and citations; a break ends a line."""
    parts: list[str] = []
    for token in tokens:
        if token.type in ("softbreak", "hardbreak"):
            yield "".join(parts).strip()
            parts = []
        elif token.type == "record_link":
            parts.append(token.meta.label)  # type: ignore[attr-defined]
        elif token.type in ("code_inline", "cite_group"):
            parts.append("\ufffc")  # something stands here
        elif token.type != "image" and token.content:
            parts.append(token.content)
    yield "".join(parts).strip()
