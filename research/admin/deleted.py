"""Records that were deleted and are still gone: who did it, when and why, and what they held."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpRequest
from django.template.response import TemplateResponse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from research.admin import history
from research.admin.links import admin_url
from research.admin.rights import may, readable
from research.models import Revision
from research.rows import MODELS

PER_PAGE = 50


@dataclass
class Gone:
    """A deleted record by its last revision; `restore` is empty for those who may not bring it back."""

    revision: Revision
    kind: Any
    name: str
    via: Any
    cells: Any
    history: str
    restore: str


def deleted_records(request: HttpRequest, each_context: dict[str, Any]) -> TemplateResponse:
    """All that the person may see, or those of `?table=`, newest first."""
    tables, table = readable(request.user), request.GET.get("table", "")
    if table and table not in MODELS:
        raise Http404
    if not tables or (table and table not in tables):
        raise PermissionDenied
    gone = Revision.objects.of_the_gone().filter(table__in=tables)
    counts = dict(gone.order_by().values_list("table").annotate(count=Count("pk")))
    chosen = gone.filter(table=table) if table else gone
    page = Paginator(chosen.select_related("batch"), PER_PAGE).get_page(request.GET.get("p"))
    context = {
        **each_context,
        "title": _("Deleted records"),
        "page": page,
        "records": [shown(request.user, revision) for revision in page],
        "table": table,
        "tables": [
            (name, capfirst(model._meta.verbose_name_plural), counts[name])
            for name, model in tables.items()
            if name in counts
        ],
        "total": sum(counts.values()),
        "kind": capfirst(MODELS[table]._meta.verbose_name_plural) if table else "",
    }
    return TemplateResponse(request, "admin/deleted.html", context)


def shown(user: Any, revision: Revision) -> Gone:
    model = MODELS[revision.table]
    restorable = may(user, "add", model)
    return Gone(
        revision,
        model._meta.verbose_name,
        history.name_of(revision),
        history.via_label(revision.via),
        history.cells(revision.table, revision.row),
        admin_url(model, "history", revision.record_id),
        admin_url(model, "restore", revision.record_id, revision.version) if restorable else "",
    )
