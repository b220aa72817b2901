"""Sources that seem to be the same, side by side: to be merged, or told apart."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from research import actions
from research.admin.links import admin_url, number_of
from research.admin.rights import is_published, may, may_read
from research.admin.sources.pages import SourcePages
from research.models import Citation, Distinction, Source
from research.queries import duplicates

PER_PAGE, MOST_SHOWN, MOST_TOLD = 20, 12, 50


@dataclass
class Twin:
    """One of a group: how many records cite it, and where to merge it into the group's first."""

    source: Source
    citations: int
    url: str
    merge: str


@dataclass
class Group:
    """Those of whom most rests come first; `left` are more than the page shows."""

    twins: list[Twin]
    reasons: list[Any]
    left: int


class DuplicatesAdmin(SourcePages):
    change_list_template = "admin/research/source/change_list.html"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.duplicates_view)
        return [path("duplicates/", view, name="research_source_duplicates"), *super().get_urls()]

    def duplicates_view(self, request: HttpRequest) -> HttpResponse:
        """POST: `apart`, the ids of sources that are not the same, or `together`, what was said before."""
        if not may_read(request.user, Source):
            raise PermissionDenied
        if request.method == "POST":
            if not may(request.user, "change", Source):
                raise PermissionDenied
            self._tell(request)
            return HttpResponseRedirect(request.get_full_path())
        page = Paginator(duplicates.groups(), PER_PAGE).get_page(request.GET.get("p"))
        return self.source_page(
            request,
            "duplicates",
            title=_("Sources that seem to be the same"),
            page=page,
            groups=shown(page),
            told=Distinction.objects.select_related("first", "second")[:MOST_TOLD],
            may_tell=may(request.user, "change", Source),
            may_merge=may_merge(request.user),
        )

    def _tell(self, request: HttpRequest) -> None:
        together = number_of(request.POST.get("together", ""))
        if together is not None:
            for distinction in Distinction.objects.filter(pk=together):
                actions.may_be_the_same(distinction)
            return
        ids = [number_of(pk) for pk in request.POST.getlist("apart")[:MOST_SHOWN]]
        sources = Source.objects.filter(pk__in=[pk for pk in ids if pk is not None])
        if len(sources) < 2:
            messages.error(request, _("Tick at least two sources that are not the same."))
            return
        count = actions.tell_apart(sources, by=request.user)
        text = ngettext("%(count)s pair was told apart.", "%(count)s pairs were told apart.", count)
        messages.success(request, text % {"count": count})


def may_merge(user: Any) -> bool:
    """Who may merge some sources; which, depends on what cites them."""
    return may(user, "change", Source) and may(user, "delete", Source)


def merge_url(kept: Source, other: Source) -> str:
    return f"{admin_url(Source, 'merge', kept.pk)}?{urlencode({'with': other.pk})}"


def shown(page: Page) -> list[Group]:
    """The page's groups, in a fixed number of queries."""
    ids = {pk for group in page for pk in group.ids}
    sources = {one.pk: one for one in Source.objects.filter(pk__in=ids).defer("body", "extra")}
    citing = Citation.objects.filter(source__in=ids).order_by().values_list("source", "table", "record_id")
    counts = Counter(source for source, _table, _pk in citing.distinct())
    return [group for found in page if (group := shown_group(found, sources, counts))]


def shown_group(found: duplicates.Group, sources: dict[int, Source], counts: Counter[Any]) -> Group | None:
    """None where all but one are gone by now."""
    there = [sources[pk] for pk in found.ids if pk in sources]
    there.sort(key=lambda source: (not is_published(source), -counts[source.pk]))
    if len(there) < 2:
        return None
    first = there[0]
    twins = [
        Twin(
            source,
            counts[source.pk],
            admin_url(Source, "change", source.pk),
            merge_url(first, source) if source != first else "",
        )
        for source in there[:MOST_SHOWN]
    ]
    labels = [duplicates.LABELS[reason] for reason in found.reasons]
    return Group(twins, labels, len(there) - len(twins))
