"""More deeds for `test_roles`: lists, what two do at once, and imports undone."""

from typing import Any

from django.urls import reverse

from research import actions
from research.models import Argument, Batch, Case
from tests import factories as make
from tests.admin.pages import change_url, open_form, url
from tests.public.changed import edit
from tests.role_deeds import deed, now, row_of, superuser
from tests.role_deeds_beside import import_case

# --- lists -------------------------------------------------------------------------------------------------


def post_list(client, record, **values):
    """The list's row as a superuser's page has it."""
    data = {"_save": "1", "form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "1"}
    row = {"id": record.pk, "seen_version": record.version, "seen_draft": "", **values}
    data |= {f"form-0-{name}": str(value) for name, value in row.items()}
    client.post(url(type(record), "changelist"), data)
    return now(record)


@deed("change a draft in the list")
def _(client):
    mode = make.make_mode()
    return post_list(client, make.make_case(status="draft"), mode=mode.pk).mode == mode


@deed("change a published record in the list")
def _(client):
    mode = make.make_mode()
    return post_list(client, make.make_case(), mode=mode.pk).mode == mode


@deed("change a mode in the list")
def _(client):
    return post_list(client, make.make_mode(position=1), position=7).position == 7


# --- two at once -------------------------------------------------------------------------------------------


def choose(client, record, name, **more):
    """What a superuser would post from the page that asks whose words shall stand: theirs own."""
    chief = superuser()
    data = open_form(chief, record, **{name: "我的字"}, **more)
    edit(record, **{name: "别人的字"})
    page = chief.post(change_url(record), data)
    assert page.status_code == 409
    fields: dict[str, list[Any]] = {"_take": ["mine"]}
    for key, value in page.context["fields"]:
        fields.setdefault(key, []).append(value)
    client.post(change_url(record), fields)
    return now(record)


@deed("choose in a conflict on a draft")
def _(client):
    return choose(client, make.make_case(status="draft"), "title").title == "我的字"


@deed("choose in a conflict on what is published")
def _(client):
    return choose(client, make.make_case(), "title").title == "我的字"


@deed("withdraw by a choice in a conflict")
def _(client):
    """As a newer draft the choice is nobody's way to change what is public."""
    found = choose(client, make.make_case(), "title", status="draft")
    return (found.title, found.status) != ("别人的字", "published")


@deed("choose in a conflict on a mode")
def _(client):
    return choose(client, make.make_mode(), "name").name == "我的字"


def revive(client, record, name, **more):
    data = open_form(superuser(), record, **{name: "我的字"}, **more)
    actions.delete([now(record)], by=None, via="test")
    client.post(change_url(record), {**data, "_revive": "1"})
    return now(record)


@deed("revive a draft from an open form")
def _(client):
    return revive(client, make.make_case(status="draft"), "title") is not None


@deed("revive a published record from an open form")
def _(client):
    return revive(client, make.make_case(), "title") is not None


@deed("revive a published record from an open form as a draft")
def _(client):
    found = revive(client, make.make_case(), "title", status="draft")
    assert not found or found.status == "draft"
    return found is not None


@deed("revive a mode from an open form")
def _(client):
    return revive(client, make.make_mode(), "name") is not None


def revive_row(client, status):
    argument = make.make_argument(thesis=make.make_thesis(status="draft"), status=status)
    chief = superuser()
    data = open_form(chief, argument.thesis, **{"arguments-0-claim": "我的字"})
    actions.delete([argument], by=None, via="test")
    question = chief.post(change_url(argument.thesis), data)
    assert question.status_code == 409
    fields: dict[str, list[Any]] = {"_take": ["mine"]}
    for key, value in question.context["fields"]:
        fields.setdefault(key, []).append(value)
    client.post(change_url(argument.thesis), fields)
    return list(Argument.objects.values_list("status", flat=True)) == [status]


@deed("revive a draft inline")
def _(client):
    return revive_row(client, "draft")


@deed("revive a published record inline")
def _(client):
    return revive_row(client, "published")


# --- imports undone ----------------------------------------------------------------------------------------


def undo(client, batch):
    client.post(reverse("admin:research_batch_undo", args=[batch.pk]))


@deed("undo an import that changed a draft")
def _(client):
    case = make.make_case("旧", status="draft")
    import_case(superuser(), case)
    undo(client, Batch.objects.get())
    return row_of(case) == ("旧", "draft")


@deed("undo an import that changed what is published")
def _(client):
    case = make.make_case("旧")
    import_case(superuser(), case, "published")
    undo(client, Batch.objects.get())
    return row_of(case) == ("旧", "published")


@deed("undo an import that withdrew")
def _(client):
    case = make.make_case("旧")
    import_case(superuser(), case, "draft")
    undo(client, Batch.objects.get())
    return now(case).status == "published"


@deed("bring published records back by undoing an undoing")
def _(client):
    import_case(superuser(), status="published")
    undo(superuser(), Batch.objects.get())
    assert not Case.objects.exists()
    undo(client, Batch.objects.latest("pk"))
    return Case.objects.exists()
