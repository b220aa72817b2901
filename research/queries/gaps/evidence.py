"""What is said without a source, a source that nothing rests on, and what leads readers nowhere."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.db.models import Case as IfElse
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Concat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from research.models import Argument, Case, Citation, Finding, Link, Record, Source
from research.queries.gaps.base import Gap, Kind, Scope
from research.queries.gaps.narrowing import NONE, for_its_readers, records
from research.queries.gaps.texts import OF_THE_WORK, gaps_of_traces
from research.rows import MODELS


def citations_of(table: str) -> tuple[QuerySet[Citation], QuerySet[Citation]]:
    """The citations in a record's text: of sources that readers see, and of any that there are."""
    own = Citation.objects.filter(table=table, record_id=OuterRef("pk")).order_by()
    return own.public(), own.exclude(source=None)


class Uncited(Kind):
    """A statement that cites no source which its readers can look up."""

    model: ClassVar[type[Record]]
    advice = gettext_lazy("Cite a source in its text, as [@key, p. 6].")
    task = gettext_lazy("Find a source: %(record)s")

    def found(self, scope: Scope) -> QuerySet[Any]:
        sourced = for_its_readers(self.model, *citations_of(self.model.table))
        return records(self.model, scope).annotate(sourced=sourced).filter(sourced=False)

    def gap(self, found: Any) -> Gap:
        return Gap(self, found, sentence=_("Its text cites no source."))


class UncitedCase(Uncited):
    name, model, tables = "uncited_case", Case, frozenset({"cases"})
    label = gettext_lazy("cases without a source")


class UncitedFinding(Uncited):
    name, model, tables = "uncited_finding", Finding, frozenset({"findings"})
    label = gettext_lazy("findings without a source")


class UncitedClaim(Uncited):
    """An argument that neither cites a source nor rests on a case or finding that does."""

    name, model, tables = "uncited_claim", Argument, frozenset({"arguments"})
    label = gettext_lazy("claims without a source")
    advice = gettext_lazy("Cite a source in its text, or let it rest on a case or finding that does.")

    def found(self, scope: Scope) -> QuerySet[Any]:
        return records(Argument, scope).annotate(**sources_of_claims()).filter(NOT_SOURCED)

    def gap(self, found: Any) -> Gap:
        return Gap(self, found, sentence=_("Neither its text nor what it rests on cites a source."))


NOT_SOURCED = Q(sourced=False, by_cases=False, by_findings=False)


def sources_of_claims() -> dict[str, Any]:
    """Of an argument: whether it cites itself, or by its cases, or by its findings."""
    found: dict[str, Any] = {"sourced": for_its_readers(Argument, *citations_of("arguments"))}
    for name, model in (("by_cases", Case), ("by_findings", Finding)):
        public, every = citations_of(model.table)
        mine = {"arguments": OuterRef("pk")}
        shown = model.objects.public().filter(Exists(public), **mine)
        known = model.objects.filter(Exists(every), **mine)
        found[name] = for_its_readers(Argument, shown.order_by(), known.order_by())
    return found


class UncitedSource(Kind):
    """A source that nothing cites which its readers can read."""

    name, tables = "uncited_source", frozenset({"sources"})
    label = gettext_lazy("sources cited nowhere")
    advice = gettext_lazy("Cite it where it is needed, or delete it.")
    task = gettext_lazy("Cite or give up: %(record)s")

    def found(self, scope: Scope) -> QuerySet[Any]:
        itself = Q(table=Source.table, record_id=OuterRef("pk"))
        citing = Citation.objects.filter(source=OuterRef("pk")).exclude(itself).order_by()
        cited = for_its_readers(Source, citing.filter(in_public_records()), citing)
        return records(Source, scope).annotate(cited=cited).filter(cited=False)

    def gap(self, found: Any) -> Gap:
        return Gap(self, found, sentence=_("No text cites it."))


def in_public_records() -> Q:
    """Of citations and links: that they stand in what readers may read."""
    condition = NONE
    for table, model in MODELS.items():
        condition |= Q(table=table, record_id__in=model.objects.public().order_by().values("pk"))
    return condition


class CitesDraft(Kind):
    """A public record that cites or links what readers cannot see: for them a mark or a link less.

    It names what is hidden, so only the team knows of it. Its detail is the citation or link as written.
    """

    name, tables = "cites_draft", frozenset(MODELS) - OF_THE_WORK
    label = gettext_lazy("published, citing or linking what is not")
    advice = gettext_lazy("Publish what it names, or take the name out of the text.")
    task = gettext_lazy("Names what is not public: %(record)s")
    for_the_public = False

    def found(self, scope: Scope) -> QuerySet[Any]:
        place = NONE
        for table in self.tables & scope.tables:
            if scope.only is None or table in scope.only:
                public = Scope(True, scope.comparison, scope.organization, scope.tables, scope.only)
                pks = records(MODELS[table], public).order_by().values("pk")
                place |= Q(table=table, record_id__in=pks)
        cited = Citation.objects.hidden().filter(place).order_by()
        linked = Link.objects.filter(place).order_by().filter(*leads_to_hidden())
        columns = ("table", "record_id", "written")
        cites = cited.annotate(written=Concat(Value("[@"), F("key"), Value("]"))).values_list(*columns)
        links = linked.annotate(written=as_written()).values_list(*columns)
        return cites.union(links).order_by(*columns)

    def gaps(self, found: Iterable[Any]) -> list[Gap]:
        return [
            Gap(self, record, written, _("It names %(name)s, which readers do not see.") % {"name": written})
            for record, (written,) in gaps_of_traces(found)
        ]


def leads_to_hidden() -> tuple[Q, Q]:
    """Of links: that a record has the name, and that none has it which readers see."""
    hidden, shown = NONE, NONE
    for table, model in MODELS.items():
        there = model.objects.filter(**{model.key_field: OuterRef("target_key")}).order_by()
        of_table = Q(target_table__in=["", table])
        shown |= Q(Exists(there.filter(pk__in=model.objects.public().order_by().values("pk")))) & of_table
        hidden |= Q(Exists(there)) & of_table
    return hidden, ~shown


def as_written() -> IfElse:
    bare = Concat(Value("[["), F("target_key"), Value("]]"))
    whole = Concat(Value("[["), F("target_table"), Value("/"), F("target_key"), Value("]]"))
    return IfElse(When(target_table="", then=bare), default=whole)
