"""More deeds for `test_roles`: the board of to-dos, and the calendar of one's own."""

from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from research.models import Draft
from research.views import calendar
from tests import factories as make
from tests.admin.pages import url
from tests.role_deeds import deed, now


def moved(client, **values):
    todo = make.make_todo(**values)
    client.post(url(type(todo), "move", todo.pk), {"to": "doing", "seen_version": todo.version})
    return now(todo).state == "doing"


@deed("look at the board of to-dos")
def _(client):
    make.make_todo("绝密待办", status="draft")
    return "绝密待办" in client.get(reverse("admin:research_todo_board")).content.decode()


@deed("move a draft on the board")
def _(client):
    return moved(client, status="draft")


@deed("move on the board beside what is published")
def _(client):
    return moved(client) or Draft.objects.filter(row__state="doing").exists()


@deed("move what is published on the board in public")
def _(client):
    return moved(client)


@deed("read due drafts of one's own in a calendar")
def _(client):
    """At the address that the person's page would give, asked for without logging in."""
    user = get_user_model().objects.filter(pk=client.session.get("_auth_user_id")).first()
    if user is None:
        return False
    make.make_todo("绝密待办", due="2026-01-09", status="draft", assignee=user)
    address = reverse("my_calendar", args=[calendar.token_of(user)])
    return "绝密待办" in Client().get(address).content.decode()
