"""An open form asks every few seconds who else has the record open, and whether it was saved elsewhere."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _

from research import actions
from research.admin.comments import CommentAdmin, writer
from research.admin.links import admin_url, number_of
from research.models import Record, Revision

EVERY = 15  # seconds
SAVED = "saved."


class PresenceAdmin(CommentAdmin):
    def get_urls(self) -> list[URLPattern]:
        name = f"research_{self.model._meta.model_name}_presence"
        view = self.admin_site.admin_view(self.presence_view)
        return [path("<int:pk>/presence/", view, name=name), *super().get_urls()]

    def presence_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """POST `seen` (the version on the page), or `left` when the page is closed."""
        may_see = self.has_view_or_change_permission(request)
        if request.method == "POST" and may_see and not self.model.objects.filter(pk=pk).exists():
            return JsonResponse({"also": "", "saved": deleted(self.model, pk)})
        record = self.visible_record(request, pk)
        if "left" in request.POST:
            actions.leave(record, writer(request))
            return HttpResponse(status=204)
        others = actions.come(record, writer(request))
        also = _("Also open: %s") % _(", ").join(others) if others else ""
        return JsonResponse({"also": also, "saved": saved_elsewhere(record, request.POST.get("seen", ""))})

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        record = context.get("original")
        context["team"] = {
            "key": form_key(self.model, record),
            "unsaved": bool(context.get("errors")),
            **(open_record(record) if record is not None and not context.get("is_popup") else {}),
        }
        return super().render_change_form(request, context, *args, **kwargs)

    # --- what the browser keeps of an open form is dropped once it is saved ------------------------------

    def response_add(self, request: HttpRequest, obj: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        return told_saved(super().response_add(request, obj, *args, **kwargs), form_key(self.model, None))

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        return told_saved(super().response_change(request, obj), form_key(self.model, obj))


def open_record(record: Record) -> dict[str, Any]:
    return {
        "presence": admin_url(type(record), "presence", record.pk),
        "history": admin_url(type(record), "history", record.pk),
        "every": EVERY,
        "seen": record.version,
    }


def form_key(model: type[Any], record: Record | None) -> str:
    """One name for the form at all its addresses: in either language, with any filter."""
    return f"{model._meta.model_name}.{record.pk if record else 'add'}"


def told_saved(response: HttpResponse, key: str) -> HttpResponse:
    """With a cookie that says so; the script takes it away with what the browser has kept."""
    response.set_cookie(f"{SAVED}{key}", "1", max_age=24 * 3600, samesite="Lax")
    return response


def saved_elsewhere(record: Record, seen: str) -> str:
    version = number_of(seen)
    if version is None or record.version <= version:
        return ""
    last = Revision.objects.of(record).first()
    text = _("Saved elsewhere by %(author)s at %(time)s; your changes will be merged when you save.")
    return text % described(last)


def deleted(model: type[Record], pk: int) -> str:
    last = Revision.objects.filter(table=model.table, record_id=pk, deleted=True).order_by("-version").first()
    return _("Deleted elsewhere by %(author)s at %(time)s.") % described(last)


def described(revision: Revision | None) -> dict[str, str]:
    at = timezone.localtime(revision.at).strftime("%H:%M") if revision else "–"
    return {"author": (revision and revision.author) or "–", "time": at}
