"""Notices: who is told of what, the bell, their page, and the e-mail that a site may send."""

import logging

import pytest
from django.core import mail
from django.urls import reverse

from research import actions
from research.models import Comment, Notice
from tests.admin.pages import change_url, count_queries, open_form, url
from tests.factories import make_case, make_note, make_organization, make_todo, make_user, together

PAGE = "admin:notices"


def told(user):
    return [(notice.kind, notice.author) for notice in user.notices.order_by("pk")]


@pytest.fixture
def author(db):
    return make_user(username="作者")


@pytest.fixture
def reviewer(db):
    return make_user("admin", username="审稿")


class TestReview:
    def test_what_is_submitted_concerns_all_who_may_publish(self, author, reviewer):
        other = make_user("admin")
        case, note = make_case(by=author, status="draft"), make_note(by=author, status="draft")
        actions.submit([case, note], by=author, via="test")
        assert told(reviewer) == told(other) == [("submitted", "作者")] * 2
        assert told(author) == []

    def test_what_is_returned_concerns_its_author_and_says_why(self, author, reviewer):
        case = make_case(by=author, status="review")
        actions.give_back([case], by=reviewer, via="test", note="缺出处")
        notice = Notice.objects.get()
        assert (notice.user, notice.kind, notice.text) == (author, "returned", "缺出处")
        comment = Comment.objects.get()
        assert (comment.text, comment.author, notice.comment) == ("缺出处", "审稿", comment)
        assert (comment.table, comment.record_id, comment.resolved_at) == ("cases", case.pk, None)

    def test_without_a_note_there_is_no_comment(self, author, reviewer):
        actions.give_back([make_case(by=author, status="review")], by=reviewer, via="test")
        assert told(author) == [("returned", "审稿")]
        assert not Comment.objects.exists()

    def test_published_and_withdrawn(self, author, reviewer):
        case = make_case(by=author, status="review")
        actions.publish([case], by=reviewer, via="test")
        actions.withdraw([case], by=reviewer, via="test")
        assert told(author) == [("published", "审稿"), ("withdrawn", "审稿")]
        assert told(reviewer) == []

    def test_a_step_that_changes_nothing_tells_nobody(self, author, reviewer):
        actions.publish([make_case(by=author)], by=reviewer, via="test")
        assert not Notice.objects.exists()

    def test_many_at_once_take_no_query_more(self, author, reviewer, django_assert_max_num_queries):
        organization = make_organization()
        with together(by=author):
            cases = [make_case(organization=organization, status="draft") for _number in range(50)]
        with django_assert_max_num_queries(60):
            actions.submit(cases, by=author, via="test")
        assert reviewer.notices.count() == 50


class TestForm:
    def save(self, client, user, record, **changes):
        client.force_login(user)
        response = client.post(change_url(record), open_form(client, record, **changes))
        assert response.status_code == 302

    def test_a_status_chosen_there_is_a_step_too(self, client, author, reviewer):
        case = make_case(by=author, status="draft")
        self.save(client, author, case, status="review")
        assert told(reviewer) == [("submitted", "作者")]
        self.save(client, reviewer, case, status="draft")
        self.save(client, reviewer, case, status="published")
        assert told(author) == [("returned", "审稿"), ("published", "审稿")]

    def test_a_newer_draft_is_submitted_not_withdrawn(self, client, author, reviewer):
        case = make_case(by=author)
        self.save(client, author, case, title="新题", status="draft")
        assert not Notice.objects.exists()
        self.save(client, author, case, status="review")
        assert told(reviewer) == [("submitted", "作者")]

    def test_another_column_tells_nobody(self, client, author, reviewer):
        self.save(client, reviewer, make_case(by=author), title="新题")
        assert not Notice.objects.exists()

    def test_whoever_is_given_a_to_do(self, client, author, reviewer):
        todo = make_todo(by=reviewer)
        self.save(client, reviewer, todo, assignee=author.pk)
        self.save(client, reviewer, todo, title="新题")
        self.save(client, reviewer, todo, assignee=reviewer.pk)
        assert told(author) == [("assigned", "审稿")]
        assert told(reviewer) == []

    def test_a_to_do_in_the_form_of_its_note_too(self, client, author, reviewer):
        note = make_note()
        todo = make_todo(note=note)
        self.save(client, reviewer, note, **{"todos-0-assignee": author.pk})
        assert told(author) == [("assigned", "审稿")]
        assert author.notices.get().record_id == todo.pk


class TestBell:
    def test_it_counts_what_is_unread(self, editing, editor):
        actions.comment(make_case(by=editor), "问", by=make_user())
        page = editing.get(reverse("admin:index")).content.decode()
        assert reverse(PAGE) in page
        assert '<b class="attention">1</b>' in page
        actions.mark_read(editor)
        assert '<b class="attention">1</b>' not in editing.get(reverse("admin:index")).content.decode()

    def test_it_is_not_shown_before_logging_in(self, client, db):
        assert reverse(PAGE) not in client.get(reverse("admin:login")).content.decode()


