"""The project's server on a database of its own, and a browser of the standard library that is logged in."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from html import unescape
from http.cookiejar import CookieJar
from pathlib import Path
from secrets import token_hex
from typing import TypeVar
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urljoin
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

ROOT = Path(__file__).parents[1]
PATIENCE = 60.0  # seconds for the server to start, and for an answer
Found = TypeVar("Found")
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
LEADS_ON = re.compile(r'http-equiv="refresh" content="0; url=([^"]+)"')


@dataclass
class Answer:
    """The last page that a request led to; `size` is that of the largest on the way, in bytes."""

    status: int
    text: str
    size: int


@dataclass
class Site:
    """A running server: one worker, `DEBUG` off."""

    folder: Path
    port: int
    environment: dict[str, str]
    process: subprocess.Popen[bytes]
    password: str
    written: str = ""  # what the tables held when somebody last looked
    browser: OpenerDirector = field(default_factory=lambda: build_opener(HTTPCookieProcessor(CookieJar())))

    def fresh_worker(self) -> int:
        """Let the server replace its worker; the number of the new one's process."""
        old = self.workers()
        for worker in old:
            os.kill(worker, signal.SIGQUIT)
        return until(lambda: next((found for found in self.workers() if found not in old), 0))

    def workers(self) -> list[int]:
        number = self.process.pid
        return list(map(int, Path(f"/proc/{number}/task/{number}/children").read_text().split()))

    def log(self) -> str:
        return (self.folder / "log").read_text(encoding="utf-8", errors="replace")

    def manage(self, *arguments: object) -> None:
        command = [sys.executable, "manage.py", *map(str, arguments)]
        subprocess.run(command, cwd=ROOT, env=self.environment, stdout=subprocess.DEVNULL, check=True)

    # --- pages -----------------------------------------------------------------------------------------

    def log_in(self) -> None:
        path = "/en/admin/login/"
        data = {"username": "admin", "password": self.password, "next": "/en/admin/"}
        answer = self.post(path, data, self.token(path))
        assert "Log out" in answer.text, answer.text[:1000]

    def token(self, path: str) -> str:
        found = TOKEN.search(self.get(path).text)
        assert found, f"{path} has no form"
        return found[1]

    def get(self, path: str) -> Answer:
        return self.ask(Request(self.address(path)))

    def post(self, path: str, data: dict[str, str], token: str) -> Answer:
        body = urlencode({**data, "csrfmiddlewaretoken": token}).encode()
        return self.ask(Request(self.address(path), body))

    def upload(self, path: str, name: str, content: bytes, token: str) -> Answer:
        """Post the file, and follow to where its reading leads."""
        mark = token_hex(16)
        parts = [
            f'--{mark}\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{token}\r\n',
            f'--{mark}\r\nContent-Disposition: form-data; name="import_file"; filename="{name}"\r\n',
            "Content-Type: application/octet-stream\r\n\r\n",
        ]
        body = "".join(parts).encode() + content + f"\r\n--{mark}--\r\n".encode()
        kind = {"Content-Type": f"multipart/form-data; boundary={mark}"}
        answer = self.ask(Request(self.address(path), body, kind))
        if leads := LEADS_ON.search(answer.text):
            last = self.get(unescape(leads[1]))
            return Answer(last.status, last.text, max(answer.size, last.size))
        return answer

    def ask(self, request: Request) -> Answer:
        try:
            with self.browser.open(request, timeout=PATIENCE) as response:
                status, body = response.status, response.read()
        except HTTPError as error:
            with error:
                status, body = error.code, error.read()
        return Answer(status, body.decode(errors="replace"), len(body))

    def address(self, path: str) -> str:
        return urljoin(f"http://127.0.0.1:{self.port}", path)


@contextmanager
def serving(folder: Path) -> Iterator[Site]:
    """`manage.py serve`, with all it keeps in the folder but the static files."""
    password, port = token_hex(8), free_port()
    environment = {
        **os.environ,
        **{"DATABASE_URL": f"sqlite:///{folder / 'site.sqlite3'}", "DEMO_PASSWORD": password},
        **{"DEBUG": "false", "HTTPS": "false", "ALLOWED_HOSTS": "127.0.0.1", "TMPDIR": str(folder)},
        "GUNICORN_CMD_ARGS": "--workers 1",
    }
    command = [sys.executable, "manage.py", "serve", "--port", str(port)]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    site = Site(folder, port, environment, process, password)
    try:
        until(lambda: answers(site))
        site.log_in()
        yield site
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=10)
        process.kill()
        process.wait()


def answers(site: Site) -> bool:
    if site.process.poll() is not None:
        raise RuntimeError(site.log())
    try:
        return site.get("/en/admin/login/").status == 200
    except (URLError, ConnectionError):
        return False


def until(look: Callable[[], Found]) -> Found:
    """What there is to be found, once it is there."""
    end = time.monotonic() + PATIENCE
    while not (found := look()):
        if time.monotonic() > end:
            raise TimeoutError("The server does not answer.")
        time.sleep(0.02)
    return found


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port
