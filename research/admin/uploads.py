"""Where an uploaded table waits between its preview and its confirmation."""

import os
import re
import tempfile
import time
from pathlib import Path
from secrets import token_hex

from import_export.tmp_storages import BaseStorage

KEPT = 24 * 60 * 60  # seconds


class Expired(Exception):
    """There is no such upload, or no longer."""


class UploadStorage(BaseStorage):
    """A folder of our own; a file's name is drawn here and can neither be guessed nor be a path."""

    def save(self, data: bytes) -> None:
        self.keep(data)

    def keep(self, data: bytes) -> None:
        sweep()
        self.name = token_hex(16)
        self._path().write_bytes(data)

    def read(self) -> bytes:
        try:
            return self._path().read_bytes()
        except FileNotFoundError:
            raise Expired from None

    def remove(self) -> None:
        self._path().unlink(missing_ok=True)

    def _path(self) -> Path:
        if not re.fullmatch("[0-9a-f]{32}", self.name or ""):
            raise Expired
        return folder() / self.name


def folder() -> Path:
    path = Path(tempfile.gettempdir()) / f"comparanda-uploads-{os.getuid()}"
    path.mkdir(mode=0o700, exist_ok=True)
    found = path.lstat()
    # Anyone can make a folder in the temporary one before we do.
    if found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise PermissionError(f"{path} belongs to somebody else or is open to others")
    return path


def sweep() -> None:
    """Remove what was never confirmed."""
    for path in folder().iterdir():
        if path.stat().st_mtime < time.time() - KEPT:
            path.unlink(missing_ok=True)
