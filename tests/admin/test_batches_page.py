"""The page of an import: what it changed, and undoing it."""

import tempfile

import pytest
from django.urls import reverse

from research import actions
from research.models import Batch, Case
from tests.admin.import_pages import NEW, confirm, staff, upload
from tests.factories import make_organization

LIST = "admin:research_batch_changelist"


def page_of(batch):
    return reverse("admin:research_batch_change", args=[batch.pk])


def undo_of(batch):
    return reverse("admin:research_batch_undo", args=[batch.pk])


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(tmp_path))


@pytest.fixture
def batch(editing, db):
    make_organization(slug="甲")
    confirm(editing, upload(editing, f"{NEW}别,别题,甲,,,,,,draft\n"))
    return Batch.objects.get()


def test_the_list_names_file_author_and_counts(editing, editor, batch):
    page = editing.get(reverse(LIST)).content.decode()
    assert "我的表.csv" in page
    assert editor.username in page
    assert "2 新增" in page or "2 新" in page


def test_the_page_names_each_record(editing, batch):
    response = editing.get(page_of(batch))
    assert [row["key"] for row in response.context["rows"]] == ["新", "别"]
    assert [row["since"] for row in response.context["rows"]] == [False, False]
    assert undo_of(batch) in response.content.decode()


def test_undoing_leads_to_its_own_page_which_names_what_was_left(editing, batch):
    edited = Case.objects.get(slug="新")
    edited.title = "后来改的"
    actions.save(edited, by=None, via="test")
    before = editing.get(page_of(batch))
    assert [row["since"] for row in before.context["rows"]] == [True, False]
    after = editing.post(undo_of(batch), follow=True)
    assert after.redirect_chain[-1][0] == page_of(Batch.objects.get(undoes=batch))
    assert "它后来被编辑过。" in after.content.decode()
    assert [case.title for case in Case.objects.all()] == ["后来改的"]
    assert undo_of(batch) not in editing.get(page_of(batch)).content.decode(), "it is undone once"


def test_queries_do_not_grow_with_the_records(editing, batch, django_assert_max_num_queries):
    lines = "".join(f"c{number},题,甲,,,,,,draft\n" for number in range(60))
    confirm(editing, upload(editing, NEW.partition("\n")[0] + "\n" + lines))
    with django_assert_max_num_queries(15):
        assert len(editing.get(page_of(Batch.objects.latest("pk"))).context["rows"]) == 60


def test_who_may_not_delete_cannot_undo_what_was_added(client, batch):
    client.force_login(staff("view_case", "change_case"))
    assert undo_of(batch) not in client.get(page_of(batch)).content.decode()
    assert client.post(undo_of(batch)).status_code == 403
    assert Case.objects.count() == 2


def test_who_may_not_see_the_table_does_not_see_its_import(client, batch):
    client.force_login(staff("view_note"))
    assert client.get(page_of(batch)).status_code == 403


def test_a_wrong_number_or_a_mere_visit_undoes_nothing(editing, batch):
    assert editing.get(undo_of(batch)).status_code == 403
    missing = reverse("admin:research_batch_undo", args=[batch.pk + 1000])
    assert editing.post(missing).status_code == 302
    assert editing.get(reverse("admin:research_batch_change", args=[batch.pk + 1000])).status_code == 302
    assert Case.objects.count() == 2
