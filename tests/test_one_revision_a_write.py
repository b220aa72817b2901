"""Whatever path a write takes, in whatever table: one revision, with author, path and the row as it is.

A new path is a function in PATHS. It makes one write of the record and returns what `via` must say of it.
"""

import csv
import io
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client

from research import actions, batches
from research.actions import Change
from research.admin.records import ADMINS
from research.cells import KeyCell, KeysCell, TagsCell
from research.models import Batch, Draft, Publishable, Record, Revision
from research.rows import MODELS, TABLES, Row
from tests.admin import test_list_edit as lists
from tests.admin.import_pages import confirm, upload
from tests.admin.pages import change_url, open_form, posted, url
from tests.factories import MAKERS, make_user


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(tmp_path))


def other_values(record: Record, tags: list[str]) -> tuple[dict[str, Any], dict[str, list[Any]]]:
    """Other values for a text and all relations of the record, made anew."""
    codec, values, links = TABLES[record.table], {record.title_fields[0]: tags[0]}, {}
    for name in codec.columns:
        widget = codec.fields[name].widget
        if isinstance(widget, TagsCell):
            links[name] = tags
        elif isinstance(widget, KeysCell):
            links[name] = [make_target(widget.model), make_target(widget.model)][::-1]
        elif isinstance(widget, KeyCell):
            values[name] = make_target(widget.model)
    values |= dict.fromkeys(record.text_fields[:1], f"{tags[0]}，见 [@无此]。")
    return values, links


def make_target(model: Any) -> Any:
    return MAKERS[model.table]() if issubclass(model, Record) else make_user()


def fresh(record: Record) -> Any:
    return type(record).objects.get(pk=record.pk)


def row(record: Record) -> Row:
    return TABLES[record.table]().row(fresh(record))


def rich(table: str, **values: Any) -> Any:
    """A record with something in all its relations."""
    record = MAKERS[table](**values)
    more, links = other_values(record, ["云", "端"])
    return MAKERS[table](**{**values, **more, **links})


# --- paths ---------------------------------------------------------------------------------------------


@dataclass
class Write:
    """One write by one path: of `record`, by `user` logged in as `client`."""

    client: Client
    user: User
    record: Any
    folder: Path

    @property
    def name(self) -> str:
        return str(self.record.title_fields[0])

    def post(self, view: str, data: dict[str, Any], *args: Any) -> None:
        response = self.client.post(url(type(self.record), view, *args), data)
        assert response.status_code == 302

    def act(self, name: str) -> str:
        self.post("changelist", {"action": name, "_selected_action": [self.record.pk], "post": "yes"})
        return "action"

    def file(self) -> str:
        """The record's row with another title, as CSV."""
        text = io.StringIO()
        writer = csv.DictWriter(text, TABLES[self.record.table].columns, lineterminator="\n")
        writer.writeheader()
        writer.writerow({**row(self.record), self.name: "文件里的"})
        return text.getvalue()

    def put_aside(self) -> None:
        change = Change(fresh(self.record), aside=True)
        setattr(change.record, self.name, "新稿")
        actions.write([change], by=self.user, via="form")


def form(write: Write) -> str:
    data = open_form(write.client, write.record, **{write.name: "表单里的"})
    write.post("change", data, write.record.pk)
    return "form"


# A column that the list edits, and another value for it.
IN_LISTS = {
    "modes": ("position", 7),
    "industries": ("position", 7),
    "criteria": ("position", 7),
    "todos": ("state", "doing"),
    "cases": ("mode", ""),
}


def list_edit(write: Write) -> str:
    name, value = IN_LISTS[write.record.table]
    data = lists.opened(write.client, type(write.record))
    data[lists.cell(data, write.record, name)] = value
    write.post("changelist", data)
    return "list"


PARENTS = {
    "arguments": ("thesis", "arguments"),
    "findings": ("criterion", "findings"),
    "todos": ("note", "todos"),
    "changelog": ("note", "changelog_entries"),
}


def inline(write: Write) -> str:
    parent = getattr(write.record, PARENTS[write.record.table][0])
    page = write.client.get(change_url(parent))
    [formset] = [
        one.formset
        for one in page.context["inline_admin_formsets"]
        if one.formset.model is type(write.record)
    ]
    name = write.name if write.name in formset.forms[0].fields else write.record.text_fields[0]
    data = posted(page, **{f"{formset.prefix}-0-{name}": "内嵌的"})
    response = write.client.post(change_url(parent), data)
    assert response.status_code == 302
    return "inline"


def import_page(write: Write) -> str:
    model = type(write.record)
    confirm(write.client, upload(write.client, write.file(), model), model=model)
    return "import"


def import_command(write: Write) -> str:
    file = write.folder / f"{write.record.table}.csv"
    file.write_text(write.file(), encoding="utf-8")
    call_command("import_csv", str(file), "--apply")
    return "command"


