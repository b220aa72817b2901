"""The lists of a team's note: to-dos, references, changelog entries; read from list items and written."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

NO_KIND = "—"  # of a changelog entry that has a date and no word for what was done


@dataclass(frozen=True)
class ParsedTodo:
    text: str
    done: bool = False
    line: int = 0


@dataclass(frozen=True)
class ParsedReference:
    """`label` is a footnote's or a numbered item's name in the text, as written: `^1`, `1` or `@key`."""

    title: str
    url: str = ""
    text: str = ""
    locator: str = ""
    label: str = ""
    line: int = 0


@dataclass(frozen=True)
class ParsedEntry:
    stamp: str
    date: dt.date
    kind: str = NO_KIND
    summary: str = ""
    line: int = 0


@dataclass
class Item:
    """A list item, or a line of plain text where a list was expected."""

    line: int
    lines: list[str]
    indent: int = 0
    width: int = 0  # of the marker with its indent; 0: plain text
    ticked: bool | None = None
    after_blank: bool = False
    raw: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n".join(self.lines).strip()


# --- items -----------------------------------------------------------------------------------------------

_MARKER = re.compile(
    r"(?P<indent>[ \t]*)(?:[-*+•]|\d{1,3}[.)、．](?!\d)|[（(]\d{1,3}[)）])(?P<space>[ \t]+|(?<=[、．）]))"
)
_BOX = re.compile(r"\[(?P<tick>[ xX√])\][ \t]+")
_PLAIN_START = re.compile(r"https?://|[\[［【《<@]|[（(]?\d")


def read_items(lines: Iterable[tuple[int, str]]) -> Iterator[Item]:
    """The items of a list: a marker starts one, and what is indented or follows at once goes on with it."""
    current: Item | None = None
    blank = False
    for number, line in lines:
        if not line.strip():
            blank = True
            continue
        item = _starts(number, line, current, blank)
        if item:
            if current:
                yield current
            item.after_blank = blank and current is not None
            current = item
        elif current:
            current.lines += [""] * blank + [_dedent(line, current.width)]
        if current:
            current.raw += [""] * (blank and not item) + [line]
        blank = False
    if current:
        yield current


def task(line: str) -> bool:
    """Is the line a task-list item: `- [ ] …`?"""
    marker = _MARKER.match(line)
    return bool(marker and _BOX.match(line, marker.end()))


def _starts(number: int, line: str, current: Item | None, blank: bool) -> Item | None:
    """The item that begins on the line, or None where the line goes on with the current one."""
    marker = _MARKER.match(line)
    if marker and line[marker.end() :].strip():
        indent = len(marker["indent"].expandtabs(4))
        if not (current and current.width and indent >= current.indent + 2):
            box = _BOX.match(line, marker.end())
            text = line[box.end() if box else marker.end() :]
            ticked = box["tick"] != " " if box else None
            width = marker.end()
            return Item(number, [text.strip()], indent, width, ticked)
        return None
    indented = line[0] in " \t"
    if current and current.width and (not blank or indented):
        return None
    if current and not current.width and not blank:
        address = line.startswith(("http://", "https://")) and "://" not in current.text
        if address or not _PLAIN_START.match(line):
            return None
    return Item(number, [line.strip()])


def _dedent(line: str, width: int) -> str:
    line = line.expandtabs(4).rstrip()
    return line[min(width, len(line) - len(line.lstrip())) :]


def write_item(text: str, mark: str = "") -> str:
    """A list item; its further lines are indented."""
    first, *rest = text.split("\n")
    return "\n".join([f"- {mark}{first}", *(f"  {line}" if line else "" for line in rest)])


# --- references ------------------------------------------------------------------------------------------

_URL = r"https?://(?:[^\s<>()（）\[\]［］【】\"]|\([^\s()]*\))+"
_ASCII_URL = r"https?://(?:[A-Za-z0-9\-._~:/?#@!$&'*+,;=%]|\([A-Za-z0-9\-._~:/?#@!$&'*+,;=%]*\))+"
_TARGET = rf"(?:<(?P<angle>https?://[^<>\n]+)>|(?P<url>{_URL}))"
_OPEN, _CLOSE = r"[\[［【]", r"[\]］】]"
_LINK = re.compile(
    rf"{_OPEN}(?P<title>(?:(?!{_CLOSE}[ ]?[(（]).){{1,1000}}){_CLOSE}[ ]?[(（]\s*"
    rf"(?:{_OPEN}[^\[\]［］【】]*{_CLOSE}[(（]\s*)?{_TARGET}"
    r"(?:\s+\"[^\"]*\")?\s*(?:[)）]\s*){1,2}"
)
_BARE = re.compile(rf"<(?P<angle>https?://[^<>\n]+)>|[(（](?P<inner>{_ASCII_URL})[)）]|(?P<url>{_ASCII_URL})")
_LABEL = re.compile(r"\[(?P<label>\^[^\[\]\s]+|@[^\[\]\s]+|\d{1,3})\](?!\()(?::\s*|\s+|(?=[^\s:]))")
_LOCATOR = re.compile(r"[,，]\s*(?P<locator>pp?\.\s*\d[\d–, -]*|第\s*\d[\d–, -]*\s*页)$")


def read_reference(item: Item) -> ParsedReference:
    """The first address is the source's; all other words are its title."""
    text = " ".join(item.text.split())
    label = _LABEL.match(text)
    rest = text[label.end() :] if label else text
    found = _LINK.search(rest)
    title, url, locator = rest, "", ""
    if found:
        after = rest[found.end() :]
        place = _LOCATOR.match(after)
        locator = place["locator"] if place else ""
        title = rest[: found.start()] + found["title"] + ("" if place else after)
        url = found["angle"] or found["url"]
    elif found := _BARE.search(rest):
        url = found["angle"] or found["inner"] or found["url"].rstrip(".,;:!?")
        cut = found.end() - (len(found["url"]) - len(url) if found["url"] else 0)
        title = f"{rest[: found.start()].rstrip(' :：,，')} {rest[cut:].lstrip(' :：,，')}"
    title = " ".join(title.split())
    title = title if re.search(r"\w", title) else url or text
    return ParsedReference(title, url, item.text, locator, label["label"] if label else "", item.line)


