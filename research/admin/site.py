"""The admin site: its names, the order of its tables, its first page and the addresses it adds."""

from functools import partial, update_wrapper
from typing import Any

from django.conf import settings
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse, translate_url
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext_lazy as _

from research.admin import (
    accounts,
    dashboard,
    deleted,
    expired,
    gaps,
    my_work,
    notices,
    preview,
    suggest,
    unknown,
)
from research.admin.batches import BatchAdmin
from research.admin.records import ADMINS
from research.admin.rights import may_read
from research.models import Batch, Todo
from research.views import calendar, downloads

# The tables in the order in which people work with them.
SECTIONS = [
    (_("Notes and evidence"), ["Note", "Case", "Event", "Source"]),
    (_("Arguments"), ["Thesis", "Argument"]),
    (_("Comparison"), ["Comparison", "Criterion", "Finding"]),
    (_("Work"), ["Todo", "ChangelogEntry", "Batch"]),
    (_("Vocabulary"), ["Organization", "Mode", "Industry"]),
]
# taggit brings an admin that changes records' tags past `research.actions`.
LEFT_OUT = {"taggit.Tag"}


class Workbench(AdminSite):
    site_header = settings.SITE_NAME
    site_title = settings.SITE_NAME
    index_title = _("Workbench")

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        for model, admin_class in ADMINS.items():
            self.register(model, admin_class)
        self.register(Batch, BatchAdmin)

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        models = model_or_iterable if isinstance(model_or_iterable, list | tuple) else [model_or_iterable]
        for model in models:
            if model._meta.label not in LEFT_OUT:
                super().register(model, accounts.bound(model, admin_class), **options)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        own: list[URLPattern | URLResolver] = [
            path("preview/", self.admin_view(preview.markdown_preview), name="markdown_preview"),
            path("data.zip", self.admin_view(data_package), name="data_package"),
            path("my-work/", self.admin_view(self.my_work), name="my_work"),
            path("notices/", self.admin_view(self.notices), name="notices"),
            path("notices/<int:pk>/", self.admin_view(notices.open_notice), name="notice"),
            path("deleted/", self.admin_view(self.deleted_records), name="deleted"),
            path("tags/", self.admin_view(preview.tag_names), name="tag_names"),
            path("suggest/", self.admin_view(suggest.suggestions), name="suggest"),
            path("unknown/", self.admin_view(self.unknown), name="unknown"),
            path("gaps/", self.admin_view(self.gaps), name="gaps"),
        ]
        # Django's way from a record to its page tells any staff the key of any record; nothing leads there.
        return own + [url for url in super().get_urls() if getattr(url, "name", "") != "view_on_site"]

    def deleted_records(self, request: HttpRequest) -> TemplateResponse:
        return deleted.deleted_records(request, self.each_context(request))

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Whoever posts a form and is logged out by now is asked to log in, and loses nothing."""
        guarded = super().admin_view(view, cacheable)

        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            is_logout = request.path == reverse("admin:logout", current_app=self.name)
            if not is_logout and expired.is_sent_by_a_form(request) and not self.has_permission(request):
                return expired.ask_to_log_in(self, request, expired.packed(request))
            return guarded(request, *args, **kwargs)

        return update_wrapper(inner, guarded)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """What was typed before the log-in expired is offered again after it."""
        text = request.POST.get(expired.FIELD, "")
        kept = expired.unpacked(text) if text else None
        context = {**(extra_context or {}), **({expired.FIELD: text} if kept else {})}
        response = super().login(request, context)
        if kept and isinstance(response, HttpResponseRedirect):
            return expired.offer(self, request, kept)
        return response

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        return {
            **super().each_context(request),
            "site_url": reverse("home"),
            "other_languages": other_languages(request),
            "unread_notices": partial(notices.unread, request),  # asked where the bell is shown
        }

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        return super().index(request, {**dashboard.dashboard(request.user), **(extra_context or {})})

    def my_work(self, request: HttpRequest) -> TemplateResponse:
        context = {**self.each_context(request), "title": _("My work"), **my_work.my_work(request.user)}
        if may_read(request.user, Todo):
            context["calendar_url"] = calendar.my_calendar_url(request)
        return TemplateResponse(request, "admin/research/my_work.html", context)

    def notices(self, request: HttpRequest) -> HttpResponse:
        return notices.notices_page(request, self.each_context(request))

    def unknown(self, request: HttpRequest) -> HttpResponse:
        return unknown.unknown_page(request, self.each_context(request))

    def gaps(self, request: HttpRequest) -> HttpResponse:
        return gaps.gaps_page(request, self.each_context(request))

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """The research tables in sections; the other apps as Django lists them, after."""
        apps = super().get_app_list(request, app_label)
        research = next((app for app in apps if app["app_label"] == "research"), None)
        if research is None:
            return apps
        listed = {model["object_name"]: model for model in research["models"]}
        sections = [
            {**research, "name": name, "models": [listed[model] for model in models if model in listed]}
            for name, models in SECTIONS
        ]
        return [section for section in sections if section["models"]] + [
            app for app in apps if app is not research
        ]

    def app_index(
        self, request: HttpRequest, app_label: str, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        title = {"title": _("All tables")} if app_label == "research" else {}
        return super().app_index(request, app_label, {**title, **(extra_context or {})})


def data_package(request: HttpRequest) -> StreamingHttpResponse:
    if not dashboard.may_export_all(request.user):
        raise PermissionDenied
    return downloads.package_attachment(public=False)


def other_languages(request: HttpRequest) -> list[dict[str, str]]:
    """This page in the other languages of the site."""
    return [
        {
            "code": code,
            "name": get_language_info(code)["name_local"],
            "url": translate_url(request.get_full_path(), code),
        }
        for code, _name in settings.LANGUAGES
        if code != get_language()
    ]
