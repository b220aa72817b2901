"""Citing in a real browser: the reference beside its mark for readers, suggestions for those who write."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests import factories as make
from tests.browser.test_admin_edit import log_in

pytestmark = pytest.mark.browser


@pytest.fixture
def console(page):
    said = []
    page.on(
        "console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None
    )
    page.on("pageerror", lambda error: said.append(str(error)))
    return said


@pytest.fixture
def note(live_server):
    make.make_source("甲书", key="a", authors="刘松", issued="2018", url="https://a.example/")
    make.make_source("乙书", key="b")
    organization, mode = make.make_organization("甲公司"), make.make_mode()
    cases = [
        make.make_case(f"案例{number}", organization=organization, mode=mode, body="[@a, p. 1; @b]")
        for number in range(3)
    ]
    make.make_comparison("对照", slug="对照", organizations=[organization])
    assert cases
    text = "据 @a 所说，" + "很长的一句话" * 30 + "[见 @a, 第6页; @b]。\n\n" + "再一段。\n\n" * 40
    return make.make_note(body=text)


class TestReading:
    @pytest.mark.parametrize("width", [390, 1280])
    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_pointing_at_a_mark_opens_its_reference(self, page, live_server, note, console, width, scheme):
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme)
        page.goto(live_server.url + note.get_absolute_url())
        mark, pop = page.locator(".mark").nth(1), page.locator(".pop").nth(1)
        expect(pop).to_be_hidden()
        mark.locator("> a").hover()
        expect(pop).to_be_visible()
        expect(pop).to_contain_text("刘松. 甲书, 2018年, 第6页")
        box = pop.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert box["y"] + box["height"] <= 800
        results = Axe().run(page)
        assert results.violations_count == 0, results.generate_report()
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wider <= 0
        assert console == []

    def test_one_can_move_into_it_and_follow_its_link(self, page, live_server, note):
        page.goto(live_server.url + note.get_absolute_url())
        page.locator(".mark > a").first.hover()
        link, mark = page.locator(".pop a").first, page.locator(".mark > a").first.bounding_box()
        at = link.bounding_box()
        middle = at["y"] + at["height"] / 2
        page.mouse.move(mark["x"] + mark["width"] / 2, middle, steps=10)
        page.mouse.move(at["x"] + 4, middle, steps=10)
        expect(link).to_be_visible()
        link.click()
        expect(page.locator("h1")).to_have_text("甲书")

    def test_by_keyboard_alone_and_escape_closes_it(self, page, live_server, note):
        page.goto(live_server.url + note.get_absolute_url())
        pop = page.locator(".pop").first
        page.locator(".mark > a").first.focus()
        expect(pop).to_be_visible()
        page.keyboard.press("Escape")
        expect(pop).to_be_hidden()
        page.keyboard.press("Tab")
        page.keyboard.press("Shift+Tab")
        expect(pop).to_be_visible()
        page.keyboard.press("Tab")
        expect(page.locator(".pop a").first).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_have_text("甲书")

    def test_a_mark_leads_to_its_reference_and_that_back(self, page, live_server, note):
        page.goto(live_server.url + note.get_absolute_url())
        page.locator(".mark > a").first.click()
        assert page.url.endswith("#ref-1")
        page.locator("#ref-1 .back a").first.click()
        assert page.url.endswith("#cite-1-1")

    def test_on_a_touch_screen_a_tap_opens_it_and_a_second_follows(self, browser, live_server, note):
        context = browser.new_context(has_touch=True, viewport={"width": 390, "height": 800})
        page = context.new_page()
        page.goto(live_server.url + note.get_absolute_url())
        page.locator(".mark > a").first.tap()
        expect(page.locator(".pop").first).to_be_visible()
        assert "#" not in page.url
        page.locator(".mark > a").first.tap()
        page.wait_for_url("**#ref-1")
        context.close()

    def test_all_but_escape_works_without_script(self, browser, live_server, note):
        context = browser.new_context(java_script_enabled=False)
        page = context.new_page()
        page.goto(live_server.url + note.get_absolute_url())
        page.locator(".mark > a").first.hover()
        expect(page.locator(".pop").first).to_be_visible()
        page.locator(".mark > a").first.click()
        assert page.url.endswith("#ref-1")
        context.close()

    def test_in_print_nothing_opens_and_addresses_are_told(self, page, live_server, note):
        page.goto(live_server.url + note.get_absolute_url())
        page.emulate_media(media="print")
        page.locator(".mark > a").first.focus()
        expect(page.locator(".pop").first).to_be_hidden()
        expect(page.locator(".back").first).to_be_hidden()
        expect(page.get_by_text("https://a.example/")).to_be_visible()

    def test_from_a_cell_of_a_comparison_to_the_source(self, page, live_server, note):
        page.goto(f"{live_server.url}/comparisons/对照/")
        page.locator("td .mark > a").first.click()
        page.locator("#references ~ ol li").first.locator("a").first.click()
        expect(page.locator("h1")).to_have_text("甲书")
        page.locator("#cited-by ~ ul a", has_text="案例0").click()
        expect(page.locator("h1")).to_contain_text("案例0")


BODY = "#id_body"
LIST = ".citing-suggestions"


@pytest.fixture
def writing(page, live_server, console):
    make.make_source("产业互联网白皮书", key="ali2019", authors="刘松")
    make.make_source("云计算年度报告", key="刘松2018", status="draft")
    make.make_case("城市大脑", slug="城市大脑")
    log_in(page, live_server, make.make_user("reviewer"))
    page.goto(f"{live_server.url}/admin/research/note/add/")
    page.locator(BODY).focus()
    yield page
    assert console == []


def text(page, field=BODY):
    return page.locator(field).input_value()


class TestWriting:
    def test_by_keyboard_alone(self, writing):
        writing.keyboard.type("据[@al")
        expect(writing.locator(LIST)).to_be_visible()
        area = writing.locator(BODY)
        expect(area).to_have_attribute("aria-controls", "citing-suggestions")
        expect(writing.locator("[role=status]", has_text="1").last).to_be_attached()
        selected = writing.locator(f"{LIST} [aria-selected=true]")
        expect(selected).to_contain_text("产业互联网白皮书")
        assert area.get_attribute("aria-activedescendant") == selected.get_attribute("id")
        writing.keyboard.press("Enter")
        writing.keyboard.type(", p. 6]。")
        assert text(writing) == "据[@ali2019, p. 6]。"
        expect(writing.locator(LIST)).to_be_hidden()

    def test_arrows_choose_and_tab_takes(self, writing):
        writing.keyboard.type("[@")
        items = writing.locator(f"{LIST} li")
        expect(items).to_have_count(2)
        expect(items.nth(0)).to_have_attribute("aria-selected", "true")
        writing.keyboard.press("ArrowDown")
        expect(items.nth(1)).to_have_attribute("aria-selected", "true")
        writing.keyboard.press("ArrowDown")
        writing.keyboard.press("ArrowUp")
        key = items.nth(1).get_attribute("data-key")
        writing.keyboard.press("Tab")
        assert text(writing) == f"[@{key}"
        expect(writing.locator(BODY)).to_be_focused()

    def test_by_title_and_a_chinese_key_in_running_text_in_braces(self, writing):
        writing.keyboard.type("据@")
        writing.keyboard.insert_text("云计")
        expect(writing.locator(LIST)).to_contain_text("刘松2018")
        writing.keyboard.press("Enter")
        writing.keyboard.insert_text("认为")
        assert text(writing) == "据@{刘松2018}认为"

    def test_records(self, writing):
        writing.keyboard.type("见 [[")
        writing.keyboard.insert_text("城市")
        expect(writing.locator(LIST)).to_contain_text("cases/城市大脑")
        writing.keyboard.press("Enter")
        assert text(writing) == "见 [[cases/城市大脑]]"

    def test_escape_closes_and_enter_is_a_line_again(self, writing):
        writing.keyboard.type("[@al")
        expect(writing.locator(LIST)).to_be_visible()
        writing.keyboard.press("Escape")
        expect(writing.locator(LIST)).to_be_hidden()
        writing.keyboard.press("Enter")
        assert text(writing) == "[@al\n"
        assert writing.locator(BODY).get_attribute("aria-activedescendant") is None

    def test_it_can_be_undone(self, writing):
        writing.keyboard.type("[@al")
        expect(writing.locator(LIST)).to_be_visible()
        writing.keyboard.press("Enter")
        assert text(writing) == "[@ali2019"
        writing.keyboard.press("Control+z")
        assert text(writing) == "[@al"

    def test_by_a_click(self, writing):
        writing.keyboard.type("[@")
        writing.locator(f"{LIST} li", has_text="ali2019").click()
        assert text(writing) == "[@ali2019"
        expect(writing.locator(BODY)).to_be_focused()

    def test_an_address_is_no_citation(self, writing):
        writing.keyboard.type("a@al")
        writing.wait_for_timeout(400)
        expect(writing.locator(LIST)).to_be_hidden()

    def test_while_an_input_method_composes_nothing_is_taken(self, writing):
        """As a browser tells it: keys within a composition are the input method's."""
        client = writing.context.new_cdp_session(writing)
        writing.keyboard.type("[@")
        expect(writing.locator(LIST)).to_be_visible()
        client.send("Input.imeSetComposition", {"text": "bai", "selectionStart": 3, "selectionEnd": 3})
        expect(writing.locator(LIST)).to_be_hidden()
        writing.wait_for_timeout(400)
        expect(writing.locator(LIST)).to_be_hidden()
        client.send("Input.insertText", {"text": "白皮"})
        expect(writing.locator(LIST)).to_be_visible()
        expect(writing.locator(f"{LIST} li")).to_have_count(1)
        writing.keyboard.press("Enter")
        assert text(writing) == "[@ali2019"

    def test_in_a_record_that_is_added_inside_the_form(self, writing, live_server):
        writing.goto(f"{live_server.url}/admin/research/thesis/add/")
        writing.locator(".add-row a").last.click()
        field = "#id_arguments-0-body"
        writing.locator(field).focus()
        writing.keyboard.type("[@al")
        expect(writing.locator(LIST)).to_be_visible()
        writing.keyboard.press("Enter")
        assert text(writing, field) == "[@ali2019"

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    @pytest.mark.parametrize("width", [390, 1280])
    def test_axe_finds_nothing_while_it_is_open(self, writing, console, scheme, width):
        writing.set_viewport_size({"width": width, "height": 800})
        writing.emulate_media(color_scheme=scheme)
        writing.locator(BODY).focus()
        before = Axe().run(writing).response["violations"]
        writing.keyboard.type("x\n" * 3 + "[@")
        expect(writing.locator(LIST)).to_be_visible()
        found = Axe().run(writing)
        known = {violation["id"] for violation in before}
        assert [one["id"] for one in found.response["violations"] if one["id"] not in known] == []
        console.clear()  # axe itself sets a style, which the policy refuses
        box, area = writing.locator(LIST).bounding_box(), writing.locator(BODY).bounding_box()
        assert area["y"] + 20 < box["y"] < area["y"] + area["height"] + 20, "under the line that is written"
        assert 0 <= box["y"] < 800
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
