"""What the pages beside a source's form share."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.template.response import TemplateResponse


class SourcePages(admin.ModelAdmin):
    def source_page(
        self, request: HttpRequest, template: str, *, status: int = 200, **context: Any
    ) -> TemplateResponse:
        """The page of this template, in what every page of the admin has."""
        shared = {**self.admin_site.each_context(request), "opts": self.opts}
        path = f"admin/research/source/{template}.html"
        return TemplateResponse(request, path, {**shared, **context}, status=status)
