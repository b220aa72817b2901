"""Two browsers on one record, and a browser that crashes while somebody types."""

import pytest
from playwright.sync_api import expect

from research import actions
from research.admin import presence
from research.models import Case, Comment
from tests import factories as make
from tests.browser.test_admin_edit import log_in

pytestmark = pytest.mark.browser

OFFER = ".offer"


@pytest.fixture(autouse=True)
def quickly(monkeypatch):
    monkeypatch.setattr(presence, "EVERY", 1)


@pytest.fixture
def console(page):
    said = []
    page.on(
        "console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None
    )
    page.on("pageerror", lambda error: said.append(str(error)))
    return said


@pytest.fixture
def second(browser, live_server):
    """Another person's browser."""
    context = browser.new_context()
    page = context.new_page()
    log_in(page, live_server, make.make_user(username="liu"))
    yield page
    context.close()


def form_of(live_server, record):
    return f"{live_server.url}/admin/research/{record._meta.model_name}/{record.pk}/change/"


def kept(page):
    """What the browser has kept of forms, as text."""
    return page.evaluate(
        "Object.entries(localStorage).filter(([name]) => name.startsWith('typed:')).map(([, text]) => text)"
    )


def wait_until_kept(page, text):
    for _turn in range(100):
        if any(text in entry for entry in kept(page)):
            return
        page.wait_for_timeout(100)
    pytest.fail(f"not kept: {text}")


def crash(page):
    """The page is gone without a word; what the browser has kept stays."""
    context = page.context
    page.close(run_before_unload=False)
    return context.new_page()


def save(page):
    page.locator("input[name=_save]").click()
    expect(page.locator(".messagelist .success")).to_be_visible()


def test_who_else_is_here_and_who_saved(page, live_server, second, console):
    case = make.make_case("城市大脑")
    log_in(page, live_server, make.make_user(username="anna"))
    page.goto(form_of(live_server, case))
    expect(page.locator(".also-open")).to_be_hidden()
    second.goto(form_of(live_server, case))
    expect(page.locator(".also-open")).to_contain_text("liu")
    expect(second.locator(".also-open")).to_contain_text("anna")
    expect(page.locator(".saved-elsewhere")).to_be_hidden()
    second.fill("#id_title", "城市大脑二期")
    save(second)
    expect(page.locator(".also-open")).to_be_hidden()
    expect(page.locator(".saved-elsewhere")).to_contain_text("liu")
    history = f"/admin/research/case/{case.pk}/history/"
    expect(page.locator(".saved-elsewhere a")).to_have_attribute("href", history)
    assert console == []


def test_what_was_typed_is_offered_after_a_crash(page, live_server, console):
    case, finance = make.make_case("城市大脑", body="原文"), make.make_industry("金融")
    log_in(page, live_server, make.make_user())
    page.goto(form_of(live_server, case))
    expect(page.locator(OFFER)).to_have_count(0)
    page.fill("#id_body", "我写了一整段")
    page.locator(".field-industries .select2-selection").click()
    page.locator(".field-industries .select2-search__field").fill("金融")
    page.locator(".select2-results__option", has_text="金融").click()
    wait_until_kept(page, "金融")
    page = crash(page)
    page.goto(form_of(live_server, case))
    expect(page.locator("#id_body")).to_have_value("原文")
    page.locator(OFFER).locator(".restore").click()
    expect(page.locator(OFFER)).to_have_count(0)
    expect(page.locator("#id_body")).to_have_value("我写了一整段")
    expect(page.locator(".field-industries .select2-selection__choice")).to_contain_text("金融")
    save(page)
    assert kept(page) == []
    page.goto(form_of(live_server, case))
    expect(page.locator(OFFER)).to_have_count(0)
    case.refresh_from_db()
    assert (case.body, list(case.industries.all())) == ("我写了一整段", [finance])
    assert console == []


