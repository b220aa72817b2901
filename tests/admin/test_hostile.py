"""What nobody types by chance: markup in names, numbers past all bounds, NUL characters, forged requests."""

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from research import actions
from research.models import Argument, Case, Comment, Notice, NoticeKind
from tests.admin.pages import change_url, count_queries, open_form, url
from tests.factories import make_argument, make_case, make_mode, make_thesis, make_todo, make_user
from tests.public.changed import edit, publish_entry
from tests.public.urls import difference_url
from tests.test_roles import address_of, addresses

MARKUP = "<img src=x onerror=alert(1)>\"'"
HUGE = ["9" * 19, "9" * 30, "9" * 5000]
ODD = [*HUGE, "-1", "²", "٣", "1e3", "x", "\x00"]

huge = pytest.mark.parametrize("number", HUGE, ids=len)
odd = pytest.mark.parametrize("number", ODD, ids=["bigint", "long", "longest", *ODD[3:-1], "nul"])


def fine(response):
    assert response.status_code in (200, 302, 400, 404, 409), response.status_code
    return response


class TestMarkup:
    """Names of people are checked by their form; a command or another system may still have made any."""

    @pytest.fixture
    def author(self, db):
        return make_user("admin", username=MARKUP)

    def pages(self, client, user, author):
        case = make_case(MARKUP, status="draft", tags=[MARKUP], by=user)
        edit(case, body=MARKUP)
        actions.save(Case.objects.get(), by=author, via=MARKUP[:20], note=MARKUP)
        actions.comment(case, f"{MARKUP} @{MARKUP} @{user.username}", by=author)
        actions.submit([Case.objects.get()], by=user, via="test")
        actions.give_back([Case.objects.get()], by=author, via="test", note=MARKUP)
        actions.come(case, author)
        make_todo(MARKUP, assignee=user)
        gone = make_case(MARKUP)
        actions.delete([gone], by=author, via="test", note=MARKUP)
        yield client.get(change_url(case))
        yield client.get(url(Case, "changelist"))
        yield client.get(url(Case, "history", case.pk) + "?from=1&to=3")
        yield client.get(url(Case, "restore", case.pk, 1))
        yield client.get(url(Case, "restore", gone.pk, 1))
        yield client.get(url(Case, "delete", case.pk))
        for name in ("notices", "my_work", "deleted", "index"):
            yield client.get(reverse(f"admin:{name}"))
        data = open_form(client, Case.objects.get(), title=f"{MARKUP} 我", why=MARKUP)
        actions.save(edited(case, f"{MARKUP} 他"), by=author, via="test")
        yield client.post(change_url(case), data)
        actions.delete([Case.objects.get()], by=author, via="test")
        yield client.post(change_url(case), data)
        yield Client().post(change_url(case), data)

    def test_is_shown_as_text_everywhere(self, editing, editor, author):
        for number, page in enumerate(self.pages(editing, editor, author)):
            html = page.content.decode()
            assert "<img src=x" not in html, number
            assert "&lt;img src=x" in html or page.status_code == 403, number

    def test_in_public_differences(self, client, author):
        case = make_case("旧")
        publish_entry()
        edit(case, title=MARKUP, tags=[MARKUP], body="<b onclick=x>")
        html = client.get(difference_url(publish_entry(case), case)).content.decode()
        assert "<img" not in html
        assert "<b onclick" not in html
        assert "&lt;img src=x" in html

    def test_what_a_script_is_told_is_json(self, editing, author):
        case = make_case()
        actions.come(case, author)
        answer = editing.post(url(Case, "presence", case.pk), {"seen": "1"})
        assert answer["Content-Type"] == "application/json"
        assert MARKUP in answer.json()["also"]


def edited(case, title):
    case = Case.objects.get(pk=case.pk)
    case.title = title
    return case


