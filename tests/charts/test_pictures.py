"""PNG from SVG: the size, the same bytes twice, and a plain word where the server cannot."""

import struct

import pytest

from research.charts import pictures
from research.charts.pictures import CannotDraw, as_png, can_draw, standalone
from tests.charts import charts

drawable = pytest.mark.skipif(not can_draw(), reason="this machine has no font for Chinese text")


def drawn(title="按行业看案例", **options):
    return standalone(charts.bars(["甲公司", "乙公司"], ["农业"]).layout(720), title=title, **options)


def size(png):
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    return struct.unpack(">II", png[16:24])


@drawable
class TestPictures:
    def test_two_pixels_for_each(self):
        svg = drawn()
        width, height = size(as_png(svg))
        assert width == 2 * (720 + 48)
        assert f'height="{height // 2}' in svg

    def test_the_same_drawing_gives_the_same_bytes(self):
        first = as_png(drawn())
        pictures._rendered.cache_clear()
        assert as_png(drawn()) == first
        assert as_png(drawn("别的")) != first

    def test_chinese_is_drawn(self):
        assert as_png(drawn("汉字")) != as_png(drawn("\U000ffffd\U000ffffd"))

    def test_a_large_drawing_has_fewer_pixels(self):
        svg = standalone(charts.bars(charts.names(24), charts.names(40)).layout(720), title="")
        width, height = size(as_png(svg))
        assert width * height <= pictures.MOST_PIXELS * 1.01


def test_without_a_font_it_says_that_it_cannot(monkeypatch):
    monkeypatch.setattr(pictures, "_family", lambda: None)
    assert not can_draw()
    with pytest.raises(CannotDraw):
        as_png(drawn("没有字体"))


def test_without_the_library_it_says_that_it_cannot(monkeypatch):
    def missing(name):
        raise ImportError(name)

    monkeypatch.setattr(pictures, "import_module", missing)
    pictures._family.cache_clear()
    try:
        assert not can_draw()
    finally:
        pictures._family.cache_clear()


def test_only_a_drawing_is_drawn():
    with pytest.raises(ValueError, match="width"):
        as_png("<svg></svg>")