def test_restored_beside_what_another_saved_meanwhile(page, live_server):
    case = make.make_case("城市大脑", body="原文")
    log_in(page, live_server, make.make_user())
    page.goto(form_of(live_server, case))
    page.fill("#id_body", "我写的")
    wait_until_kept(page, "我写的")
    page = crash(page)
    other = Case.objects.get(pk=case.pk)
    other.title = "他人改过的标题"
    actions.save(other, by=None, via="test")
    page.goto(form_of(live_server, case))
    page.locator(OFFER).locator(".restore").click()
    save(page)
    case.refresh_from_db()
    assert (case.title, case.body) == ("他人改过的标题", "我写的")


def test_rows_of_another_table_inside_the_form(page, live_server):
    thesis = make.make_thesis()
    first = make.make_argument("第一条", thesis=thesis)
    log_in(page, live_server, make.make_user())
    page.goto(form_of(live_server, thesis))
    page.locator("#arguments-0 summary").click()
    page.fill("#id_arguments-0-claim", "第一条改了")
    page.locator("#arguments-group .add-row a").click()
    page.fill("#id_arguments-1-claim", "我的新论据")
    wait_until_kept(page, "我的新论据")
    page = crash(page)
    make.make_argument("别人的新论据", thesis=thesis)
    page.goto(form_of(live_server, thesis))
    page.locator(OFFER).locator(".restore").click()
    expect(page.locator("#id_arguments-1-claim")).to_have_value("别人的新论据")
    expect(page.locator("#id_arguments-2-claim")).to_have_value("我的新论据")
    save(page)
    claims = [argument.claim for argument in thesis.arguments.order_by("pk")]
    assert claims == ["第一条改了", "别人的新论据", "我的新论据"]
    first.refresh_from_db()
    assert first.claim == "第一条改了"


def test_a_new_record_and_discarding(page, live_server):
    log_in(page, live_server, make.make_user())
    page.goto(f"{live_server.url}/admin/research/note/add/")
    page.fill("#id_title", "没存的札记")
    wait_until_kept(page, "没存的札记")
    page = crash(page)
    page.goto(f"{live_server.url}/en/admin/research/note/add/")
    page.locator(OFFER).locator(".discard").click()
    expect(page.locator("#id_title")).to_have_value("")
    assert kept(page) == []


def test_what_the_server_refused_is_kept(page, live_server):
    case = make.make_case("城市大脑")
    log_in(page, live_server, make.make_user())
    page.goto(form_of(live_server, case))
    page.fill("#id_title", "")
    page.fill("#id_body", "别丢了我")
    page.locator("input[name=_save]").click()
    expect(page.locator(".errornote")).to_be_visible()
    expect(page.locator(OFFER)).to_have_count(0)
    wait_until_kept(page, "别丢了我")
    page = crash(page)
    page.goto(form_of(live_server, case))
    page.locator(OFFER).locator(".restore").click()
    expect(page.locator("#id_body")).to_have_value("别丢了我")


def test_logging_out_forgets_it(page, live_server):
    case = make.make_case("城市大脑")
    log_in(page, live_server, make.make_user())
    page.goto(form_of(live_server, case))
    page.fill("#id_title", "没存")
    wait_until_kept(page, "没存")
    page.locator("#logout-form button").click()
    expect(page.locator("#user-tools")).to_have_count(0)
    assert kept(page) == []


def test_commenting_keeps_what_is_typed_in_the_form(page, live_server):
    case = make.make_case("城市大脑")
    log_in(page, live_server, make.make_user())
    page.goto(form_of(live_server, case))
    page.fill("#id_title", "没存")
    page.fill("#comment_comment", "此处存疑")
    page.locator(".say input[type=submit]").click()
    expect(page.locator(".said")).to_have_text("此处存疑")
    assert Comment.objects.count() == 1
    page.locator(OFFER).locator(".restore").click()
    expect(page.locator("#id_title")).to_have_value("没存")
