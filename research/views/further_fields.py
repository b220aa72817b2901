"""The column `extra` for readers: fields by names in words, names as they are said, long texts folded."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from research.models import Source
from research.text import edtf
from research.text.bibliography.extra import read_extra
from research.text.bibliography.names import OTHERS, read_names
from research.text.bibliography.variables import DATES, NAMES
from research.text.metadata.fields import whole

LONG = 300
# How a format wrote what the other fields say, and what only a file of that format has a use for.
BOOKKEEPING = ("row.", "csl.", "tex.", "ris.", "cnki.")

LABELS: dict[str, str | Promise] = {
    "abstract": gettext_lazy("abstract"),
    "annote": gettext_lazy("annotation"),
    "archive": gettext_lazy("archive"),
    "archive-place": gettext_lazy("place of the archive"),
    "archive_collection": gettext_lazy("collection in the archive"),
    "archive_location": gettext_lazy("location in the archive"),
    "author": gettext_lazy("further authors"),
    "authority": gettext_lazy("authority"),
    "available-date": gettext_lazy("available since"),
    "call-number": gettext_lazy("call number"),
    "chair": gettext_lazy("chair"),
    "chapter-number": gettext_lazy("chapter number"),
    "collection-editor": gettext_lazy("series editors"),
    "collection-number": gettext_lazy("number in series"),
    "collection-title": gettext_lazy("series"),
    "compiler": gettext_lazy("compilers"),
    "composer": gettext_lazy("composers"),
    "container-author": gettext_lazy("authors of the container"),
    "container-title": gettext_lazy("container"),
    "container-title-short": gettext_lazy("container, short"),
    "contributor": gettext_lazy("contributors"),
    "curator": gettext_lazy("curators"),
    "dimensions": gettext_lazy("extent"),
    "director": gettext_lazy("directors"),
    "division": gettext_lazy("division"),
    "DOI": "DOI",
    "edition": gettext_lazy("edition"),
    "editor": gettext_lazy("editors"),
    "editor-translator": gettext_lazy("editors and translators"),
    "editorial-director": gettext_lazy("editorial directors"),
    "event-date": gettext_lazy("date of the event"),
    "event-place": gettext_lazy("place of the event"),
    "event-title": gettext_lazy("name of the event"),
    "executive-producer": gettext_lazy("executive producers"),
    "genre": gettext_lazy("genre"),
    "guest": gettext_lazy("guests"),
    "host": gettext_lazy("hosts"),
    "illustrator": gettext_lazy("illustrators"),
    "interviewer": gettext_lazy("interviewers"),
    "ISBN": "ISBN",
    "ISSN": "ISSN",
    "issue": gettext_lazy("issue"),
    "issued": gettext_lazy("issued"),
    "accessed": gettext_lazy("accessed"),
    "jurisdiction": gettext_lazy("jurisdiction"),
    "keyword": gettext_lazy("keywords"),
    "language": gettext_lazy("language"),
    "license": gettext_lazy("license"),
    "medium": gettext_lazy("medium"),
    "narrator": gettext_lazy("narrators"),
    "note": gettext_lazy("further notes"),
    "number": gettext_lazy("serial number"),
    "number-of-pages": gettext_lazy("number of pages"),
    "number-of-volumes": gettext_lazy("number of volumes"),
    "organizer": gettext_lazy("organizers"),
    "original-author": gettext_lazy("original authors"),
    "original-date": gettext_lazy("original date"),
    "original-publisher": gettext_lazy("original publisher"),
    "original-publisher-place": gettext_lazy("original place"),
    "original-title": gettext_lazy("original title"),
    "page": gettext_lazy("pages"),
    "page-first": gettext_lazy("first page"),
    "part-number": gettext_lazy("part number"),
    "part-title": gettext_lazy("title of the part"),
    "performer": gettext_lazy("performers"),
    "PMCID": "PMCID",
    "PMID": "PMID",
    "printing-number": gettext_lazy("printing"),
    "producer": gettext_lazy("producers"),
    "publisher-place": gettext_lazy("place"),
    "recipient": gettext_lazy("recipients"),
    "references": gettext_lazy("references"),
    "reviewed-author": gettext_lazy("authors of the reviewed work"),
    "reviewed-genre": gettext_lazy("genre of the reviewed work"),
    "reviewed-title": gettext_lazy("reviewed work"),
    "scale": gettext_lazy("scale"),
    "script-writer": gettext_lazy("script writers"),
    "section": gettext_lazy("section"),
    "series-creator": gettext_lazy("creators of the series"),
    "source": gettext_lazy("found in"),
    "status": gettext_lazy("state of publication"),
    "submitted": gettext_lazy("submitted"),
    "supplement-number": gettext_lazy("supplement"),
    "title-short": gettext_lazy("short title"),
    "translator": gettext_lazy("translators"),
    "URL": "URL",
    "version": gettext_lazy("version"),
    "volume": gettext_lazy("volume"),
    "volume-title": gettext_lazy("title of the volume"),
}


@dataclass
class Further:
    """A field as readers see it; `is_long` is one to be opened."""

    label: str
    text: str
    is_long: bool


def further_fields(source: Source) -> list[Further]:
    """The fields in their order, without those that only say how another format had written something."""
    fields = read_extra(source.extra)
    return [
        Further(label(name), shown, len(shown) > LONG or "\n" in shown)
        for name, text in fields.items()
        if not name.startswith(BOOKKEEPING) and (shown := readable(name, text))
    ]


def label(name: str) -> str:
    """The name in words; that of another program's field as it stands, without the prefix of its format."""
    if name in LABELS:
        return capfirst(str(LABELS[name]))
    format, point, own = name.partition(".")
    return f"{own} ({format})" if point else name


def readable(name: str, text: str) -> str:
    if name in NAMES:
        return people(text)
    if name in DATES:
        return edtf.describe(text, get_language() or "zh-hans")
    return text


def people(text: str) -> str:
    """Names as they are said: 刘松; Claude E. Shannon; Barnes, Noble."""
    names = [_("and others") if name.get("literal") == OTHERS else whole(name) for name in read_names(text)]
    return "; ".join(names)
