"""/search/?q=: any piece of published text, by table, marked."""

import pytest
from django.urls import reverse

from tests import factories as make
from tests.public.urls import body

pytestmark = pytest.mark.django_db


def test_it_finds_and_marks_and_groups(client):
    make.make_case("城市大脑", body="为城市管理打造的 ET 大脑。")
    make.make_note("大脑札记")
    page = client.get(reverse("search"), {"q": "大脑"})
    assert [(group.table, group.count) for group in page.context["groups"]] == [("notes", 1), ("cases", 1)]
    assert "<mark>大脑</mark>" in body(page)


@pytest.mark.parametrize("query", ["ET大脑", "et 大脑", "ＥＴ大脑", "T", "脑"])
def test_width_case_and_the_space_between_scripts_do_not_matter(client, query):
    make.make_case("ET 大脑")
    assert client.get(reverse("search"), {"q": query}).context["total"] == 1


def test_all_of_one_table_in_pages(client):
    with make.together():
        for _ in range(45):
            make.make_note("云上札记")
    page = client.get(reverse("search"), {"q": "云上", "table": "notes", "page": "3"})
    assert len(page.context["groups"][0].hits) == 5
    assert not page.context["has_next"]


@pytest.mark.parametrize(
    "query", ["", " ", '"', "'; DROP", "a OR b*", "\x00", "<script>", "阿" * 10000, "%", "~"]
)
def test_no_query_is_an_error(client, query):
    page = client.get(reverse("search"), {"q": query, "page": "-1", "table": "none"})
    assert page.status_code == 200
    assert "<script>" not in body(page)
