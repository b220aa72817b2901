"""Home, about, search, tags, and the one page for each noun."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.templatetags.static import static
from django.utils.translation import gettext as _
from taggit.models import Tag

from research import search
from research.models import (
    Argument,
    Case,
    ChangelogEntry,
    Comparison,
    Criterion,
    Event,
    Finding,
    Note,
    Organization,
    Record,
    Source,
    Thesis,
    Todo,
)
from research.queries import arguments, cited, impact, lists
from research.queries import home as home_queries
from research.queries.apparatus import Apparatus, linked_from, with_parents
from research.queries.comparison import Matrix, Options
from research.queries.figures import Figures
from research.queries.files import with_shared_files
from research.queries.links import with_dead_links
from research.queries.todos import progress_of
from research.rows import MODELS
from research.views import linked_data
from research.views.cite import citable
from research.views.former_keys import following_mergings
from research.views.further_fields import further_fields

PER_PAGE = 50
TAGS: Any = "tags"  # taggit has no types


def home(request: HttpRequest) -> HttpResponse:
    context = home_queries.home()
    matrix = context["matrix"]
    if matrix:
        context["figure"] = Figures(matrix).modes() if matrix.modes else None
    context["described"] = linked_data.of_home(request)
    return render(request, "research/home.html", context)


def icon(request: HttpRequest) -> HttpResponse:
    """What browsers ask for where a page names none: frozen pages, whose bytes name no file of a release."""
    return redirect(static("research/icon.svg"))


def about(request: HttpRequest) -> HttpResponse:
    names = [
        ("timeline" if table == "events" else table, model._meta.verbose_name_plural)
        for table, model in MODELS.items()
    ]
    described = linked_data.of_page(request, _("About"), "AboutPage")
    return render(request, "research/about.html", {"data_names": names, "described": described})


def public_or_404(records: QuerySet[Any], key: str) -> Any:
    """A record by its key, 404 unless public."""
    return get_object_or_404(records.public().keyed(key))  # type: ignore[attr-defined]


def matrix_of(request: HttpRequest, slug: str) -> Matrix:
    """The public comparison in the view that the request asks for; 404 without one."""
    record = public_or_404(Comparison.objects.all(), slug)
    return Matrix(record, Options.read(dict(request.GET.lists())))


def page_of(request: HttpRequest, records: QuerySet[Any], per_page: int = PER_PAGE) -> Page[Any]:
    return Paginator(records, per_page).get_page(request.GET.get("page"))


def detail(request: HttpRequest, template: str, record: Record, **context: Any) -> HttpResponse:
    """A record's page, with its apparatus and the records that link to it."""
    apparatus = context.pop("apparatus", None) or Apparatus([record])
    found = {"record": record, "apparatus": apparatus, "linked_from": linked_from(record), **context}
    found |= {
        "citable": citable(request, record),
        "described": linked_data.of_record(request, record, found),
    }
    return render(request, f"research/{template}.html", found)


def note(request: HttpRequest, slug: str) -> HttpResponse:
    """The note whole: its text, then to-dos, references and changelog in place of its closing sections."""
    record = public_or_404(Note.objects.prefetch_related(TAGS), slug)
    todos = list(Todo.objects.public().filter(note=record).select_related("assignee"))
    changelog = list(ChangelogEntry.objects.public().filter(note=record))
    apparatus = Apparatus([record, *todos, *changelog])
    return detail(
        request,
        "note",
        record,
        apparatus=apparatus,
        todos=todos,
        progress=progress_of(todos),
        changelog=changelog,
    )


def case(request: HttpRequest, slug: str) -> HttpResponse:
    records = Case.objects.select_related("organization", "mode").prefetch_related("industries", TAGS)
    record = public_or_404(records, slug)
    argued = Argument.objects.public().filter(cases=record).select_related("thesis")
    return detail(request, "case", record, arguments=argued)


def organization(request: HttpRequest, slug: str) -> HttpResponse:
    record = public_or_404(Organization.objects.prefetch_related(TAGS), slug)
    cases = Case.objects.public().filter(organization=record).select_related("organization", "mode")
    findings = (
        Finding.objects.public().filter(organization=record).select_related("organization", "criterion")
    )
    shown = page_of(request, cases.order_by("mode__position", "slug"))
    findings = findings.order_by("criterion__position", "as_of_latest", "slug")[:200]
    return detail(
        request,
        "organization",
        record,
        apparatus=Apparatus([record, *shown, *findings]),
        page=shown,
        findings=findings,
        events=Event.objects.public().filter(organizations=record)[:100],
        comparisons=Comparison.objects.public().filter(organization_places__organization=record),
    )


