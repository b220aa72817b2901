"""A reader of calendars for the tests, written from RFC 5545 and not from our writer."""

import re
from dataclasses import dataclass, field

NAME = re.compile(r"[A-Za-z0-9-]+")
PARAM = re.compile(r';([A-Za-z0-9-]+)=("[^"\x00-\x08\x0a-\x1f]*"|[^";:,\x00-\x08\x0a-\x1f]*)')
ESCAPE = re.compile(r"\\(.)", re.DOTALL)


@dataclass
class Component:
    kind: str
    values: dict[str, str] = field(default_factory=dict)
    params: dict[str, dict[str, str]] = field(default_factory=dict)
    inside: list["Component"] = field(default_factory=list)

    def __getitem__(self, name: str) -> str:
        return self.values[name]

    def text(self, name: str) -> str:
        return unescaped(self.values[name])


def unfolded(stream: bytes) -> list[str]:
    """3.1: content lines; each ends with CRLF, and one that begins with a space continues the one before."""
    lines = stream.split(b"\r\n")
    assert lines.pop() == b"", "the last line ends with CRLF too"
    assert all(len(line) <= 75 for line in lines), "lines are folded at 75 octets"
    assert not any(re.search(rb"[\r\n]", line) for line in lines), "no bare line end"
    whole: list[bytes] = []
    for line in lines:
        if line[:1] in (b" ", b"\t"):
            whole[-1] += line[1:]
        else:
            whole.append(line)
    return [line.decode() for line in whole]


def unescaped(value: str) -> str:
    """3.3.11: a value of the type TEXT."""
    assert re.fullmatch(r"(?:[^\\;,\x00-\x08\x0a-\x1f\x7f]|\\[\\;,Nn])*", value), value
    return ESCAPE.sub(lambda found: "\n" if found[1] in "Nn" else found[1], value)


def split(line: str) -> tuple[str, dict[str, str], str]:
    """A content line as name, parameters, value."""
    name = NAME.match(line)
    assert name, line
    at, params = name.end(), {}
    while found := PARAM.match(line, at):
        params[found[1]], at = found[2].strip('"'), found.end()
    assert line[at : at + 1] == ":", line
    return name[0].upper(), params, line[at + 1 :]


def read(stream: bytes) -> Component:
    """The one component of the stream; a property that stands twice in a component is an error here."""
    root = Component("")
    stack = [root]
    for line in unfolded(stream):
        name, params, value = split(line)
        if name == "BEGIN":
            stack[-1].inside.append(Component(value))
            stack.append(stack[-1].inside[-1])
        elif name == "END":
            assert stack.pop().kind == value
        else:
            assert name not in stack[-1].values, f"{name} stands twice"
            stack[-1].values[name], stack[-1].params[name] = value, params
    assert stack == [root], "every component is ended"
    (whole,) = root.inside
    assert whole.inside or whole.kind != "VCALENDAR", "3.6: a calendar has at least one component"
    return whole
