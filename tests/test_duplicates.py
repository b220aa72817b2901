"""Which sources seem to be one: in the tables, and in rows that are yet to be written."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from research import actions
from research.models import Distinction, Source
from research.queries import duplicates
from research.queries.duplicates import find_twins
from research.source_merging import merge_sources
from tests import factories as make

pytestmark = pytest.mark.django_db


def groups():
    keys = dict(Source.objects.values_list("pk", "key"))
    return [([keys[pk] for pk in group.ids], group.reasons) for group in duplicates.groups()]


def test_those_that_hang_together_are_a_group_the_surest_first():
    make.make_source("云计算的经济学分析", key="t1", issued="2018")
    make.make_source("云计算的经济学分析", key="t2", issued="2018-03")
    make.make_source("甲", key="a", identifier="10.1000/A", url="https://a.cn/1")
    make.make_source("乙", key="b", identifier="10.1000/a")
    make.make_source("丙", key="c", url="http://www.a.cn/1/", status="draft")
    make.make_source("丁", key="d", url="https://a.cn/2")
    assert groups() == [(["a", "b", "c"], ["doi", "url"]), (["t1", "t2"], ["title"])]


def test_keys_that_differ_in_case_alone_are_no_reason():
    make.make_source("甲", key="smith2018")
    make.make_source("乙", key="Smith2018")
    assert groups() == []


class TestToldApart:
    def test_they_are_a_group_no_more(self):
        pair = [make.make_source(url="https://a.cn/1"), make.make_source(url="https://a.cn/1")]
        assert actions.tell_apart(reversed(pair), by=None) == 1
        assert groups() == []
        assert actions.tell_apart(pair, by=None) == 0

    def test_a_third_may_still_be_either(self):
        pair = [make.make_source(key=key, url="https://a.cn/1") for key in "ab"]
        actions.tell_apart(pair, by=None)
        make.make_source(key="c", url="https://a.cn/1")
        assert groups() == [(["a", "b", "c"], ["url"])]
        actions.tell_apart(Source.objects.all(), by=None)
        assert groups() == []
        assert Distinction.objects.count() == 3

    def test_it_can_be_taken_back(self):
        pair = [make.make_source(url="https://a.cn/1"), make.make_source(url="https://a.cn/1")]
        actions.tell_apart(pair, by=make.make_user("editor", username="liu"))
        told = Distinction.objects.get()
        assert (told.author, str(told)) == ("liu", f"{pair[0]} ≠ {pair[1]}")
        actions.may_be_the_same(told)
        assert len(groups()) == 1

    def test_it_goes_with_the_source(self):
        pair = [make.make_source(), make.make_source()]
        actions.tell_apart(pair, by=None)
        actions.delete(pair[:1], by=None, via="test")
        assert not Distinction.objects.exists()


def test_as_many_queries_for_many_and_no_more_work_than_they_are():
    """Hundreds with the same address are not all compared with each other."""

    def cost(number):
        with make.together():
            for place in range(number):
                make.make_source(
                    f"第{place}章", url="https://a.cn/" if place % 2 else f"https://a.cn/{number}-{place}"
                )
        with CaptureQueriesContext(connection) as queries:
            [group] = duplicates.groups()
        return len(queries), len(group.ids)

    assert cost(20) == (2, 10)
    assert cost(2000) == (2, 1010)


# --- rows of a file ----------------------------------------------------------------------------------------


def row(key, **values):
    return {"key": key, **values}


class TestTwinsOfRows:
    def test_each_is_told_with_its_surest_reason(self):
        make.make_source("云计算的经济学分析", key="a", identifier="10.1000/a", issued="2018")
        make.make_source("云计算的经济学分析", key="b", issued="2018", status="draft")
        make.make_source("另一篇", key="c")
        found = find_twins(
            [
                row("neu1", title="云计算的经济学分析", issued="2018", extra="DOI: 10.1000/A"),
                row("neu2", title="谁也不是"),
                row("neu3", url="https://doi.org/10.1000/a"),
            ]
        )
        assert found == {"neu1": [("a", "doi"), ("b", "title")], "neu3": [("a", "doi")]}
        assert {reason for twins in found.values() for _key, reason in twins} <= set(duplicates.LABELS)

    def test_the_source_of_the_same_key_is_no_twin_but_one_in_another_case_may_be(self):
        make.make_source(key="smith", identifier="10.1000/a")
        assert find_twins([row("smith", identifier="10.1000/a")]) == {}
        assert find_twins([row("Smith", identifier="10.1000/a")]) == {"Smith": [("smith", "doi")]}
        assert find_twins([row("Smith", title="别的")]) == {}

    def test_a_key_that_was_merged_leads_to_the_source_that_stayed(self):
        kept, other = make.make_source(key="neu"), make.make_source(key="alt")
        merge_sources(kept, other, {}, by=None)
        assert find_twins([row("alt", title="别的"), row("Alt", title="别的")]) == {"alt": [("neu", "key")]}

    def test_no_rows_ask_nothing(self, django_assert_num_queries):
        with django_assert_num_queries(0):
            assert find_twins([]) == {}

    def test_as_many_queries_for_many(self):
        def cost(number):
            rows = [row(f"neu{place}", identifier=f"10.1000/{place}") for place in range(number)]
            with CaptureQueriesContext(connection) as queries:
                found = find_twins(rows)
            return len(queries), len(found)

        with make.together():
            for place in range(300):
                make.make_source(f"第{place}篇", identifier=f"10.1000/{place}")
        assert cost(5) == (2, 5)
        assert cost(300) == (2, 300)
