"""The tables, one module per noun."""

from research.models.attachment import Attachment, AttachmentKind
from research.models.base import Publishable, Record, Status
from research.models.case import Case
from research.models.changelog import ChangelogEntry
from research.models.comparison import Comparison, ComparisonCriterion, ComparisonOrganization
from research.models.criterion import Criterion, Finding, ValueKind
from research.models.distinction import Distinction
from research.models.event import Event
from research.models.link_checks import LinkCheck, LinkField, LinkState
from research.models.note import Note
from research.models.organization import Organization
from research.models.source import Source, SourceKind
from research.models.teamwork import Comment, Draft, Notice, NoticeKind, Presence
from research.models.thesis import Argument, Stance, Thesis
from research.models.todo import UNFINISHED, Todo, TodoState
from research.models.traces import Batch, Citation, Link, Passage, Placeholder, Revision
from research.models.vocabulary import Industry, Mode

__all__ = [
    "UNFINISHED",
    "Argument",
    "Attachment",
    "AttachmentKind",
    "Batch",
    "Case",
    "ChangelogEntry",
    "Citation",
    "Comment",
    "Comparison",
    "ComparisonCriterion",
    "ComparisonOrganization",
    "Criterion",
    "Distinction",
    "Draft",
    "Event",
    "Finding",
    "Industry",
    "Link",
    "LinkCheck",
    "LinkField",
    "LinkState",
    "Mode",
    "Note",
    "Notice",
    "NoticeKind",
    "Organization",
    "Passage",
    "Placeholder",
    "Presence",
    "Publishable",
    "Record",
    "Revision",
    "Source",
    "SourceKind",
    "Stance",
    "Status",
    "Thesis",
    "Todo",
    "TodoState",
    "ValueKind",
]
