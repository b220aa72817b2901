"""Public addresses, grouped by noun: the list, its data, and a record by its key."""

from functools import partial

from django.urls import URLPattern, path, register_converter

from research import feeds
from research.models import Case, Comparison, Note, Record
from research.views import (
    argdown,
    bibliography,
    calendar,
    cards,
    changelog,
    comparison,
    embed,
    exports,
    figures,
    files,
    gaps,
    lists,
    oembed,
    pages,
    sitemaps,
    todos,
    versions,
)
from research.views.downloads import csv_view, data_package, json_view


class KeyConverter:
    """A slug or a source's key: anything but a slash, and but NUL, which PostgreSQL will not look for."""

    regex = r"[^/\x00]+"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(KeyConverter, "key")


def data(table: str, name: str = "") -> list[URLPattern]:
    name = name or table
    return [
        path(f"{name}.csv", csv_view(table, name), name=f"{name}_csv"),
        path(f"{name}.json", json_view(table, name), name=f"{name}_json"),
    ]


def references(table: str, name: str, model: type[Record]) -> list[URLPattern]:
    """The sources that a record's page cites, as `/notes/<slug>/references.bib` and so on."""
    view = partial(bibliography.references_view, model)
    return list(bibliography.patterns(f"{table}/<key:slug>/references", f"{name}_references", view))


# Addresses that have no language: where machines look for them.
root_urlpatterns = [
    path("favicon.ico", pages.icon, name="icon"),
    path("robots.txt", sitemaps.robots, name="robots"),
    path("sitemap.xml", sitemaps.sitemap, name="sitemap"),
    path("sitemap-<int:part>.xml", sitemaps.sitemap_part, name="sitemap_part"),
]

urlpatterns = [
    path("", pages.home, name="home"),
    path("about/", pages.about, name="about"),
    path("data.zip", data_package, name="data_package"),
    path("search/", pages.search_page, name="search"),
    #
    *(path(f"{table}.atom", feeds.feed_view(table), name=f"{table}_feed") for table in feeds.FEEDS),
    #
    path("notes/", lists.list_view("notes"), name="notes"),
    *data("notes"),
    path("notes/<key:slug>/", pages.note, name="note"),
    *references("notes", "note", Note),
    #
    path("cases/", lists.list_view("cases"), name="cases"),
    *data("cases"),
    path("cases/<key:slug>/", pages.case, name="case"),
    *references("cases", "case", Case),
    *data("modes"),
    *data("industries"),
    #
    path("organizations/", lists.list_view("organizations"), name="organizations"),
    *data("organizations"),
    path("organizations/<key:slug>/", pages.organization, name="organization"),
    #
    path("comparisons/", pages.comparisons, name="comparisons"),
    *data("comparisons"),
    path("comparisons/<key:slug>/", comparison.comparison, name="comparison"),
    path("comparisons/<key:slug>/cell/", comparison.cell, name="comparison_cell"),
    path("comparisons/<key:slug>/card.png", cards.comparison_card, name="comparison_card"),
    *references("comparisons", "comparison", Comparison),
    path("comparisons/<key:slug>/embed/", embed.live, name="comparison_embed"),
    path("comparisons/<key:slug>/v/", versions.index, name="versions"),
    path("comparisons/<key:slug>/v/<int:number>/", versions.page, name="version"),
    path("comparisons/<key:slug>/v/<int:number>/embed/", embed.frozen, name="version_embed"),
    path(
        "comparisons/<key:slug>/v/<int:number>/diff/<str:other>/",
        versions.difference,
        name="version_difference",
    ),
    path("comparisons/<key:slug>/v/<int:number>/<str:name>", versions.file, name="version_file"),
    path("oembed", oembed.oembed, name="oembed"),
    *(
        path(f"comparisons/<key:slug>/figures/<key:name>{ending}", view, name=name)
        for ending, view, name in (
            ("/", figures.page, "comparison_figure"),
            (".svg", figures.svg, "comparison_figure_svg"),
            (".png", figures.png, "comparison_figure_png"),
            (".csv", figures.csv, "comparison_figure_csv"),
        )
    ),
    *exports.patterns("comparisons/<key:slug>/"),
    #
    path("findings/", lists.list_view("findings"), name="findings"),
    *data("findings"),
    path("findings/<key:slug>/", pages.finding, name="finding"),
    *data("criteria"),
    path("criteria/<key:slug>/", pages.criterion, name="criterion"),
    #
    path("theses/", lists.list_view("theses"), name="theses"),
    *data("theses"),
    path("theses.argdown", argdown.theses, name="theses_argdown"),
    path("theses/<key:slug>.argdown", argdown.thesis, name="thesis_argdown"),
    path("theses/<key:slug>/", pages.thesis, name="thesis"),
    *data("arguments"),
    #
    path("timeline/", lists.list_view("events"), name="timeline"),
    *data("events", "timeline"),
    path("timeline/<key:slug>/", pages.event, name="event"),
    #
    path("sources/", lists.list_view("sources"), name="sources"),
    path("sources.csv", csv_view("sources", "sources"), name="sources_csv"),
    *bibliography.patterns("sources", "sources", bibliography.sources_view),
    path("sources/<key:key>/", pages.source, name="source"),
    *bibliography.patterns("sources/<key:key>/cite", "source", bibliography.source_view),
    path("sources/<key:key>/files/<int:pk>/<key:name>", files.source_file, name="source_file"),
    #
    path("todos/", todos.todos, name="todos"),
    *data("todos"),
    path("todos.ics", calendar.todos_calendar, name="todos_ics"),
    path("todos/<key:slug>/", todos.todo, name="todo"),
    path("calendar/<key:token>.ics", calendar.my_calendar, name="my_calendar"),
    #
    path("changelog/", lists.list_view("changelog"), name="changelog"),
    *data("changelog"),
    path("changelog/<key:slug>/", changelog.entry, name="changelog_entry"),
    path("changelog/<key:slug>/<key:table>/<key:key>/", changelog.difference, name="changelog_difference"),
    #
    path("gaps/", gaps.gaps_page, name="gaps"),
    path("gaps.csv", gaps.gaps_csv, name="gaps_csv"),
    path("gaps.json", gaps.gaps_json, name="gaps_json"),
    #
    path("tags/", pages.tags, name="tags"),
    path("tags/<key:slug>/", pages.tag, name="tag"),
]
