"""The admin's part of `kills`: a person uploads, looks and confirms; the whole server is killed meanwhile."""

import html
import http.client
import os
import random
import re
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from threading import Thread
from urllib.parse import urlencode

from benchmarks.killed import COMMITTED, WRITING, Kill, Site, tell
from tests.sqlite_state import state

IMPORT, PROCESS = "/admin/research/case/import/", "/admin/research/case/process_import/"
UPLOADING, PLANNING, LOOKING, DONE = "uploading", "planning", "looking", "done"
# A round of ten kills.
ROUND = [WRITING, PLANNING, UPLOADING, COMMITTED, WRITING, PLANNING, LOOKING, WRITING, COMMITTED, PLANNING]
BOUNDARY = "x" * 40


class Server:
    """`manage.py serve` with gunicorn, in a process group of its own."""

    def __init__(self, site: Site) -> None:
        with socket.create_server(("127.0.0.1", 0)) as found:
            self.port = int(found.getsockname()[1])
        self.process = site.start("serve", "--port", str(self.port), stdout=subprocess.DEVNULL)
        while not self.answers():
            assert self.process.poll() is None, "the server did not start"
            time.sleep(0.02)

    def answers(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=20):
            return True
        return False

    def kill(self) -> None:
        """All of it; none is left when nobody listens any more."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        while self.answers():
            time.sleep(0.001)


class Person:
    """Uses the pages as a browser does; `times` says when each phase began."""

    def __init__(self, port: int) -> None:
        self.port, self.token, self.answered = port, "", False
        self.times: dict[str, float] = {}
        self.wrong: list[str] = []
        self.cookies: dict[str, str] = {}
        self.send("GET", "/admin/login/").read()
        self.post("/admin/login/", username="admin", password="geheim-1").read()
        assert "sessionid" in self.cookies, "not logged in"

    def send(
        self, method: str, path: str, body: bytes = b"", kind: str = "", sent: str = ""
    ) -> http.client.HTTPResponse:
        """`sent` is the phase that begins when all is sent, slowly."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=300)
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"Cookie": cookies, "X-CSRFToken": self.cookies.get("csrftoken", "")}
        headers |= {"Content-Type": kind, "Content-Length": str(len(body))} if kind else {}
        connection.request(method, path, slowly(body) if sent else body, headers)
        if sent:
            self.enter(sent)
        answer = connection.getresponse()
        for cookie in answer.headers.get_all("Set-Cookie", []):
            name, _equals, rest = cookie.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        assert answer.status in (200, 302), (path, answer.status)
        return answer

    def post(self, path: str, **fields: str) -> http.client.HTTPResponse:
        return self.send("POST", path, urlencode(fields).encode(), "application/x-www-form-urlencoded")

    def enter(self, phase: str) -> None:
        self.times[phase] = time.monotonic()

    @property
    def phase(self) -> str:
        return list(self.times)[-1]

    def upload(self, file: Path) -> list[int]:
        """What the preview counts: new, changed, stale, same, wrong."""
        about = 'Content-Disposition: form-data; name="import_file"; filename="cases.csv"'
        body = (
            f"--{BOUNDARY}\r\n{about}\r\n\r\n".encode()
            + file.read_bytes()
            + f"\r\n--{BOUNDARY}--\r\n".encode()
        )
        self.enter(UPLOADING)
        answer = self.send("POST", IMPORT, body, f"multipart/form-data; boundary={BOUNDARY}", sent=PLANNING)
        address = led_to(answer)
        self.enter(LOOKING)
        self.token = address.partition("upload=")[2]
        page = self.send("GET", address).read().decode()
        figures = page.partition('class="figures"')[2].partition("</p>")[0]
        return [int(count) for count in re.findall(r"<b>(\d+)</b>", figures)]

    def confirm(self) -> None:
        self.enter(WRITING)
        answer = self.post(PROCESS, upload=self.token, confirm="1")
        self.answered = True
        assert "/batch/" in led_to(answer), "nothing was written"
        self.enter(DONE)

    def work(self, file: Path) -> None:
        """All of it, or until the server is gone."""
        try:
            self.upload(file)
            self.confirm()
        except (OSError, http.client.HTTPException, Cut):
            return
        except AssertionError as error:
            self.wrong.append(f"met {error}")


