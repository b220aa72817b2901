"""The address of a source that was merged into another leads on to that one, and to nothing hidden."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from research import actions, batches
from research.models import Source
from research.queries.former_keys import merged_into
from research.source_merging import merge_sources
from tests import factories as make
from tests.public.changed import edit

pytestmark = pytest.mark.django_db


def merge(kept, other):
    kept, other = (Source.objects.get(pk=source.pk) for source in (kept, other))
    return merge_sources(kept, other, {}, by=None)


def address(key):
    return reverse("source", args=[key])


@pytest.fixture
def merged():
    kept, other = make.make_source(key="neu"), make.make_source(key="alt")
    return kept, other, merge(kept, other)


def leads(client, key):
    """Where the address leads for good; 404 where it leads nowhere."""
    response = client.get(address(key))
    if response.status_code == 301:
        assert response["Cache-Control"] == "no-cache"  # a merging can be undone
        return response["Location"]
    return response.status_code


def test_it_leads_to_the_source_that_stayed_for_good(client, merged):
    assert leads(client, "alt") == address("neu")
    assert client.get(address("neu")).status_code == 200
    assert client.get("/en/sources/alt/")["Location"] == "/en/sources/neu/"


def test_also_under_the_key_that_that_has_by_now(client, merged):
    edit(merged[0], key="neuer")
    assert leads(client, "alt") == address("neuer")


def test_also_where_that_was_merged_later(client, merged):
    merge(make.make_source(key="neuest"), merged[0])
    assert [leads(client, key) for key in ("alt", "neu")] == [address("neuest")] * 2


def test_a_key_in_another_case_is_another_key(client, merged):
    assert leads(client, "Alt") == 404


class TestNothingHiddenIsToldOf:
    def test_the_one_that_stayed_is_hidden(self, client, merged):
        edit(merged[0], status="draft")
        assert leads(client, "alt") == 404

    def test_the_one_that_went_was_hidden(self, client):
        merge(make.make_source(key="neu"), make.make_source(key="alt", status="draft"))
        assert leads(client, "alt") == 404

    def test_the_one_that_stayed_is_deleted(self, client, merged):
        actions.delete([Source.objects.get(key="neu")], by=None, via="test")
        assert leads(client, "alt") == 404


class TestTheKeyIsInUseAgain:
    def test_by_an_undoing(self, client, merged):
        undone = batches.undo(merged[2], by=None)
        assert leads(client, "alt") == 200
        batches.undo(undone, by=None)
        assert leads(client, "alt") == address("neu")

    def test_by_another_source_and_then_no_more(self, client, merged):
        again = make.make_source("别的", key="alt")
        assert leads(client, "alt") == 200
        edit(again, status="draft")
        assert leads(client, "alt") == 404, "that it is hidden is not told"
        again.refresh_from_db()
        actions.delete([again], by=None, via="test")
        assert leads(client, "alt") == 404


def test_one_that_was_deleted_otherwise_leads_nowhere(client, merged):
    source = make.make_source(key="weg")
    actions.delete([source], by=None, via="test")
    assert leads(client, "weg") == 404
    assert leads(client, "nie-da") == 404


def test_many_keys_are_asked_for_at_once(merged):
    kept, _other, _batch = merged

    def cost(number):
        keys = [f"k{number}-{place}" for place in range(number)]
        for key in keys:
            merge(kept, make.make_source(key=key))
        with CaptureQueriesContext(connection) as queries:
            assert merged_into([*keys, "neu", "nie-da"]) == {kept.pk: keys}
        return len(queries)

    assert cost(1) == cost(12)
