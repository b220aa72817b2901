"""Where an uploaded file and what it would do wait between the preview and the confirmation.

Each upload has a folder of its own, named by its owner and a token that cannot be guessed. It is removed
before the rows are written, or after an hour, or once the process that was still reading it is gone.
"""

import fcntl
import json
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex
from typing import IO, Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload, TemporaryFileUploadHandler

from research import storage

KEPT = 60 * 60  # seconds
BEGUN, GONE = "begun-", "gone-"


class Expired(Exception):
    """There is no such upload, or no longer, or it is somebody else's."""


class LimitedFiles(FileUploadHandler):
    """On the page of a source's files: one that is too large is refused before it is read to its end.

    The fields before it are read, so that the page can answer; `request.is_too_large` tells it why.
    """

    AROUND = 64 * 1024  # bytes of a form beside its file
    NAMES = ("research_source_files",)

    def handle_raw_input(self, input_data: Any, META: Any, content_length: int, *args: Any) -> None:  # noqa: N803
        match = self.request and self.request.resolver_match
        self.limit = storage.most_bytes() if match and match.url_name in self.NAMES else None
        self.announced, self.received = content_length - self.AROUND, 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.check(self.announced)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.received += len(raw_data)
        self.check(self.received)
        return raw_data

    def check(self, size: int) -> None:
        if self.limit is not None and size > self.limit:
            self.request.is_too_large = True  # type: ignore[union-attr]
            raise StopUpload(connection_reset=True)

    def file_complete(self, file_size: int) -> None:
        """Another handler has the file."""


class NamelessFiles(TemporaryFileUploadHandler):
    """A large file on its way in has no name on the disk: it is gone with the process, however that ends."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super(TemporaryFileUploadHandler, self).new_file(*args, **kwargs)
        self.file: Any = UploadedFile(
            tempfile.TemporaryFile(),  # noqa: SIM115 # Django closes it with the request
            *(self.file_name, self.content_type, 0, self.charset, self.content_type_extra),
        )

    def upload_interrupted(self) -> None:
        if hasattr(self, "file"):
            self.file.close()


class Upload:
    """`file` is what was sent, `plan` what it would do, `about` what else the pages need to know."""

    def __init__(self, path: Path) -> None:
        self.path, self.token = path, path.name.partition("-")[2]
        self.file, self.plan, self._about = path / "file", path / "plan", path / "about"
        self._lock: IO[bytes] | None = None

    @classmethod
    def receive(cls, user: Any, chunks: Iterator[bytes]) -> "Upload":
        sweep()
        upload = cls(folder() / f"{user.pk}-{token_hex(16)}")
        begun = folder() / f"{BEGUN}{upload.token}"
        begun.mkdir(mode=0o700)
        # Locked until `keep`: `sweep` takes an upload that nobody locks for left behind. It has its name once
        # it is locked: another process could sweep it between the two.
        upload._lock = (begun / upload.file.name).open("wb")
        fcntl.flock(upload._lock, fcntl.LOCK_EX)
        begun.rename(upload.path)
        for chunk in chunks:
            upload._lock.write(chunk)
        upload._lock.flush()
        return upload

    @classmethod
    def find(cls, user: Any, token: str) -> "Upload":
        """The user's upload. Raises Expired."""
        if not re.fullmatch("[0-9a-f]{32}", token or ""):
            raise Expired
        sweep()
        upload = cls(folder() / f"{user.pk}-{token}")
        if not upload._about.exists():
            raise Expired
        return upload

    @property
    def about(self) -> dict[str, Any]:
        try:
            about: dict[str, Any] = json.loads(self._about.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise Expired from None
        return about

    def keep(self, about: dict[str, Any]) -> None:
        """The plan is made; the upload now waits for its owner."""
        fresh = self._about.with_suffix(".new")
        fresh.write_text(json.dumps(about), encoding="utf-8")
        fresh.replace(self._about)
        if self._lock:
            self._lock.close()

    def again(self, user: Any) -> "Upload":
        """The same file as a new upload, for a new plan; this one is gone."""
        with self.file.open("rb") as file:
            fresh = Upload.receive(user, iter(lambda: file.read(1 << 20), b""))
        self.remove()
        return fresh

    def remove(self) -> None:
        """Renamed first: a process that is killed half-way leaves nothing that could pass for an upload."""
        if self._lock:
            self._lock.close()
        gone = self.path.with_name(f"{GONE}{self.token}")
        with suppress(FileNotFoundError):  # another process removes it as well
            self.path.rename(gone)
        shutil.rmtree(gone, ignore_errors=True)

    @contextmanager
    def or_none(self) -> Iterator[None]:
        """What goes wrong before `keep` leaves no upload behind, also when the person goes away."""
        try:
            yield
        except BaseException:
            self.remove()
            raise


def folder() -> Path:
    path = Path(tempfile.gettempdir()) / f"comparanda-uploads-{os.getuid()}"
    path.mkdir(mode=0o700, exist_ok=True)
    found = path.lstat()
    # Anyone can make a folder in the temporary one before we do.
    if found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise PermissionError(f"{path} belongs to somebody else or is open to others")
    return path


def sweep() -> None:
    """Remove what was never confirmed, and what a process that was killed left half read."""
    for path in folder().iterdir():
        with suppress(FileNotFoundError):  # another process sweeps as well
            begun_long_ago = path.name.startswith(BEGUN) and path.stat().st_mtime < time.time() - 60
            if path.name.startswith(GONE) or begun_long_ago:
                shutil.rmtree(path, ignore_errors=True)
            elif not path.name.startswith(BEGUN) and is_over(Upload(path)):
                Upload(path).remove()


def is_over(upload: Upload) -> bool:
    """Whether nobody came back to it, or the process that read it is gone."""
    if upload.path.stat().st_mtime < time.time() - KEPT:
        return True
    if upload._about.exists():
        return False
    try:
        with upload.file.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    # It may have been finished between the two looks.
    return not upload._about.exists()
