"""Who may do what: a table of deeds and roles, tried whole; and whom each address of the admin opens for."""

import re
import tempfile
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import URLResolver, reverse

from research import actions
from research.models import Draft, Publishable, Revision, Source
from research.rows import MODELS
from tests import factories as make
from tests import (  # noqa: F401 # more of DEEDS
    role_deeds_beside,
    role_deeds_citing,
    role_deeds_files,
    role_deeds_links,
    role_deeds_since,
    role_deeds_sources,
    role_deeds_todos,
    role_deeds_together,
)
from tests.admin.pages import publishable
from tests.role_deeds import DEEDS

pytestmark = pytest.mark.django_db

ROLES = ("anonymous", "reader", "staff", "viewer", "editor", "reviewer", "administrator")
NOBODY, ALL = "0000000", "1111111"
STAFF, VIEWERS, EDITORS, REVIEWERS, ADMINISTRATORS = "0011111", "0001111", "0000111", "0000011", "0000001"

TABLE = {
    # public pages and their data
    "read a public page": ALL,
    "read the public CSV": ALL,
    "read the public JSON": ALL,
    "write by the public JSON": NOBODY,
    # the form
    "add a draft by form": EDITORS,
    "add a published record by form": REVIEWERS,
    "change a draft by form": EDITORS,
    "submit by form": EDITORS,
    "publish by form": REVIEWERS,
    "redraft a published record by form": EDITORS,
    "change the published text by form": REVIEWERS,
    "publish a newer draft by form": REVIEWERS,
    "delete a draft by form": EDITORS,
    "delete a published record by form": REVIEWERS,
    # its steps
    "submit by step": EDITORS,
    "publish by step": REVIEWERS,
    "return by step": REVIEWERS,
    "withdraw by step": REVIEWERS,
    "discard a newer draft by step": EDITORS,
    # records inside another record's form
    "add a draft inline": EDITORS,
    "publish inline": REVIEWERS,
    "redraft a published record inline": EDITORS,
    "delete a draft inline": EDITORS,
    "delete a published record inline": REVIEWERS,
    "change a finding inside its criterion": EDITORS,
    # bulk actions
    "submit by action": EDITORS,
    "publish by action": REVIEWERS,
    "return by action": REVIEWERS,
    "withdraw by action": REVIEWERS,
    "discard newer drafts by action": EDITORS,
    "delete drafts by action": EDITORS,
    "delete published records by action": REVIEWERS,
    # vocabulary, which is public at once
    "add a mode": REVIEWERS,
    "change a mode": REVIEWERS,
    "delete a mode": REVIEWERS,
    "change a criterion beside its findings": REVIEWERS,
    "import modes": REVIEWERS,
    # imports
    "import a new draft": EDITORS,
    "import a new published record": REVIEWERS,
    "import a change of a draft": EDITORS,
    "import a change of a published record": REVIEWERS,
    "publish by import": REVIEWERS,
    "withdraw by import": REVIEWERS,
    "upload a note": EDITORS,
    "upload a change of a published note": REVIEWERS,
    "undo an import of drafts": EDITORS,
    "undo an import of published records": REVIEWERS,
    # reading
    "export": VIEWERS,
    "export all tables": VIEWERS,
    "read the history": VIEWERS,
    "preview a text": VIEWERS,
    # citing
    "see what rests on a source": VIEWERS,
    "see what rests on a source in tables one may not see": NOBODY,
    "have sources offered while typing": VIEWERS,
    "have sources offered that one may not see": NOBODY,
    "be told of unknown keys in tables one may not see": NOBODY,
    # what was there before
    "restore a version of a draft": EDITORS,
    "restore a published version in public": REVIEWERS,
    "restore a draft's version beside what is published": EDITORS,
    "restore what was published before it was withdrawn": REVIEWERS,
    "restore a version of a mode": REVIEWERS,
    "bring back a deleted draft": EDITORS,
    "bring back a deleted published record": EDITORS,
    "bring a deleted published record back to the public": REVIEWERS,
    "bring back a deleted mode": REVIEWERS,
    "look at the deleted records of a table": VIEWERS,
    "look at deleted records of a table one may not see": NOBODY,
    # what is said
    "comment": VIEWERS,
    "comment on what one may not see": NOBODY,
    "resolve a comment": VIEWERS,
    "reopen a comment": VIEWERS,
    "resolve a comment on what one may not see": NOBODY,
    "see who has a record open": VIEWERS,
    "see who has a record open that one may not see": NOBODY,
    "learn who deleted what one may not see": NOBODY,
    "be told of records": VIEWERS,
    "be told of records one may no longer see": NOBODY,
    # lists
    "change a draft in the list": EDITORS,
    "change a published record in the list": REVIEWERS,
    "change a mode in the list": REVIEWERS,
    # two at once
    "choose in a conflict on a draft": EDITORS,
    "choose in a conflict on what is published": REVIEWERS,
    "withdraw by a choice in a conflict": NOBODY,
    "choose in a conflict on a mode": REVIEWERS,
    "revive a draft from an open form": EDITORS,
    "revive a published record from an open form": REVIEWERS,
    "revive a published record from an open form as a draft": EDITORS,
    "revive a mode from an open form": REVIEWERS,
    "revive a draft inline": EDITORS,
    "revive a published record inline": REVIEWERS,
    # imports undone
    "undo an import that changed a draft": EDITORS,
    "undo an import that changed what is published": REVIEWERS,
    "undo an import that withdrew": REVIEWERS,
    "bring published records back by undoing an undoing": REVIEWERS,
    # the changelog
    "have a changelog entry proposed": EDITORS,
    "have hidden records proposed for the changelog": NOBODY,
    "read a public difference": ALL,
    "read the difference of what is hidden": NOBODY,
    # sources that are the same
    "look at sources that seem the same": VIEWERS,
    "tell two sources apart": EDITORS,
    "take back that two sources are not the same": EDITORS,
    "merge drafts that drafts cite": EDITORS,
    "merge a draft that a published record cites": REVIEWERS,
    "merge a draft that a vocabulary cites": REVIEWERS,
    "merge published sources": REVIEWERS,
    "undo a merging of published sources": REVIEWERS,
    # links
    "check a link": EDITORS,
    "approve where a link leads": EDITORS,
    "make a to-do of a link": EDITORS,
    "make a to-do of a gap": EDITORS,
    "make a to-do of a gap in a table one may not see": NOBODY,
    "use a link's new address in a draft": EDITORS,
    "use a link's new address beside what is published": EDITORS,
    "use a link's new address in public": REVIEWERS,
    # to-dos
    "look at the board of to-dos": VIEWERS,
    "move a draft on the board": EDITORS,
    "move on the board beside what is published": EDITORS,
    "move what is published on the board in public": REVIEWERS,
    "read due drafts of one's own in a calendar": VIEWERS,
    # files of sources
    "read a file that is offered": ALL,
    "read a file that is not offered": VIEWERS,
    "read a file that is not offered at the public address": NOBODY,
    "add a file": EDITORS,
    "add a file that is offered": REVIEWERS,
    "describe a file": EDITORS,
    "offer a file": REVIEWERS,
    "describe a file that is offered": REVIEWERS,
    "remove a file": EDITORS,
    "remove a file that is offered": REVIEWERS,
    # accounts
    "add an account": ADMINISTRATORS,
    "put an account into a group": ADMINISTRATORS,
    "make a superuser": NOBODY,
    "give what one lacks": NOBODY,
    "give a group what one lacks": NOBODY,
    "change a superuser": NOBODY,
    "change a superuser's password": NOBODY,
    "delete a superuser": NOBODY,
}


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(tmp_path))


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", TABLE)
def test_a_role_may_do_this_and_no_more(name, role):
    expected = TABLE[name][ROLES.index(role)] == "1"
    assert DEEDS[name](client_of(role)) is expected


