"""A record's revisions, newest first, each with what it changed."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from research.admin.differences import marked
from research.models import Record, Revision
from research.rows import TABLES, Row

PER_PAGE = 50
VIA = {
    "form": _("form"),
    "inline": _("form of another record"),
    "list": _("list"),
    "action": _("bulk action"),
    "import": _("import"),
    "command": _("command line"),
    "serve": _("first start"),
    "undo": _("undoing"),
}


def via_label(via: str) -> Any:
    return VIA.get(via, via)


@dataclass
class Step:
    """One revision and the columns that it changed: (name, difference)."""

    revision: Revision
    changes: list[tuple[Any, SafeString]]
    is_first: bool

    @property
    def via(self) -> Any:
        return via_label(self.revision.via)


def page_of(record: Record, number: Any) -> Page:
    return Paginator(revisions(record), PER_PAGE).get_page(number)


def revisions(record: Record) -> QuerySet[Revision]:
    return Revision.objects.filter(table=record.table, record_id=record.pk).order_by("-version")


def steps(record: Record, page: Page) -> list[Step]:
    """The page's revisions beside their predecessors; the last one's stands on the next page."""
    shown = list(page.object_list)
    if not shown:
        return []
    before = revisions(record).filter(version__lt=shown[-1].version)[:1]
    older = [*shown[1:], *before, None][: len(shown)]
    return [
        Step(
            revision, changes(record, earlier.row if earlier else {}, revision.row), is_first=earlier is None
        )
        for revision, earlier in zip(shown, older, strict=True)
    ]


def changes(record: Record, old: Row, new: Row) -> list[tuple[Any, SafeString]]:
    names = [name for name in TABLES[record.table].columns if old.get(name, "") != new.get(name, "")]
    return [
        (TABLES[record.table].label(name), marked(old.get(name, ""), new.get(name, ""))) for name in names
    ]
