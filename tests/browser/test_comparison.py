"""A comparison in a real browser: its view changes in place, cells open, and it is readable at any width."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests import factories as make

pytestmark = pytest.mark.browser

NAME = "中国产业互联网研究院有限责任公司第"  # and two digits and 所: twenty characters


@pytest.fixture
def console(page):
    said = []
    page.on(
        "console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None
    )
    page.on("pageerror", lambda error: said.append(str(error)))
    yield said
    assert said == []


@pytest.fixture
def comparison(live_server):
    """甲 and 乙, two modes; a cell of 130 cases, some with a source."""
    left, right = (make.make_organization(name, slug=name) for name in ("甲公司", "乙公司"))
    deep, platform = (
        make.make_mode(name, slug=name, position=place) for place, name in enumerate(("深耕", "平台"))
    )
    share = make.make_criterion("份额", value_kind="number", unit="%")
    make.make_source("白皮书", key="k")
    make.make_organization("丙公司", slug="丙公司")
    with make.together():
        for number in range(130):
            values = {"mode": deep, "period": str(2010 + number % 6), "body": "[@k]" if number < 8 else ""}
            make.make_case(f"例{number:03}", slug=f"c{number:03}", organization=left, **values)
        for organization in (left, right):
            make.make_case("平台一例", organization=organization, mode=platform, period="2015")
            make.make_finding("12", organization=organization, criterion=share, as_of="2015", body="[@k]")
            make.make_finding("30", organization=organization, criterion=share, as_of="2017")
    return make.make_comparison("对照", slug="对照", organizations=[left, right], criteria=[share])


@pytest.fixture
def opened(page, live_server, comparison, console):
    """The page, with a mark that a reload would wipe out."""
    page.goto(live_server.url + comparison.get_absolute_url())
    page.evaluate("window.kept = true")
    return page


def is_the_same_page(page):
    return page.evaluate("window.kept === true")


def rows(page):
    return page.locator("section[aria-labelledby=cases] tbody tr")


class TestInPlace:
    def test_a_facet_replaces_the_sections_and_back_brings_them_again(self, opened):
        opened.locator("details[data-keep=facets] > summary").click()
        platform = opened.get_by_role("checkbox", name="平台")
        platform.check()
        expect(rows(opened)).to_have_count(1)
        expect(opened).to_have_url(re.compile("mode="))
        expect(opened.locator("#said")).to_contain_text("2")
        expect(platform).to_be_focused()
        expect(platform).to_be_checked()  # and so the facets stand open still
        opened.go_back()
        expect(rows(opened)).to_have_count(2)
        assert "mode=" not in opened.url
        opened.go_forward()
        expect(rows(opened)).to_have_count(1)
        assert is_the_same_page(opened)

    def test_axes_and_orders_do_too(self, opened):
        opened.locator("select[name=rows]").select_option("period")
        expect(rows(opened).first).to_contain_text("2010")
        opened.locator("a[data-keep=swap]").click()
        expect(rows(opened).first).to_contain_text("甲公司")
        opened.locator("a[data-keep=rows-3]").click()
        expect(opened).to_have_url(re.compile("sort=count"))
        assert is_the_same_page(opened)

    def test_an_axis_chosen_for_both_sides_changes_places(self, opened):
        opened.locator("select[name=rows]").select_option("period")
        expect(rows(opened).first).to_contain_text("2010")
        opened.locator("select[name=columns]").select_option("period")
        expect(rows(opened).first).to_contain_text("甲公司")
        expect(opened.locator("select[name=columns]")).to_have_value("period")

    def test_by_keyboard_the_focus_and_the_place_stay(self, opened):
        swap = opened.locator("a[data-keep=swap]")
        swap.focus()
        top = swap.bounding_box()["y"]
        opened.keyboard.press("Enter")
        expect(rows(opened).first).to_contain_text("甲公司")
        expect(swap).to_be_focused()
        assert abs(swap.bounding_box()["y"] - top) < 2

    def test_an_organization_is_added_and_left_out(self, opened):
        opened.locator("input[name=add]").fill("丙公司")
        opened.locator("input[name=add]").press("Enter")
        expect(opened.locator(".chips .siglum")).to_have_count(3)
        assert "add=" not in opened.url
        opened.locator(".chips .drop").first.click()
        expect(opened.locator(".chips .siglum")).to_have_count(2)
        expect(opened.locator(".chips")).not_to_contain_text("甲公司")
        assert is_the_same_page(opened)

    def test_where_fetching_fails_the_link_is_followed(self, page, live_server, comparison):
        page.goto(live_server.url + comparison.get_absolute_url())
        page.evaluate("window.kept = true")
        page.route(
            "**/comparisons/**",
            lambda route: route.abort() if route.request.resource_type == "fetch" else route.continue_(),
        )
        page.locator("a[data-keep=swap]").click()
        page.wait_for_url("**rows=organization**")
        expect(rows(page).first).to_contain_text("甲公司")
        assert not is_the_same_page(page)

    def test_a_step_to_an_anchor_changes_no_view(self, opened):
        asked = []
        opened.on("request", lambda request: asked.append(request.url))
        opened.locator(".toc a").first.click()
        opened.go_back()
        expect(opened).not_to_have_url(re.compile("#"))
        assert [url for url in asked if "/comparisons/" in url] == []


class TestCells:
    def test_a_cell_opens_to_more_and_then_to_all(self, opened):
        cell = rows(opened).first.locator("td").first
        expect(cell.locator("li:visible")).to_have_count(5)
        cell.locator("summary").click()
        expect(cell.locator("li:visible")).to_have_count(20)
        address = opened.url
        cell.locator("a[data-rest]").click()
        expect(cell.locator("li")).to_have_count(130)
        expect(cell.locator("li").first).to_contain_text("白皮书")
        assert opened.url == address
        assert is_the_same_page(opened)
        places = opened.evaluate("[...document.querySelectorAll('[id]')].map((one) => one.id)")
        assert len(places) == len(set(places))

    def test_its_marks_lead_to_the_references(self, opened):
        rows(opened).first.locator(".mark > a").first.click()
        assert opened.url.endswith("#ref-1")


class TestWithoutScript:
    def test_form_links_and_cells_lead_to_the_same(self, browser, live_server, comparison):
        context = browser.new_context(java_script_enabled=False)
        page = context.new_page()
        page.goto(live_server.url + comparison.get_absolute_url())
        page.locator("select[name=rows]").select_option("organization")
        page.locator("select[name=columns]").select_option("mode")
        page.locator("input[name=sourced]").check()
        page.locator("form.view button").click()
        expect(rows(page).first).to_contain_text("甲公司")
        page.locator(".active a").first.click()
        cell = rows(page).first.locator("td").first
        cell.locator("summary").click()
        expect(cell.locator("li:visible")).to_have_count(20)
        cell.locator("a[data-rest]").click()
        expect(page.locator("[data-cases] li")).to_have_count(100)
        page.locator("[rel=next]").click()
        expect(page.locator("[data-cases] li")).to_have_count(30)
        context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_a_view_with_all_open(opened, scheme):
    opened.emulate_media(color_scheme=scheme)
    opened.goto(opened.url + "?rows=mode&columns=period&mode=深耕&mode=平台&differ=1&sort=name&add=丁")
    opened.evaluate(
        "document.querySelectorAll('.view details, .cell details').forEach((one) => one.open = true)"
    )
    expect(opened.locator(".across")).to_have_count(1)
    results = Axe().run(opened)
    assert results.violations_count == 0, results.generate_report()


# Texts of a table's cells that leave their cell, or lie on one another. A line is as high as its characters.
MISPLACED = """() => {
  const wrong = [];
  const hidden = ".unseen, .pop, details:not([open]) > :not(summary)";
  for (const cell of document.querySelectorAll(".parallel :is(th, td)")) {
    const box = cell.getBoundingClientRect(), found = [];
    const texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const text = texts.currentNode;
      if (!text.data.trim() || text.parentElement.closest(hidden)) continue;
      const range = document.createRange();
      range.selectNodeContents(text);
      for (const line of range.getClientRects()) {
        if (line.width < 1) continue;
        const inset = line.height / 4;
        const one = { text: text.data, left: line.left + 1, right: line.right - 1,
                      top: line.top + inset, bottom: line.bottom - inset };
        const beside = one.left < box.left - 1 || one.right > box.right + 1;
        const out = beside || one.top < box.top || one.bottom > box.bottom;
        if (out) wrong.push(`outside: ${text.data.trim()}`);
        for (const other of found) {
          const across = one.left < other.right && other.left < one.right;
          if (across && one.top < other.bottom && other.top < one.bottom) {
            wrong.push(`${other.text.trim()} / ${text.data.trim()}`);
          }
        }
        found.push(one);
      }
    }
  }
  return wrong;
}"""


@pytest.fixture
def wide(live_server):
    """Twelve organizations and 25 industries with names of twenty characters; comparisons of 2, 5 and 12."""
    organizations = [make.make_organization(f"{NAME}{place:02}所", slug=f"o{place}") for place in range(12)]
    names = [f"先进装备制造与智能网联汽车产业集群第{place:02}" for place in range(25)]
    industries = [make.make_industry(f"{name}区", slug=f"i{place}") for place, name in enumerate(names)]
    modes = [
        make.make_mode(f"以数据要素驱动的产业平台赋能模式之{place}", slug=f"m{place}") for place in (1, 2)
    ]
    criteria = [
        make.make_criterion("工业互联网平台连接的设备总数与口径", value_kind="number", unit="亿元"),
        make.make_criterion("面向中小企业的长期战略表述与市场定位"),
    ]
    make.make_source("产业互联网白皮书", key="k")
    with make.together():
        for place, organization in enumerate(organizations):
            for number, industry in enumerate(industries):
                if (place + number) % 4:
                    make.make_case(
                        f"城市级工业互联网综合示范平台项目{place}{number}期",
                        organization=organization,
                        industries=[industry],
                        mode=modes[number % 2],
                        body="[@k]" if number % 3 else "",
                    )
            for year in (2015, 2017, 2019)[: place % 4]:
                values = {"as_of": str(year), "body": "[@k, p. 12]"}
                make.make_finding(
                    f">{year * 1234567}", criterion=criteria[0], organization=organization, **values
                )
                make.make_finding(
                    "以行业云为底座，做各行各业的数字化助手",
                    criterion=criteria[1],
                    organization=organization,
                    **values,
                )
    for size in (2, 5, 12):
        make.make_comparison(
            f"{size}家", slug=f"c{size}", organizations=organizations[:size], criteria=criteria
        )


@pytest.mark.usefixtures("wide", "console")
class TestReadable:
    QUERIES = ("?rows=industry&columns=organization", "?rows=mode&columns=industry")

    @pytest.mark.parametrize("width", [390, 768, 1440])
    def test_nothing_overflows_or_lies_on_another(self, page, live_server, width):
        page.set_viewport_size({"width": width, "height": 900})
        for size in (2, 5, 12):
            for query in self.QUERIES:
                page.goto(f"{live_server.url}/comparisons/c{size}/{query}")
                assert page.evaluate(
                    "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
                )
                assert page.evaluate(MISPLACED) == [], (size, query)

    def test_headings_stay_in_sight(self, page, live_server):
        page.set_viewport_size({"width": 768, "height": 900})
        page.goto(f"{live_server.url}/comparisons/c12/{self.QUERIES[0]}")
        table = page.locator("section[aria-labelledby=cases] .across")
        table.evaluate("(one) => one.scrollTo(500, 700)")
        box = table.bounding_box()
        assert abs(table.locator("thead th").nth(4).bounding_box()["y"] - box["y"]) < 2
        assert abs(table.locator("tbody th").nth(5).bounding_box()["x"] - box["x"]) < 2

    def test_on_a_phone_the_sigla_do(self, page, live_server):
        page.set_viewport_size({"width": 390, "height": 800})
        page.goto(f"{live_server.url}/comparisons/c12/{self.QUERIES[0]}")
        rows(page).nth(9).evaluate("(one) => one.scrollIntoView()")
        bar = page.locator("section[aria-labelledby=cases] thead")
        assert abs(bar.bounding_box()["y"]) < 2
        readings = rows(page).nth(9).locator("td:not(.total)")
        assert readings.count() == 12
        for reading in readings.all():
            expect(reading.locator(".at")).to_be_visible()

    def test_printed_wide_tables_lie_and_nothing_scrolls(self, page, live_server):
        page.goto(f"{live_server.url}/comparisons/c12/{self.QUERIES[0]}")
        page.emulate_media(media="print")
        page.set_viewport_size({"width": 1000, "height": 800})
        table = page.locator("section[aria-labelledby=cases] .across")
        assert table.evaluate("(one) => getComputedStyle(one).page") == "wide"
        assert table.evaluate("(one) => one.scrollWidth <= one.clientWidth")
        assert page.evaluate(MISPLACED) == []
