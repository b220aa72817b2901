"""Reading the environment; a wrong value stops the start with the variable's name, never a guess."""

import contextlib
import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.exceptions import ImproperlyConfigured

TRUE, FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off", ""}


def load_dotenv(path: Path) -> None:
    """Put the `NAME=value` lines of `path` into the environment; what is set already wins."""
    if not path.is_file():
        return
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        name, equals, value = line.partition("=")
        if not equals:
            raise ImproperlyConfigured(f"{path.name}, line {number}: expected NAME=value, got {line!r}")
        os.environ.setdefault(name.strip(), value.strip().strip("\"'"))


def boolean(name: str, *, default: bool) -> bool:
    value = os.environ.get(name)
    if value is None:
        return default
    if value.lower() in TRUE:
        return True
    if value.lower() in FALSE:
        return False
    raise ImproperlyConfigured(f"{name}={value!r}: use true or false")


def words(name: str, default: list[str]) -> list[str]:
    """A comma-separated list."""
    value = os.environ.get(name)
    return default if value is None else [word.strip() for word in value.split(",") if word.strip()]


def integer(name: str, default: int, *, least: int = 0) -> int:
    value = os.environ.get(name) or str(default)
    if not value.isascii() or not value.isdigit() or int(value) < least:
        raise ImproperlyConfigured(
            f"{name}={value!r}: use a whole number" + (f" from {least}" if least else "")
        )
    return int(value)


def plain(name: str, default: str) -> str:
    """A line that may stand in a header; a default that may not (a Chinese host name) is left out."""
    value = os.environ.get(name) or (default if default.isascii() else "")
    if not value.isascii() or not value.isprintable():
        raise ImproperlyConfigured(f"{name}={value!r}: use ASCII letters and signs only")
    return value


def address(name: str, *, required_by: str = "") -> str:
    """An origin such as https://comparanda.example, without a path; empty if unset and not required."""
    value = os.environ.get(name, "").rstrip("/")
    if not value and not required_by:
        return ""
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path:
        needed = f" ({required_by} needs it)" if not value else ""
        raise ImproperlyConfigured(f"{name}={value!r}: use https://comparanda.example{needed}")
    return value


def folder(name: str, default: Path, *, outside: Path) -> Path:
    """A folder that is not served: it may neither stand in `outside` nor hold it."""
    path = (default.parent / (os.environ.get(name) or default)).resolve()
    public = outside.resolve()
    if path.is_relative_to(public) or public.is_relative_to(path):
        raise ImproperlyConfigured(
            f"{name}={str(path)!r}: {public} is served to everybody; use another folder"
        )
    return path


def time_zone(name: str, default: str) -> str:
    value = os.environ.get(name) or default
    try:
        return ZoneInfo(value).key
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ImproperlyConfigured(f"{name}={value!r}: use a name such as Asia/Shanghai") from error


def secret_key(path: Path) -> str:
    """SECRET_KEY, or a key made once and kept in `path`, readable by its owner only."""
    if key := os.environ.get("SECRET_KEY"):
        if len(key) < 32:
            raise ImproperlyConfigured("SECRET_KEY is shorter than 32 characters")
        return key
    if not path.exists():
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(50), encoding="ascii")
        # Linking is atomic: of two processes starting at once one wins, and neither reads half a key.
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(draft)
        draft.unlink()
    return path.read_text(encoding="ascii").strip()


def database(name: str, sqlite_default: Path) -> dict[str, Any]:
    """The Django database of a URL: `sqlite:///relative.db`, `sqlite:////absolute.db` or `postgres://user:pw@host:port/name`."""
    url = os.environ.get(name)
    if not url:
        return sqlite(sqlite_default)
    forms = "sqlite:///file.db or postgres://user:password@host:port/name"
    try:
        parts = urlsplit(url)
        port = parts.port or ""
    except ValueError as error:
        raise ImproperlyConfigured(f"{name}: {error}; use {forms}") from error
    if parts.scheme == "sqlite" and len(parts.path) > 1:
        return sqlite(sqlite_default.parent / unquote(parts.path[1:]))
    if parts.scheme in {"postgres", "postgresql"} and len(parts.path) > 1:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path[1:]),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": port,
            "OPTIONS": dict(parse_qsl(parts.query)),
            "CONN_MAX_AGE": 60,
        }
    # Without the value: it may hold a password, and errors are logged.
    raise ImproperlyConfigured(f"{name} starts with {parts.scheme!r}: use {forms}")


def sqlite(path: Path) -> dict[str, Any]:
    """SQLite for a small server: readers never wait for the writer, and writers queue instead of failing."""
    return {
        "ENGINE": "config.sqlite",
        "NAME": path,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        },
        # A file, not memory: the tests then meet the same locking as the site.
        "TEST": {"NAME": str(path.with_name(f"test_{path.name}"))},
    }
