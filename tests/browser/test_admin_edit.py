"""One edit in the admin, in a real browser: log in, write with a preview, save, and see it in public."""

import pytest
from playwright.sync_api import expect

from research.models import Case, Revision
from research.rows import MODELS
from tests import factories as make
from tests.admin.pages import change_url

pytestmark = pytest.mark.browser


@pytest.fixture
def console(page):
    said = []
    page.on(
        "console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None
    )
    page.on("pageerror", lambda error: said.append(str(error)))
    return said


def log_in(page, live_server, user):
    page.goto(f"{live_server.url}/admin/")
    page.fill("#id_username", user.username)
    page.fill("#id_password", "pw")
    page.locator("input[type=submit]").click()
    expect(page.locator("#user-tools")).to_contain_text(user.username)


def test_a_reviewer_adds_a_case_and_publishes_it(page, live_server, console):
    editor = make.make_user("reviewer")
    make.make_organization("阿里巴巴", slug="阿里巴巴")
    make.make_source("市场报告", key="idc")
    log_in(page, live_server, editor)
    page.goto(f"{live_server.url}/admin/research/case/add/")
    page.fill("#id_title", "城市大脑")
    page.locator("#id_title").blur()
    expect(page.locator("#id_slug")).to_have_value("城市大脑")
    page.locator(".field-organization .select2-selection").click()
    page.locator(".select2-search__field").last.fill("阿里")
    page.locator(".select2-results__option", has_text="阿里巴巴").click()
    page.fill("#id_tags", "云，人工智能、城市")
    page.fill("#id_body", "管理**全城**信号灯 [@idc, p. 3]，又见 [@nobody]。")
    page.locator(".field-body").get_by_text("预览").click()
    preview = page.locator(".field-body strong")
    expect(preview).to_have_text("全城")
    page.locator("input[name=_publish]").click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    page.goto(f"{live_server.url}/cases/城市大脑/")
    expect(page.locator("h1")).to_have_text("城市大脑")
    expect(page.locator("main")).to_contain_text("[1, p. 3]", use_inner_text=True)
    expect(page.locator("nav.tags a")).to_have_text(["云", "人工智能", "城市"])
    case = Case.objects.get(slug="城市大脑")
    revision = Revision.objects.get(table="cases", record_id=case.pk)
    assert (revision.by, revision.via, revision.row["tags"]) == (editor, "form", "云; 人工智能; 城市")
    assert console == []


@pytest.mark.parametrize("width", [390, 1280])
def test_no_form_is_cut_off(page, live_server, seed, width):
    log_in(page, live_server, make.make_user("reviewer"))
    page.set_viewport_size({"width": width, "height": 800})
    for model in MODELS.values():
        for record in {model.objects.earliest("pk"), model.objects.latest("pk")}:
            page.goto(f"{live_server.url}{change_url(record)}")
            assert page.evaluate("document.documentElement.scrollWidth") <= width, record
            fields = page.locator("form .form-row :is(input, select, textarea, p.url a):visible").all()
            assert all(box["x"] + box["width"] <= width for field in fields if (box := field.bounding_box()))
