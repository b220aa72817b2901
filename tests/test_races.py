"""Processes that post at the same instant, over every path: what is typed is written, or its writer is told.

`python -m benchmarks conflicts` does it many times over, against the real server.
"""

import multiprocessing
from collections import Counter

import pytest
from django.db import connection, connections

from tests.factories import make_user
from tests.racing import PATHS, Outcome, count

ROUNDS = 2  # a path: one in which all type into the same cell, one in which each has a place of his own


@pytest.fixture(scope="module")
def processes():
    """Forked from a clean process with Django set up: it is there in a moment, and has no threads."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.racers"])
    return context


def run(context, rounds, writers):
    """All outcomes, by path."""
    from tests import racers

    users = [make_user("reviewer").username for _number in range(writers)]
    connections.close_all()
    barrier, results = context.Barrier(writers), context.Queue()
    started = [
        context.Process(
            target=racers.write,
            args=(connection.settings_dict["NAME"], user, rounds, me, barrier, results),
        )
        for me, user in enumerate(users)
    ]
    for process in started:
        process.start()
    found = [results.get(timeout=120) for _process in started]
    for process in started:
        process.join(20)
    assert [one for one in found if isinstance(one, str) and "BrokenBarrier" not in one] == []
    return [Outcome(**outcome) for one in found for outcome in one]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("writers", [2, 8])
def test_nothing_is_lost_and_nobody_is_overwritten_silently(writers, processes):
    from tests import racers

    rounds = racers.prepare(ROUNDS)
    outcomes = run(processes, rounds, writers)
    rows, history = racers.left()
    assert len(outcomes) == len(PATHS) * ROUNDS * writers
    tally = count(outcomes, rows, history)
    assert (tally.lost, tally.silent, tally.wrong) == ([], [], [])
    said = Counter((one.path, one.clash, one.said) for one in outcomes)
    for path in PATHS:
        assert said[path, False, "saved"] == writers, "who has a place of his own is merged"
        assert (said[path, True, "saved"], said[path, True, "told"]) == (1, writers - 1)
