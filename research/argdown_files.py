"""Boards as Argdown files, to the tables of theses and arguments and back: a file becomes rows of a plan.

A thesis is known by its slug, which is the title in Argdown unless the data name one; an argument by its
slug, or by its words under the same thesis. What a file does not say of a known record stays as it is.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from research import importing
from research.models import Argument, Stance, Thesis
from research.models.base import LONGEST_STEM
from research.plans import Plan, Problem
from research.rows import CHUNK, TABLES, ArgumentRows, Row, chunks
from research.sheets import Sheet
from research.text import argdown
from research.text.argdown import Board, Claim, Values
from research.text.notes import as_slug
from research.text_files import Files, LineProblem, TextsPlan, planned, read_bytes

LISTS = ("tags", "cases", "findings")
# What the data of an element may say, beside what its text and its place say.
OF_THESES = ("slug", "statement", "body", "tags", "status")
OF_ARGUMENTS = ("slug", "claim", "body", "cases", "findings", "position", "status")


# --- from tables to Argdown --------------------------------------------------------------------------------


def written(theses: Iterable[Row], *, public: bool = False) -> Iterator[str]:
    """The theses, given as rows, each with its arguments (or the public ones), as Argdown in pieces."""
    return argdown.write(boards(theses, public=public))


def boards(theses: Iterable[Row], *, public: bool) -> Iterator[Board]:
    """A few queries for each 5000 theses."""
    arguments = Argument.objects.public() if public else Argument.objects.all()
    for chunk in chunks(theses, CHUNK):
        claims: dict[str, list[Row]] = defaultdict(list)
        found = arguments.filter(thesis__slug__in=[row["slug"] for row in chunk])
        for row in ArgumentRows(public=public).rows(found):
            claims[row["thesis"]].append(row)
        for row in chunk:
            ordered = sorted(claims[row["slug"]], key=lambda claim: (int(claim["position"]), claim["slug"]))
            yield Board(row["slug"], row["statement"], [*map(as_claim, ordered)], data_of(row, OF_THESES))


def as_claim(row: Row) -> Claim:
    supports = row["stance"] == Stance.SUPPORTS
    return Claim(row["slug"], row["claim"], supports, data_of(row, OF_ARGUMENTS))


def data_of(row: Row, columns: Iterable[str]) -> Values:
    """Also what is empty: a file that is read again puts it back."""
    data: Values = {}
    for name in columns:
        if name in LISTS:
            data[name] = [key for key in row[name].split("; ") if key]
        elif name == "position":
            data[name] = int(row[name])
        elif name not in ("statement", "claim"):
            data[name] = row[name]
    return data


# --- from Argdown to a plan --------------------------------------------------------------------------------


@dataclass
class LeftOut:
    """What a file says that no board holds."""

    line: int
    message: str

    def __str__(self) -> str:
        return _("line %(line)s is left out: %(what)s") % {"line": self.line, "what": self.message}


def plan_files(files: Files, plan: Plan | None = None) -> TextsPlan:
    """What importing the files, by name, would do; put into `plan` if there is one."""
    plan = plan or Plan()
    rows = _BoardRows()
    problems: list[Problem] = []
    for name, data in files:
        try:
            document = argdown.read(read_bytes(data))
        except ValueError as error:
            problems.append(LineProblem(name, 0, "", str(error)))
            continue
        rows.add(name, document)
        problems += [LineProblem(name, fault.line, "", fault.message) for fault in document.faults]
        problems += disagreements(name, document)
        if not document.boards and not document.faults:
            problems.append(LineProblem(name, 0, "", _("There is no thesis in it, such as: [title]: text")))
    return planned(plan, rows, problems)


def disagreements(file: str, document: argdown.Document) -> Iterator[LineProblem]:
    """Where the exact words in the data are not those of the text: somebody has changed one of the two."""
    for board in document.boards:
        nodes: list[tuple[str, Board | Claim]] = [("statement", board)]
        for name, node in [*nodes, *(("claim", claim) for claim in board.claims)]:
            exact = str(node.data.get(name) or "")
            if exact and node.text and argdown.as_shown(exact) != node.text:
                message = _("the data has other words than the text; let both say the same, or take it out.")
                yield LineProblem(file, node.line, name, message)


@dataclass
class _LinedSheet(Sheet):
    """Its rows have lines."""

    places: dict[int, tuple[str, int, str]] = field(default_factory=dict)

    def line(self, number: int) -> int:
        return self.places[number][1]


class _BoardRows:
    """Collects the rows of all files, each with the file, the line and the words that it comes from."""

    def __init__(self) -> None:
        self.rows: dict[str, list[list[str | None]]] = {"theses": [], "arguments": []}
        self.places: dict[str, dict[int, tuple[str, int, str]]] = {table: {} for table in self.rows}
        self.found: dict[str, list[LeftOut]] = {}
        self.taken: set[str] = set()

    def add(self, file: str, document: argdown.Document) -> None:
        self.found[file] = [LeftOut(remark.line, remark.message) for remark in document.left_out]
        theses = [(self.thesis_slug(board), board) for board in document.boards]
        known = _Known([slug for slug, _board in theses])
        for slug, board in theses:
            statement = str(board.data.get("statement") or board.text)
            if not statement and slug not in known.theses:
                statement = board.title
            values: dict[str, str | None] = {"slug": slug, "statement": statement or None}
            values |= self.values(file, board, OF_THESES)
            self.put("theses", values, (file, board.line, statement or board.title))
            for place, claim in enumerate(board.claims, start=1):
                self.add_claim(file, slug, place, claim, known)

    def add_claim(self, file: str, thesis: str, place: int, claim: Claim, known: "_Known") -> None:
        words = str(claim.data.get("claim") or claim.text)
        slug = str(claim.data.get("slug") or "") or self.claim_slug(thesis, claim, words, known)
        is_known = slug in known.arguments[thesis]
        values: dict[str, str | None] = {
            **{"slug": slug, "thesis": thesis, "claim": words or (None if is_known else claim.title)},
            "stance": (Stance.SUPPORTS if claim.supports else Stance.OPPOSES).value,
            "position": None if is_known else str(place),
            **self.values(file, claim, OF_ARGUMENTS),
        }
        if claim.tags:
            self.found[file].append(LeftOut(claim.line, _("the tags of an argument, which has none here")))
        self.put("arguments", values, (file, claim.line, words or claim.title))

    def thesis_slug(self, board: Board) -> str:
        slug = str(board.data.get("slug") or as_slug(board.title or board.text)[:LONGEST_STEM])
        self.taken.add(slug)
        return slug

    def claim_slug(self, thesis: str, claim: Claim, words: str, known: "_Known") -> str:
        """That of the argument it is, else a new one that begins with its thesis."""
        own = as_slug(claim.title)
        arguments = known.arguments[thesis]
        for slug in (own, f"{thesis}-{own}"):
            if own and slug in arguments:
                return slug
        if not own and (slug := next((key for key, text in arguments.items() if text == words), "")):
            return slug
        name = own or as_slug(words)[:30].strip("-")
        wanted = name if name.startswith(f"{thesis}-") else f"{thesis[:70]}-{name}"
        free: str = Argument.objects.free_slug(wanted[:LONGEST_STEM], self.taken)
        self.taken.add(free)
        return free

    def values(self, file: str, node: Board | Claim, columns: tuple[str, ...]) -> dict[str, str | None]:
        """The cells that the data (and the tags of a thesis) say."""
        values: dict[str, str | None] = {}
        if node.tags and "tags" in columns:
            values["tags"] = "; ".join(node.tags)
        for name, value in node.data.items():
            if name not in columns:
                named = {"name": name, "known": ", ".join(columns)}
                message = _("“%(name)s” in the data, which may say: %(known)s") % named
                self.found[file].append(LeftOut(node.line, message))
            elif name not in ("slug", "statement", "claim"):
                values[name] = "; ".join(value) if isinstance(value, list) else str(value)
        return values

    def put(self, table: str, values: dict[str, str | None], place: tuple[str, int, str]) -> None:
        self.rows[table].append([values.get(name) for name in TABLES[table].columns])
        self.places[table][len(self.rows[table])] = place

    def sheets(self) -> list[Sheet]:
        return [
            _LinedSheet(
                table, table, [*TABLES[table].columns], list(enumerate(rows, 1)), places=self.places[table]
            )
            for table, rows in self.rows.items()
            if rows
        ]


class _Known:
    """The theses of these slugs that are there, and the words of their arguments by slug."""

    def __init__(self, slugs: list[str]) -> None:
        wanted = importing.in_database(slugs)
        self.theses = set(Thesis.objects.filter(slug__in=wanted).values_list("slug", flat=True))
        self.arguments: dict[str, dict[str, str]] = defaultdict(dict)
        found = Argument.objects.filter(thesis__slug__in=wanted).order_by("position", "slug")
        for thesis, slug, claim in found.values_list("thesis__slug", "slug", "claim"):
            self.arguments[thesis][slug] = claim
