"""The page on which one source takes in another: what would stand, which texts would follow, who may."""

from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from research.admin import work
from research.admin.conflicts import marked
from research.admin.links import admin_url, number_of
from research.admin.rights import is_published, may, may_publish, names_of
from research.admin.sources.duplicates import may_merge, merge_url
from research.admin.sources.pages import SourcePages
from research.admin.why import why_of
from research.batches import Refused
from research.cells import ChoiceCell
from research.merging import BOTH, OTHERS, OURS, Difference, Union
from research.models import Draft, Source
from research.rows import MODELS, TABLES
from research.source_merging import Naming, Renaming, merging, refuse_draft, united

TAGS: Any = "tags"  # taggit has no types
MOST_NAMED = 50  # records of a table that would be written
TAKE = "take."


class MergingAdmin(SourcePages):
    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.merge_view)
        return [path("<int:pk>/merge/", view, name="research_source_merge"), *super().get_urls()]

    def merge_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """`with` is the id of the other, or `key` its key; POST merges, with the choices on the page."""
        if not may_merge(request.user):
            raise PermissionDenied
        kept = get_object_or_404(Source.objects.prefetch_related(TAGS), pk=pk)
        if "with" not in request.GET:
            return self._choose(request, kept)
        number = number_of(request.GET["with"]) or 0
        other = Source.objects.prefetch_related(TAGS).filter(pk=number).exclude(pk=pk).first()
        if other is None:
            raise Http404
        choices = {name.removeprefix(TAKE): str(value) for name, value in request.POST.items()}
        proposal = Proposal(kept, other, choices, request.user)
        if request.method == "POST":
            if proposal.lacking:
                raise PermissionDenied
            if answer := self._merge(request, proposal):
                return answer
        return self._page(request, proposal)

    def _choose(self, request: HttpRequest, kept: Source) -> HttpResponse:
        """Also of two that do not look alike a person may know that they are the same."""
        key = request.GET.get("key", "").strip().removeprefix("@")
        if key and "\x00" not in key:
            other = Source.objects.keyed(key).exclude(pk=kept.pk).first()
            if other:
                return HttpResponseRedirect(merge_url(kept, other))
            messages.error(request, _("There is no other source “%s”.") % key)
        title = _("Merge with another source")
        return self.source_page(request, "merge_choose", title=title, kept=kept, key=key)

    def _merge(self, request: HttpRequest, proposal: "Proposal") -> HttpResponseBase | None:
        """None where the page has to be looked at again; it says why."""
        seen = [number_of(request.POST.get(name, "")) for name in ("seen_kept", "seen_other")]
        kept, other = proposal.kept, proposal.other
        if seen[0] is None or seen[0] > kept.version or seen[1] != other.version:
            proposal.problem = _(
                "Nothing was written: someone has changed this since you looked. Look again."
            )
            return None
        if proposal.problem:
            return None
        kept.version = seen[0]
        steps = merged(proposal, request.user, why_of(request))
        context = {
            **self.admin_site.each_context(request),
            **{"opts": self.opts, "title": proposal.title},
        }
        return work.follow(request, steps, context, merge_url(kept, other))

    def _page(self, request: HttpRequest, proposal: "Proposal") -> HttpResponse:
        return self.source_page(
            request,
            "merge",
            status=409 if request.method == "POST" else 200,
            title=proposal.title,
            proposal=proposal,
            swap=merge_url(proposal.other, proposal.kept),
        )


def merged(proposal: "Proposal", user: Any, why: str) -> work.Work:
    batch = yield from merging(proposal.kept, proposal.other, proposal.choices, by=user, why=why)
    yield reverse("admin:research_batch_change", args=[batch.pk])


@dataclass
class Side:
    """A place in which the two differ: whose shall stand."""

    difference: Difference
    label: str
    ours: str
    others: Any
    chosen: str

    @property
    def field(self) -> str:
        return f"{TAKE}{self.difference.name}"


