"""How long a save keeps others from saving."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse


class ShortTransactions(admin.ModelAdmin):
    """A form is read and checked before its transaction begins, which is that of `save_related`.

    Django's own view begins one with the request: on SQLite nobody else could write until all is checked and
    answered. What others write in between is found by its version, under the lock.
    """

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        page: HttpResponse = self._changeform_view(request, object_id, form_url, extra_context)  # type: ignore[attr-defined]
        return page
