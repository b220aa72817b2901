"""What rests on a source, for editors: in its form, on a page of its own, and where it cannot be deleted."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from research import actions
from research.admin.links import admin_url, record_link
from research.admin.rights import readable
from research.admin.sources.pages import SourcePages
from research.models import Citation, Source
from research.queries import impact
from research.queries.cited import Citing, CitingTable, any_records, cited_by
from research.rows import MODELS

LISTED, REFUSED = 200, 10  # records of a table on the page of its own; in a refusal and in the form


@dataclass
class Table:
    """The records of one table that cite the source; `bare` are those left without any source."""

    name: Any
    share: impact.Share
    citing: list[tuple[Citing, SafeString, bool]]

    @property
    def more(self) -> int:
        return self.share.count - len(self.citing)


def told(source: Source, user: Any, *, most: int = REFUSED) -> list[CitingTable]:
    """What cites the source of what the person may see, published or not."""
    return cited_by(source, records_of=any_records, tables=readable(user), most=most)


def lines(tables: Iterable[CitingTable]) -> list[SafeString]:
    """A line for each record that cites: its kind and name, and the sentences with their locators."""
    found = []
    for table in tables:
        found += [line(citing) for citing in table.records]
        if table.more:
            kind = table.model._meta.verbose_name_plural
            found.append(format_html("{}: {}", kind, _("and %s more") % table.more))
    return found


def line(citing: Citing) -> SafeString:
    quotes = format_html_join(
        "",
        ' <span class="quote">{} <small>{}</small></span>',
        ((q.sentence, q.locator) for q in citing.quotes),
    )
    hidden = "" if citing.record.is_public else format_html(" <small>({})</small>", _("not public"))
    return format_html("{}{}{}", record_link(citing.record), hidden, quotes)


def impact_link(source: Source) -> SafeString:
    url = admin_url(Source, "impact", source.pk)
    return format_html('<a href="{}">{}</a>', url, _("All that rests on “%s”") % source)


def refusal(sources: Sequence[Source], user: Any) -> SafeString:
    """Why cited sources cannot be deleted: what cites them, with the sentences."""
    text = _("Nothing was deleted: records cite it. Change those first, or withdraw the source.")
    rests = ((one,) for one in resting(sources, user))
    return format_html("{} <ul>{}</ul>", text, format_html_join("", "<li>{}</li>", rests))


def resting(sources: Sequence[Source], user: Any) -> list[SafeString]:
    """Of the first sources that are cited: the way to all that rests on it, and what cites it."""
    cited = Citation.objects.filter(source__in=[source.pk for source in sources])
    pks = set(cited.order_by().values_list("source", flat=True).distinct())
    found = []
    for source in [source for source in sources if source.pk in pks][:REFUSED]:
        found += [impact_link(source), *lines(told(source, user))]
    return found


def shares_of(source: Source, tables: Iterable[str]) -> dict[str, impact.Share]:
    return {table: impact.share(source, MODELS[table]) for table in tables}


class ImpactAdmin(SourcePages):
    """The page of what rests on a source, and what is said of it elsewhere."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.impact_view)
        return [path("<path:object_id>/impact/", view, name="research_source_impact"), *super().get_urls()]

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """With who asks: what rests on it is told of the tables that they may see."""
        found: Any = super().get_object(request, object_id, from_field)
        if found:
            found.reader = request.user
        return found

    def impact_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        source: Any = self.get_object(request, unquote(object_id))
        if not self.has_view_permission(request, source):
            raise PermissionDenied
        if source is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined]
        tables = readable(request.user)
        shares = shares_of(source, tables)
        listed = [self.table(source, one, shares) for one in told(source, request.user, most=LISTED)]
        return self.source_page(
            request,
            "impact",
            title=_("What rests on “%s”") % source,
            source=source,
            records=sum(shares.values(), impact.Share()),
            tables=listed,
            standing=impact.standing(source, public=False, tables=tables),
            may_see_all=len(tables) == len(MODELS),
        )

    def resting_on(self, request: HttpRequest, objs: Sequence[Any]) -> list[SafeString]:
        return resting(objs, request.user)

    def tell_refusal(self, request: HttpRequest, error: Exception) -> None:
        """As elsewhere, but for a source that is cited: with the sentences that do."""
        if isinstance(error, actions.InUse) and any(isinstance(one, Source) for one in error.records):
            self.message_user(request, refusal([*error.records], request.user), messages.ERROR)  # type: ignore[list-item]
        else:
            super().tell_refusal(request, error)  # type: ignore[misc]

    @admin.display(description=gettext_lazy("records"))
    def cited_by(self, source: Source) -> SafeString | str:
        """What rests on the source, published or not, with the sentences; all of it on a page of its own."""
        reader = getattr(source, "reader", None)
        tables = told(source, reader) if reader and not source._state.adding else []
        if not tables:
            return "–"
        share = sum(shares_of(source, [table.model.table for table in tables]).values(), impact.Share())
        figures = {"count": share.count, "bare": share.bare}
        said = _("%(count)s cite it, %(bare)s of them nothing else.") % figures
        items = format_html_join("", "<li>{}</li>", ((one,) for one in lines(tables)))
        return format_html('<p>{} {}</p><ul class="plain">{}</ul>', said, impact_link(source), items)

    @staticmethod
    def table(source: Source, found: CitingTable, shares: dict[str, impact.Share]) -> Table:
        bare = impact.bare_ids(source, found.model, [citing.record.pk for citing in found.records])
        shown = [(citing, line(citing), citing.record.pk in bare) for citing in found.records]
        return Table(found.model._meta.verbose_name_plural, shares[found.model.table], shown)

    def take(self, request: HttpRequest, step: str, queryset: QuerySet[Any]) -> None:
        """A bulk action also says of the first sources what readers lose with them."""
        pks = [source.pk for source in queryset] if step == "withdraw" else []
        super().take(request, step, queryset)  # type: ignore[misc]
        for source in Source.objects.filter(pk__in=pks, citations__isnull=False).distinct()[:REFUSED]:
            self.tell_what_is_hidden(request, source)

    def tell_what_is_hidden(self, request: HttpRequest, record: Any) -> None:
        """That published texts cite a source which readers do not see, for as long as it is so."""
        super().tell_what_is_hidden(request, record)  # type: ignore[misc]
        if record.is_public or record._state.adding:
            return
        share = sum(shares_of(record, readable(request.user)).values(), impact.Share())
        if share.public:
            text = ngettext(
                "%(count)s published record cites this source, which readers do not see (any more); left "
                "without any source: %(bare)s.",
                "%(count)s published records cite this source, which readers do not see (any more); left "
                "without any source: %(bare)s.",
                share.public,
            )
            said = text % {"count": share.public, "bare": share.public_bare}
            messages.warning(request, format_html("{} {}", said, impact_link(record)))
