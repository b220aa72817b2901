"""Pairs of saves at the same instant, over every path, against the real server: is anything lost?"""

import json
import multiprocessing
import time
from pathlib import Path
from typing import Any

from benchmarks.site import Browser, Site, serving
from benchmarks.step_process import database, run
from tests.racing import PATHS, Outcome, Round, Tally, count, take_part

PASSWORD = "geheim-1"


def check(pairs: int, processes: list[int]) -> bool:
    """Race, print what was found; whether nothing was lost."""
    print(f"{run('vendor')}; {pairs} times all of the processes save at once, half of them the same cell.\n")
    print("| path | processes | at once | merged | told | lost fields | silent overwrites | wrong | s |")
    print("|---|--:|--:|--:|--:|--:|--:|--:|--:|")
    found = [tally for writers in processes for tally in race(pairs, writers)]
    for tally in found:
        for text in [*tally.lost, *tally.silent, *tally.wrong][:3]:
            print(f"\n{text}")
    return not any(tally.lost or tally.silent or tally.wrong for tally in found)


def race(pairs: int, writers: int) -> list[Tally]:
    each = -(-pairs // len(PATHS))
    with database() as (folder, name), serving(Path(folder), name, options="") as site:
        run("people", folder, name, str(writers), PASSWORD)
        rounds = [Round(**one) for one in json.loads(run("rounds", folder, name, str(each)))]
        began = time.monotonic()
        outcomes = write(site, rounds, writers)
        seconds = time.monotonic() - began
        rows, history = json.loads(run("left", folder, name))
    tallies = []
    for path in PATHS:
        tally = count([one for one in outcomes if one.path == path], rows, history)
        lost = f"{len(tally.lost)} | {len(tally.silent)} | {len(tally.wrong)} | {seconds / len(PATHS):.0f}"
        print(f"| {path} | {writers} | {each} | {tally.saved} | {tally.told} | {lost} |", flush=True)
        tallies.append(tally)
    return tallies


def write(site: Site, rounds: list[Round], writers: int) -> list[Outcome]:
    context = multiprocessing.get_context("fork")  # this process has one thread
    barrier, results = context.Barrier(writers), context.Queue()
    started = [
        context.Process(target=writer, args=(site.port, rounds, me, barrier, results))
        for me in range(writers)
    ]
    for process in started:
        process.start()
    found = [results.get() for _process in started]
    for process in started:
        process.join()
    return [Outcome(**outcome) for one in found for outcome in one]


def writer(port: int, rounds: list[Round], me: int, barrier: Any, results: Any) -> None:
    browser = Browser(port)
    browser.log_in(f"person-{me}", PASSWORD)
    found: list[dict[str, Any]] = []
    try:
        found = take_part(browser, rounds, me, barrier)
    finally:
        barrier.abort() if not found else None
        results.put(found)
