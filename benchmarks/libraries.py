"""A bibliography as people have them, half Chinese, half in LaTeX's spelling, in each format."""

import random
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from benchmarks.watch import Watch
from research import batches, bibliographies, exporting, importing, sheets
from research.rows import SourceRows
from research.text.bibliography import read

FORMS = {"bibtex": "refs.bib", "ris": "refs.ris", "csl-json": "refs.json", "table": "sources.csv"}
HAN = "产业互联网平台企业数字化转型研究中国经济管理创新技术发展理论方法模式价值网络生态组织战略"
WORDS = ["platform", "industry", "internet", "model", "firm", "value", "growth", "strategy", "data", "theory"]
WORDS += [r"M{\"u}ller", r"caf\'e"]


def write(folder: Path, count: str) -> None:
    """The same entries in each form, so that only reading differs."""
    text = "".join(bibtex(number, random.Random(number)) for number in range(int(count)))
    (folder / FORMS["bibtex"]).write_text(text, encoding="utf-8")
    rows = [entry.row for entry in read(text, "bibtex")]
    assert len([row for row in rows if row]) == int(count)
    for format in ("ris", "csl-json"):
        (folder / FORMS[format]).write_text("".join(bibliographies.written(rows, format)), encoding="utf-8")
    whole = [dict.fromkeys(SourceRows.columns, "") | {"status": "draft"} | row for row in rows]
    with (folder / FORMS["table"]).open("w", encoding="utf-8", newline="") as file:
        exporting.write_csv(file, SourceRows.columns, whole)


def bibtex(number: int, chance: random.Random) -> str:
    words = words_of(chance, number % 2 == 0)
    fields = {
        "title": words(8),
        "author": " and ".join(name(chance, number % 2 == 0) for _ in range(chance.randint(1, 5))),
        "journal": words(3),
        "year": chance.randint(1980, 2024),
        "volume": chance.randint(1, 60),
        "number": chance.randint(1, 12),
        "pages": f"{number + 1}--{number + 19}",
        "doi": f"10.{chance.randint(1000, 9999)}/bench.{number}",
        "url": f"https://example.org/{number}",
        "keywords": ", ".join(f"标签{chance.randint(1, 50)}" for _ in range(3)),
        "abstract": words(90),
        "file": f":files/{number}.pdf:PDF",
    }
    lines = "".join(f"  {field} = {{{value}}},\n" for field, value in fields.items())
    return f"@article{{key{number},\n{lines}}}\n\n"


def words_of(chance: random.Random, chinese: bool) -> Any:
    if chinese:
        return lambda count: "".join(chance.choices(HAN, k=count * 4))
    return lambda count: " ".join(chance.choices(WORDS, k=count))


def name(chance: random.Random, chinese: bool) -> str:
    if chinese:
        return "".join(chance.choices(HAN, k=3))
    return f"{chance.choice(WORDS).title()}, {chance.choice(WORDS).title()} {chance.choice('ABC')}."


# --- measured ------------------------------------------------------------------------------------------


def load(form: str) -> Any:
    """Reading, comparing, checking and writing, as the command does."""

    def step(folder: Path, watch: Watch) -> None:
        with watch.running():
            plan = importing.plan([sheet(folder / FORMS[form], form)], partial=True)
            assert not plan.problems, plan.problems[:3]
            batches.apply(plan, by=None, via="benchmark")

    return step


def sheet(file: Path, form: str) -> sheets.Sheet:
    return sheets.read_file(file) if form == "table" else bibliographies.read_bibliography(file)


def only_read(folder: Path, watch: Watch) -> None:
    text = (folder / FORMS["bibtex"]).read_text(encoding="utf-8")
    with watch.running():
        count(read(text, "bibtex"))


def export(folder: Path, watch: Watch) -> None:
    with watch.running():
        pieces = bibliographies.written(SourceRows().rows(), "bibtex")
        (folder / "out.bib").write_text("".join(pieces), encoding="utf-8")


def count(entries: Iterable[Any]) -> int:
    return sum(1 for _entry in entries)
