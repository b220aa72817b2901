"""What the link watch found of a source's addresses. It changes by itself, so it is no part of the row."""

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from research.models.source import Source
from research.models.todo import Todo

LONGEST_URL = 2000


class LinkField(models.TextChoices):
    """The columns of a source that hold an address."""

    URL = "url", _("URL")
    ARCHIVED = "archived_url", _("archived URL")


class LinkState(models.TextChoices):
    """As `research.linkwatch.states.State`."""

    OK = "ok", _("works")
    MOVED = "moved", _("moved for good")
    CHANGED = "changed", _("leads to something else")
    MISSING = "missing", _("not found")
    GONE = "gone", _("removed")
    DEAD_HOST = "dead_host", _("host is gone")
    SERVER_ERROR = "server_error", _("server fails")
    TOO_SLOW = "too_slow", _("does not answer in time")
    UNREACHABLE = "unreachable", _("cannot be reached")
    BLOCKED = "blocked", _("lets no program in")
    REFUSED = "refused", _("not checked")


# By the values of `research.linkwatch.states.Reason`.
REASONS = {
    "scheme": _("the address begins neither with http:// nor with https://"),
    "user_info": _("the address holds a user name"),
    "port": _("the address names a port of its own"),
    "host": _("the address names no host of the public web"),
    "address": _("the host is not in the public web"),
    "malformed": _("the address cannot be read"),
    "no_such_host": _("there is no host of this name"),
    "nobody_listens": _("nobody answers there"),
    "tls": _("its certificate is not valid"),
    "name_server": _("the name could not be looked up"),
    "network": _("there is no way there"),
    "closed": _("the connection was closed"),
    "protocol": _("the answer makes no sense"),
    "loop": _("it redirects in a circle"),
    "redirects": _("it redirects too many times"),
    "log_in": _("it asks for a log-in"),
    "cookies": _("it asks for cookies"),
    "captcha": _("it asks whether a person is there"),
    "home_page": _("it leads to the home page"),
    "error_page": _("the page says that there is none"),
    "empty": _("the page is empty"),
    "title": _("the page has another title"),
    "type": _("a page stands in place of the document"),
}


class LinkCheckQuerySet(models.QuerySet[Any]):
    def current(self) -> Self:
        """Those of the addresses that the sources have; one that was changed since is yet to be checked."""
        same = [Q(field=field, url=F(f"source__{field.value}")) for field in LinkField]
        return self.filter(same[0] | same[1])

    def dead(self) -> Self:
        return self.current().filter(dead=True)


class LinkCheck(models.Model):
    """The last check of one address of a source.

    `known_title` and `known_url` are of the page that is taken for the right one: what was found there first,
    or what somebody has approved. `dead` is what readers are told; it takes more than one bad day.
    """

    source = models.ForeignKey(
        Source, verbose_name=_("source"), on_delete=models.CASCADE, related_name="link_checks"
    )
    field = models.CharField(_("column"), max_length=12, choices=LinkField)
    url = models.CharField(_("address"), max_length=LONGEST_URL)
    state = models.CharField(_("state"), max_length=12, choices=LinkState)
    reason = models.CharField(_("reason"), max_length=20, blank=True)
    status = models.PositiveSmallIntegerField(_("status code"), null=True)
    final_url = models.CharField(_("leads to"), max_length=LONGEST_URL, blank=True)
    title = models.CharField(_("title"), max_length=500, blank=True)
    content_type = models.CharField(_("type"), max_length=100, blank=True)
    known_url = models.CharField(_("approved address"), max_length=LONGEST_URL, blank=True)
    known_title = models.CharField(_("approved title"), max_length=500, blank=True)
    checked_at = models.DateTimeField(_("checked at"), db_index=True)
    failing_since = models.DateTimeField(_("failing since"), null=True)
    failures = models.PositiveIntegerField(_("failures"), default=0)
    dead = models.BooleanField(_("dead"), default=False)
    etag = models.CharField(max_length=200, blank=True)
    last_modified = models.CharField(max_length=200, blank=True)
    todo = models.ForeignKey(
        Todo, verbose_name=_("to-do"), null=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects: ClassVar[Any] = LinkCheckQuerySet.as_manager()

    class Meta:
        verbose_name = _("link check")
        verbose_name_plural = _("link checks")
        default_permissions = ()
        ordering = ["source", "-field"]
        constraints = [
            models.UniqueConstraint(fields=["source", "field"], name="linkcheck_once"),
            models.CheckConstraint(condition=Q(field__in=LinkField.values), name="linkcheck_field_known"),
            models.CheckConstraint(condition=Q(state__in=LinkState.values), name="linkcheck_state_known"),
            models.CheckConstraint(condition=~Q(url=""), name="linkcheck_url_given"),
            models.CheckConstraint(
                condition=Q(status=None) | Q(status__gte=100, status__lte=999),
                name="linkcheck_status_of_http",
            ),
            models.CheckConstraint(
                condition=Q(failures=0, failing_since=None)
                | Q(failures__gte=1, failing_since__isnull=False, failing_since__lte=F("checked_at")),
                name="linkcheck_failing_since",
            ),
            models.CheckConstraint(condition=Q(dead=False) | Q(failures__gte=1), name="linkcheck_dead_fails"),
        ]

    def __str__(self) -> str:
        return f"{self.url} {self.get_state_display()}"

    @property
    def is_current(self) -> bool:
        return self.url == getattr(self.source, self.field)

    @property
    def because(self) -> str:
        """Why the state is what it is, for people."""
        known = [f"HTTP {self.status}"] if self.status and self.status != 200 else []
        return ", ".join([*known, *(str(REASONS[name]) for name in [self.reason] if name in REASONS)])


def unchecked() -> Q:
    """Sources with an address that was never checked as it stands."""
    condition = Q(pk__in=[])
    for field in LinkField:
        checked = LinkCheck.objects.filter(source=OuterRef("pk"), field=field, url=OuterRef(field.value))
        condition |= ~Q(**{field.value: ""}) & Q(~Exists(checked))
    return condition
