"""How a frozen version is cited: with its number, its date and its own address."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from research.text.bibliography import Item, write
from research.text.cjk import is_cjk
from research.text.metadata.schema_org import script, work
from research.text.metadata.tags import Tag, tags_of
from research.text.styles import STYLES, format_reference

IN_TITLE = "gb-t-7714"  # styles that have no place for a version of their own


@dataclass
class Reference:
    """The version in one style, or as code that is copied as it stands."""

    label: str | Promise
    text: str
    is_code: bool = False


def item_of(slug: str, title: str, number: int, day: date, url: str) -> Item:
    return {
        "id": f"{slug}-v{number}",
        "type": "dataset",
        "title": title,
        "author": [{"literal": settings.SITE_NAME}],
        "issued": {"date-parts": [[day.year, day.month, day.day]]},
        "version": str(number),
        "URL": url,
        "language": "zh-CN" if any(map(is_cjk, title)) else "en",
    }


def references_of(item: Item) -> list[Reference]:
    """GB/T 7714, APA and BibTeX. What is there for ever has no day on which it was looked at."""
    version = _("version %s") % item["version"]
    named: dict[str, Any] = {**item, "title": f"{item['title']} ({version})"}
    found = [
        Reference(style.label, format_reference(named if name.startswith(IN_TITLE) else item, name))
        for name, style in STYLES.items()
    ]
    return [*found, Reference("BibTeX", "".join(write([item], "bibtex")).strip(), is_code=True)]


def described(item: Item) -> SafeString:
    """As JSON-LD by schema.org: a data set with its version."""
    site = {"@type": "WebSite", "name": settings.SITE_NAME}
    node = {**work(item), "isPartOf": site}
    if item["URL"].startswith("/"):  # nobody has said what the site's own address is
        del node["url"]
    else:
        node["@id"] = f"{item['URL']}#it"
    return script([node])


def metadata_of(item: Item) -> list[Tag]:
    return tags_of(item, site=settings.SITE_NAME)
