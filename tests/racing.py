"""Writers who post at the same instant over four paths, and what became of all that they typed.

Knows no Django: `browser` may be its test client (`tests/racers.py`) or one that talks to a server
(`benchmarks/site.py`). A round has records of its own, so what it left can be looked at in the end.
"""

import csv
import io
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from html.parser import HTMLParser
from typing import Any, Protocol

PATHS = ("form", "inline", "list", "import")
ADMIN = "/en/admin/research"
PARAGRAPHS = 5
BODY = "\n\n".join(f"第{number}段" for number in range(PARAGRAPHS))
# What eight writers may change of one record without meeting, and what they all change in a clash.
SPOTS = {
    "form": ["title", *(f"body {number}" for number in range(PARAGRAPHS)), "tags", "period"],
    "inline": ["claim", *(f"body {number}" for number in range(PARAGRAPHS)), "stance", "position"],
    "list": ["due", "state"],
}
SPOTS["import"] = SPOTS["form"]
PATIENCE = 120.0


class Answer(Protocol):
    status: int
    text: str
    url: str


class Browser(Protocol):
    def get(self, path: str) -> Answer: ...
    def post(self, path: str, data: dict[str, list[str]]) -> Answer: ...
    def upload(self, path: str, name: str, content: bytes) -> Answer: ...


@dataclass
class Round:
    """`ids` are those of its records, of a list one for each of its rows."""

    path: str
    number: int
    clash: bool
    ids: list[int]
    keys: list[str]


@dataclass
class Outcome:
    """What a writer typed where, and what the answer said: `saved`, `told`, or what it was else."""

    path: str
    number: int
    clash: bool
    table: str
    key: str
    column: str
    typed: str
    said: str = ""
    kept: bool = True  # the page that told still had what was typed


@dataclass
class Attempt:
    """A page that is open and filled in."""

    outcome: Outcome
    post: Callable[[], Answer]


def take_part(browser: Browser, rounds: Iterable[Round], me: int, barrier: Any) -> list[dict[str, Any]]:
    """One writer's part in all rounds: open, wait for the others, post."""
    found = []
    for one in rounds:
        attempt = OPEN[one.path](browser, one, me)
        barrier.wait(PATIENCE)
        answer = attempt.post()
        judge(attempt.outcome, answer)
        found.append(asdict(attempt.outcome))
        barrier.wait(PATIENCE)
    return found


def judge(outcome: Outcome, answer: Answer) -> None:
    text = answer.text
    if answer.status == 200 and ('<li class="success"' in text or "/batch/" in answer.url):
        outcome.said = "saved"
    elif answer.status == 409 or (
        answer.status == 200 and ("errornote" in text or '<li class="error"' in text)
    ):
        outcome.said = "told"
        outcome.kept = outcome.path == "import" or outcome.typed in text
    else:
        outcome.said = f"status {answer.status} at {answer.url}: {text[:200]}"


# --- what became of it ---------------------------------------------------------------------------------


@dataclass
class Tally:
    """`saved`: of what was typed at the same time; `lost` is nowhere; `silent` was overwritten by another."""

    saved: int = 0
    told: int = 0
    lost: list[str] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def count(outcomes: Iterable[Outcome], rows: Any, history: Any) -> Tally:
    """`rows` by table and key; `history` has the rows of all revisions likewise."""
    tally = Tally()
    for one in outcomes:
        stands = one.typed in rows[one.table][one.key][one.column]
        was = any(one.typed in row[one.column] for row in history[one.table][one.key])
        if one.said == "saved":
            tally.saved += 1
            if not stands:
                (tally.silent if was else tally.lost).append(str(one))
        elif one.said == "told":
            tally.told += 1
            if not one.kept:
                tally.lost.append(str(one))
            if stands and one.clash:
                tally.wrong.append(f"told, and written all the same: {one}")
        else:
            tally.wrong.append(str(one))
    return tally


# --- the four paths ------------------------------------------------------------------------------------


def open_form(browser: Browser, one: Round, me: int) -> Attempt:
    address = f"{ADMIN}/case/{one.ids[0]}/change/"
    data = form_of(browser.get(address).text, "title")
    column, typed, value = edit(one, me)
    data |= {column: [value], "_save": ["1"]}
    outcome = Outcome(one.path, one.number, one.clash, "cases", one.keys[0], column, typed)
    return Attempt(outcome, lambda: browser.post(address, data))


