"""Two people at two browsers: what both typed stands in the end, or was given up by a choice."""

import pytest
from playwright.sync_api import expect

from research.models import Case, Revision
from tests import factories as make
from tests.browser.test_admin_edit import log_in

pytestmark = pytest.mark.browser
ROUNDS = 2


@pytest.fixture
def two(page, browser, live_server):
    """Two browsers that share no cookie, each with somebody else in it."""
    context = browser.new_context()
    pages = [page, context.new_page()]
    for one, name in zip(pages, ("liu", "chen"), strict=True):
        log_in(one, live_server, make.make_user("reviewer", username=name))
    yield pages
    context.close()


def open_both(two, live_server, case):
    for one in two:
        one.goto(f"{live_server.url}/admin/research/case/{case.pk}/change/")


def save_both(two):
    """Both press the button before either is answered."""
    for one in two:
        one.evaluate("setTimeout(() => document.querySelector('input[name=_save]').click(), 50)")
    for one in two:
        expect(one.locator(".messagelist .success, form.conflict").first).to_be_visible()


def test_different_fields_are_merged_and_the_later_is_told(two, live_server):
    liu, chen = two
    for number in range(ROUNDS):
        case = make.make_case("城市大脑", body="原文")
        open_both(two, live_server, case)
        liu.fill("#id_title", f"刘的题{number}")
        chen.fill("#id_body", f"陈的文{number}")
        save_both(two)
        case.refresh_from_db()
        assert (case.title, case.body, case.version) == (f"刘的题{number}", f"陈的文{number}", 3)
        said = " ".join(one.locator(".messagelist").inner_text() for one in two)
        assert "chen" in said or "liu" in said, "whoever came later reads whose change stands beside"


@pytest.mark.parametrize("side", ["mine", "theirs"])
def test_the_same_field_is_chosen_by_whoever_came_later(two, live_server, side):
    for number in range(ROUNDS):
        case = make.make_case("城市大脑", body="原文")
        open_both(two, live_server, case)
        for one, name in zip(two, ("liu", "chen"), strict=True):
            one.fill("#id_body", f"{name} 的文{number}")
        save_both(two)
        asked = [one for one in two if one.locator("form.conflict").count()]
        assert len(asked) == 1
        later, other = ("liu", "chen") if asked[0] is two[0] else ("chen", "liu")
        case.refresh_from_db()
        assert (case.body, case.version) == (f"{other} 的文{number}", 2), (
            "nothing is written before the choice"
        )
        asked[0].locator(f"form.conflict input[type=radio][value={side}]").check()
        asked[0].locator("form.conflict input[type=submit]").click()
        expect(asked[0].locator(".messagelist .success")).to_be_visible()
        case.refresh_from_db()
        assert case.body == f"{later if side == 'mine' else other} 的文{number}"
        kept = Revision.objects.filter(table="cases", record_id=case.pk).values_list("row", flat=True)
        assert f"{other} 的文{number}" in [row["body"] for row in kept]
    assert Case.objects.count() == ROUNDS
