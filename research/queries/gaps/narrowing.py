"""Which records a comparison or an organization is about: those on its page, and the sources they cite."""

from collections.abc import Callable
from typing import Any

from django.db.models import BooleanField, Exists, Q, QuerySet, When
from django.db.models import Case as IfElse

from research.models import (
    Argument,
    Case,
    Citation,
    Comparison,
    Event,
    Finding,
    Organization,
    Record,
    Thesis,
)
from research.queries.gaps.base import Scope

NONE = Q(pk__in=[])


def records(model: type[Record], scope: Scope) -> QuerySet[Any]:
    """The records of the table in the scope, with what their names, addresses and being public need."""
    found = scope.seen(model).select_related(*model.named_by, *model.public_parents)
    if scope.only is not None:
        found = found.filter(**{f"{model.key_field}__in": scope.only.get(model.table, ())})
    return found.filter(about(model.table, scope)).order_by(model.key_field)


def for_its_readers(model: type[Record], public: QuerySet[Any], every: QuerySet[Any]) -> IfElse:
    """Of a record: whether any is there of what its readers see, of `public` or, for a draft, of `every`."""
    condition = model.public_condition()
    if not condition:
        return IfElse(default=Exists(public), output_field=BooleanField())
    return IfElse(When(condition, then=Exists(public)), default=Exists(every), output_field=BooleanField())


def about(table: str, scope: Scope) -> Q:
    """That a record of the table is in the scope, as far as a comparison or an organization narrows it."""
    if not scope.narrowed:
        return Q()
    return ABOUT[table](scope) if table in ABOUT else NONE


def of_comparisons(scope: Scope) -> Q:
    return Q(pk__in=scope.comparisons)


def of_organizations(scope: Scope) -> Q:
    return Q(pk__in=scope.organizations)


def of_cases(scope: Scope) -> Q:
    return Q(organization__in=scope.organizations)


def of_findings(scope: Scope) -> Q:
    found = Q(organization__in=scope.organizations)
    return found & Q(criterion__in=scope.criteria) if scope.comparison else found


def of_criteria(scope: Scope) -> Q:
    return Q(pk__in=scope.criteria) if scope.comparison and not scope.organization else NONE


def theses(scope: Scope) -> QuerySet[Any]:
    """Those argued from the cases or findings of the organizations, as a comparison's page lists them."""
    compared = {"organization__in": scope.organizations}
    cases, findings = scope.seen(Case).filter(**compared), scope.seen(Finding).filter(**compared)
    resting = scope.seen(Argument).filter(Q(cases__in=cases) | Q(findings__in=findings))
    return scope.seen(Thesis).filter(pk__in=resting.order_by().values("thesis"))


def of_theses(scope: Scope) -> Q:
    return Q(pk__in=theses(scope).order_by().values("pk"))


def of_arguments(scope: Scope) -> Q:
    return Q(thesis__in=theses(scope).order_by().values("pk"))


def of_events(scope: Scope) -> Q:
    found = scope.seen(Event).filter(organizations__in=scope.organizations)
    return Q(pk__in=found.order_by().values("pk"))


def of_sources(scope: Scope) -> Q:
    """Those that the records on the page cite."""
    citing = NONE
    for model in (Case, Finding, Argument, Comparison, Organization):
        records = scope.seen(model).filter(ABOUT[model.table](scope)).order_by().values("pk")
        citing |= Q(table=model.table, record_id__in=records)
    return Q(pk__in=Citation.objects.filter(citing).exclude(source=None).values("source"))


ABOUT: dict[str, Callable[[Scope], Q]] = {
    "comparisons": of_comparisons,
    "organizations": of_organizations,
    "cases": of_cases,
    "findings": of_findings,
    "criteria": of_criteria,
    "theses": of_theses,
    "arguments": of_arguments,
    "events": of_events,
    "sources": of_sources,
}
