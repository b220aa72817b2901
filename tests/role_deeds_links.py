"""More deeds for `test_roles`: the links of sources."""

from django.urls import reverse

from research.models import Case, Draft, LinkCheck, Source, Todo
from tests import factories as make
from tests.admin.pages import url
from tests.link_checks import found
from tests.role_deeds import deed
from tests.role_deeds_since import blind

HERE, THERE = "http://good.test/x", "http://good.test/y"


def a_moved(**values):
    source = make.make_source(url=HERE, **values)
    found(source, "changed", final_url=THERE)
    return source


def press(client, source, step):
    client.post(url(Source, "link", source.pk), {"step": step, "field": "url", "url": HERE, "to": THERE})
    source.refresh_from_db()
    return source


@deed("check a link")
def _(client):
    source = make.make_source(url="http://127.0.0.1/")  # it is refused, which is a result as well
    client.post(url(Source, "link", source.pk), {"step": "check", "field": "url", "url": source.url})
    return LinkCheck.objects.exists()


@deed("approve where a link leads")
def _(client):
    press(client, a_moved(), "approve")
    return LinkCheck.objects.get().state == "ok"


@deed("make a to-do of a link")
def _(client):
    press(client, a_moved(), "todo")
    return Todo.objects.exists()


@deed("make a to-do of a gap")
def _(client):
    make.make_case(slug="a")
    client.post(reverse("admin:gaps"), {"gap": "uncited_case cases/a"})
    return Todo.objects.exists()


@deed("make a to-do of a gap in a table one may not see")
def _(client):
    make.make_case(slug="a")
    blind(client, Case).post(reverse("admin:gaps"), {"gap": "uncited_case cases/a"})
    return Todo.objects.exists()


@deed("use a link's new address in a draft")
def _(client):
    return press(client, a_moved(status="draft"), "take").url == THERE


@deed("use a link's new address beside what is published")
def _(client):
    source = press(client, a_moved(), "take")
    return source.url == THERE or Draft.objects.filter(row__url=THERE).exists()


@deed("use a link's new address in public")
def _(client):
    return press(client, a_moved(), "take").url == THERE