@dataclass
class Followers:
    """Records of one table whose text, or newer draft, would be written; `count` is how many there are."""

    kind: Any
    count: int
    records: list[Any] = field(default_factory=list)
    drafts: list[Any] = field(default_factory=list)

    @property
    def links(self) -> list[tuple[str, Any, bool]]:
        """Address, record, and whether it is its newer draft."""
        found = [*((record, False) for record in self.records), *((record, True) for record in self.drafts)]
        return [(admin_url(type(record), "change", record.pk), record, newer) for record, newer in found]

    @property
    def left(self) -> int:
        return self.count - len(self.records) - len(self.drafts)


class Proposal:
    """What merging the two would do; `problem` says why it cannot be done."""

    def __init__(self, kept: Source, other: Source, choices: dict[str, str], user: Any) -> None:
        self.kept, self.other, self.choices, self.user = kept, other, choices, user
        self.codec = TABLES[Source.table]()
        self.problem = ""
        self.naming, self.union = Naming(), Union({})
        try:
            refuse_draft(other)
            self.union = united(kept, other, choices)
            self.naming = Renaming(other, kept).naming()
        except Refused as error:
            self.problem = str(error)

    @property
    def title(self) -> str:
        return _("Merge “%(old)s” into “%(new)s”") % {"old": self.other.key, "new": self.kept.key}

    @property
    def has_draft(self) -> bool:
        """What the newer draft of the one that stays has, stays beside it."""
        return Draft.objects.filter(table=Source.table, record_id=self.kept.pk).exists()

    @property
    def becomes_public(self) -> bool:
        return is_published(self.other) and not is_published(self.kept)

    # --- the source that stays -----------------------------------------------------------------------

    @cached_property
    def sides(self) -> list[Side]:
        return [
            Side(
                one,
                self.label(one.name),
                self.shown(one.name, one.ours),
                marked(self.shown(one.name, one.ours), self.shown(one.name, one.others)),
                self.chosen(one),
            )
            for one in self.union.differences
        ]

    def chosen(self, difference: Difference) -> str:
        choice = self.choices.get(difference.name, OURS)
        return choice if choice == OTHERS or (choice == BOTH and difference.may_be_both) else OURS

    @property
    def filled(self) -> list[str]:
        """Labels of what is taken over from the other."""
        return [self.label(name) for name in self.union.filled]

    def label(self, name: str) -> str:
        column, _dot, part = name.partition(".")
        label = capfirst(str(self.codec.label(column)))
        return f"{label}: {part}" if part else label

    def shown(self, name: str, cell: str) -> str:
        column = self.codec.fields.get(name)
        is_choice = column is not None and isinstance(column.widget, ChoiceCell)
        return str(column.widget.choices.get(cell, cell)) if is_choice else cell

    # --- the texts that follow -----------------------------------------------------------------------

    @cached_property
    def followers(self) -> list[Followers]:
        return [self.followers_of(table) for table in self.naming.tables]

    def followers_of(self, table: str) -> Followers:
        model = MODELS[table]
        ids = self.naming.ids.get(table, [])
        drafts = [draft.record_id for draft in self.naming.drafts if draft.table == table]
        found = model.objects.select_related(*model.named_by)
        return Followers(
            model._meta.verbose_name_plural,
            len(ids) + len(drafts),
            list(found.filter(pk__in=ids[:MOST_NAMED])),
            list(found.filter(pk__in=drafts[:MOST_NAMED])),
        )

    # --- who may -------------------------------------------------------------------------------------

    @cached_property
    def lacking(self) -> list[str]:
        """The tables in which the person may not write what would have to be written."""
        lacking = [
            MODELS[table] for table in self.naming.tables if not may(self.user, "change", MODELS[table])
        ]
        public = [table for table, ids in self.naming.ids.items() if self.touches_public(table, ids)]
        if not may_publish(self.user, Source) and any(map(is_published, (self.kept, self.other))):
            public.append(Source.table)
        lacking += [MODELS[table] for table in public]
        return names_of(lacking)

    def touches_public(self, table: str, ids: list[int]) -> bool:
        model = MODELS[table]
        if may_publish(self.user, model):
            return False
        return any(map(is_published, model.objects.filter(pk__in=ids)))
