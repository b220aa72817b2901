"""How a page is cited: a source's page as its source, a note, a case, a comparison or a thesis as itself.

A page of our own is a CSL item: a `dataset` for a comparison, whose values are there as data, else a
`webpage`. Its author is the site, which answers for it; who typed it is not public. It is issued on the day
on which the record was last written, and accessed on the day on which this server made the page, both in the
site's time zone: a copy from a cache goes on saying of which day the state is that it shows.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise

from research.models import Record, Source
from research.queries import items
from research.text.bibliography import FORMATS, Item, write
from research.text.cjk import is_cjk
from research.text.file_types import PDF
from research.text.metadata.tags import Tag, tags_of
from research.text.styles import STYLES, format_reference
from research.views.addresses import absolute

PAGES = {"notes": "webpage", "cases": "webpage", "comparisons": "dataset", "theses": "webpage"}
CITING = ("notes", "cases", "comparisons")  # those whose reference lists are there as files
FILES = {"bib": "bibtex", "ris": "ris", "json": "csl-json"}  # ending → format


@dataclass
class Reference:
    """The item in one style, or as code that is copied as it stands."""

    label: str | Promise
    text: str
    is_code: bool = False


@dataclass
class File:
    """The item, or the page's references, for a reference manager."""

    label: str | Promise
    url: str
    content_type: str


@dataclass
class Citable:
    """What a page offers to those who cite it or what it is about."""

    item: Item
    references: list[Reference]
    tags: list[Tag]
    files: list[File]


def citable(request: HttpRequest, record: Record) -> Citable | None:
    """None for the pages of other tables."""
    if isinstance(record, Source):
        item = items.item(record)
        tags = tags_of(item, pdf_url=pdf_url(request, record))
        return Citable(item, references_of(item), tags, files_of("source", record.key))
    if record.table not in PAGES:
        return None
    item = page_item(request, record)
    tags, name = tags_of(item, site=settings.SITE_NAME), f"{record._meta.model_name}_references"
    files = files_of(name, record.record_key) if record.table in CITING else []
    return Citable(item, references_of(item), tags, files)


def pdf_url(request: HttpRequest, source: Any) -> str:
    """The first PDF among the source's `shared_files`; "" without one."""
    found = (file for file in source.shared_files if file.content_type == PDF.content_type)
    return next((absolute(request, file.get_absolute_url()) for file in found), "")


def page_item(request: HttpRequest, record: Record) -> Item:
    title = str(record)
    return {
        "id": record.record_key,
        "type": PAGES[record.table],
        "title": title,
        "author": [{"literal": settings.SITE_NAME}],
        "issued": day(timezone.localdate(record.updated_at)),
        "accessed": day(timezone.localdate()),
        "URL": absolute(request, record.get_absolute_url()),
        "language": "zh-CN" if any(map(is_cjk, title)) else "en",
    }


def day(date: date) -> dict[str, Any]:
    return {"date-parts": [[date.year, date.month, date.day]]}


def references_of(item: Item) -> list[Reference]:
    found = [Reference(style.label, format_reference(item, name)) for name, style in STYLES.items()]
    return [*found, Reference("BibTeX", "".join(write([item], "bibtex")).strip(), is_code=True)]


def files_of(name: str, key: str) -> list[File]:
    """The addresses `name_bib`, … of this key."""
    return [
        File(FORMATS[format].label, reverse(f"{name}_{ending}", args=[key]), FORMATS[format].content_type)
        for ending, format in FILES.items()
    ]
