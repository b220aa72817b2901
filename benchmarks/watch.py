"""A stopwatch that also counts queries."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection


class Watch:
    """Sums what happens while it is running; an executemany counts as one query."""

    def __init__(self) -> None:
        self.seconds, self.queries = 0.0, 0

    @contextmanager
    def running(self) -> Iterator[None]:
        with connection.execute_wrapper(self._count):
            start = time.perf_counter()
            yield
            self.seconds += time.perf_counter() - start

    def _count(self, execute: Callable[..., Any], *arguments: Any) -> Any:
        self.queries += 1
        return execute(*arguments)
