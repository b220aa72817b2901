"""`.public()` is the one gate: published, and standing on parents that are published."""

from collections.abc import Callable
from typing import Any

import pytest

from research.models import Publishable, Status
from tests import factories as make

pytestmark = pytest.mark.django_db

VOCABULARY = {"modes", "industries", "criteria"}


@pytest.mark.parametrize("table", sorted(set(make.MAKERS) - VOCABULARY))
@pytest.mark.parametrize("status", Status.values)
def test_only_published_records_are_public(table: str, status: str) -> None:
    record = make.MAKERS[table](status=status)
    expected = status == "published"
    assert list(type(record).objects.public()) == ([record] if expected else [])
    assert record.is_public is expected


@pytest.mark.parametrize("table", sorted(VOCABULARY))
def test_a_vocabulary_is_public(table: str) -> None:
    record = make.MAKERS[table]()
    assert not isinstance(record, Publishable)
    assert list(type(record).objects.public()) == [record]
    assert record.is_public


@pytest.mark.parametrize("status", ["draft", "review"])
@pytest.mark.parametrize(
    ("maker", "parent", "make_parent"),
    [
        (make.make_case, "organization", make.make_organization),
        (make.make_finding, "organization", make.make_organization),
        (make.make_argument, "thesis", make.make_thesis),
    ],
)
def test_a_record_on_a_parent_that_is_not_public_is_not(
    maker: Callable[..., Any], parent: str, make_parent: Callable[..., Any], status: str
) -> None:
    record = maker(**{parent: make_parent(status=status)})
    assert record.status == "published"
    assert list(type(record).objects.public()) == []
    assert not record.is_public


def test_a_related_draft_that_is_no_parent_hides_nothing() -> None:
    event = make.make_event(organizations=[make.make_organization(status="draft")])
    assert event.is_public
    assert make.make_todo(note=make.make_note(status="draft")).is_public