def thesis(request: HttpRequest, slug: str) -> HttpResponse:
    records = arguments.with_state(Thesis.objects.all()).prefetch_related(TAGS)
    board = arguments.board(public_or_404(records, slug))
    return detail(request, "thesis", board.thesis, apparatus=Apparatus(board.records), board=board)


def event(request: HttpRequest, slug: str) -> HttpResponse:
    public = Prefetch("organizations", Organization.objects.public())
    return detail(request, "event", public_or_404(Event.objects.prefetch_related(public, TAGS), slug))


def criterion(request: HttpRequest, slug: str) -> HttpResponse:
    record = public_or_404(Criterion.objects.all(), slug)
    findings = Finding.objects.public().filter(criterion=record).select_related("organization", "criterion")
    shown = page_of(request, findings.order_by("organization__name", "as_of_earliest", "slug"))
    return detail(request, "criterion", record, apparatus=Apparatus([record, *shown]), page=shown)


def finding(request: HttpRequest, slug: str) -> HttpResponse:
    record = public_or_404(Finding.objects.select_related("organization", "criterion"), slug)
    others = Finding.objects.public().filter(criterion=record.criterion).exclude(pk=record.pk)
    others = others.select_related("organization", "criterion").order_by(
        "organization__name", "as_of_earliest"
    )[:50]
    argued = Argument.objects.public().filter(findings=record).select_related("thesis")
    return detail(request, "finding", record, others=others, arguments=argued)


@following_mergings
def source(request: HttpRequest, key: str) -> HttpResponse:
    """With the first records of each table that cite it; `?cited=cases&page=2`: all of one, in pages."""
    record = public_or_404(Source.objects.prefetch_related(TAGS, with_dead_links(), with_shared_files()), key)
    table = request.GET.get("cited", "")
    if table not in MODELS:
        standing = impact.standing(record, public=True)
        found = {"cited_by": cited.cited_by(record), "standing": standing}
        return detail(request, "source", record, further=further_fields(record), **found)
    model = MODELS[table]
    page = page_of(request, cited.citing_records(record, model, with_parents))
    quoted = cited.with_quotes(record, list(page))
    of_table = cited.CitingTable(model, page.paginator.count, list(quoted.values()))
    found = {"cited_by": [of_table] if of_table.count else [], "page": page}
    return detail(request, "source", record, further=further_fields(record), **found)


def comparisons(request: HttpRequest) -> HttpResponse:
    organizations = Organization.objects.public().order_by("comparison_places__position")
    listing = lists.listing("comparisons", request.GET.dict())
    page = page_of(request, listing.records.prefetch_related(Prefetch("organizations", organizations)))
    described = linked_data.of_listing(request, listing.model, page)
    return render(
        request, "research/comparisons.html", {"listing": listing, "page": page, "described": described}
    )


def tags(request: HttpRequest) -> HttpResponse:
    page = page_of(request, lists.public_tags(), 200)
    described = linked_data.of_page(request, _("Tags"), "CollectionPage")
    return render(request, "research/tags.html", {"page": page, "described": described})


def tag(request: HttpRequest, slug: str) -> HttpResponse:
    record = get_object_or_404(Tag, slug=slug)
    groups = [(model, found[:PER_PAGE], found.count()) for model, found in lists.tagged(record)]
    groups = [group for group in groups if group[2]]
    if not groups:
        raise Http404
    described = linked_data.of_tag(request, record.name)
    return render(request, "research/tag.html", {"tag": record, "groups": groups, "described": described})


def search_page(request: HttpRequest) -> HttpResponse:
    """`?q=`: a few hits of every table; `&table=`: all of one, in pages."""
    query = request.GET.get("q", "").strip()[: search.MAX_QUERY]
    table = request.GET.get("table", "")
    table = table if table in MODELS else ""
    page = request.GET.get("page", "")
    number = max(int(page), 1) if page.isascii() and page.isdigit() and len(page) < 6 else 1
    limit = 20 if table else 5
    groups = search.find(query, table=table, limit=limit, offset=(number - 1) * limit if table else 0)
    total = sum(group.count for group in groups)
    context = {"query": query, "table": table, "groups": groups, "total": total, "number": number}
    context["has_next"] = bool(table) and total > number * limit
    context["described"] = linked_data.of_page(request, _("Search"), "SearchResultsPage")
    return render(request, "research/search.html", context)
