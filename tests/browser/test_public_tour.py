"""A reader's tour in a real browser: every public page, light and dark, phone and desk, without script."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.public.changed import revise_and_tell
from tests.public.urls import FILES, one_of_each

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("seed", "told")]


@pytest.fixture
def told(seed):
    """A changelog entry with differences to show."""
    return revise_and_tell()


def pages():
    return [url for url in one_of_each() if not url.endswith(FILES)]


@pytest.fixture
def console(page):
    """What the console says, and every request that leaves this machine: both must stay empty."""
    said = []
    page.on(
        "console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None
    )
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: said.append(request.url) if "localhost" not in request.url else None)
    return said


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["", "/en"])
def test_axe_finds_nothing(page, live_server, console, scheme, language):
    page.emulate_media(color_scheme=scheme)
    for url in pages():
        page.goto(f"{live_server.url}{language}{url}")
        results = Axe().run(page)
        assert results.violations_count == 0, f"{url}\n{results.generate_report()}"
    assert console == []


@pytest.mark.parametrize("width", [390, 768, 1280])
def test_nothing_overflows(page, live_server, console, width):
    page.set_viewport_size({"width": width, "height": 800})
    for url in pages():
        page.goto(f"{live_server.url}{url}")
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wider <= 0, url
    assert console == []


def test_on_a_phone_the_source_of_a_finding_is_on_the_screen(page, live_server):
    page.set_viewport_size({"width": 390, "height": 800})
    for url in ("/findings/", "/criteria/中国公有云份额/", "/organizations/阿里巴巴/"):
        page.goto(f"{live_server.url}{url}")
        box = page.locator(".findings td:last-child").first.bounding_box()
        assert box["x"] + box["width"] <= 390, url


def test_the_pages_are_the_same_without_script(browser, live_server):
    texts = []
    for script in (True, False):
        context = browser.new_context(java_script_enabled=script)
        page = context.new_page()
        texts.append([page.goto(f"{live_server.url}{url}").text() for url in pages()])
        context.close()
    assert texts[0] == texts[1]


def test_from_home_to_the_source_of_a_mode_and_back(page, live_server):
    page.goto(live_server.url)
    page.get_by_role("navigation").first.locator("a").first.click()
    page.locator("main h2 a").first.click()
    expect(page.locator("h1")).to_contain_text("阿里巴巴与腾讯")
    expect(page.locator("svg.chart").first).to_be_visible()
    page.goto(f"{live_server.url}/theses/产业互联网定义/")
    page.locator("sup.cite a").first.click()
    assert page.url.endswith("#ref-1")
    page.locator("#ref-1 a").first.click()
    expect(page.locator("h1")).to_contain_text("2019产业互联网白皮书")
    page.locator("main").get_by_role("link", name="产业互联网是供给侧").first.click()
    assert "/theses/" in page.url


def test_filtering_cases_and_searching_by_keyboard(page, live_server):
    page.goto(f"{live_server.url}/cases/")
    page.locator("select[name=mode]").select_option("深耕产业")
    page.locator("form.facets button").press("Enter")
    page.wait_for_url("**mode=**")
    expect(page.locator(".ledger > li").first).to_contain_text("深耕产业")
    page.locator("input[name=q]").fill("ET 大脑")
    page.locator("input[name=q]").press("Enter")
    expect(page.locator("mark").first).to_be_visible()


def test_the_first_tab_skips_to_the_content(page, live_server):
    page.goto(live_server.url)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#main$"))
