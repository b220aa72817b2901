"""A file's text, a piece at a time: checked in one pass, then read again by whoever makes rows of it."""

import codecs
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from research.text.cjk import HAN

PIECE = 1024 * 1024
# What stands in Chinese text besides Han: punctuation and full-width forms tell nothing of the encoding.
NEUTRAL = re.compile("[\x00-\x7f\u2010-\u2027\u3000-\u303f\uff00-\uffef]+")
SAMPLE = 20_000


@dataclass
class Source:
    """A file in an encoding that all its bytes fit; `mark` bytes come before the text."""

    path: Path
    encoding: str
    codec: str
    mark: int = 0
    reason: str = ""
    alternatives: list[str] = field(default_factory=list)
    backslash_quotes: bool = False  # whether \" stands anywhere
    _file: io.BufferedReader | None = None

    def open(self) -> io.TextIOWrapper:
        """The text. Its lines end as CSV's do, at \\r\\n, \\r and \\n, and keep their ends."""
        self._file = file = self.path.open("rb")
        file.seek(self.mark)
        return io.TextIOWrapper(file, encoding=self.codec, newline="")

    def share(self) -> float:
        """How much of the file has been read since it was opened last, from 0 to 1."""
        file = self._file
        return 1.0 if file is None or file.closed else file.tell() / max(1, self.path.stat().st_size)


@dataclass
class Scan:
    """What a pass over a file in one codec found, up to `wrong`: the first byte that does not fit."""

    codec: str
    wrong: int | None = None
    plain: bool = True  # ASCII alone
    han: bool = False
    zeros: bool = False
    feeds: int = 0
    returns: int = 0
    backslash_quotes: bool = False
    sample: str = ""  # the first letters that are not neutral, where they are asked for

    @property
    def line(self) -> int:
        return (self.feeds or self.returns) + 1

    def take(self, text: str, before: str) -> None:
        self.plain = self.plain and text.isascii()
        self.han = self.han or (not text.isascii() and HAN.search(text) is not None)
        self.zeros = self.zeros or "\0" in text
        self.feeds += text.count("\n")
        self.returns += text.count("\r")
        self.backslash_quotes = self.backslash_quotes or '\\"' in text or before + text[:1] == '\\"'

    def take_sample(self, text: str) -> None:
        if len(self.sample) < SAMPLE and not text.isascii():
            self.sample += NEUTRAL.sub("", text)[: SAMPLE - len(self.sample)]


def scan(path: Path, mark: int, codec: str, *, sample: bool = False) -> Scan:
    """Decode the file from byte `mark` on; memory does not grow with it."""
    found, decoder, before, place = Scan(codec), codecs.getincrementaldecoder(codec)(), "", mark
    for piece in pieces(path, mark):
        place += len(piece)
        try:
            text = decoder.decode(piece, final=not piece)
        except UnicodeDecodeError as error:
            # What the decoder held back of the piece before is a part of the error's bytes.
            found.wrong = place - len(error.object) + error.start
            found.take(error.object[: error.start].decode(codec), before)
            return found
        found.take(text, before)
        if sample:
            found.take_sample(text)
        before = text[-1:] or before
    return found


def pieces(path: Path, start: int) -> Iterator[bytes]:
    """The bytes from `start` on; the last piece is empty."""
    with path.open("rb") as file:
        file.seek(start)
        while piece := file.read(PIECE):
            yield piece
    yield b""
