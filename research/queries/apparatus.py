"""The critical apparatus of a page: sources numbered in order of first use, Markdown rendered with them."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar, Self

from django.db.models import QuerySet
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from research.models import Citation, Link, Record, Source
from research.queries.files import with_shared_files
from research.queries.items import item_without_tags
from research.queries.links import with_dead_links
from research.rows import MODELS
from research.text import citations, edtf, markdown
from research.text.names import short_authors
from research.text.styles import format_reference

LINKED = 100  # records of a table that a page lists as linking to it
PLACES = 20  # links back from a reference that stand in the open
LISTED_IN = "gb-t-7714-2015-numeric"
TITLE = 90  # characters of a title beside a mark


@dataclass
class Reference:
    """A numbered source of the page, and the ids of the places on the page that cite it."""

    number: int
    source: Source
    locator: str = ""
    places: list[str] = field(default_factory=list)

    @property
    def anchor(self) -> str:
        return f"ref-{self.number}"

    @property
    def first_places(self) -> list[str]:
        return self.places[:PLACES]

    @property
    def further_places(self) -> list[str]:
        return self.places[PLACES:]

    @cached_property
    def name(self) -> str:
        """What a running text calls the source: its authors, or its title."""
        return short_authors(self.source.authors) or Truncator(self.source.title).chars(TITLE)

    @cached_property
    def line(self) -> SafeString:
        """The reference after GB/T 7714; its title leads to the source's page, its address to the web."""
        text, source = format_reference(item_without_tags(self.source), LISTED_IN), self.source
        before, title, after = text.partition(source.title)
        if not title:  # the style writes it otherwise: without tags, or with other spaces
            before, title, after = "", text, ""
        page = format_html('{}<a href="{}">{}</a>', before, source.get_absolute_url(), title)
        after, url, end = after.partition(source.url) if source.url else (after, "", "")
        link = format_html('<a class="address" href="{0}" rel="noopener noreferrer nofollow">{0}</a>', url)
        return format_html("{}{}{}{}", page, after, link if url else "", end)

    @cached_property
    def opened(self) -> SafeString:
        """A mark as far as it is the same at every place: the link's rest, and what opens beside it."""
        authors = short_authors(self.source.authors)
        return format_html(
            ' href="#{}" aria-label="{}">{}</a><span class="pop"> {}<a href="{}">{}</a>{}',
            self.anchor,
            _("Reference %s") % self.number,
            self.number,
            f"{authors}. " if authors else "",
            self.source.get_absolute_url(),
            Truncator(self.source.title).chars(TITLE),
            f", {edtf.describe(self.source.issued, get_language() or 'zh-hans')}"
            if self.source.issued
            else "",
        )


