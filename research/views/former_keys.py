"""Old addresses: of sources that were merged into others, of comparisons that have another key now."""

from collections.abc import Callable
from functools import wraps

from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
    HttpResponseRedirect,
)
from django.urls import reverse

from research.queries.former_keys import successor
from research.queries.versions import known_as

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


def following_versions(name: str) -> Callable[[View], View]:
    """Where no public comparison has the key, lead on to the one that had it when a version was frozen.

    What is frozen leads to the comparison as it is now by its key of then; so do the frames of other sites.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def inner(request: HttpRequest, slug: str) -> HttpResponse:
            try:
                return view(request, slug)
            except Http404:
                now = known_as(slug)
                if now is None or now.slug == slug:
                    raise
                query = request.GET.urlencode()
                address = reverse(name, args=[now.slug])
                return HttpResponseRedirect(f"{address}?{query}" if query else address)

        return inner

    return decorate
