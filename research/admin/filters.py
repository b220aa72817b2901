"""Filters of the lists."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from taggit.models import Tag

from research.models import Citation, Draft, Status
from research.queries.todos import overdue

MOST_USED = 25
NEWER = "newer"


class StandingFilter(admin.SimpleListFilter):
    """By status; what is newer than the public knows is in the status of the newer draft as well."""

    title = _("status")
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return [*Status.choices, (NEWER, _("published, with a newer draft"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        drafts = Draft.objects.filter(table=queryset.model.table)
        if self.value() == NEWER:
            return queryset.filter(pk__in=drafts.values("record_id"))
        if self.value() not in Status.values:
            return queryset
        newer = drafts.filter(status=self.value()).values("record_id")
        return queryset.filter(Q(status=self.value()) | Q(pk__in=newer))


class CitedFilter(admin.SimpleListFilter):
    """Whether the record's text cites anything."""

    title = _("sources")
    parameter_name = "cited"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return [("no", _("none cited")), ("yes", _("cited"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() not in ("yes", "no"):
            return queryset
        cited = Q(pk__in=Citation.objects.filter(table=queryset.model.table).values("record_id"))
        return queryset.filter(cited if self.value() == "yes" else ~cited)


class TagFilter(admin.SimpleListFilter):
    """The tags that this table uses most."""

    title = _("tags")
    parameter_name = "tag"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        kind = ContentType.objects.get_for_model(model_admin.model)
        used = Tag.objects.filter(taggit_taggeditem_items__content_type=kind).annotate(uses=Count("pk"))
        return [
            (name, name) for name in used.order_by("-uses", "name").values_list("name", flat=True)[:MOST_USED]
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(tags__name=self.value()) if self.value() else queryset


class OverdueFilter(admin.SimpleListFilter):
    title = _("due date")
    parameter_name = "overdue"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return [("yes", _("overdue"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return overdue(queryset) if self.value() == "yes" else queryset
