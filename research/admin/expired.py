"""What was typed outlives the log-in: posted by somebody who is logged out, it waits in the log-in page.

Nothing is kept on the server. The page carries the posted fields and their address, signed: they can only be
what was really posted to this site's admin, and only the site's own pages can bring them back (a request from
elsewhere fails the CSRF check and is refused as ever). After logging in nothing is sent by itself either: the
person sees what is waiting and presses a button.
"""

from typing import Any
from urllib.parse import urlsplit

from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.request import UnreadablePostError
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.csrf import csrf_failure

from research.admin.conflicts import kept_fields

FIELD, SALT = "kept", "research.admin.expired"
MOST_AGE = 24 * 60 * 60  # seconds

Kept = dict[str, Any]  # the address `to`, and `fields` as [name, value]


def is_sent_by_a_form(request: HttpRequest) -> bool:
    """What a script asks for is not a page that a person sees."""
    return request.method == "POST" and request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"


def is_own_origin(request: HttpRequest) -> bool:
    """Whether a page of this very site sent the request; where the browser says nothing, it did not."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        return False
    said = request.headers.get("Origin") or request.headers.get("Referer", "")
    try:
        found = urlsplit(said)
    except ValueError:
        return False
    return (found.scheme, found.netloc) == (request.scheme, request.get_host())


def packed(request: HttpRequest) -> str:
    kept = {"to": request.get_full_path(), "fields": kept_fields(request.POST), "files": bool(request.FILES)}
    return signing.dumps(kept, salt=SALT, compress=True)


def unpacked(text: str) -> Kept | None:
    """None for what this site has not packed itself, or too long ago."""
    try:
        kept: Kept = signing.loads(text, salt=SALT, max_age=MOST_AGE)
    except signing.BadSignature:
        return None
    return kept


def ask_to_log_in(site: Any, request: HttpRequest, kept: str) -> HttpResponse:
    """The log-in page, which says that what was typed waits in it."""
    login = site.login_form or _login_form()
    context = {
        **site.each_context(request),
        "title": _("Log in"),
        "subtitle": None,
        "app_path": reverse("admin:login", current_app=site.name),
        "next": reverse("admin:index", current_app=site.name),
        "username": request.user.get_username(),
        "form": login(request),
        FIELD: kept,
    }
    return never_stored(TemplateResponse(request, "admin/login.html", context, status=403))


def offer(site: Any, request: HttpRequest, kept: Kept) -> HttpResponse:
    """One button that sends what was typed on to where it was to go."""
    title = _("Send what you typed")
    context = {**site.each_context(request), "title": title, "kept": kept, "count": len(kept["fields"])}
    return never_stored(TemplateResponse(request, "admin/send_again.html", context))


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The answer to a form whose token is out of date: somebody has logged in or out in another tab."""
    from django.contrib.admin import site

    match = request.resolver_match
    if not (match and "admin" in match.namespaces and is_sent_by_a_form(request) and is_own_origin(request)):
        return csrf_failure(request, reason)
    try:
        kept = request.POST.get(FIELD, "") if match.url_name == "login" else packed(request)
    except UnreadablePostError:
        return csrf_failure(request, reason)
    found = unpacked(kept)
    if not site.has_permission(request):
        return ask_to_log_in(site, request, kept if found else "")
    if found is None:  # logged in by another tab, and nothing waits
        return HttpResponseRedirect(reverse("admin:index"))
    answer = offer(site, request, found)
    answer.status_code = 403
    return answer


def never_stored(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    return response


def _login_form() -> Any:
    from django.contrib.admin.forms import AdminAuthenticationForm  # knows models, which are not loaded yet

    return AdminAuthenticationForm
