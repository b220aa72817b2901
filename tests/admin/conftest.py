import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.factories import make_user


@pytest.fixture
def editor(db: None) -> User:
    """Who edits and may publish, too: most tests are about what is written."""
    return make_user("reviewer")


@pytest.fixture
def editing(editor: User) -> Client:
    client = Client()
    client.force_login(editor)
    return client


@pytest.fixture
def drafting(db: None) -> Client:
    """An editor at work, who may not publish."""
    client = Client()
    client.force_login(make_user("editor"))
    return client
