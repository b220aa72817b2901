"""/comparisons/<slug>/figures/<name>/ and .svg, .png, .csv: a comparison's charts and their numbers."""

import csv
import io
import re
from xml.etree import ElementTree

import html5lib
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from research.charts import pictures
from research.charts.drawing import Path
from research.models import Criterion, Industry, Mode, Organization
from research.queries import figures as queries
from research.queries.comparison import Matrix
from research.queries.figures import figures_of
from tests import factories as make
from tests.public.urls import body, marks

pytestmark = pytest.mark.django_db
SVG = "{http://www.w3.org/2000/svg}"
drawable = pytest.mark.skipif(not pictures.can_draw(), reason="this machine has no font for Chinese text")


@pytest.fixture
def comparison():
    """Two organizations with cases of two modes, numbers of one criterion, and an event."""
    left, right = make.make_organization("甲公司", slug="甲"), make.make_organization("乙公司", slug="乙")
    deep, wide = make.make_mode("深耕"), make.make_mode("平台")
    farming = make.make_industry("农业")
    make.make_source("市场报告", key="idc", authors="张三")
    make.make_case("一", organization=left, mode=deep, industries=[farming], body="[@idc]")
    make.make_case("二", organization=left, mode=wide, industries=[farming])
    make.make_case("三", organization=right, mode=wide)
    share = make.make_criterion("份额", slug="份额", value_kind="number", unit="%")
    make.make_finding(">45.5", organization=left, criterion=share, as_of="2017", body="[@idc]")
    make.make_finding("30", organization=left, criterion=share, as_of="2015-06-30")
    make.make_finding("10", organization=right, criterion=share)
    make.make_event("云公司成立", date="2009-09~", organizations=[left], body="[@idc]")
    return make.make_comparison("甲与乙", slug="甲乙", organizations=[left, right], criteria=[share])


def address(name, ending="", slug="甲乙"):
    return reverse(f"comparison_figure{'_' if ending else ''}{ending}", args=[slug, name])


def texts(svg):
    return [node.text for node in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def numbers(response):
    text = body(response)
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:])))


def table(page):
    """The texts of the table beside the figure."""
    tree = html5lib.parse(page, namespaceHTMLElements=False)
    rows = tree.find(".//details").iter("tr")
    return [
        [re.sub(r"\s+", " ", "".join(cell.itertext())).strip() for cell in row if cell.tag in ("th", "td")]
        for row in rows
    ]


def test_a_comparison_offers_those_that_have_something_to_show(client, comparison):
    names = [figure.name for figure in figures_of(Matrix(comparison))]
    assert names == ["modes", "industries", "multiples", "criterion-份额", "timeline"]
    page = body(client.get(comparison.get_absolute_url()))
    assert all(f'href="{address(name)}"' in page for name in names)
    bare = make.make_comparison("空", slug="空", organizations=[make.make_organization()])
    assert figures_of(Matrix(bare)) == []
    assert "figures/" not in body(client.get(bare.get_absolute_url()))


def test_the_page_shows_the_drawing_its_table_its_source_and_its_files(client, comparison):
    response = client.get(address("modes"))
    page = body(response)
    assert page.count('<svg class="chart') == 2
    assert table(page) == [["模式", "甲公司", "乙公司"], ["深耕", "1", "0"], ["平台", "1", "1"]]
    assert f"http://testserver{'/comparisons/甲乙/figures/modes/'}" in page
    assert all(f'href="{address("modes", ending)}"' in page for ending in ("svg", "csv"))
    assert marks(page)[0] == "[1]"
    assert "市场报告" in page
    assert "unsafe" not in response["Content-Security-Policy"]


