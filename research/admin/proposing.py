"""A changelog entry proposed from what was published since the last one; a person words it and saves it."""

from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from research.admin.links import admin_url
from research.admin.rights import may
from research.models import ChangelogEntry, Note, Record, Status, Todo
from research.queries.changes import Kind, Proposal, Proposed, proposal
from research.rows import MODELS

ASKED = "propose"  # the parameter of the add form's address that fills it in


class ProposingAdmin:
    """The form of a new changelog entry, filled in where a proposal was asked for."""

    change_list_template: Any = "admin/research/changelogentry/change_list.html"

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        if ASKED not in request.GET:
            return super().get_changeform_initial_data(request)  # type: ignore[misc]
        found = proposal()
        if not found.records:
            messages.info(request, nothing_new(found))
        return initial(found)


def offer(request: HttpRequest, record: Record) -> None:
    """Say what an entry could tell after the record was published; nothing if it was not, or is an entry."""
    hidden = getattr(record, "status", Status.PUBLISHED) != Status.PUBLISHED
    if hidden or isinstance(record, ChangelogEntry) or not may(request.user, "add", ChangelogEntry):
        return
    found = proposal()
    if found.records:
        messages.info(request, format_html('<a href="{}">{}</a>', form_url(), offered(found)))


def for_dashboard(user: Any) -> dict[str, Any]:
    """The link to the proposal, for those who may make an entry; nothing where nothing has changed."""
    found = proposal() if may(user, "add", ChangelogEntry) else None
    if not found or not found.records:
        return {}
    return {"proposal": {"url": form_url(), "text": offered(found)}}


def form_url() -> str:
    return f"{admin_url(ChangelogEntry, 'add')}?{ASKED}=1"


def offered(found: Proposal) -> str:
    number = len(found.records)
    count = f"{number}+" if found.more else str(number)
    if not found.since:
        text = ngettext(
            "Propose a changelog entry (%(count)s record published)",
            "Propose a changelog entry (%(count)s records published)",
            number,
        )
        return text % {"count": count}
    text = ngettext(
        "Propose a changelog entry (%(count)s record changed since %(entry)s)",
        "Propose a changelog entry (%(count)s records changed since %(entry)s)",
        number,
    )
    return text % {"count": count, "entry": stamp_of(found.since)}


def nothing_new(found: Proposal) -> str:
    if not found.since:
        return _("Nothing is published yet that an entry could name.")
    return _("Nothing public has changed since %(entry)s.") % {"entry": stamp_of(found.since)}


def stamp_of(entry: ChangelogEntry) -> str:
    return entry.stamp or str(entry.date)


# --- the form's first values -------------------------------------------------------------------------------


def initial(found: Proposal) -> dict[str, Any]:
    today = timezone.localdate()
    stamp = today.strftime("%y%m%d")
    kinds = {record.kind for record in found.records}
    kind = "add" if kinds <= {Kind.NEW} else "revise"
    note = only_note(found.records)
    return {
        "date": today,
        "stamp": stamp,
        "kind": kind,
        "slug": ChangelogEntry.objects.free_slug(f"{stamp}-{kind}"),
        "status": Status.DRAFT,
        "note": note.pk if note else None,
        "summary": summary(found),
    }


def only_note(records: list[Proposed]) -> Note | None:
    """The note that all records are, or belong to."""
    belonging = {
        record.key
        if record.table == Note.table
        else record.row.get("note", "")
        if record.table == Todo.table
        else ""
        for record in records
    }
    return Note.objects.filter(slug=belonging.pop()).first() if len(belonging) == 1 else None


def summary(found: Proposal) -> str:
    """A line for each kind of change and table; the records are linked, so that readers come to them."""
    lines = []
    for kind in Kind:
        records = [record for record in found.records if record.kind == kind]
        for table, group in groupby(records, key=lambda record: record.table):
            named = {"kind": kind.label, "table": MODELS[table]._meta.verbose_name_plural}
            links = _(", ").join(map(link, group))
            lines.append(_("- %(kind)s %(table)s: %(links)s") % {**named, "links": links})
    return "\n".join([*lines, *([_("- and more")] if found.more else [])])


def link(record: Proposed) -> str:
    """Brackets and line breaks would end the link."""
    name = " ".join(record.name.translate(str.maketrans("[]", "()")).split())
    return f"[[{record.table}/{record.key}|{Truncator(name).chars(80)}]]"
