"""Nasty files through the admin: what each answer takes and says, and that nothing is written."""

import hashlib
import re
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.site import ROOT, Answer, Site, serving
from tests.nasty_files import NASTY, READ

IMPORT, CONFIRM = "/en/admin/research/case/import/", "/en/admin/research/case/process_import/"
MOST_SECONDS, MOST_MEGABYTES, MOST_BYTES = 5.0, 300.0, 1_000_000
UPLOAD = re.compile(r'name="upload" value="([0-9a-f]{32})"')
SHOWN = 90  # characters of a message in the table


@dataclass
class Measured:
    """What a file's upload took, until its preview was there: the worker's peak since it began."""

    answer: Answer
    seconds: float
    megabytes: float


class Page(HTMLParser):
    """What a page says: errors as `, row 2, column slug: …`, messages, and the cells that would change."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.errors: list[str] = []
        self.messages: list[str] = []
        self.cells: list[str] = []
        self.row: list[str] = []
        self.ticks, self.table, self.taking = 0, "", ""
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        name = given.get("class") or ""
        if tag == "table":
            self.table = given.get("aria-labelledby") or ""
        elif tag in ("tr", "ul", "dd", "p"):
            self.taking = tag if tag != "ul" or re.search("errorlist|messagelist", name) else ""
            self.row = []
        if tag in ("th", "td", "li", "dd", "p"):
            self.row.append("")
        self.ticks += tag == "input" and given.get("name") == "row"

    def handle_data(self, data: str) -> None:
        if self.taking and self.row:
            self.row[-1] += data

    def handle_endtag(self, tag: str) -> None:
        cells = [cell.strip() for cell in self.row]
        if tag == "tr" and self.table == "errors" and cells[0] != "Row":
            row, column, message = cells
            place = f", row {row}" if row != "–" else ""
            self.errors.append(f"{place}{f', column {column}' if column else ''}: {message}")
        elif tag == "li" and self.taking == "ul" and cells:
            self.messages.append(cells[-1])
        elif tag == "dd" and cells:
            self.cells.append(cells[-1])
        elif tag == "p" and self.taking == "p" and cells:
            self.messages.append(cells[-1])


def compare() -> None:
    """Print what each file takes; exits with 1, and the files' names, where a limit is broken."""
    print(f"At most {MOST_SECONDS:g} s, {MOST_MEGABYTES:g} MB, {MOST_BYTES:,} bytes; a worker for each.\n")
    print("| file | seconds | peak, MB | bytes | status | first message |\n|---|--:|--:|--:|--:|---|")
    wrong: list[str] = []
    with TemporaryDirectory() as folder, serving(Path(folder)) as site:
        prepare(site)
        for name, (extension, content, message) in NASTY.items():
            found = measure(site, name, extension, content)
            says = refused(found.answer.text, message)
            wrong += report(name, found, [*says, *limits(site, found), *confirmed(site, found)])
        for name, (extension, content, new, cells) in READ.items():
            found = measure(site, name, extension, content)
            says = was_read(found.answer.text, new, cells)
            wrong += report(name, found, [*says, *limits(site, found), *unwritten(site)])
    if wrong:
        sys.exit("\n".join(["", *wrong]))


def prepare(site: Site) -> None:
    """The organization that the rows name."""
    file = site.folder / "organizations.csv"
    file.write_text("slug,name\n1,1\n", encoding="utf-8")
    site.manage("import_csv", file, "--apply", "--partial")
    site.written = written(site)


def measure(site: Site, name: str, extension: str, content: bytes | Callable[[], bytes]) -> Measured:
    data = content() if callable(content) else content
    worker = site.fresh_worker()
    token = site.token(IMPORT)
    start = time.perf_counter()
    answer = site.upload(IMPORT, f"cases{extension}", data, token)
    seconds = time.perf_counter() - start
    if worker not in site.workers():
        return Measured(Answer(0, "the worker is gone", 0), seconds, 0)
    return Measured(answer, seconds, peak(worker))


def peak(process: int) -> float:
    """The most memory that the process has had so far, in MB."""
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii", errors="replace")
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert found
    return int(found[1]) / 1024


def report(name: str, found: Measured, wrong: list[str]) -> list[str]:
    page = Page(found.answer.text)
    first = next(iter([*page.errors, *page.messages]), "").removeprefix(", ").removeprefix(": ")
    text = re.sub(r"\s+", " ", first).replace("|", "\\|")
    shown = text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
    figures = f"{found.seconds:.2f} | {found.megabytes:.0f} | {found.answer.size:,} | {found.answer.status}"
    print(f"| {name} | {figures} | {shown} |", flush=True)
    return [f"{name}: {what}" for what in wrong]


# --- what may be wrong ---------------------------------------------------------------------------------


def limits(site: Site, found: Measured) -> Iterator[str]:
    answer = found.answer
    if answer.status != 200:
        yield f"status {answer.status}"
    if found.seconds > MOST_SECONDS:
        yield f"{found.seconds:.1f} s"
    if found.megabytes > MOST_MEGABYTES:
        yield f"{found.megabytes:.0f} MB"
    if answer.size > MOST_BYTES:
        yield f"a page of {answer.size:,} bytes"
    for trace in ("Traceback", "site-packages", str(ROOT), str(site.folder)):
        if trace in answer.text:
            yield f"the page holds {trace}"
    if "Traceback" in site.log():
        yield "the server's log has a traceback\n" + site.log()


def refused(text: str, message: str) -> Iterator[str]:
    errors = Page(text).errors
    if not errors:
        yield "no error is named"
    elif not re.match(message.replace("cases", "[^”]*"), errors[0], re.S):
        yield f"the first error is {errors[0]!r}, not {message!r}"


def was_read(text: str, new: int, cells: list[str]) -> Iterator[str]:
    page = Page(text)
    if page.errors:
        yield page.errors[0]
    if page.ticks != new:
        yield f"{page.ticks} rows to write, not {new}"
    yield from (f"{cell!r} is not shown" for cell in cells if cell not in page.cells)


def confirmed(site: Site, found: Measured) -> Iterator[str]:
    """Confirm without a word on the rows that have errors."""
    if upload := UPLOAD.search(found.answer.text):
        answer = site.post(CONFIRM, {"upload": upload[1], "confirm": "1"}, site.token(IMPORT))
        if answer.status != 200 or "Nothing was written" not in answer.text:
            yield f"confirming answers {answer.status}, not that nothing was written"
    yield from unwritten(site)


def unwritten(site: Site) -> Iterator[str]:
    before, site.written = site.written, written(site)
    if site.written != before:
        yield "something was written"


def written(site: Site) -> str:
    """A digest of all tables, as `export_csv` writes them."""
    with TemporaryDirectory(dir=site.folder) as folder:
        site.manage("export_csv", folder)
        files = sorted(Path(folder).iterdir())
        assert len(files) > 1
        return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()
