"""Many fetches: each host at its own slow pace, other hosts meanwhile."""

import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Generic, TypeVar
from urllib.parse import urlsplit

from research.linkwatch.states import Outcome

LONGEST_WAIT = 120.0  # seconds that a host may ask for; one that asks for more is left for another time

Item = TypeVar("Item")


def host_of(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removesuffix(".")
    except ValueError:
        return ""


class Round(Generic[Item]):
    """One visit to every item's address. `left` are those whose host asked to be left alone for long."""

    def __init__(
        self,
        items: Iterable[Item],
        address: Callable[[Item], str],
        fetch: Callable[[Item], Outcome],
        *,
        delay: float = 2.0,
        workers: int = 8,
    ) -> None:
        self.fetch, self.delay, self.workers = fetch, delay, workers
        self.waiting: dict[str, deque[Item]] = {}
        for item in items:
            self.waiting.setdefault(host_of(address(item)), deque()).append(item)
        self.due = dict.fromkeys(self.waiting, 0.0)
        self.busy: set[str] = set()
        self.left: list[Item] = []
        self._found: queue.SimpleQueue[tuple[str, Item, Outcome | BaseException]] = queue.SimpleQueue()

    def __iter__(self) -> Iterator[tuple[Item, Outcome]]:
        """Each item with what came of it, as it comes. Whoever stops asking abandons what is under way."""
        while self.waiting or self.busy:
            self._start()
            try:
                host, item, outcome = self._found.get(timeout=self._pause())
            except queue.Empty:
                continue
            self.busy.discard(host)
            if isinstance(outcome, BaseException):
                raise outcome
            self._wait_for(host, outcome.retry_after)
            yield item, outcome

    def _start(self) -> None:
        now = time.monotonic()
        for host in list(self.waiting):
            if len(self.busy) >= self.workers:
                return
            if host in self.busy or self.due[host] > now:
                continue
            item = self.waiting[host].popleft()
            if not self.waiting[host]:
                del self.waiting[host]
            self.busy.add(host)
            # A daemon: whoever stops the command does not wait for a slow server.
            threading.Thread(target=self._work, args=(host, item), daemon=True).start()

    def _work(self, host: str, item: Item) -> None:
        try:
            self._found.put((host, item, self.fetch(item)))
        except BaseException as error:  # it is raised where the round is asked for
            self._found.put((host, item, error))

    def _pause(self) -> float | None:
        """Seconds until the next host is due; None while there is nothing to do but to wait for an answer."""
        if len(self.busy) >= self.workers:
            return None
        due = [self.due[host] for host in self.waiting if host not in self.busy]
        return max(0.0, min(due) - time.monotonic()) if due else None

    def _wait_for(self, host: str, retry_after: int) -> None:
        self.due[host] = time.monotonic() + max(self.delay, retry_after)
        if retry_after > LONGEST_WAIT:
            self.left += self.waiting.pop(host, ())
