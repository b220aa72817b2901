"""The lists that share one shape: facets above, records below, and the same records as `.csv` and `.json`."""

from collections.abc import Callable
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from research.models import Mode, Organization
from research.queries import lists
from research.queries.apparatus import Apparatus
from research.queries.arguments import with_counts
from research.queries.figures import band_of_page
from research.views import linked_data
from research.views.pages import PER_PAGE, page_of

# What each list's lines show, read with the page.
SHOWN: dict[str, Callable[[QuerySet[Any]], QuerySet[Any]]] = {
    "notes": lambda records: records.prefetch_related("tags"),
    "cases": lambda records: records.select_related("organization", "mode").prefetch_related("industries"),
    "organizations": lambda records: records.prefetch_related("tags"),
    "theses": lambda records: with_counts(records).prefetch_related("tags"),
    "events": lambda records: records.prefetch_related(
        Prefetch("organizations", Organization.objects.public())
    ),
    "findings": lambda records: records.select_related("organization", "criterion").order_by(
        "criterion__position", "organization__name", "as_of_earliest", "slug"
    ),
    "sources": lambda records: records,
    "changelog": lambda records: records.select_related("note"),
}


def list_view(table: str) -> Callable[[HttpRequest], HttpResponse]:
    """The view of one table's list."""

    def view(request: HttpRequest) -> HttpResponse:
        listing = lists.listing(table, request.GET.dict())
        page = page_of(request, SHOWN[table](listing.records), PER_PAGE)
        context = {"listing": listing, "page": page, "apparatus": Apparatus(page)}
        context["described"] = linked_data.of_listing(request, listing.model, page)
        if table == "events":
            context["figure"] = band_of_page(page)
        if table == "cases":
            context["mode"] = Mode.objects.filter(
                slug=request.GET.get("mode", "").replace("\x00", "")
            ).first()
        return render(request, f"research/{table}.html", context)

    return view
