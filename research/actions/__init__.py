"""The only writer. A form, an import, a bulk action and a command all end here.

One call is one transaction: what others wrote meanwhile is merged, then come the record, its relations and
tags, citations, links, revision and search.
"""

from research.actions.batch import begin_batch, end_batch
from research.actions.changes import Change, Merged
from research.actions.comments import comment, reopen, resolve
from research.actions.distinctions import may_be_the_same, tell_apart
from research.actions.errors import Clash, Conflict, InUse, Invalid, NotAllowed, StillNamed, named_briefly
from research.actions.notices import mark_read, notify
from research.actions.presence import come, leave
from research.actions.refusals import may_publish
from research.actions.relations import drop_unused_tags
from research.actions.restoring import as_allowed, restoring
from research.actions.review import give_back, publish, submit, withdraw
from research.actions.settling import Shown, settle
from research.actions.writing import delete, discard, revive, save, write

__all__ = [
    "Change",
    "Clash",
    "Conflict",
    "InUse",
    "Invalid",
    "Merged",
    "NotAllowed",
    "Shown",
    "StillNamed",
    "as_allowed",
    "begin_batch",
    "come",
    "comment",
    "delete",
    "discard",
    "drop_unused_tags",
    "end_batch",
    "give_back",
    "leave",
    "mark_read",
    "may_be_the_same",
    "may_publish",
    "named_briefly",
    "notify",
    "publish",
    "reopen",
    "resolve",
    "restoring",
    "revive",
    "save",
    "settle",
    "submit",
    "tell_apart",
    "withdraw",
    "write",
]
