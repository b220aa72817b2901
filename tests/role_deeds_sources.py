"""More deeds for `test_roles`: sources that seem to be the same, told apart and merged."""

from typing import Any

from django.urls import reverse

from research import actions
from research.models import Batch, Distinction, Source
from research.source_merging import merge_sources
from tests import factories as make
from tests.admin.pages import url
from tests.role_deeds import deed


def two(**values: Any) -> tuple[Source, Source]:
    return make.make_source(key="neu", **values), make.make_source(key="alt", **values)


@deed("look at sources that seem the same")
def _(client):
    two(url="https://a.cn/b")
    response = client.get(reverse("admin:research_source_duplicates"))
    return response.status_code == 200 and "alt" in response.content.decode()


@deed("tell two sources apart")
def _(client):
    pair = two()
    client.post(reverse("admin:research_source_duplicates"), {"apart": [one.pk for one in pair]})
    return Distinction.objects.exists()


@deed("take back that two sources are not the same")
def _(client):
    actions.tell_apart(two(), by=None)
    client.post(reverse("admin:research_source_duplicates"), {"together": Distinction.objects.get().pk})
    return not Distinction.objects.exists()


def merge(client, kept, other):
    """Whether it was merged; its page as it is posted, whatever the person's own page offers."""
    data = {"seen_kept": kept.version, "seen_other": other.version}
    client.post(f"{url(Source, 'merge', kept.pk)}?with={other.pk}", data)
    return not Source.objects.filter(pk=other.pk).exists()


@deed("merge drafts that drafts cite")
def _(client):
    make.make_case(body="[@alt]", status="draft")
    return merge(client, *two(status="draft"))


@deed("merge a draft that a published record cites")
def _(client):
    make.make_case(body="[@alt]")
    return merge(client, *two(status="draft"))


@deed("merge a draft that a vocabulary cites")
def _(client):
    make.make_mode(definition="[@alt]")
    return merge(client, *two(status="draft"))


@deed("merge published sources")
def _(client):
    return merge(client, *two())


@deed("undo a merging of published sources")
def _(client):
    merge_sources(*two(), {}, by=None)
    client.post(reverse("admin:research_batch_undo", args=[Batch.objects.get().pk]))
    return Source.objects.filter(key="alt").exists()
