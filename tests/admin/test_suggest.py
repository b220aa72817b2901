"""What a Markdown field offers while someone types: `@` sources, `[[` records."""

import pytest
from django.urls import reverse

from research.models import Case, Source
from tests import factories as make
from tests.admin.pages import count_queries
from tests.role_deeds_since import blind

pytestmark = pytest.mark.django_db


def found(client, kind, asked=""):
    answer = client.get(reverse("admin:suggest"), {"kind": kind, "q": asked})
    assert answer.status_code == 200
    return answer.json()["found"]


def keys(client, kind, asked=""):
    return [f"{one['table']}/{one['key']}" for one in found(client, kind, asked)]


@pytest.fixture
def sources(db):
    make.make_source("产业互联网白皮书", key="ali2019", authors="刘松; Miller, Ann", issued="2019-09")
    make.make_source("Cloud report", key="idc2018", status="draft")
    make.make_source("关于 ali 的书", key="书2018")


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("ali2019", ["ali2019"]),
        ("ALI", ["ali2019", "书2018"]),
        ("白皮", ["ali2019"]),
        ("刘松", ["ali2019"]),
        ("miller", ["ali2019"]),
        ("2018", ["idc2018", "书2018"]),
        ("没有", []),
        ("%", []),
        ("_", []),
    ],
)
def test_sources_by_key_title_and_author_those_whose_key_begins_so_first(editing, sources, asked, expected):
    assert keys(editing, "source", asked) == [f"sources/{key}" for key in expected]


def test_each_says_what_it_is(editing, sources):
    [one] = found(editing, "source", "ali2019")
    assert one == {
        "table": "sources",
        "key": "ali2019",
        "title": "产业互联网白皮书",
        "detail": "刘松; Miller, Ann · 2019-09",
        "draft": False,
    }
    assert [one["draft"] for one in found(editing, "source", "idc")] == [True]


def test_before_anything_is_typed_those_changed_last(editing, sources):
    assert keys(editing, "source")[0] == "sources/书2018"


def test_records_of_all_tables_or_of_one(editing, sources):
    make.make_case("云上之城", slug="云城")
    make.make_note("云的札记", slug="note-1")
    make.make_mode("云模式", slug="mode-1")
    assert set(keys(editing, "record", "云")) == {"cases/云城", "notes/note-1", "modes/mode-1"}
    assert keys(editing, "record", "cases/云") == ["cases/云城"]
    assert keys(editing, "record", "cases/") == ["cases/云城"]
    assert keys(editing, "record", "白皮") == ["sources/ali2019"]


@pytest.mark.parametrize("kind", ["source", "record"])
def test_there_are_twenty_at_most_and_queries_do_not_grow(editing, kind):
    address = reverse("admin:suggest") + f"?kind={kind}&q=k"
    costs = []
    for number in (5, 95):
        with make.together():
            for place in range(number):
                make.make_source(key=f"k{number}-{place}")
                make.make_case(slug=f"k{number}-{place}")
        costs.append(count_queries(editing, address))
    assert costs[0] == costs[1]
    assert len(found(editing, kind, "k")) == 20


@pytest.mark.parametrize(
    "query", ["", "?kind=x&q=a", "?kind=source&q=%00", f"?kind=record&q={'x' * 200}", "?kind=record&q=no/%27"]
)
def test_what_is_no_question_has_no_answer(editing, sources, query):
    answer = editing.get(reverse("admin:suggest") + query)
    assert (answer.status_code, answer.json()) == (200, {"found": []})


def test_only_what_one_may_see(client, sources):
    make.make_case("密案", slug="secret")
    client.force_login(make.make_user("viewer"))
    blind(client, Case)
    assert keys(client, "record", "secret") == []
    assert keys(client, "record", "cases/secret") == []
    blind(client, Source)
    assert keys(client, "source", "ali") == []
    assert keys(client, "record", "ali") == []


def test_nobody_else(client, sources):
    assert client.get(reverse("admin:suggest"), {"kind": "source"}).status_code == 302
    client.force_login(make.make_user("staff"))
    assert client.get(reverse("admin:suggest"), {"kind": "source"}).status_code == 403
