"""What follows a write is done once, at the end of the outermost one, and in its transaction."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.test import Client

from research import actions, batches, importing
from research.actions import afterwards
from research.actions.afterwards import Written
from research.models import Case, Organization
from research.rows import TABLES
from research.sheets import read_file
from research.source_merging import merge_sources
from tests.admin.pages import change_url, open_form
from tests.factories import make_case, make_organization, make_source, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def following() -> Iterator[Callable[..., None]]:
    before = list(afterwards._steps)
    yield lambda *steps: afterwards.follow_with(*before, *steps)
    afterwards.follow_with(*before)


@pytest.fixture
def ends(following: Callable[..., None]) -> list[Written]:
    """Every outermost write that ended, as the steps saw it."""
    found: list[Written] = []
    following(found.append)
    return found


def renamed(case: Case, title: str) -> Case:
    case.title = title
    return case


def test_a_write_ends_once_with_what_it_touched(ends: list[Written]) -> None:
    user, case = make_user(), make_case()
    ends.clear()
    actions.save(renamed(case, "新题"), by=user, via="form")
    [end] = ends
    assert (end.by, end.via, end.batch) == (user, "form", None)
    assert (end.touched, end.deleted) == ({"cases": {case.pk}}, {})
    assert not any(end.published.values()), "it was public before"


def test_it_knows_what_became_public_and_what_was_deleted(ends: list[Written]) -> None:
    case = make_case(status="draft")
    ends.clear()
    actions.publish([case], by=None, via="review")
    actions.delete([Case.objects.get()], by=None, via="form")
    assert [end.published["cases"] for end in ends] == [{case.pk}, set()]
    assert [end.deleted["cases"] for end in ends] == [set(), {case.pk}]


def test_parts_of_one_write_end_together(ends: list[Written]) -> None:
    first, second = make_case(), make_case()
    ends.clear()
    with actions.one_write(by=None, via="form"):
        actions.save(renamed(first, "一"), by=None, via="form")
        actions.delete([second], by=None, via="inline")
        assert ends == []
    [end] = ends
    assert (end.touched["cases"], end.deleted["cases"]) == ({first.pk}, {second.pk})


def test_a_form_an_import_its_undoing_and_a_merging_end_once_each(
    ends: list[Written], client: Client, tmp_path: Path
) -> None:
    client.force_login(make_user())
    case, kept, other = make_case(), make_source(), make_source()
    make_case(body=f"[@{other.key}]")
    file = tmp_path / "organizations.csv"
    columns = TABLES["organizations"].columns
    rows = [{"slug": slug, "name": slug, "status": "draft"} for slug in "ab"]
    lines = [",".join(row.get(name, "") for name in columns) for row in rows]
    file.write_text("\n".join([",".join(columns), *lines]), encoding="utf-8")
    ends.clear()
    client.post(change_url(case), open_form(client, case, title="新题"))
    batch = batches.apply(importing.plan([read_file(file)]), by=None, via="import")
    assert batch
    assert Organization.objects.filter(slug__in="ab").count() == 2
    undoing = batches.undo(batch, by=None)
    merged = merge_sources(kept, other, {}, by=None)
    assert [(end.via, end.batch) for end in ends] == [
        ("form", None),
        ("import", batch),
        ("undo", undoing),
        (merged.via, merged),
    ]
    assert len(ends[2].deleted["organizations"]) == 2


def test_what_a_step_writes_is_followed_by_nothing(following: Callable[..., None]) -> None:
    case, calls = make_case(), list[str]()

    def step(written: Written) -> None:
        calls.append(written.via)
        actions.save(renamed(Case.objects.get(), "von selbst"), by=None, via="gap")

    following(step)
    actions.save(renamed(case, "新题"), by=None, via="form")
    assert calls == ["form"]
    assert Case.objects.get().title == "von selbst"


def test_steps_run_in_their_order(following: Callable[..., None]) -> None:
    calls: list[int] = []
    following(lambda written: calls.append(1), lambda written: calls.append(2))
    make_organization()
    assert calls == [1, 2]


def test_a_step_that_fails_undoes_the_write_and_the_next_write_has_its_end(
    following: Callable[..., None],
) -> None:
    case, calls = make_case(title="旧题"), list[str]()

    def fail(written: Written) -> None:
        calls.append(written.via)
        if len(calls) == 1:
            raise ValueError("no")

    following(fail)
    with pytest.raises(ValueError, match="no"):
        actions.save(renamed(case, "新题"), by=None, via="form")
    assert Case.objects.get().title == "旧题"
    actions.save(renamed(Case.objects.get(), "又一题"), by=None, via="again")
    assert calls == ["form", "again"]


def test_a_write_that_fails_has_no_end(ends: list[Written]) -> None:
    case = make_case()
    actions.save(renamed(Case.objects.get(), "别人的"), by=None, via="form")
    ends.clear()
    with pytest.raises(actions.Conflict):
        actions.save(renamed(case, "我的"), by=None, via="form")
    assert ends == []
