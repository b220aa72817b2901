"""No two texts of a chart overlap, and none leaves it, whatever is drawn."""

from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from research.charts.axes import apart, date_ticks, day, span_of, steps
from research.charts.bars import Bars
from research.charts.drawing import Box, Drawing, Path, Rect
from research.charts.lines import Lines, Point, Series
from tests.charts import charts

YEARS = [(date(2001 + place, 1, 1), date(2001 + place, 12, 31)) for place in range(20)]


def assert_legible(drawing: Drawing) -> None:
    """Sorted by their tops, so that a large drawing is looked through once."""
    labels = sorted((label for label in drawing.labels if label.text), key=lambda label: label.box.top)
    for place, label in enumerate(labels):
        box = label.box
        assert -0.01 <= box.left <= box.right <= drawing.width + 0.01, label
        assert -0.01 <= box.top <= box.bottom <= drawing.height + 0.01, label
        for other in labels[place + 1 :]:
            if other.box.top >= box.bottom:
                break
            assert not box.meets(smaller(other.box)), (label, other)


def smaller(box: Box) -> Box:
    """By what rounding may add."""
    return Box(box.left + 0.01, box.top + 0.01, box.right - 0.01, box.bottom - 0.01)


@pytest.mark.parametrize("width", [320, 720, 1200])
@pytest.mark.parametrize("organizations", [2, 5, 12])
class TestCrowds:
    def test_bars_in_groups_and_in_tiles(self, organizations, width):
        for tiles in (False, True):
            chart = charts.bars(
                charts.names(organizations),
                charts.names(25),
                tiles=tiles,
                with_empty=tiles,
                more="另有 3 个行业",
            )
            drawing = chart.layout(width)
            assert_legible(drawing)
            written = "".join(label.text for label in drawing.labels)
            assert written.count("…") == 0, "names of 20 characters stand whole"

    def test_lines(self, organizations, width):
        values = [Decimal(place * 7 % 40) for place in range(organizations)]
        drawing = charts.lines(charts.names(organizations), values, YEARS[:9], more="另有 3 个机构").layout(
            width
        )
        assert_legible(drawing)
        named = "".join(label.text for label in drawing.labels)
        assert all(name in named for name in charts.names(organizations))

    def test_a_band(self, organizations, width):
        drawing = charts.band(charts.names(organizations), charts.names(60), YEARS).layout(width)
        assert_legible(drawing)


@given(
    st.lists(charts.NAMES, min_size=1, max_size=12),
    st.lists(charts.NAMES, max_size=8),
    st.lists(st.integers(0, 10**12), min_size=1, max_size=5),
    st.booleans(),
    charts.WIDTHS,
)
def test_any_bars_are_legible(labels, industries, values, tiles, width):
    assert_legible(charts.bars(labels, industries, values, tiles=tiles, more=labels[0]).layout(width))


@given(st.lists(charts.NAMES, min_size=1, max_size=12), charts.NUMBERS, charts.DATES, charts.WIDTHS)
def test_any_lines_are_legible(labels, values, dates, width):
    assert_legible(charts.lines(labels, values, dates, unit=labels[0], more=labels[-1]).layout(width))


@given(
    st.lists(charts.NAMES, max_size=12),
    st.lists(charts.NAMES, min_size=1, max_size=20),
    charts.DATES,
    charts.WIDTHS,
)
def test_any_band_is_legible(labels, titles, dates, width):
    assert_legible(charts.band(labels, titles, dates, more=titles[0]).layout(width))


def test_bars_are_as_long_as_their_numbers():
    drawing = charts.bars(["甲", "乙"], ["农业", "工业"], (0, 4, 2)).layout(720)
    long = {shape.title: shape.width for shape in drawing.shapes if isinstance(shape, Rect) and shape.title}
    assert long["甲 · 赋能平台: 4"] == pytest.approx(2 * long["甲 · 未归模式: 2"])
    assert not any(title.endswith(": 0") for title in long)


