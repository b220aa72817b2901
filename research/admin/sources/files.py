"""The files of a source: their list, a file added, described, removed, and sent to those who see the source.

They stand on a page of their own, beside the source's form: what was typed there stays out of it.
"""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.defaultfilters import filesizeformat
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from research import actions, storage
from research.admin.comments import writer
from research.admin.forms import BIGGEST
from research.admin.links import admin_url, number_of
from research.admin.rights import may_publish
from research.admin.sources.pages import SourcePages
from research.models import Attachment, AttachmentKind, Source
from research.text.file_types import ENDINGS, Unfit
from research.views import files as sending

NOT_SENT = gettext_lazy("The file did not arrive whole. Send it again.")


class AboutForm(forms.Form):
    """What a person says of a file; `shared` only who may publish."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=AttachmentKind)
    shared = forms.BooleanField(
        label=gettext_lazy("Offered to readers"),
        required=False,
        help_text=Attachment._meta.get_field("shared").help_text,
    )
    note = forms.CharField(
        label=gettext_lazy("Note"),
        max_length=300,
        required=False,
        widget=AdminTextInputWidget,
        help_text=Attachment._meta.get_field("note").help_text,
    )

    def __init__(self, *args: Any, sharing: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not sharing:
            del self.fields["shared"]

    def about(self) -> dict[str, Any]:
        return {name: self.cleaned_data.get(name, False) for name in ("kind", "shared", "note")}


class AddForm(AboutForm):
    # An empty file is answered as any other that cannot be kept.
    file = forms.FileField(
        label=gettext_lazy("File"),
        allow_empty_file=True,
        max_length=None,
        widget=forms.FileInput(attrs={"accept": ",".join(ENDINGS)}),
    )
    # The last field of the form: where it is missing, the request was cut off before it.
    end = forms.BooleanField(widget=forms.HiddenInput, initial=True, error_messages={"required": NOT_SENT})
    field_order = ["file", "kind", "shared", "note", "end"]


class ChangeForm(AboutForm):
    seen = forms.IntegerField(widget=forms.HiddenInput, max_value=BIGGEST)


class FilesAdmin(SourcePages):
    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        at = "<int:pk>/files/<int:file>/"
        return [
            path("<int:pk>/files/", view(self.files_view), name="research_source_files"),
            path(at, view(self.file_view, cacheable=True), name="research_source_file"),
            path(f"{at}change/", view(self.change_file_view), name="research_source_file_change"),
            path(f"{at}remove/", view(self.remove_file_view), name="research_source_file_remove"),
            *super().get_urls(),
        ]

    @admin.display(description=gettext_lazy("files"))
    def files(self, source: Source) -> Any:
        """In the source's form: what there is, and the way to more."""
        if not source.pk:
            return _("Save the source first, then add files to it.")
        found = list(source.attachments.all())
        items = (
            (admin_url(Source, "file", source.pk, file.pk), file, file.file_type, filesizeformat(file.size))
            for file in found
        )
        listed = format_html_join("", '<li><a href="{}">{}</a> · {} · {}</li>', items)
        way = format_html(
            '<a href="{}">{}</a>', admin_url(Source, "files", source.pk), _("See, add or change files")
        )
        return format_html('<ul class="plain">{}<li>{}</li></ul>', listed, way)

    # --- the pages -----------------------------------------------------------------------------------------

    def files_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        source = self.seen_source(request, pk)
        may_write = self.has_change_permission(request, source)
        sharing = may_publish(request.user, Source)
        form = AddForm(sharing=sharing, initial={"kind": AttachmentKind.COPY})
        if request.method == "POST":
            if not may_write:
                raise PermissionDenied
            form = AddForm(request.POST, request.FILES, sharing=sharing)
            if self.add_file(request, source, form):
                return HttpResponseRedirect(admin_url(Source, "files", pk))
        return self.files_page(
            request,
            "files",
            source,
            status=413 if getattr(request, "is_too_large", False) else 200,
            title=_("Files of “%s”") % source,
            form=form if may_write else None,
            files=[(file, may_write and (sharing or not file.shared)) for file in source.attachments.all()],
            most=storage.most_bytes(),
            too_large=str(storage.too_large()),
        )

    def add_file(self, request: HttpRequest, source: Source, form: AddForm) -> bool:
        """Keep it, or say in the form why not."""
        if getattr(request, "is_too_large", False):
            form.errors.clear()
            form.add_error(None, str(storage.too_large()))
            return False
        if not form.is_valid():
            return False
        sent = form.cleaned_data["file"]
        how = {"by": writer(request), "via": "files", **form.about()}
        try:
            file = actions.attach(source, sent.chunks(), name=sent.name, **how)
        except (Unfit, actions.Meanwhile) as error:
            form.add_error("file", str(error))
        except OSError as error:
            form.add_error(
                "file", _("The disk did not take the file (%s). Tell who runs the site.") % error.strerror
            )
        else:
            self.message_user(request, _("“%s” was added.") % file, messages.SUCCESS)
            return True
        return False

    def file_view(self, request: HttpRequest, pk: int, file: int) -> HttpResponseBase:
        source = self.seen_source(request, pk)
        return sending.sent(request, self.file_of(source, file), "private, no-cache")

    def change_file_view(self, request: HttpRequest, pk: int, file: int) -> HttpResponseBase:
        source, found, sharing = self.own_file(request, pk, file)
        initial = {"kind": found.kind, "shared": found.shared, "note": found.note, "seen": found.version}
        form = ChangeForm(request.POST or None, sharing=sharing, initial=initial)
        if request.method == "POST" and form.is_valid():
            how = {"by": writer(request), "via": "files", **form.about()}
            try:
                actions.describe_file(found, seen=form.cleaned_data["seen"], **how)
            except actions.Meanwhile as error:
                now = self.file_of(source, file)
                form.data = {**request.POST.dict(), "seen": str(now.version)}
                form.add_error(None, f"{error} {standing(now)}")
            else:
                self.message_user(request, _("“%s” was changed.") % found, messages.SUCCESS)
                return HttpResponseRedirect(admin_url(Source, "files", pk))
        return self.files_page(request, "file_change", source, file=found, form=form, title=str(found))

    def remove_file_view(self, request: HttpRequest, pk: int, file: int) -> HttpResponseBase:
        source, found, _sharing = self.own_file(request, pk, file)
        if request.method == "POST":
            seen = number_of(request.POST.get("seen", "")) or 0
            try:
                actions.remove_file(found, seen=seen, by=writer(request), via="files")
            except actions.Meanwhile as error:
                messages.error(request, str(error))
                return HttpResponseRedirect(request.path)
            self.message_user(request, _("“%s” was removed.") % found, messages.SUCCESS)
            return HttpResponseRedirect(admin_url(Source, "files", pk))
        title = _("Remove “%s”?") % found
        return self.files_page(request, "file_remove", source, file=found, title=title)

    # --- whose they are ------------------------------------------------------------------------------------

    def seen_source(self, request: HttpRequest, pk: int) -> Source:
        source = self.get_object(request, str(pk))
        if source is None:
            raise Http404
        if not self.has_view_or_change_permission(request, source):
            raise PermissionDenied
        return source

    def file_of(self, source: Source, pk: int) -> Attachment:
        found: Attachment = get_object_or_404(source.attachments.select_related("source"), pk=pk)
        return found

    def own_file(self, request: HttpRequest, pk: int, file: int) -> tuple[Source, Attachment, bool]:
        """A file that the person may change, and whether they may share; what is shared needs that."""
        source, sharing = self.seen_source(request, pk), may_publish(request.user, Source)
        if not self.has_change_permission(request, source):
            raise PermissionDenied
        found = self.file_of(source, file)
        if found.shared and not sharing:
            raise PermissionDenied
        return source, found, sharing

    def files_page(
        self, request: HttpRequest, template: str, source: Source, **more: Any
    ) -> TemplateResponse:
        return self.source_page(request, template, object=source, name=str(source), **more)


def standing(file: Attachment) -> str:
    """How it is described by now."""
    shared = _("offered to readers") if file.shared else _("not offered to readers")
    told = _("It now stands as: %s. Save once more to let yours stand.")
    return told % _(", ").join(filter(None, [file.get_kind_display(), shared, file.note]))
