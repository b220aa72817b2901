"""The frozen versions of a comparison: their list, one frozen by hand, one withdrawn.

They stand on a page of their own, beside the comparison's form: what was typed there stays out of it.
"""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from research import actions
from research.admin.comments import writer
from research.admin.links import admin_url
from research.admin.rights import may_publish
from research.models import Comparison, ComparisonVersion
from research.queries import versions

LONGEST = 300


class FreezeForm(forms.Form):
    note = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=LONGEST,
        required=False,
        widget=AdminTextInputWidget,
        help_text=gettext_lazy("Readers see it beside the version."),
    )


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=LONGEST,
        widget=AdminTextInputWidget,
        help_text=gettext_lazy("Readers see it at the version’s address."),
    )


class VersionsAdmin(admin.ModelAdmin):
    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        withdraw = "<int:pk>/versions/<int:number>/withdraw/"
        return [
            path("<int:pk>/versions/", view(self.versions_view), name="research_comparison_versions"),
            path(withdraw, view(self.withdraw_view), name="research_comparison_version_withdraw"),
            *super().get_urls(),
        ]

    @admin.display(description=gettext_lazy("frozen versions"))
    def frozen_versions(self, comparison: Comparison) -> SafeString | str:
        """In the comparison's form: the newest, and the way to all."""
        if not comparison.pk:
            return _("Publishing the comparison freezes its first version.")
        latest, said = versions.latest(comparison), _("none yet")
        if latest:
            day = f"{timezone.localtime(latest.at):%Y-%m-%d}"
            said = _("version %(number)s of %(day)s") % {"number": latest.number, "day": day}
        way = admin_url(Comparison, "versions", comparison.pk)
        return format_html('{} · <a href="{}">{}</a>', said, way, _("See, freeze or withdraw versions"))

    def versions_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """POST freezes the comparison as it stands."""
        comparison = self.seen_comparison(request, pk)
        may = may_publish(request.user, Comparison)
        form = FreezeForm(request.POST or None)
        if request.method == "POST":
            if not may:
                raise PermissionDenied
            if form.is_valid():
                self.freeze(request, comparison, form.cleaned_data["note"])
                return HttpResponseRedirect(admin_url(Comparison, "versions", pk))
        return self.versions_page(
            request,
            "versions",
            comparison,
            title=_("Versions of “%s”") % comparison,
            form=form if may and comparison.is_public else None,
            next=versions.next_number(comparison),
            versions=versions.versions_of(comparison),
            may_withdraw=may,
        )

    def freeze(self, request: HttpRequest, comparison: Comparison, note: str) -> None:
        try:
            version = actions.freeze(comparison, by=writer(request), via="form", note=note)
        except actions.Meanwhile:
            messages.error(request, _("Only what is published can be frozen."))
            return
        if version is None:
            messages.info(request, _("Nothing was frozen: the last version says the same."))
        else:
            messages.success(request, _("Version %s was frozen.") % version.number)

    def withdraw_view(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        comparison = self.seen_comparison(request, pk)
        if not may_publish(request.user, Comparison):
            raise PermissionDenied
        standing = versions.versions_of(comparison).filter(number=min(number, versions.BIGGEST))
        version: ComparisonVersion = get_object_or_404(standing)
        form = WithdrawForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                actions.withdraw_version(version, reason=form.cleaned_data["reason"], by=writer(request))
            except actions.Meanwhile as error:
                messages.error(request, str(error))
            else:
                messages.success(request, _("Version %s was withdrawn.") % version.number)
            return HttpResponseRedirect(admin_url(Comparison, "versions", pk))
        title = _("Withdraw version %s?") % version.number
        more = {"title": title, "form": form, "version": version}
        return self.versions_page(request, "version_withdraw", comparison, **more)

    def seen_comparison(self, request: HttpRequest, pk: int) -> Comparison:
        comparison: Any = self.get_object(request, str(pk))
        if comparison is None:
            raise Http404
        if not self.has_view_or_change_permission(request, comparison):
            raise PermissionDenied
        found: Comparison = comparison
        return found

    def versions_page(
        self, request: HttpRequest, template: str, comparison: Comparison, **more: Any
    ) -> TemplateResponse:
        shared = {**self.admin_site.each_context(request), "opts": self.opts}
        shared |= {"object": comparison, "name": str(comparison)}
        return TemplateResponse(request, f"admin/research/comparison/{template}.html", {**shared, **more})
