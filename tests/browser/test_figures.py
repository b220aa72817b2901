"""Charts in a real browser, 12 organizations × 25 industries: no two texts overlap, none is cut or small."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

from research.queries.comparison import Matrix
from research.queries.figures import figures_of
from tests.browser.crowd import ON_ITS_SIDE, PAPER, make_crowd

pytestmark = pytest.mark.browser

# Of each drawing shown: pairs of texts that meet by more than a pixel, texts outside it, texts too small.
LOOK = """least => [...document.querySelectorAll("svg.chart")].filter(svg => svg.checkVisibility())
  .map(svg => {
  const frame = svg.getBoundingClientRect(), scale = frame.width / svg.viewBox.baseVal.width;
  const texts = [...svg.querySelectorAll("text")].filter(text => text.textContent.trim());
  const boxes = texts.map(text => [text.getBoundingClientRect(), text.textContent]);
  boxes.sort((one, other) => one[0].top - other[0].top);
  const met = [];
  boxes.forEach(([box, said], place) => {
    for (const [other, too] of boxes.slice(place + 1)) {
      if (other.top >= box.bottom - 1) break;
      if (other.left < box.right - 1 && box.left < other.right - 1) met.push(said + " / " + too);
    }
  });
  const out = boxes.filter(([box]) => box.left < frame.left - 1 || box.right > frame.right + 1
    || box.top < frame.top - 1 || box.bottom > frame.bottom + 1).map(found => found[1]);
  const small = texts.filter(text => parseFloat(getComputedStyle(text).fontSize) * scale < least)
    .map(text => text.textContent);
  return {met, out, small, texts: texts.length};
})"""


@pytest.fixture
def crowd(transactional_db):
    return make_crowd(organizations=12, industries=25, length=20)


def addresses(comparison):
    figures = figures_of(Matrix(comparison))
    names = {figure.name: figure for figure in figures if not figure.name.startswith("criterion-")}
    names |= {figure.name: figure for figure in figures if figure.name.startswith("criterion-")}
    found = [reverse("comparison_figure", args=[comparison.slug, name]) for name in names]
    return [comparison.get_absolute_url(), reverse("timeline"), reverse("home"), *found]


@pytest.mark.parametrize("organizations", [2, 5, 12])
def test_texts_stand_apart_whole_and_legible(page, live_server, transactional_db, organizations):
    """On a phone, a tablet and a desk, and on paper."""
    urls = addresses(make_crowd(organizations=organizations, industries=25, length=20).comparison)
    assert len(urls) > 7
    for url in urls:
        page.goto(f"{live_server.url}{url}")
        paper = ON_ITS_SIDE if page.locator(".landscape").count() else PAPER
        for width, media in ((390, "screen"), (768, "screen"), (1440, "screen"), (paper, "print")):
            page.emulate_media(media=media)
            page.set_viewport_size({"width": width, "height": 900})
            least = 11 if media == "screen" else 10.66  # 8 pt on paper
            drawings, at = page.evaluate(LOOK, least), (url, width, media)
            assert drawings, at
            for drawing in drawings:
                assert drawing["texts"] > 3, at
                assert (drawing["met"], drawing["out"], drawing["small"]) == ([], [], []), at
            root = "document.documentElement"
            assert page.evaluate(f"{root}.scrollWidth - {root}.clientWidth") <= 0, at


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(page, live_server, crowd, scheme):
    page.emulate_media(color_scheme=scheme)
    for url in addresses(crowd.comparison)[2:]:
        page.goto(f"{live_server.url}{url}")
        results = Axe().run(page)
        assert results.violations_count == 0, f"{url}\n{results.generate_report()}"


def test_a_drawing_is_there_once_for_each_width(page, live_server, crowd):
    url = addresses(crowd.comparison)[3]
    for width, shown in ((390, "narrow"), (1440, "wide")):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(f"{live_server.url}{url}")
        visible = page.locator("svg.chart:visible")
        assert visible.count() == 1
        assert shown in (visible.get_attribute("class") or "")


def test_the_file_opens_as_a_drawing_with_its_own_style(page, live_server, crowd):
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(f"{live_server.url}{reverse('comparison_figure_svg', args=[crowd.comparison.slug, 'modes'])}")
    colours = page.evaluate(
        "[...document.querySelectorAll('rect[class^=w]')].map(rect => getComputedStyle(rect).color)"
    )
    assert len(set(colours)) > 1
    assert said == []
