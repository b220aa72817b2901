"""EDTF dates keep their text, and their first and last day follow it."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from research import actions
from research.models import Event
from tests.factories import make_case, make_event, make_source

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("typed", "text", "earliest", "latest"),
    [
        ("2018-11-26", "2018-11-26", date(2018, 11, 26), date(2018, 11, 26)),
        ("2009年9月", "2009-09", date(2009, 9, 1), date(2009, 9, 30)),
        ("2014", "2014", date(2014, 1, 1), date(2014, 12, 31)),
        ("上世纪70年代", "197X", date(1970, 1, 1), date(1979, 12, 31)),
        ("2000年左右", "2000~", date(2000, 1, 1), date(2000, 12, 31)),
        ("2015年4月至6月", "2015-04/2015-06", date(2015, 4, 1), date(2015, 6, 30)),
        ("2015-04/..", "2015-04/..", date(2015, 4, 1), date.max),
    ],
)
def test_bounds_follow_the_text(typed: str, text: str, earliest: date, latest: date) -> None:
    event = make_event(date=typed)
    event.refresh_from_db()
    assert (event.date, event.date_earliest, event.date_latest) == (text, earliest, latest)


def test_bounds_follow_a_change_and_go_with_the_text() -> None:
    case = make_case(period="2016")
    case.period = "2017-08"
    actions.save(case, by=None, via="test")
    case.refresh_from_db()
    assert (case.period_earliest, case.period_latest) == (date(2017, 8, 1), date(2017, 8, 31))
    case.period = ""
    actions.save(case, by=None, via="test")
    case.refresh_from_db()
    assert {case.period_earliest, case.period_latest} == {None}


def test_events_stand_in_the_order_of_their_time() -> None:
    for typed in ("2009-09", "2018-11-26", "2015-07", "2000~", "2015-01", "197X", "2015"):
        make_event(date=typed)
    dates = list(Event.objects.values_list("date", flat=True))
    # A shorter time before the longer one that begins with it.
    assert dates == ["197X", "2000~", "2009-09", "2015-01", "2015", "2015-07", "2018-11-26"]


@pytest.mark.parametrize("typed", ["去年", "2018-13", "2018-02-30", "2016/2015", "18", "12月"])
def test_what_is_no_date_is_refused_with_its_text(typed: str) -> None:
    with pytest.raises(ValidationError) as refused:
        make_source(issued=typed)
    assert list(refused.value.message_dict) == ["issued"]
    assert typed.split("/")[0] in refused.value.messages[0]
