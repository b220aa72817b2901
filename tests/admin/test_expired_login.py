"""Posted after the log-in ended or with an old token: what was typed is kept, and only its owner sends it."""

import re
from html import unescape
from unittest.mock import patch

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from research.admin import expired
from research.models import Case
from tests.admin.pages import change_url, open_form, revisions, url
from tests.factories import make_case, make_industry, make_user

LOGIN = "/admin/login/"
OWN = {"origin": "http://testserver"}
HIDDEN = re.compile(r'<input type="hidden"\s+name="([^"]*)"\s+value="([^"]*)"')


@pytest.fixture
def case(db):
    return make_case("城市大脑", industries=[make_industry(), make_industry()])


@pytest.fixture
def strict(editor):
    """A client that is checked as a browser is."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(editor)
    return client


def hidden(response) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {}
    for name, value in HIDDEN.findall(response.content.decode()):
        fields.setdefault(name, []).append(unescape(value))
    return fields


def log_in(client, page, user, password="pw", **headers):
    data = {"username": user.username, "password": password, **hidden(page)}
    return client.post(LOGIN, data, headers=headers)


class TestTheLogInEnded:
    def test_what_was_typed_is_sent_on_after_logging_in(self, editing, editor, case):
        data = open_form(editing, case, title="我打的字", tags="云; 端")
        editing.logout()
        page = editing.post(change_url(case), data)
        assert page.status_code == 403
        assert "保留" in page.content.decode() or "kept" in page.content.decode()
        offer = log_in(editing, page, editor)
        assert offer.status_code == 200
        assert f'action="{change_url(case)}"' in offer.content.decode()
        assert len(revisions(case)) == 1, "nothing is sent by itself"
        fields = hidden(offer)
        assert fields["industries"] == [*map(str, data["industries"])], "each of several values"
        assert editing.post(change_url(case), fields).status_code == 302
        case.refresh_from_db()
        assert (case.title, case.updated_by) == ("我打的字", editor)

    def test_a_wrong_password_loses_nothing(self, editing, editor, case):
        data = open_form(editing, case, title="我打的字")
        editing.logout()
        page = log_in(editing, editing.post(change_url(case), data), editor, "wrong")
        assert page.context["form"].errors
        assert hidden(log_in(editing, page, editor))["title"] == ["我打的字"]

    def test_somebody_else_may_log_in(self, editing, case):
        data = open_form(editing, case, title="我打的字")
        editing.logout()
        other = make_user("reviewer")
        offer = log_in(editing, editing.post(change_url(case), data), other)
        assert editing.post(change_url(case), hidden(offer)).status_code == 302
        assert revisions(case)[-1].by == other

    def test_the_address_is_the_one_that_was_posted_to(self, editing, editor, case):
        address = f"/en{change_url(case)}?_changelist_filters=q%3Dx"
        data = open_form(editing, case)
        editing.logout()
        offer = log_in(editing, editing.post(address, data), editor)
        assert offer.context["kept"]["to"] == address

    def test_secrets_are_not_carried_and_files_are_said_to_be_missing(self, client, db, editor):
        file = SimpleUploadedFile("a.csv", b"slug\nx\n")
        page = client.post(url(Case, "import"), {"import_file": file, "old_password": "geheim", "a": "b"})
        offer = log_in(client, page, editor)
        assert (offer.context["kept"]["fields"], offer.context["kept"]["files"]) == ([["a", "b"]], True)

    def test_what_was_signed_elsewhere_or_long_ago_is_dropped(self, client, editor):
        for text in ("x", expired.packed(client.get(LOGIN).wsgi_request)[:-1] + "!"):
            answer = client.post(
                LOGIN, {"username": editor.username, "password": "pw", "kept": text, "next": "/admin/"}
            )
            assert (answer.status_code, answer["Location"]) == (302, "/admin/")
            client.logout()
        with patch("research.admin.expired.MOST_AGE", -1):
            page = client.post(reverse("admin:index"), {"a": "b"})
            assert log_in(client, page, editor).status_code == 302

    def test_it_leads_to_no_other_site(self, client, editor):
        data = {"username": editor.username, "password": "pw", "next": "https://example.org/"}
        assert client.post(LOGIN, data)["Location"].startswith("/")

    def test_the_way_in_without_anything_typed_is_as_ever(self, client, editor):
        answer = client.post(LOGIN, {"username": editor.username, "password": "pw"})
        assert answer.status_code == 302

    def test_logging_out_twice_leads_to_the_way_in(self, client, db):
        assert client.post(reverse("admin:logout")).status_code == 302

    def test_no_page_that_holds_it_is_stored(self, editing, editor, case):
        editing.logout()
        page = editing.post(change_url(case), {"title": "我打的字"})
        assert "no-store" in page["Cache-Control"]
        assert "no-store" in log_in(editing, page, editor)["Cache-Control"]


class TestAnOldToken:
    """Whoever logs in rotates the token: forms that are open in other tabs hold an old one."""

    def test_it_is_shown_to_be_sent_again(self, strict, case):
        data = open_form(strict, case, title="我打的字")
        old = {**data, "csrfmiddlewaretoken": "a" * 64}
        page = strict.post(change_url(case), old, headers=OWN)
        assert page.status_code == 403
        assert len(revisions(case)) == 1
        fields = hidden(page)
        assert fields["title"] == ["我打的字"]
        assert fields["csrfmiddlewaretoken"] != ["a" * 64]
        assert strict.post(change_url(case), fields, headers=OWN).status_code == 302
        case.refresh_from_db()
        assert case.title == "我打的字"

    def test_logged_out_too(self, strict, editor, case):
        data = open_form(strict, case, title="我打的字")
        strict.logout()
        page = strict.post(change_url(case), data, headers=OWN)
        assert page.status_code == 403
        offer = log_in(strict, page, editor, **OWN)
        assert hidden(offer)["title"] == ["我打的字"]
        assert strict.post(change_url(case), hidden(offer), headers=OWN).status_code == 302

    def test_on_the_log_in_page_itself(self, strict, editor, case):
        strict.logout()
        page = strict.post(change_url(case), {"title": "我打的字"}, headers=OWN)
        data = {"username": editor.username, "password": "pw-geheim", "kept": hidden(page)["kept"]}
        again = strict.post(LOGIN, {**data, "csrfmiddlewaretoken": "a" * 64}, headers=OWN)
        assert again.status_code == 403
        assert "pw-geheim" not in again.content.decode()
        assert hidden(log_in(strict, again, editor, **OWN))["title"] == ["我打的字"]

    @pytest.mark.parametrize(
        "headers",
        [
            {},
            {"origin": "https://example.org"},
            {"origin": "null"},
            {"origin": "https://testserver"},
            {"origin": "http://testserver.example.org"},
            {"referer": "http://example.org/http://testserver/"},
            {"origin": "http://testserver", "sec-fetch-site": "cross-site"},
            {"origin": "http://testserver", "sec-fetch-site": "same-site"},
            {"origin": "http://testserver", "sec-fetch-mode": "cors"},
            {"origin": "http://[bad"},
        ],
    )
    def test_a_request_from_elsewhere_is_refused_and_shown_nothing(self, headers, strict, case):
        page = strict.post(change_url(case), {"title": "fremd"}, headers=headers)
        assert page.status_code == 403
        assert "fremd" not in page.content.decode()
        assert "csrfmiddlewaretoken" not in page.content.decode()
        strict.logout()
        page = strict.post(change_url(case), {"title": "fremd"}, headers=headers)
        assert page.status_code == 403
        assert 'name="kept"' not in page.content.decode()

    def test_a_request_from_elsewhere_cannot_log_in_with_what_it_brings(self, strict, editor, case):
        own = Client()
        kept = hidden(own.post(change_url(case), {"title": "fremd"}))["kept"]
        strict.logout()
        data = {"username": editor.username, "password": "pw", "kept": kept}
        page = strict.post(LOGIN, data, headers={"origin": "https://example.org"})
        assert page.status_code == 403
        assert 'name="kept"' not in page.content.decode()

    def test_only_the_admin_s_addresses(self, strict):
        page = strict.post("/", {"a": "b"}, headers=OWN)
        assert page.status_code == 403
        assert 'name="a"' not in page.content.decode()
