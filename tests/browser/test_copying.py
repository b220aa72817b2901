"""Copying a reference, in a real browser: by the clipboard, and by selection where that is closed."""

import pytest
from playwright.sync_api import expect

from tests import factories as make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def note(transactional_db):
    return make.make_note("札记", slug="li")


def test_a_button_copies_its_reference_and_says_so(page, context, live_server, note):
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(f"{live_server.url}/en{note.get_absolute_url()}")
    section = page.locator("section.cite-as")
    expect(section.get_by_role("button")).to_have_count(4)
    section.get_by_role("button").first.press("Enter")
    expect(section.get_by_role("status")).to_contain_text("Copied")
    wanted = section.locator("[data-copied-text]").first.inner_text()
    assert page.evaluate("navigator.clipboard.readText()") == wanted
    section.get_by_role("button", name="BibTeX").click()
    expect(section.get_by_role("status")).to_contain_text("BibTeX")
    assert page.evaluate("navigator.clipboard.readText()").startswith("@")
    assert said == []  # nor did the policy report the page's data block


def test_where_the_clipboard_is_closed_the_text_is_selected(page, live_server, note):
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page.goto(f"{live_server.url}/en{note.get_absolute_url()}")
    section = page.locator("section.cite-as")
    section.get_by_role("button", name="BibTeX").click()
    expect(section.get_by_role("status")).to_contain_text("Selected")
    assert page.evaluate("getSelection().toString()").startswith("@")
    assert section.locator("details").evaluate("details => details.open")


def test_without_script_the_texts_are_there_and_no_button(browser, live_server, note):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server.url}/en{note.get_absolute_url()}")
    section = page.locator("section.cite-as")
    expect(section.locator("dd").first).to_contain_text("札记[EB/OL]")
    expect(section.get_by_role("button")).to_have_count(0)
    context.close()
