from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager

from research.models.base import Publishable, filled, one_of
from research.models.dates import EdtfBound, EdtfField, ordered
from research.text import edtf

# Pandoc's citation keys, https://pandoc.org/MANUAL.html#citation-syntax
KEY = RegexValidator(
    r"\A\w(?:\w|[:.#$%&\-+?<>~](?=\w))*\Z",
    _(
        "A key starts with a letter, digit or _ and goes on with those and single : . # $ %% & - + ? < > ~ "
        "between them."
    ),
)


class SourceKind(models.TextChoices):
    """The item types of CSL 1.0.2, https://docs.citationstyles.org/en/stable/specification.html#appendix-iii-types"""

    ARTICLE = "article", _("article")
    ARTICLE_JOURNAL = "article-journal", _("journal article")
    ARTICLE_MAGAZINE = "article-magazine", _("magazine article")
    ARTICLE_NEWSPAPER = "article-newspaper", _("newspaper article")
    BILL = "bill", _("bill")
    BOOK = "book", _("book")
    BROADCAST = "broadcast", _("broadcast")
    CHAPTER = "chapter", _("chapter")
    CLASSIC = "classic", _("classic")
    COLLECTION = "collection", _("collection")
    DATASET = "dataset", _("dataset")
    DOCUMENT = "document", _("document")
    ENTRY = "entry", _("entry")
    ENTRY_DICTIONARY = "entry-dictionary", _("dictionary entry")
    ENTRY_ENCYCLOPEDIA = "entry-encyclopedia", _("encyclopedia entry")
    EVENT = "event", _("event")
    FIGURE = "figure", _("figure")
    GRAPHIC = "graphic", _("graphic")
    HEARING = "hearing", _("hearing")
    INTERVIEW = "interview", _("interview")
    LEGAL_CASE = "legal_case", _("legal case")
    LEGISLATION = "legislation", _("legislation")
    MANUSCRIPT = "manuscript", _("manuscript")
    MAP = "map", _("map")
    MOTION_PICTURE = "motion_picture", _("film")
    MUSICAL_SCORE = "musical_score", _("musical score")
    PAMPHLET = "pamphlet", _("pamphlet")
    PAPER_CONFERENCE = "paper-conference", _("conference paper")
    PATENT = "patent", _("patent")
    PERFORMANCE = "performance", _("performance")
    PERIODICAL = "periodical", _("periodical")
    PERSONAL_COMMUNICATION = "personal_communication", _("personal communication")
    POST = "post", _("post")
    POST_WEBLOG = "post-weblog", _("blog post")
    REGULATION = "regulation", _("regulation")
    REPORT = "report", _("report")
    REVIEW = "review", _("review")
    REVIEW_BOOK = "review-book", _("book review")
    SOFTWARE = "software", _("software")
    SONG = "song", _("recording")
    SPEECH = "speech", _("speech")
    STANDARD = "standard", _("standard")
    THESIS = "thesis", _("dissertation")
    TREATY = "treaty", _("treaty")
    WEBPAGE = "webpage", _("web page")


class Source(Publishable):
    """Something published that statements rest on; cited in text as `[@key, p. 6]`."""

    table = "sources"
    key_field = "key"
    title_fields = ("title", "authors", "publisher", "container", "identifier", "url", "key")

    key = models.CharField(_("key"), max_length=120, validators=[KEY])
    kind = models.CharField(_("kind"), max_length=30, choices=SourceKind, default=SourceKind.WEBPAGE)
    title = models.CharField(_("title"), max_length=500)
    authors = models.CharField(
        _("authors"), max_length=1000, blank=True, help_text=_("Names joined with “; ”.")
    )
    publisher = models.CharField(_("publisher"), max_length=300, blank=True)
    container = models.CharField(
        _("container"),
        max_length=300,
        blank=True,
        help_text=_("The journal, book or site that it stands in."),
    )
    issued = EdtfField(_("issued"), blank=True)
    issued_earliest = EdtfBound("issued")
    issued_latest = EdtfBound("issued", last=True)
    url = models.URLField(_("URL"), max_length=2000, blank=True)
    archived_url = models.URLField(_("archived URL"), max_length=2000, blank=True)
    accessed = models.DateField(_("accessed"), null=True, blank=True)
    language = models.CharField(_("language"), max_length=35, blank=True, help_text=_("As zh-CN or en."))
    identifier = models.CharField(
        _("identifier"), max_length=300, blank=True, help_text=_("DOI, ISBN or the like.")
    )
    body = models.TextField(_("text"), blank=True)
    extra = models.TextField(
        _("further fields"),
        blank=True,
        help_text=_(
            "One a line, by their CSL names, as in Zotero's Extra: “volume: 27”, “page: 379-423”, "
            "“editor: 李四; Miller, Ann”. A line indented by two spaces goes on with the one above."
        ),
    )
    tags = TaggableManager(_("tags"), blank=True)

    class Meta(Publishable.Meta):
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["key"]
        constraints = [
            *Publishable.Meta.constraints,
            models.UniqueConstraint(
                fields=["key"],
                name="%(class)s_key_unique",
                violation_error_message=_("A source with this key exists already."),
            ),
            filled("key"),
            filled("title"),
            one_of("kind", SourceKind.values),
            ordered("issued"),
            *(
                models.CheckConstraint(
                    condition=Q(**{field: ""})
                    | Q(**{f"{field}__startswith": "http://"})
                    | Q(**{f"{field}__startswith": "https://"}),
                    name=f"%(class)s_{field}_http",
                )
                for field in ("url", "archived_url")
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("source", args=[self.key])

    def clean(self) -> None:
        super().clean()
        for field in ("url", "archived_url"):
            url = getattr(self, field)
            if url and not url.startswith(("http://", "https://")):
                raise ValidationError({field: _("The address must start with http:// or https://.")})

    def display_issued(self) -> str:
        return edtf.describe(self.issued, get_language() or "zh-hans")