def open_inline(browser: Browser, one: Round, me: int) -> Attempt:
    address = f"{ADMIN}/thesis/{one.ids[0]}/change/"
    data = form_of(browser.get(address).text, "statement")
    column, typed, value = edit(one, me)
    data |= {f"arguments-0-{column}": [value], "_save": ["1"]}
    outcome = Outcome(one.path, one.number, one.clash, "arguments", one.keys[0], column, typed)
    return Attempt(outcome, lambda: browser.post(address, data))


def open_list(browser: Browser, one: Round, me: int) -> Attempt:
    """Two writers a row, each another column; in a clash all the same cell."""
    address = f"{ADMIN}/todo/?q=race-{one.number}-"
    data = form_of(browser.get(address).text, "form-TOTAL_FORMS")
    row = 0 if one.clash else me // 2
    place = next(name for name in data if name.endswith("-id") and data[name] == [str(one.ids[row])])
    column, typed, value = edit(one, me)
    data |= {place.removesuffix("id") + column: [value], "_save": ["1"]}
    outcome = Outcome(one.path, one.number, one.clash, "todos", one.keys[row], column, typed)
    return Attempt(outcome, lambda: browser.post(address, data))


def open_import(browser: Browser, one: Round, me: int) -> Attempt:
    """The preview is open."""
    column, typed, value = edit(one, me)
    file = io.StringIO()
    csv.writer(file).writerows([["slug", column], [one.keys[0], value]])
    page = browser.upload(f"{ADMIN}/case/import/", "cases.csv", file.getvalue().encode())
    data = form_of(page.text, "shown") | {"confirm": ["1"]}
    outcome = Outcome(one.path, one.number, one.clash, "cases", one.keys[0], column, typed)
    return Attempt(outcome, lambda: browser.post(f"{ADMIN}/case/process_import/", data))


OPEN = {"form": open_form, "inline": open_inline, "list": open_list, "import": open_import}


def edit(one: Round, me: int) -> tuple[str, str, str]:
    """The column, what is typed, and the cell's whole value."""
    spots = SPOTS[one.path]
    column, _space, paragraph = spots[0 if one.clash else me % len(spots)].partition(" ")
    mark = f"印{one.number}之{me}"
    if paragraph:
        return column, mark, BODY.replace(f"第{paragraph}段", mark)
    typed = {
        "due": f"2031-{one.number % 12 + 1:02}-{me + 1:02}",
        "period": f"{2001 + me}",
        "position": f"{70 + me}",
        "state": "doing",
        "stance": "opposes",
    }.get(column, mark)
    return column, typed, f"旧; {mark}" if column == "tags" else typed


class Forms(HTMLParser):
    """What a browser would send of each form of a page, but for its buttons."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.forms: list[dict[str, list[str]]] = []
        self.name, self.text, self.options = "", "", list[tuple[str, bool]]()
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag == "form":
            self.forms.append({})
        elif tag in ("select", "textarea"):
            self.name, self.text, self.options = given.get("name", ""), "", []
            self.several = "multiple" in given
        elif tag == "option":
            self.options.append((given.get("value", ""), "selected" in given))
        elif tag == "input" and given.get("name") and "disabled" not in given:
            kind = given.get("type", "text")
            if kind not in ("submit", "button", "file") and (
                kind not in ("checkbox", "radio") or "checked" in given
            ):
                self.add(given["name"], given.get("value", "on" if kind == "checkbox" else ""))

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.add(self.name, self.text.removeprefix("\n"))
        elif tag == "select":
            chosen = [value for value, selected in self.options if selected]
            if not chosen and not self.several:
                chosen = [value for value, _selected in self.options[:1]]
            for value in chosen:
                self.add(self.name, value)

    def add(self, name: str, value: str) -> None:
        if self.forms and name:
            self.forms[-1].setdefault(name, []).append(value)


def form_of(text: str, name: str) -> dict[str, list[str]]:
    """The page's form that has a field of that name."""
    found = next((form for form in Forms(text).forms if name in form), None)
    assert found is not None, f"no form with {name}: {text[:2000]}"
    return found
