"""All tables in one file, drafts too: for those who may see every table."""

import io
import zipfile

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from tests.factories import make_case, make_user

pytestmark = pytest.mark.django_db
PACKAGE = "admin:data_package"


def test_an_editor_takes_all_tables(editing):
    make_case(slug="草稿", status="draft")
    assert reverse(PACKAGE) in editing.get(reverse("admin:index")).content.decode()
    response = editing.get(reverse(PACKAGE))
    with zipfile.ZipFile(io.BytesIO(response.getvalue())) as archive:
        assert "草稿," in archive.read("data/cases.csv").decode()


def test_who_may_not_see_a_table_gets_none(client):
    user = make_user("editor")
    for group in user.groups.all():
        group.permissions.remove(Permission.objects.get(codename="view_todo"))
    user.user_permissions.remove(Permission.objects.get(codename="view_todo"))
    client.force_login(user)
    assert client.get(reverse(PACKAGE)).status_code == 403
    assert reverse(PACKAGE) not in client.get(reverse("admin:index")).content.decode()


def test_others_are_asked_to_log_in(client):
    assert client.get(reverse(PACKAGE)).status_code == 302
