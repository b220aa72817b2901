"""The data in braces after an element: as much YAML as people write there, texts and lists by key."""

import json
import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from research.text.argdown.boards import Values

# As Argdown's lexer has it: up to a brace that is followed by no comma and no further brace.
DATA = re.compile(r"\{(?:(?!\}\s[^,}])[^\r])*\}(?!\s*[,}])")
KEY = re.compile(r"""(?P<indent>\s*)(?P<key>[\w-]+|"[^"\\]*"|'[^']*')\s*:(?:\s+(?P<value>.*))?""", re.DOTALL)
_ITEM = re.compile(r"\s*-\s+(?P<value>.*)")
_BLOCK = re.compile(r"[|>][+-]?")
# From the first blank of a run only: a comment is looked for once in each run, however long it is.
_BEHIND_BLANKS = re.compile(r"(?<!\s)\s+#.*")
_COMMENT = re.compile(r"(?<!\s)\s+#.*|#.*")
# What a JSON text need not escape, and a lexer, a YAML reader or a person's editor stumbles over.
_ESCAPED = re.compile("[{}\x7f-\x9f\u2028\u2029\ufeff\ue000-\uf8ff\ufffe\uffff]")


def quoted(value: str | int | list[str]) -> str:
    """A value as JSON, which is YAML, without a brace: those would end the data."""
    text = json.dumps(value, ensure_ascii=False)
    return _ESCAPED.sub(lambda sign: f"\\u{ord(sign[0]):04x}", text)


def read_data(text: str) -> Values:
    """The values between the braces (with them). Raises ValueError with what cannot be read."""
    inner = text[1:-1]
    first, _newline, rest = inner.partition("\n")
    if not first.strip() and rest.strip():
        return _block(rest.split("\n"))
    flow = _Flow(inner)
    values = flow.pairs()
    if flow.rest():
        raise ValueError(unreadable(flow.rest()))
    return values


def unreadable(text: str) -> str:
    return (
        _("The data in braces cannot be read at “%s”. Write it as {key: text, key: [text, text]}.")
        % (text.strip()[:40])
    )


# --- one key a line ----------------------------------------------------------------------------------------


def _block(lines: list[str]) -> Values:
    values: Values = {}
    rest = iter(enumerate(lines))
    taken = -1
    for number, line in rest:
        if number <= taken or not _COMMENT.sub("", line, count=1).strip():
            continue
        pair = KEY.fullmatch(line.rstrip())
        if not pair:
            raise ValueError(unreadable(line))
        key, value = _unquoted(pair["key"]), (pair["value"] or "").strip()
        is_text = _BLOCK.fullmatch(value)
        below: list[str] = []
        if is_text or not value:
            below = list(_below(lines, number + 1, len(pair["indent"]), items=not value))
        if is_text:
            values[key] = _literal(below, folded=value.startswith(">"))
            taken = number + len(below)
        elif below:
            values[key] = [_item(one) for one in below if one.strip()]
            taken = number + len(below)
        else:
            values[key] = _one(value)
    return values


def _below(lines: list[str], start: int, indent: int, *, items: bool) -> Iterator[str]:
    """The lines from `start` that belong to a key: deeper than it, or its list's items."""
    for place in range(start, len(lines)):
        line = lines[place]
        depth = len(line) - len(line.lstrip())
        if line.strip() and depth <= indent and not (items and depth == indent and _ITEM.fullmatch(line)):
            return
        yield line


def _item(line: str) -> str:
    found = _ITEM.fullmatch(line.rstrip())
    if not found:
        raise ValueError(unreadable(line))
    value = _one(found["value"].strip())
    if isinstance(value, list):
        raise ValueError(unreadable(line))
    return value


def _literal(lines: list[str], *, folded: bool) -> str:
    depth = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    text = "\n".join(line[depth:].rstrip() for line in lines).strip("\n")
    return re.sub(r"(?<!\n)\n(?!\n)", " ", text) if folded else text


def _one(text: str) -> str | list[str]:
    """A value that is alone on its line: a text without quotes may hold anything."""
    if text[:1] not in ('"', "'", "["):
        return _BEHIND_BLANKS.sub("", text)
    flow = _Flow(text)
    value = flow.value()
    if rest := _COMMENT.sub("", flow.rest(), count=1).strip():
        raise ValueError(unreadable(rest))
    return value


def _unquoted(text: str) -> str:
    return text[1:-1] if text[:1] in ('"', "'") else text


# --- all in one line ---------------------------------------------------------------------------------------


class _Flow:
    """Reads `key: value, key: [value, value]` from the left."""

    KEY = re.compile(r"""([\w-]+|"[^"\\]*"|'[^']*')\s*:""")
    TEXT = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
    SINGLE = re.compile(r"'(?:[^']|'')*'")
    PLAIN = re.compile(r"[^,\[\]{}\"']+(?:[\"'][^,\[\]{}]*)?")

    def __init__(self, text: str) -> None:
        self.text, self.place = text, 0

    def rest(self) -> str:
        return self.text[self.place :].strip()

    @property
    def sign(self) -> str:
        """The next one that is no blank; empty at the end."""
        self.skip()
        return self.text[self.place : self.place + 1]

    def pairs(self) -> Values:
        values: Values = {}
        while self.sign:
            found = self.KEY.match(self.text, self.place)
            if not found:
                raise ValueError(unreadable(self.rest()))
            self.place = found.end()
            values[_unquoted(found[1])] = self.value()
            if not self.take(","):
                break
        return values

    def value(self) -> str | list[str]:
        return self.list() if self.take("[") else self.scalar()

    def list(self) -> list[str]:
        values: list[str] = []
        while not self.take("]"):
            if not self.sign:
                raise ValueError(_("A list in the data is not closed: ] is missing."))
            values.append(self.scalar())
            if not self.take(",") and self.sign != "]":
                raise ValueError(unreadable(self.rest() or "["))
        return values

    def scalar(self) -> str:
        sign = self.sign
        for pattern, read in ((self.TEXT, _double), (self.SINGLE, _single), (self.PLAIN, str.strip)):
            if found := pattern.match(self.text, self.place):
                self.place = found.end()
                return read(found[0])
        if sign in ("", ","):
            return ""
        raise ValueError(unreadable(self.rest()))

    def take(self, sign: str) -> bool:
        self.skip()
        if not self.text.startswith(sign, self.place):
            return False
        self.place += len(sign)
        return True

    def skip(self) -> None:
        while self.text[self.place : self.place + 1].isspace():
            self.place += 1


def _double(text: str) -> str:
    try:
        return str(json.loads(text, strict=False))
    except ValueError:
        raise ValueError(unreadable(text)) from None


def _single(text: str) -> str:
    return text[1:-1].replace("''", "'")