def test_one_bar_and_no_bar():
    assert [label.text for label in charts.bars(["甲"], ["农业"], [1]).layout(320).labels][-1] == "3"
    assert Bars(()).layout(320).labels == []
    empty = charts.bars(["甲", "乙"], ["农业"], [0]).layout(320)
    assert [label.text for label in empty.labels if label.kind == "value"] == ["0", "0"]


def test_without_empty_bars_only_those_with_a_case_are_drawn():
    chart = charts.bars(["甲", "乙"], ["农业"], [0], with_empty=False)
    assert [label for label in chart.layout(320).labels if label.kind == "value"] == []


def test_sigla_too_long_become_numbers_that_the_legend_explains():
    texts = [label.text for label in charts.bars(charts.names(12), ["农业"]).layout(320).labels]
    assert texts.count("12") == 2
    assert charts.names(12)[11] in texts


def test_the_first_place_of_an_order_stands_on_top_and_none_is_the_zeroth():
    noon = date(2017, 7, 1)
    first = Series("阿", "阿里巴巴", 1, (Point(Decimal(1), noon, noon),))
    among = Series("腾", "腾讯", 2, (Point(Decimal(3), noon, noon, "<="),))
    drawing = Lines((first, among), lambda number: f"{number:.0f}", ranks=True).layout(600)
    paths = [shape for shape in drawing.shapes if isinstance(shape, Path)]
    heights = [float(path.d.split()[1].split("a")[0]) for path in paths if path.kind == "mark"]
    assert heights[0] < heights[1]
    assert any("v-14" in path.d for path in paths), "at most the third is the third or above it"
    assert [label.text for label in drawing.labels if label.text in "0123"] == ["1", "2", "3"]


def test_names_stand_at_the_lines_where_they_fit_and_in_a_legend_where_not():
    def texts(width, labels):
        return [label.text for label in charts.lines(labels, [Decimal(5)], YEARS[:1]).layout(width).labels]

    assert "甲 甲公司 5" in texts(720, ["甲公司", "乙公司"])
    assert "甲公司" not in texts(720, ["甲公司", "乙公司"])
    assert charts.names(2)[0] in texts(320, charts.names(2))


class TestScales:
    @pytest.mark.parametrize(
        ("least", "most", "expected"),
        [
            ("0", "50", "0 10 20 30 40 50"),
            ("40", "45.5", "40 42 44 46"),
            ("-3", "7", "-4 -2 0 2 4 6 8"),
            ("7", "7", "0 2 4 6 8"),
            ("0", "0", "-1.0 -0.5 0.0 0.5 1.0"),
            ("8000", "8000000000", "0 2000000000 4000000000 6000000000 8000000000"),
        ],
    )
    def test_round_numbers(self, least, most, expected):
        assert steps(Decimal(least), Decimal(most)) == list(map(Decimal, expected.split()))

    def test_whole_numbers_have_none_between(self):
        assert steps(Decimal(1), Decimal(2), whole=True) == [0, 1, 2]

    @given(charts.NUMBERS)
    def test_all_values_lie_within_few_steps(self, values):
        found = steps(min(values), max(values))
        assert found[0] <= min(values) <= max(values) <= found[-1]
        assert 2 <= len(found) <= 8

    @given(charts.DATES, st.integers(1, 12))
    def test_dates_lie_within_the_axis_and_its_marks_are_few_and_even(self, spans, most):
        least, last = span_of([end for ends in spans for end in ends])
        assert all(
            least <= day(end) <= last for ends in spans for end in ends if end not in (date.min, date.max)
        )
        found = [ordinal for ordinal, _word in date_ticks(least, last, most)]
        assert found == sorted(set(found))
        assert 1 <= len(found) <= max(most, 1)

    @given(st.lists(st.floats(0, 300), max_size=12))
    def test_labels_pushed_apart_keep_order_and_distance(self, wanted):
        found = apart(sorted(wanted), 18, 0, 300)
        assert all(after - before >= 17.99 for before, after in pairwise(found))
        assert all(-0.01 <= place <= 300.01 for place in found)
