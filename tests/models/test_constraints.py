"""Every named constraint refuses what it names in the database itself, before any form or `clean()`."""

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

from research.models import (
    Attachment,
    Batch,
    Citation,
    Comment,
    ComparisonCriterion,
    ComparisonOrganization,
    Distinction,
    Draft,
    Link,
    LinkCheck,
    Notice,
    Passage,
    Placeholder,
    Presence,
    Publishable,
    Revision,
    Source,
)
from tests import factories as make

pytestmark = pytest.mark.django_db


def setting(maker: Callable[..., Any], **values: Any) -> Callable[[], None]:
    """Make a good record, then set these columns behind the model's back."""

    def break_it() -> None:
        record = maker()
        type(record).objects.filter(pk=record.pk).update(**values)

    return break_it


def twice(maker: Callable[..., Any], field: str) -> Callable[[], None]:
    def break_it() -> None:
        first, second = maker(), maker()
        type(second).objects.filter(pk=second.pk).update(**{field: getattr(first, field)})

    return break_it


def adding(model: type[models.Model], *rows: dict[str, Any]) -> Callable[[], None]:
    def break_it() -> None:
        model._default_manager.bulk_create(model(**row) for row in rows)

    return break_it


def for_somebody(model: type[models.Model], *rows: dict[str, Any]) -> Callable[[], None]:
    def break_it() -> None:
        user = make.make_user()
        adding(model, *({**row, "user": user} for row in rows))()

    return break_it


def checking(*rows: dict[str, Any]) -> Callable[[], None]:
    """Checks of one source's links."""

    def break_it() -> None:
        good = {"source": make.make_source(), "checked_at": timezone.now(), "field": "url", "state": "ok"}
        adding(LinkCheck, *({**good, "url": "http://example.org/", **row} for row in rows))()

    return break_it


def same_organization_twice() -> None:
    comparison, organization = make.make_comparison(), make.make_organization()
    adding(ComparisonOrganization, *2 * [{"comparison": comparison, "organization": organization}])()


def same_gap_twice() -> None:
    for state in ("open", "doing"):
        setting(make.make_todo, gap="of a kind unknown", state=state)()


def same_criterion_twice() -> None:
    comparison, criterion = make.make_comparison(), make.make_criterion()
    adding(ComparisonCriterion, *2 * [{"comparison": comparison, "criterion": criterion}])()


def told_apart(*, twice_over: bool = False, backwards: bool = False) -> Callable[[], None]:
    def break_it() -> None:
        first, second = make.make_source(), make.make_source()
        pair = {"first": second, "second": first} if backwards else {"first": first, "second": second}
        adding(Distinction, *([pair] * (1 + twice_over)))()

    return break_it


def shared_rules() -> dict[str, Callable[[], None]]:
    """What all tables have: a version, a key, and most a status."""
    rules = {}
    for maker in make.MAKERS.values():
        model = maker.__annotations__["return"]
        name, key = model._meta.model_name, model.key_field
        rules[f"{name}_version_from_1"] = setting(maker, version=0)
        rules[f"{name}_{key}_given"] = setting(maker, **{key: ""})
        rules[f"{name}_{key}_unique"] = twice(maker, key)
        if issubclass(model, Publishable):
            rules[f"{name}_status_known"] = setting(maker, status="secret")
    return rules


TRACE = {"table": "cases", "record_id": 1}
CITATION = {**TRACE, "key": "a", "position": 1}
REVISION = {**TRACE, "version": 1, "key": "a", "row": {}, "via": "test"}
DRAFT = {**TRACE, "row": {}, "base": 1, "status": "draft"}
PASSAGE = {**TRACE, "position": 1, "text": "文"}

ATTACHMENT = {"name": "a.pdf", "content_type": "application/pdf", "size": 1, "sha256": "0" * 64}


def of_a_source(*rows: dict[str, Any]) -> Callable[[], None]:
    """Files with one source, each stored under another name unless it says otherwise."""

    def break_it() -> None:
        source = make.make_source()
        plain = ({**ATTACHMENT, "source": source, "stored": str(place)} for place, _row in enumerate(rows))
        adding(Attachment, *({**one, **row} for one, row in zip(plain, rows, strict=True)))()

    return break_it


