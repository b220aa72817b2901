"""Whatever the path by which a text changes: what cites a source or links to a record is told at once."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from research import actions
from research.models import Note, Source
from tests import factories as make
from tests.admin.pages import change_url, open_form, url
from tests.public.changed import edit, keep_aside
from tests.public.urls import DETAIL, body

pytestmark = pytest.mark.django_db

PATHS: dict[str, Any] = {}


def path(function):
    PATHS[function.__name__] = function
    return function


@path
def by_form(editing, note, text, tmp_path, import_csv):
    editing.post(change_url(note), open_form(editing, note, body=text))


@path
def by_import(editing, note, text, tmp_path, import_csv):
    (tmp_path / "notes.csv").write_text(f'slug,body\n{note.slug},"{text}"\n', encoding="utf-8")
    outcome = import_csv(tmp_path, "--apply", "--partial")
    assert outcome.code == 0, outcome.err + outcome.out


@path
def by_restoring(editing, note, text, tmp_path, import_csv):
    now = note.body
    edit(note, body=text)
    version = note.version
    edit(note, body=now)
    address = url(Note, "restore", note.pk, version)
    editing.post(address, editing.get(address).context["form"].initial)


@path
def by_publishing_a_newer_draft(editing, note, text, tmp_path, import_csv):
    keep_aside(note, body=text, status="draft")
    actions.publish([note], by=None, via="test")


@path
def by_bringing_back_what_was_deleted(editing, note, text, tmp_path, import_csv):
    edit(note, body=text)
    actions.delete([note], by=None, via="test")
    address = url(Note, "restore", note.pk, note.version - 1)
    editing.post(address, editing.get(address).context["form"].initial)


@pytest.mark.parametrize("name", PATHS)
def test_every_path(name, client, editing, tmp_path, import_csv):
    for key in ("old", "new"):
        make.make_source(f"{key} 书", key=key)
    case = make.make_case("被引的案例", slug="case-1")
    note = make.make_note("札记一", slug="note-1", body="旧句[@old, p. 1]。")
    PATHS[name](editing, note, "新句[@new, p. 2]。见 [[case-1]]。", tmp_path, import_csv)
    note.refresh_from_db()
    assert "新句" in note.body
    old, new = (body(client.get(reverse("source", args=[key]))) for key in ("old", "new"))
    assert "札记一" not in old
    assert "新句。" in new
    assert "p. 2" in new
    assert "札记一" in body(client.get(case.get_absolute_url()))
    admin_pages = [editing.get(change_url(Source.objects.get(key=key))) for key in ("old", "new")]
    assert ["新句。" in page.content.decode() for page in admin_pages] == [False, True]


def test_a_newer_draft_changes_nothing_until_it_is_published(client, editing):
    make.make_source(key="a")
    note = make.make_note("札记一", body="旧句[@a]。")
    keep_aside(note, body="新句[@a]。", status="draft")
    shown = body(client.get("/sources/a/"))
    assert "旧句。" in shown
    assert "新句" not in shown


@pytest.mark.parametrize("table", [table for table in make.MAKERS if table in DETAIL])
@pytest.mark.parametrize("named", [True, False])
def test_linked_from_stands_on_the_page_of_every_table_and_in_its_form(client, editing, table, named):
    target = make.MAKERS[table]()
    name = f"{table}/{target.record_key}" if named else target.record_key
    shown = make.make_note("可见札记", body=f"见 [[{name}]]。")
    hidden = make.make_note("草稿札记", body=f"见 [[{name}|它]]。", status="draft")
    page = body(client.get(target.get_absolute_url()))
    assert shown.get_absolute_url() in page
    assert "草稿札记" not in page
    form = editing.get(change_url(target)).content.decode()
    linked = form[form.index('id="linked-from"') :]
    assert change_url(shown) in linked
    assert change_url(hidden) in linked


@pytest.mark.parametrize("table", [table for table in make.MAKERS if table not in DETAIL])
def test_in_the_forms_of_the_other_tables_too(editing, table):
    target = make.MAKERS[table]()
    note = make.make_note(body=f"见 [[{table}/{target.record_key}]]。")
    form = editing.get(change_url(target)).content.decode()
    assert change_url(note) in form[form.index('id="linked-from"') :]


def test_what_one_may_not_see_is_not_told_in_the_form(db):
    from tests.role_deeds_since import blind

    client, case = Client(), make.make_case(slug="c")
    make.make_note("密札", body="[[c]]")
    client.force_login(make.make_user("viewer"))
    assert "密札" in client.get(change_url(case)).content.decode()
    blind(client, Note)
    assert "密札" not in client.get(change_url(case)).content.decode()
