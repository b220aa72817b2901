"""A comparison's LaTeX compiles, and its PDF has in each column the texts of the cells, none cut off."""

import re
import shutil
import subprocess
import unicodedata
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import html5lib
import pytest

from research.models import Comparison
from research.queries.collation import Cell, Collation, Line, Reading, Reference, collate
from research.queries.collation_files import latex_text
from research.queries.comparison import Matrix
from research.text import latex
from research.text.citations import Cite

POINT = 72 / 25.4  # of a millimetre
MARGIN = 20
HOSTILE = "50% & $5_000 #1 {a} ~x ^y \\cmd 'q' \"d\" `b` a--b --- ,, << >> ?` !` [1] *z <b> |p| \\\\ \\end{x}"
LONG = "https://example.org/" + "a_b%20" * 40
ENGINES = {
    "xelatex": ["-interaction=nonstopmode", "-halt-on-error"],
    "lualatex": ["-interaction=nonstopmode", "-halt-on-error"],
}


def knows_chinese(engine: str) -> bool:
    finder = shutil.which("kpsewhich")
    found = finder and subprocess.run([finder, "ctexart.cls"], capture_output=True, check=False).stdout
    return bool(shutil.which(engine) and found)


ENGINE = next(filter(knows_chinese, ENGINES), "")
pytestmark = [
    pytest.mark.skipif(not ENGINE, reason="no xelatex or lualatex with ctex on this machine"),
    pytest.mark.skipif(not shutil.which("pdftotext"), reason="no pdftotext (poppler-utils) on this machine"),
]


class Compiled:
    """What TeX made of a document, and what it said."""

    def __init__(self, folder: Path, source: str) -> None:
        self.file = folder / "table.tex"
        self.file.write_text(source, encoding="utf-8")
        run = subprocess.run(
            [ENGINE, *ENGINES[ENGINE], self.file.name], cwd=folder, capture_output=True, check=False
        )
        self.log = self.file.with_suffix(".log").read_text(encoding="utf-8", errors="replace")
        assert run.returncode == 0, self.log[-3000:]

    @property
    def text(self) -> str:
        return bare(self.pdftotext("-raw").decode())

    def pdftotext(self, option: str) -> bytes:
        pdf = self.file.with_suffix(".pdf")
        return subprocess.run(["pdftotext", option, pdf, "-"], capture_output=True, check=True).stdout

    def words(self) -> list[tuple[int, float, float, float, str]]:
        """(page, top, left, right, word) of all but the numbers of pages, in reading order."""
        tree = html5lib.parse(self.pdftotext("-bbox").decode(), namespaceHTMLElements=False)
        found = []
        for number, page in enumerate(tree.iter("page")):
            for word in page.iter("word"):
                left, right, top, bottom = (
                    float(word.get(name) or 0) for name in ("xmin", "xmax", "ymin", "ymax")
                )
                assert right <= float(page.get("width") or 0) - (MARGIN - 1) * POINT, word.text
                if bottom < float(page.get("height") or 0) - (MARGIN - 4) * POINT:
                    found.append((number, top, left, right, word.text or ""))
        return sorted(found)

    def columns(self, number: int, width: float) -> list[str]:
        """The text of each column but the first, from page to page."""
        size = (width - latex.NAMES - latex.GAP * number) / number
        first = MARGIN + latex.NAMES + latex.GAP / 2
        edges = [(first + place * (size + latex.GAP)) * POINT for place in range(number + 1)]
        lines = self.lines()
        return [
            bare("".join(word for _at, left, right, word in lines if start <= (left + right) / 2 < end))
            for start, end in pairwise([*edges[:-1], 9999])
        ]

    def lines(self) -> list[tuple[int, float, float, str]]:
        """(line, left, right, word): what stands within two points of height is one line."""
        found, line, last = [], 0, (-1, 0.0)
        for page, top, left, right, word in self.words():
            if page != last[0] or top - last[1] > 5:
                line, last = line + 1, (page, top)
            found.append((line, left, right, word))
        return sorted(found)


