"""A dead link as readers see it: on the source's page and in every list of references."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from research.models import LinkCheck
from tests.factories import make_note, make_source
from tests.link_checks import days_pass, found
from tests.public.changed import edit
from tests.public.urls import body

pytestmark = pytest.mark.django_db

URL, COPY = "http://good.test/report", "https://archive.test/report"
OFFERED = f'· <a href="{COPY}"'


def page(client, record):
    response = client.get(record.get_absolute_url())
    assert response.status_code == 200
    return body(response)


def since(check):
    return f"{timezone.localtime(check.failing_since):%Y-%m}"


class TestTheSourcesPage:
    def test_since_when_and_the_copy_beside_it(self, client):
        source = make_source(url=URL, archived_url=COPY)
        found(source, "missing")
        days_pass(400)
        found(source, "missing")
        [check] = LinkCheck.objects.all()
        shown = page(client, source)
        assert since(check) in shown
        assert f"{timezone.localtime():%Y-%m-%d}" in shown
        assert OFFERED in shown
        assert f'href="{URL}"' in shown, "it is still the address"

    @pytest.mark.parametrize("state", ["ok", "moved", "changed", "blocked", "refused", "server_error"])
    def test_nothing_is_said_of_one_that_is_not_dead(self, client, state):
        source = make_source(url=URL, archived_url=COPY)
        before = page(client, source)
        found(source, state, title="内部标题", final_url="http://good.test/elsewhere")
        assert page(client, source) == before

    def test_nor_of_an_address_that_was_replaced(self, client):
        source = make_source(url=URL, archived_url=COPY)
        found(source, "missing")
        edit(source, url="http://good.test/new")
        assert OFFERED not in page(client, source)

    def test_a_copy_that_is_dead_itself_is_not_offered(self, client):
        source = make_source(url=URL, archived_url=COPY)
        found(source, "missing")
        found(source, "gone", column="archived_url")
        shown = page(client, source)
        assert OFFERED not in shown
        assert shown.count(since(LinkCheck.objects.first())) >= 2, "both are marked"

    def test_without_a_copy_none_is_offered(self, client):
        source = make_source(url=URL)
        found(source, "missing")
        assert "· <a" not in page(client, source).partition(URL)[2].partition("</dd>")[0]


class TestReferences:
    def test_a_dead_one_is_marked_with_its_copy(self, client):
        found(make_source(key="a", url=URL, archived_url=COPY), "missing")
        found(make_source(key="b", url="http://good.test/b"), "ok")
        shown = page(client, make_note(body="见 [@a] 与 [@b]。"))
        assert shown.count(since(LinkCheck.objects.first())) >= 1
        assert shown.count(OFFERED) == 1

    def test_it_costs_no_query_a_reference(self, client):
        def queries(note):
            with CaptureQueriesContext(
                connection,
            ) as captured:
                page(client, note)
            return len(captured)

        for number in range(20):
            found(make_source(key=f"s{number}", url=f"{URL}?{number}"), "missing")
        few, many = (make_note(body=" ".join(f"[@s{number}]" for number in range(most))) for most in (2, 20))
        queries(few)
        assert queries(many) == queries(few)


def test_a_draft_s_dead_link_is_nobody_s_business(client):
    source = make_source(key="secret", url=URL, archived_url=COPY, status="draft")
    found(source, "missing")
    shown = page(client, make_note(body="见 [@secret]。"))
    assert COPY not in shown
    assert client.get(source.get_absolute_url()).status_code == 404
