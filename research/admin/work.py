"""Long work in one request: a page that grows meanwhile, and then leads on. No script, no second server.

Work is a generator of `Progress` whose last item is the address to go on to; it may raise one of REASONS.
"""

import time
from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from research import actions, batches
from research.plans import Progress

AT_ONCE, EVERY = 1.0, 0.5  # seconds: shorter work needs no page; between two words on progress
REASONS = (
    *(actions.Conflict, actions.InUse, actions.Invalid, actions.NotAllowed),
    *(batches.Refused, DatabaseError),
)

Work = Iterator[Progress | str]


def follow(request: HttpRequest, work: Work, context: dict[str, Any], back: str) -> HttpResponseBase:
    """Answer with where the work leads, or with the page that shows it at work; `back` is for a failure."""
    start = time.monotonic()
    try:
        for step in work:
            if isinstance(step, str):
                return HttpResponseRedirect(step)
            if time.monotonic() - start > AT_ONCE:
                page = render_to_string("admin/research/work.html", {**context, "back": back}, request)
                answer = StreamingHttpResponse(growing(page, work, back, get_language()))
                answer["X-Accel-Buffering"] = "no"  # a proxy in between must not wait for the end
                answer["Cache-Control"] = "no-store"
                return answer
    except REASONS as error:
        messages.error(request, f"{reason(error)} {_('Nothing was written.')}")
        return HttpResponseRedirect(back)
    raise AssertionError("work ends with an address")


def growing(page: str, work: Work, back: str, language: str | None) -> Iterator[str]:
    """The page with a line on progress for every half second; a style sheet shows the last one only."""
    head, _mark, tail = page.partition("<!--work-->")
    with override(language):
        yield head
        told = 0.0
        try:
            for step in work:
                if isinstance(step, str):
                    yield led_on(step)
                elif time.monotonic() - told > EVERY:
                    told = time.monotonic()
                    yield told_progress(step)
        except REASONS as error:
            text = f"{reason(error)} {_('Nothing was written.')}"
            yield format_html(
                '<p class="step errornote" role="alert">{} <a href="{}">{}</a></p>', text, back, _("Back")
            )
        yield tail


def told_progress(progress: Progress) -> SafeString:
    bar = "<progress></progress>"
    if progress.share is not None:
        bar = format_html('<progress value="{}"></progress>', f"{progress.share:.3f}")
    return format_html('<p class="step">{} {}</p>\n', SafeString(bar), progress)


def led_on(address: str) -> SafeString:
    return format_html(
        '<p class="step"><progress value="1"></progress> <a href="{}">{}</a></p>'
        '<meta http-equiv="refresh" content="0; url={}">',
        *(address, _("Done; go on"), address),
    )


def reason(error: Exception) -> str:
    """Why nothing was written, without what only a programmer reads."""
    if isinstance(error, DatabaseError):
        return _("The database refused a row: a value is too long, or its key was taken just now.")
    return str(error)
