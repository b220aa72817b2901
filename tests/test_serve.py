"""`manage.py serve`: what is missing is made once, what is there stays, and then it serves."""

import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import authenticate, get_user_model
from django.core.management import call_command
from django.core.management.base import CommandError

from research import actions, exporting
from research.management.commands import serve
from research.models import Organization, Revision
from tests.conftest import FIXTURES
from tests.factories import make_organization, make_user


def users() -> list[tuple[str, bool, bool]]:
    found = get_user_model().objects.order_by("id")
    return list(found.values_list("username", "is_staff", "is_superuser"))


@pytest.mark.django_db
class TestFixtures:
    def test_an_empty_database_gets_them(self, tmp_path: Path) -> None:
        assert serve.load_fixtures(FIXTURES) > 300
        exporting.export_folder(tmp_path)
        for file in FIXTURES.iterdir():
            assert (tmp_path / file.name).read_bytes() == file.read_bytes()
        assert set(Revision.objects.values_list("via", "author")) == {("serve", "")}

    def test_a_single_record_keeps_them_out(self) -> None:
        make_organization()
        assert serve.load_fixtures(FIXTURES) == 0
        assert Organization.objects.count() == 1

    def test_a_database_that_was_emptied_stays_empty(self) -> None:
        actions.delete([make_organization()], by=None, via="test")
        assert serve.load_fixtures(FIXTURES) == 0
        assert not Organization.objects.exists()

    def test_wrong_files_are_named_and_nothing_is_loaded(self, tmp_path: Path) -> None:
        (tmp_path / "modes.csv").write_text("slug,name,definition,position\na,,,1\n", encoding="utf-8")
        (tmp_path / "industries.csv").write_text("slug,name,position\nb,b,1\n", encoding="utf-8")
        with pytest.raises(CommandError, match=r"modes\.csv.*2.*name"):
            serve.load_fixtures(tmp_path)
        assert not Revision.objects.exists()


@pytest.mark.django_db
class TestAccounts:
    def test_the_four_are_made_with_their_password(self) -> None:
        assert serve.create_accounts("geheim-1")
        assert users() == [
            ("admin", True, True),
            ("reviewer", True, False),
            ("editor", True, False),
            ("editor2", True, False),
        ]
        assert all(authenticate(username=name, password="geheim-1") for name, *_ in users())

    def test_editors_may_edit_the_tables_and_no_more(self) -> None:
        serve.create_accounts("geheim-1")
        editor = get_user_model().objects.get(username="editor")
        may = [
            "add_case",
            "change_case",
            "delete_case",
            "view_case",
            "view_mode",
            "view_revision",
        ]
        may_not = ["publish_case", "change_mode", "change_revision", "add_citation", "change_passage"]
        assert [name for name in may if not editor.has_perm(f"research.{name}")] == []
        assert [name for name in may_not if editor.has_perm(f"research.{name}")] == []
        assert not any(permission.startswith("auth.") for permission in editor.get_all_permissions())

    def test_an_account_that_is_there_keeps_them_out(self) -> None:
        make_user(username="liu")
        assert not serve.create_accounts("geheim-1")
        assert [name for name, *_ in users()] == ["liu"]

    def test_a_second_time_changes_no_password(self) -> None:
        serve.create_accounts("geheim-1")
        assert not serve.create_accounts("geheim-2")
        assert authenticate(username="admin", password="geheim-1")

    def test_no_other_command_makes_any(self, capsys: pytest.CaptureFixture[str]) -> None:
        call_command("import_csv", str(FIXTURES), "--apply")
        call_command("migrate", verbosity=0)
        assert users() == []


@pytest.mark.django_db
class TestWhatIsSaid:
    @pytest.fixture
    def say(self, capsys: pytest.CaptureFixture[str]) -> Callable[[str], str]:
        def say(wanted: str) -> str:
            serve.Command().accounts(wanted)
            return capsys.readouterr().out

        return say

    def test_a_drawn_password_is_shown_once(self, say: Callable[[str], str]) -> None:
        first, second = say(""), say("")
        assert "admin, reviewer, editor, editor2" in first
        assert "admin, reviewer, editor, editor2" in second
        words = re.findall(r"[\w-]{16,}", first)
        assert [word for word in words if authenticate(username="editor", password=word)] == words[:1]
        assert words
        assert words[0] not in second

    def test_a_given_password_is_used_and_never_shown(self, say: Callable[[str], str]) -> None:
        first, second = say("geheim-1"), say("geheim-1")
        assert authenticate(username="editor2", password="geheim-1")
        assert "geheim-1" not in first + second
        assert "DEMO_PASSWORD" in first
        assert "DEMO_PASSWORD" in second

    def test_a_given_password_that_came_too_late_is_not_claimed(self, say: Callable[[str], str]) -> None:
        say("geheim-1")
        assert "DEMO_PASSWORD" not in say("geheim-2")

    def test_nothing_is_said_where_the_team_has_its_own_accounts(self, say: Callable[[str], str]) -> None:
        make_user(username="liu")
        assert say("geheim-1") == ""


