"""The page of what waits for one person."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from research import actions
from research.models import Todo
from tests.admin.pages import change_url, count_queries, open_form
from tests.factories import make_case, make_note, make_thesis, make_todo, make_user

PAGE = "admin:my_work"


def work(client, name):
    found = client.get(reverse(PAGE)).context[name]
    return [str(getattr(one, "record", one)) for one in found]


@pytest.fixture
def reviewer(db):
    return make_user("admin", username="审稿")


def newer_draft(client, record, **changes):
    response = client.post(change_url(record), open_form(client, record, status="draft", **changes))
    assert response.status_code == 302


def test_my_drafts_and_newer_drafts(editing, editor):
    make_case("我的", by=editor, status="draft")
    make_case("别人的", by=make_user(), status="draft")
    make_case("已发布", by=editor)
    newer_draft(editing, make_thesis("旧论点", by=editor), statement="新论点")
    assert sorted(work(editing, "drafts")) == ["我的", "旧论点"]


def test_what_was_returned_to_me_until_it_goes_on(editing, editor, reviewer):
    case, note = (
        make_case("退回的", by=editor, status="review"),
        make_note("送审的", by=editor, status="review"),
    )
    actions.give_back([case], by=reviewer, via="test", note="缺出处")
    (line,) = editing.get(reverse(PAGE)).context["returned"]
    assert (line.record, line.note, line.url) == (case, "缺出处", change_url(case))
    assert "缺出处" in editing.get(reverse(PAGE)).content.decode()
    actions.submit([type(case).objects.get(pk=case.pk)], by=editor, via="test")
    assert work(editing, "returned") == []
    assert str(note) not in work(editing, "drafts")


def test_a_newer_draft_that_was_returned(editing, editor, reviewer):
    case = make_case("有新稿", by=editor)
    newer_draft(editing, case, body="新")
    case.refresh_from_db()
    actions.submit([case], by=editor, via="test")
    case.refresh_from_db()
    actions.give_back([case], by=reviewer, via="test")
    assert work(editing, "returned") == ["有新稿"]


def test_what_waits_for_my_review(client, editor, reviewer):
    make_case("待审", by=editor, status="review")
    client.force_login(editor)
    newer_draft(client, published := make_case("有新稿", by=editor), body="新")
    published.refresh_from_db()
    actions.submit([published], by=editor, via="test")
    client.force_login(reviewer)
    assert sorted(work(client, "reviews")) == ["待审", "有新稿"]


def test_my_to_dos_by_due_date(editing, editor):
    today = timezone.localdate()
    make_todo("无期", assignee=editor)
    make_todo("将到期", assignee=editor, due=today + timedelta(days=3))
    make_todo("已逾期", assignee=editor, due=today - timedelta(days=3))
    make_todo("别人的", assignee=make_user())
    make_todo("做完的", assignee=editor, state="done", results="好")
    assert work(editing, "todos") == ["已逾期", "将到期", "无期"]
    assert Todo.objects.get(title="已逾期").is_overdue
    assert editing.get(reverse(PAGE)).content.decode().count('class="attention">') >= 1


def test_what_is_said_to_me_until_it_is_resolved(editing, editor):
    case = make_case()
    comment = actions.comment(case, f"@{editor.username} 请看", by=make_user())
    actions.comment(case, "与我无关", by=make_user())
    notices = list(editing.get(reverse(PAGE)).context["spoken"])
    assert [notice.comment for notice in notices] == [comment]
    actions.mark_read(editor)
    assert len(editing.get(reverse(PAGE)).context["spoken"]) == 1, "read is not resolved"
    actions.resolve(comment, by=editor)
    assert list(editing.get(reverse(PAGE)).context["spoken"]) == []


def test_only_tables_that_one_may_read(client, db):
    user = make_user("reader")
    user.is_staff = True
    user.save()
    make_case(by=user, status="draft")
    make_todo(assignee=user)
    client.force_login(user)
    context = client.get(reverse(PAGE)).context
    assert [list(context[name]) for name in ("drafts", "returned", "reviews", "todos")] == [[]] * 4


def test_anonymous_is_sent_to_log_in(client, db):
    assert client.get(reverse(PAGE)).status_code == 302


def test_it_is_linked_from_the_first_page(editing):
    assert editing.get(reverse("admin:index")).content.decode().count(reverse(PAGE)) == 2


def test_the_number_of_queries_is_fixed(client, editor, reviewer):
    client.force_login(reviewer)
    counts = []
    for _turn in range(2):
        for _number in range(10):
            actions.give_back([make_case(by=reviewer, status="review")], by=editor, via="test", note="缺")
            make_note(by=reviewer, status="draft")
            make_thesis(status="review")
            make_todo(assignee=reviewer)
            newer_draft(client, make_case(by=reviewer), body="新")
        counts.append(count_queries(client, reverse(PAGE)))
    assert counts[0] == counts[1]
