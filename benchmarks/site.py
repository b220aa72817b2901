"""The project's server on a database of its own, and a browser of the standard library that is logged in."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from html import unescape
from http.cookiejar import CookieJar
from pathlib import Path
from secrets import token_hex
from typing import TypeVar
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urljoin, urlsplit, urlunsplit
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
    url: str = ""


@dataclass
class Browser:
    """Somebody at the pages of a server; a post or an upload says what a form of the page would."""

    port: int
    opener: OpenerDirector = field(default_factory=lambda: build_opener(HTTPCookieProcessor(CookieJar())))

    def log_in(self, username: str, password: str) -> None:
        path = "/en/admin/login/"
        data = {"username": username, "password": password, "next": "/en/admin/"}
        answer = self.post(path, data, self.token(path))
        assert "Log out" in answer.text, answer.text[:1000]

    def token(self, path: str) -> str:
        found = TOKEN.search(self.get(path).text)
        assert found, f"{path} has no form"
        return found[1]

    def get(self, path: str) -> Answer:
        return self.ask(Request(self.address(path)))

    def post(self, path: str, data: Mapping[str, str | list[str]], token: str = "") -> Answer:
        """Post the fields, to which the token belongs, and follow to where that leads."""
        fields = {**data, "csrfmiddlewaretoken": token} if token else data
        return self.led_on(self.ask(Request(self.address(path), urlencode(fields, doseq=True).encode())))

    def upload(self, path: str, name: str, content: bytes, token: str = "") -> Answer:
        """Post the file, and follow to where its reading leads."""
        mark, token = token_hex(16), token or self.token(path)
        parts = [
            f'--{mark}\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{token}\r\n',
            f'--{mark}\r\nContent-Disposition: form-data; name="import_file"; filename="{name}"\r\n',
            "Content-Type: application/octet-stream\r\n\r\n",
        ]
        body = "".join(parts).encode() + content + f"\r\n--{mark}--\r\n".encode()
        kind = {"Content-Type": f"multipart/form-data; boundary={mark}"}
        return self.led_on(self.ask(Request(self.address(path), body, kind)))

    def led_on(self, answer: Answer) -> Answer:
        if leads := LEADS_ON.search(answer.text):
            last = self.get(unescape(leads[1]))
            return Answer(last.status, last.text, max(answer.size, last.size), last.url)
        return answer

    def ask(self, request: Request) -> Answer:
        try:
            with self.opener.open(request, timeout=PATIENCE) as response:
                status, body, url = response.status, response.read(), response.url
        except HTTPError as error:
            with error:
                status, body, url = error.code, error.read(), error.url
        return Answer(status, body.decode(errors="replace"), len(body), url)

    def address(self, path: str) -> str:
        return urljoin(f"http://127.0.0.1:{self.port}", path)


@dataclass
class Site(Browser):
    """A running server, `DEBUG` off, and its administrator's browser."""

    folder: Path = field(kw_only=True)
    environment: dict[str, str] = field(kw_only=True)
    process: subprocess.Popen[bytes] = field(kw_only=True)
    password: str = field(kw_only=True)
    written: str = ""  # what the tables held when somebody last looked

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


@contextmanager
def serving(folder: Path, database: str = "", options: str = "--workers 1") -> Iterator[Site]:
    """`manage.py serve`; all it keeps is in the folder but static files, and the database if one is named.

    `options` are gunicorn's; without any, the server is the one that a team has.
    """
    password, port = token_hex(8), free_port()
    environment = {
        **os.environ,
        **{"DATABASE_URL": url_of(database or str(folder / "site.sqlite3")), "DEMO_PASSWORD": password},
        **{"DEBUG": "false", "HTTPS": "false", "ALLOWED_HOSTS": "127.0.0.1", "TMPDIR": str(folder)},
        "GUNICORN_CMD_ARGS": options,
    }
    command = [sys.executable, "manage.py", "serve", "--port", str(port)]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    site = Site(port, folder=folder, environment=environment, process=process, password=password)
    try:
        until(lambda: answers(site))
        site.log_in("admin", password)
        yield site
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=10)
        process.kill()
        process.wait()


def url_of(database: str) -> str:
    """Of a database in a file; or of that name, beside the one that DATABASE_URL names."""
    given = os.environ.get("DATABASE_URL", "")
    if database.startswith("/"):
        return f"sqlite:///{database}"
    return urlunsplit(urlsplit(given)._replace(path=f"/{database}"))


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