class TestStaticFiles:
    @pytest.fixture
    def folder(self, tmp_path: Path, settings: Any) -> Path:
        settings.STATIC_ROOT = tmp_path / "static"
        return tmp_path / "static"

    def test_they_are_collected_once(self, folder: Path) -> None:
        assert serve.collect_static()
        assert (folder / "admin" / "css" / "base.css").is_file()
        assert not serve.collect_static()

    def test_they_are_collected_again_when_one_has_changed(
        self, folder: Path, tmp_path: Path, settings: Any
    ) -> None:
        source = tmp_path / "source"
        source.mkdir()
        (source / "own.css").write_text("a {}", encoding="ascii")
        settings.STATICFILES_DIRS = [source]
        assert serve.collect_static()
        assert not serve.collect_static()
        (source / "own.css").write_text("b { }", encoding="ascii")
        assert serve.collect_static()
        assert (folder / "own.css").read_text(encoding="ascii") == "b { }"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def test_a_port_that_is_taken_is_named_before_anything_is_done() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CommandError, match=str(port)) as refused:
            call_command("serve", "--port", str(port))  # no database here: it would fail otherwise
    assert f"PORT={port + 1}" in str(refused.value)


class Server:
    def __init__(self, port: int, process: "subprocess.Popen[str]") -> None:
        self.port, self.process = port, process

    def get(self, path: str) -> int:
        """The status; asks until the server is there."""
        for _ in range(300):
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=20) as answer:
                    return int(answer.status)
            except urllib.error.HTTPError as error:
                return error.code
            except OSError:
                assert self.process.poll() is None, self.process.communicate()
                time.sleep(0.1)
        raise AssertionError("no answer in 30 s")

    def stop(self) -> str:
        """As Ctrl-C does: the signal goes to the whole group. Returns what was said."""
        os.killpg(self.process.pid, signal.SIGINT)
        said, faults = self.process.communicate(timeout=10)
        assert (self.process.returncode, faults) == (0, "")
        return said


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[], Server]]:
    """Starts on a database and static files of its own."""
    module = f"from config.settings import *\nSTATIC_ROOT = {str(tmp_path / 'static')!r}\n"
    (tmp_path / "serve_settings.py").write_text(module, encoding="utf-8")
    variables = {
        **{name: value for name, value in os.environ.items() if name not in ("DEMO_PASSWORD", "DEBUG")},
        "DATABASE_URL": f"sqlite:///{tmp_path / 'serve.sqlite3'}",
        "SECRET_KEY": "x" * 32,
        "DJANGO_SETTINGS_MODULE": "serve_settings",
        "PYTHONPATH": str(tmp_path),
    }
    started: list[Server] = []

    def start() -> Server:
        port = free_port()
        process = subprocess.Popen(
            [sys.executable, "manage.py", "serve", "--port", str(port), "--language", "en"],
            cwd=settings.BASE_DIR,
            env=variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        started.append(Server(port, process))
        return started[-1]

    yield start
    for server in started:
        if server.process.poll() is None:
            os.killpg(server.process.pid, signal.SIGKILL)
            server.process.communicate()


def test_it_serves_and_a_second_start_touches_nothing(start: Callable[[], Server], tmp_path: Path) -> None:
    server = start()
    assert server.get("/admin/login/") == 200
    assert server.get("/static/admin/css/base.css") == 200
    said = server.stop()
    assert re.search(r"^Loaded \d+ records from fixtures/\.$", said, re.MULTILINE)
    assert f"http://127.0.0.1:{server.port}/" in said
    assert re.search(r"^Accounts: admin, reviewer, editor, editor2\. Password: \S{16} ", said, re.MULTILINE)

    before = content(tmp_path / "serve.sqlite3")
    server = start()
    assert server.get("/admin/login/") == 200
    said = server.stop()
    assert "Loaded" not in said
    assert "as printed at the first start" in said
    assert content(tmp_path / "serve.sqlite3") == before


def content(file: Path) -> list[str]:
    with sqlite3.connect(file) as opened:
        return list(opened.iterdump())
