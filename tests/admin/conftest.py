import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.factories import make_user


@pytest.fixture
def editor(db: None) -> User:
    return make_user("editor")


@pytest.fixture
def editing(editor: User) -> Client:
    client = Client()
    client.force_login(editor)
    return client
