"""The only writer. A form, an import, a bulk action and a command all end here.

One call is one transaction: what others wrote meanwhile is merged, then come the record, its relations and
tags, citations, links, revision and search.
"""

from research.actions.afterwards import follow_with, one_write
from research.actions.attachments import attach, describe_file, move_files, move_files_back, remove_file
from research.actions.batch import begin_batch, end_batch
from research.actions.changes import Change, Merged
from research.actions.comments import comment, reopen, resolve
from research.actions.deriving import lacks_sentences, rederive
from research.actions.distinctions import may_be_the_same, tell_apart
from research.actions.errors import (
    Clash,
    Conflict,
    InUse,
    Invalid,
    Meanwhile,
    NotAllowed,
    StillNamed,
    named_briefly,
)
from research.actions.gaps import close_gap_todos, make_gap_todos
from research.actions.link_checks import (
    approve_link,
    known_of,
    make_link_todos,
    record_check,
    take_address,
)
from research.actions.notices import mark_read, notify
from research.actions.presence import come, leave
from research.actions.refusals import may_publish
from research.actions.relations import drop_unused_tags
from research.actions.restoring import as_allowed, restoring
from research.actions.review import give_back, publish, submit, withdraw
from research.actions.settling import Shown, settle
from research.actions.writing import delete, discard, remark, revive, save, write

# What follows every write, in this order.
follow_with(close_gap_todos)

__all__ = [
    "Change",
    "Clash",
    "Conflict",
    "InUse",
    "Invalid",
    "Meanwhile",
    "Merged",
    "NotAllowed",
    "Shown",
    "StillNamed",
    "approve_link",
    "as_allowed",
    "attach",
    "begin_batch",
    "come",
    "comment",
    "delete",
    "describe_file",
    "discard",
    "drop_unused_tags",
    "end_batch",
    "give_back",
    "known_of",
    "lacks_sentences",
    "leave",
    "make_gap_todos",
    "make_link_todos",
    "mark_read",
    "may_be_the_same",
    "may_publish",
    "move_files",
    "move_files_back",
    "named_briefly",
    "notify",
    "one_write",
    "publish",
    "record_check",
    "rederive",
    "remark",
    "remove_file",
    "reopen",
    "resolve",
    "restoring",
    "revive",
    "save",
    "settle",
    "submit",
    "take_address",
    "tell_apart",
    "withdraw",
    "write",
]
