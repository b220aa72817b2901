"""Two people edit one record in two browsers: the second chooses, with the keyboard alone."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from research.models import Case, Revision
from tests import factories as make
from tests.browser.test_admin_edit import log_in

pytestmark = pytest.mark.browser

BODY = "平台连接两端。\n\n它先做了交通，再做医疗。\n\n合作伙伴逐年增加。"


def both_have_saved(page, browser, live_server, language=""):
    """The page's person comes second, and both have changed the title and a paragraph."""
    case = make.make_case("城市大脑", body=BODY)
    address = f"{live_server.url}{language}/admin/research/case/{case.pk}/change/"
    other = browser.new_context().new_page()
    for tab, name in ((page, "wang"), (other, "liu")):
        log_in(tab, live_server, make.make_user("reviewer", username=name))
        tab.goto(address)
    other.fill("#id_title", "城市大脑 2.0")
    other.fill("#id_body", BODY.replace("再做医疗", "再做医疗和教育"))
    other.fill("#id_tags", "云")
    other.locator("input[name=_save]").click()
    expect(other.locator(".messagelist .success")).to_be_visible()
    other.context.close()
    page.fill("#id_title", "城市大脑：杭州")
    page.fill("#id_body", BODY.replace("先做了交通", "先做了信号灯").replace("逐年", "每年"))
    page.locator("input[name=_save]").click()
    expect(page.locator("form.conflict")).to_be_visible()
    return case


def test_the_second_chooses_with_the_keyboard_alone(page, browser, live_server):
    case = both_have_saved(page, browser, live_server)
    title, body = page.locator("fieldset.sides").all()
    expect(title.locator("del, ins")).not_to_have_count(0)
    first = title.get_by_role("radio").first
    for _step in range(60):
        page.keyboard.press("Tab")
        if first.evaluate("radio => radio === document.activeElement"):
            break
    page.keyboard.press("Space")
    expect(first).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # without the second choice the browser does not send it
    expect(page.locator("form.conflict")).to_be_visible()
    assert Revision.objects.of(case).count() == 2
    body.get_by_role("radio").first.focus()
    page.keyboard.press("ArrowDown")
    expect(body.get_by_role("radio").last).to_be_checked()
    page.keyboard.press("Enter")
    expect(page.locator(".messagelist .success")).to_be_visible()
    case = Case.objects.get()
    assert case.title == "城市大脑 2.0"
    assert case.body == BODY.replace("先做了交通", "先做了信号灯").replace("逐年", "每年")
    assert Revision.objects.of(case)[0].row["tags"] == "云"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["", "/en"])
def test_axe_finds_nothing_and_nothing_is_cut_off(page, browser, live_server, scheme, language):
    page.emulate_media(color_scheme=scheme)
    both_have_saved(page, browser, live_server, language)
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize(("button", "title"), [("theirs", "城市大脑 2.0"), ("mine", "城市大脑：杭州")])
def test_one_button_takes_all_without_script(browser, live_server, button, title):
    context = browser.new_context(java_script_enabled=False)
    case = both_have_saved(context.new_page(), browser, live_server)
    context.pages[0].locator(f"button[name=_take][value={button}]").click()
    expect(context.pages[0].locator(".messagelist .success")).to_be_visible()
    case.refresh_from_db()
    assert case.title == title
    context.close()


def test_what_was_typed_outlives_the_log_in(page, live_server):
    user, case = make.make_user("reviewer"), make.make_case("城市大脑")
    log_in(page, live_server, user)
    page.goto(f"{live_server.url}/admin/research/case/{case.pk}/change/")
    page.fill("#id_body", "我打的字")
    page.context.clear_cookies()
    page.locator("input[name=_save]").click()
    page.fill("#id_username", user.username)
    page.fill("#id_password", "pw")
    page.locator("#login-form input[type=submit]").click()
    page.locator(".submit-row input[type=submit]").click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    case.refresh_from_db()
    assert case.body == "我打的字"
