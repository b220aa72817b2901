"""A changelog entry with the records that it names, and the public difference of each of them."""

from collections import Counter
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from research.models import ChangelogEntry
from research.queries import changes
from research.queries.apparatus import Apparatus
from research.views import linked_data
from research.views.pages import detail, public_or_404


def entry(request: HttpRequest, slug: str) -> HttpResponse:
    record = public_entry(slug)
    apparatus = Apparatus([record])
    linked = apparatus.linked(record)
    found = changes.changes_of(record, linked) if linked else {}
    named = [(target, found.get((target.table, target.pk))) for target in linked]
    counts = Counter(change.kind for change in found.values())
    context = {
        "named": named,
        "counts": [(kind.label, counts[kind]) for kind in changes.Kind if counts[kind]],
    }
    return detail(request, "changelog_entry", record, apparatus=apparatus, **context)


def difference(request: HttpRequest, slug: str, table: str, key: str) -> HttpResponse:
    """The record's public rows before and with the entry; 404 unless both are public and it changed then."""
    record = public_entry(slug)
    linked = Apparatus([record]).linked(record)
    target = next((one for one in linked if (one.table, one.record_key) == (table, key)), None)
    change = changes.changes_of(record, [target]).get((target.table, target.pk)) if target else None
    if target is None or change is None or change.kind == changes.Kind.WITHDRAWN:
        raise Http404
    columns = changes.columns_of(table, change)
    context = {"entry": record, "record": target, "change": change, "columns": columns}
    trail = [(_("Changelog"), reverse("changelog")), (str(record), record.get_absolute_url())]
    context["described"] = linked_data.of_page(request, str(target), trail=trail)
    return render(request, "research/changelog_difference.html", context)


def public_entry(slug: str) -> Any:
    return public_or_404(ChangelogEntry.objects.select_related("note"), slug)
