"""A published record under revision: the public sees the published text only, until it is published again."""

from typing import Any
from urllib.parse import unquote

import pytest

from research import actions, search
from research.models import Draft, Record
from research.rows import TABLES
from tests import factories as make
from tests.admin.pages import publishable
from tests.public.urls import body, detail_urls, every_url

SECRET, OPEN = "绝密记号", "公开文字"
WORDS = (SECRET[:2], OPEN[:2], SECRET)

pytestmark = pytest.mark.django_db


def published(table: str) -> Any:
    """A record of the table with the open text in each text, on a page of its own or of another."""
    model = TABLES[table].model
    texts = dict.fromkeys(texts_of(model), OPEN)
    tags = {"tags": [OPEN]} if "tags" in TABLES[table].columns else {}
    places = {}
    if table == "comparisons":
        organization, criterion = make.make_organization(), make.make_criterion()
        make.make_finding(organization=organization, criterion=criterion)
        places = {"organizations": [organization], "criteria": [criterion]}
    if table == "findings":
        organization, criterion = make.make_organization(), make.make_criterion()
        make.make_comparison(organizations=[organization], criteria=[criterion])
        places = {"organization": organization, "criterion": criterion}
    return make.MAKERS[table](**texts, **tags, **places)


def texts_of(model: type[Record]) -> list[str]:
    names = dict.fromkeys([*model.title_fields, *model.text_fields])
    return [name for name in names if name not in ("kind", "stamp", "key", "url", "archived_url")] or [
        "summary"
    ]


def redraft(record: Any, status: str) -> Any:
    """As an editor's form does: every text and tag becomes the secret one, and a public source is cited."""
    seen = type(record).objects.get(pk=record.pk)
    for name in texts_of(type(record)):
        setattr(seen, name, f"{SECRET} [@open]" if name in record.text_fields else SECRET)
    seen.status = status
    links = {"tags": [SECRET]} if "tags" in TABLES[record.table].columns else {}
    change = actions.Change(seen, links, aside=True, columns=set(TABLES[record.table].columns))
    actions.write([change], by=make.make_user("editor"), via="form")
    return type(record).objects.get(pk=record.pk)


def pages_with(client, texts: tuple[str, ...], records: list[Record]) -> list[list[str]]:
    """The public addresses that show each of the texts; a search shows what was asked for."""
    found: list[list[str]] = [[] for _text in texts]
    for url in every_url(records, WORDS):
        response = client.get(url)
        assert response.status_code == 200, url
        shown = body(response)
        for word in WORDS:
            shown = shown.replace(f"q={word}", "").replace(f'value="{word}"', "")
        for text, urls in zip(texts, found, strict=True):
            if text in shown.replace(f"“{text}”", "").replace(f"「{text}」", ""):
                urls.append(url)
    return found


@publishable
def test_only_the_published_text_is_shown(table, client):
    source = make.make_source("可见来源", key="open")
    record = published(table)
    seen = [record, source]
    [before] = pages_with(client, (OPEN,), seen)
    assert len(before) >= 3, "its list, its data, data.zip at least"
    for status in ("draft", "review"):
        redraft(record, status)
        now, secret = pages_with(client, (OPEN, SECRET), seen)
        assert now == before, status
        assert [url for url in secret if SECRET[:2] not in url] == [], status
        assert search.find(SECRET) == []
        assert not source.citations.exists(), "the draft cites nothing yet"


@publishable
def test_published_again_it_shows_the_new_text_and_no_longer_the_old(table, client):
    make.make_source("可见来源", key="open")
    record = redraft(published(table), "review")
    actions.publish([record], by=make.make_user("reviewer"), via="action")
    assert not Draft.objects.exists()
    assert {group.table for group in search.find(SECRET)} == {table}
    # What a version of a comparison says stays, and so does what it says of the difference.
    [old] = pages_with(client, (OPEN,), [record])
    assert [url for url in old if "/v/" not in unquote(url)] == []
    for url in detail_urls(record):
        assert SECRET in body(client.get(url)), url


@publishable
def test_a_draft_that_is_given_back_or_discarded_stays_hidden(table, client):
    make.make_source("可见来源", key="open")
    record = redraft(published(table), "review")
    [record] = actions.give_back([record], by=make.make_user("reviewer"), via="action", note="noch nicht")
    assert Draft.objects.get().status == "draft"
    assert type(record).objects.public().filter(pk=record.pk).exists()
    actions.discard([type(record).objects.get(pk=record.pk)], by=make.make_user("editor"), via="action")
    assert search.find(SECRET) == []
    assert [group.table for group in search.find(OPEN)] == [table]
