"""Settings come from the environment; a wrong value stops the start and names its variable."""

import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from config import env

ENV = pytest.MonkeyPatch


def start(code: str, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Python with this project's settings and just these variables."""
    database = f"sqlite:///{folder / 'db.sqlite3'}"
    defaults = {"PATH": os.environ["PATH"], "SECRET_KEY": "x" * 32, "DATABASE_URL": database}
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=settings.BASE_DIR,
        env={**defaults, "DJANGO_SETTINGS_MODULE": "config.settings", **variables},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


class TestTheStart:
    @pytest.mark.skipif(
        (settings.BASE_DIR / ".env").exists(), reason="this checkout has settings of its own in .env"
    )
    def test_it_needs_nothing(self, tmp_path: Path) -> None:
        code = "from config.settings import *; print(DEBUG, ALLOWED_HOSTS, LANGUAGE_CODE, SITE_NAME)"
        done = start(code, tmp_path)
        assert done.stdout == "False ['localhost', '127.0.0.1', '[::1]'] zh-hans Comparanda\n", done.stderr

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("DEBUG", "maybe"),
            ("HTTPS", "2"),
            ("SECRET_KEY", "short"),
            ("DATABASE_URL", "mysql://user:pw@host/name"),
            ("DATABASE_URL", "db.sqlite3"),
            ("SITE_NAME", " "),
            ("TIME_ZONE", "Mars/Olympus"),
            ("NOTIFY_BY_EMAIL", "maybe"),
            ("EMAIL_PORT", "smtp"),
            ("FILES_FOLDER", "staticfiles/files"),
            ("FILES_FOLDER", "."),
            ("FILE_MEGABYTES", "0"),
            ("FILE_MEGABYTES", "50 MB"),
            ("SITE_URL", "comparanda.example"),
            ("SITE_URL", "https://comparanda.example/path"),
            ("LINK_WATCH_CONTACT", "某某团队"),
        ],
    )
    def test_a_wrong_value_stops_it_and_is_named(self, name: str, value: str, tmp_path: Path) -> None:
        done = start("import django; django.setup()", tmp_path, **{name: value})
        assert done.returncode != 0
        assert name in done.stderr.splitlines()[-1]

    def test_mails_need_an_address_to_lead_to(self, tmp_path: Path) -> None:
        done = start("import django; django.setup()", tmp_path, NOTIFY_BY_EMAIL="true")
        assert "SITE_URL" in done.stderr.splitlines()[-1]
        code = "from config.settings import *; print(EMAIL_BACKEND.split('.')[-2], SITE_URL)"
        site = {"NOTIFY_BY_EMAIL": "true", "SITE_URL": "https://comparanda.example/"}
        assert start(code, tmp_path, **site).stdout == "console https://comparanda.example\n"
        assert start(code, tmp_path, **site, EMAIL_HOST="localhost").stdout.startswith("smtp ")

    def test_https_marks_the_cookies(self, tmp_path: Path) -> None:
        code = "from config.settings import *; print(SESSION_COOKIE_SECURE, SECURE_SSL_REDIRECT)"
        assert start(code, tmp_path, HTTPS="true").stdout == "True True\n"


class TestBoolean:
    @pytest.mark.parametrize(
        ("value", "expected"),
        [("true", True), ("TRUE", True), ("1", True), ("on", True), ("no", False), ("0", False), ("", False)],
    )
    def test_words_are_read(self, value: str, expected: bool, monkeypatch: ENV) -> None:
        monkeypatch.setenv("FLAG", value)
        assert env.boolean("FLAG", default=not expected) is expected

    @pytest.mark.parametrize("default", [True, False])
    def test_without_one_it_is_the_default(self, default: bool) -> None:
        assert env.boolean("NO_SUCH_FLAG", default=default) is default


def test_words_are_split_and_bare(monkeypatch: ENV) -> None:
    monkeypatch.setenv("HOSTS", " a.example, b.example ,,")
    assert env.words("HOSTS", ["c"]) == ["a.example", "b.example"]
    assert env.words("NO_SUCH_HOSTS", ["c"]) == ["c"]
    monkeypatch.setenv("HOSTS", "")
    assert env.words("HOSTS", ["c"]) == []


class TestSecretKey:
    def test_it_is_made_once_and_only_its_owner_reads_it(self, tmp_path: Path, monkeypatch: ENV) -> None:
        monkeypatch.delenv("SECRET_KEY", raising=False)
        file = tmp_path / ".secret-key"
        key = env.secret_key(file)
        assert len(key) >= 50
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert env.secret_key(file) == key
        assert [found.name for found in tmp_path.iterdir()] == [".secret-key"]

    def test_the_environment_comes_first(self, tmp_path: Path, monkeypatch: ENV) -> None:
        monkeypatch.setenv("SECRET_KEY", "k" * 32)
        assert env.secret_key(tmp_path / ".secret-key") == "k" * 32
        assert list(tmp_path.iterdir()) == []

    def test_a_short_one_is_refused(self, tmp_path: Path, monkeypatch: ENV) -> None:
        monkeypatch.setenv("SECRET_KEY", "k" * 31)
        with pytest.raises(ImproperlyConfigured, match="SECRET_KEY"):
            env.secret_key(tmp_path / ".secret-key")