def write_reference(reference: ParsedReference) -> str:
    """`[title](url), p. 6`; a source without a title of its own as its bare address."""
    label = f"[{reference.label}]: " if reference.label else ""
    locator = f", {reference.locator}" if reference.locator else ""
    if not reference.url:
        return write_item(label + reference.title)
    if reference.title == reference.url and re.fullmatch(_ASCII_URL, reference.url):
        return write_item(label + reference.url)
    target = reference.url if re.fullmatch(_URL, reference.url) else f"<{reference.url}>"
    return write_item(f"{label}[{reference.title}]({target}){locator}")


def is_footnote(line: str) -> bool:
    """Does the line define a footnote that is a reference: one that has an address or a book's title?"""
    return bool(re.match(r"\[\^[^\[\]\s]+\]:", line) and re.search(r"https?://|《", line))


# --- changelog -------------------------------------------------------------------------------------------

_ISO = r"(?:19|20)\d\d[-/.年]\d{1,2}[-/.月]\d{1,2}日?"
_DAY = rf"(?:{_ISO}|(?:19|20)\d{{6}}|\d{{6}})"
_ENTRY = re.compile(
    rf"[*_\[【(（]*(?P<stamp>(?P<first>{_DAY})(?:\s*[-–—~～至到/]\s*(?:{_DAY}|\d\d[-/.]\d\d|\d{{2}}|\d{{4}})(?!\d))?)"
    r"(?![\d])[*_\]】)）]*(?P<rest>.*)",
    re.DOTALL,
)
_KIND = re.compile(r"(?P<kind>[^\s:：,，;；。]{1,40})(?:[:：]\s*|\s+|$)", re.DOTALL)


def read_day(text: str) -> dt.date | None:
    """`190912`, `20190912`, `2019-09-12`, `2019/9/12`, `2019年9月12日`."""
    parts = re.findall(r"\d+", text)
    try:
        if len(parts) == 3:
            return dt.date(*map(int, parts))
        digits = "".join(parts)
        digits = f"20{digits}" if len(digits) == 6 else digits
        return dt.date(int(digits[:-4]), int(digits[-4:-2]), int(digits[-2:])) if len(digits) == 8 else None
    except ValueError:
        return None


def read_entry(item: Item) -> ParsedEntry | None:
    """`190912 add what`; None where no date stands at the start."""
    found = _ENTRY.fullmatch(item.text)
    day = read_day(found["first"]) if found else None
    if not found or not day or len(found["stamp"]) > 40:
        return None
    rest = re.sub(r"^[\s:：,，、|-]+", "", found["rest"])
    kind = _KIND.match(rest)
    if not kind:
        return ParsedEntry(found["stamp"], day, NO_KIND, rest.strip(), item.line)
    return ParsedEntry(found["stamp"], day, kind["kind"], rest[kind.end() :].strip(), item.line)


def write_entry(entry: ParsedEntry) -> str:
    kind = "" if entry.kind == NO_KIND and not _KIND.match(entry.summary) else entry.kind
    return write_item(" ".join(part for part in (entry.stamp, kind, entry.summary) if part))