BREAKS: dict[str, Callable[[], None]] = {
    **shared_rules(),
    "organization_name_given": setting(make.make_organization, name=""),
    "mode_name_given": setting(make.make_mode, name=""),
    "industry_name_given": setting(make.make_industry, name=""),
    "case_title_given": setting(make.make_case, title=""),
    "case_period_ordered": setting(make.make_case, period_earliest="2018-01-01", period_latest="2017-12-31"),
    "note_title_given": setting(make.make_note, title=""),
    "changelogentry_kind_given": setting(make.make_changelog_entry, kind=""),
    "criterion_name_given": setting(make.make_criterion, name=""),
    "criterion_value_kind_known": setting(make.make_criterion, value_kind="colour"),
    "criterion_unit_of_number": setting(make.make_criterion, unit="家"),
    "criterion_shelf_life_in_months": setting(make.make_criterion, shelf_life=0),
    "finding_value_given": setting(make.make_finding, value=""),
    "finding_as_of_ordered": setting(make.make_finding, as_of="2018"),  # a text without its days
    "comparison_title_given": setting(make.make_comparison, title=""),
    "comparisonorganization_once": same_organization_twice,
    "comparisoncriterion_once": same_criterion_twice,
    "event_title_given": setting(make.make_event, title=""),
    "event_date_given": setting(make.make_event, date=""),
    "event_date_ordered": setting(make.make_event, date_latest=None),
    "source_title_given": setting(make.make_source, title=""),
    "source_kind_known": setting(make.make_source, kind="rumour"),
    "source_issued_ordered": setting(make.make_source, issued_earliest="2018-01-01"),  # days without a text
    "source_url_http": setting(make.make_source, url="javascript:alert(1)"),
    "distinction_once": told_apart(twice_over=True),
    "distinction_in_order": told_apart(backwards=True),
    "source_archived_url_http": setting(make.make_source, archived_url="file:///etc/passwd"),
    "thesis_statement_given": setting(make.make_thesis, statement=""),
    "argument_claim_given": setting(make.make_argument, claim=""),
    "argument_stance_known": setting(make.make_argument, stance="doubts"),
    "todo_title_given": setting(make.make_todo, title=""),
    "todo_state_known": setting(make.make_todo, state="forgotten"),
    "todo_done_has_result": setting(make.make_todo, state="done"),
    "todo_gap_once": same_gap_twice,
    "citation_place_unique": adding(Citation, CITATION, CITATION),
    "citation_key_given": adding(Citation, {**CITATION, "key": ""}),
    "citation_position_from_1": adding(Citation, {**CITATION, "position": 0}),
    "link_once": adding(Link, *2 * [{**TRACE, "target_key": "a"}]),
    "linkcheck_once": checking({}, {}),
    "linkcheck_field_known": checking({"field": "body"}),
    "linkcheck_state_known": checking({"state": "tired"}),
    "linkcheck_url_given": checking({"url": ""}),
    "linkcheck_status_of_http": checking({"status": 7}),
    "linkcheck_failing_since": checking({"failures": 1}),
    "linkcheck_dead_fails": checking({"dead": True}),
    "revision_version_unique": adding(Revision, REVISION, REVISION),
    "revision_aside_or_deleted": adding(Revision, {**REVISION, "aside": True, "deleted": True}),
    "placeholder_once": adding(Placeholder, *2 * [{**TRACE, "word": "TODO"}]),
    "placeholder_word_given": adding(Placeholder, {**TRACE, "word": ""}),
    "passage_place_unique": adding(Passage, PASSAGE, PASSAGE),
    "batch_via_given": adding(Batch, {"via": ""}),
    "batch_seconds_from_0": adding(Batch, {"via": "test", "seconds": -1}),
    "draft_once": adding(Draft, DRAFT, DRAFT),
    "draft_unpublished": adding(Draft, {**DRAFT, "status": "published"}),
    "draft_base_from_1": adding(Draft, {**DRAFT, "base": 0}),
    "comment_text_given": adding(Comment, {**TRACE, "text": ""}),
    "comment_resolved_later": adding(Comment, {**TRACE, "text": "?", "resolver": "liu"}),
    "notice_kind_known": for_somebody(Notice, {**TRACE, "kind": "rumour"}),
    "attachment_kind_known": of_a_source({"kind": "rumour"}),
    "attachment_content_type_known": of_a_source({"content_type": "image/svg+xml"}),
    "attachment_name_given": of_a_source({"name": ""}),
    "attachment_size_from_1": of_a_source({"size": 0}),
    "attachment_version_from_1": of_a_source({"version": 0}),
    "attachment_sha256_of_64": of_a_source({"sha256": "0" * 63}),
    "attachment_stored_unique": of_a_source({"stored": "a"}, {"stored": "a", "sha256": "1" * 64}),
    "attachment_once": of_a_source({}, {}),
    "presence_once": for_somebody(Presence, *2 * [{**TRACE, "at": timezone.now()}]),
}


def named_constraints() -> dict[str, tuple[type[models.Model], models.BaseConstraint]]:
    return {
        constraint.name: (model, constraint)
        for model in apps.get_app_config("research").get_models()
        for constraint in model._meta.constraints
    }


def test_every_constraint_has_a_case_that_breaks_it() -> None:
    assert set(BREAKS) == set(named_constraints())


@pytest.mark.parametrize("name", sorted(BREAKS))
def test_constraint(name: str) -> None:
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        BREAKS[name]()
    assert name_in_message(name) in str(refused.value)


def name_in_message(name: str) -> str:
    """SQLite names the columns of a broken unique constraint instead of the constraint."""
    model, constraint = named_constraints()[name]
    if connection.vendor == "sqlite" and isinstance(constraint, models.UniqueConstraint):
        fields: list[Any] = [model._meta.get_field(name) for name in constraint.fields]
        return ", ".join(f"{model._meta.db_table}.{field.column}" for field in fields)
    return name


def test_good_records_break_none() -> None:
    for maker in make.MAKERS.values():
        maker()
    make.make_todo(state="done", results="已补上。")
    make.make_criterion(value_kind="number", unit="家")
    make.make_case(period="2015-04/..")
    assert Source.objects.get().url == ""
