"""Whole addresses of the site's pages, for what leaves the site: citations, metadata, data."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.encoding import uri_to_iri


def absolute(request: HttpRequest, path: str) -> str:
    """The address with scheme and host: those of SITE_URL, else those of the request."""
    if settings.SITE_URL:
        return f"{settings.SITE_URL.rstrip('/')}{path}"
    return request.build_absolute_uri(path)


def readable(request: HttpRequest, path: str) -> str:
    """As `absolute`, as people read it: its Chinese as Chinese."""
    return uri_to_iri(absolute(request, path))
