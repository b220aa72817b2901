"""What all tests share: quick settings, no way out to the network, the browser, and the seed."""

import gc
import os
import shutil
import socket
from collections.abc import Callable, Iterator
from functools import partial
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.utils import translation
from hypothesis import settings as examples

from tests import seeding
from tests.bibliography_files import write_csl

# Playwright runs an event loop in the thread of the tests; Django would refuse the database there.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

# How long an example takes is no behaviour, and says most of what else the machine is doing.
examples.register_profile("untimed", deadline=None)
examples.load_profile("untimed")

FIXTURES = seeding.FIXTURES
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

# Set before any test runs: pages need no `collectstatic`, and logging in costs no time.
settings.STORAGES = {
    **settings.STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


# What opens the database asks for one of these, or is marked: pytest-django refuses it to all others.
DATABASE = {"db", "transactional_db", "live_server", "django_db_setup"}


@pytest.hookimpl(tryfirst=True)  # before `-m "not browser"` chooses
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        fixtures = getattr(item, "fixturenames", ())
        if "page" in fixtures:
            item.add_marker("browser")
        if DATABASE.intersection(fixtures) or item.get_closest_marker("django_db"):
            item.add_marker("database")


@pytest.fixture(scope="session", autouse=True)
def no_network() -> Iterator[None]:
    """Connections and look-ups beyond this machine fail; PostgreSQL, live servers and Chromium are on it."""
    connect, connect_ex, look_up = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def guarded_connect(self: socket.socket, address: Any) -> None:
        refuse_beyond_this_machine(self.family, address)
        return connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        refuse_beyond_this_machine(self.family, address)
        return connect_ex(self, address)

    def guarded_look_up(host: Any, *args: Any, **kwargs: Any) -> Any:
        refuse_beyond_this_machine(socket.AF_INET, (host,))
        return look_up(host, *args, **kwargs)

    patch = pytest.MonkeyPatch()
    patch.setattr(socket.socket, "connect", guarded_connect)
    patch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
    patch.setattr(socket, "getaddrinfo", guarded_look_up)
    yield
    patch.undo()


def refuse_beyond_this_machine(family: int, address: Any) -> None:
    if family not in (socket.AF_INET, socket.AF_INET6):
        return
    host = address[0].decode() if isinstance(address[0], bytes) else address[0]
    if host in (None, "", "localhost"):
        return
    try:
        inside = ip_address(host).is_loopback or ip_address(host).is_unspecified
    except ValueError:
        inside = False
    if not inside:
        raise RuntimeError(f"A test tried to reach {host}; tests stay on this machine.")


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """What stands by now stays: the collector of garbage need not look through it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(scope="session", autouse=True)
def files_folder(tmp_path_factory: pytest.TempPathFactory) -> None:
    """No test writes into the folder of this installation."""
    settings.FILES_FOLDER = tmp_path_factory.mktemp("files")


@pytest.fixture(autouse=True)
def chinese() -> None:
    """Each test begins in the site's language, whatever the last request of the one before asked for."""
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The system's Chromium, which must not talk to its maker meanwhile."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    quiet = [
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
    ]
    return {
        **browser_type_launch_args,
        **({"executable_path": found} if found else {}),
        "args": ["--no-sandbox", "--disable-gpu", "--disable-quic", *quiet],
    }


@pytest.fixture
def seed(db: None) -> None:
    """The tables of fixtures/ in the database, for one test; works with `live_server` too."""
    seeding.load_seed()


@pytest.fixture(scope="class")
def class_seed(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The seed, loaded once for all tests of a class; not with `live_server`, as it is never committed.

    A test asks for `db` beside it, and what it writes itself is rolled back.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        seeding.load_seed()
        yield
        transaction.set_rollback(True)


class Outcome:
    def __init__(self, code: object, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out.splitlines(), err.splitlines()


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Outcome]:
    """Run a command; the reader's language is the site's unless `--language` says otherwise."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)

    def run(*arguments: object) -> Outcome:
        try:
            call_command(*map(str, arguments))
        except SystemExit as end:
            return Outcome(end.code, *capsys.readouterr())
        return Outcome(0, *capsys.readouterr())

    return run


@pytest.fixture
def import_csv(command: Callable[..., Outcome]) -> Callable[..., Outcome]:
    return lambda *arguments: command("import_csv", *arguments)


@pytest.fixture
def import_sources(command: Callable[..., Outcome]) -> Callable[..., Outcome]:
    return lambda *arguments: command("import_sources", *arguments, "--language", "en")


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """A bibliography of these items, in CSL-JSON."""
    return partial(write_csl, tmp_path)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of fixtures/ to spoil."""
    return Path(shutil.copytree(FIXTURES, tmp_path / "in"))
