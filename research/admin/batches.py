"""Imports that were written: what each changed, and undoing it as one step."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from research.admin import history, work
from research.admin.links import admin_url
from research.admin.rights import may, may_read
from research.batches import created, undoing
from research.models import Batch
from research.queries.former_keys import MERGED
from research.rows import MODELS

PER_PAGE = 100
KINDS = {"new": gettext_lazy("new"), "changed": gettext_lazy("changed"), "deleted": gettext_lazy("deleted")}


class BatchAdmin(admin.ModelAdmin):
    list_display = ["at", "files", "author", "via_label", "what", "is_undone"]
    list_display_links = ["at", "files"]
    list_filter = ["via"]
    search_fields = ["files", "author"]
    date_hierarchy = "at"
    list_per_page = 50
    actions = None

    def get_urls(self) -> list[URLPattern]:
        undo = self.admin_site.admin_view(self.undo_view)
        return [path("<int:pk>/undo/", undo, name="research_batch_undo"), *super().get_urls()]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Who may see all tables of a batch may see the batch."""
        tables = (obj and obj.counts) or MODELS  # one that changed nothing is no way in
        return all(may_read(request.user, MODELS[table]) for table in tables)

    @admin.display(description=gettext_lazy("via"), ordering="via")
    def via_label(self, batch: Batch) -> Any:
        return history.via_label(batch.via)

    @admin.display(description=gettext_lazy("what"))
    def what(self, batch: Batch) -> str:
        return "; ".join(f"{name}: {', '.join(parts)}" for name, parts in counts(batch))

    @admin.display(description=gettext_lazy("undone"), boolean=True)
    def is_undone(self, batch: Batch) -> bool:
        return bool(batch.undone_by.all())

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("undone_by")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        batch = self.get_object(request, unquote(object_id))
        if batch is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined]
        if not self.has_view_permission(request, batch):
            raise PermissionDenied
        page = Paginator(batch.revisions.annotate(created=created()).order_by("pk"), PER_PAGE).get_page(
            request.GET.get("p")
        )
        context = {
            **self.admin_site.each_context(request),
            "title": title_of(batch),
            "is_merging": batch.via == MERGED,
            **{"opts": self.opts, "batch": batch, "counts": counts(batch), "page": page},
            "via": history.via_label(batch.via),
            "rows": shown(page),
            "undone": batch.undone_by.first(),
            "may_undo": may_undo(request.user, batch),
        }
        return TemplateResponse(request, "admin/research/batch.html", context)

    def undo_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        batch = self.get_object(request, str(pk))
        if batch is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(pk))  # type: ignore[attr-defined]
        if request.method != "POST" or not may_undo(request.user, batch):
            raise PermissionDenied
        context = {**self.admin_site.each_context(request), "opts": self.opts, "title": _("Undoing")}
        back = reverse("admin:research_batch_change", args=[pk])
        return work.follow(request, undone(batch, request.user), context, back)


def title_of(batch: Batch) -> str:
    if batch.undoes:
        return _("Undoing of %s") % batch.files
    return (_("Merging: %s") if batch.via == MERGED else _("Import of %s")) % batch.files


def undone(batch: Batch, user: Any) -> work.Work:
    undoing_batch = yield from undoing(batch, by=user)
    yield reverse("admin:research_batch_change", args=[undoing_batch.pk])


def may_undo(user: Any, batch: Batch) -> bool:
    """Undoing deletes what was new, adds what was deleted and changes the rest.

    What is published is left and named where the person may not publish.
    """
    opposite = {"new": "delete", "deleted": "add", "changed": "change"}
    return not batch.undone_by.exists() and all(
        may(user, opposite[kind], MODELS[table]) for table, kinds in batch.counts.items() for kind in kinds
    )


def counts(batch: Batch) -> list[tuple[str, list[str]]]:
    """(cases, [3 new, 1 changed])."""
    return [
        (
            str(capfirst(MODELS[table]._meta.verbose_name_plural)),
            [f"{count} {KINDS[kind]}" for kind, count in kinds.items() if count],
        )
        for table, kinds in batch.counts.items()
    ]


def shown(page: Page) -> list[dict[str, Any]]:
    """The page's revisions: which record, what was done, whether somebody has edited it since."""
    revisions: list[Any] = list(page.object_list)
    ids: dict[str, list[int]] = {}
    for revision in revisions:
        ids.setdefault(revision.table, []).append(revision.record_id)
    versions = {
        (table, pk): version
        for table, pks in ids.items()
        for pk, version in MODELS[table].objects.filter(pk__in=pks).values_list("pk", "version")
    }
    return [row_of(revision, versions.get((revision.table, revision.record_id))) for revision in revisions]


def row_of(revision: Any, version: int | None) -> dict[str, Any]:
    model = MODELS[revision.table]
    kind = "deleted" if revision.deleted else "new" if revision.created else "changed"
    return {
        "table": model._meta.verbose_name,
        "key": revision.key,
        "name": history.name_of(revision),
        "kind": KINDS[kind],
        "url": admin_url(model, "history", revision.record_id),
        "since": not revision.deleted and version != revision.version,
    }
