"""The critical apparatus of a page: sources numbered in order of first use, Markdown rendered with them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from research.models import Citation, Link, Record, Source
from research.rows import MODELS
from research.text import citations, markdown

LINKED = 100  # records of a table that a page lists as linking to it


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


class Apparatus:
    """Citations and links of the page's records, read in advance so that rendering asks nothing.

    Sources and link targets that are not public are as if they were not there.
    """

    def __init__(self, records: Iterable[Record]) -> None:
        self.references: list[Reference] = []
        self._by_source: dict[int, Reference] = {}
        self._sources: dict[str, Source] = {}
        self._cited: dict[tuple[str, int], list[Citation]] = defaultdict(list)
        ids = _ids_by_table(records)
        self._read_citations(ids)
        self._links = links_of(ids)
        self._targets = link_targets(name for names in self._links.values() for name in names)

    def _read_citations(self, ids: dict[str, list[int]]) -> None:
        found = Citation.objects.filter(source__in=Source.objects.public()).select_related("source")
        for citation in _of(found, ids):
            self._cited[citation.table, citation.record_id].append(citation)
            if citation.source:
                self._sources[citation.key] = citation.source

    @property
    def sources(self) -> list[Source]:
        """The public sources that the page's records cite, each once, whether numbered yet or not."""
        return list({source.pk: source for source in self._sources.values()}.values())

    def is_cited(self, record: Record) -> bool:
        return bool(self._cited.get((record.table, record.pk)))

    def marks(self, record: Record) -> SafeString:
        """The citation marks of a cell: one for each source that the record's text cites."""
        seen = {citation.key: citation for citation in reversed(self._cited[record.table, record.pk])}
        cites = [citations.Cite(key, citation.locator) for key, citation in reversed(seen.items())]
        return self._cite(cites) if cites else SafeString("")

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
        known = [(cite, self._sources[cite.key]) for cite in cites if cite.key in self._sources]
        return format_html_join("", "{}", ((self._mark(cite, source),) for cite, source in known))

    def _mark(self, cite: citations.Cite, source: Source) -> SafeString:
        reference = self._reference(source)
        place = f"cite-{reference.number}-{len(reference.places) + 1}"
        reference.places.append(place)
        return format_html(
            '<sup class="cite"><a id="{}" href="#{}" title="{}">[{}]{}</a></sup>',
            place,
            reference.anchor,
            source.title,
            reference.number,
            f" {cite.locator}" if cite.locator else "",
        )

    def _link(self, link: citations.Link) -> SafeString:
        target = self._targets.get((link.table, link.slug))
        if target is None:
            return format_html("{}", link.label or link.slug)
        return format_html('<a href="{}">{}</a>', target.get_absolute_url(), link.label or str(target))


def links_of(ids: dict[str, list[int]]) -> dict[tuple[str, int], list[tuple[str, str]]]:
    """What the texts of the records link to, as (table as written, key), by the record's table and id."""
    links: dict[tuple[str, int], list[tuple[str, str]]] = defaultdict(list)
    found = _of(Link.objects.all(), ids).order_by("pk")
    for table, pk, *name in found.values_list("table", "record_id", "target_table", "target_key"):
        links[table, pk].append((name[0], name[1]))
    return links


def link_targets(names: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Record]:
    """The public records of these names, by (table as written, key)."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for table, key in names:
        for name in [table] if table else MODELS:
            wanted[name].add(key)
    targets: dict[tuple[str, str], Record] = {}
    for name, keys in wanted.items():
        if name not in MODELS:
            continue
        for record in with_parents(MODELS[name]).filter(**{f"{MODELS[name].key_field}__in": keys}):
            targets[name, record.record_key] = record
            targets.setdefault(("", record.record_key), record)
    return targets


@dataclass
class Linking:
    """The records of one table that link to a record: how many, and the first of them."""

    model: type[Record]
    count: int
    records: list[Record]


def linked_from(record: Record) -> list[Linking]:
    """The public records whose text links to `record`, by table."""
    links = Link.objects.filter(target_key=record.record_key, target_table__in=["", record.table])
    found = []
    for table in links.order_by().values_list("table", flat=True).distinct():
        linking = with_parents(MODELS[table]).filter(pk__in=links.filter(table=table).values("record_id"))
        if count := linking.count():
            found.append(Linking(MODELS[table], count, list(linking[:LINKED])))
    return sorted(found, key=lambda linking: list(MODELS).index(linking.model.table))


@dataclass
class CitedBy:
    record: Record
    locators: list[str]


def cited_by(source: Source) -> list[tuple[type[Record], list[CitedBy]]]:
    """All public records that rest on the source, by table, with the locators they give."""
    locators: dict[tuple[str, int], list[str]] = defaultdict(list)
    for citation in Citation.objects.filter(source=source):
        locators[citation.table, citation.record_id].append(citation.locator)
    return [
        (
            model,
            [
                CitedBy(record, [text for text in locators[record.table, record.pk] if text])
                for record in records
            ],
        )
        for model, records in _public_by_table(locators)
    ]


def with_parents(model: type[Record]) -> QuerySet[Any]:
    """The model's public records with what their names and addresses are made of."""
    return model.objects.public().select_related(*model.named_by)


def _public_by_table(pairs: Iterable[tuple[str, int]]) -> list[tuple[type[Record], list[Record]]]:
    ids: dict[str, set[int]] = defaultdict(set)
    for table, pk in pairs:
        ids[table].add(pk)
    groups = [
        (model, list(with_parents(model).filter(pk__in=ids[table])))
        for table, model in MODELS.items()
        if table in ids
    ]
    return [(model, records) for model, records in groups if records]


def _ids_by_table(records: Iterable[Record]) -> dict[str, list[int]]:
    ids: dict[str, list[int]] = defaultdict(list)
    for record in records:
        ids[record.table].append(record.pk)
    return ids


def _of(traces: QuerySet[Any], ids: dict[str, list[int]]) -> QuerySet[Any]:
    """The traces of the given records, in one query."""
    condition = Q(pk__in=[])
    for table, pks in ids.items():
        condition |= Q(table=table, record_id__in=pks)
    return traces.filter(condition)
