"""The files of a version: pages in each language, the table, the data and the style sheet.

Nothing in them depends on who asks for them, or when: no request, no script, no address that could change.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from research.freezing import citing
from research.freezing.cells import Table, table
from research.freezing.edition import Data, Edition
from research.freezing.layout import Layout
from research.queries.comparison import Matrix
from research.queries.coverage import Coverage, coverage
from research.queries.figures import figures_of
from research.text.tables.csv_writing import for_spreadsheets

FORMAT = "comparanda-version-1"
# One after the other they are style.css.
STYLE_SHEETS = ("tokens.css", "site.css", "charts.css", "arguments.css", "versions.css")
PAGE, TABLE, DATA, STYLE, EMBED = "page", "table.csv", "data.json", "style.css", "embed"
LINK = re.compile(r'<a (?=[^>]*href="(?!#))([^>]*)>')


@dataclass(frozen=True)
class Frozen:
    """A file to be kept; without a language it is the same in all."""

    name: str
    language: str
    content_type: str
    content: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


@dataclass
class Stamp:
    """Which version it is, of when, and why: what its pages say of themselves."""

    slug: str
    number: int
    at: datetime
    note: str = ""
    digest: str = ""
    # The number before it, 0 for the first: what its difference is shown to.
    previous: int = 0

    @property
    def day(self) -> str:
        return timezone.localtime(self.at).date().isoformat()


@dataclass
class _Work:
    edition: Edition
    stamp: Stamp
    table: Table

    # Read once for all languages: they hold records and numbers, and no text of a language.

    @cached_property
    def matrix(self) -> Matrix:
        return Matrix(self.edition.comparison)

    @cached_property
    def covered(self) -> Coverage:
        return coverage(self.edition.comparison)


def digest_of(data: Data) -> str:
    """The same for two states in which readers find the same; dates of writing are no part of it."""
    return hashlib.sha256(json.dumps(data.as_json(), ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def files_of(edition: Edition, stamp: Stamp) -> Iterator[Frozen]:
    work = _Work(edition, stamp, table(edition.data))
    yield Frozen(STYLE, "", "text/css; charset=utf-8", style_sheet())
    yield Frozen(DATA, "", "application/json", data_file(work))
    for language, _name in settings.LANGUAGES:
        with override(language):
            yield Frozen(TABLE, language, "text/csv; charset=utf-8", table_file(work.table))
            yield from pages_of(work, language)


def pages_of(work: _Work, language: str) -> Iterator[Frozen]:
    figures = figures_of(work.matrix)
    layout = Layout(work.edition, work.table)
    context = context_of(work, layout=layout, figures=figures, covered=work.covered, **page_context(work))
    yield page(PAGE, language, "page", context)
    yield embedded(EMBED, language, context_of(work, layout=Layout(work.edition, work.table)))
    for figure in figures:
        yield embedded(f"{EMBED}/{figure.name}", language, context_of(work, figure=figure))


def context_of(work: _Work, **more: Any) -> dict[str, Any]:
    """What every page has; the addresses are in the active language."""
    stamp = work.stamp
    own = reverse("version", args=[stamp.slug, stamp.number])
    return {
        **{"record": work.edition.comparison, "stamp": stamp, "own": own, "canonical": whole(own)},
        "SITE_NAME": settings.SITE_NAME,
        **more,
    }


def page_context(work: _Work) -> dict[str, Any]:
    """What the version's own page has besides: how it is cited, and its addresses in all languages."""
    stamp, title = work.stamp, str(work.edition.comparison)
    day = timezone.localtime(stamp.at).date()
    address = whole(reverse("version", args=[stamp.slug, stamp.number]))
    item = citing.item_of(stamp.slug, title, stamp.number, day, address)
    return {
        "in_languages": [(language, address_in(language, stamp)) for language, _name in settings.LANGUAGES],
        "references": citing.references_of(item),
        "metadata": citing.metadata_of(item),
        "described": citing.described(item),
        "style": STYLE,
    }


def page(name: str, language: str, template: str, context: dict[str, Any]) -> Frozen:
    text = render_to_string(f"research/versions/{template}.html", context)
    return Frozen(name, language, "text/html; charset=utf-8", text.encode())


def embedded(name: str, language: str, context: dict[str, Any]) -> Frozen:
    text = embedded_page({**context, "styles": [f"../{STYLE}"]})
    return Frozen(name, language, "text/html; charset=utf-8", text.encode())


def embedded_page(context: dict[str, Any]) -> str:
    """A page for the frame of another site: its links open outside of the frame."""
    return LINK.sub(_opening_outside, render_to_string("research/versions/embed.html", context))


def _opening_outside(found: re.Match[str]) -> str:
    attributes = found[1]
    rel = "" if "rel=" in attributes else ' rel="noopener"'
    return f'<a target="_blank"{rel} {attributes}>'


def address_in(language: str, stamp: Stamp) -> str:
    with override(language):
        return reverse("version", args=[stamp.slug, stamp.number])


def whole(path: str) -> str:
    """With scheme and host, if the site has said what they are: no request is there to say it."""
    return f"{settings.SITE_URL.rstrip('/')}{path}" if settings.SITE_URL else path


# --- files without a page ----------------------------------------------------------------------------------


def style_sheet() -> bytes:
    """All in one, with what the comparison's page keeps for paper in a file of its own."""
    sheets = [read_static(f"research/{name}") for name in STYLE_SHEETS]
    return b"\n".join([*sheets, b"@media print {\n%s}\n" % read_static("research/print.css")])


def read_static(name: str) -> bytes:
    """As it is in the source, without what `collectstatic` makes of it. Raises FileNotFoundError."""
    found = finders.find(name)
    if not isinstance(found, str):
        raise FileNotFoundError(name)
    return Path(found).read_bytes()


def table_file(table: Table) -> bytes:
    """One column an organization, as a person's spreadsheet opens it: no cell starts a formula."""
    rows = [["line", "group", "label", "unit", *table.organizations.values()]]
    for line in table.lines.values():
        cells = [
            "\n".join(reading.line() for reading in table.cell(line.key, organization))
            for organization in table.organizations
        ]
        rows.append([line.key, line.group, line.label, line.unit, *cells])
    return for_spreadsheets(rows).encode()


def data_file(work: _Work) -> bytes:
    stamp, data = work.stamp, work.edition.data
    found = {
        "format": FORMAT,
        "title": str(work.edition.comparison),
        "version": stamp.number,
        "frozen": stamp.day,
        "note": stamp.note,
        "address": whole(address_in(settings.LANGUAGE_CODE, stamp)),
        "digest": stamp.digest,
        **data.as_json(),
        "cells": work.table.as_json(),
    }
    return f"{json.dumps(found, ensure_ascii=False, indent=1)}\n".encode()


def data_in(content: bytes) -> Data:
    """The data of such a file, as it was frozen."""
    return Data.from_json(json.loads(content))
