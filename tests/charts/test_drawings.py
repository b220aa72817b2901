"""Drawings as SVG: well-formed whatever is written in them, in a page and as files of their own."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from research.charts import palette
from research.charts.bars import Bars
from research.charts.figures import Chart, Figure, Table
from research.charts.pictures import card_svg, standalone
from tests.charts import charts

SVG = "{http://www.w3.org/2000/svg}"
YEARS = [(date(2017, 1, 1), date(2017, 12, 31)), (date(2018, 5, 1), date(2018, 5, 1))]


def figure(chart, title="标题"):
    return Figure("名", title, "说明", chart, Table((), ()))


def texts(svg):
    return [node.text or "" for node in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def test_the_picture_says_its_title_its_source_and_its_numbers():
    drawing = charts.bars(["甲公司", "乙公司"], ["农业"], (0, 4, 2)).layout(720)
    svg = standalone(drawing, title="按行业看案例", under=["说明"], foot=["来源", "https://example.org/图/"])
    found = texts(svg)
    assert found[:2] == ["按行业看案例", "说明"]
    assert found[2:4] == ["来源", "https://example.org/图/"]
    assert {"甲公司", "农业", "6"} <= set(found)
    root = ElementTree.fromstring(svg)
    assert root.findtext(f"{SVG}title") == "按行业看案例"
    assert root.findtext(f"{SVG}desc") == "说明 来源 https://example.org/图/"


@given(st.lists(charts.NAMES, min_size=1, max_size=3), charts.NAMES)
def test_any_text_makes_well_formed_drawings(labels, title):
    pictures: list[Chart] = [
        charts.bars(labels, [title]),
        charts.lines(labels, [Decimal(4)], YEARS, unit=title),
        charts.band(labels, [title], YEARS),
    ]
    for chart in pictures:
        svg = standalone(chart.layout(720), title=title, under=[title], foot=labels)
        assert not list(ElementTree.fromstring(svg).iter(f"{SVG}script"))
        ElementTree.fromstring(f"<div>{figure(chart, title).inline}{figure(chart, title).small}</div>")
        ElementTree.fromstring(card_svg(title, title, figure(chart), site=title))


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "]]>", "&lt;", "\"'"])
def test_markup_is_text(text):
    svg = standalone(charts.bars([text], [text]).layout(720), title=text)
    assert texts(svg).count(text) >= 2
    assert "<script" not in svg


def test_a_file_needs_nothing_else():
    svg = standalone(charts.bars(["甲"], ["农业"]).layout(720), title="标题")
    assert re.findall(r"url\(([^#)][^)]*)\)|href=|@import|<image|style=", svg) == []


def test_patterns_of_one_page_are_told_apart():
    chart = charts.bars(["甲"], ["农业"])
    both = figure(chart).inline + Figure("别", "", "", chart, Table((), ())).inline
    ids = re.findall(r'\bid="([^"]+)"', both)
    assert len(ids) == len(set(ids)) == 12
    assert {f"#{one}" for one in ids} >= set(re.findall(r"url\((#[^)]+)\)", both))


def test_a_card_has_a_card_s_size_and_leaves_out_groups_rather_than_shrink_them():
    svg = card_svg("标题", "副题", figure(charts.bars(charts.names(12), charts.names(25))), site="站点")
    assert svg.startswith('<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="630"')
    assert {"标题", "副题", "站点"} <= set(texts(svg))
    shown = [name for name in charts.names(25)[12:] if name in svg]
    assert len(shown) < 13
    assert "标题" in texts(card_svg("标题", ""))
    assert "标题" in texts(card_svg("标题", "", figure(Bars(()))))


@pytest.mark.parametrize(("colours", "place"), [(palette.LIGHT, 1), (palette.DARK, 2)])
def test_the_colours_are_those_of_the_pages(colours, place):
    css = (Path(settings.BASE_DIR) / "research/static/research/tokens.css").read_text()
    for name, colour in colours.items():
        found = re.search(rf"--{name}: light-dark\((#\w+), (#\w+)\)", css)
        assert found, name
        assert found[place] == colour, name


def test_a_file_of_its_own_follows_the_reader_s_scheme_and_a_picture_does_not():
    drawing = charts.bars(["甲"], ["农业"]).layout(320)
    assert "prefers-color-scheme:dark" in standalone(drawing, title="")
    assert "prefers-color-scheme" not in standalone(drawing, title="", dark=False)
