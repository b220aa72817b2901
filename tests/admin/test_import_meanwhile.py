"""Others save between the preview of an import and its confirmation: it is said, and nothing is lost."""

import tempfile
from unittest.mock import patch

import pytest
from django.db import DataError

from research import actions
from research.models import Batch, Case, Revision
from research.rows import TABLES
from tests.admin.import_pages import HEADER, NEW, answer, confirm, counts, left, messages, upload
from tests.admin.pages import url
from tests.factories import make_case, make_organization, make_user


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(tmp_path))


@pytest.fixture
def organization(db):
    return make_organization(slug="甲")


def test_what_changed_since_the_preview_is_not_overwritten(editing, organization):
    case = make_case("旧题", slug="旧", organization=organization)
    preview = upload(editing, f"{HEADER}\n旧,新题,甲,,,,,,published\n")
    case.title = "别人先存的"
    actions.save(case, by=None, via="test")
    after = confirm(editing, preview)
    case.refresh_from_db()
    assert case.title == "别人先存的"
    assert not Batch.objects.filter(via="import").exists()
    assert counts(after) == {"stale": 1}, "the same file, compared with what stands now"
    assert after.context["about"]["happened"]
    [row] = after.context["rows"]
    assert (row.row.before["title"], row.row.after["title"], row.chosen) == ("别人先存的", "新题", False)
    assert len(left()) == 1, "the new upload only"
    answer(editing, after, ticked=[2], confirm="1")
    case.refresh_from_db()
    assert case.title == "新题"


def test_what_was_ticked_stays_so_where_nothing_changed(editing, organization):
    make_case("旧题", slug="旧", organization=organization)
    other = make_case("另题", slug="另", organization=organization)
    make_case("三题", slug="三", organization=organization)
    preview = upload(editing, "slug,title\n旧,新旧\n另,新另\n三,新三\n")
    other.title = "别人先存的"
    actions.save(other, by=None, via="test")
    after = answer(editing, preview, ticked=[2, 3], confirm="1")
    assert [(row.row.key, row.state, row.chosen) for row in after.context["rows"]] == [
        ("旧", "changed", True),
        ("另", "stale", False),
        ("三", "changed", False),
    ]


def test_a_row_that_clashed_nowhere_is_stale_too_if_it_was_written_since(editing, organization):
    """Compared with what stands now it would put back what somebody else has changed."""
    first, second = (make_case("旧题", slug=slug, organization=organization) for slug in "ab")
    rows = [dict(TABLES["cases"]().row(case), title="新题") for case in (first, second)]
    preview = upload(editing, "\n".join([HEADER, *(",".join(row.values()) for row in rows)]))
    first.title = "别人先存的"
    second.body = "别人先写的"
    actions.save(first, by=None, via="test")
    actions.save(second, by=None, via="test")
    after = confirm(editing, preview)
    assert [(row.state, row.chosen) for row in after.context["rows"]] == [("stale", False)] * 2


def test_another_column_that_changed_since_is_kept_and_named(editing, organization):
    case = make_case("旧题", slug="旧", organization=organization)
    preview = upload(editing, "slug,title\n旧,新题\n")
    case.body = "别人先存的"
    actions.save(case, by=make_user(username="liu"), via="test")
    confirm(editing, preview)
    case.refresh_from_db()
    assert (case.title, case.body) == ("新题", "别人先存的")
    [[table, key, why]] = Batch.objects.get(via="import").kept
    assert (table, key) == ("cases", "旧")
    assert "liu" in why
    assert "body" in why


def test_a_row_that_is_no_longer_the_same_is_left_and_named(editing, organization):
    same = make_case("旧题", slug="旧", organization=organization)
    row = ",".join(TABLES["cases"]().row(same).values())
    preview = upload(editing, f"{NEW}{row}\n")
    same.title = "别人先存的"
    actions.save(same, by=None, via="test")
    confirm(editing, preview)
    same.refresh_from_db()
    assert same.title == "别人先存的"
    assert Case.objects.filter(slug="新").exists()
    assert [kept[:2] for kept in Batch.objects.get(via="import").kept] == [["cases", "旧"]]


def test_what_became_wrong_since_the_preview_is_a_message(editing, organization):
    preview = upload(editing, NEW)
    actions.delete([organization], by=None, via="test")
    assert "甲" in messages(confirm(editing, preview))
    assert not Case.objects.exists()


def test_a_key_that_was_taken_since_is_a_message(editing, organization):
    preview = upload(editing, NEW)
    make_case("别人的", slug="新", organization=organization)
    assert messages(confirm(editing, preview))
    assert Case.objects.get().title == "别人的"


def test_what_only_the_database_refuses_is_a_message(editing, organization):
    preview = upload(editing, NEW)
    with patch("research.actions.write", side_effect=DataError("value too long for type …")):
        text = messages(confirm(editing, preview))
    assert text
    assert "for type" not in text


def test_confirming_twice_is_a_message(editing, organization):
    preview = upload(editing, NEW)
    confirm(editing, preview)
    assert confirm(editing, preview).redirect_chain[-1][0] == url(Case, "import")
    assert Revision.objects.filter(table="cases").count() == 1