def bare(text: str) -> str:
    """Without blanks, which end with lines, and with ligatures and radicals as the signs that they show."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def names(number: int) -> list[str]:
    return [f"{'名' * 17}第{place:02}" for place in range(number)]


@pytest.mark.parametrize("number", [2, 5, 12])
def test_each_column_has_its_texts_to_the_last_sign(tmp_path, number):
    columns, places = names(number), range(number)
    lines = [
        (
            f"行业{row}",
            [[f"{HOSTILE} {row}", "字" * 30 * (row % 9), f"案例{row}·{place}"] for place in places],
        )
        for row in range(25)
    ]
    long = ["x" * 500, "词语 " * 100, *(f"案例{one}" for one in range(150))]
    lines.append(("长格", [long for _place in places]))
    groups = [latex.Group("行业", lines), latex.Group("[无]", lines[:1])]
    upright = latex.is_upright(columns)
    made = Compiled(tmp_path, latex.document("题", "e.org", latex.tables(columns, groups), upright=upright))
    assert not re.search("Overfull|Missing character", made.log)
    cells = [
        [text for group in groups for line in group.lines for text in line[1][place]] for place in places
    ]
    assert_columns(made, columns, ["".join(texts) for texts in cells])


def assert_columns(made: Compiled, columns: list[str], texts: list[str]) -> None:
    """The texts by column and nothing else, but for the names of columns at the head of each page."""
    shown = min(len(columns), latex.COLUMNS)
    width = latex.WIDTH_UPRIGHT if latex.is_upright(columns) else latex.WIDTH
    for place, text in enumerate(made.columns(shown, width)):
        for name in map(bare, columns[place::shown]):
            assert name in text
            text = text.replace(name, "")
        assert text == bare("".join(texts[place::shown]))


def hostile() -> Collation:
    """All kinds of lines, and no sign that means itself to TeX."""
    organizations = [(f"o{place}", name) for place, name in enumerate(names(7))]
    lines = [
        Line("modes/", "modes", "按模式 & 其他", HOSTILE),
        *(Line(f"industries/{row}", "industries", "按行业", f"行业{row} {HOSTILE}") for row in range(9)),
        Line("criteria/a", "criteria", "", "😀\x0c\u200b\ufeffa", "%"),
    ]
    cites = (Cite("a_b", "p. 3 & 4"), Cite("c", ""))
    readings = [Reading(f"k{place}", f"{place} {HOSTILE}", cites=cites) for place in range(40)]
    cells = {(line.key, slug): Cell(line, readings) for line in lines for slug, _name in organizations}
    sources = [Reference(1, "a_b", f"{HOSTILE} {LONG}"), Reference(2, "c", "丙.")]
    return Collation("s", HOSTILE, "/", organizations, lines, cells, sources)


def test_hostile_texts_compile_in_every_place(tmp_path):
    made = Compiled(tmp_path, latex_text(hostile(), "https://example.org/a_b?c=%20#d"))
    assert "Overfull" not in made.log
    text = made.text
    for shown in (f"{HOSTILE}https://example.org/a_b?c=%20#d", f"[1] {HOSTILE} {LONG}", "按模式 & 其他"):
        assert bare(shown) in text
    assert text.count(bare("[1, p. 3 & 4; 2]")) > 100


def test_a_fragment_compiles_in_a_document_of_another(tmp_path):
    fragment = latex_text(hostile(), "https://example.org/", fragment=True)
    needed = "\\documentclass{ctexart}\\usepackage[landscape,margin=20mm]{geometry}"
    packages = "\\usepackage{array,booktabs,longtable}\\begin{document}\n"
    assert "documentclass" not in fragment
    made = Compiled(tmp_path, f"{needed}{packages}{fragment}\\end{{document}}")
    assert bare(f"[1] {HOSTILE} {LONG}") in made.text


@pytest.mark.django_db
@pytest.mark.usefixtures("seed")
def test_the_seed_compiles_and_nothing_of_it_is_lost(tmp_path):
    collation = collate(Matrix(Comparison.objects.get()))
    slugs = [slug for slug, _name in collation.organizations]
    columns = names(len(slugs))  # such as no cell speaks of
    told = list(zip(slugs, columns, strict=True))
    made = Compiled(tmp_path, latex_text(replace(collation, title="题", organizations=told), "e.org"))
    assert not re.search("Overfull|Missing character", made.log)
    texts = ["".join(collation.cells[line.key, slug].text for line in collation.lines) for slug in slugs]
    assert_columns(made, columns, texts)
