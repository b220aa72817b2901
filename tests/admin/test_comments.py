"""Comments below a record's form: said, resolved, open again; by whoever may see the record."""

import pytest
from django.contrib.auth.models import Permission

from research import actions
from research.models import Case, Comment, Notice
from research.rows import MODELS
from tests.admin.pages import all_tables, change_url, count_queries, revisions, url
from tests.factories import MAKERS, make_case, make_mode, make_user


def say(client, record, text):
    return client.post(url(type(record), "comments", record.pk), {"comment": text})


def settle(client, record, comment, **data):
    return client.post(url(type(record), "comment", record.pk, comment.pk), data)


def kinds(user):
    return [notice.kind for notice in user.notices.order_by("pk")]


@pytest.fixture
def viewer(db):
    user = make_user("reader", username="viewer")
    user.is_staff = True
    user.save()
    user.user_permissions.add(Permission.objects.get(codename="view_case"))
    return user


class TestSaying:
    @all_tables
    def test_it_stands_below_the_form_of_any_record(self, table, editing, editor):
        record = MAKERS[table]()
        response = say(editing, record, "  此处存疑\r\n请核对 ")
        assert response.url == change_url(record) + "#comments"
        comment = Comment.objects.get()
        assert (comment.table, comment.record_id, comment.author) == (table, record.pk, editor.username)
        assert comment.text == "此处存疑\n请核对"
        page = editing.get(change_url(record))
        assert page.context["open_comments"] == 1
        assert "此处存疑" in page.content.decode()
        assert len(revisions(record)) == 1, "a comment is no change of the record"

    def test_it_stands_outside_the_record_s_form(self, editing):
        record = make_case()
        say(editing, record, "问")
        page = editing.get(change_url(record)).content.decode()
        assert page.index('id="case_form"') < page.index("</form></div>") < page.index('id="comments"')

    def test_what_is_typed_is_text_and_names_are_marked(self, editing):
        make_user(username="刘伟")
        record = make_case()
        say(editing, record, "<script>x</script> 请@刘伟看 @nobody")
        page = editing.get(change_url(record)).content.decode()
        assert "&lt;script&gt;x" in page
        assert '<b class="mention">@刘伟</b>看 @nobody' in page

    def test_whoever_may_only_see_the_record_may_comment(self, client, viewer):
        record = make_case()
        client.force_login(viewer)
        assert say(client, record, "读者的话").status_code == 302
        assert 'name="comment"' in client.get(change_url(record)).content.decode()
        assert Comment.objects.get().by == viewer

    @pytest.mark.parametrize("text", ["", "  \n", "长" * 10_001])
    def test_nothing_and_too_much_are_refused(self, text, editing):
        record = make_case()
        response = editing.post(url(Case, "comments", record.pk), {"comment": text}, follow=True)
        assert [message.level_tag for message in response.context["messages"]] == ["error"]
        assert not Comment.objects.exists()

    def test_nobody_else_may(self, client, viewer):
        case, mode = make_case(), make_mode()
        assert "login-form" in say(client, case, "x").content.decode()
        assert not Comment.objects.exists()
        client.force_login(viewer)
        assert say(client, mode, "x").status_code == 403
        assert not Comment.objects.exists()

    def test_not_by_a_link_and_not_of_nothing(self, editing):
        record = make_case()
        assert editing.get(url(Case, "comments", record.pk)).status_code == 403
        assert editing.post(url(Case, "comments", record.pk + 1), {"comment": "x"}).status_code == 404

    def test_the_add_form_has_none(self, editing):
        assert 'name="comment"' not in editing.get(url(Case, "add")).content.decode()


class TestResolving:
    def test_resolved_by_whom_and_open_again(self, editing, editor):
        record = make_case()
        comment = actions.comment(record, "问", by=make_user())
        assert settle(editing, record, comment).status_code == 302
        comment.refresh_from_db()
        assert comment.resolved_at
        assert comment.resolver == editor.username
        assert editing.get(change_url(record)).context["open_comments"] == 0
        settle(editing, record, comment, reopen="")
        comment.refresh_from_db()
        assert not comment.resolved_at
        assert comment.resolver == ""

    def test_the_first_to_resolve_it_did(self, editing):
        record, first = make_case(), make_user()
        comment = actions.comment(record, "问", by=first)
        actions.resolve(comment, by=first)
        settle(editing, record, comment)
        comment.refresh_from_db()
        assert comment.resolver == first.username

    def test_not_through_another_record(self, editing, editor):
        record, other = make_case(), make_case()
        comment = actions.comment(record, "问", by=editor)
        assert settle(editing, other, comment).status_code == 404

    def test_it_outlives_its_author(self, editing):
        record, author = make_case(), make_user(username="走了的")
        actions.comment(record, "问", by=author)
        author.delete()
        assert "走了的" in editing.get(change_url(record)).content.decode()


class TestWhoIsTold:
    def test_whoever_is_named(self, editing, editor):
        named = make_user(username="刘伟")
        record = make_case(by=named)
        say(editing, record, f"@刘伟 与 @{editor.username} 请看")
        notice = Notice.objects.get()
        assert (notice.user, notice.kind, notice.author) == (named, "mention", editor.username)
        assert (notice.name, notice.comment) == (str(record), Comment.objects.get())

    def test_who_made_it_wrote_it_last_and_took_part(self, editing):
        maker, last, talker, stranger = (make_user() for _number in range(4))
        record = make_case(by=maker)
        actions.save(record, by=last, via="test")
        actions.comment(record, "前话", by=talker)
        Notice.objects.all().delete()
        say(editing, record, "后话")
        assert [kinds(user) for user in (maker, last, talker, stranger)] == [["comment"]] * 3 + [[]]

    def test_nobody_who_may_not_see_the_record(self, editing, viewer):
        say(editing, make_mode(), "@viewer 看")
        say(editing, make_case(), "@viewer 看")
        assert [notice.table for notice in viewer.notices.all()] == ["cases"]


@pytest.mark.parametrize("table", ["cases", "modes"])
def test_the_number_of_queries_is_fixed(table, editing):
    record, others = MAKERS[table](), [make_user() for _number in range(10)]
    actions.comment(record, "一", by=others[0])
    few = count_queries(editing, change_url(record))
    for user in others:
        actions.comment(MODELS[table].objects.get(), f"@{user.username}", by=others[0])
    assert count_queries(editing, change_url(record)) == few