def test_the_table_is_whole():
    assert set(TABLE) == set(DEEDS)


def client_of(role):
    client = Client()
    if role != "anonymous":
        client.force_login(make.make_user(role))
    return client


# --- the admin's addresses, found by walking them ---------------------------------------------------------

# By name; the first that matches counts. What is asked here is GET: it opens a page or leads on to one.
OPENS = {
    r"research_source_files?": VIEWERS,
    r"research_source_file_(change|remove)": EDITORS,
    r"research_(mode|industry|criterion)_restore": REVIEWERS,
    r"research_\w+_restore": EDITORS,
    r"deleted|gaps|unknown|suggest|research_source_(impact|duplicates)": VIEWERS,
    r"research_source_merge": EDITORS,
    r"research_todo_board": VIEWERS,
    r"research_todo_move": EDITORS,
    r"research_batch_(add|delete|undo)|research_\w+_(step|presence|comments|comment|link)|notice": NOBODY,
    r"research_(mode|industry|criterion)_(add|delete|import|process_import)": REVIEWERS,
    r"research_\w+_(add|delete|import|process_import)|research_(note_upload|thesis_argdown)": EDITORS,
    r"research_\w+_(changelist|change|history|export)|tag_names|data_package|app_list": VIEWERS,
    r"auth_(user|group)_\w+": ADMINISTRATORS,
    r"autocomplete|markdown_preview": NOBODY,  # they need an argument, or POST
    r"index|my_work|notices|jsi18n|password_change|password_change_done": STAFF,
    r"login": ALL,
}


