"""research.sparklines: dated numbers as a line in a cell."""

import re
from datetime import date

from research.sparklines import EDGE, HEIGHT, WIDTH, sparkline


def drawn(*points):
    svg = sparkline([(date(year, 1, 1), number) for year, number in points], 3)
    (line,) = re.findall(r'points="([^"]*)"', svg)
    return [tuple(map(float, place.split(","))) for place in line.split()]


def test_days_go_across_and_numbers_up_to_scale():
    places = drawn((2010, 0), (2011, 10), (2020, 5))
    (left, bottom), (second, top), (right, middle) = places
    assert (left, bottom) == (EDGE, HEIGHT - EDGE)
    assert (right, top) == (WIDTH - EDGE, EDGE)
    assert middle == HEIGHT / 2
    assert left + (right - left) * 0.09 < second < left + (right - left) * 0.11


def test_the_order_given_does_not_matter():
    assert drawn((2020, 1), (2010, 2)) == drawn((2010, 2), (2020, 1))


def test_equal_numbers_are_a_level_line():
    assert {height for _x, height in drawn((2010, 7), (2015, 7), (2020, 7))} == {HEIGHT / 2}


def test_one_day_is_no_line():
    assert sparkline([(date(2010, 1, 1), 1.0), (date(2010, 1, 1), 2.0)], 1) == ""
    assert sparkline([], 1) == ""
