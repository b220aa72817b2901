"""Files of sources on the disk, in a folder that no address leads to.

A file has a random name of its own, is readable by the server's account only, and is whole before anybody
knows its name: it is written under another, flushed, and renamed. Rows know the names; see `actions.attach`.
"""

import fcntl
import hashlib
import os
import re
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import BinaryIO

from django.conf import settings
from django.utils.translation import gettext as _

from research.text.file_types import FileType, Recogniser, Unfit

BEGUN = ".part"
SETTLED = 60 * 60  # seconds after which a file without a row has been left behind
_NAME = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class Stored:
    """A file that lies in the folder: its name there, its size in bytes, what it is."""

    name: str
    size: int
    sha256: str
    kind: FileType


def most_bytes() -> int:
    return int(settings.FILE_MEGABYTES) * 1024 * 1024


def too_large() -> Unfit:
    return Unfit(_("The file is too large: at most %s MB. Nothing was kept of it.") % settings.FILE_MEGABYTES)


def receive(chunks: Iterable[bytes]) -> Stored:
    """Write a file, a chunk of bytes at a time. Raises Unfit, or OSError where the disk will not have it."""
    sweep()
    begun = folder() / f"{token_hex(16)}{BEGUN}"
    try:
        with os.fdopen(os.open(begun, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            fcntl.flock(file, fcntl.LOCK_EX)  # so that `sweep` sees that somebody writes it
            digest, found = hashlib.sha256(), Recogniser()
            for chunk in chunks:
                if found.size + len(chunk) > most_bytes():
                    raise too_large()
                file.write(chunk)
                digest.update(chunk)
                found.feed(chunk)
            kind = found.result()
            file.flush()
            os.fsync(file.fileno())
            begun.rename(begun.with_suffix(""))
    except BaseException:
        begun.unlink(missing_ok=True)
        raise
    flush_folder()
    return Stored(begun.stem, found.size, digest.hexdigest(), kind)


def open_stored(name: str) -> BinaryIO:
    """Raises FileNotFoundError."""
    return path_of(name).open("rb")


def remove(name: str) -> None:
    """Whoever is reading it reads on."""
    path_of(name).unlink(missing_ok=True)


def path_of(name: str) -> Path:
    if not _NAME.fullmatch(name):
        raise FileNotFoundError(name)
    return folder() / name


def folder() -> Path:
    path = Path(settings.FILES_FOLDER)
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def flush_folder() -> None:
    """So that also the new name outlives a power cut."""
    descriptor = os.open(folder(), os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sweep() -> None:
    """Remove what a process that was killed left half-written; nobody has ever known its name."""
    for path in folder().glob(f"*{BEGUN}"):
        with suppress(FileNotFoundError, BlockingIOError), path.open("rb") as file:
            # One that was just made may not be locked yet.
            if path.stat().st_mtime < time.time() - 60:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                path.unlink()


def names() -> Iterator[str]:
    """Of all whole files in the folder."""
    return (path.name for path in folder().iterdir() if _NAME.fullmatch(path.name))


def is_settled(name: str) -> bool:
    """Whether it lies there long enough for its row to be written, if there is to be one."""
    with suppress(FileNotFoundError):
        return path_of(name).stat().st_mtime < time.time() - SETTLED
    return False


def size_of(name: str) -> int | None:
    """In bytes; None where it is gone."""
    with suppress(FileNotFoundError):
        return path_of(name).stat().st_size
    return None


def sha256_of(name: str) -> str:
    with path_of(name).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
