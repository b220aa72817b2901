"""Many fetches: one at a time for each host, other hosts meanwhile."""

import threading
from collections import Counter

import pytest

from research.linkwatch.rounds import Round, host_of
from research.linkwatch.states import Outcome, State

OK = Outcome(State.OK)


def visit(urls, fetch, **options):
    options.setdefault("delay", 0)
    found = Round(urls, str, fetch, **options)
    return found, list(found)


def test_each_is_visited_once():
    urls = [f"http://{host}.test/{number}" for host in "abc" for number in range(5)]
    asked = Counter[str]()

    def fetch(url):
        asked[url] += 1
        return OK

    _round, outcomes = visit(urls, fetch)
    assert sorted(url for url, _outcome in outcomes) == sorted(urls)
    assert set(asked.values()) == {1}


def test_of_a_host_one_after_the_other_and_in_order():
    busy, most, order = Counter[str](), Counter[str](), list[str]()
    lock = threading.Lock()

    def fetch(url):
        host = host_of(url)
        with lock:
            busy[host] += 1
            most[host] = max(most[host], busy[host])
            order.append(url)
        with lock:
            busy[host] -= 1
        return OK

    urls = [f"http://{host}.test/{number}" for number in range(9) for host in "ab"]
    visit(urls, fetch)
    assert set(most.values()) == {1}
    assert [url for url in order if "//a" in url] == [f"http://a.test/{number}" for number in range(9)]


def test_other_hosts_go_on_while_one_is_slow():
    others_done = threading.Event()

    def fetch(url):
        if "slow" in url:
            assert others_done.wait(30)
        return OK

    found = Round(["http://slow.test/", "http://b.test/1", "http://b.test/2"], str, fetch, delay=0)
    first = []
    for url, _outcome in found:
        first.append(url)
        if len(first) == 2:
            others_done.set()
    assert first == ["http://b.test/1", "http://b.test/2", "http://slow.test/"]


def test_a_host_that_asks_to_be_left_alone_is_left_for_another_time():
    def fetch(url):
        return Outcome(State.SERVER_ERROR, status=503, retry_after=3600)

    found, outcomes = visit(["http://a.test/1", "http://a.test/2", "http://b.test/"], fetch)
    assert sorted(url for url, _outcome in outcomes) == ["http://a.test/1", "http://b.test/"]
    assert found.left == ["http://a.test/2"]


def test_whoever_stops_may_go():
    started, end = threading.Event(), threading.Event()

    def fetch(url):
        if "slow" in url:
            started.set()
            end.wait(30)
        return OK

    steps = iter(Round(["http://slow.test/", "http://b.test/"], str, fetch, delay=0))
    assert next(steps)[0] == "http://b.test/"
    assert started.wait(30)
    del steps
    end.set()


def test_a_fault_of_our_own_is_not_hidden():
    def fetch(url):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        visit(["http://a.test/"], fetch)


@pytest.mark.parametrize(
    ("url", "host"), [("http://A.test./x", "a.test"), ("http://[bad", ""), ("", ""), ("x", "")]
)
def test_the_host_of_any_text(url, host):
    assert host_of(url) == host