class TestNumbers:
    @odd
    @pytest.mark.parametrize("name", ["seen", "left"])
    def test_a_version_told_by_a_script(self, number, name, editing):
        assert editing.post(url(Case, "presence", make_case().pk), {name: number}).status_code in (200, 204)

    @odd
    def test_the_version_of_a_form(self, number, editing):
        case = make_case()
        data = open_form(editing, case, title="改", seen_version=number)
        fine(editing.post(change_url(case), data))

    @odd
    def test_the_version_of_what_is_to_be_deleted(self, number, editing):
        case = make_case()
        fine(editing.post(url(Case, "delete", case.pk), {"post": "yes", "seen_version": number}))

    @odd
    def test_the_versions_of_a_bulk_deletion(self, number, editing):
        case = make_case()
        data = {"action": "delete_selected", "_selected_action": [case.pk], "post": "yes"}
        fine(editing.post(url(Case, "changelist"), {**data, "seen": [f"{case.pk}:{number}", f"{number}:1"]}))

    @odd
    def test_the_version_of_a_row_in_a_list(self, number, editing):
        mode = make_mode(position=1)
        row = {"id": mode.pk, "seen_version": number, "position": "2"}
        data = {"_save": "1", "form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "1"}
        fine(editing.post(url(type(mode), "changelist"), data | {f"form-0-{k}": v for k, v in row.items()}))

    @odd
    def test_the_id_of_a_row_in_a_list(self, number, editing):
        row = {"id": number, "seen_version": "1", "position": "2"}
        data = {"_save": "1", "form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "1"}
        mode = make_mode()
        fine(editing.post(url(type(mode), "changelist"), data | {f"form-0-{k}": v for k, v in row.items()}))

    @odd
    @pytest.mark.parametrize("name", ["id", "seen_version", "position", "thesis"])
    def test_the_numbers_of_a_row_in_a_form(self, name, number, editing):
        thesis = make_argument().thesis
        data = open_form(editing, thesis, **{"arguments-0-claim": "改", f"arguments-0-{name}": number})
        fine(editing.post(change_url(thesis), data))

    @odd
    def test_the_version_seen_before_restoring(self, number, editing):
        case = make_case("旧")
        edit(case, title="新")
        fine(editing.post(url(Case, "restore", case.pk, 1), {"seen_version": number}))

    @odd
    def test_the_version_of_a_step(self, number, editing):
        data = {"step": "withdraw", "version": number}
        fine(editing.post(url(Case, "step", make_case().pk), data))

    @odd
    def test_questions_that_nobody_asked(self, number, editing):
        case = make_case()
        data = open_form(editing, case, title="改")
        edit(case, title="新")
        for kind in ("row", "draft", "beside1", f"beside{number}", "delete", "gone"):
            name = f"cases.{case.pk}.{number}.{kind}"
            answers = {"settled": name, "asked": name, "_take": "mine"}
            assert editing.post(change_url(case), {**data, **answers}).status_code == 409

    @pytest.mark.parametrize("version", ["0", "7", "999999999"])
    @pytest.mark.parametrize("kind", ["row", "draft", "beside1", "beside999999999"])
    def test_questions_about_versions_that_never_were(self, version, kind, editing):
        case = make_case()
        data = open_form(editing, case, title="改")
        edit(case, title="新")
        name = f"cases.{case.pk}.{version}.{kind}"
        fine(editing.post(change_url(case), {**data, "settled": name, "asked": name, "_take": "mine"}))

    @huge
    @pytest.mark.parametrize(
        "view", ["change", "delete", "history", "step", "presence", "comments", "comment"]
    )
    def test_ids(self, number, view, editing):
        address = url(Case, view, *([1, 1] if view == "comment" else [1])).replace("/1/", f"/{number}/")
        fine(editing.get(address)) if view in ("change", "delete", "history") else None
        assert (
            fine(editing.post(address, {"_revive": "1", "post": "yes"})).status_code != 200
            or view == "presence"
        )

    @huge
    @pytest.mark.parametrize("query", ["?p={}", "?from={}&to=1", "?table={}", "?propose={}"])
    def test_parameters(self, number, query, editing):
        case = make_case()
        for address in (url(Case, "history", case.pk), reverse("admin:deleted"), reverse("admin:notices")):
            fine(editing.get(address + query.format(number)))


class TestNul:
    """SQLite keeps it, PostgreSQL cannot: no column may be asked to."""

    @pytest.mark.parametrize(
        "name", ["why", "title", "slug", "tags", "seen_version", "body", "mode", "status"]
    )
    def test_in_a_form(self, name, editing):
        case = make_case()
        data = open_form(editing, case, title="改")
        fine(editing.post(change_url(case), {**data, name: "a\x00b"}))

    @pytest.mark.parametrize("action", ["withdraw", "publish", "discard", "delete_selected", "a\x00b"])
    def test_in_the_reason_of_an_action(self, action, editing):
        case = make_case()
        data = {"action": action, "_selected_action": [case.pk], "why": "a\x00b", "post": "yes"}
        fine(editing.post(url(Case, "changelist"), data))

    def test_in_the_reason_of_a_deletion(self, editing):
        case = make_case()
        fine(editing.post(url(Case, "delete", case.pk), {"post": "yes", "why": "a\x00b"}))
        assert not Case.objects.exists()

    @pytest.mark.parametrize("name", ["step", "note", "version"])
    def test_in_a_step(self, name, editing):
        case = make_case()
        data = {"step": "withdraw", "note": "x", "version": case.version, name: "a\x00b"}
        assert editing.post(url(Case, "step", case.pk), data).status_code in (302, 403)

    def test_in_a_comment(self, editing):
        fine(editing.post(url(Case, "comments", make_case().pk), {"comment": "a\x00b"}))
        assert not Comment.objects.exists()

    def test_in_the_reason_of_restoring(self, editing):
        case = make_case("旧")
        edit(case, title="新")
        fine(editing.post(url(Case, "restore", case.pk, 1), {"seen_version": "2", "why": "a\x00b"}))

    def test_in_addresses(self, client, editing):
        for address in ("/changelog/%00/", "/changelog/x/cases/%00/", "/changelog/x/%00/x/", "/admin/%00/"):
            assert client.get(address, follow=True).status_code in (200, 404)
        for address in ("%00/change/", "%00/history/", "%00/step/", "?q=%00", "?status__exact=%00", "?p=%00"):
            fine(editing.get(url(Case, "changelist") + address, follow=True))

    def test_in_a_log_in(self, client, db):
        data = {"username": "a\x00b", "password": "a\x00b", "kept": "a\x00b", "next": "/\x00"}
        fine(client.post(reverse("admin:login"), data))


class TestHugeTexts:
    def test_a_comment_of_five_megabytes_is_refused(self, editing):
        response = editing.post(url(Case, "comments", make_case().pk), {"comment": "长" * 1_700_000})
        assert fine(response).status_code in (302, 400)
        assert not Comment.objects.exists()

    def test_a_note_is_cut_or_refused(self, editing):
        case = make_case()
        editing.post(url(Case, "step", case.pk), {"step": "withdraw", "version": "1", "note": "长" * 10_000})
        assert Case.objects.get().status == "draft"
        data = open_form(editing, Case.objects.get(), title="改", why="长" * 10_000)
        assert editing.post(change_url(case), data).status_code == 200
        editing.post(url(Case, "delete", case.pk), {"post": "yes", "why": "长" * 10_000})
        assert not Case.objects.exists()

    def test_thousands_of_mentions_are_one_notice(self, editing):
        called = make_user("viewer", username="liu")
        editing.post(url(Case, "comments", make_case().pk), {"comment": "@liu " * 2000})
        assert Comment.objects.count() == 1
        assert [notice.kind for notice in Notice.objects.filter(user=called)] == ["mention"]


class TestForged:
    def test_every_address_of_the_admin_asks_for_the_token(self, db):
        client = Client(enforce_csrf_checks=True)
        client.force_login(make_user("admin"))
        for name, asks in addresses(admin.site.get_urls()):
            address = address_of(name, asks=asks)
            assert client.post(address, {"post": "yes", "seen": "1"}).status_code == 403, name

    def test_a_comment_is_settled_below_its_own_record_only(self, editing):
        case, other, mode = make_case(), make_case(), make_mode(pk=1)
        comment = actions.comment(case, "问", by=make_user())
        for record in (other, mode):
            assert editing.post(url(type(record), "comment", record.pk, comment.pk)).status_code == 404
        comment.refresh_from_db()
        assert comment.resolved_at is None

    def test_nobody_opens_another_s_notice(self, editing):
        case, other = make_case(), make_user()
        notice = Notice.objects.create(
            table="cases", record_id=case.pk, user=other, kind=NoticeKind.COMMENT, name="x"
        )
        assert editing.get(reverse("admin:notice", args=[notice.pk])).status_code == 404
        notice.refresh_from_db()
        assert notice.read_at is None

    def test_a_published_row_of_another_record_is_not_taken_by_an_editor(self, drafting):
        mine, theirs = make_thesis(status="draft"), make_argument("别处")
        row = {"id": theirs.pk, "seen_version": "1", "claim": "夺", "stance": "supports", "position": "1"}
        row |= {"status": "published", "body": "", "slug": theirs.slug, "thesis": mine.pk, "DELETE": "on"}
        for status in ("published", "draft"):
            data = open_form(drafting, mine)
            data |= {"arguments-TOTAL_FORMS": "1", "arguments-INITIAL_FORMS": "1"}
            data |= {f"arguments-0-{name}": str(value) for name, value in {**row, "status": status}.items()}
            fine(drafting.post(change_url(mine), data))
            found = Argument.objects.get()
            assert (found.claim, found.thesis, found.status) == ("别处", theirs.thesis, "published")

    @pytest.mark.parametrize("next_page", ["https://evil.example/", "//evil.example/", "/\\evil.example"])
    def test_logging_in_leads_nowhere_else(self, next_page, client, db):
        make_user("viewer", username="v", password="pw")
        data = {"username": "v", "password": "pw", "next": next_page}
        response = client.post(reverse("admin:login"), data)
        assert "evil" not in response.url


class TestQueries:
    """Each page asks the database the same number of times, however much there is."""

    @pytest.mark.parametrize("name", ["notices", "my_work", "deleted"])
    def test_do_not_grow(self, name, editing, editor):
        def more(count):
            for _number in range(count):
                case = make_case(by=editor, status="draft")
                actions.comment(case, f"@{editor.username}", by=make_user())
                todo = make_todo(assignee=editor)
                actions.delete([make_case()], by=None, via="test")
                named = {"table": "todos", "record_id": todo.pk, "name": "x"}
                Notice.objects.create(user=editor, kind=NoticeKind.ASSIGNED, **named)

        address = reverse(f"admin:{name}")
        more(2)
        few = count_queries(editing, address)
        more(6)
        assert count_queries(editing, address) == few

    def test_do_not_grow_with_comments_and_versions(self, editing):
        case = make_case()

        def more(count):
            for number in range(count):
                edit(case, title=f"{case.title}{number}")
                actions.comment(case, "问 @x", by=make_user())

        addresses = [change_url(case), url(Case, "history", case.pk), url(Case, "restore", case.pk, 1)]
        more(2)
        few = [count_queries(editing, address) for address in addresses]
        more(6)
        assert [count_queries(editing, address) for address in addresses] == few
