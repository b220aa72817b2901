"""Links of sources that are dead, and those that nobody has looked after."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from research.models import LinkCheck, LinkField, Source
from research.models.link_checks import unchecked
from research.queries.gaps.base import Gap, Kind, Name, Scope
from research.queries.gaps.narrowing import records


class DeadLink(Kind):
    """An address of a source that leads nowhere; its detail is the column, `url` or `archived_url`."""

    name, tables = "dead_link", frozenset({"sources"})
    label = gettext_lazy("dead links")
    advice = gettext_lazy("Find where the page is now, or put an archived copy beside it.")
    task = gettext_lazy("Dead link: %(record)s")

    def found(self, scope: Scope) -> QuerySet[Any]:
        sources = records(Source, scope).order_by().values("pk")
        dead: QuerySet[Any] = LinkCheck.objects.dead().filter(source__in=sources)
        return dead.select_related("source").order_by("source__key", "-field")

    def gap(self, found: LinkCheck) -> Gap:
        because = ", ".join(filter(None, [str(found.get_state_display()), found.because]))
        known = {
            "url": found.url,
            "because": because,
            "date": f"{timezone.localtime(found.checked_at):%Y-%m-%d}",
        }
        sentence = _("%(url)s leads nowhere (%(because)s; checked on %(date)s).") % known
        return Gap(self, found.source, found.field, sentence)

    def closed(self, names: Iterable[Name]) -> set[Name]:
        """A link of which nothing is known (in a copy of the tables, say) is neither alive nor dead."""
        wanted = list(names)
        sources = Source.objects.filter(key__in=[name.key for name in wanted])
        checks = LinkCheck.objects.filter(source__key__in=[name.key for name in wanted])
        urls = {
            (source.key, field.value): getattr(source, field) for source in sources for field in LinkField
        }
        known = {
            (key, field): (url, dead)
            for key, field, url, dead in checks.values_list("source__key", "field", "url", "dead")
        }
        closed = set()
        for name in wanted:
            place = name.key, name.detail
            url = urls.get(place, "")
            if not url or (place in known and known[place] != (url, True)):
                closed.add(name)
        return closed


class UncheckedLink(Kind):
    """A source with an address that was never checked as it stands."""

    name, tables = "unchecked_link", frozenset({"sources"})
    label = gettext_lazy("links never checked")
    advice = gettext_lazy("Let the link watch run (check_sources), or look whether the page is there.")
    task = gettext_lazy("Check the link: %(record)s")

    def found(self, scope: Scope) -> QuerySet[Any]:
        return records(Source, scope).filter(unchecked())

    def gap(self, found: Source) -> Gap:
        return Gap(self, found, sentence=_("Nobody knows whether %(url)s is there.") % {"url": found.url})
