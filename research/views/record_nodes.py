"""Records as JSON-LD nodes, by table."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from research.models import (
    Case,
    Comparison,
    Criterion,
    Event,
    Finding,
    Note,
    Organization,
    Record,
    Thesis,
)
from research.models.criterion import ValueKind
from research.queries import items
from research.text import markdown
from research.text.metadata.fields import ISO
from research.text.metadata.schema_org import Node, filled, work
from research.views.addresses import absolute

# The types below that schema.org counts among creative works: these cite.
WORKS = ("Article", "Claim", "Dataset")
EXCERPT = 300

Context = dict[str, Any]


def node(request: HttpRequest, record: Record, context: Context) -> Node:
    """What the record is, with an `@id`; {} for a table whose records are no more than their page."""
    build = BUILDERS.get(record.table)
    if build is None:
        return {}
    url = absolute(request, record.get_absolute_url())
    return filled({"@id": f"{url}#it", **build(request, record, context)})


def article(request: HttpRequest, record: Note | Case, context: Context) -> Node:
    about = named(request, record.organization) if isinstance(record, Case) else None
    return {
        "@type": "Article",
        "name": record.title,
        "headline": record.title,
        "url": absolute(request, record.get_absolute_url()),
        "dateCreated": record.date.isoformat() if isinstance(record, Note) and record.date else "",
        "temporalCoverage": period(record.period) if isinstance(record, Case) else "",
        "abstract": markdown.excerpt(record.body, EXCERPT),
        "about": about,
        **made(record),
        **tags(record),
    }


def comparison(request: HttpRequest, record: Comparison, context: Context) -> Node:
    matrix = context["matrix"]
    criteria = [row.criterion for _group, rows in matrix.criterion_groups for row in rows]
    return {
        "@type": "Dataset",
        "name": record.title,
        "url": absolute(request, record.get_absolute_url()),
        "description": markdown.excerpt(record.intro, EXCERPT) or record.title,
        "about": [named(request, witness.organization) for witness in matrix.witnesses],
        "variableMeasured": [str(criterion) for criterion in criteria],
        "distribution": [
            {"@type": "DataDownload", "encodingFormat": kind, "contentUrl": absolute(request, reverse(name))}
            for name, kind in DATA
        ],
        **made(record),
    }


# What a comparison is made of, as data.
DATA = (
    ("comparisons_csv", "text/csv"),
    ("comparisons_json", "application/json"),
    ("cases_csv", "text/csv"),
    ("cases_json", "application/json"),
    ("findings_csv", "text/csv"),
    ("findings_json", "application/json"),
    ("data_package", "application/zip"),
)


def finding(request: HttpRequest, record: Finding, context: Context) -> Node:
    is_number = record.criterion.value_kind == ValueKind.NUMBER
    number = record.number if is_number and record.value.lstrip("-")[:1].isdigit() else None
    return {
        "@type": "Observation",
        "name": str(record),
        "observationAbout": named(request, record.organization),
        "variableMeasured": str(record.criterion),
        "value": record.display_value() if number is None else plain_number(number),
        "unitText": "" if number is None else record.criterion.unit,
        "observationDate": record.as_of if ISO.fullmatch(record.as_of) else "",
        "description": markdown.excerpt(record.body, EXCERPT),
    }


def thesis(request: HttpRequest, record: Thesis, context: Context) -> Node:
    return {
        "@type": "Claim",
        "name": record.statement,
        "text": record.statement,
        "appearance": {"@id": absolute(request, record.get_absolute_url())},
        "abstract": markdown.excerpt(record.body, EXCERPT),
        **made(record),
        **tags(record),
    }


def event(request: HttpRequest, record: Event, context: Context) -> Node:
    start, slash, end = record.date.partition("/")
    return {
        "@type": "Event",
        "name": record.title,
        "startDate": start if ISO.fullmatch(start) else "",
        "endDate": (end if slash else start) if ISO.fullmatch(end if slash else start) else "",
        "description": markdown.excerpt(record.body, EXCERPT),
        "about": [named(request, organization) for organization in record.organizations.all()],
        **tags(record),
    }


def organization(request: HttpRequest, record: Organization, context: Context) -> Node:
    return {
        **named(request, record),
        "alternateName": [name.strip() for name in re.split("[;；]", record.aliases) if name.strip()],
        "description": markdown.excerpt(record.summary, EXCERPT),
        "sameAs": record.website,
    }


def criterion(request: HttpRequest, record: Criterion, context: Context) -> Node:
    group: Node = {"@type": "DefinedTermSet", "name": record.group}
    return {
        "@type": "DefinedTerm",
        "name": record.name,
        "termCode": record.slug,
        "description": markdown.excerpt(record.description, EXCERPT),
        "inDefinedTermSet": group if record.group else None,
    }


def source(request: HttpRequest, record: Any, context: Context) -> Node:
    return {
        **work(items.item(record)),
        "archivedAt": record.archived_url,
        "encoding": [
            {
                "@type": "MediaObject",
                "name": file.name,
                "encodingFormat": file.content_type,
                "contentUrl": absolute(request, file.get_absolute_url()),
            }
            for file in record.shared_files
        ],
        "description": markdown.excerpt(record.body, EXCERPT),
        **tags(record),
    }


BUILDERS: dict[str, Callable[[HttpRequest, Any, Context], Node]] = {
    "notes": article,
    "cases": article,
    "comparisons": comparison,
    "findings": finding,
    "theses": thesis,
    "events": event,
    "organizations": organization,
    "criteria": criterion,
    "sources": source,
}


# --- parts ---------------------------------------------------------------------------------------------


def named(request: HttpRequest, record: Organization) -> Node:
    url = absolute(request, record.get_absolute_url())
    return {"@type": "Organization", "@id": f"{url}#it", "name": record.name, "url": url}


def made(record: Record) -> Node:
    """Who stands for it, the site, and when it was last written."""
    team: Node = {"@type": "Organization", "name": settings.SITE_NAME}
    modified = timezone.localdate(record.updated_at).isoformat()
    return {"author": team, "publisher": team, "dateModified": modified}


def plain_number(number: Decimal) -> int | float:
    return int(number) if number == number.to_integral_value() else float(number)


def tags(record: Any) -> Node:
    return {"keywords": sorted(tag.name for tag in record.tags.all())}


def period(text: str) -> str:
    """An EDTF date or interval, open ends too, where ISO 8601 can say it: https://schema.org/temporalCoverage."""
    ends = text.split("/")
    return text if text and all(ISO.fullmatch(end) or end == ".." for end in ends) else ""
