"""A comparison printed, by the browser's own PDF: nothing beyond the page, nothing over another."""

import shutil
import subprocess
from itertools import combinations

import html5lib
import pytest

from tests import factories as make

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not shutil.which("pdftotext"), reason="no pdftotext (poppler-utils) on this machine"),
]
MILLIMETRE = 72 / 25.4


def name(sign: str, place: int) -> str:
    """Twenty characters, of which the first makes a short siglum."""
    return f"{chr(ord('一') + place)}{sign * 16}第{place:02}"


def crowded(number: int):
    """Organizations × 25 industries, two modes and a long cell, findings in two groups."""
    organizations = [make.make_organization(name("名", place)) for place in range(number)]
    industries = [make.make_industry(name("业", place)) for place in range(25)]
    modes = [make.make_mode(name("模", place)) for place in range(2)]
    make.make_source("白皮书", key="k", url="https://example.org/" + "a" * 90)
    criteria = [
        make.make_criterion(name("问", place), group=f"组{place % 2}", value_kind="number", unit="家")
        for place in range(6)
    ]
    with make.together():
        for place in range(number * 25):
            make.make_case(
                f"案例{place}{'字' * (place % 40)}",
                organization=organizations[place % number],
                industries=[industries[place % 25]],
                mode=modes[place % 7 == 0],
                body="[@k]" if place % 3 else "",
            )
        for place, organization in enumerate(organizations):
            for criterion in criteria[place % 2 :]:
                make.make_finding(
                    str(10**place + 1), organization=organization, criterion=criterion, as_of="2017"
                )
    return make.make_comparison(name("题", 0), organizations=organizations, criteria=criteria, intro="[@k]")


class Printed:
    """A PDF: for each page its width, its height and its words as (left, top, right, bottom, text)."""

    def __init__(self, pdf: bytes) -> None:
        tree = html5lib.parse(text_of(pdf, "-bbox"), namespaceHTMLElements=False)
        self.pages = [
            (float(page.get("width")), float(page.get("height")), [*map(word_of, page.iter("word"))])
            for page in tree.iter("page")
        ]
        # In the order of the document, so that the lines of a cell follow one another.
        self.texts = ["".join(text.split()) for text in text_of(pdf, "-raw").split("\f")]


def text_of(pdf: bytes, option: str) -> str:
    return subprocess.run(
        ["pdftotext", option, "-", "-"], input=pdf, capture_output=True, check=True
    ).stdout.decode()


def word_of(word) -> tuple[float, float, float, float, str]:
    left, top, right, bottom = (float(word.get(edge)) for edge in ("xmin", "ymin", "xmax", "ymax"))
    inner = (bottom - top) / 3  # a font's box is much higher than its signs
    return left, top + inner, right, bottom - inner, word.text or ""


def overlaps(words) -> list[tuple[str, str]]:
    """Pairs of words of which one stands on the other."""
    return [
        (one[4], other[4])
        for one, other in combinations(words, 2)
        if shared(one, other, 0) > 2 and shared(one, other, 1) > 2
    ]


def shared(one, other, edge: int) -> float:
    return min(one[edge + 2], other[edge + 2]) - max(one[edge], other[edge])


@pytest.mark.parametrize("number", [2, 5, 12])
def test_nothing_is_cut_off_or_printed_over_another(page, live_server, number):
    comparison = crowded(number)
    page.goto(f"{live_server.url}{comparison.get_absolute_url()}")
    printed = Printed(page.pdf(prefer_css_page_size=True))
    width, height = (297, 210) if number > 5 else (210, 297)
    for page_width, page_height, words in printed.pages:
        assert (page_width, page_height) == pytest.approx((width * MILLIMETRE, height * MILLIMETRE), abs=2)
        outside = [
            word
            for left, top, right, bottom, word in words
            if left < 10 * MILLIMETRE
            or right > page_width - 10 * MILLIMETRE
            or top < 5 * MILLIMETRE
            or bottom > page_height - 3 * MILLIMETRE
        ]
        assert outside == []
        assert overlaps(words) == []
    whole = "".join(printed.texts)
    for sign, count in {"名": number, "业": 25, "模": 2, "问": 6}.items():
        assert [name(sign, place) for place in range(count) if name(sign, place) not in whole] == []
    # The cases of one mode go on on the second page, again under all names.
    assert [name("名", place) for place in range(number) if name("名", place) not in printed.texts[1]] == []


@pytest.mark.parametrize("number", [2, 5, 12])
def test_every_cell_holds_its_text_at_the_width_of_the_page(page, live_server, number):
    comparison = crowded(number)
    page.set_viewport_size({"width": 1017 if number > 5 else 688, "height": 900})
    page.emulate_media(media="print")
    page.goto(f"{live_server.url}{comparison.get_absolute_url()}")
    wider = page.evaluate(
        """() => [...document.querySelectorAll("th, td, li, p, dd, h1, h2, svg")]
            .filter(node => node.getBoundingClientRect().width)
            .filter(node => node.getBoundingClientRect().right > document.documentElement.clientWidth + 1
                || node.scrollWidth > node.clientWidth + 1 && getComputedStyle(node).display !== "inline")
            .map(node => node.tagName + " " + node.textContent.trim().slice(0, 40))"""
    )
    assert wider == []
