"""The argument board: how a thesis stands, computed from the evidence of its claims and nowhere typed.

A claim is sourced if its own text, or a public case or finding that it rests on, cites a public source.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Case as Choose
from django.db.models import (
    Count,
    Exists,
    IntegerField,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    TextChoices,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from research.models import Argument, Case, Citation, Finding, Record, Source, Stance, Thesis
from research.queries.cited import Quote
from research.text.markdown import NAMED
from research.text.names import short_authors

MARKS = 40  # claims of a side that are shown as marks
ATTRIBUTION = "——"
QUOTES = 5  # sentences of a source that a claim shows


class ThesisState(TextChoices):
    """By which sides have a sourced claim; without one, whether there is any claim at all."""

    CONTESTED = "contested", _("contested")
    SUPPORTED = "supported", _("supported")
    OPPOSED = "opposed", _("opposed")
    UNSOURCED = "unsourced", _("unsourced")
    UNARGUED = "unargued", _("without a claim")


MEANINGS = {
    ThesisState.CONTESTED: _("Sourced claims stand on both sides."),
    ThesisState.SUPPORTED: _("Sourced claims stand for it, none against."),
    ThesisState.OPPOSED: _("Sourced claims stand against it, none for it."),
    ThesisState.UNSOURCED: _("It is argued, but no claim has a source."),
    ThesisState.UNARGUED: _("Nobody has argued it yet."),
}


# --- in the database ---------------------------------------------------------------------------------------


def cites(table: str, record: str = "pk") -> Exists:
    """Whether the record of the table whose id stands in the column `record` cites a public source."""
    return Exists(Citation.objects.public().filter(table=table, record_id=OuterRef(record)))


def is_sourced() -> Q:
    """Of an argument: see the head of this module."""
    condition = Q(cites(Argument.table))
    for model, relation in ((Case, Argument.cases), (Finding, Argument.findings)):
        name = str(model._meta.model_name)
        bases = relation.through.objects.filter(argument=OuterRef("pk"))
        bases = bases.filter(model.public_condition(f"{name}__"))
        condition |= Q(Exists(bases.filter(cites(model.table, f"{name}_id"))))
    return condition


def claims() -> QuerySet[Any]:
    """The public arguments, each with `sourced`."""
    found: QuerySet[Any] = Argument.objects.public()
    return found.annotate(sourced=Choose(When(is_sourced(), then=Value(True)), default=Value(False)))


def with_state(theses: QuerySet[Any]) -> QuerySet[Any]:
    """The theses, each with `state`, a value of `ThesisState`."""
    public: QuerySet[Any] = Argument.objects.public().filter(thesis=OuterRef("pk"))
    sourced = public.filter(is_sourced())
    supported, opposed = (Exists(sourced.filter(stance=stance)) for stance in Stance.values)
    return theses.annotate(
        state=Choose(
            When(Q(supported) & Q(opposed), then=Value(ThesisState.CONTESTED)),
            When(Q(supported), then=Value(ThesisState.SUPPORTED)),
            When(Q(opposed), then=Value(ThesisState.OPPOSED)),
            When(Q(Exists(public)), then=Value(ThesisState.UNSOURCED)),
            default=Value(ThesisState.UNARGUED),
        )
    )


def with_counts(theses: QuerySet[Any]) -> QuerySet[Any]:
    """The theses with `state`, and how many public claims they have: `claims_for`, `claims_against`."""

    def number(stance: str) -> Coalesce:
        of_thesis = Argument.objects.public().filter(thesis=OuterRef("pk"), stance=stance).order_by()
        counted = of_thesis.values("thesis").annotate(number=Count("pk")).values("number")
        return Coalesce(Subquery(counted, output_field=IntegerField()), Value(0))

    return with_state(theses).annotate(
        claims_for=number(Stance.SUPPORTS), claims_against=number(Stance.OPPOSES)
    )


# --- one thesis --------------------------------------------------------------------------------------------


@dataclass
class Evidence:
    """A source that stands behind a claim, with the sentences that cite it."""

    source: Source
    quotes: list[Quote] = field(default_factory=list)


@dataclass
class Claim:
    """An argument with the public cases and findings it rests on, and the sources of all of them."""

    argument: Argument
    rests_on: list[Any]
    sources: list[Evidence]

    @property
    def is_sourced(self) -> bool:
        return bool(self.sources)


@dataclass
class Side:
    """The claims of one stance, in their order."""

    claims: list[Claim] = field(default_factory=list)

    @property
    def sourced(self) -> int:
        return sum(claim.is_sourced for claim in self.claims)

    @property
    def unsourced(self) -> int:
        return len(self.claims) - self.sourced

    @property
    def first_marks(self) -> list[bool]:
        """For each claim whether it is sourced, the sourced first; as many as a line holds."""
        return ([True] * self.sourced + [False] * self.unsourced)[:MARKS]


@dataclass
class ArgumentBoard:
    thesis: Thesis
    supports: Side = field(default_factory=Side)
    opposes: Side = field(default_factory=Side)

    @property
    def state(self) -> ThesisState:
        """As `with_state` has it."""
        return ThesisState(self.thesis.state)  # type: ignore[attr-defined]

    @property
    def meaning(self) -> str:
        return str(MEANINGS[self.state])

    @property
    def claims(self) -> list[Claim]:
        return [*self.supports.claims, *self.opposes.claims]

    @property
    def records(self) -> list[Record]:
        """All that the board shows, in its order."""
        shown = ((claim.argument, *claim.rests_on) for claim in self.claims)
        return [self.thesis, *(record for group in shown for record in group)]


def board(thesis: Thesis) -> ArgumentBoard:
    """The board of a thesis that has its `state`, in four queries."""
    resting_on = (
        Prefetch("cases", Case.objects.public().select_related("organization")),
        Prefetch("findings", Finding.objects.public().select_related("organization", "criterion")),
    )
    arguments = Argument.objects.public().filter(thesis=thesis).order_by("position", "slug")
    found = [
        (argument, [*argument.cases.all(), *argument.findings.all()])
        for argument in arguments.prefetch_related(*resting_on)
    ]
    evidence = _evidence([record for argument, bases in found for record in (argument, *bases)])
    made = ArgumentBoard(thesis)
    for argument, bases in found:
        side = made.supports if argument.stance == Stance.SUPPORTS else made.opposes
        side.claims.append(Claim(argument, bases, _together(evidence, [argument, *bases])))
    return made


def _evidence(records: Iterable[Record]) -> dict[tuple[str, int], list[Citation]]:
    """The citations of public sources in the texts of the records, in one query."""
    found: dict[tuple[str, int], list[Citation]] = defaultdict(list)
    citations = Citation.objects.public().of_records(records)
    for citation in citations.select_related("source"):
        found[citation.table, citation.record_id].append(citation)
    return found


def _together(evidence: dict[tuple[str, int], list[Citation]], records: Iterable[Record]) -> list[Evidence]:
    """The sources of the records, each once, in the order of the texts."""
    sources: dict[int, Evidence] = {}
    for record in records:
        for citation in evidence.get((record.table, record.pk), []):
            if citation.source is None:
                continue
            one = sources.setdefault(citation.source.pk, Evidence(citation.source))
            quote = Quote(citation.locator, _sentence(citation))
            if (quote.locator or quote.sentence) and quote not in one.quotes and len(one.quotes) < QUOTES:
                one.quotes.append(quote)
    return list(sources.values())


def _sentence(citation: Citation) -> str:
    """The sentence that cites; none where it is the line below a quotation that says whence it comes."""
    source = citation.source
    named = (short_authors(source.authors) or source.title) if source else ""
    return "" if citation.sentence.startswith(ATTRIBUTION) else citation.sentence.replace(NAMED, named)
