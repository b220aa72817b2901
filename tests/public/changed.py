"""Records that were changed between two changelog entries, for the tests of what the public sees of it."""

from typing import Any

from research import actions
from research.models import Case, ChangelogEntry, Record
from research.rows import TABLES
from tests import factories as make


def edit(record: Any, via: str = "test", **values: Any) -> None:
    """Save the record with other values, as the newest version of it; many-to-many relations are lists."""
    record.refresh_from_db()
    relations = TABLES[record.table].relations()
    links = {name: values.pop(name) for name in relations if name in values}
    for name, value in values.items():
        setattr(record, name, value)
    actions.save(record, by=None, via=via, links=links)


def keep_aside(record: Any, **values: Any) -> None:
    """Save a newer draft beside the published record."""
    record.refresh_from_db()
    for name, value in values.items():
        setattr(record, name, value)
    actions.write([actions.Change(record, aside=True)], by=None, via="test")
    record.refresh_from_db()


def name(*records: Record) -> str:
    return " ".join(f"[[{record.table}/{record.record_key}|{record.pk}]]" for record in records)


def publish_entry(*records: Record, **values: Any) -> ChangelogEntry:
    """An entry that names the records."""
    return make.make_changelog_entry(summary=name(*records), **values)


def revise_and_tell() -> ChangelogEntry:
    """Of the seed: a case revised, a source added, and the newest entry, which names both."""
    case: Any = Case.objects.public().exclude(body="").first()
    edit(case, title=f"{case.title}（修订）", body=f"补一句。{case.body}"[:-3], tags=["修订"])
    return publish_entry(case, make.make_source(), date="2026-09-12", stamp="260912")