class TestDatabaseUrl:
    def read(self, url: str, monkeypatch: ENV) -> dict[str, Any]:
        monkeypatch.setenv("DB", url)
        return env.database("DB", Path("/srv/db.sqlite3"))

    @pytest.mark.parametrize(
        ("url", "path"),
        [
            ("", "/srv/db.sqlite3"),
            ("sqlite:///other.db", "/srv/other.db"),
            ("sqlite:////var/lib/a%20b.db", "/var/lib/a b.db"),
        ],
    )
    def test_sqlite(self, url: str, path: str, monkeypatch: ENV) -> None:
        found = self.read(url, monkeypatch)
        assert (found["ENGINE"], found["NAME"]) == ("config.sqlite", Path(path))

    def test_postgresql(self, monkeypatch: ENV) -> None:
        found = self.read("postgres://us%40er:p%2Fw@db.example:6543/na%20me?sslmode=require", monkeypatch)
        assert found["ENGINE"] == "django.db.backends.postgresql"
        names = ("USER", "PASSWORD", "HOST", "PORT", "NAME", "OPTIONS")
        values = ["us@er", "p/w", "db.example", 6543, "na me", {"sslmode": "require"}]
        assert [found[name] for name in names] == values

    def test_postgresql_by_its_socket(self, monkeypatch: ENV) -> None:
        found = self.read("postgresql:///name", monkeypatch)
        assert [found[name] for name in ("USER", "HOST", "PORT", "NAME")] == ["", "", "", "name"]

    @pytest.mark.parametrize(
        "url",
        [
            "mysql://a:secret@b/c",
            "postgres://a:secret@host",
            "sqlite://",
            "sqlite:///",
            "x",
            "postgres://a:secret@h:x/n",
        ],
    )
    def test_another_form_is_refused_without_telling_the_password(self, url: str, monkeypatch: ENV) -> None:
        with pytest.raises(ImproperlyConfigured, match="DB") as refused:
            self.read(url, monkeypatch)
        assert "secret" not in str(refused.value)


class TestDotEnv:
    def test_lines_are_read_and_the_environment_wins(self, tmp_path: Path, monkeypatch: ENV) -> None:
        for name in ("A", "B", "C"):
            monkeypatch.setenv(name, "")
            monkeypatch.delenv(name)
        monkeypatch.setenv("D", "set")
        file = tmp_path / ".env"
        file.write_text("# 注\n\nA=1\n B = two words \nC='a=b#c'\nD=unset\n", encoding="utf-8")
        env.load_dotenv(file)
        assert [os.environ[name] for name in "ABCD"] == ["1", "two words", "a=b#c", "set"]

    def test_a_line_without_a_value_is_named(self, tmp_path: Path) -> None:
        (tmp_path / ".env").write_text("A_FIRST=1\nDEBUG\n", encoding="utf-8")
        with pytest.raises(ImproperlyConfigured, match=r"\.env, line 2"):
            env.load_dotenv(tmp_path / ".env")

    def test_no_file_is_no_fault(self, tmp_path: Path) -> None:
        env.load_dotenv(tmp_path / ".env")

    def test_the_example_is_a_good_file_and_changes_nothing(self) -> None:
        before = dict(os.environ)
        env.load_dotenv(settings.BASE_DIR / ".env.example")
        assert dict(os.environ) == before


class TestSqlite:
    @pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL keeps its own journal")
    def test_the_tests_run_on_a_file_in_wal(self, db: None) -> None:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA journal_mode")
            assert cursor.fetchone() == ("wal",)

    def test_writers_queue_instead_of_failing(self, tmp_path: Path) -> None:
        """Each reads, then writes in one transaction: without IMMEDIATE it ends in "database is locked"."""
        create = "cursor.execute('CREATE TABLE t (n int)'); cursor.execute('INSERT INTO t VALUES (0)')"
        assert self.run(tmp_path, create).communicate(timeout=60) == ("", "")
        writers = [self.run(tmp_path, "for _ in range(100): add_one()") for _ in range(3)]
        assert [writer.communicate(timeout=60) for writer in writers] == [("", "")] * 3
        total = self.run(tmp_path, "cursor.execute('SELECT n FROM t'); print(cursor.fetchone()[0])")
        assert total.communicate(timeout=60) == ("300\n", "")

    @staticmethod
    def run(folder: Path, body: str) -> subprocess.Popen[str]:
        code = WRITER.format(file=str(folder / "count.sqlite3"), body=body)
        arguments = [sys.executable, "-c", code]
        pipe = subprocess.PIPE
        return subprocess.Popen(arguments, cwd=settings.BASE_DIR, text=True, stdout=pipe, stderr=pipe)


WRITER = """
import time
from pathlib import Path
from django.conf import settings
from config import env
settings.configure(DATABASES={{"default": env.sqlite(Path({file!r}))}})
import django
django.setup()
from django.db import connection, transaction
cursor = connection.cursor()

def add_one():
    with transaction.atomic():
        cursor.execute("SELECT n FROM t")
        time.sleep(0.005)  # so that the writers meet
        cursor.execute("UPDATE t SET n = %s", [cursor.fetchone()[0] + 1])

{body}
"""
