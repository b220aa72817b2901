"""The board of to-dos in a browser: by mouse, by finger, by keyboard, without a script, and two at once."""

import os

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from research.models import Revision, Todo
from tests import factories as make
from tests.browser.test_admin_edit import console, log_in  # noqa: F401 # a fixture
from tests.browser.test_two_editors import two  # noqa: F401 # a fixture

pytestmark = pytest.mark.browser
TITLE = "核对阿里云合作伙伴数量在不同年份财报与新闻稿之间的差别并补上缺失的时间点" * 3


def open_board(page, live_server, query=""):
    page.goto(f"{live_server.url}/admin/research/todo/board/{query}")


def card(page, todo):
    return page.locator(f"#todo-{todo.pk}")


def column(page, state):
    return page.locator(f".board-column[data-state={state}]")


def summary(page, todo):
    return card(page, todo).locator("summary")


def stands_in(page, todo, state):
    expect(column(page, state).locator(f"#todo-{todo.pk}")).to_be_visible()
    expect(page.locator("#board")).not_to_have_attribute("aria-busy", "true")
    todo.refresh_from_db()
    assert todo.state == state


def drag(page, start, end):
    """By mouse, from the middle of one to the middle of the other."""
    boxes = [one.bounding_box() for one in (start, end)]
    points = [(box["x"] + box["width"] / 2, box["y"] + min(box["height"], 60) / 2) for box in boxes]
    page.mouse.move(*points[0])
    page.mouse.down()
    page.mouse.move(*points[1], steps=8)
    page.mouse.up()


@pytest.fixture
def board(page, live_server):
    log_in(page, live_server, make.make_user("reviewer", username="liu"))
    page.set_viewport_size({"width": 1280, "height": 900})
    return page


def test_a_mouse_drags_a_card_to_another_column(board, live_server, console):  # noqa: F811
    todo, other = make.make_todo("补时间点"), make.make_todo("别的")
    open_board(board, live_server)
    drag(board, card(board, todo).locator(".title"), column(board, "doing"))
    stands_in(board, todo, "doing")
    expect(board.locator("#board-said")).to_contain_text("进行中")
    expect(board.locator(".messagelist .success")).to_contain_text("补时间点")
    expect(board).to_have_url(f"{live_server.url}/admin/research/todo/board/")
    other.refresh_from_db()
    assert (other.state, Revision.objects.filter(via="board").count()) == ("open", 1)
    assert console == []


def test_a_drag_that_ends_nowhere_or_is_broken_off_moves_nothing(board, live_server):
    todo = make.make_todo()
    open_board(board, live_server)
    drag(board, card(board, todo).locator(".title"), board.locator("#site-name"))
    box = card(board, todo).bounding_box()
    board.mouse.move(box["x"] + 40, box["y"] + 20)
    board.mouse.down()
    there = column(board, "dropped").bounding_box()
    board.mouse.move(there["x"] + 40, there["y"] + 40, steps=5)
    expect(column(board, "dropped")).to_have_class("board-column here")
    board.keyboard.press("Escape")
    board.mouse.up()
    expect(column(board, "dropped")).to_have_class("board-column")
    expect(column(board, "open").locator(f"#todo-{todo.pk}")).to_be_visible()
    assert not Revision.objects.filter(via="board").exists()


def test_a_finger_drags_by_the_handle(browser, live_server):
    context = browser.new_context(has_touch=True, viewport={"width": 1024, "height": 900})
    page = context.new_page()
    log_in(page, live_server, make.make_user("reviewer"))
    todo = make.make_todo()
    open_board(page, live_server)
    start, end = summary(page, todo).bounding_box(), column(page, "doing").bounding_box()
    session = context.new_cdp_session(page)
    x, y = start["x"] + 10, start["y"] + 10
    touches = [("touchStart", x, y), *(("touchMove", x + step, y) for step in (10, 60, 200))]
    touches.append(("touchMove", end["x"] + 30, end["y"] + 60))
    for kind, left, top in touches:
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": left, "y": top}]})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    stands_in(page, todo, "doing")
    context.close()


def test_the_keyboard_moves_a_card_and_keeps_the_focus(board, live_server):
    first, second = make.make_todo(slug="a", due="2026-01-01"), make.make_todo(slug="b")
    open_board(board, live_server)
    summary(board, first).focus()
    board.keyboard.press("ArrowDown")
    expect(summary(board, second)).to_be_focused()
    board.keyboard.press("ArrowRight")
    stands_in(board, second, "doing")
    expect(summary(board, second)).to_be_focused()
    expect(board.locator("#board-said")).to_contain_text("进行中")
    board.keyboard.press("ArrowLeft")
    stands_in(board, second, "open")
    board.keyboard.press("ArrowLeft")  # there is no column before the first
    stands_in(board, second, "open")
    board.keyboard.press("Enter")
    card(board, second).locator("select").select_option("dropped")
    card(board, second).locator("button").press("Enter")
    stands_in(board, second, "dropped")


