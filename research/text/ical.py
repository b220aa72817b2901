"""Calendars as RFC 5545 writes them: escaped values in content lines, folded at 75 octets, ended by CRLF."""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime

LONGEST = 75  # octets of a line, without its end
END = "\r\n"
# A text may hold a tab and, escaped, a line feed; no other control.
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_SPECIAL = re.compile(r"[\\;,]")

Line = tuple[str, str]  # the name with its parameters, and the value as it is written


def text(value: str) -> str:
    """A value of the type TEXT."""
    plain = _CONTROLS.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))
    return _SPECIAL.sub(r"\\\g<0>", plain).replace("\n", "\\n")


def texts(values: Iterable[str]) -> str:
    """Several values of the type TEXT, as CATEGORIES takes them."""
    return ",".join(map(text, values))


def day(value: date) -> str:
    """A value of the type DATE; its property says `VALUE=DATE`."""
    return f"{value:%Y%m%d}" if value.year > 999 else f"{value.year:04}{value:%m%d}"


def moment(value: datetime) -> str:
    """A value of the type DATE-TIME, in UTC."""
    at = value.astimezone(UTC)
    return f"{day(at)}T{at:%H%M%S}Z"


def component(kind: str, lines: Iterable[Line], inside: Iterable[Line] = ()) -> Iterator[Line]:
    """The lines of a component, and of those inside it, between BEGIN and END."""
    yield "BEGIN", kind
    yield from lines
    yield from inside
    yield "END", kind


def utc() -> Iterator[Line]:
    """The time zone of every moment here. A calendar has a component (3.6): this, where it has no other."""
    always = [("DTSTART", "19700101T000000"), ("TZOFFSETFROM", "+0000"), ("TZOFFSETTO", "+0000")]
    return component("VTIMEZONE", [("TZID", "UTC")], component("STANDARD", always))


def written(lines: Iterable[Line]) -> bytes:
    """The stream as it is sent."""
    return "".join(folded(f"{name}:{value}") + END for name, value in lines).encode()


def folded(line: str) -> str:
    """The line in pieces of at most 75 octets, those after the first behind a space; no character is cut."""
    pieces, piece, room = [], "", LONGEST
    for sign in line:
        size = len(sign.encode())
        if size > room:
            pieces.append(piece)
            piece, room = "", LONGEST - 1  # the space counts
        piece += sign
        room -= size
    return f"{END} ".join([*pieces, piece])
