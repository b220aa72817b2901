"""A research that is full: many organizations, many industries, long names. What a layout must stand.

    crowd = make_crowd(12)              # 12 organizations × 25 industries, names of 20 characters
    page.goto(live_server.url + crowd.comparison.get_absolute_url())

Nothing is random: two crowds of one size are the same but for their ids.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import cycle, islice
from typing import Any

from research.models import (
    Case,
    Comparison,
    Criterion,
    Event,
    Finding,
    Industry,
    Mode,
    Note,
    Organization,
    Source,
    Thesis,
    Todo,
)
from tests import factories as make

SIGNS = (
    "阿里巴巴集团控股有限公司腾讯计算机系统百度网络技术华为云计算京东科技数字金融平安智慧城市产业互联研究院"
)
HEADS = "阿腾百华京平滴美字小中联"  # the first characters of organizations: their sigla
INDUSTRIES = "农工商医教政法金能交通物旅文体房建化纺食车船航电军"
# Beside a name of Han characters only: Latin words and an address that a line may not break by itself.
LATIN = "Internationalization of https://research.example/reports/2019/industrial-internet/overview.html"
PERIODS = ("2017", "2018-09", "2016/2019", "2019-03-21", "", "201X", "2015~")
DATES = ("2009-09", "2012/2014", "2015-03-11", "2016~", "2017-06", "2018?", "201X")
STATES = ("open", "doing", "done", "dropped")

PAPER, ON_ITS_SIDE = 673, 1002  # A4 within its margins, at 96 pixels an inch


@dataclass
class Crowd:
    """What was made, in the order of its making; `comparison` has all organizations and criteria."""

    organizations: list[Organization]
    industries: list[Industry]
    modes: list[Mode]
    criteria: list[Criterion]
    sources: list[Source]
    note: Note
    comparison: Comparison
    cases: list[Case] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    theses: list[Thesis] = field(default_factory=list)
    todos: list[Todo] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    @property
    def witness(self) -> Organization:
        return self.organizations[0]


def name_of(head: str, place: int, length: int) -> str:
    """A name of exactly `length` Han characters that begins with `head`."""
    signs = islice(cycle(SIGNS[place % len(SIGNS) :] + SIGNS[: place % len(SIGNS)]), length)
    return (head + "".join(signs))[:length]


def make_crowd(organizations: int = 12, industries: int = 25, *, length: int = 20, by: Any = None) -> Crowd:
    """So many organizations (at most 12 begin unlike) and industries, with names of `length` characters.

    Each organization has a case in each industry and, for each of nine criteria of every kind, findings:
    bounds, undated, unsourced, several years. Beside them theses with claims, to-dos of every state, events
    of every precision, a note with all that Markdown has. `by` is the to-dos' assignee.
    """
    crowd = _frame(organizations, industries, length)
    with make.together():
        crowd.cases = list(_cases(crowd, length))
        crowd.findings = list(_findings(crowd))
        crowd.theses = [make.make_thesis(name_of("论", place, 3 * length)) for place in range(3)]
        crowd.events = list(_events(crowd, length))
        crowd.todos = list(_todos(crowd, length, by))
    with make.together():
        _arguments(crowd, length)
        make.make_changelog_entry(
            "revise", note=crowd.note, stamp="190913", summary=f"改了[[{name_of('案', 0, 4)}]]。"
        )
    return crowd


def _frame(organizations: int, industries: int, length: int) -> Crowd:
    """What all the rest refers to."""
    with make.together():
        sources = [
            make.make_source(
                name_of("源", place, 2 * length),
                key=f"crowd{place}",
                url=f"https://research.example/{place}/",
            )
            for place in range(5)
        ]
        heads = [HEADS[place % len(HEADS)] for place in range(organizations)]
        companies = [
            make.make_organization(
                name_of(head, place, length), summary=f"{name_of('简', place, 40)}。[@crowd0]", tags=["云"]
            )
            for place, head in enumerate(heads)
        ]
        fields = [
            make.make_industry(name_of(INDUSTRIES[place % len(INDUSTRIES)], place, length), position=place)
            for place in range(industries)
        ]
        modes = [
            make.make_mode(name_of(head, 7, length), position=place) for place, head in enumerate("深赋投")
        ]
        criteria = list(_criteria(length))
        note = make.make_note(
            name_of("札", 0, length), slug="crowd", date=date(2019, 9, 12), tags=["云"], body=_body()
        )
    comparison = make.make_comparison(
        name_of("对", 0, 2 * length),
        slug="crowd",
        intro=f"{name_of('谁', 0, 60)}，[@crowd0]。",
        organizations=companies,
        criteria=criteria,
    )
    return Crowd(companies, fields, modes, criteria, sources, note, comparison)


def _criteria(length: int) -> Iterator[Criterion]:
    kinds = [
        ("number", "家"),
        ("number", "%"),
        ("number", "亿元"),
        ("level", ""),
        ("yesno", ""),
        ("text", ""),
    ]
    for place, (kind, unit) in enumerate([*kinds, *kinds[:3]]):
        yield make.make_criterion(
            name_of("准", place, length),
            value_kind=kind,
            unit=unit,
            group=name_of("组", place // 3, 8),
            position=place,
        )


def _body() -> str:
    return "\n\n".join(
        [
            f"# {name_of('章', 0, 20)}",
            f"{name_of('文', 0, 120)}[@crowd0, pp. 3-5; @crowd1]。{LATIN}，{name_of('续', 3, 60)}。",
            "| 名目 | 甲 | 乙 | 丙 | 丁 |\n|---|---:|---:|---:|---:|\n"
            + "\n".join(
                f"| {name_of('行', row, 20)} | 1{row}00 | 2{row}00 | {LATIN} | — |" for row in range(4)
            ),
            f"> {name_of('引', 0, 80)}",
            "\n".join(f"- {name_of('项', row, 30)} [@crowd{row}]" for row in range(4)),
            "```\n" + "x" * 200 + "\n```",
        ]
    )


def _cases(crowd: Crowd, length: int) -> Iterator[Case]:
    """One for each organization and industry; of the first organization's first mode 25 more, in one cell."""
    number = 0
    for place, organization in enumerate(crowd.organizations):
        for column, industry in enumerate(crowd.industries):
            number += 1
            more = [crowd.industries[0]] if column % 7 == 3 else []
            yield make.make_case(
                name_of("案", number, length),
                organization=organization,
                mode=[*crowd.modes, None][(place + column) % 4],
                industries=[industry, *more] if column % 9 else [],
                period=PERIODS[number % len(PERIODS)],
                tags=["云", name_of("签", column % 5, 8)],
                body=f"{name_of('述', number, 60)}。"
                + (f"[@crowd{number % 5}, p. {number}]" if number % 3 else ""),
            )
    for extra in range(25):
        title = name_of("多", extra, length)
        yield make.make_case(title, organization=crowd.witness, mode=crowd.modes[0], body="[@crowd0]")


