"""Answers that are not made again for those who have them already."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response


def conditional(
    request: HttpRequest, digest: str, make: Callable[[], HttpResponseBase], cache: str
) -> HttpResponseBase:
    """What `make` gives, tagged with the digest of its content; 304, or 412, as the request's conditions ask.

    `cache` is its Cache-Control.
    """
    etag = f'"{digest}"'
    response = get_conditional_response(request, etag=etag) or make()
    response["ETag"], response["Cache-Control"] = etag, cache
    return response
