"""Bulk actions on the lists."""

from typing import Any
from unittest.mock import patch

import pytest
from django.contrib.auth.models import Permission

from research import actions
from research.models import Status
from tests.admin.pages import publishable, revisions, url
from tests.factories import MAKERS, make_case, make_user


def run(client, name, records):
    data = {"action": name, "_selected_action": [record.pk for record in records]}
    return client.post(url(type(records[0]), "changelist"), data, follow=True)


def messages(response):
    return [(message.level_tag, str(message)) for message in response.context["messages"]]


@publishable
@pytest.mark.parametrize(
    ("name", "before", "after"),
    [("publish", "draft", "published"), ("submit", "draft", "review"), ("withdraw", "published", "draft")],
)
def test_a_status_is_set_with_one_revision_each(table, name, before, after, editing, editor):
    records: list[Any] = [
        MAKERS[table](status=before),
        MAKERS[table](status=before),
        MAKERS[table](status=after),
    ]
    response = run(editing, name, records)
    for record in records[:2]:
        record.refresh_from_db()
        assert (record.status, record.version, record.updated_by) == (after, 2, editor)
        assert [(step.by, step.via) for step in revisions(record)][1:] == [(editor, "action")]
    assert len(revisions(records[2])) == 1, "it had the status already"
    (level, text), *offered = messages(response)
    assert level == "success"
    assert "2" in text
    assert [level for level, _text in offered] in ([], ["info"]), "publishing proposes a changelog entry"


def test_publishing_makes_public(editing):
    case = make_case(status=Status.DRAFT)
    run(editing, "publish", [case])
    assert type(case).objects.public().filter(pk=case.pk).exists()


def test_a_conflict_is_a_message(editing):
    case = make_case(status=Status.DRAFT)
    with patch("research.actions.publish", side_effect=actions.Conflict([])):
        response = run(editing, "publish", [case])
    assert [level for level, _text in messages(response)] == ["error"]


def test_who_may_only_look_changes_nothing(client, db):
    user = make_user("reader")
    user.is_staff = True
    user.save()
    user.user_permissions.add(Permission.objects.get(codename="view_case"))
    client.force_login(user)
    case = make_case(status=Status.DRAFT)
    run(client, "publish", [case])
    case.refresh_from_db()
    assert case.status == Status.DRAFT
