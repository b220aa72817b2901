"""The public addresses, found by walking the URL configuration: a page that is added is tested at once."""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from itertools import permutations

from django.urls import URLPattern, reverse

from research import urls
from research.charts.pictures import can_draw
from research.models import ChangelogEntry, Comparison, Record, Source
from research.queries.apparatus import Apparatus
from research.queries.comparison import Matrix, Options
from research.queries.comparison.options import AXES
from research.queries.figures import figures_of
from research.queries.lists import FACETS
from research.rows import MODELS
from research.views.exports import EXPORTS

# The page of a record whose table has no page of its own stands on another record's page.
DETAIL = {
    "notes": "note",
    "cases": "case",
    "organizations": "organization",
    "comparisons": "comparison",
    "findings": "finding",
    "criteria": "criterion",
    "theses": "thesis",
    "events": "event",
    "sources": "source",
    "todos": "todo",
    "changelog": "changelog_entry",
}
# Files beside a record's page: the source, or the sources that the page cites.
BIBLIOGRAPHIES = {
    "notes": "note_references",
    "cases": "case_references",
    "comparisons": "comparison_references",
    "sources": "source",
}
ENDINGS = ("bib", "ris", "json")
# What a list is offered as beside CSV and JSON.
FURTHER = {"sources": ("_bib", "_ris"), "todos": ("_ics",), "theses": ("_argdown",)}
PNG = "comparison_figure_png"
FIGURES = ("comparison_figure", "comparison_figure_svg", "comparison_figure_csv", PNG)
TABLES = [export.url_name for export in EXPORTS]  # files beside a comparison's page
XLSX = next(export.content_type for export in EXPORTS if export.name.endswith(".xlsx"))
# What is no page.
FILES = (
    ".csv",
    ".json",
    ".zip",
    ".bib",
    ".ris",
    ".xlsx",
    ".md",
    ".tex",
    ".svg",
    ".png",
    ".ics",
    ".argdown",
    ".atom",
)


def patterns() -> list[URLPattern]:
    return list(urls.urlpatterns)


def plain_urls() -> list[str]:
    """Every address without a key in it: pages, lists, data."""
    return [reverse(str(pattern.name)) for pattern in patterns() if not pattern.pattern.converters]


def keyed_names() -> list[str]:
    return [str(pattern.name) for pattern in patterns() if pattern.pattern.converters]


def root_urls() -> list[str]:
    """For machines, and without a language: the map of the site in one piece, and what robots are told."""
    return [reverse("sitemap"), reverse("robots")]


def detail_urls(*records: Record) -> list[str]:
    return [
        reverse(DETAIL[record.table], args=[record.record_key])
        for record in records
        if record.table in DETAIL
    ]


def reference_urls(*records: Record) -> list[str]:
    return [
        reverse(f"{BIBLIOGRAPHIES[record.table]}_{ending}", args=[record.record_key])
        for record in records
        if record.table in BIBLIOGRAPHIES
        for ending in ENDINGS
    ]


def table_urls(*records: Record) -> list[str]:
    """The comparisons among the records, as tables in every form."""
    return [
        reverse(name, args=[record.record_key])
        for record in records
        if record.table == "comparisons"
        for name in TABLES
    ]


def argdown_urls(*records: Record) -> list[str]:
    return [
        reverse("thesis_argdown", args=[record.record_key]) for record in records if record.table == "theses"
    ]


def file_urls(*records: Record, shared: bool) -> list[str]:
    """Of the files of the sources among the records: those that readers are offered, or the others."""
    sources = [record for record in records if isinstance(record, Source)]
    files = [file for source in sources for file in source.attachments.filter(shared=shared)]
    return [file.get_absolute_url() for file in files]


def card_urls(*records: Record) -> list[str]:
    """The pictures of the records' pages, for those who link them."""
    comparisons = [record for record in records if isinstance(record, Comparison)]
    return [reverse("comparison_card", args=[comparison.slug]) for comparison in comparisons]