def test_done_asks_for_its_result_in_a_dialog(board, live_server, console):  # noqa: F811
    todo = make.make_todo(state="doing")
    open_board(board, live_server)
    summary(board, todo).focus()
    board.keyboard.press("ArrowRight")
    dialog = board.locator("dialog")
    expect(dialog.locator("textarea")).to_be_focused()
    board.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(summary(board, todo)).to_be_focused()
    stands_in(board, todo, "doing")
    board.keyboard.press("ArrowRight")
    dialog.locator("button").click()
    expect(dialog.locator(".errorlist")).to_be_visible()
    dialog.locator("textarea").fill("见表。")
    dialog.locator("button").click()
    stands_in(board, todo, "done")
    assert todo.results == "见表。"
    expect(dialog).to_have_count(0)
    assert console == []


def test_without_a_script_the_menu_moves_it(browser, live_server):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    log_in(page, live_server, make.make_user("reviewer"))
    todo = make.make_todo()
    open_board(page, live_server, "?overdue=")
    expect(page.locator("#board-help")).to_be_hidden()
    summary(page, todo).click()
    card(page, todo).locator("select").select_option("doing")
    card(page, todo).locator("button").click()
    stands_in(page, todo, "doing")
    summary(page, todo).click()
    card(page, todo).locator("select").select_option("done")
    card(page, todo).locator("button").click()
    page.locator("#move-form textarea").fill("见表。")
    page.locator("#move-form button").click()
    stands_in(page, todo, "done")
    context.close()


def test_two_move_the_same_card(two, live_server):  # noqa: F811
    liu, chen = two
    todo = make.make_todo()
    for one in two:
        open_board(one, live_server)
    for one, key in ((liu, "ArrowRight"), (chen, "ArrowRight")):
        summary(one, todo).focus()
        one.keyboard.press(key)
        stands_in(one, todo, "doing")
    for one in two:
        open_board(one, live_server)
    summary(liu, todo).focus()
    liu.keyboard.press("ArrowLeft")
    stands_in(liu, todo, "open")
    drag(chen, card(chen, todo).locator(".title"), column(chen, "dropped"))
    expect(chen.locator(".messagelist .error")).to_contain_text("liu")
    stands_in(chen, todo, "open")
    assert [row["state"] for row in Revision.objects.of(todo).values_list("row", flat=True)] == [
        "open",
        "doing",
        "open",
    ]


def test_whoever_was_logged_out_meanwhile_is_asked_to_log_in(board, live_server):
    todo = make.make_todo()
    open_board(board, live_server)
    board.context.clear_cookies()
    summary(board, todo).focus()
    board.keyboard.press("ArrowRight")
    expect(board.locator("#id_username, h1").first).to_be_visible()
    expect(board.locator("#board")).to_have_count(0)
    todo.refresh_from_db()
    assert todo.state == "open"


@pytest.mark.parametrize(("scheme", "width"), [("light", 390), ("light", 768), ("dark", 390), ("dark", 1440)])
def test_axe_finds_nothing_and_nothing_is_cut_off(browser, live_server, scheme, width):
    people = [make.make_user("editor") for _ in range(11)]
    people.append(make.make_user("editor", username="a-very-long-name-of-somebody@example.org"))
    notes = [make.make_note("一则题目很长的札记用来看看它会不会溢出-200301", tags=["云"]), make.make_note()]
    with make.together():
        for number in range(200):
            make.make_todo(
                TITLE[:100] if number % 9 == 0 else "补时间点",
                state=("open", "open", "doing", "done", "dropped")[number % 5],
                results="见表。",
                due="2020-01-01" if number % 3 == 0 else None,
                note=notes[number % 2],
                assignee=people[number % 12],
                body="见 [[x]]。",
            )
    context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 900})
    page = context.new_page()
    log_in(page, live_server, make.make_user("reviewer"))
    todo = Todo.objects.all()[0]
    for path in (
        "/admin/research/todo/board/",
        f"/admin/research/todo/{todo.pk}/move/?to=done",
        "/admin/my-work/",
        "/todos/",
        "/todos/?view=list",
        todo.get_absolute_url(),
        notes[0].get_absolute_url(),
    ):
        page.goto(f"{live_server.url}{path}")
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path
        assert page.evaluate(CUT) == [], path
        found = Axe().run(page)
        assert found.violations_count == 0, (path, found.generate_report())
        if folder := os.environ.get("SHOTS"):
            name = path.strip("/").replace("/", "-").replace("?", "-")
            page.screenshot(path=f"{folder}/{name}-{scheme}-{width}.png")
    context.close()


# Whatever stands beyond the window's edge, or beyond the cell or column that it is in.
CUT = """() => [...document.querySelectorAll('main *, #content-main *')].filter((node) => {
  const box = node.getBoundingClientRect();
  const column = node.parentElement.closest('.board-column, .board > section, td, th, .shares li');
  const edge = Math.min(innerWidth, column ? column.getBoundingClientRect().right : innerWidth);
  return box.width > 0 && box.right > edge + 1 && !node.closest('.visually-hidden, .skip, .pop, thead');
}).map((node) => node.outerHTML.slice(0, 200))"""
