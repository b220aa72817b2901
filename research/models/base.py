"""What every table shares: a key, a version, authorship, and the one gate to the public."""

from collections.abc import Container, Mapping
from itertools import chain, count
from typing import Any, ClassVar, Self, cast

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import slug_unicode_re
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

LONGEST_STEM = 110  # of a slug that a number sets apart


class Status(models.TextChoices):
    DRAFT = "draft", _("draft")
    REVIEW = "review", _("in review")
    PUBLISHED = "published", _("published")


class RecordQuerySet(models.QuerySet[Any]):
    def public(self) -> Self:
        """What the public may see: published, and standing on parents that are published too."""
        return self.filter(self.model.public_condition())

    def keyed(self, key: str) -> Self:
        return self.filter(**{self.model.key_field: key})

    def free_slug(self, slug: str, taken: Container[str] = ()) -> str:
        """The slug, or the first of `slug-2`, `slug-3` … that no record has and that is not taken either."""
        stem = slug[:LONGEST_STEM]
        used = set(self.filter(slug__startswith=stem).values_list("slug", flat=True))
        names = chain([slug], (f"{stem}-{number}" for number in count(2)))
        return next(name for name in names if name not in used and name not in taken)


class Record(models.Model):
    """A row of one of the tables. Written through `research.actions` only."""

    table: ClassVar[str]
    key_field: ClassVar[str] = "slug"
    # Markdown fields: citations and links are read from these, in this order.
    text_fields: ClassVar[tuple[str, ...]] = ("body",)
    # Plain fields that search reads before the Markdown ones; the first is the title.
    title_fields: ClassVar[tuple[str, ...]] = ("title",)
    # Required relations whose target must be public for this record to be.
    public_parents: ClassVar[tuple[str, ...]] = ()
    # Relations that the record's name and address are made of; select them wherever records are listed.
    named_by: ClassVar[tuple[str, ...]] = ()

    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("created by"),
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("updated by"),
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    objects: ClassVar[Any] = RecordQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(version__gte=1), name="%(class)s_version_from_1"),
        ]

    def __str__(self) -> str:
        return str(getattr(self, self.title_fields[0]))

    def get_absolute_url(self) -> str:
        """The record's public page; for a table without pages, where its records are shown."""
        raise NotImplementedError

    @classmethod
    def name_in(cls, row: Mapping[str, str]) -> str:
        """How the record was called when this was its row; empty where it had no name."""
        return next(filter(None, (row.get(name, "") for name in cls.title_fields)), "")

    @classmethod
    def public_condition(cls, prefix: str = "") -> Q:
        """As `.public()`, for a record at the end of the relation `prefix` (such as `note__`).

        A vocabulary has no status and is public.
        """
        condition = Q(**{f"{prefix}status": Status.PUBLISHED}) if issubclass(cls, Publishable) else Q()
        for parent in cls.public_parents:
            target = cast("type[Record]", cls._meta.get_field(parent).related_model)
            condition &= target.public_condition(f"{prefix}{parent}__")
        return condition

    def search_lines(self) -> list[str]:
        """What search reads before the Markdown, the title first."""
        return [str(getattr(self, name)) for name in self.title_fields]

    @property
    def record_key(self) -> str:
        return str(getattr(self, self.key_field))

    def suggest_slug(self) -> str:
        """A slug for a record typed into a form without one; empty where none can be guessed."""
        return ""

    @property
    def is_public(self) -> bool:
        """As `.public()`, for a record at hand; reads the public parents, so select them with it."""
        if getattr(self, "status", Status.PUBLISHED) != Status.PUBLISHED:
            return False
        return all(getattr(self, parent).is_public for parent in self.public_parents)

    def clean(self) -> None:
        """The rules of the table, without a query: a form, an import and a command all call it."""
        self._tidy_texts()
        if self.key_field == "slug":
            self._check_slug()

    def _check_slug(self) -> None:
        slug = getattr(self, "slug", "x")
        if slug and not slug_unicode_re.match(slug):
            shown = "".join(sign if sign.isprintable() else f"\\u{ord(sign):04x}" for sign in slug)
            message = _("“%(slug)s” is no slug: letters (Chinese too), digits, hyphens and underscores only.")
            raise ValidationError({"slug": message % {"slug": shown}})
        if not slug:
            self.slug = self.suggest_slug()
            if not self.slug:
                raise ValidationError(
                    {"slug": _("Enter a slug: letters, digits and hyphens, such as 阿里云.")}
                )

    def _tidy_texts(self) -> None:
        """One form for every text: no blank ends, line feeds only (a browser sends CR LF), no NUL."""
        for field in self._meta.concrete_fields:
            if isinstance(field, models.CharField | models.TextField):
                text = getattr(self, field.attname)
                if "\x00" in text:
                    raise ValidationError(
                        {field.name: _("The text holds a NUL character, which no table can keep.")}
                    )
                setattr(self, field.attname, text.replace("\r\n", "\n").replace("\r", "\n").strip())


class Publishable(Record):
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DRAFT, db_index=True)

    class Meta(Record.Meta):
        abstract = True
        # Whoever may publish may also withdraw, and write what is published.
        default_permissions = ("add", "change", "delete", "view", "publish")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Record.Meta.constraints,
            models.CheckConstraint(condition=Q(status__in=Status.values), name="%(class)s_status_known"),
        ]


def slug_field() -> models.SlugField:
    return models.SlugField(
        _("slug"),
        max_length=120,
        allow_unicode=True,
        db_index=False,  # the unique constraint is the index
        help_text=_("The record's name in addresses and tables; letters (Chinese too), digits, hyphens."),
    )


def slug_rules() -> list[models.BaseConstraint]:
    return [
        models.UniqueConstraint(
            fields=["slug"],
            name="%(class)s_slug_unique",
            violation_error_message=_("A record with this slug exists already."),
        ),
        models.CheckConstraint(condition=~Q(slug=""), name="%(class)s_slug_given"),
    ]


def filled(field: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=~Q(**{field: ""}), name=f"%(class)s_{field}_given")


def one_of(field: str, values: list[str]) -> models.CheckConstraint:
    return models.CheckConstraint(condition=Q(**{f"{field}__in": values}), name=f"%(class)s_{field}_known")
