"""A page's title, from as little of the page as is needed. Nothing of the page is run."""

import codecs
import re
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from html import unescape

LONGEST_TITLE = 500
LONGEST_READ = 20_000  # octets of it
HTML = {"text/html", "application/xhtml+xml"}

BOMS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
# Labels by which browsers understand more than they say: https://encoding.spec.whatwg.org/#names-and-labels
WIDER = {
    **dict.fromkeys(["gb2312", "gbk", "gb_2312-80", "x-gbk", "hz-gb-2312"], "gb18030"),
    **dict.fromkeys(["iso-8859-1", "latin1", "us-ascii", "ascii"], "cp1252"),
    "shift_jis": "cp932",
    "big5": "big5hkscs",
}
CHARSET = re.compile(rb"""<meta[^>]{0,500}?charset\s*=\s*["']?\s*([\w.:-]{1,40})""", re.I)
IN_HEADER = re.compile(r"""charset\s*=\s*["']?([\w.:-]{1,40})""", re.I)
# A title, and what may hold a "<title" that is none; each with its end.
ENDS = {"<!--": "-->", "<script": "</script", "<style": "</style", "<svg": "</svg", "<title": "</title"}
ENDINGS = {start.encode(): re.compile(end.encode(), re.I) for start, end in ENDS.items()}
OPENING = re.compile(rb"<!--|<(?:script|style|svg|title|body)(?=[\s>/])", re.I)
DECISIVE = re.compile(rb"</title|<body", re.I)


def unpacked(chunks: Iterable[bytes], encoding: str, most: int) -> Iterator[bytes]:
    """The chunks without gzip, at most `most` octets in all; what cannot be unpacked ends there."""
    if encoding in ("", "identity"):
        yield from chunks
        return
    unpack = zlib.decompressobj(zlib.MAX_WBITS | 16)
    for chunk in chunks:
        while chunk and most > 0:
            try:
                data = unpack.decompress(chunk, min(most, 65536))
            except zlib.error:  # also an encoding that nobody asked for
                yield b""
                return
            chunk, most = unpack.unconsumed_tail, most - len(data)
            yield data
        if most <= 0:
            return


class TitleReader:
    """Takes a page in pieces; `done` says that no more is needed."""

    def __init__(self, content_type: str) -> None:
        self.content_type, self.data, self.done = content_type, bytearray(), False

    def feed(self, piece: bytes) -> None:
        self.data += piece
        if DECISIVE.search(self.data, max(0, len(self.data) - len(piece) - 8)):
            self.done = title_in(self.data, whole=False) is not None

    def title(self) -> str:
        """Of what has come so far: text, tidied, "" if there is none."""
        data, charsets = bytes(self.data), self.charsets()
        if charsets[0] in ("utf-16", "utf-16le", "utf-16be", "utf-16-le", "utf-16-be"):
            data, charsets = data.decode(charsets[0], "ignore").encode(), ["utf-8"]
        return tidied(decoded(title_in(data, whole=True) or b"", charsets))

    def charsets(self) -> list[str]:
        """Those that the page names, the strongest first (BOM, header, meta), then those that are likely."""
        found = [name for bom, name in BOMS.items() if self.data.startswith(bom)]
        found += IN_HEADER.findall(self.content_type)
        found += [name.decode("ascii", "replace") for name in CHARSET.findall(self.data[:4096])[:1]]
        return [WIDER.get(name.lower(), name.lower()) for name in [*found, "utf-8", "gb18030", "cp1252"]]


def title_in(data: bytes | bytearray, *, whole: bool) -> bytes | None:
    """What stands between <title> and its end; None if that may still come."""
    unknown = b"" if whole else None
    place = 0
    while found := OPENING.search(data, place):
        tag = found[0].lower()
        if tag == b"<body":
            return b""  # a title further below is no title
        end = ENDINGS[tag].search(data, found.end())
        if tag == b"<title":
            start = data.find(b">", found.end()) + 1
            if not start or not (end or whole):
                return unknown
            return bytes(data[start : min(end.start() if end else len(data), start + LONGEST_READ)])
        if not end:
            return unknown
        place = end.end()
    return unknown


def decoded(octets: bytes, charsets: Iterable[str]) -> str:
    """In the first charset that fits; servers name wrong ones."""
    for name in charsets:
        with suppress(LookupError, UnicodeError):
            return octets.decode(name)
    return octets.decode("utf-8", "replace")


def tidied(text: str) -> str:
    shown = "".join(sign if sign.isprintable() else " " for sign in unescape(text))
    return " ".join(shown.split())[:LONGEST_TITLE].rstrip()