def test_the_table_the_drawing_and_the_file_say_the_same(client, comparison):
    rows = numbers(client.get(address("industries", "csv")))
    assert rows[0] == ["行业", "甲公司 · 深耕", "甲公司 · 平台", "乙公司 · 深耕", "乙公司 · 平台"]
    assert rows[1] == ["农业", "1", "1", "0", "0"]
    assert rows[2][1:] == ["0", "0", "0", "1"]
    assert table(body(client.get(address("industries")))) == rows
    drawn = ElementTree.fromstring(body(client.get(address("multiples", "svg"))))
    values = [node.text for node in drawn.iter(f"{SVG}text") if node.get("class") == "value"]
    assert values == ["2", "0", "0", "1"]


def test_numbers_in_time_with_bounds_and_without_a_date(client, comparison):
    rows = numbers(client.get(address("criterion-份额", "csv")))
    assert [row[0] for row in rows[1:]] == ["甲公司", "甲公司", "乙公司"]
    assert [row[1:] for row in rows[1:]] == [["2015-06-30", "30"], ["2017", ">45.5"], ["", "10"]]
    svg = body(client.get(address("criterion-份额", "svg")))
    titles = [node.text for node in ElementTree.fromstring(svg).iter(f"{SVG}title")]
    assert "甲公司 · 2017年: 超过 45.5%" in titles
    assert not any("乙公司 ·" in (title or "") for title in titles)
    page = body(client.get(address("criterion-份额")))
    assert [row[2] for row in table(page)] == ["值 (%)", "30%", "超过 45.5%", "10%"]
    assert marks(page) == ["[1]", "[1]"]


def test_events_are_drawn_as_they_are_dated(client, comparison):
    assert numbers(client.get(address("timeline", "csv")))[1] == ["2009-09~", "云公司成立", "甲公司"]
    svg = body(client.get(address("timeline", "svg")))
    assert "云公司成立" in texts(svg)
    assert re.search(r'class="[^"]*light', svg)
    page = body(client.get(reverse("timeline")))
    assert page.count('<svg class="chart') == 2


def test_the_svg_is_a_file_of_its_own(client, comparison):
    response = client.get(address("modes", "svg"))
    assert response["Content-Type"] == "image/svg+xml; charset=utf-8"
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "style-src 'unsafe-inline'" in policy
    assert "script" not in policy
    found = texts(body(response))
    assert "甲与乙 · Comparanda" in found
    assert any("http://testserver/comparisons/甲乙/figures/modes/" in text for text in found)
    assert any("市场报告" in text for text in found)


