"""/comparisons/<slug>/: organizations side by side, in the view that the address asks for; and its cells."""

from dataclasses import replace

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from research.queries import versions
from research.queries.apparatus import Apparatus
from research.queries.comparison.choices import named
from research.queries.figures import figures_of
from research.views import figures, linked_data
from research.views.comparison_controls import Controls
from research.views.former_keys import following_versions
from research.views.pages import detail, matrix_of, page_of

CASES_PER_PAGE = 100
LONGEST_NAME = 200


@following_versions("comparison")
def comparison(request: HttpRequest, slug: str) -> HttpResponse:
    matrix = matrix_of(request, slug)
    added = request.GET.get("add", "").strip()[:LONGEST_NAME]
    if added and (organization := named(added)):
        slugs = [witness.organization.slug for witness in matrix.witnesses]
        wanted = tuple(dict.fromkeys([*slugs, organization.slug]))
        return redirect(request.path + replace(matrix.options, organization=wanted).querystring())
    if "add" in request.GET and not added:  # the form without script sends the empty field, and all defaults
        return redirect(request.path + matrix.options.querystring())
    context = {
        "matrix": matrix,
        "controls": Controls(matrix, request.path, unknown=added),
        "version": versions.latest(matrix.comparison),
        "figures": figures.shown(matrix, figures_of(matrix)),
        "tables_alone": matrix.options.querystring(fragment="1"),
    }
    return detail(request, "comparison", matrix.comparison, apparatus=matrix.apparatus, **context)


def cell(request: HttpRequest, slug: str) -> HttpResponse:
    """All cases of one cell of the pivot: `?row=` and `?column=` beside the options of the view."""
    matrix = matrix_of(request, slug)
    found = matrix.pivot.cell_cases(request.GET.get("row", ""), request.GET.get("column", ""))
    if found is None:
        raise Http404
    row, column, cases = found
    page = page_of(request, cases.select_related("organization", "mode"), CASES_PER_PAGE)
    context = {
        "matrix": matrix,
        "row": row,
        "column": column,
        "page": page,
        "apparatus": Apparatus(page),
        "whole_view": matrix.comparison.get_absolute_url() + matrix.options.querystring(),
        "described": linked_data.of_page(request, f"{row} × {column}", "CollectionPage"),
    }
    return render(request, "research/comparison/cell.html", context)
