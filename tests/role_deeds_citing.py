"""More deeds for `test_roles`: what one learns of citations and sources."""

from django.urls import reverse

from research.models import Case, Source
from tests import factories as make
from tests.admin.pages import url
from tests.role_deeds import deed
from tests.role_deeds_since import SECRET, blind, shows_secret


def impact(client):
    source = make.make_source(key="cited")
    make.make_case(SECRET, body="[@cited]", status="draft")
    return client.get(url(Source, "impact", source.pk))


def offered(client):
    make.make_source(SECRET, key="offered")
    return client.get(reverse("admin:suggest"), {"kind": "source", "q": "offered"})


@deed("see what rests on a source")
def _(client):
    return shows_secret(impact(client))


@deed("see what rests on a source in tables one may not see")
def _(client):
    return shows_secret(impact(blind(client)))


@deed("have sources offered while typing")
def _(client):
    response = offered(client)
    return response.status_code == 200 and [one["title"] for one in response.json()["found"]] == [SECRET]


@deed("have sources offered that one may not see")
def _(client):
    response = offered(blind(client, Source))
    return response.status_code == 200 and response.json()["found"] != []


@deed("be told of unknown keys in tables one may not see")
def _(client):
    make.make_case(body="[@unheard-of]")
    return "unheard-of" in blind(client, Case).get(reverse("admin:unknown")).content.decode()
