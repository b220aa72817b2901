"""The bell, the page of notices, and who is told of what a form has saved."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from research import actions
from research.actions.comments import authors
from research.actions.notices import News, kind_of_step, of_steps
from research.admin.links import admin_url
from research.admin.rights import readable
from research.models import Notice, NoticeKind, Publishable, Record, Status, Todo
from research.rows import MODELS

PER_PAGE = 50


def unread(request: HttpRequest) -> int:
    """How many the user has not read; asked once a page."""
    if not hasattr(request, "unread_notices"):
        user: Any = request.user
        count = notices_of(user).filter(read_at=None).count() if user.is_authenticated else 0
        request.unread_notices = count  # type: ignore[attr-defined]
    found: int = request.unread_notices  # type: ignore[attr-defined]
    return found


def notices_of(user: Any) -> QuerySet[Notice]:
    """What the user was told, newest first; not of tables that they have lost sight of since."""
    found: QuerySet[Notice] = user.notices.filter(table__in=readable(user))
    return found


def notices_page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """The user's own, newest first; POST marks them all as read."""
    user: Any = request.user
    if request.method == "POST":
        actions.mark_read(user)
        return HttpResponseRedirect(reverse("admin:notices"))
    page = Paginator(notices_of(user), PER_PAGE).get_page(request.GET.get("p"))
    context = {**context, "title": _("Notices"), "page": page}
    return TemplateResponse(request, "admin/research/notices.html", context)


def open_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """To what it speaks of; it is read then."""
    user: Any = request.user
    notice = get_object_or_404(notices_of(user), pk=pk)
    actions.mark_read(user, notice)
    model = MODELS[notice.table]
    if not model.objects.filter(pk=notice.record_id).exists():
        messages.info(request, _("“%s” has been deleted since.") % notice.name)
        return HttpResponseRedirect(reverse("admin:notices"))
    place = f"#comment-{notice.comment_id}" if notice.comment_id else ""
    return HttpResponseRedirect(admin_url(model, "change", notice.record_id) + place)


@dataclass
class Watched:
    """A form's record before it is saved: its status as the team sees it, its authors, its assignee."""

    form: Any
    before: str | None
    authors: set[int]

    @classmethod
    def of(cls, form: Any) -> Self:
        record, before = form.instance, None
        if form.draft:
            before = form.draft.status
        elif record.pk:
            before = Status.PUBLISHED.value if form.was_published else form.initial.get("status")
        return cls(form, before, authors(record))

    def news(self) -> Iterable[News]:
        record = self.form.instance
        if not record.pk or not self.form.has_changed():
            return
        if isinstance(record, Publishable) and "status" in self.form.changed_data:
            aside = self.form.was_published and record.status != Status.PUBLISHED
            if kind := kind_of_step(self.before, record.status, aside=aside):
                yield News(record, kind, self.authors)
        if isinstance(record, Todo) and record.assignee_id and "assignee" in self.form.changed_data:
            yield News(record, NoticeKind.ASSIGNED, {record.assignee_id})


def watch(form: Any, formsets: Iterable[Any]) -> list[Watched]:
    """What `tell` must know of the forms of a page before they are saved."""
    forms = [form]
    for formset in formsets:
        if issubclass(formset.model, Record):
            forms += [row for row in formset.forms if row not in formset.deleted_forms]
    return [Watched.of(one) for one in forms]


def tell(watched: Iterable[Watched], by: Any) -> None:
    """Tell those concerned what the forms have saved."""
    of_steps([news for one in watched for news in one.news()], by=by)
