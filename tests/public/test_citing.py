"""Marks, what opens beside them, and the references: on every page that cites, and from every cell."""

import html
import re

import html5lib
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import factories as make
from tests.public.urls import body, marks

pytestmark = pytest.mark.django_db


def page_of(client, record):
    return body(client.get(record.get_absolute_url()))


def note_page(client, text):
    return page_of(client, make.make_note(body=text))


def pops(page):
    found = re.findall(r'<span class="pop">(.*?)</span>', page)
    return [html.unescape(re.sub(r"<[^>]+>", "", pop)).strip() for pop in found]


@pytest.fixture
def sources(db):
    make.make_source("甲书", key="a", authors="刘松", issued="2018")
    make.make_source("Second book", key="b", authors="Miller, Ann; Li, Bo; Wu, C", issued="2019-09")
    make.make_source("无名氏书", key="c")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("[见 @a pp. 3-5; @b, 第12页]", ["[见 1, pp. 3-5; 2, 第12页]"]),
        ("[@a, p. 6] [-@a]", ["[1, p. 6]", "[1]"]),
        ("[见 @a；另见 @b 第3页]", ["[见 1; 另见 2, 第3页]"]),
        ("@b [p. 33] 与 -@a", ["[1, p. 33]", "[2]"]),
        ("[@nobody, p. 1; 参 @a]", ["[参 1]"]),
        ("[@nobody]，@{no}", []),
    ],
)
def test_a_group_is_one_mark_with_its_prefixes_and_locators(client, sources, text, shown):
    assert marks(note_page(client, text)) == shown


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("据 @a 研究", "刘松\u202f<sup"),
        ("@b says", "Miller et al.\u202f<sup"),
        ("据@c认为", "无名氏书\u202f<sup"),
        ("据 -@a 研究", "<p>据 <sup"),
        ("据研究[@a]", "<p>据研究<sup"),
    ],
)
def test_in_text_the_author_is_named_unless_suppressed(client, sources, text, named):
    assert named in note_page(client, text)


def test_what_opens_beside_a_mark_names_and_reaches_the_source(client, sources):
    page = note_page(client, "一[@a, 第6页]，二[@b]，三[@c]。")
    assert pops(page) == ["刘松. 甲书, 2018年, 第6页", "Miller et al.. Second book, 2019年9月", "无名氏书"]
    assert '<a href="/sources/a/">甲书</a>' in page


def test_a_long_title_is_cut_there_and_whole_in_the_list(client):
    make.make_source("很长的题目" * 60, key="long")
    page = note_page(client, "[@long]")
    assert len(pops(page)[0]) <= 90
    assert "很长的题目" * 60 in page


def test_what_a_source_says_of_itself_is_no_markup(client):
    make.make_source('<b onclick="x">题</b>', key="bad", authors="<script>x</script>")
    page = note_page(client, "@bad 与 [@bad]")
    assert "<script>x" not in page
    assert "<b onclick" not in page


def test_references_stand_in_order_of_use_and_lead_back_to_each_place(client, sources):
    page = note_page(client, "[@b] [@a]" + " [@b]" * 40)
    tree = html5lib.parse(page, namespaceHTMLElements=False)
    ids = {node.get("id") for node in tree.iter() if node.get("id")}
    first = next(node for node in tree.iter("li") if node.get("id") == "ref-1")
    back = [link for link in first.iter("a") if link.get("href", "").startswith("#")]
    assert len(back) == 41
    assert {link.get("href")[1:] for link in back} <= ids
    names = [link.get("aria-label") for node in tree.iter("li") for link in node.iter("a")]
    names = [name for name in names if name]
    assert len(names) == len(set(names)) == 42


def test_five_hundred_marks_cost_no_query_and_little_room(client, sources):
    def cost(number):
        note = make.make_note(body="一句话[@a, p. 6]。\n\n" * number)
        with CaptureQueriesContext(connection) as queries:
            page = page_of(client, note)
        return len(queries), len(page.encode())

    (few, small), (many, large) = cost(1), cost(501)
    assert many == few
    assert (large - small) / 500 < 700


@pytest.fixture
def comparison(sources):
    """Every kind of cell of a comparison, each resting on the source a."""
    organization, mode, criterion = make.make_organization("甲公司"), make.make_mode(), make.make_criterion()
    case = make.make_case("案例一", organization=organization, mode=mode, body="[@a, p. 1]")
    make.make_case("案例二", organization=organization, body="[@a, p. 2]")
    finding = make.make_finding(
        "第三", organization=organization, criterion=criterion, as_of="2018", body="[@a, p. 3]"
    )
    make.make_finding("第四", organization=organization, criterion=criterion, as_of="2015", body="[@a, p. 4]")
    thesis = make.make_thesis()
    make.make_argument("论据五", thesis=thesis, cases=[case], body="[@a, p. 5]")
    make.make_argument("论据六", thesis=thesis, findings=[finding], stance="opposes", body="[@a, p. 6]")
    return make.make_comparison(organizations=[organization], criteria=[criterion], intro="[@a, p. 7]")


def test_from_every_cell_two_clicks_lead_to_the_source_and_one_back(client, comparison):
    """Case, case without a mode, finding, earlier finding, argument for and against, introduction."""
    page = page_of(client, comparison)
    tree = html5lib.parse(page, namespaceHTMLElements=False)
    by_id = {node.get("id"): node for node in tree.iter() if node.get("id")}
    # Under a figure stands what all its records cite, without their locators.
    of_figures = {mark for caption in tree.iter("figcaption") for mark in caption.iter("sup")}
    reached = set()
    for mark in (node for node in tree.iter("sup") if node.get("class") == "cite"):
        link = next(mark.iter("a"))
        entry = by_id[link.get("href")[1:]]
        targets = [found.get("href") for found in entry.iter("a")]
        assert f"#{link.get('id')}" in targets, "and back"
        assert "/sources/a/" in targets
        assert client.get(targets[0]).status_code == 200
        if mark not in of_figures:
            reached.add("".join(mark.itertext())[-2])
    assert of_figures
    assert reached == set("1234567")


def test_the_source_leads_back_to_all_that_rests_on_it(client, comparison):
    page = body(client.get("/sources/a/"))
    rest = page[page.index('id="cited-by"') :]
    for name in ("案例一", "案例二", "第三", "第四", "论据五", "论据六"):
        assert name in rest
    standing = page[page.index('id="standing"') :]
    assert comparison.get_absolute_url() in standing
    assert "3 个单元格" in standing or "3 cells" in standing