def undo(write: Write) -> str:
    import_page(write)
    batches.undo(Batch.objects.latest("pk"), by=write.user)
    return "undo"


def restore(write: Write) -> str:
    form(write)
    page = write.client.get(url(type(write.record), "restore", write.record.pk, 1))
    write.post("restore", page.context["form"].initial, write.record.pk, 1)
    return "restore"


def delete(write: Write) -> str:
    write.post("delete", {"post": "yes"}, write.record.pk)
    return "form"


def delete_selected(write: Write) -> str:
    return write.act("delete_selected")


def bring_back(write: Write) -> str:
    delete(write)
    write.post("restore", {"seen_version": 2}, write.record.pk, 2)
    return "restore"


def withdraw(write: Write) -> str:
    return write.act("withdraw")


def submit(write: Write) -> str:
    withdraw(write)
    return write.act("submit")


def publish(write: Write) -> str:
    submit(write)
    return write.act("publish")


def give_back(write: Write) -> str:
    submit(write)
    actions.give_back([fresh(write.record)], by=write.user, via="review")
    return "review"


def submit_newer_draft(write: Write) -> str:
    write.put_aside()
    return write.act("submit")


def publish_newer_draft(write: Write) -> str:
    write.put_aside()
    return write.act("publish")


Path_ = Callable[[Write], str]
# To come: the form of a list.
PATHS: list[Path_] = [
    *(form, import_page, import_command, undo, restore),
    *(delete, delete_selected, bring_back),
]
OF_INLINES: list[Path_] = [inline]
OF_LISTS: list[Path_] = [list_edit]
OF_PUBLISHABLE: list[Path_] = [withdraw, submit, publish, give_back, submit_newer_draft, publish_newer_draft]
NOBODY = {import_command}  # is logged in where a command runs
EARLIER: dict[Path_, int] = {  # revisions that the path itself needs before the one that is looked at
    **{undo: 1, restore: 1, bring_back: 1, submit: 1, publish: 2, give_back: 2},
    **{submit_newer_draft: 1, publish_newer_draft: 1},
}


def applicable() -> list[Any]:
    return [
        pytest.param(table, path, id=f"{table}-{path.__name__}")
        for table, model in MODELS.items()
        for path in [
            *PATHS,
            *(OF_INLINES if table in PARENTS else []),
            *(OF_LISTS if ADMINS[model].list_editable else []),
            *(OF_PUBLISHABLE if issubclass(model, Publishable) else []),
        ]
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(("table", "path"), applicable())
def test_one_revision_with_author_path_and_row(table: str, path: Path_, tmp_path: Path) -> None:
    user, client = make_user(), Client()
    client.force_login(user)
    record = rich(table)
    before = Revision.objects.count()
    via = path(Write(client, user, record, tmp_path))
    found = Revision.objects.at(table, record.pk)
    assert found.count() == 2 + EARLIER.get(path, 0)
    assert Revision.objects.count() == before + 1 + EARLIER.get(path, 0), "no other record has one"
    last, author = found[0], None if path in NOBODY else user
    assert (last.via, last.by, last.author) == (via, author, author.username if author else "")
    there = type(record).objects.filter(pk=record.pk).first()
    assert last.deleted == (there is None)
    if there:
        stands = Draft.objects.get(record_id=record.pk).row if last.aside else row(record)
        assert (last.row, last.version) == (stands, there.version)


@pytest.mark.django_db
@pytest.mark.parametrize("table", TABLES)
def test_any_revision_can_be_restored_whole(table: str) -> None:
    """Relations and tags included; also what was kept aside, and what a deletion took."""
    record = rich(table)
    pk, user, client = record.pk, make_user(), Client()
    client.force_login(user)
    for tags in (["网"], ["芯", "云"]):
        values, links = other_values(record, tags)
        record = fresh(record)
        for name, value in values.items():
            setattr(record, name, value)
        actions.write([Change(record, links)], by=None, via="test")
    if isinstance(record, Publishable):
        values, links = other_values(record, ["稿"])
        record = fresh(record)
        for name, value in {**values, "status": "draft"}.items():
            setattr(record, name, value)
        actions.write([Change(record, links, aside=True)], by=None, via="test")
    actions.delete([fresh(record)], by=None, via="test")
    every = list(Revision.objects.at(table, pk))
    assert len({str(one.row) for one in every}) == len(every) - 1, "the deletion's row is the last one's"
    for old in [*every, *reversed(every)]:
        page = client.get(url(MODELS[table], "restore", pk, old.version))
        if page.context["plan"].differs:
            data = page.context["form"].initial
            assert client.post(url(MODELS[table], "restore", pk, old.version), data).status_code == 302
            newest = Revision.objects.at(table, pk)[0]
            assert (newest.via, newest.by, newest.row) == ("restore", user, old.row)
        aside = Draft.objects.filter(table=table, record_id=pk).first()
        stands = TABLES[table]().row(MODELS[table].objects.get(pk=pk))
        assert old.row in (stands, aside and aside.row)
