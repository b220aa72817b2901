"""Nothing is cut, overlaps or is too small, however much there is: on a phone, a tablet, a desk and on paper.

The crowd has 2, 5 or 12 organizations, 25 industries, and names of 20 characters. `layout.js` measures.
"""

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import Resolver404, resolve, reverse

from tests.browser.crowd import ON_ITS_SIDE, PAPER, make_crowd

pytestmark = pytest.mark.browser

MEASURE = (Path(__file__).parent / "layout.js").read_text(encoding="utf-8")
WIDTHS = (390, 768, 1440)
CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}


def pages_of(crowd):
    """Every kind of public page, with the crowd on it."""
    records = (
        crowd.comparison,
        crowd.theses[0],
        crowd.note,
        crowd.witness,
        crowd.cases[0],
        crowd.criteria[0],
        crowd.findings[0],
        crowd.events[0],
        crowd.todos[0],
        crowd.sources[0],
    )
    names = (
        "home",
        "comparisons",
        "theses",
        "todos",
        "timeline",
        "organizations",
        "cases",
        "findings",
        "notes",
    )
    return [
        *(record.get_absolute_url() for record in records),
        *(reverse(name) for name in (*names, "sources", "changelog", "tags")),
        *filter(is_there, ["/gaps/"]),
    ]


def is_there(path):
    try:
        resolve(path)
    except Resolver404:
        return False
    return True


def figures_on(page):
    """The pages of the figures that the page at hand offers."""
    links = page.eval_on_selector_all("a[href]", "links => links.map(link => link.pathname)")
    return sorted({path for path in links if re.search(r"/figures/[^/]+/$", path)})


@pytest.mark.parametrize("number", [2, 5, 12])
def test_nothing_is_cut_or_overlaps(page, live_server, number):
    crowd = make_crowd(number)
    page.goto(f"{live_server.url}{crowd.comparison.get_absolute_url()}")
    wrong = []
    for url in [*pages_of(crowd), *figures_on(page)]:
        response = page.goto(f"{live_server.url}{url}")
        assert response.status == 200, url
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            wrong += [f"{url} at {width} px: {fault}" for fault in page.evaluate(MEASURE, False)]
        page.emulate_media(media="print")
        is_wide = page.locator(".landscape").count()
        page.set_viewport_size({"width": ON_ITS_SIDE if is_wide else PAPER, "height": 900})
        wrong += [f"{url} printed: {fault}" for fault in page.evaluate(MEASURE, True)]
        page.emulate_media(media="screen")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_are_far_enough_apart(page, live_server, scheme):
    crowd = make_crowd(12, 8)
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{live_server.url}{crowd.comparison.get_absolute_url()}")
    for url in [*pages_of(crowd), *figures_on(page)]:
        page.goto(f"{live_server.url}{url}")
        results = Axe().run(page, options=CONTRAST)
        assert results.violations_count == 0, f"{url}\n{results.generate_report()}"


@pytest.mark.parametrize(
    ("html", "fault"),
    [
        ("<p>好的</p><p>也好</p>", ""),
        ('<p>好<sup>[1]</sup></p><div class="box" id="scrolls">一行很长很长的字</div>', ""),
        ('<p id="wide">宽</p>', "wider than the window"),
        ('<div class="box">一行很长很长的字</div>', "cut at the side"),
        ('<p id="small">小</p>', "too small"),
        ('<p>一行字</p><p id="up">另一行字</p>', "px over"),
        ('<p id="left">左</p>', "outside the window"),
    ],
)
def test_the_measure_sees_each_fault(page, html, fault):
    page.set_viewport_size({"width": 390, "height": 900})
    page.set_content(
        f"""<!DOCTYPE html><style>
        body {{ margin: 0; font-size: 16px; line-height: 24px }} p {{ margin: 0 }}
        .box {{ overflow: hidden; width: 3em; white-space: nowrap }} #scrolls {{ overflow: auto }}
        #wide {{ width: 500px }} #small {{ font-size: 10px }} #up {{ margin-top: -16px }}
        #left {{ margin-left: -10px }}</style>{html}"""
    )
    found = page.evaluate(MEASURE, False)
    assert (fault in "\n".join(found)) if fault else found == []
