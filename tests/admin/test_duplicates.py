"""/admin/research/source/duplicates/: sources that seem to be the same, side by side."""

import pytest
from django.urls import reverse

from research import actions
from research.models import Distinction, Source
from tests import factories as make
from tests.admin.pages import count_queries, url

pytestmark = pytest.mark.django_db

PAGE = reverse("admin:research_source_duplicates")


def keys_shown(client, **query):
    response = client.get(PAGE, query)
    assert response.status_code == 200
    return [[twin.source.key for twin in group.twins] for group in response.context["groups"]]


@pytest.fixture
def pair():
    return [make.make_source(f"第{key}篇", key=key, url="https://a.cn/1") for key in ("a", "b")]


def test_they_stand_side_by_side_with_the_reason_and_what_rests_on_them(editing, pair):
    for body in ("[@b] [@b]", "[@b]", "[@a]"):
        make.make_case(body=body)
    make.make_source(
        "第一篇", key="c", url="http://www.a.cn/1/", status="draft", authors="刘松", container="刊"
    )
    response = editing.get(PAGE)
    [group] = response.context["groups"]
    assert [(twin.source.key, twin.citations) for twin in group.twins] == [("b", 2), ("a", 1), ("c", 0)]
    text = response.content.decode()
    assert all(shown in text for shown in (str(group.reasons[0])[1:], "刘松", "刊", "第a篇"))
    first = pair[1]
    assert [twin.merge for twin in group.twins] == [
        "",
        *(f"{url(Source, 'merge', first.pk)}?with={Source.objects.get(key=key).pk}" for key in ("a", "c")),
    ]


def test_the_list_and_the_first_page_lead_to_it(editing):
    for address in (url(Source, "changelist"), reverse("admin:index")):
        assert PAGE in editing.get(address).content.decode()


def test_no_two_are_the_same(editing):
    make.make_source()
    assert keys_shown(editing) == []


class TestTellingApart:
    def test_the_ticked_are_offered_no_more(self, editing, pair):
        response = editing.post(PAGE, {"apart": [one.pk for one in pair]}, follow=True)
        assert response.redirect_chain
        assert keys_shown(editing) == []
        assert Distinction.objects.get().author.startswith("reviewer")
        assert "a ≠ b" in response.content.decode()

    def test_it_can_be_taken_back(self, editing, pair):
        actions.tell_apart(pair, by=None)
        editing.post(PAGE, {"together": Distinction.objects.get().pk})
        assert keys_shown(editing) == [["a", "b"]]

    @pytest.mark.parametrize(
        "data",
        [
            {"apart": []},
            {"apart": ["x", "99999999999999999999"]},
            {"apart": ["1\x00"]},
            {"together": "x"},
            {"together": "77"},
            {},
        ],
    )
    def test_what_makes_no_pair_does_nothing(self, editing, pair, data):
        assert editing.post(PAGE, data, follow=True).status_code == 200
        assert not Distinction.objects.exists()

    def test_one_alone_does_nothing(self, editing, pair):
        response = editing.post(PAGE, {"apart": [pair[0].pk, pair[0].pk]}, follow=True)
        assert [message.level_tag for message in response.context["messages"]] == ["error"]
        assert not Distinction.objects.exists()


def test_a_viewer_looks_and_no_more(client, pair):
    client.force_login(make.make_user("viewer"))
    text = client.get(PAGE).content.decode()
    assert "第a篇" in text
    assert all(name not in text for name in ('name="apart"', "merge/?with"))
    assert client.post(PAGE, {"apart": [one.pk for one in pair]}).status_code == 403


def test_pages_of_groups_and_long_groups(editing):
    with make.together():
        for number in range(25):
            for half in "ab":
                make.make_source(key=f"{number:02}{half}", url=f"https://a.cn/{number}")
        for number in range(15):
            make.make_source(key=f"viel{number:02}", identifier="10.1000/x")
    groups = keys_shown(editing)
    assert (len(groups), len(groups[0])) == (20, 12)
    assert len(keys_shown(editing, p="2")) == 6
    assert len(keys_shown(editing, p="x")) == 20


def test_as_many_queries_for_many(editing, pair):
    few = count_queries(editing, PAGE)
    make.make_case(body="[@a]")
    with make.together():
        for number in range(40):
            make.make_source(key=f"n{number}", url=f"https://a.cn/{number // 3}", tags=["云"])
    assert count_queries(editing, PAGE) == few
