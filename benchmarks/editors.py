"""Editors who save again and again while a large table is imported, against the server that a team has."""

import json
import multiprocessing
import re
import statistics
import time
from dataclasses import dataclass, field
from http.cookiejar import Cookie, CookieJar, DefaultCookiePolicy
from pathlib import Path
from typing import Any
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, Request, build_opener

from benchmarks.site import Browser, Site, serving
from benchmarks.step_process import database, run
from tests.racing import ADMIN, form_of

PASSWORD = "geheim-1"
SHARED_EVERY = 4  # of so many saves one goes to the record that all editors share
MOST_SECONDS = 1.5  # of which 95 of 100 saves must stay below


@dataclass
class Load:
    editors: int
    rate: float
    seconds: float
    rows: int


@dataclass
class Editor:
    """What one has done: the marks that the saves left, by record, and how long each took."""

    marks: dict[str, list[str]] = field(default_factory=dict)
    times: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


class Staying(HTTPRedirectHandler):
    """A save answers by sending its browser on, which takes as long as whatever stands there."""

    def redirect_request(self, *args: Any) -> Request | None:
        return None


class Forgetful(DefaultCookiePolicy):
    """Messages that no page shows would pile up."""

    def set_ok(self, cookie: Cookie, request: Any) -> bool:
        return cookie.name != "messages" and super().set_ok(cookie, request)


def check(load: Load) -> bool:
    with database() as (folder, name), serving(Path(folder), name, options="") as site:
        run("people", folder, name, str(load.editors), PASSWORD)
        ids = json.loads(run("own records", folder, name, str(load.editors)))
        imported, editors = work(site, load, ids)
        log = site.log()
        rows, history = json.loads(run("left", folder, name))
    wrong = judged(load, editors, imported, log)
    wrong += unfound(editors, rows["cases"], history["cases"])
    tell(load, editors, imported)
    for text in wrong:
        print(f"- {text}")
    return not wrong


def work(site: Site, load: Load, ids: list[int]) -> tuple[dict[str, Any], list[Editor]]:
    context = multiprocessing.get_context("fork")  # this process has one thread
    barrier, results = context.Barrier(load.editors), context.Queue()
    started = [
        context.Process(target=edit, args=(site.port, load, me, ids, barrier, results))
        for me in range(load.editors)
    ]
    for process in started:
        process.start()
    time.sleep(load.seconds / 6)
    imported = import_rows(site, load.rows)
    editors = [Editor(**results.get()) for _process in started]
    for process in started:
        process.join()
    return imported, editors


def import_rows(site: Site, count: int) -> dict[str, Any]:
    rows = "".join(f"new-{number},案例{number},race,{'文' * 200}\n" for number in range(count))
    began = time.monotonic()
    file = f"slug,title,organization,body\n{rows}".encode()
    preview = site.upload(f"{ADMIN}/case/import/", "cases.csv", file)
    data = form_of(preview.text, "shown") | {"confirm": ["1"]}
    read = time.monotonic()
    answer = site.post(f"{ADMIN}/case/process_import/", data)
    done = time.monotonic()
    return {
        "ok": "/batch/" in answer.url,
        "reading": read - began,
        "writing": done - read,
        "text": answer.text,
    }


# --- an editor -----------------------------------------------------------------------------------------


def edit(port: int, load: Load, me: int, ids: list[int], barrier: Any, results: Any) -> None:
    """A process: saves at its rate, or as soon as the last save was answered."""
    editor = Editor()
    try:
        cookies = HTTPCookieProcessor(CookieJar(Forgetful()))
        browser = Browser(port)
        browser.opener = build_opener(cookies)
        browser.log_in(f"person-{me}", PASSWORD)
        own = form_of(browser.get(address(ids[me + 1])).text, "title")
        browser.opener = build_opener(cookies, Staying())
        barrier.wait(60)
        began = time.monotonic()
        for number in range(round(load.rate * load.seconds)):
            time.sleep(max(0, began + number / load.rate - time.monotonic()))
            if time.monotonic() - began > load.seconds:
                break
            mark = f"印{me}之{number}。"
            if number % SHARED_EVERY:
                own["title"] = [mark]
                if save(browser, editor, ids[me + 1], f"race-{me + 1}", own, mark):
                    own["seen_version"] = [str(int(own["seen_version"][0]) + 1)]
            else:
                shared = form_of(browser.get(address(ids[0])).text, "title")
                paragraphs = re.split(r"\s*\n\s*\n", shared["body"][0])
                paragraphs[2 * me] = mark
                shared["body"] = ["\n\n".join(paragraphs)]
                save(browser, editor, ids[0], "race-0", shared, mark)
    except Exception as error:
        editor.errors.append(repr(error))
    results.put(vars(editor))


