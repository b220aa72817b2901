"""One short class for each table; what they share is in `base`."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import flatten
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from research.admin.argdown import ArgdownAdmin
from research.admin.base import RecordAdmin
from research.admin.filters import CitedFilter, OverdueFilter, TagFilter
from research.admin.inlines import (
    ArgumentInline,
    ChangelogInline,
    CriterionPlaces,
    FindingInline,
    OrganizationPlaces,
    TodoInline,
)
from research.admin.links import admin_url
from research.admin.note_upload import NoteUpload
from research.admin.proposing import ProposingAdmin
from research.admin.review import PublishableAdmin
from research.admin.rights import may
from research.admin.sources.bibliographies import BibliographyAdmin
from research.admin.sources.duplicates import DuplicatesAdmin
from research.admin.sources.files import FilesAdmin
from research.admin.sources.impact import ImpactAdmin
from research.admin.sources.link_checks import LinkChecksAdmin, LinkFilter
from research.admin.sources.merging import MergingAdmin
from research.admin.todos import TodoBoard
from research.models import (
    Argument,
    Case,
    ChangelogEntry,
    Comparison,
    Criterion,
    Event,
    Finding,
    Industry,
    Mode,
    Note,
    Organization,
    Record,
    Source,
    Thesis,
    Todo,
)


class NoteAdmin(NoteUpload, PublishableAdmin):
    list_display = ["title", "date", "tag_names", "status"]
    list_filter = ["status", TagFilter]
    date_hierarchy = "date"
    search_fields = ["slug", "title", "body"]
    fields = ["title", "slug", ("date", "status"), "body", "tags"]
    prepopulated_fields = {"slug": ["title"]}
    inlines = [TodoInline, ChangelogInline]


class CaseAdmin(PublishableAdmin):
    list_display = ["title", "organization", "mode", "period", "tag_names", "status"]
    list_editable = ["mode"]
    list_select_related = ["organization", "mode"]
    list_filter = [
        "status",
        CitedFilter,
        ("organization", admin.RelatedOnlyFieldListFilter),
        "mode",
        ("industries", admin.RelatedOnlyFieldListFilter),
        TagFilter,
    ]
    search_fields = ["slug", "title", "body", "organization__name"]
    fieldsets = [
        (None, {"fields": ["title", "slug", "organization", ("period", "status")]}),
        (_("Where it belongs"), {"fields": ["mode", "industries", "tags"]}),
        (_("Text"), {"fields": ["body"]}),
    ]
    prepopulated_fields = {"slug": ["title"]}


class EventAdmin(PublishableAdmin):
    list_display = ["title", "written_date", "tag_names", "status"]
    list_filter = ["status", CitedFilter, ("organizations", admin.RelatedOnlyFieldListFilter), TagFilter]
    date_hierarchy = "date_earliest"
    search_fields = ["slug", "title", "body", "date"]
    fields = ["title", "slug", ("date", "status"), "body", "organizations", "tags"]
    prepopulated_fields = {"slug": ["title"]}

    @admin.display(description=_("date"), ordering="date_earliest")
    def written_date(self, event: Event) -> str:
        return event.date


class SourceAdmin(
    BibliographyAdmin,
    DuplicatesAdmin,
    MergingAdmin,
    FilesAdmin,
    ImpactAdmin,
    LinkChecksAdmin,
    PublishableAdmin,
):
    change_form_template = "admin/research/source/change_form.html"
    list_display = ["key", "title", "kind", "issued", "link_states", "tag_names", "status"]
    list_display_links = ["key", "title"]
    list_filter = ["status", "kind", LinkFilter, TagFilter]
    date_hierarchy = "issued_earliest"
    search_fields = ["key", "title", "authors", "publisher", "container", "identifier", "url"]
    fieldsets = [
        (None, {"fields": [("key", "kind", "status"), "title", "authors"]}),
        (
            _("Where it stands"),
            {"fields": ["publisher", "container", ("issued", "language"), "identifier", "extra"]},
        ),
        (_("On the web"), {"fields": ["url", "archived_url", "accessed", "files"]}),
        (_("Text"), {"fields": ["body", "tags"]}),
        (_("Cited by"), {"fields": ["cited_by"]}),
    ]
    readonly_fields = ["cited_by", "files"]


class ThesisAdmin(ArgdownAdmin, PublishableAdmin):
    list_display = ["statement", "tag_names", "status"]
    list_filter = ["status", TagFilter]
    search_fields = ["slug", "statement", "body"]
    fields = ["statement", ("slug", "status"), "body", "tags"]
    prepopulated_fields = {"slug": ["statement"]}
    inlines = [ArgumentInline]


class ArgumentAdmin(PublishableAdmin):
    list_display = ["claim", "stance", "thesis", "position", "status"]
    list_select_related = ["thesis"]
    list_filter = ["status", "stance", CitedFilter]
    search_fields = ["slug", "claim", "body", "thesis__statement"]
    fields = ["thesis", ("stance", "position", "status"), "claim", "body", "cases", "findings", "slug"]


class ComparisonAdmin(PublishableAdmin):
    list_display = ["title", "slug", "status"]
    list_filter = ["status"]
    search_fields = ["slug", "title", "intro"]
    fields = ["title", ("slug", "status"), "intro"]
    prepopulated_fields = {"slug": ["title"]}
    inlines = [OrganizationPlaces, CriterionPlaces]


class CriterionAdmin(RecordAdmin):
    list_display = ["name", "group", "value_kind", "unit", "position"]
    list_editable = ["position"]
    list_filter = ["value_kind", "group"]
    search_fields = ["slug", "name", "group", "description"]
    fields = ["name", "slug", ("group", "position"), ("value_kind", "unit", "shelf_life"), "description"]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [FindingInline]

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, *args: Any, **kwargs: Any
    ) -> Any:
        """Whoever writes findings writes them here too, beside a criterion that they may only read."""
        if object_id and not self.has_change_permission(request):
            beside = may(request.user, "view", Criterion) and may(request.user, "change", Finding)
            request.findings_only = beside  # type: ignore[attr-defined]
        return super().changeform_view(request, object_id, *args, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) or findings_only(request)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        own = flatten([*self.fields]) if findings_only(request) else []
        return [*own, *super().get_readonly_fields(request, obj)]

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return {} if findings_only(request) else super().get_prepopulated_fields(request, obj)


def findings_only(request: HttpRequest) -> bool:
    return getattr(request, "findings_only", False)


class FindingAdmin(PublishableAdmin):
    list_display = ["criterion", "organization", "shown_value", "as_of", "status"]
    list_display_links = ["criterion", "shown_value"]
    list_select_related = ["organization", "criterion"]
    list_filter = [
        "status",
        CitedFilter,
        ("organization", admin.RelatedOnlyFieldListFilter),
        "criterion__group",
    ]
    search_fields = ["slug", "value", "body", "organization__name", "criterion__name"]
    fields = ["organization", "criterion", "value", ("as_of", "status"), "body", "slug"]

    @admin.display(description=_("value"), ordering="number")
    def shown_value(self, finding: Finding) -> str:
        return finding.display_value()


class TodoAdmin(TodoBoard, PublishableAdmin):
    list_display = ["title", "state", "assignee", "due", "attention", "note", "status"]
    list_editable = ["state", "assignee", "due"]
    list_select_related = ["assignee", "note"]
    list_filter = ["state", OverdueFilter, "assignee", ("note", admin.RelatedOnlyFieldListFilter), "status"]
    search_fields = ["slug", "title", "body", "results"]
    fieldsets = [
        (None, {"fields": ["title", "slug", "note", "body"]}),
        (_("Progress"), {"fields": [("state", "due", "status"), "assignee", "results", "gap"]}),
    ]
    readonly_fields = ["gap"]
    prepopulated_fields = {"slug": ["title"]}

    @admin.display(description=_("overdue"))
    def attention(self, todo: Todo) -> Any:
        return format_html('<strong class="attention">{}</strong>', _("overdue")) if todo.is_overdue else ""


class ChangelogAdmin(ProposingAdmin, PublishableAdmin):
    list_display = ["__str__", "date", "note", "status"]
    list_select_related = ["note"]
    list_filter = ["status", "kind", ("note", admin.RelatedOnlyFieldListFilter)]
    date_hierarchy = "date"
    search_fields = ["slug", "stamp", "kind", "summary"]
    fields = [("date", "stamp", "kind"), ("slug", "status"), "note", "summary"]
    prepopulated_fields = {"slug": ["stamp", "kind"]}


class OrganizationAdmin(PublishableAdmin):
    list_display = ["name", "slug", "tag_names", "status"]
    list_filter = ["status", TagFilter]
    search_fields = ["slug", "name", "aliases"]
    fields = ["name", "aliases", ("slug", "status"), "website", "summary", "tags", "rests_on_it"]
    readonly_fields = ["rests_on_it"]
    prepopulated_fields = {"slug": ["name"]}

    @admin.display(description=_("stands in"))
    def rests_on_it(self, organization: Organization) -> str:
        if not organization.pk:
            return "–"
        cases, findings = organization.cases.count(), organization.findings.count()
        return format_html(
            '<a href="{}">{}</a> · <a href="{}">{}</a>',
            of(Case, organization),
            ngettext("%(count)s case", "%(count)s cases", cases) % {"count": cases},
            of(Finding, organization),
            ngettext("%(count)s finding", "%(count)s findings", findings) % {"count": findings},
        )


def of(model: type[Case | Finding], organization: Organization) -> str:
    """The list of the organization's records."""
    return f"{admin_url(model, 'changelist')}?{urlencode({'organization__id__exact': organization.pk})}"


