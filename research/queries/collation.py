"""A comparison as a table of cells with their readings: what every export of it says.

Unlike the page, a cell names all its cases and findings. Labels are in the active language, keys are not.
Frozen versions are laid out from rows instead (`research.freezing.cells`), as they were years ago.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from research.models import Citation, Record, Source
from research.queries.apparatus import LISTED_IN
from research.queries.comparison import Matrix
from research.queries.comparison.criteria import NEWEST
from research.queries.items import item_without_tags
from research.text.citations import Cite, keys_at
from research.text.styles import format_reference

Mark = Callable[[Sequence[Cite]], str]
MODES, INDUSTRIES, CRITERIA = "modes", "industries", "criteria"


@dataclass(frozen=True)
class Line:
    """A row of the table. Its key: `criteria/share`, `modes/platform`; `modes/` for cases that have none."""

    key: str
    kind: str  # MODES, INDUSTRIES or CRITERIA
    group: str
    label: str
    unit: str = ""


@dataclass(frozen=True)
class Reading:
    """One case or finding in a cell.

    `value` is the finding's canonical value (`>8000`) and empty of a case; `shown` is what a reader sees.
    `as_of` is EDTF, `when` the same in words.
    """

    key: str
    shown: str
    value: str = ""
    number: Decimal | None = None
    unit: str = ""
    as_of: str = ""
    when: str = ""
    cites: tuple[Cite, ...] = ()

    @property
    def sources(self) -> list[str]:
        return [cite.key for cite in self.cites]


@dataclass
class Cell:
    """Where a line meets an organization: readings in order, the latest finding first.

    A cell of industries counts its cases, and has the numbers by mode in `parts` as (name, count).
    """

    line: Line
    readings: list[Reading] = field(default_factory=list)
    parts: list[tuple[str, int]] = field(default_factory=list)

    @property
    def text(self) -> str:
        """What a reader sees, a line for each reading, with citations as `[@key]`."""
        return "\n".join(self.pieces(by_key))

    def pieces(self, mark: Mark, plain: Callable[[str], str] = str) -> Iterator[str]:
        """What a reader sees, by reading: `mark` writes its citations, `plain` the text before them."""
        if self.line.kind == INDUSTRIES:
            parts = "; ".join(f"{name} {count}" for name, count in self.parts if count)
            yield plain(f"{self.count} ({parts})" if parts else str(self.count))
            return
        for reading in self.readings:
            dated = f" ({reading.when or _('no date')})" if self.line.kind == CRITERIA else ""
            marks = mark(reading.cites) if reading.cites else plain(f"[{_('unsourced')}]")
            yield f"{plain(reading.shown + dated)} {marks}"

    @property
    def count(self) -> int:
        """How many cases or findings."""
        return len(self.readings)

    @property
    def latest(self) -> Reading | None:
        """The finding that counts; of cases there is none."""
        return self.readings[0] if self.readings and self.line.kind == CRITERIA else None

    @property
    def value(self) -> Decimal | int | None:
        """The number by which the cell is sorted: of cases how many, of findings the latest, if it is one."""
        if self.line.kind != CRITERIA:
            return self.count
        return self.latest.number if self.latest else None

    @property
    def unit(self) -> str:
        return self.latest.unit if self.latest else ""

    @property
    def as_of(self) -> str:
        """EDTF, of the latest finding."""
        return self.latest.as_of if self.latest else ""

    @property
    def items(self) -> list[str]:
        """The keys of all cases or findings of the cell."""
        return [reading.key for reading in self.readings]

    @property
    def sources(self) -> list[str]:
        """The keys of all sources that they cite, each once."""
        return list(dict.fromkeys(key for reading in self.readings for key in reading.sources))


@dataclass(frozen=True)
class Reference:
    """A numbered source of the table, in order of first use."""

    number: int
    key: str
    line: str  # after GB/T 7714


@dataclass
class Collation:
    slug: str
    title: str
    address: str  # from the root of the site, in the active language
    organizations: list[tuple[str, str]]  # slug and name, in the order of columns
    lines: list[Line]
    cells: dict[tuple[str, str], Cell]  # by key of the line and slug of the organization; none is missing
    sources: list[Reference]

    def row(self, line: Line) -> list[Cell]:
        return [self.cells[line.key, slug] for slug, _name in self.organizations]


def collate(matrix: Matrix) -> Collation:
    """All that the comparison says in this view, public records only, in a fixed number of queries."""
    slugs = {witness.organization.pk: witness.organization.slug for witness in matrix.witnesses}
    lines = _lines(matrix)
    filled = {line.key: {slug: Cell(line) for slug in slugs.values()} for line in lines}
    sources: dict[str, Source] = {}
    _add_cases(filled, matrix, slugs, sources)
    _add_findings(filled, matrix, slugs, sources)
    cells = {(key, slug): cell for key, row in filled.items() for slug, cell in row.items()}
    used = dict.fromkeys(key for cell in cells.values() for key in cell.sources)
    return Collation(
        slug=matrix.comparison.slug,
        title=matrix.comparison.title,
        address=matrix.comparison.get_absolute_url(),
        organizations=[(one.organization.slug, one.organization.name) for one in matrix.witnesses],
        lines=lines,
        cells=cells,
        sources=[Reference(number, key, _line_of(sources[key])) for number, key in enumerate(used, start=1)],
    )


def by_key(cites: Sequence[Cite]) -> str:
    """The citations as Pandoc writes them: `[@idc, p. 3; @{a key}]`."""
    return f"[{'; '.join(map(_cited, cites))}]"


def _cited(cite: Cite) -> str:
    bare = f"@{cite.key}"
    known = keys_at(bare, 0)
    name = bare if known and known[0][0] == cite.key else f"@{{{cite.key}}}"
    return f"{name}, {cite.locator}" if cite.locator else name


def _lines(matrix: Matrix) -> list[Line]:
    by_mode, by_industry = _("Cases by mode"), _("Cases by industry")
    industries = [row.industry for row in matrix.count_rows]
    criteria = [
        (group, row.criterion) for group, criterion_rows in matrix.criterion_groups for row in criterion_rows
    ]
    return [
        *(Line(key_of(MODES, mode), MODES, by_mode, str(mode or _("no mode"))) for mode in matrix.modes),
        *(
            Line(key_of(INDUSTRIES, one), INDUSTRIES, by_industry, str(one or _("no industry")))
            for one in industries
        ),
        *(Line(key_of(CRITERIA, one), CRITERIA, group, one.name, one.unit) for group, one in criteria),
    ]


def key_of(kind: str, record: Record | None) -> str:
    """The key of a record's line."""
    return f"{kind}/{record.record_key if record else ''}"


