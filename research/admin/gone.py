"""What somebody deleted while another wrote in it, and what somebody changed while another deletes it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.admin.options import IS_POPUP_VAR, TO_FIELD_VAR
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.html import format_html
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from research import actions
from research.admin.conflicts import Answers, Question
from research.admin.links import number_of
from research.models import Record, Revision
from research.rows import TABLES

REVIVE = "_revive"


@dataclass
class Gone:
    """Of a record that was deleted: its last revision and the relations that it had."""

    last: Revision
    links: dict[str, list[Any]]


def reborn(model: type[Record], pk: Any) -> Record | None:
    """The deleted record as it was last, not in the table; None where no such record was deleted."""
    if (number := number_of(pk)) is None:
        return None
    last = Revision.objects.filter(table=model.table, record_id=number).order_by("-version").first()
    if last is None or not last.deleted:
        return None
    decoded = TABLES[model.table]().decode_left(last.row, model())
    record: Any = decoded.record
    record.pk, record.version, record.gone = last.record_id, last.version, Gone(last, decoded.links)
    return decoded.record


def told(last: Revision, form: str, may_revive: bool) -> Any:
    """Who deleted it; the button belongs to the form, with all that stands in it."""
    at = localtime(last.at).strftime("%Y-%m-%d %H:%M")
    who = _("%(author)s deleted this on %(at)s.") % {"author": last.author or _("Someone"), "at": at}
    text = format_html("{} {}", who, _("What you typed still stands below."))
    if not may_revive:
        return text
    button = '{} <button type="submit" name="{}" value="1" class="button" form="{}">{}</button>'
    return format_html(button, text, REVIVE, form, _("Bring it back with what stands here"))


def rows_brought_back(
    formset: Any, answers: Answers, *, with_parent: bool, may_add: bool
) -> tuple[list[actions.Change], list[actions.Clash]]:
    """Of the rows that are deleted by now, those to be brought back, and those that are to be asked.

    A row that the person did not touch stays deleted, unless its record itself is brought back. To bring
    back is to add: whoever may not is asked till they let it go.
    """
    changes, clashes = [], list[actions.Clash]()
    for row in formset.initial_forms:
        if not row.gone or row in formset.deleted_forms or not (with_parent or row.has_changed()):
            continue
        last = row.gone.last
        chosen = answers.whole(row.instance, "gone")
        if may_add and (with_parent or chosen == (last.version, True)):
            changes.append(row.revival())
        elif chosen != (last.version, False):
            change = row.revival()
            mine = TABLES[change.record.table]().row_of(change.record, change.links)
            clashes.append(actions.Clash(change.record, last.row, {}, mine, 0, None, last))
    return changes, clashes


# --- deleting what was changed -----------------------------------------------------------------------------


def see_version(request: HttpRequest, record: Record) -> None:
    """The record as it was when the person was asked whether to delete it."""
    seen = number_of(request.POST.get("seen_version", ""))
    if seen is not None:
        record.version = seen


def see_versions(request: HttpRequest, records: Sequence[Record]) -> None:
    """As `see_version`, of several: `id:version`."""
    seen = dict(pair.split(":", 1) for pair in request.POST.getlist("seen") if ":" in pair)
    for record in records:
        version = number_of(seen.get(str(record.pk), ""))
        if version is not None:
            record.version = version


def ask_again(request: HttpRequest, error: actions.Conflict, *confirmed: str) -> None:
    """Make of the confirmed request one that asks: with what was changed since, and its new versions."""
    answers = Answers(QueryDict())
    request.changed = [Question(clash, answers) for clash in error.clashes]  # type: ignore[attr-defined]
    left = request.POST.copy()
    for name in [name for name in left if name in confirmed or name.startswith("seen")]:
        del left[name]
    request.POST = left  # type: ignore[assignment]


def as_opened(request: HttpRequest) -> None:
    """The deletion of one record is confirmed by any posted value: leave none but where the page stands."""
    asked = request.GET.copy()
    for name in (IS_POPUP_VAR, TO_FIELD_VAR):
        if name in request.POST:
            asked[name] = request.POST[name]
    request.GET, request.POST = asked, QueryDict()  # type: ignore[assignment]


def conflicting(response: HttpResponse) -> HttpResponse:
    response.status_code = 409
    return response
