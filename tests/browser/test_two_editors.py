"""Two people at two browsers: what both typed stands in the end, or was given up by a choice.

A few rounds each; for many: ROUNDS=50 .venv/bin/python -m pytest tests/browser/test_two_editors.py
"""

import os
import re

import pytest
from playwright.sync_api import expect

from research.models import Batch, Case, Revision
from tests import factories as make
from tests.browser.test_admin_edit import log_in

pytestmark = pytest.mark.browser
ROUNDS = int(os.environ.get("ROUNDS", "2"))


@pytest.fixture
def two(page, browser, live_server):
    """Two browsers that share no cookie, each with somebody else in it."""
    context = browser.new_context()
    pages = [page, context.new_page()]
    for one, name in zip(pages, ("liu", "chen"), strict=True):
        log_in(one, live_server, make.make_user("reviewer", username=name))
    yield pages
    context.close()


def open_both(two, live_server, record):
    for one in two:
        one.goto(f"{live_server.url}/admin/research/{record._meta.model_name}/{record.pk}/change/")


def save_both(two, told="form.conflict"):
    """Both press the button before either is answered; one is told, or neither."""
    for one in two:
        one.evaluate("setTimeout(() => document.querySelector('input[name=_save]').click(), 50)")
    for one in two:
        expect(one.locator(f".messagelist .success, {told}").first).to_be_visible()


def rows_of(record):
    return list(Revision.objects.of(record).values_list("row", flat=True))


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
        assert f"{other} 的文{number}" in [row["body"] for row in rows_of(case)]
    assert Case.objects.count() == ROUNDS


def test_rows_inside_the_form_of_another_record(two, live_server):
    """In turn: two columns of one row, and the same column."""
    liu, chen = two
    for number in range(ROUNDS):
        argument = make.make_argument("伙伴更多。", body="原文")
        open_both(two, live_server, argument.thesis)
        for one in two:
            one.locator("#arguments-0 summary").click()
        liu.fill("#id_arguments-0-body", f"刘的文{number}")
        clash = number % 2
        chen.fill(f"#id_arguments-0-{'body' if clash else 'claim'}", f"陈的文{number}")
        save_both(two)
        asked = [one for one in two if one.locator("form.conflict").count()]
        assert len(asked) == clash
        for one in asked:
            one.locator("form.conflict input[type=radio][value=mine]").check()
            one.locator("form.conflict input[type=submit]").click()
            expect(one.locator(".messagelist .success")).to_be_visible()
        argument.refresh_from_db()
        written = {row[name] for row in rows_of(argument) for name in ("claim", "body")}
        assert {f"刘的文{number}", f"陈的文{number}"} <= written
        if not clash:
            assert (argument.body, argument.claim) == (f"刘的文{number}", f"陈的文{number}")


def test_rows_of_a_list(two, live_server):
    """In turn: two columns of one row, and the same column, where the later is told and may save again."""
    liu, chen = two
    for number in range(ROUNDS):
        todo = make.make_todo(slug=f"todo-{number}-")
        for one in two:
            one.goto(f"{live_server.url}/admin/research/todo/?q={todo.slug}")
        liu.select_option("select[name=form-0-state]", "doing")
        clash = number % 2
        if clash:
            chen.select_option("select[name=form-0-state]", "dropped")
        else:
            chen.fill("input[name=form-0-due]", "2026-12-31")
        save_both(two, told="#changelist .errorlist li")
        told = [one for one in two if not one.locator(".messagelist .success").count()]
        assert len(told) == clash
        todo.refresh_from_db()
        if clash:
            typed = told[0].locator("select[name=form-0-state]").input_value()
            assert {typed, todo.state} == {"doing", "dropped"}, "the page comes back as typed"
            told[0].locator("input[name=_save]").click()
            expect(told[0].locator(".messagelist .success")).to_be_visible()
            assert {row["state"] for row in rows_of(todo)} == {"open", "doing", "dropped"}
        else:
            assert (todo.state, str(todo.due)) == ("doing", "2026-12-31")


def test_an_import_and_a_form(two, live_server):
    """In turn: another column than the file's, and the same, where the import is shown anew."""
    liu, chen = two
    for number in range(ROUNDS):
        case = make.make_case("城市大脑", slug=f"case-{number}-", body="原文")
        liu.goto(f"{live_server.url}/admin/research/case/import/")
        file = f"slug,title\n{case.slug},文件的题{number}\n".encode()
        liu.set_input_files("#id_import_file", {"name": "cases.csv", "mimeType": "text/csv", "buffer": file})
        liu.locator(".submit-row input[type=submit]").click()
        expect(liu.locator("input[name=confirm]")).to_be_visible()
        chen.goto(f"{live_server.url}/admin/research/case/{case.pk}/change/")
        clash = number % 2
        chen.fill("#id_title" if clash else "#id_body", f"陈的字{number}")
        chen.locator("input[name=_save]").click()
        expect(chen.locator(".messagelist .success")).to_be_visible()
        liu.locator("input[name=confirm]").click()
        if clash:
            expect(liu.locator("tr.stale input[name=row]")).not_to_be_checked()
            case.refresh_from_db()
            assert case.title == f"陈的字{number}"
            liu.locator("tr.stale input[name=row]").check()
            liu.locator("input[name=confirm]").click()
        expect(liu.locator("h1", has_text="cases.csv")).to_be_visible()
        expect(liu).to_have_url(re.compile("/batch/"))
        case.refresh_from_db()
        assert case.title == f"文件的题{number}"
        column = "title" if clash else "body"
        assert f"陈的字{number}" in [row[column] for row in rows_of(case)]
        assert clash or case.body == f"陈的字{number}"
    assert Batch.objects.count() == ROUNDS