def save(browser: Browser, editor: Editor, pk: int, key: str, data: dict[str, list[str]], mark: str) -> bool:
    began = time.monotonic()
    answer = browser.post(address(pk), {**data, "_save": "1"})
    editor.times.append(time.monotonic() - began)
    if answer.status != 302:
        said = re.search(r'class="errornote">(.*?)</p>', answer.text, re.S)
        editor.errors.append(f"{answer.status} {said[1].strip() if said else answer.text[:200]}")
        return False
    editor.marks.setdefault(key, []).append(mark)
    return True


def address(pk: int) -> str:
    return f"{ADMIN}/case/{pk}/change/"


# --- what is found -------------------------------------------------------------------------------------


def judged(load: Load, editors: list[Editor], imported: dict[str, Any], log: str) -> list[str]:
    wrong = [f"{len(one.errors)} errors, such as {one.errors[0]}" for one in editors if one.errors]
    counts = [len(one.times) for one in editors]
    if not imported["ok"]:
        wrong.append(f"the import was not written: {imported['text'][-500:]}")
    if "database is locked" in log:
        wrong.append(f"database is locked: {log.count('database is locked')} times")
    if "Traceback" in log:
        wrong.append(f"the server's log has a traceback\n{log[-3000:]}")
    if (slow := quantile(editors, 0.95)) >= MOST_SECONDS:
        wrong.append(f"95 of 100 saves take up to {slow:.2f} s, not {MOST_SECONDS}")
    if min(counts) < statistics.mean(counts) / 2:
        wrong.append("an editor could save less than half as often as they all do")
    return wrong


def unfound(editors: list[Editor], rows: Any, history: Any) -> list[str]:
    """Each mark stands in the history of its record, and the last of each editor in the record."""
    wrong = []
    for editor in editors:
        for key, marks in editor.marks.items():
            texts = "\n".join(f"{row['title']}\n{row['body']}" for row in history[key])
            if lost := [mark for mark in marks if mark not in texts]:
                wrong.append(f"{key}: {len(lost)} edits are not in the history: {lost[:3]}")
            if marks[-1] not in rows[key]["title"] + rows[key]["body"]:
                wrong.append(f"{key}: the last edit, {marks[-1]}, does not stand")
    saved = sum(len(marks) for editor in editors for marks in editor.marks.values())
    revisions = sum(len(history[key]) - 1 for key in rows)
    if saved != revisions:
        wrong.append(f"{saved} saves, {revisions} revisions")
    return wrong


def quantile(editors: list[Editor], share: float) -> float:
    times = sorted(time for one in editors for time in one.times)
    return times[min(int(len(times) * share), len(times) - 1)]


def tell(load: Load, editors: list[Editor], imported: dict[str, Any]) -> None:
    counts = [len(one.times) for one in editors]
    print(f"{run('vendor')}; {load.editors} editors, {load.rate:g} saves a second each, {load.seconds:g} s;")
    print(
        f"{load.rows:,} rows read in {imported['reading']:.1f} s, written in {imported['writing']:.1f} s.\n"
    )
    print("| saves | least of an editor | mean | errors | median, s | 95 of 100, s | longest, s |")
    print("|--:|--:|--:|--:|--:|--:|--:|")
    times = " | ".join(f"{quantile(editors, share):.2f}" for share in (0.5, 0.95, 1))
    errors = sum(len(one.errors) for one in editors)
    mean = f"{statistics.mean(counts):.0f}"
    print(f"| {sum(counts)} | {min(counts)} | {mean} | {errors} | {times} |\n")
