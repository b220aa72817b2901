"""Old addresses of sources that were merged into others."""

from collections.abc import Callable
from functools import wraps

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect

from research.queries.former_keys import successor

View = Callable[[HttpRequest, str], HttpResponse]


def following_mergings(view: View) -> View:
    """Where no public source has the key, lead on to the public one that it was merged into."""

    @wraps(view)
    def inner(request: HttpRequest, key: str) -> HttpResponse:
        try:
            return view(request, key)
        except Http404:
            now = successor(key)
            if now is None:
                raise
            response = HttpResponsePermanentRedirect(now.get_absolute_url())
            response["Cache-Control"] = "no-cache"  # a merging can be undone
            return response

    return inner
