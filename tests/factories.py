"""Records for tests: every value has a default, every key is new, and `research.actions` writes them.

Texts are keyword arguments by the model's field names; many-to-many relations and tags are lists.

    make_case(organization=make_organization("腾讯"), industries=[make_industry("金融")], tags=["云"])

`together()` collects what is made inside it and writes it in one go: hundreds of records in a moment.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from itertools import count
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, User

from research import actions
from research.models import (
    Argument,
    Attachment,
    Case,
    ChangelogEntry,
    Comparison,
    Criterion,
    Event,
    Finding,
    Industry,
    Mode,
    Note,
    Organization,
    Record,
    Source,
    Thesis,
    Todo,
)
from research.rows import TABLES

roles = import_module("research.migrations.0006_roles")
ROLES = ("viewer", "editor", "reviewer", "administrator")

_numbers = count(1)
_collected: list[actions.Change] | None = None


def make_organization(name: str = "", **values: Any) -> Organization:
    return _make(Organization, name=name or "甲公司", **values)


def make_mode(name: str = "深耕产业", **values: Any) -> Mode:
    return _make(Mode, name=name, **values)


def make_industry(name: str = "金融", **values: Any) -> Industry:
    return _make(Industry, name=name, **values)


def make_source(title: str = "产业互联网白皮书", **values: Any) -> Source:
    return _make(Source, title=title, **values)


def make_file(
    source: Source, content: bytes | str = b"%PDF-1.7\n%%EOF\n", *, name: str = "a.pdf", **values: Any
) -> Attachment:
    """A file of the source, in the tests' own folder."""
    data = content.encode() if isinstance(content, str) else content
    return actions.attach(source, [data], name=name, **{"by": None, "via": "test", **values})


def make_note(title: str = "阿里-产业互联网-190912", **values: Any) -> Note:
    return _make(Note, title=title, **values)


def make_case(title: str = "城市大脑", *, organization: Organization | None = None, **values: Any) -> Case:
    return _make(Case, title=title, organization=organization or make_organization(), **values)


def make_criterion(name: str = "合作伙伴", **values: Any) -> Criterion:
    """A question answered in text, unless `value_kind` says otherwise."""
    return _make(Criterion, name=name, **values)


def make_finding(
    value: str = "领先",
    *,
    organization: Organization | None = None,
    criterion: Criterion | None = None,
    **values: Any,
) -> Finding:
    return _make(
        Finding,
        value=value,
        organization=organization or make_organization(),
        criterion=criterion or make_criterion(),
        **values,
    )


def make_comparison(title: str = "阿里巴巴与腾讯", **values: Any) -> Comparison:
    return _make(Comparison, title=title, **values)


def make_thesis(statement: str = "平台胜过产品。", **values: Any) -> Thesis:
    return _make(Thesis, statement=statement, **values)


def make_argument(claim: str = "伙伴更多。", *, thesis: Thesis | None = None, **values: Any) -> Argument:
    return _make(Argument, claim=claim, thesis=thesis or make_thesis(), **values)


def make_event(title: str = "云公司成立", *, date: str = "2009-09", **values: Any) -> Event:
    return _make(Event, title=title, date=date, **values)


def make_todo(title: str = "补时间点", **values: Any) -> Todo:
    return _make(Todo, title=title, **values)


def make_changelog_entry(kind: str = "add", *, date: str = "2019-09-12", **values: Any) -> ChangelogEntry:
    return _make(ChangelogEntry, kind=kind, date=date, **values)


def make_user(role: str = "reviewer", *, username: str = "", password: str = "pw") -> User:
    """`role`: admin (superuser), one of ROLES (staff in that group), staff (in none), reader (no staff)."""
    assert role in ("admin", "staff", "reader", *ROLES)
    name = username or f"{role}-{next(_numbers)}"
    if role == "admin":
        return get_user_model().objects.create_superuser(name, password=password)
    user = get_user_model().objects.create_user(name, password=password, is_staff=role != "reader")
    if role in ROLES:
        if not Group.objects.filter(name=role).exists():
            roles.make_groups(apps)  # a test that committed has emptied all tables
        user.groups.add(Group.objects.get(name=role))
    return user


# One of each table, in the order of `rows.TABLES`; a test that must hold for all tables goes through them.
MAKERS = {
    "organizations": make_organization,
    "modes": make_mode,
    "industries": make_industry,
    "sources": make_source,
    "notes": make_note,
    "cases": make_case,
    "criteria": make_criterion,
    "findings": make_finding,
    "comparisons": make_comparison,
    "theses": make_thesis,
    "arguments": make_argument,
    "events": make_event,
    "todos": make_todo,
    "changelog": make_changelog_entry,
}


@contextmanager
def together(*, by: Any = None) -> Iterator[None]:
    """Write all records made inside in one action. They have no id before its end, and must not be read."""
    global _collected
    _collected = []
    try:
        yield
        changes = sorted(_collected, key=lambda change: list(TABLES).index(change.record.table))
    finally:
        _collected = None
    actions.write(changes, by=by, via="test")


def _make(model: type[Any], *, by: Any = None, status: str = "published", **values: Any) -> Any:
    """Build, check as a form or an import does, and write."""
    codec = TABLES[model.table]
    values.setdefault(model.key_field, f"{model._meta.model_name}-{next(_numbers)}")
    if "status" in codec.columns:
        values["status"] = status
    links = {name: values.pop(name) for name in codec.relations() if name in values}
    record: Record = model(**values)
    record.clean()
    record.clean_fields(exclude=[field.name for field in model._meta.get_fields() if field.is_relation])
    if _collected is None:
        actions.save(record, by=by, via="test", links=links)
    else:
        _collected.append(actions.Change(record, links))
    return record
