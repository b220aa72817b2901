"""Two sources that are one, from the list of sources to the undoing, by keyboard and mouse alike."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from research.models import Case, Source
from tests import factories as make
from tests.browser.test_admin_edit import log_in

pytestmark = pytest.mark.browser

LONG = "https://a.example/" + "path/" * 30


@pytest.fixture
def case():
    common = {"url": LONG, "issued": "2018", "authors": "腾讯研究院"}
    make.make_source("产业互联网白皮书", key="neu", body="甲段。", kind="report", **common)
    make.make_source("2018 产业互联网白皮书", key="alt", body="乙段。", extra="page: 3", **common)
    return make.make_case(body="据 [@alt, p. 6]。")


def test_two_are_merged_and_parted_again_without_script(browser, live_server, case):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    log_in(page, live_server, make.make_user("reviewer"))
    page.goto(f"{live_server.url}/admin/research/source/")
    page.locator("a[href$='duplicates/']").click()
    page.locator("a[href*='merge/']").click()
    page.locator("form.conflict > p > a").click()  # the other key shall stay
    expect(page.locator("form.conflict dd").first).to_contain_text("neu")
    page.locator("[id='take.title.others']").check()
    page.locator("[id='take.body.both']").check()
    page.fill("#id_why", "同一份")
    page.locator(".submit-row input[type=submit]").click()
    expect(page.locator("#content table th[scope=row]")).to_have_count(3)
    [source] = Source.objects.all()
    assert (source.key, source.title) == ("neu", "2018 产业互联网白皮书")
    assert source.body == "甲段。\n\n乙段。"
    assert Case.objects.get().body == "据 [@neu, p. 6]。"
    page.locator(".submit-row input[type=submit]").click()
    expect(page.locator("#content table th[scope=row]")).to_have_count(3)
    assert Case.objects.get().body == "据 [@alt, p. 6]。"
    assert Source.objects.count() == 2
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["", "/en"])
def test_axe_finds_nothing_and_nothing_is_cut_off(page, live_server, case, scheme, language):
    page.emulate_media(color_scheme=scheme)
    log_in(page, live_server, make.make_user("reviewer"))
    kept, other = Source.objects.order_by("-key")
    for address in ("duplicates/", f"{kept.pk}/merge/?with={other.pk}", f"{kept.pk}/merge/"):
        page.set_viewport_size({"width": 1280, "height": 800})
        page.goto(f"{live_server.url}{language}/admin/research/source/{address}")
        results = Axe().run(page)
        assert results.violations_count == 0, results.generate_report()
        page.set_viewport_size({"width": 390, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, address
