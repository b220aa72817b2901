"""A stored page in a real browser: it is shown, and nothing in it runs, sends or leads away."""

import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import expect

from tests.factories import make_file, make_source, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# A picture of one pixel, as a page saved in one file has it inside.
PIXEL = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
HOSTILE = """<!doctype html>
<html><head>
<title>云</title>
<meta http-equiv="refresh" content="0;url={trap}/refresh">
<link rel="stylesheet" href="{trap}/style"><link rel="prefetch" href="{trap}/prefetch">
<link rel="preload" as="image" href="{trap}/preload"><link rel="icon" href="{trap}/icon">
<base href="{trap}/base/">
<style>@import "{trap}/import"; h1 {{ color: rgb(1, 2, 3); background: url({trap}/background) }}
@font-face {{ font-family: x; src: url({trap}/font) }} p {{ font-family: x }}</style>
<script>document.title = "gone"; fetch("{trap}/fetch"); document.cookie = "mark=1"</script>
<script src="{trap}/script"></script>
</head><body onload="document.title = 'gone'">
<h1>阿里云</h1><p>正文</p>
<img id="inside" src="{pixel}"><img src="{trap}/image" onerror="document.title = 'gone'">
<svg onload="document.title = 'gone'"><image href="{trap}/svg"/></svg>
<iframe src="{trap}/frame"></iframe>
<iframe srcdoc="<script>parent.document.title = 'gone'</script>"></iframe>
<object data="{trap}/object"></object><embed src="{trap}/embed"><video src="{trap}/video" autoplay></video>
<form action="{trap}/form">
<input name="a" autofocus onfocus="this.form.submit()"><button>送</button></form>
<a href="javascript:document.title='gone'">点</a>
</body></html>"""


@pytest.fixture
def trap():
    """A server on this machine that writes down whatever reaches it."""
    reached = []

    class Trap(BaseHTTPRequestHandler):
        def do_GET(self):
            reached.append(self.path)
            self.send_response(204)
            self.end_headers()

        do_POST = do_GET  # noqa: N815

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Trap)
    server.block_on_close = False  # a browser connects in advance and says nothing
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", reached
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def source():
    return make_source("白皮书", key="wp", url="https://example.org/", archived_url="https://example.org/a")


def stored(source, trap):
    return make_file(
        source, HOSTILE.format(trap=trap, pixel=PIXEL), name="网页.html", kind="snapshot", shared=True
    )


def try_everything(page):
    page.wait_for_timeout(1000)
    page.get_by_role("button", name="送").click(no_wait_after=True)
    page.get_by_role("link", name="点").click(no_wait_after=True)
    page.wait_for_timeout(500)


def test_a_stored_page_is_shown_and_does_nothing(page, live_server, trap, source):
    address, reached = trap
    file = stored(source, address)
    url = f"{live_server.url}{file.get_absolute_url()}"
    page.goto(url)
    expect(page.locator("h1")).to_have_text("阿里云")
    expect(page.locator("h1")).to_have_css("color", "rgb(1, 2, 3)")
    try_everything(page)
    assert page.title() == "云"
    assert page.url == url
    assert reached == []
    assert [cookie for cookie in page.context.cookies() if cookie["name"] == "mark"] == []


def test_a_log_in_does_not_change_that(page, live_server, trap, source, client):
    """For those who are logged in the page stands at an address of the admin."""
    address, reached = trap
    file = stored(source, address)
    client.force_login(make_user("admin"))
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    page.goto(f"{live_server.url}{reverse('admin:research_source_file', args=[source.pk, file.pk])}")
    expect(page.locator("h1")).to_have_text("阿里云")
    try_everything(page)
    assert (page.title(), reached) == ("云", [])


def test_the_same_page_does_a_lot_elsewhere(page, trap, tmp_path):
    """The tests above can fail."""
    address, reached = trap
    (tmp_path / "x.html").write_text(HOSTILE.format(trap=address, pixel=PIXEL), encoding="utf-8")
    page.goto((tmp_path / "x.html").as_uri(), wait_until="commit")
    page.wait_for_timeout(1500)
    assert {"/fetch", "/script", "/image", "/import"} <= set(reached)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_source_with_files(page, live_server, source, scheme):
    for number in range(3):
        make_file(source, f"文 {number}", name=f"{'很长的文件名' * 12}{number}.txt", shared=True)
    page.set_viewport_size({"width": 390, "height": 800})
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{live_server.url}{source.get_absolute_url()}")
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    page.locator(".stored a").first.click()
    expect(page.locator("body")).to_contain_text("文 0")


def test_an_editor_adds_a_file(page, live_server, source, client, tmp_path, settings):
    settings.FILE_MEGABYTES = 1
    client.force_login(make_user("reviewer"))
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"{live_server.url}{reverse('admin:research_source_files', args=[source.pk])}")
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    said = []  # Axe has had its say, which the policy does not like
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.reload()
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    (tmp_path / "大.pdf").write_bytes(b"%PDF-1.7" + b"0" * 1024 * 1024)
    page.locator("input[type=file]").set_input_files(tmp_path / "大.pdf")
    page.locator("input[type=submit].default").click()
    assert source.attachments.count() == 0
    assert "1 MB" in page.locator("input[type=file]").evaluate("input => input.validationMessage")
    (tmp_path / "白皮书.pdf").write_bytes(b"%PDF-1.7\n%%EOF")
    page.locator("input[type=file]").set_input_files(tmp_path / "白皮书.pdf")
    page.locator("input[type=submit].default").click()
    expect(page.locator("ol.revisions")).to_contain_text(re.compile("白皮书.pdf"))
    assert source.attachments.get().name == "白皮书.pdf"
    assert said == []