Cells = dict[str, dict[str, Cell]]  # by key of the line, then by slug of the organization


def _add_cases(cells: Cells, matrix: Matrix, slugs: dict[int, str], sources: dict[str, Source]) -> None:
    """Each case into the line of its mode and into those of its industries, in the order of keys."""
    cases = matrix.cases
    cites = _cites("cases", cases, sources)
    industries: dict[int, list[str]] = defaultdict(list)
    for pk, industry in cases.values_list("pk", "industries__slug").order_by():
        industries[pk].append(industry or "")
    counts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    columns = ("pk", "slug", "title", "organization", "mode__slug")
    for pk, slug, title, organization_id, mode_slug in cases.order_by("slug").values_list(*columns):
        reading = Reading(slug, title, cites=cites.get(pk, ()))
        organization, mode = slugs[organization_id], f"{MODES}/{mode_slug or ''}"
        _put(cells, mode, organization, reading)
        for industry in industries[pk]:
            line = f"{INDUSTRIES}/{industry}"
            _put(cells, line, organization, reading)
            counts[line, organization][mode] += 1
    for (line, organization), by_mode in counts.items():
        if line in cells:
            cells[line][organization].parts = [
                (str(mode or _("no mode")), by_mode[key_of(MODES, mode)]) for mode in matrix.modes
            ]


def _put(cells: Cells, line: str, organization: str, reading: Reading) -> None:
    # It is not where an industry was not asked for, nor where a mode has come into use since it was read.
    if line in cells:
        cells[line][organization].readings.append(reading)


def _add_findings(cells: Cells, matrix: Matrix, slugs: dict[int, str], sources: dict[str, Source]) -> None:
    """Each finding into the line of its criterion, the latest first and the undated last, as on the page."""
    criteria = {row.criterion.pk: row.criterion for _group, rows in matrix.criterion_groups for row in rows}
    findings = matrix.criteria.findings.filter(organization__in=slugs, criterion__in=list(criteria))
    cites = _cites("findings", findings, sources)
    columns = ("slug", "organization", "criterion", "value", "number", "as_of")
    for finding in findings.only(*columns).order_by(*NEWEST):
        finding.criterion = criteria[finding.criterion_id]
        reading = Reading(
            finding.slug,
            finding.display_value(),
            value=finding.value,
            number=finding.number,
            unit=finding.criterion.unit,
            as_of=finding.as_of,
            when=finding.display_as_of(),
            cites=cites.get(finding.pk, ()),
        )
        _put(cells, key_of(CRITERIA, finding.criterion), slugs[finding.organization_id], reading)


def _cites(table: str, records: QuerySet[Any], sources: dict[str, Source]) -> dict[int, tuple[Cite, ...]]:
    """By the id of each record: the public sources that it cites, each once, as its marks on the page."""
    found: dict[int, dict[str, Cite]] = defaultdict(dict)
    citations = Citation.objects.public().filter(table=table, record_id__in=records.order_by().values("pk"))
    citations = citations.order_by("record_id", "position")
    cited: dict[str, int] = {}
    for pk, key, locator, source in citations.values_list("record_id", "key", "locator", "source"):
        found[pk].setdefault(key, Cite(key, locator))
        cited[key] = source
    known = Source.objects.in_bulk(set(cited.values()))
    sources |= {key: known[source] for key, source in cited.items()}
    return {pk: tuple(cites.values()) for pk, cites in found.items()}


def _line_of(source: Source) -> str:
    return format_reference(item_without_tags(source), LISTED_IN)
