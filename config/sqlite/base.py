"""Django's SQLite with as many parameters as this SQLite takes, and with writers that queue."""

import fcntl
import sqlite3
import time
from contextlib import suppress
from typing import IO

from django.db.backends.sqlite3 import base, features
from django.utils.functional import cached_property

LOOKS_AGAIN = 0.002  # seconds


class DatabaseFeatures(features.DatabaseFeatures):
    """Not the 999 parameters of before 2020 (Django 6, ticket 36143): hundreds of rows a statement."""

    @cached_property
    def max_query_params(self) -> int:  # type: ignore[override]
        self.connection.ensure_connection()
        return int(self.connection.connection.getlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER))


class DatabaseWrapper(base.DatabaseWrapper):
    """Writers queue at a lock on a file beside the database before they ask SQLite for its own.

    SQLite has them look again ever less often, up to ten times a second: whoever has waited longest comes
    last, and nobody writes meanwhile. Here all look equally often. After `timeout` SQLite decides.
    """

    features_class = DatabaseFeatures
    place: IO[bytes] | None = None  # in the queue, while a transaction runs

    def _start_transaction_under_autocommit(self) -> None:
        if not self.is_in_memory_db():
            self.leave_queue()
            self.enter_queue()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self.leave_queue()
            raise

    def enter_queue(self) -> None:
        self.place = open(f"{self.settings_dict['NAME']}-queue", "ab")  # noqa: SIM115 # until the end
        end = time.monotonic() + float(self.settings_dict["OPTIONS"].get("timeout", 5))
        while time.monotonic() < end:
            with suppress(BlockingIOError):
                return fcntl.flock(self.place, fcntl.LOCK_EX | fcntl.LOCK_NB)
            time.sleep(LOOKS_AGAIN)

    def leave_queue(self) -> None:
        place, self.place = self.place, None
        if place:
            place.close()

    def _commit(self) -> None:
        super()._commit()  # type: ignore[misc]
        self.leave_queue()

    def _rollback(self) -> None:
        super()._rollback()  # type: ignore[misc]
        self.leave_queue()

    def _close(self) -> None:
        super()._close()  # type: ignore[misc]
        self.leave_queue()
