r"""Tables for XeLaTeX and LuaLaTeX: booktabs over pages, in which any text stays as it is and none runs over.

A row of a longtable cannot go on on the next page, so a long cell is cut into several rows. A table of many
columns is cut into several tables, each with the names of its rows.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, zip_longest

from research.text.controls import without_controls

COLUMNS_UPRIGHT, COLUMNS = 3, 6  # of one table: on a page upright, on a page on its side
WIDTH_UPRIGHT, WIDTH, NAMES = 170.0, 257.0, 38.0  # millimetres: of the text on either, of the names of rows
EM, GAP = 3.3, 2.2  # millimetres: a Chinese character of the table, and what lies between two columns
LINES = 16  # of a row: two such rows, and the names above them, fit on a page
LONGEST_WORD = 9.0  # em that surely fit into a column

PREAMBLE = r"""% For XeLaTeX or LuaLaTeX with the packages ctex, booktabs and longtable.
\documentclass[a4paper,zihao=5,scheme=plain]{ctexart}
\usepackage[LAYOUT]{geometry}
\usepackage{array,booktabs,longtable}
\IfFontExistsTF{Noto Serif CJK SC}{\setCJKmainfont{Noto Serif CJK SC}}{}
\setlength{\parindent}{0pt}
\begin{document}
"""
NEEDED = "% Asks for the packages array, booktabs and longtable, and for Chinese ctex.\n"
COLUMN = r">{\raggedright\arraybackslash}p"
END = "\\end{document}\n"
ROW = " \\\\\n"  # the end of one

_NAMES = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "'": r"\textquotesingle{}",
    "`": r"\textasciigrave{}",
    '"': r"\textquotedbl{}",
    # After the end of a row these would be its options.
    **{sign: f"{{{sign}}}" for sign in "[]*"},
    **{sign: f"\\{sign}" for sign in "&%$#_{}"},
}
_LIGATURE = re.compile(r"([-,<>])(?=\1)")  # two of them would become one sign
_RUN = re.compile(r"[^\s\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]{5,}")


@dataclass
class Group:
    """Lines under one heading: each the name of a row, then for every column the texts of its cell."""

    heading: str
    lines: list[tuple[str, list[list[str]]]]


def document(title: str, address: str, body: str, *, upright: bool) -> str:
    """A document of its own."""
    layout = "margin=20mm" if upright else "margin=20mm,landscape"
    head = f"{{\\Large\\bfseries {escaped(title)}\\par}}\n\\smallskip\n{escaped(address)}\\par\n\\bigskip\n"
    return f"{PREAMBLE.replace('LAYOUT', layout)}{head}{body}{END}"


def tables(names: Sequence[str], groups: Sequence[Group]) -> str:
    """The tables whose columns have these names, all with the same rows."""
    most = COLUMNS_UPRIGHT if is_upright(names) else COLUMNS
    pieces = max(1, -(-len(names) // most))
    size, larger = divmod(len(names), pieces)
    ends = [size * piece + min(piece, larger) for piece in range(pieces + 1)]
    return "\n".join(_table(names, groups, slice(*part)) for part in pairwise(ends))


def is_upright(names: Sequence[str]) -> bool:
    return len(names) <= COLUMNS_UPRIGHT


def references(heading: str, lines: Iterable[tuple[int, str]]) -> str:
    """The numbered sources."""
    items = "".join(f"\\item[{{[{number}]}}] {escaped(line)}\n" for number, line in lines)
    if not items:
        return ""
    return f"\\section*{{{escaped(heading)}}}\n\\begin{{itemize}}\\raggedright\n{items}\\end{{itemize}}\n"


def escaped(text: str) -> str:
    """Plain text as LaTeX that shows it; a word that might be longer than a line may be broken anywhere."""
    found, end = [], 0
    text = without_controls(text).replace("\n", " ")
    for run in _RUN.finditer(text):
        if _ems(run[0]) > LONGEST_WORD:
            found += [_signs(text[end : run.start()]), r"\allowbreak{}".join(map(_sign, run[0]))]
            end = run.end()
    return "".join([*found, _signs(text[end:])])


def _signs(text: str) -> str:
    return "".join(
        rf"{_sign(sign)}\kern0pt{{}}" if _LIGATURE.match(text, place) else _sign(sign)
        for place, sign in enumerate(text)
    )


def _sign(sign: str) -> str:
    return _NAMES.get(sign, sign)


def _table(names: Sequence[str], groups: Sequence[Group], part: slice) -> str:
    shown = names[part]
    width = WIDTH_UPRIGHT if is_upright(names) else WIDTH
    column = (width - NAMES - GAP * len(shown)) / max(len(shown), 1)
    spec = "".join(
        f">{{\\raggedright\\arraybackslash}}p{{{size:.1f}mm}}" for size in [NAMES, *([column] * len(shown))]
    )
    head = "".join(f" & {{\\bfseries {escaped(name)}}}" for name in shown) + ROW
    body = "\\midrule\n".join(_group(group, part, width, column) for group in groups if group.lines)
    return (
        f"{{\\small\\setlength{{\\tabcolsep}}{{{GAP / 2:.1f}mm}}\n"
        f"\\begin{{longtable}}{{@{{}}{spec}@{{}}}}\n"
        f"\\toprule\n{head}\\midrule\n\\endhead\n\\bottomrule\n\\endfoot\n"
        f"{body}\\end{{longtable}}}}\n"
    )


def _group(group: Group, part: slice, width: float, column: float) -> str:
    columns = len(group.lines[0][1][part]) + 1
    heading = f"{{@{{}}p{{{width:.1f}mm}}@{{}}}}{{\\bfseries {escaped(group.heading)}}} \\\\*\n"
    lines = "\\addlinespace\n".join(_line(name, cells[part], column) for name, cells in group.lines)
    return (f"\\multicolumn{{{columns}}}{heading}" if group.heading else "") + lines


def _line(name: str, cells: Sequence[Sequence[str]], column: float) -> str:
    """One line of the table as rows that each fit on a page, whatever its cells hold."""
    blocks = [_blocks([name], NAMES), *(_blocks(texts, column) for texts in cells)]
    return "".join(" & ".join(row) + ROW for row in zip_longest(*blocks, fillvalue=""))


def _blocks(texts: Sequence[str], width: float) -> Iterator[str]:
    """The texts as paragraphs, as many together as a row can hold."""
    ems = width / EM - 1  # a line is ragged
    block: list[str] = []
    left = LINES
    for text in texts:
        for piece in _cut(text, int(ems * LINES)):
            lines = int(_ems(piece) / ems) + 1
            if block and lines > left:
                yield "\\par ".join(block)
                block, left = [], LINES
            block.append(escaped(piece))
            left -= lines
    if block:
        yield "\\par ".join(block)


def _cut(text: str, ems: int) -> Iterator[str]:
    """The text in pieces of at most that width, cut at a blank if there is one near the end."""
    while _ems(text) > ems:
        end = next(place for place in range(1, len(text) + 1) if _ems(text[:place]) > ems) - 1
        blank = text.rfind(" ", end * 3 // 4, end)
        end = blank if blank > 0 else max(end, 1)
        yield text[:end]
        text = text[end:]
    yield text


def _ems(text: str) -> float:
    """About how wide the text is."""
    return sum(
        1 if unicodedata.east_asian_width(sign) in "WFA" or sign in "MWmw@%" else 0.62 for sign in text
    )