class VocabularyAdmin(RecordAdmin):
    list_display = ["name", "slug", "position", "case_count"]
    list_editable = ["position"]
    search_fields = ["slug", "name"]
    prepopulated_fields = {"slug": ["name"]}
    ordering = ["position", "slug"]  # counting drops the model's own

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).annotate(case_count=Count("cases"))

    @admin.display(description=_("cases"), ordering="case_count")
    def case_count(self, record: Any) -> int:
        count: int = getattr(record, "case_count", 0)  # one that was deleted meanwhile has none
        return count


class ModeAdmin(VocabularyAdmin):
    fields = ["name", ("slug", "position"), "definition"]


class IndustryAdmin(VocabularyAdmin):
    fields = ["name", ("slug", "position")]


ADMINS: dict[type[Record], type[RecordAdmin]] = {
    Note: NoteAdmin,
    Case: CaseAdmin,
    Event: EventAdmin,
    Source: SourceAdmin,
    Thesis: ThesisAdmin,
    Argument: ArgumentAdmin,
    Comparison: ComparisonAdmin,
    Criterion: CriterionAdmin,
    Finding: FindingAdmin,
    Todo: TodoAdmin,
    ChangelogEntry: ChangelogAdmin,
    Organization: OrganizationAdmin,
    Mode: ModeAdmin,
    Industry: IndustryAdmin,
}
