"""An earlier row of a record brought back: as a new revision, for history is never rewritten."""

from typing import Any

from django.utils.translation import gettext as _

from research.actions.changes import Change
from research.actions.errors import Invalid
from research.actions.writing import revive
from research.models import Draft, Record, Revision, Status
from research.rows import MODELS, TABLES, Row


def restoring(revision: Revision, *, public: bool) -> Change:
    """What makes the record be as the revision has it; one that was deleted comes back under its id.

    What is published stays so beside a row that is not, or that must not be made `public`: that becomes the
    newer draft. Raises Invalid where the row names what is gone, or where its key is another's by now.
    """
    model = MODELS[revision.table]
    record = model.objects.filter(pk=revision.record_id).first()
    row = as_allowed(revision.row, public=public)
    was_public = getattr(record, "status", "") == Status.PUBLISHED
    decoded = TABLES[revision.table]().decode(row, record or model())
    errors = {**decoded.errors, **taken(revision, decoded.record)}
    if errors:
        raise Invalid(decoded.record, errors, revision.key)
    if record is None:
        revive(last_of(revision), decoded.record)
    aside = was_public and row["status"] != Status.PUBLISHED
    beside = Draft.objects.filter(table=revision.table, record_id=revision.record_id)
    return Change(decoded.record, decoded.links, aside=aside, from_draft=aside and beside.exists())


def as_allowed(row: Row, *, public: bool) -> Row:
    if row.get("status") == Status.PUBLISHED and not public:
        return {**row, "status": Status.DRAFT.value}
    return dict(row)


def taken(revision: Revision, record: Record) -> dict[str, list[str]]:
    name = record.key_field
    others = type(record).objects.keyed(record.record_key).exclude(pk=revision.record_id)
    return {name: [_("Another record has “%s” by now.") % record.record_key]} if others.exists() else {}


def last_of(revision: Revision) -> Any:
    return Revision.objects.at(revision.table, revision.record_id)[0]
