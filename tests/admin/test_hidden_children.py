"""Publishing publishes nothing that stands on a record; withdrawing hides all that does: the form says so."""

import pytest

from tests.admin.pages import change_url, open_form, url
from tests.factories import make_argument, make_case, make_organization, make_thesis

pytestmark = pytest.mark.django_db


def withdraw(client, record):
    data = {"step": "withdraw", "version": record.version}
    return client.post(url(type(record), "step", record.pk), data, follow=True)


def warnings_after(client, record, **changes):
    response = client.post(change_url(record), open_form(client, record, **changes), follow=True)
    return [str(message) for message in response.context["messages"] if message.level_tag == "warning"]


def test_publishing_a_thesis_names_its_drafts(editing):
    thesis = make_thesis(status="draft")
    make_argument(thesis=thesis, status="draft")
    make_argument(thesis=thesis)
    [warning] = warnings_after(editing, thesis, status="published")
    assert "1" in warning
    assert "论据" in warning


def test_withdrawing_an_organization_names_what_it_hides(editing):
    organization = make_organization()
    make_case(organization=organization)
    response = withdraw(editing, organization)
    [warning] = [str(one) for one in response.context["messages"] if one.level_tag == "warning"]
    assert "案例" in warning


def test_a_newer_draft_hides_nothing(editing):
    organization = make_organization()
    make_case(organization=organization)
    assert warnings_after(editing, organization, status="draft") == []


def test_nothing_is_said_where_nothing_is_hidden(editing):
    thesis = make_thesis(status="draft")
    make_argument(thesis=thesis)
    assert warnings_after(editing, thesis, status="published") == []