class TestPage:
    def test_newest_first_and_all_are_read_at_once(self, editing, editor):
        for text in ("先", "后"):
            actions.comment(make_case(by=editor), text, by=make_user(username=text))
        page = editing.get(reverse(PAGE)).context["page"]
        assert [notice.author for notice in page] == ["后", "先"]
        assert editing.post(reverse(PAGE)).status_code == 302
        assert not editor.notices.filter(read_at=None).exists()

    def test_opening_one_leads_to_the_record_and_reads_it(self, editing, editor):
        case = make_case(by=editor)
        comment = actions.comment(case, "问", by=make_user())
        other = actions.comment(case, "再问", by=make_user())
        notice = editor.notices.get(comment=comment)
        response = editing.get(reverse("admin:notice", args=[notice.pk]))
        assert response.url == f"{change_url(case)}#comment-{comment.pk}"
        assert [one.comment for one in editor.notices.filter(read_at=None)] == [other]

    def test_of_a_record_that_is_gone(self, editing, editor):
        case = make_case(by=editor)
        actions.comment(case, "问", by=make_user())
        actions.delete([case], by=None, via="test")
        response = editing.get(reverse("admin:notice", args=[editor.notices.get().pk]), follow=True)
        assert len(response.context["messages"]) == 1
        assert response.redirect_chain[-1][0] == reverse(PAGE)

    def test_nobody_reads_another_s(self, editing):
        owner = make_user()
        actions.comment(make_case(by=owner), "问", by=make_user())
        assert (
            editing.get(reverse("admin:notice", args=[Notice.objects.get(user=owner).pk])).status_code == 404
        )
        assert list(editing.get(reverse(PAGE)).context["page"]) == []
        editing.post(reverse(PAGE))
        assert Notice.objects.filter(user=owner, read_at=None).exists()

    def test_anonymous_is_sent_to_log_in(self, client, db):
        assert client.get(reverse(PAGE)).status_code == 302

    def test_the_number_of_queries_is_fixed(self, editing, editor):
        counts = []
        for _turn in range(2):
            for _number in range(20):
                actions.comment(make_case(by=editor), "问", by=make_user())
            counts.append(count_queries(editing, reverse(PAGE)))
        assert counts[0] == counts[1]


class TestMail:
    @pytest.fixture(autouse=True)
    def sending(self, settings):
        settings.NOTIFY_BY_EMAIL, settings.SITE_URL = True, "https://comparanda.example"

    def written_to(self, name="作者", email="a@comparanda.example"):
        user = make_user(username=name)
        user.email = email
        user.save()
        return user

    def test_one_goes_out_once_all_is_written(self, django_capture_on_commit_callbacks, db):
        case = make_case("城市大脑", by=self.written_to())
        with django_capture_on_commit_callbacks(execute=True):
            actions.comment(case, "缺出处\n请补", by=make_user(username="liu"))
            assert mail.outbox == []
        (sent,) = mail.outbox
        assert sent.to == ["a@comparanda.example"]
        assert "liu" in sent.subject
        assert "城市大脑" in sent.subject
        assert "缺出处" in sent.body
        assert f"https://comparanda.example{change_url(case)}" in sent.body

    def test_what_one_step_says_of_many_is_one_mail(self, django_capture_on_commit_callbacks, reviewer):
        author = self.written_to()
        cases = [make_case(by=author, status="review") for _number in range(3)]
        with django_capture_on_commit_callbacks(execute=True):
            actions.publish(cases, by=reviewer, via="test")
        assert len(mail.outbox) == 1
        assert all(change_url(case) in mail.outbox[0].body for case in cases)

    def test_a_name_of_two_lines_makes_no_header(self, django_capture_on_commit_callbacks, db):
        case = make_case("甲\nBcc: x@y.example", by=self.written_to())
        with django_capture_on_commit_callbacks(execute=True):
            actions.comment(case, "问", by=make_user())
        assert len(mail.outbox) == 1

    def test_without_an_address_there_is_none(self, django_capture_on_commit_callbacks, db):
        with django_capture_on_commit_callbacks(execute=True):
            actions.comment(make_case(by=self.written_to(email="")), "问", by=make_user())
        assert mail.outbox == []

    def test_none_unless_the_site_asks_for_it(self, settings, django_capture_on_commit_callbacks, db):
        settings.NOTIFY_BY_EMAIL = False
        with django_capture_on_commit_callbacks(execute=True):
            actions.comment(make_case(by=self.written_to()), "问", by=make_user())
        assert mail.outbox == []

    def test_one_that_cannot_be_sent_is_logged_and_no_more(
        self, editing, settings, django_capture_on_commit_callbacks, caplog
    ):
        settings.EMAIL_BACKEND = "tests.admin.test_notices.Broken"
        case = make_case(by=self.written_to())
        with django_capture_on_commit_callbacks(execute=True), caplog.at_level(logging.ERROR):
            response = editing.post(url(type(case), "comments", case.pk), {"comment": "问"})
        assert response.status_code == 302
        assert Comment.objects.count() == 1
        assert "e-mail" in caplog.text


class Broken:
    def __init__(self, **options):
        """As Django makes it."""

    def send_messages(self, messages):
        raise ConnectionRefusedError