def slowly(body: bytes) -> Iterator[bytes]:
    """In half a second or a little more, as over a network."""
    part = len(body) // 25 + 1
    for start in range(0, len(body), part):
        time.sleep(0.02)
        yield body[start : start + part]


class Cut(Exception):
    """An answer ended before it said where to go on."""


def led_to(answer: http.client.HTTPResponse) -> str:
    page = answer.read().decode()
    if answer.status == 302:
        return str(answer.headers["Location"])
    found = re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', page)
    if not found:
        raise Cut
    return html.unescape(found[1])


def by_admin(site: Site, times: int) -> Iterator[Kill]:
    """The phases in turn, each at a random moment of it; then a second and a third time to the end."""
    file, server = site.tables / "cases.csv", Server(site)
    try:
        first = Person(server.port)
        first.upload(file)
        first.confirm()
        after = state(site.file)
        moments = pairwise(first.times.items())
        lengths = {phase: end - begin for (phase, begin), (_next, end) in moments}
        server.kill()
        site.restore()
        server = Server(site)
        for number in range(times):
            kill, person = killed_server(site, server, ROUND[number % len(ROUND)], lengths, after)
            server = Server(site)
            kill.wrong += left_behind(site, server, person, kill)
            tell(kill)
            yield kill
        yield finished(site, server, after)
    finally:
        server.kill()


def killed_server(
    site: Site, server: Server, phase: str, lengths: dict[str, float], after: dict[str, str]
) -> tuple[Kill, Person]:
    person = Person(server.port)
    thread = Thread(target=person.work, args=[site.tables / "cases.csv"])
    thread.start()
    if phase == COMMITTED:
        site.wait_for_commit(thread.is_alive)
        time.sleep(random.random() * 0.1)
    else:
        while phase not in person.times and thread.is_alive():
            time.sleep(0.001)
        time.sleep(random.random() * lengths[phase])
    server.kill()
    seconds = time.monotonic() - person.times[UPLOADING]
    thread.join()
    # Whatever was meant, what counts is how far the person was.
    reached = COMMITTED if phase == COMMITTED or person.phase == DONE else person.phase
    kill = site.judged("admin", reached, seconds, after)
    kill.wrong += person.wrong
    if reached == COMMITTED and kill.state != "after":
        kill.wrong.append("what was committed is gone")
    return kill, person


def left_behind(site: Site, server: Server, person: Person, kill: Kill) -> list[str]:
    """What lies there though the server has started again, but for a plan that still waits for its person.

    It waits for an hour, and only where nothing of it was written.
    """
    other = Person(server.port)
    for path in site.temporary.glob("comparanda-uploads-*/*"):
        page = f"{IMPORT}?upload={path.name.partition('-')[2]}"
        waits = kill.state == "before" and not person.answered
        if waits and other.send("GET", page).status == 200:
            os.utime(path, (0, 0))
            other.send("GET", page).read()
    found = [path for path in site.temporary.rglob("*") if not path.name.startswith("comparanda-uploads-")]
    return [f"left: {path.relative_to(site.temporary)}" for path in found]


def finished(site: Site, server: Server, after: dict[str, str]) -> Kill:
    end = Kill("admin", "not: second run, third run", 0, "after")
    person = Person(server.port)
    began = time.monotonic()
    person.upload(site.tables / "cases.csv")
    person.confirm()
    end.seconds = time.monotonic() - began
    if state(site.file) != after:
        end.wrong.append("the second run did not finish")
    counts = person.upload(site.tables / "cases.csv")
    if counts != [0, 0, 0, site.rows, 0] or state(site.file) != after:
        end.wrong.append(f"the third run found {counts}")
    return end
