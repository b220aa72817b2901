"""Comments below a record's form: whoever may see the record may add to them, resolve and reopen."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from research import actions
from research.admin.links import admin_url
from research.models import Comment, Record
from research.text import mentions

LONGEST = 10_000


class CommentForm(forms.Form):
    comment = forms.CharField(
        label=gettext_lazy("Comment"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Call somebody with @name; they get a notice."),
    )


@dataclass
class Said:
    comment: Comment
    text: SafeString
    url: str


class CommentAdmin(admin.ModelAdmin):
    change_form_template = "admin/record_form.html"

    def get_urls(self) -> list[URLPattern]:
        name = f"research_{self.model._meta.model_name}"
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/comments/", view(self.comment_view), name=f"{name}_comments"),
            path("<int:pk>/comments/<int:comment>/", view(self.settle_view), name=f"{name}_comment"),
            *super().get_urls(),
        ]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        record = context.get("original")
        if record is not None and not context.get("is_popup"):
            said = comments_of(record)
            context |= {
                "comments": said,
                "open_comments": sum(one.comment.resolved_at is None for one in said),
                "comment_form": CommentForm(auto_id="comment_%s"),
                "comments_url": admin_url(type(record), "comments", record.pk),
            }
        return super().render_change_form(request, context, *args, **kwargs)

    def comment_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        record = self.visible_record(request, pk)
        form = CommentForm(request.POST)
        if form.is_valid():
            actions.comment(record, form.cleaned_data["comment"], by=writer(request))
            self.message_user(request, _("Your comment was added."), messages.SUCCESS)
        else:
            text = " ".join(str(error) for errors in form.errors.values() for error in errors)
            self.message_user(request, _("The comment was not added: %s") % text, messages.ERROR)
        return to_comments(record)

    def settle_view(self, request: HttpRequest, pk: int, comment: int) -> HttpResponse:
        """Resolve, or with `reopen` in the form open again."""
        record = self.visible_record(request, pk)
        said = get_object_or_404(Comment, table=record.table, record_id=record.pk, pk=comment)
        if "reopen" in request.POST:
            actions.reopen(said)
        else:
            actions.resolve(said, by=writer(request))
        return to_comments(record)

    def visible_record(self, request: HttpRequest, pk: int) -> Record:
        if request.method != "POST":
            raise PermissionDenied
        record = self.get_object(request, str(pk))
        if record is None:
            raise Http404
        if not self.has_view_or_change_permission(request, record):
            raise PermissionDenied
        return record


def writer(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # the admin lets nobody else in
    return request.user


def to_comments(record: Record) -> HttpResponseRedirect:
    return HttpResponseRedirect(f"{admin_url(type(record), 'change', record.pk)}#comments")


def comments_of(record: Record) -> list[Said]:
    """The record's, oldest first, in two queries."""
    found = list(Comment.objects.filter(table=record.table, record_id=record.pk))
    names = get_user_model().objects.values_list("username", flat=True) if found else []
    known = list(names)
    return [Said(one, marked(one.text, known), comment_url(record, one)) for one in found]


def comment_url(record: Record, comment: Comment) -> str:
    return admin_url(type(record), "comment", record.pk, comment.pk)


def marked(text: str, names: Sequence[str]) -> SafeString:
    """The text, safe, with the names that it calls marked."""
    html, done = SafeString(""), 0
    for start, end, _name in mentions.find(text, names):
        html += format_html('{}<b class="mention">{}</b>', text[done:start], text[start:end])
        done = end
    return html + format_html("{}", text[done:])
