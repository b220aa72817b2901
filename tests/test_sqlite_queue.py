"""Writers to SQLite queue outside of it, and leave the queue however their transaction ends."""

import fcntl
import threading
from unittest.mock import patch

import pytest
from django.db import OperationalError, connection, connections, transaction

from research.models import Industry
from tests.factories import make_industry

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite's"),
]


def is_free():
    with open(f"{connection.settings_dict['NAME']}-queue", "ab") as place:
        try:
            fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def write(name, after):
    make_industry(name)
    after.append(name)
    connection.close()


def test_a_second_writer_waits_for_the_first_and_then_writes():
    after: list[str] = []
    other = threading.Thread(target=write, args=["金融", after])
    with transaction.atomic():
        make_industry("零售")
        assert not is_free()
        other.start()
        after.append("零售")
    other.join(20)
    assert after == ["零售", "金融"]
    assert Industry.objects.count() == 2
    assert is_free()


def test_it_is_left_after_an_error_too():
    def fail():
        with transaction.atomic():
            make_industry()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert is_free()
    assert not Industry.objects.exists()


def test_it_is_left_where_no_transaction_begins():
    connection.ensure_connection()
    with (
        patch.object(connections["default"], "cursor", side_effect=OperationalError),
        pytest.raises(OperationalError),
    ):
        connection.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
    assert is_free()


def test_it_is_left_with_the_connection():
    connection.ensure_connection()
    connection.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
    assert not is_free()
    connection.close()
    assert is_free()


def test_who_has_waited_long_enough_asks_sqlite(monkeypatch):
    """A lock that somebody forgot stops nobody for good."""
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "timeout", 0)
    with open(f"{connection.settings_dict['NAME']}-queue", "ab") as forgotten:
        fcntl.flock(forgotten, fcntl.LOCK_EX)
        make_industry()
    assert Industry.objects.count() == 1
