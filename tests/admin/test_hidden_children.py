"""Publishing publishes nothing that stands on a record; withdrawing hides all that does: the form says so."""

import pytest

from tests.admin.pages import change_url, open_form
from tests.factories import make_argument, make_case, make_organization, make_thesis

pytestmark = pytest.mark.django_db


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
    [warning] = warnings_after(editing, organization, status="draft")
    assert "案例" in warning


def test_nothing_is_said_where_nothing_is_hidden(editing):
    thesis = make_thesis(status="draft")
    make_argument(thesis=thesis)
    assert warnings_after(editing, thesis, status="published") == []
