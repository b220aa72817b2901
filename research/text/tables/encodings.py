"""From bytes to text: which encoding a file is in, why, and which others would do.

Bytes that are valid as UTF-8 are UTF-8: other encodings hardly ever make such bytes. GB18030 and Big5 share
most of their code space, so a text can be valid in both; the one in which more of its Chinese is everyday
Chinese wins, and the other is named.
"""

import codecs
import re
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from research.text.tables.table import TableError

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
SAMPLE = 20_000
HAN = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff]")
# What stands in Chinese text besides Han: punctuation and full-width forms tell nothing of the encoding.
NEUTRAL = re.compile("[\x00-\x7f\u2010-\u2027\u3000-\u303f\uff00-\uffef]+")


@dataclass
class Text:
    text: str
    encoding: str
    reason: str
    alternatives: list[str] = field(default_factory=list)


def decode(data: bytes, forced: str = "") -> Text:
    """The text of the bytes. Raises TableError where they are in none known here, or not in `forced`."""
    if forced:
        encoding = known(forced)
        return Text(strict(strip_mark(data, encoding), encoding), encoding, _("You chose this encoding."))
    for mark, encoding in MARKS.items():
        if data.startswith(mark):
            reason = _("The file begins with the byte order mark of %s.") % ENCODINGS[encoding]
            return Text(strict(data[len(mark) :], encoding), encoding, reason)
    return by_zeros(data) or by_utf8(data) or by_han(data)


def known(name: str) -> str:
    """The encoding's name as used here. Raises TableError."""
    plain = name.strip().lower().replace("_", "-")
    encoding = ALIASES.get(plain, plain)
    if encoding not in ENCODINGS:
        message = _("“%(name)s” is no encoding known here. Known are: %(known)s.")
        raise TableError(message % {"name": name, "known": ", ".join(ENCODINGS)})
    return encoding


def strip_mark(data: bytes, encoding: str) -> bytes:
    return next(
        (data[len(mark) :] for mark, of in MARKS.items() if of == encoding and data.startswith(mark)), data
    )


def strict(data: bytes, encoding: str) -> str:
    try:
        return data.decode(CODECS.get(encoding, (encoding,))[0])
    except UnicodeDecodeError as error:
        text = attempt(data, encoding)
        if text is not None:
            return text
        place = {
            "byte": error.start + 1,
            "line": line_of(data, error.start, encoding),
            "name": ENCODINGS[encoding],
        }
        message = _(
            "Byte %(byte)s, in line %(line)s, is not %(name)s. Choose another encoding, "
            "or save the file as “CSV UTF-8”."
        )
        raise TableError(message % place) from None


def attempt(data: bytes, encoding: str) -> str | None:
    for codec in CODECS.get(encoding, (encoding,)):
        try:
            return data.decode(codec)
        except UnicodeDecodeError:
            continue
    return None


def line_of(data: bytes, place: int, encoding: str) -> int:
    feed = "\n".encode(encoding)
    return data.count(feed, 0, place) + 1 if feed in data else data.count(b"\r", 0, place) + 1


def by_zeros(data: bytes) -> Text | None:
    """UTF-16 without a mark: every Latin letter and every comma has a zero byte, all on the same side."""
    even, odd = data[:SAMPLE:2].count(0), data[1:SAMPLE:2].count(0)
    if len(data) % 2 or max(even, odd) < 2 or min(even, odd) * 10 > max(even, odd):
        return None
    encoding = "utf-16-be" if even > odd else "utf-16-le"
    text = attempt(data, encoding)
    if text is None or "\0" in text or not re.search(r"[\r\n]", text):
        return None
    reason = (
        _("There is no byte order mark, but the zero bytes stand as they do in %s.") % ENCODINGS[encoding]
    )
    return Text(text, encoding, reason)


def by_utf8(data: bytes) -> Text | None:
    text = attempt(data, "utf-8")
    if text is None:
        refuse_damaged(data)
        return None
    # Two letters of GBK can by chance be one of UTF-8; where there is Han in UTF-8 there is no such chance.
    by_chance = not text.isascii() and not HAN.search(text)
    others = [name for name in ("gb18030", "big5") if by_chance and attempt(data, name) is not None]
    return Text(text, "utf-8", with_others(_("All bytes are valid as UTF-8."), others), others)


def refuse_damaged(data: bytes) -> None:
    """UTF-8 with a wrong byte somewhere must not be read as something else, which it might fit by chance."""
    text = data.decode("utf-8", errors="replace")
    if len(text) - len(HAN.sub("", text)) > 10 * text.count("\ufffd"):
        strict(data, "utf-8")


def by_han(data: bytes) -> Text:
    texts = {name: text for name in ("gb18030", "big5") if (text := attempt(data, name)) is not None}
    if not texts:
        message = _(
            "The bytes are no text in UTF-8, UTF-16, GB18030 or Big5 (line %s is not UTF-8). "
            "Save the file as “CSV UTF-8”."
        )
        raise TableError(message % line_of_error(data))
    shares = {name: everyday(text, name) for name, text in texts.items()}
    best = max(shares, key=lambda name: shares[name])
    others = [name for name in texts if name != best]
    named = {"name": ENCODINGS[best], "share": f"{shares[best]:.0%}"}
    if not others:
        return Text(texts[best], best, _("The bytes are not valid as UTF-8, but as %(name)s.") % named)
    named |= {"other": ENCODINGS[others[0]], "less": f"{shares[others[0]]:.0%}"}
    message = _("As %(name)s, %(share)s of the characters are everyday Chinese; as %(other)s, %(less)s.")
    return Text(texts[best], best, with_others(message % named, others), others)


def with_others(reason: str, others: list[str]) -> str:
    if not others:
        return reason
    names = ", ".join(ENCODINGS[name] for name in others)
    return reason + " " + _("The bytes are valid as %s, too: check the text.") % names


def line_of_error(data: bytes) -> int:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return line_of(data, error.start, "utf-8")
    return 1


def everyday(text: str, encoding: str) -> float:
    """The share of characters in the encoding's first level, where the everyday ones are."""
    letters = NEUTRAL.sub("", text[: 10 * SAMPLE])[:SAMPLE]
    codec, low, high = ("gb2312", 0xB0, 0xD7) if encoding == "gb18030" else ("cp950", 0xA4, 0xC6)
    if not letters:
        return 0.0
    found = sum(low <= letter.encode(codec, errors="replace")[0] <= high for letter in letters)
    return found / len(letters)