def figure_urls(*records: Record) -> list[str]:
    """Of the comparisons among the records: each figure's page and files, of a hidden one too."""
    comparisons = [record for record in records if isinstance(record, Comparison)]
    names = [(one.slug, figure.name) for one in comparisons for figure in figures_of(Matrix(one))]
    return [reverse(name, args=args) for args in names for name in FIGURES if name != PNG or can_draw()]


def difference_url(entry: Record, record: Record) -> str:
    return reverse("changelog_difference", args=[entry.record_key, record.table, record.record_key])


def view_urls(comparison: Comparison) -> Iterator[str]:
    """The comparison by every two axes, and the first cell of each."""
    for rows, columns in permutations(AXES, 2):
        options = Options(rows=rows, columns=columns)
        yield comparison.get_absolute_url() + options.querystring()
        cells = [cell for row in Matrix(comparison, options).pivot.rows for cell in row.cells]
        yield from (cell_url(comparison, cell.query) for cell in cells[:1])


def cell_url(comparison: Comparison, query: str) -> str:
    return reverse("comparison_cell", args=[comparison.slug]) + query


def every_url(records: Iterable[Record], words: Iterable[str]) -> Iterator[str]:
    """All addresses: plain ones, each list under each facet with the records' keys, details, searches."""
    yield from plain_urls()
    yield from (f"{reverse('todos')}?view=list", f"{reverse('todos_ics')}?as=tasks")
    yield from root_urls()
    yield from detail_urls(*records)
    yield from file_urls(*records, shared=True)
    yield from reference_urls(*records)
    yield from figure_urls(*records)
    yield from table_urls(*records)
    yield from argdown_urls(*records)
    for record in records:
        if isinstance(record, Comparison):
            yield from view_urls(record)
    for table, facets in FACETS.items():
        name = "timeline" if table == "events" else table
        for facet in facets:
            for suffix in ("", "_csv", "_json", *FURTHER.get(table, ())):
                for record in records:
                    yield f"{reverse(name + suffix)}?{facet.name}={record.record_key}"
    for word in words:
        yield f"{reverse('search')}?q={word}"
        yield from (f"{reverse('search')}?q={word}&table={table}" for table in MODELS)


def one_of_each() -> Iterator[str]:
    """Every public address, with the first public record of each table and the first tag.

    Of the differences all: there are none unless a test has made some (`tests.public.changed`).
    """
    from research.queries.lists import public_tags

    yield from plain_urls()
    yield f"{reverse('todos')}?view=list"
    for table, name in DETAIL.items():
        record = MODELS[table].objects.public().first()
        if record:
            yield reverse(name, args=[record.record_key])
            yield from reference_urls(record)
            yield from figure_urls(record)
            yield from table_urls(record)
            yield from argdown_urls(record)
            if isinstance(record, Comparison):
                yield from [url for url in view_urls(record) if "/cell/" in url][:1]
    for tag in public_tags()[:1]:
        yield reverse("tag", args=[tag.slug])
    for entry in ChangelogEntry.objects.public():
        for record in Apparatus([entry]).linked(entry):
            yield difference_url(entry, record)
    yield reverse("search") + "?q=阿里"
    yield reverse("search") + "?q=阿里&table=cases"


def body(response) -> str:
    """The text of a response, streamed or not; of a ZIP, the text of all that is in it; of a picture none."""
    content = response.getvalue()
    if response["Content-Type"] == "image/png":
        return ""
    if response["Content-Type"] not in ("application/zip", XLSX):
        return content.decode()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return "\n".join(archive.read(name).decode() for name in archive.namelist())


def marks(page: str) -> list[str]:
    """The citation marks of a page as they are read, without what opens beside them."""
    closed = re.sub(r'<span class="pop">.*?</span>', "", page)
    return [re.sub(r"<[^>]+>", "", mark) for mark in re.findall(r'<sup class="cite">.*?</sup>', closed)]
