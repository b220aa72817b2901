"""Addresses: Chinese without a prefix, English under /en/."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from research.urls import root_urlpatterns

urlpatterns = [
    *root_urlpatterns,
    *i18n_patterns(
        path("admin/", admin.site.urls),
        path("", include("research.urls")),
        prefix_default_language=False,
    ),
]