def addresses(patterns) -> Iterator[tuple[str, bool]]:
    """Each name, and whether its address asks for something."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns)
        elif pattern.name and pattern.name != "logout":  # it sends those away who are not in
            yield pattern.name, "<" in str(pattern.pattern) or "(?P" in str(pattern.pattern)


def address_of(name: str, *, asks: bool) -> str:
    """With a draft of the table (or an account, or an import) where the address asks for one."""
    if name == "app_list":
        return reverse("admin:app_list", args=["research"])
    if name == "notice":
        return reverse("admin:notice", args=[1])
    if not asks:
        return reverse(f"admin:{name}")
    kind = name.split("_")[1]
    if kind == "user":
        pk = make.make_user("viewer").pk
    elif kind == "group":
        pk = make.make_user("viewer").groups.get().pk
    elif kind == "batch":
        pk = actions.begin_batch(by=None, via="test", files="x").pk
    else:
        table = next(table for table, model in MODELS.items() if model._meta.model_name == kind)
        status = {"status": "draft"} if issubclass(MODELS[table], Publishable) else {}
        pk = make.MAKERS[table](**status).pk
    if name.startswith("research_source_file") and name != "research_source_files":
        file = make.make_file(Source.objects.get(pk=pk))
        return reverse(f"admin:{name}", args=[pk, file.pk])
    return reverse(f"admin:{name}", args=[pk, 1] if name.endswith(("_comment", "_restore")) else [pk])


def opens(response) -> bool:
    response.getvalue()  # what it sends is closed at its end
    to_log_in = response.status_code == 302 and "/login/" in response["Location"]
    return response.status_code in (200, 302) and not to_log_in


@pytest.mark.parametrize("role", ROLES)
def test_every_address_of_the_admin_opens_for_whom_it_should(role):
    client, wrong = client_of(role), []
    for name, asks in addresses(admin.site.get_urls()):
        expected = [who for names, who in OPENS.items() if re.fullmatch(names, name)]
        assert expected, f"Say in OPENS who may open {name}."
        address = address_of(name, asks=asks)
        if opens(client.get(address)) != (expected[0][ROLES.index(role)] == "1"):
            wrong.append(address)
    assert wrong == []


# --- the writer's own guard: whatever the surface ---------------------------------------------------------


def add_again(record, **who):
    record.pk, record._state.adding = None, True
    actions.save(record, **who)


UNSEEN: dict[str, Any] = {
    "write": actions.save,
    "add": add_again,
    "publish": lambda record, **who: actions.publish([record], **who),
    "withdraw": lambda record, **who: actions.withdraw([record], **who),
    "delete": lambda record, **who: actions.delete([record], **who),
}


@publishable
@pytest.mark.parametrize("deed", UNSEEN)
def test_the_writer_refuses_what_a_surface_forgot(table, deed):
    """Also where the record was published a moment ago, unseen."""
    editor = make.make_user("editor")
    record = make.MAKERS[table](status="draft" if deed == "publish" else "published")
    before = Revision.objects.count()
    with pytest.raises(actions.NotAllowed):
        UNSEEN[deed](record, by=editor, via="test")
    assert Revision.objects.count() == before


@publishable
def test_what_is_kept_aside_any_editor_may_write_and_discard(table):
    editor = make.make_user("editor")
    record: Any = make.MAKERS[table]()
    record.status = "draft"
    actions.write([actions.Change(record, aside=True)], by=editor, via="test")
    actions.submit([record], by=editor, via="test")
    assert Draft.objects.get().status == "review"
    [done] = actions.discard(
        [type(record).objects.get(pk=record.pk)], by=editor, via="test", note="doch nicht"
    )
    first, *_rest, last = reversed(Revision.objects.of(done))
    assert not Draft.objects.exists()
    assert (last.row, last.note, last.aside, last.by) == (first.row, "doch nicht", False, editor)
    assert type(record).objects.get(pk=record.pk).version == last.version