def _findings(crowd: Crowd) -> Iterator[Finding]:
    for place, organization in enumerate(crowd.organizations):
        for row, criterion in enumerate(crowd.criteria):
            if (place + row) % 6 == 5:  # an empty cell
                continue
            for step, as_of in enumerate(("2016", "2017-06", "2018/2019", "")[: 1 + (place + row) % 4]):
                yield make.make_finding(
                    _value(criterion.value_kind, 10 * place + row + step),
                    organization=organization,
                    criterion=criterion,
                    as_of=as_of if (place + row) % 5 else "",
                    body=f"{name_of('据', row, 40)}。" + ("[@crowd1]" if (row + step) % 3 else ""),
                )


def _value(kind: str, number: int) -> str:
    amount = f"{('', '>', '~', '<')[number % 4]}{(number + 1) * 1234}"
    return {
        "number": amount,
        "level": str(1 + number % 5),
        "yesno": ("yes", "no")[number % 2],
        "text": name_of("值", number, 30),
    }[kind]


def _events(crowd: Crowd, length: int) -> Iterator[Event]:
    for place in range(4 * len(DATES)):
        yield make.make_event(
            name_of("事", place, length),
            date=DATES[place % len(DATES)],
            organizations=crowd.organizations[place % 3 : place % 3 + 2],
            body=f"{name_of('经', place, 50)}[@crowd2]。",
            tags=["云"],
        )


def _todos(crowd: Crowd, length: int, by: Any) -> Iterator[Todo]:
    for place in range(16):
        state = STATES[place % 4]
        yield make.make_todo(
            name_of("办", place, length),
            state=state,
            results="已写入[[crowd]]。" if state == "done" else "",
            note=crowd.note if place % 2 else None,
            assignee=by if place % 3 else None,
            due=date(2019, 10, 1 + place) if place % 5 else None,
            body=f"{name_of('求', place, 60)}。",
        )


def _arguments(crowd: Crowd, length: int) -> None:
    """The last thesis has one side only."""
    for place, thesis in enumerate(crowd.theses):
        for row in range(8):
            make.make_argument(
                name_of("因", place + row, 2 * length),
                thesis=thesis,
                stance="opposes" if row % 3 == 2 and place < 2 else "supports",
                cases=crowd.cases[row : row + 3] if row % 2 else [],
                findings=crowd.findings[row : row + 2] if row % 4 else [],
                body=f"{name_of('理', row, 80)}。" + ("[@crowd3]" if row % 2 else ""),
                position=row,
            )