def test_who_has_it_is_not_sent_it_again(client, comparison):
    first = client.get(address("modes", "svg"))
    again = client.get(address("modes", "svg"), HTTP_IF_NONE_MATCH=first["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    make.make_case("四", organization=Organization.objects.get(slug="甲"))
    assert client.get(address("modes", "svg"), HTTP_IF_NONE_MATCH=first["ETag"]).status_code == 200


@drawable
def test_the_png_is_a_picture_and_the_same_twice(client, comparison):
    first, second = (client.get(address("modes", "png")) for _ in range(2))
    assert first["Content-Type"] == "image/png"
    assert first.content == second.content
    assert first.content.startswith(b"\x89PNG")
    assert f'href="{address("modes", "png")}"' in body(client.get(address("modes")))


def test_where_none_can_be_made_it_is_not_offered_and_its_address_says_why(client, comparison, monkeypatch):
    monkeypatch.setattr(pictures, "_family", lambda: None)
    assert address("modes", "png") not in body(client.get(address("modes")))
    response = client.get(address("modes", "png"))
    assert response.status_code == 501
    assert address("modes", "svg") in body(response)


def test_a_formula_is_text_in_the_file(client, comparison):
    organization = make.make_organization("=1+1")
    make.make_case(organization=organization)
    make.make_comparison(slug="算式", organizations=[organization])
    assert numbers(client.get(address("modes", "csv", "算式")))[0][1] == "'=1+1"


def test_english_has_its_own(client, comparison):
    page, drawing = address("modes"), address("modes", "svg")
    assert "/en/comparisons/" in body(client.get(f"/en{page}"))
    root = ElementTree.fromstring(body(client.get(f"/en{drawing}")))
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == "en"


class TestTheViewThatWasAskedFor:
    def test_it_names_the_sources_of_what_it_draws(self, client, comparison):
        make.make_source("年报", key="annual")
        make.make_case(organization=Organization.objects.get(slug="乙"), mode=Mode.objects.get(name="平台"))
        make.make_case(organization=Organization.objects.get(slug="乙"), body="[@annual]")
        deep = Mode.objects.get(name="深耕")
        for name in ("modes", "industries", "multiples"):
            found = " ".join(texts(body(client.get(f"{address(name, 'svg')}?mode={deep.slug}"))))
            assert "市场报告" in found
            assert "年报" not in found

    def test_of_several_industries_it_has_those_asked_for(self, client, comparison):
        farming, other = Industry.objects.get(), make.make_industry("工业")
        for industries in ([farming, other], [other]):
            make.make_case(organization=Organization.objects.get(slug="乙"), industries=industries)
        query = f"?industry={farming.slug}"
        rows = numbers(client.get(address("industries", "csv") + query))
        assert [row[0] for row in rows] == ["行业", "农业"]
        table = numbers(client.get(reverse("comparison_table_csv", args=["甲乙"]) + query))
        assert [row[2] for row in table if row[0].startswith("industries/")] == ["农业"]
        none = numbers(client.get(address("industries", "csv") + "?industry=-"))
        assert [row[0] for row in none[1:]] == ["未归行业"]


def test_a_line_s_label_leads_to_the_value_it_says(client, comparison):
    """Of 2019 and of November 2019: the year ends later, the month's middle is later."""
    left, share = Organization.objects.get(slug="甲"), Criterion.objects.get(slug="份额")
    make.make_finding("77", organization=left, criterion=share, as_of="2019")
    make.make_finding("5", organization=left, criterion=share, as_of="2019-11")
    matrix = Matrix(comparison)
    shown = matrix.criterion_groups[0][1][0].cells[0].latest
    assert shown
    assert shown.value == "77"
    (figure,) = [one for one in figures_of(matrix) if one.name == "criterion-份额"]
    paths = [shape for shape in figure.chart.layout(720).shapes if isinstance(shape, Path)]
    (mark,) = [path.d for path in paths if path.title == "甲公司 · 2019年: 77%"]
    (lead,) = [path.d for path in paths if path.kind == "lead"]
    assert "77%" in figure.summary
    assert lead.split("L")[0].split()[1] == mark.split("a")[0].split()[1], "it begins as high as the mark"


def test_for_one_figure_the_others_are_not_read(client, comparison):
    with CaptureQueriesContext(connection) as asked:
        client.get(address("modes", "csv"))
    assert not [one for one in asked if re.search('"research_(event|finding)"', one["sql"])]


class TestWhatIsHidden:
    def test_a_hidden_record_counts_nowhere(self, client, comparison):
        before = {figure.name: figure.table.as_data() for figure in figures_of(Matrix(comparison))}
        left, share = Organization.objects.get(slug="甲"), Criterion.objects.get(slug="份额")
        make.make_case("密", organization=left, status="draft")
        make.make_finding("99", organization=left, criterion=share, as_of="2018", status="review")
        make.make_event("密", date="2018", organizations=[left], status="draft")
        after = {figure.name: figure.table.as_data() for figure in figures_of(Matrix(comparison))}
        assert after == before

    def test_a_hidden_comparison_has_no_figures(self, client):
        organization = make.make_organization()
        make.make_case(organization=organization)
        make.make_comparison(slug="密", organizations=[organization], status="draft")
        for ending in ("", "svg", "png", "csv"):
            assert client.get(address("modes", ending, "密")).status_code == 404


@pytest.mark.parametrize(
    "name",
    ["none", "criterion-", "criterion-没有", "modes.svg", "<script>", "criterion-" + "长" * 999, "%00"],
)
def test_an_unknown_figure_is_not_there(client, comparison, name):
    for ending in ("/", ".svg", ".png", ".csv"):
        assert client.get(f"/comparisons/甲乙/figures/{name}{ending}").status_code == 404


def test_a_criterion_of_text_or_without_a_date_has_no_figure(client):
    organization = make.make_organization("甲")
    undated = make.make_criterion("无日期", value_kind="number")
    words = make.make_criterion("文字")
    make.make_finding("3", organization=organization, criterion=undated)
    make.make_finding("领先", organization=organization, criterion=words, as_of="2018")
    comparison = make.make_comparison(organizations=[organization], criteria=[undated, words])
    assert figures_of(Matrix(comparison)) == []


def test_values_of_a_criterion_s_former_kind_do_no_harm(client):
    organization, criterion = make.make_organization("甲"), make.make_criterion("有无", value_kind="yesno")
    make.make_finding("yes", organization=organization, criterion=criterion, as_of="2018")
    Criterion.objects.update(value_kind="number")
    comparison = make.make_comparison(slug="旧", organizations=[organization], criteria=[criterion])
    (figure,) = figures_of(Matrix(comparison))
    assert client.get(address(figure.name, slug="旧")).status_code == 200


@pytest.mark.parametrize("value", ["-9999999999999999999", "0.000001", "9999999999999999999", "0"])
def test_numbers_of_any_size(client, value):
    organization = make.make_organization("甲")
    criterion = make.make_criterion("数", slug="数", value_kind="number", unit="万元")
    make.make_finding(value, organization=organization, criterion=criterion, as_of="0001/9999")
    make.make_finding("1", organization=organization, criterion=criterion, as_of="../2018")
    make.make_comparison(slug="数", organizations=[organization], criteria=[criterion])
    for ending in ("", "svg", "csv"):
        assert client.get(address("criterion-数", ending, "数")).status_code == 200


class TestWhatIsTooMuch:
    def test_the_rest_is_counted_in_the_drawing_and_under_its_table(self, client, comparison, monkeypatch):
        monkeypatch.setattr(queries, "INDUSTRIES", 1)
        monkeypatch.setattr(queries, "ORGANIZATIONS", 1)
        monkeypatch.setattr(queries, "EVENTS", 1)
        left = Organization.objects.get(slug="甲")
        make.make_event("新的", date="2019", organizations=[left])
        found = {figure.name: figure for figure in figures_of(Matrix(comparison))}
        assert len(found["industries"].table.rows) == 1
        assert len(found["industries"].table.columns) == 3
        assert found["industries"].table.more
        assert [row.cells[1].text for row in found["timeline"].table.rows] == ["新的"]
        for name in ("industries", "timeline"):
            more = found[name].table.more
            assert more in body(client.get(address(name)))
            assert more in texts(body(client.get(address(name, "svg"))))

    def test_so_are_the_findings_before_those_that_are_drawn(self, client, comparison, monkeypatch):
        def line():
            return next(one for one in figures_of(Matrix(comparison)) if one.name == "criterion-份额")

        assert not line().table.more
        monkeypatch.setattr(queries, "POINTS", 1)
        assert [row.cells[2].data for row in line().table.rows] == [">45.5", "10"]
        assert "1" in line().table.more
        assert line().table.more in texts(body(client.get(address("criterion-份额", "svg"))))

    def test_many_modes_share_what_is_left(self, comparison, monkeypatch):
        monkeypatch.setattr(queries, "KINDS", 2)
        left = Organization.objects.get(slug="甲")
        for name in ("三", "四"):
            make.make_case(organization=left, mode=make.make_mode(name))
        modes = next(iter(figures_of(Matrix(comparison))))
        assert [[cell.text for cell in row.cells[1:]] for row in modes.table.rows] == [["1", "0"], ["3", "1"]]
