"""The public lists: which records, by which facets. The page, the `.csv` and the `.json` ask the same."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from django.contrib.auth import get_user_model
from django.db.models import Count, Model, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from taggit.models import Tag, TaggedItem

from research.models import Criterion, Industry, Mode, Note, Organization, Record, Thesis, Todo, TodoState
from research.queries import arguments, todos
from research.queries.arguments import ThesisState
from research.rows import MODELS


@dataclass(frozen=True)
class Field:
    """A field of a filter: its name in addresses, and what people call it."""

    name: str
    label: str | Promise


@dataclass(frozen=True)
class Facet(Field):
    """One filter of a list: `?name=value` keeps the records whose `lookup` is the value."""

    lookup: str
    model: type[Model]
    # Where the facet's options stand, seen from the listed records.
    relation: str

    def options(self, records: QuerySet[Any]) -> list[tuple[str, str]]:
        """(value, label) of what the public records of this list have, in the vocabulary's own order."""
        return self.options_of(records.filter(self.public_path(records.model)))

    def options_of(self, records: QuerySet[Any]) -> list[tuple[str, str]]:
        """Of what these records have, public or not."""
        used = records.order_by().values(self.relation)
        value = self.lookup.rpartition("__")[2]
        known = self.model._default_manager.filter(pk__in=used)
        return [(str(getattr(option, value)), str(option)) for option in known]

    def kept(self, records: QuerySet[Any], value: str) -> QuerySet[Any]:
        """A related record that is not public must not be found out by asking for it."""
        return records.filter(self.public_path(records.model), **{self.lookup: value})

    def public_path(self, model: type[Model]) -> Q:
        """That every record on the way from the listed one to the option is public."""
        condition, prefix = Q(), ""
        for step in self.relation.split("__"):
            prefix += f"{step}__"
            model = cast("type[Model]", model._meta.get_field(step).related_model)
            if issubclass(model, Record):
                condition &= model.public_condition(prefix)
        return condition


class TodoStateFacet(Facet):
    """The states of to-dos, whether any is in it or not."""

    def options(self, records: QuerySet[Any]) -> list[tuple[str, str]]:
        return [(state.value, str(state.label)) for state in TodoState]

    def kept(self, records: QuerySet[Any], value: str) -> QuerySet[Any]:
        return records.filter(state=value)


class OverdueFacet(Facet):
    """`yes`: what is overdue. Offered where something is."""

    def options(self, records: QuerySet[Any]) -> list[tuple[str, str]]:
        return self.options_of(todos.overdue(records))

    def options_of(self, records: QuerySet[Any]) -> list[tuple[str, str]]:
        return [("yes", str(self.label))] if records.exists() else []

    def kept(self, records: QuerySet[Any], value: str) -> QuerySet[Any]:
        return todos.overdue(records) if value == "yes" else records.none()


class ThesisStateFacet(Facet):
    """How a thesis stands, which is computed (`research.queries.arguments`)."""

    def options(self, records: QuerySet[Any]) -> list[tuple[str, str]]:
        found = set(arguments.with_state(records.order_by()).values_list("state", flat=True))
        return [(state.value, str(state.label)) for state in ThesisState if state.value in found]

    def kept(self, records: QuerySet[Any], value: str) -> QuerySet[Any]:
        # By key, so that the state is asked once, and the records stay as they were.
        standing = arguments.with_state(Thesis.objects.public()).filter(state=value)
        return records.filter(pk__in=standing.values("pk"))


TAG = Facet("tag", _("tag"), "tags__slug", Tag, "tags")
ORGANIZATION = Facet("organization", _("organization"), "organization__slug", Organization, "organization")

FACETS: dict[str, tuple[Facet, ...]] = {
    "cases": (
        ORGANIZATION,
        Facet("mode", _("mode"), "mode__slug", Mode, "mode"),
        Facet("industry", _("industry"), "industries__slug", Industry, "industries"),
        TAG,
    ),
    "findings": (ORGANIZATION, Facet("criterion", _("criterion"), "criterion__slug", Criterion, "criterion")),
    "events": (
        Facet("organization", _("organization"), "organizations__slug", Organization, "organizations"),
        TAG,
    ),
    "todos": (
        Facet("note", _("note"), "note__slug", Note, "note"),
        Facet("assignee", _("assignee"), "assignee__username", get_user_model(), "assignee"),
        Facet("tag", _("tag"), "note__tags__slug", Tag, "note__tags"),
        TodoStateFacet("state", _("state"), "state", Todo, "state"),
        OverdueFacet("overdue", _("overdue"), "due", Todo, "due"),
    ),
    "changelog": (Facet("note", _("note"), "note__slug", Note, "note"),),
    "theses": (ThesisStateFacet("state", _("standing"), "state", Thesis, "arguments"), TAG),
    **dict.fromkeys(("notes", "organizations", "sources"), (TAG,)),
}


@dataclass
class Choice:
    """A field with its options, (value, label), and which is chosen."""

    facet: Field
    options: list[tuple[str, str]]
    chosen: str


@dataclass
class Listing:
    table: str
    records: QuerySet[Any]
    choices: list[Choice] = field(default_factory=list)

    @property
    def model(self) -> type[Record]:
        return MODELS[self.table]

    @property
    def is_filtered(self) -> bool:
        return any(choice.chosen for choice in self.choices)


def filtered(table: str, params: Mapping[str, str]) -> QuerySet[Any]:
    """The public records of the table that the parameters ask for; an unknown value finds none."""
    records: QuerySet[Any] = MODELS[table].objects.public()
    for facet in FACETS.get(table, ()):
        value = params.get(facet.name, "")
        if "\x00" in value:
            return records.none()
        if value:
            records = facet.kept(records, value)
    return records.distinct() if params else records


def listing(table: str, params: Mapping[str, str]) -> Listing:
    public = MODELS[table].objects.public()
    choices = [
        Choice(facet, facet.options(public), params.get(facet.name, "")) for facet in FACETS.get(table, ())
    ]
    return Listing(table, filtered(table, params), choices)


def public_tags() -> QuerySet[Tag]:
    """Tags that a public record bears, with `uses`: on how many."""
    return (
        Tag.objects.filter(_worn())
        .annotate(uses=Count("taggit_taggeditem_items", filter=_worn()))
        .order_by("name")
    )


def tagged(tag: Tag) -> list[tuple[type[Record], QuerySet[Any]]]:
    """The public records that bear the tag, by table."""
    return [
        (model, model.objects.public().filter(**{"tags": tag}).select_related(*model.named_by))
        for model in tagged_models()
    ]


def tagged_models() -> list[type[Record]]:
    return [model for model in MODELS.values() if hasattr(model, "tags")]


def _worn() -> Q:
    condition = Q(pk__in=[])
    for model in tagged_models():
        items = TaggedItem.objects.filter(
            content_type__app_label=model._meta.app_label,
            content_type__model=model._meta.model_name,
            object_id__in=model.objects.public().values("pk"),
        )
        condition |= Q(taggit_taggeditem_items__in=items)
    return condition
