"""What saving a case costs: so many queries, however much there is already."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from research import actions
from research.models import Case
from tests.admin.pages import change_url, open_form
from tests.factories import make_case, make_industry, make_organization, together


@pytest.fixture
def saving(editing):
    def saving(case, *, body=""):
        """The queries of saving what one types, while another has written the body or not."""
        data = open_form(editing, case, title="新题")
        if body:
            other = Case.objects.get(pk=case.pk)
            other.body = body
            actions.save(other, by=None, via="test")
        with CaptureQueriesContext(connection) as queries:
            response = editing.post(change_url(case), data)
        assert response.status_code == 302
        case.refresh_from_db()
        assert (case.title, case.body) == ("新题", body or "文")
        return len(queries)

    return saving


def small():
    return make_case(body="文", tags=["云"], industries=[make_industry()])


def large():
    """Among many records, with a long history, many tags and many relations."""
    organization = make_organization()
    with together():
        for _number in range(200):
            make_case(organization=organization)
    case = make_case(
        body="文",
        tags=[f"标签{number}" for number in range(50)],
        industries=[make_industry() for _ in range(30)],
    )
    for number in range(40):
        case.title = f"第{number}题"
        actions.save(case, by=None, via="test")
    return case


def test_it_takes_a_fixed_number_of_queries(saving):
    saving(small())  # content types and the like are read once a process
    assert saving(small()) == saving(large()) < 60


def test_so_does_merging_with_what_another_has_written(saving):
    saving(small())
    alone, merging = saving(small()), saving(small(), body="别人的文")
    assert merging == saving(large(), body="别人的文")
    assert alone < merging <= alone + 15
