"""Why something could not be written. Nothing was, then."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from research.merging import Merge
from research.models import Record, Revision
from research.rows import Row


def named_briefly(records: Sequence[Any]) -> str:
    names = "; ".join(str(record) for record in records[:20])
    return f"{names}; …" if len(records) > 20 else names


@dataclass
class Clash:
    """What a writer would have made of a record that somebody else has written meanwhile.

    `base` is the row that both began from, `theirs` the one that stands now at `version`, `mine` the
    writer's; `last` is the revision of theirs. Of a record that was deleted `merged` is None.

    `aside`: theirs is a newer draft. `beside`: mine is a newer draft that is to be published, theirs what is
    public by now; it is the version of the published row that the draft began from.
    """

    record: Record
    base: Row
    theirs: Row
    mine: Row
    version: int
    merged: Merge | None = None
    last: Revision | None = None
    aside: bool = False
    beside: int = 0


class Conflict(Exception):
    """Somebody else has saved the same (or deleted the record) since the writer read it."""

    def __init__(self, clashes: Sequence[Clash]) -> None:
        self.clashes = clashes
        super().__init__(_("Changed by someone else meanwhile: %s") % named_briefly(self.records))

    @property
    def records(self) -> list[Record]:
        return [clash.record for clash in self.clashes]


class Invalid(Exception):
    """A row that was kept breaks a rule by now: it names a record that is gone, say."""

    def __init__(self, record: Record, errors: Mapping[str, Sequence[str]], name: str = "") -> None:
        """`name` for a record that cannot say its own: that of a relation may be gone."""
        self.record, self.errors = record, errors
        wrong = "; ".join(f"{column}: {' '.join(messages)}" for column, messages in errors.items())
        super().__init__(f"{name or record}: {wrong}")


class NotAllowed(PermissionDenied):
    """The author may not publish, and this would change what is published."""

    def __init__(self, records: Sequence[Record]) -> None:
        self.records = records
        super().__init__(
            _("“%s”: only who may publish may change what is published.") % named_briefly(records)
        )


class InUse(Exception):
    """The records cannot go: `users` rest on them, or on some of them."""

    def __init__(self, records: Sequence[Record], users: Iterable[Any]) -> None:
        self.records, self.users = records, list(users)
        named = {"record": named_briefly(records), "users": named_briefly(self.users)}
        super().__init__(_("“%(record)s” cannot be deleted; it is used by: %(users)s") % named)


class StillNamed(Exception):
    """The record cannot take another key: texts name it by the old one, and would lose it silently."""

    def __init__(self, record: Record, old: str, count: int) -> None:
        self.record, self.old, self.count = record, old, count
        super().__init__(
            _("“%(old)s” cannot be renamed: %(count)s texts name it. Change those first, or keep the name.")
            % {"old": old, "count": count}
        )


class Meanwhile(Exception):
    """What was to be changed has been changed or removed by somebody else since the writer looked."""

    def __init__(self) -> None:
        super().__init__(_("Somebody else has changed this meanwhile. Nothing was written."))
