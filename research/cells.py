"""The cells of a row: how each kind of column reads and writes its text; `research.rows` joins them."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import override
from import_export.widgets import Widget
from taggit.managers import TaggableManager
from taggit.models import Tag

from research.models import Criterion, Record, tags

LIST = re.compile(r"\s*[;；]\s*")
# A spreadsheet in Chinese saves 2019-09-12 as 2019/9/12.
DAY = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?")
LONGEST_KEY = 1000  # characters: none is so long, and longer ones are neither asked for nor kept
MOST_KEYS = 10_000  # of a table, kept at a time
TAG_LENGTH = Tag._meta.get_field("name").max_length


class Keys:
    """Records by key. Asked for many at once (`look_up`), a table of any size costs a query a chunk.

    A record that an import is about to create can be announced (`expect`); it stands in without an id.
    """

    def __init__(self) -> None:
        self._asked: dict[type[models.Model], dict[str, models.Model | None]] = {}
        self._expected: dict[type[models.Model], dict[str, models.Model | None]] = {}

    def find(self, model: type[models.Model], key: str) -> models.Model | None:
        expected = self._expected.get(model, {})
        if expected.get(key):
            return expected[key]
        asked = self._asked.setdefault(model, {})
        if len(key) > LONGEST_KEY:
            return None
        if key not in asked:
            self.look_up(model, [key])
        if asked[key] is None and key in expected:
            return model(**{key_field(model): key})
        return asked[key]

    def look_up(self, model: type[models.Model], keys: Iterable[str]) -> None:
        asked = self._asked.setdefault(model, {})
        if len(asked) > MOST_KEYS:
            asked.clear()
        wanted = {key for key in keys if key not in asked and len(key) <= LONGEST_KEY}
        if wanted:
            asked.update(dict.fromkeys(wanted))
            asked.update(
                (str(getattr(found, key_field(model))), found) for found in self._load(model, wanted)
            )

    def expect(self, record: Record) -> None:
        """What is written later in the same import, or whose own row is wrong, is not missing elsewhere."""
        if len(record.record_key) > LONGEST_KEY:
            return
        whole = record if isinstance(record, Criterion) else None
        self._expected.setdefault(type(record), {})[record.record_key] = whole

    @staticmethod
    def _load(model: type[models.Model], keys: Iterable[str]) -> Iterable[models.Model]:
        # PostgreSQL would not even look for a NUL.
        name = key_field(model)
        found = model._default_manager.filter(**{f"{name}__in": [key for key in keys if "\x00" not in key]})
        # A finding needs its criterion's kind to read its value; of the others the key is enough.
        return found if issubclass(model, Criterion) else found.only("pk", name)


def key_field(model: type[models.Model]) -> str:
    return model.key_field if issubclass(model, Record) else get_user_model().USERNAME_FIELD


class Cell(Widget):
    """Text as it is. Subclasses read and write a kind of cell; `clean` raises ValueError with what to do."""

    keys: Keys
    public = False

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> Any:
        return value

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "" if value is None else str(value)

    def expression(self, name: str) -> Any:
        """What the database gives for the column, where many rows are read at once."""
        return models.F(name)

    def keys_in(self, value: str) -> list[str]:
        """The keys of records that the cell names."""
        return []


class DateCell(Cell):
    def clean(self, value: str, row: Any = None, **kwargs: Any) -> date | None:
        if not value.strip():
            return None
        try:
            found = DAY.fullmatch(value.strip())
            return date(*map(int, found.groups())) if found else date.fromisoformat(value.strip())
        except ValueError:
            raise ValueError(
                _("“%(value)s” is not a date; write it as 2019-09-12.") % {"value": value}
            ) from None


class IntegerCell(Cell):
    def __init__(self, empty: int | None = 0) -> None:
        super().__init__()
        self.empty = empty

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> int | None:
        if not value.strip():
            return self.empty
        if not re.fullmatch(r"\d{1,9}", value.strip(), re.ASCII):
            raise ValueError(_("“%(value)s” is not a whole number from 0.") % {"value": value})
        return int(value)


class ChoiceCell(Cell):
    """One of a few words; the names that people see for them are read as well: 已发布 for `published`."""

    def __init__(self, choices: list[tuple[str, Any]]) -> None:
        super().__init__()
        self.choices = dict(choices)

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> str:
        word = value.strip()
        if word in self.choices:
            return word
        for language, _name in settings.LANGUAGES:
            with override(language):
                names = {str(label).casefold(): choice for choice, label in self.choices.items()}
            if word.casefold() in names:
                return names[word.casefold()]
        known = {"value": value, "choices": ", ".join(self.choices)}
        raise ValueError(_("“%(value)s” is not one of: %(choices)s.") % known)


class KeyCell(Cell):
    """A relation to one record, by its key."""

    def __init__(self, model: type[models.Model]) -> None:
        super().__init__()
        self.model = model

    def keys_in(self, value: str) -> list[str]:
        return [value.strip()] if value.strip() else []

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> Any:
        return next(map(self.find, self.keys_in(value)), None)

    def find(self, key: str) -> models.Model:
        found = self.keys.find(self.model, key)
        if found is None:
            named = {"table": self.model._meta.verbose_name, "key": key}
            raise ValueError(_("There is no %(table)s “%(key)s”; add it first or mend the key.") % named)
        return found

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        if value is None or not self.shows(value):
            return ""
        return str(getattr(value, key_field(self.model)))

    def expression(self, name: str) -> Any:
        key = models.F(f"{name}__{key_field(self.model)}")
        condition = self.public_condition(f"{name}__")
        return models.Case(models.When(condition, then=key)) if condition else key

    def public_condition(self, prefix: str) -> models.Q:
        """Of the records at the end of `prefix`, those that the row shows."""
        if self.public and issubclass(self.model, Record):
            return self.model.public_condition(prefix)
        return models.Q()

    def public_keys(self, keys: Iterable[str]) -> set[str]:
        """Those of the keys that name a public record."""
        name = key_field(self.model)
        public = self.model.objects.public()  # type: ignore[attr-defined]
        return set(public.filter(**{f"{name}__in": keys}).values_list(name, flat=True))

    def shows(self, record: Any) -> bool:
        return not self.public or not isinstance(record, Record) or record.is_public


class KeysCell(KeyCell):
    """Relations to many records: `a; b`. A set is sorted by key; a list (`places`) keeps its order."""

    def __init__(self, model: type[models.Model], places: tuple[str, str] | None = None) -> None:
        super().__init__(model)
        self.places = places

    def keys_in(self, value: str) -> list[str]:
        return list(dict.fromkeys(key for key in LIST.split(value.strip()) if key))

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> list[models.Model]:
        keys = self.keys_in(value)
        return [self.find(key) for key in (keys if self.places else sorted(keys))]

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        if not self.places:
            return self.join(value.all())
        related, name = self.places
        return self.join(getattr(place, name) for place in getattr(value.instance, related).all())

    def join(self, targets: Iterable[Any]) -> str:
        keys = [super(KeysCell, self).render(target) for target in targets if self.shows(target)]
        return "; ".join(keys if self.places else sorted(keys))


class TagsCell(Cell):
    def clean(self, value: str, row: Any = None, **kwargs: Any) -> list[str]:
        names = tags.split(value)
        for name in names:
            if len(name) > TAG_LENGTH:
                raise ValueError(
                    _("The tag “%(tag)s…” is longer than %(most)s characters.")
                    % {"tag": name[:20], "most": TAG_LENGTH}
                )
            if "\x00" in name:
                raise ValueError(_("The text holds a NUL character, which no table can keep."))
        return names

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return self.join(tag.name for tag in value.all())

    def join(self, names: Iterable[str]) -> str:
        return "; ".join(sorted(names))


PLACES = {
    "organizations": ("organization_places", "organization"),
    "criteria": ("criterion_places", "criterion"),
}


def cell_for(model_field: Any) -> Cell:
    if isinstance(model_field, TaggableManager):
        return TagsCell()
    if isinstance(model_field, models.ManyToManyField):
        through: Any = model_field.remote_field.through
        ordered = not through._meta.auto_created
        return KeysCell(model_field.related_model, PLACES[model_field.name] if ordered else None)
    if isinstance(model_field, models.ForeignKey):
        return KeyCell(model_field.related_model)
    if isinstance(model_field, models.DateField):
        return DateCell()
    if model_field.choices:
        return ChoiceCell(list(model_field.choices))
    if isinstance(model_field, models.PositiveIntegerField):
        return IntegerCell(None if model_field.null else 0)
    return Cell()
