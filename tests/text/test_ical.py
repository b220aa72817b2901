"""Calendars: what is written is read again by a reader of its own, after RFC 5545."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from research.text import ical
from tests.ical_reader import read, unescaped, unfolded


class TestValues:
    def test_special_signs_are_escaped(self):
        assert ical.text("a\\b; c, d\ne") == r"a\\b\; c\, d\ne"

    def test_line_ends_are_one_and_controls_are_left_out(self):
        assert ical.text("a\r\nb\rc\x00\x07\x7f\td") == "a\\nb\\nc\td"

    def test_a_list_has_commas_between_and_escaped_ones_inside(self):
        assert ical.texts(["云, 端", "数据"]) == "云\\, 端,数据"

    def test_dates_and_moments(self):
        assert ical.day(date(2026, 1, 9)) == "20260109"
        assert ical.day(date(812, 1, 9)) == "08120109"
        shanghai = timezone(timedelta(hours=8))
        assert ical.moment(datetime(2026, 1, 1, 7, 30, tzinfo=shanghai)) == "20251231T233000Z"
        assert ical.moment(datetime(2026, 1, 1, 7, 30, tzinfo=UTC)) == "20260101T073000Z"


class TestLines:
    @pytest.mark.parametrize("length", [74, 75, 76, 149, 150, 300])
    def test_a_line_is_folded_at_75_octets(self, length):
        line = "x" * length
        pieces = ical.folded(line).split("\r\n")
        assert len(pieces) == (1 if length <= 75 else -(-(length - 75) // 74) + 1)
        assert max(map(len, pieces)) <= 75
        assert pieces[0] + "".join(piece[1:] for piece in pieces[1:]) == line

    def test_no_character_is_cut(self):
        stream = ical.written([("SUMMARY", "阿里巴巴𠮷" * 30)])
        for line in stream.split(b"\r\n"):
            assert len(line) <= 75
            line.decode()  # each line by itself is UTF-8
        assert unfolded(stream) == ["SUMMARY:" + "阿里巴巴𠮷" * 30]

    def test_an_empty_calendar_is_whole(self):
        stream = ical.written(ical.component("VCALENDAR", [("VERSION", "2.0")]))
        assert stream == b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n"


def test_components_stand_inside_each_other():
    event = ical.component("VEVENT", [("DTSTART;VALUE=DATE", "20260109")])
    calendar = read(ical.written(ical.component("VCALENDAR", [("VERSION", "2.0")], event)))
    assert (calendar.kind, calendar["VERSION"]) == ("VCALENDAR", "2.0")
    (inside,) = calendar.inside
    assert (inside.kind, inside["DTSTART"]) == ("VEVENT", "20260109")
    assert inside.params["DTSTART"] == {"VALUE": "DATE"}


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\n\t;,\\:")))
def test_any_text_is_read_as_it_was_written(value):
    stream = ical.written(ical.component("VEVENT", [("SUMMARY", ical.text(value))]))
    assert unescaped(read(stream)["SUMMARY"]) == value


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_no_text_breaks_out_of_its_line(value):
    """A title can neither end its component nor add a property."""
    stream = ical.written(ical.component("VEVENT", [("SUMMARY", ical.text(value))]))
    event = read(stream)
    assert (list(event.values), event.inside) == (["SUMMARY"], [])