class Apparatus:
    """Citations and links of the page's records, read in advance so that rendering asks nothing.

    Sources and link targets that are not public are as if they were not there.
    """

    begins: ClassVar[SafeString] = SafeString('<sup class="cite">')  # the group of marks of a place

    def __init__(self, records: Iterable[Record]) -> None:
        self.references: list[Reference] = []
        self._by_source: dict[int, Reference] = {}
        self._sources: dict[str, Source] = {}
        self._cited: dict[tuple[str, int], list[Citation]] = defaultdict(list)
        shown = list(records)
        self._read_citations(shown)
        self._links = links_of(Link.objects.of_records(shown))
        self._targets = link_targets(name for names in self._links.values() for name in names)

    def _read_citations(self, records: Iterable[Record]) -> None:
        found = list(Citation.objects.public().of_records(records))
        shown = Source.objects.public().prefetch_related(with_dead_links(), with_shared_files())
        sources = shown.in_bulk({citation.source_id for citation in found})
        for citation in found:
            if citation.source_id in sources:  # else withdrawn between the two queries
                self._sources[citation.key] = citation.source = sources[citation.source_id]
                self._cited[citation.table, citation.record_id].append(citation)

    def anew(self) -> Self:
        """Of the same records, with nothing numbered yet."""
        other = copy(self)
        other.references, other._by_source = [], {}
        return other

    @property
    def cited(self) -> Mapping[tuple[str, int], list[Citation]]:
        """The citations of public sources by the table and id of their record, in the order of its texts."""
        return self._cited

    @property
    def sources(self) -> list[Source]:
        """The public sources that the page's records cite, each once, whether numbered yet or not."""
        return list({source.pk: source for source in self._sources.values()}.values())

    def marks(self, record: Record) -> SafeString:
        """The citation marks of a cell: one for each source that the record's text cites."""
        seen = {citation.key: citation for citation in reversed(self._cited[record.table, record.pk])}
        cites = [citations.Cite(key, citation.locator) for key, citation in reversed(seen.items())]
        return self._cite(cites) if cites else SafeString("")

    def marks_of(self, records: Iterable[Record], most: int = LINKED) -> SafeString:
        """One mark for the sources of several records, each source once and without its places."""
        cited = (self._cited.get((record.table, record.pk), []) for record in records)
        keys = dict.fromkeys(citation.key for citations_ in cited for citation in citations_)
        return self._cite([citations.Cite(key, "") for key in list(keys)[:most]])

    def render(self, text: str) -> SafeString:
        # The sanitiser has been over it.
        return mark_safe(markdown.render(text, cite=self._cite, link=self._link))

    def linked(self, record: Record) -> list[Record]:
        """The public records that the record's text links, each once, in the order of the tables."""
        found = [self._targets.get(name) for name in self._links.get((record.table, record.pk), ())]
        once = {(target.table, target.pk): target for target in found if target}
        order = list(MODELS)
        return sorted(once.values(), key=lambda target: order.index(target.table))

    def list_all(self, record: Record) -> None:
        """Number also the sources that the record lists without citing them in place."""
        for citation in self._cited[record.table, record.pk]:
            if citation.source:
                reference = self._reference(citation.source)
                reference.locator = reference.locator or citation.locator

    def _reference(self, source: Source) -> Reference:
        if source.pk not in self._by_source:
            self._by_source[source.pk] = Reference(len(self.references) + 1, source)
            self.references.append(self._by_source[source.pk])
        return self._by_source[source.pk]

    def _cite(self, cites: Sequence[citations.Cite]) -> SafeString:
        """One mark for the group: `[见 1, pp. 3-5; 2]`; before it the author where the text names them."""
        known = [
            (cite, self._reference(self._sources[cite.key])) for cite in cites if cite.key in self._sources
        ]
        if not known:
            return SafeString("")
        first, reference = known[0]
        marks = format_html_join("; ", "{}{}{}", (self._mark(*one) for one in known))
        named = f"{reference.name}\u202f" if first.names_author else ""
        return format_html("{}{}[{}]</sup>", named, self.begins, marks)

    @staticmethod
    def _mark(cite: citations.Cite, reference: Reference) -> tuple[str, str, str]:
        """Prefix, number with what opens beside it, and locator."""
        place = f"cite-{reference.number}-{len(reference.places) + 1}"
        reference.places.append(place)
        at = f", {cite.locator}" if cite.locator else ""
        mark = format_html('<span class="mark"><a id="{}"{}{}</span></span>', place, reference.opened, at)
        return f"{cite.prefix} " if cite.prefix else "", mark, at

    def _link(self, link: citations.Link) -> SafeString:
        target = self._targets.get((link.table, link.slug))
        if target is None:
            return format_html("{}", link.label or link.slug)
        return format_html('<a href="{}">{}</a>', target.get_absolute_url(), link.label or str(target))


def links_of(found: QuerySet[Link]) -> dict[tuple[str, int], list[tuple[str, str]]]:
    """Where links lead, as (table as written, key), by the table and id of the record whose text has them."""
    links: dict[tuple[str, int], list[tuple[str, str]]] = defaultdict(list)
    columns = ("table", "record_id", "target_table", "target_key")
    for table, pk, target_table, key in found.order_by("pk").values_list(*columns):
        links[table, pk].append((target_table, key))
    return links


def link_targets(
    names: Iterable[tuple[str, str]], records_of: Callable[[type[Record]], QuerySet[Any]] | None = None
) -> dict[tuple[str, str], Record]:
    """The records of these names, by (table as written, key); public ones if not said otherwise."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for table, key in names:
        for name in [table] if table else MODELS:
            wanted[name].add(key)
    targets: dict[tuple[str, str], Record] = {}
    for name, keys in wanted.items():
        if name not in MODELS:
            continue
        for record in (records_of or with_parents)(MODELS[name]).filter(
            **{f"{MODELS[name].key_field}__in": keys}
        ):
            targets[name, record.record_key] = record
            targets.setdefault(("", record.record_key), record)
    return targets


@dataclass
class Linking:
    """The records of one table that link to a record: how many, and the first of them."""

    model: type[Record]
    count: int
    records: list[Record]


def linked_from(
    record: Record, records_of: Callable[[type[Record]], QuerySet[Any]] | None = None
) -> list[Linking]:
    """The records whose text links to `record`, by table; public ones if not said otherwise."""
    links = Link.objects.filter(target_key=record.record_key, target_table__in=["", record.table])
    found = []
    for table in links.order_by().values_list("table", flat=True).distinct():
        linking = (records_of or with_parents)(MODELS[table])
        linking = linking.filter(pk__in=links.filter(table=table).values("record_id"))
        if count := linking.count():
            found.append(Linking(MODELS[table], count, list(linking[:LINKED])))
    return sorted(found, key=lambda linking: list(MODELS).index(linking.model.table))


def with_parents(model: type[Record]) -> QuerySet[Any]:
    """The model's public records with what their names and addresses are made of."""
    return model.objects.public().select_related(*model.named_by)
