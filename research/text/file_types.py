"""What a file is, by what stands in it. A name or a browser says what somebody thinks that it is.

Signatures and the beginnings of HTML are those of https://mimesniff.spec.whatwg.org; of EPUB see
https://www.w3.org/TR/epub-33/#sec-zip-container-mime, of MHTML RFC 2557.
"""

import codecs
import re
import unicodedata
from dataclasses import dataclass
from email.parser import HeaderParser
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

HEAD = 16 * 1024  # bytes that are looked at
LONGEST_NAME = 150


class Unfit(ValueError):
    """The file cannot be kept; the message says why and what to do."""


@dataclass(frozen=True)
class FileType:
    content_type: str  # as it is served
    label: Any
    endings: tuple[str, ...]  # the first is the usual one

    def __str__(self) -> str:
        return str(self.label)


PDF = FileType("application/pdf", "PDF", (".pdf",))
_PAGES = gettext_lazy("web page (HTML)"), (".html", ".htm", ".xhtml")
HTML = FileType("text/html; charset=utf-8", *_PAGES)
HTML_ELSE = FileType("text/html", *_PAGES)  # in the encoding that it names itself
MHTML = FileType("multipart/related", gettext_lazy("web archive (MHTML)"), (".mhtml", ".mht"))
PNG = FileType("image/png", gettext_lazy("PNG image"), (".png",))
JPEG = FileType("image/jpeg", gettext_lazy("JPEG image"), (".jpg", ".jpeg", ".jfif"))
WEBP = FileType("image/webp", gettext_lazy("WebP image"), (".webp",))
EPUB = FileType("application/epub+zip", "EPUB", (".epub",))
TEXTS = {
    encoding: FileType(f"text/plain; charset={encoding}", gettext_lazy("text"), (".txt", ".text", ".md"))
    for encoding in ("utf-8", "utf-16", "gb18030")
}
KINDS = (PDF, HTML, HTML_ELSE, MHTML, PNG, JPEG, WEBP, EPUB, *TEXTS.values())
TYPES = {kind.content_type: kind for kind in KINDS}
ENDINGS = [ending for kind in dict.fromkeys(kind.endings for kind in TYPES.values()) for ending in kind]

# A page may begin with any of these; what begins with <a, <b or the like may as well be a text.
_PAGE = re.compile(
    rb"<!--|<(?:!doctype html|html|head|body|script|iframe|style|title|meta|link|table|div|h1|br|p)"
    rb"(?=[\s>/])",
    re.I,
)
_BEFORE = re.compile(rb"(?:\s|<\?xml[^>]*\?>|<!--.*?-->)+", re.S | re.I)
_SVG = re.compile(rb"<(?:!doctype\s+)?svg(?=[\s>])", re.I)
# What makes a PDF a page for whoever does not believe its type.
_PAGE_INSIDE = re.compile(rb"<(?:!doctype\s+html|html|head|body|script|iframe|svg)[\s>/]", re.I)
_HEADER_LINE = re.compile(rb"[A-Za-z][A-Za-z0-9-]*:")
_NOT_IN_TEXT = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_UTF_16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


class Recogniser:
    """Takes a file piece by piece and says at its end what it is; keeps no more than its head."""

    def __init__(self) -> None:
        self.head, self.size = b"", 0
        self._decoders = {name: codecs.getincrementaldecoder(name)() for name in TEXTS}

    def feed(self, chunk: bytes) -> None:
        self.size += len(chunk)
        self.head += chunk[: max(HEAD - len(self.head), 0)]
        for name in [*self._decoders]:
            if name != "utf-16" and _NOT_IN_TEXT.search(chunk):
                del self._decoders[name]
            else:
                self._decode(name, chunk, end=False)

    def _decode(self, name: str, chunk: bytes, *, end: bool) -> None:
        try:
            fits = "\x00" not in self._decoders[name].decode(chunk, end)
        except UnicodeError:  # of UTF-16 also where its mark is missing
            fits = False
        if not fits:
            del self._decoders[name]

    def result(self) -> FileType:
        """Raises Unfit for what is not kept here."""
        if not self.size:
            raise Unfit(_("The file is empty."))
        for name in [*self._decoders]:
            self._decode(name, b"", end=True)
        found = self._by_signature() or self._by_markup() or TEXTS.get(next(iter(self._decoders), ""))
        if found is None:
            named = _(", ").join(dict.fromkeys(str(kind) for kind in TYPES.values()))
            raise Unfit(_("What is in the file is none of these: %s.") % named)
        return found

    def _by_signature(self) -> FileType | None:
        head = self.head
        if head.startswith(b"\x89PNG\r\n\x1a\n"):
            return PNG
        if head.startswith(b"\xff\xd8\xff"):
            return JPEG
        if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
            return WEBP
        if head.startswith(b"PK\x03\x04") and head[30:58] == b"mimetypeapplication/epub+zip":
            return EPUB
        bare = head.removeprefix(codecs.BOM_UTF8).lstrip()
        if not bare.startswith(b"%PDF-"):
            return None
        if _PAGE_INSIDE.search(bare[:1024]):
            raise Unfit(_("It is a PDF and a web page in one, as no program makes it. Save the PDF again."))
        return PDF

    def _by_markup(self) -> FileType | None:
        head = self.head.removeprefix(codecs.BOM_UTF8)
        if encoding := _UTF_16.get(head[:2]):
            head = head[2:].decode(encoding, "replace").encode()
        before = _BEFORE.match(head)
        body = head[before.end() :] if before else head
        if _SVG.match(body):
            raise Unfit(_("An SVG image can carry scripts and is not kept. Save it as PNG or PDF."))
        # A browser takes also what begins with a comment for a page.
        if _PAGE.match(body) or _PAGE.match(head.lstrip()):
            return HTML if "utf-8" in self._decoders else HTML_ELSE
        if _HEADER_LINE.match(head):
            headers = HeaderParser().parsestr(head.decode("latin-1"))
            return MHTML if headers.get_content_type() == "multipart/related" else None
        return None


# --- names -------------------------------------------------------------------------------------------------

# Controls, formats (of no width, from right to left), surrogates, ends of lines.
_UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
_ENDING = re.compile(r"\.(?=[a-z0-9]*[a-z])[a-z0-9]{1,5}\Z", re.I)


def clean_name(name: str) -> str:
    """A file's name without folders and without signs that are unseen or turn the text; may be empty."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    seen = "".join(sign for sign in re.sub(r"\s", " ", last) if unicodedata.category(sign) not in _UNSEEN)
    return re.sub(" +", " ", seen).strip(" .")


def fitting_name(name: str, kind: FileType) -> str:
    """The cleaned name, with an ending of its kind. Raises Unfit where it has the ending of another."""
    clean = clean_name(name)
    found = _ENDING.search(clean)
    ending = found[0].lower() if found else kind.endings[0]
    if ending not in kind.endings:
        told = {"name": clean, "kind": kind, "ending": kind.endings[0]}
        raise Unfit(
            _(
                "“%(name)s” holds something else than its name says: %(kind)s. If that is what you mean to "
                "keep, let the name end in %(ending)s."
            )
            % told
        )
    stem = clean[: found.start()] if found else clean
    return f"{stem[: LONGEST_NAME - len(ending)].strip(' .') or 'file'}{ending}"
