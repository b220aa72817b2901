"""From bytes to text: which encoding a file is in, why, and which others would do.

Bytes that are valid as UTF-8 are UTF-8: other encodings hardly ever make such bytes. GB18030 and Big5 share
most of their code space, so a text can be valid in both; the one in which more of its Chinese is everyday
Chinese wins, and the other is named.
"""

import codecs
from pathlib import Path

from django.utils.translation import gettext as _

from research.text.cjk import HAN
from research.text.tables.source import SAMPLE, Scan, Source, scan
from research.text.tables.table import MEGABYTE, TableError

ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-16-le": "UTF-16 LE",
    "utf-16-be": "UTF-16 BE",
    "gb18030": "GB18030",
    "big5": "Big5",
}
# What else people call them. GBK is a part of GB18030.
ALIASES = {
    **{"utf8": "utf-8", "utf-8-sig": "utf-8", "utf-16": "utf-16-le", "utf16": "utf-16-le"},
    **{"gbk": "gb18030", "gb2312": "gb18030", "cp936": "gb18030", "cp950": "big5", "big5-hkscs": "big5"},
}
# Windows writes cp950, which is Big5 with a few more characters; Hong Kong adds its own.
CODECS = {"big5": ("cp950", "big5hkscs", "big5")}
MARKS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
AROUND = MEGABYTE  # of a wrong byte: so much is looked at for what the file is


def find_encoding(path: Path, forced: str = "") -> Source:
    """How to read the file. Raises TableError where its bytes fit nothing known here, or not `forced`."""
    with path.open("rb") as file:
        head = file.read(SAMPLE)
    if forced:
        encoding = known(forced)
        return strict(path, encoding, length_of_mark(head, encoding), _("You chose this encoding."))
    for mark, encoding in MARKS.items():
        if head.startswith(mark):
            reason = _("The file begins with the byte order mark of %s.") % ENCODINGS[encoding]
            return strict(path, encoding, len(mark), reason)
    return by_zeros(path, head) or by_utf8(path) or by_han(path)


def known(name: str) -> str:
    """The encoding's name as used here. Raises TableError."""
    plain = name.strip().lower().replace("_", "-")
    encoding = ALIASES.get(plain, plain)
    if encoding not in ENCODINGS:
        message = _("“%(name)s” is no encoding known here. Known are: %(known)s.")
        raise TableError(message % {"name": name, "known": ", ".join(ENCODINGS)})
    return encoding


def length_of_mark(head: bytes, encoding: str) -> int:
    return next((len(mark) for mark, of in MARKS.items() if of == encoding and head.startswith(mark)), 0)


def attempt(path: Path, encoding: str, mark: int = 0, *, sample: bool = False) -> Scan:
    """The pass in the first of the encoding's codecs that all bytes fit, else in the first."""
    scans = []
    for codec in CODECS.get(encoding, (encoding,)):
        scans.append(scan(path, mark, codec, sample=sample))
        if scans[-1].wrong is None:
            return scans[-1]
    return scans[0]


def source(path: Path, encoding: str, found: Scan, reason: str, mark: int = 0) -> Source:
    return Source(path, encoding, found.codec, mark, reason, backslash_quotes=found.backslash_quotes)


def strict(path: Path, encoding: str, mark: int, reason: str) -> Source:
    found = attempt(path, encoding, mark)
    if found.wrong is not None:
        raise misfit(found.wrong, found.line, encoding)
    return source(path, encoding, found, reason, mark)


def misfit(wrong: int, line: int, encoding: str) -> TableError:
    message = _(
        "Byte %(byte)s, in line %(line)s, is not %(name)s. Choose another encoding, "
        "or save the file as UTF-8 (a table as “CSV UTF-8”)."
    )
    return TableError(message % {"byte": wrong + 1, "line": line, "name": ENCODINGS[encoding]})


def by_zeros(path: Path, head: bytes) -> Source | None:
    """UTF-16 without a mark: every Latin letter and every comma has a zero byte, all on the same side."""
    even, odd = head[::2].count(0), head[1::2].count(0)
    if path.stat().st_size % 2 or max(even, odd) < 2 or min(even, odd) * 10 > max(even, odd):
        return None
    encoding = "utf-16-be" if even > odd else "utf-16-le"
    found = attempt(path, encoding)
    if found.wrong is not None or found.zeros or not (found.feeds or found.returns):
        return None
    reason = (
        _("There is no byte order mark, but the zero bytes stand as they do in %s.") % ENCODINGS[encoding]
    )
    return source(path, encoding, found, reason)


def by_utf8(path: Path) -> Source | None:
    found = attempt(path, "utf-8")
    if found.wrong is not None:
        if is_damaged(path, found.wrong):
            raise misfit(found.wrong, found.line, "utf-8")
        return None
    # Two letters of GBK can by chance be one of UTF-8; where there is Han in UTF-8 there is no such chance.
    by_chance = not found.plain and not found.han
    others = [name for name in ("gb18030", "big5") if by_chance and attempt(path, name).wrong is None]
    return with_others(source(path, "utf-8", found, _("All bytes are valid as UTF-8.")), others)


def is_damaged(path: Path, wrong: int) -> bool:
    """UTF-8 with a wrong byte somewhere must not be read as something else, which it might fit by chance."""
    with path.open("rb") as file:
        file.seek(max(0, wrong - AROUND))
        text = file.read(2 * AROUND).decode("utf-8", errors="replace")
    return len(text) - len(HAN.sub("", text)) > 10 * text.count("\ufffd")


def by_han(path: Path) -> Source:
    scans = {name: attempt(path, name, sample=True) for name in ("gb18030", "big5")}
    scans = {name: found for name, found in scans.items() if found.wrong is None}
    if not scans:
        message = _(
            "The bytes are no text in UTF-8, UTF-16, GB18030 or Big5 (line %s is not UTF-8). "
            "Save the file as UTF-8 (a table as “CSV UTF-8”)."
        )
        raise TableError(message % scan(path, 0, "utf-8").line)
    shares = {name: everyday(found.sample, name) for name, found in scans.items()}
    best = max(shares, key=lambda name: shares[name])
    others = [name for name in scans if name != best]
    named = {"name": ENCODINGS[best], "share": f"{shares[best]:.0%}"}
    if not others:
        message = _("The bytes are not valid as UTF-8, but as %(name)s.")
    else:
        named |= {"other": ENCODINGS[others[0]], "less": f"{shares[others[0]]:.0%}"}
        message = _("As %(name)s, %(share)s of the characters are everyday Chinese; as %(other)s, %(less)s.")
    return with_others(source(path, best, scans[best], message % named), others)


def with_others(found: Source, others: list[str]) -> Source:
    found.alternatives = others
    if others:
        names = ", ".join(ENCODINGS[name] for name in others)
        found.reason += " " + _("The bytes are valid as %s, too: check the text.") % names
    return found


def everyday(letters: str, encoding: str) -> float:
    """The share of characters in the encoding's first level, where the everyday ones are."""
    codec, low, high = ("gb2312", 0xB0, 0xD7) if encoding == "gb18030" else ("cp950", 0xA4, 0xC6)
    if not letters:
        return 0.0
    found = sum(low <= letter.encode(codec, errors="replace")[0] <= high for letter in letters)
    return found / len(letters)
