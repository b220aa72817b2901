"""A record's revisions, newest first, each with what it changed; also of a record that is gone."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from research.admin.differences import Names, changed, difference, names_in, readable
from research.models import Record, Revision
from research.rows import MODELS, TABLES, Row

PER_PAGE = 50
VIA = {
    "form": _("form"),
    "inline": _("form of another record"),
    "list": _("list"),
    "board": _("board"),
    "action": _("bulk action"),
    "review": _("review step"),
    "import": _("import"),
    "command": _("command line"),
    "serve": _("first start"),
    "files": _("files of the source"),
    "undo": _("undoing"),
    "merge": _("merging of sources"),
    "restore": _("restoring"),
    "links": _("link watch"),
    "gap": _("closing of a gap"),
}


def via_label(via: str) -> Any:
    return VIA.get(via, via)


def name_of(revision: Revision) -> str:
    """How the record was called then."""
    return MODELS[revision.table].name_in(revision.row) or revision.key


Changes = list[tuple[Any, SafeString]]


@dataclass
class Step:
    """One revision and the columns that it changed: (name, difference)."""

    revision: Revision
    changes: Changes = field(default_factory=list)
    is_first: bool = False
    is_back: bool = False  # it brought back what was deleted
    is_now: bool = False  # what it wrote is what stands (or what a deletion took)

    @property
    def via(self) -> Any:
        return via_label(self.revision.via)


def page_of(revisions: QuerySet[Revision], number: Any) -> Page:
    return Paginator(revisions.select_related("batch"), PER_PAGE).get_page(number)


def steps(model: type[Record], revisions: QuerySet[Revision], page: Page) -> list[Step]:
    """The page's revisions beside their predecessors, which may stand on a later page."""
    shown = list(page.object_list)
    if not shown:
        return []
    older = revisions.filter(version__lt=shown[-1].version)
    rest = [found for aside in (False, True) if (found := older.filter(aside=aside).first())]
    every = [*shown, *sorted(rest, key=lambda one: -one.version)]
    before = [predecessor(one, every[place + 1 :]) for place, one in enumerate(shown)]
    pairs = [(earlier.row if earlier else {}, one.row) for one, earlier in zip(shown, before, strict=True)]
    codec = TABLES[model.table]
    standing = [shown[0], next((one for one in shown if not one.aside), shown[0])]  # the draft, the published
    names = names_in(codec, [pair for pair, earlier in zip(pairs, before, strict=True) if earlier])
    return [
        Step(
            one,
            changes(model, *pair, names) if earlier else [],
            is_first=earlier is None,
            is_back=earlier is not None and earlier.deleted,
            is_now=page.number == 1 and one in standing,
        )
        for place, (one, earlier, pair) in enumerate(zip(shown, before, pairs, strict=True))
    ]


def predecessor(revision: Revision, older: Sequence[Revision]) -> Revision | None:
    """Of those before it, newest first, the one whose row the revision's writer began from.

    A newer draft goes on from the one before it, or begins from what is published: whichever it differs
    from less.
    """
    plain = next((one for one in older if not one.aside), None)
    if not revision.aside:
        return plain
    draft = next((one for one in older if one.aside), None)
    found = [one for one in (plain, draft) if one]
    codec = TABLES[revision.table]
    return min(
        found, key=lambda one: (len(changed(codec, one.row, revision.row)), -one.version), default=None
    )


def changes(model: Any, old: Row, new: Row, names: Names | None = None) -> Changes:
    """The columns that differ between two rows of the table; `model` may be one of its records."""
    codec = TABLES[model.table]
    names = names or names_in(codec, [(old, new)])
    return [
        (codec.label(name), difference(codec, name, old.get(name, ""), new.get(name, ""), names))
        for name in changed(codec, old, new)
    ]


def cells(table: str, row: Row, *, whole: bool = False) -> list[tuple[Any, str]]:
    """What the row holds, by column; its texts clipped, if not `whole`."""
    codec = TABLES[table]
    return [
        (
            codec.label(name),
            row[name] if whole and name in codec.model.text_fields else readable(codec, name, row[name]),
        )
        for name in codec.columns
        if row.get(name)
    ]
