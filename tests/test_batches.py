"""An import is one batch: what it wrote, and undoing it as one step."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from taggit.models import Tag

from research import actions, batches, importing, search, sheets
from research.models import Batch, Case, Citation, Draft, Industry, Organization, Passage, Revision
from research.rows import TABLES
from tests import factories as make
from tests.conftest import FIXTURES, Outcome
from tests.csv_files import database, edit, set_cell

pytestmark = pytest.mark.django_db

COLUMNS = "slug,title,organization,mode,industries,period,body,tags,status"


def put(folder: Path, **tables: str) -> Batch:
    for table, text in tables.items():
        (folder / f"{table}.csv").write_text(text, encoding="utf-8", newline="")
    plan = importing.plan(sheets.read_file(folder / f"{table}.csv") for table in tables)
    assert not plan.problems, plan.problems
    batch = batches.apply(plan, by=None, via="test", files="; ".join(f"{table}.csv" for table in tables))
    assert batch
    return batch


def traces() -> dict[str, list[Any]]:
    """What follows from the records, by name: undoing must leave nothing else than there was."""
    keys = {
        (codec.table, record.pk): record.record_key
        for codec in TABLES.values()
        for record in codec.model.objects.all()
    }
    return {
        "citations": sorted((keys[c.table, c.record_id], c.position, c.key) for c in Citation.objects.all()),
        "passages": sorted((keys[p.table, p.record_id], p.position, p.text) for p in Passage.objects.all()),
        "tags": sorted(Tag.objects.values_list("name", flat=True)),
    }


def tables_now(folder: Path) -> dict[str, bytes]:
    """The tables as `export_csv` writes them; their history goes on."""
    return {name: text for name, text in database(folder).items() if name != "revisions"}


@pytest.fixture
def before(seed: None) -> None:
    """The seed, and beside it what the import below changes."""
    make.make_case("旧题", slug="旧", organization=Organization.objects.get(slug="腾讯"), tags=["云"])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "in"
    path.mkdir()
    return path


ORGANIZATIONS = "slug,name,aliases,summary,website,tags,status\n新机构,新机构,,,,新标签,published\n"
CHANGED = "旧,新题,新机构,,,2017,见 [@bcg2017],端; 新标签,published"
CASES = f"{COLUMNS}\n{CHANGED}\n新,新案,新机构,,,,云上,,published\n"


class TestApply:
    def test_the_batch_says_what_was_written(self, before: None, folder: Path) -> None:
        batch = put(folder, organizations=ORGANIZATIONS, cases=CASES)
        assert batch.counts == {"organizations": {"new": 1}, "cases": {"changed": 1, "new": 1}}
        assert (batch.files, batch.via) == ("organizations.csv; cases.csv", "test")
        assert sorted(batch.revisions.values_list("table", "key")) == [
            *(("cases", "新"), ("cases", "旧"), ("organizations", "新机构")),
        ]

    def test_nothing_to_write_is_no_batch(self, seed: None) -> None:
        plan = importing.plan(sheets.read_file(file) for file in sheets.find_files([FIXTURES]))
        count = Batch.objects.count()
        assert batches.apply(plan, by=None, via="test") is None
        assert Batch.objects.count() == count


class TestUndo:
    def test_the_tables_and_all_that_follows_are_as_before(
        self, before: None, folder: Path, tmp_path: Path
    ) -> None:
        tables, rest = tables_now(tmp_path), traces()
        batch = put(folder, organizations=ORGANIZATIONS, cases=CASES)
        assert tables_now(tmp_path) != tables
        undone = batches.undo(batch, by=None)
        assert (tables_now(tmp_path), traces()) == (tables, rest)
        assert search.find("新案") == []
        assert undone.counts == {"cases": {"changed": 1, "deleted": 1}, "organizations": {"deleted": 1}}
        assert undone.kept == []
        assert set(undone.revisions.values_list("via", flat=True)) == {"undo"}

    def test_undoing_can_be_undone(self, before: None, folder: Path, tmp_path: Path) -> None:
        batch = put(folder, organizations=ORGANIZATIONS, cases=CASES)
        tables, rest = tables_now(tmp_path), traces()
        batches.undo(batches.undo(batch, by=None), by=None)
        now = traces()
        assert tables_now(tmp_path) == tables
        assert (now["citations"], now["passages"]) == (rest["citations"], rest["passages"])

    def test_what_was_deleted_comes_back_as_the_same_record_and_may_go_again(
        self, before: None, folder: Path, tmp_path: Path
    ) -> None:
        tables = tables_now(tmp_path)
        batch = put(folder, organizations=ORGANIZATIONS, cases=CASES)
        new = Case.objects.get(slug="新").pk
        first = batches.undo(batch, by=None)
        second = batches.undo(first, by=None)
        assert Case.objects.get(slug="新").pk == new
        assert [one.version for one in Revision.objects.at("cases", new)] == [3, 2, 1]
        assert second.counts == {"organizations": {"new": 1}, "cases": {"changed": 1, "new": 1}}
        third = batches.undo(second, by=None)
        assert (tables_now(tmp_path), third.kept) == (tables, [])
        assert third.counts == first.counts

    def test_what_came_back_and_went_again_since_is_left(self, before: None, folder: Path) -> None:
        batch = put(folder, cases=CASES.replace("新机构", "腾讯"))
        undone = batches.undo(batch, by=None)
        last = Revision.objects.get(table="cases", key="新", deleted=True)
        back = actions.restoring(last, public=True)
        actions.write([back], by=None, via="test")
        actions.delete([back.record], by=None, via="test")
        assert [kept[1] for kept in batches.undo(undone, by=None).kept] == ["新"]

    def test_a_whole_seed_is_undone(self, db: None, tmp_path: Path) -> None:
        plan = importing.plan(sheets.read_file(file) for file in sheets.find_files([FIXTURES]))
        batch = batches.apply(plan, by=None, via="test")
        assert batch
        assert batches.undo(batch, by=None).kept == []
        assert not any(codec.model.objects.exists() for codec in TABLES.values())
        assert not Tag.objects.exists()
        assert Revision.objects.filter(deleted=True).count() == 316

    def test_what_was_edited_since_is_kept_and_named(self, before: None, folder: Path) -> None:
        batch = put(folder, organizations=ORGANIZATIONS, cases=CASES)
        edited = Case.objects.get(slug="旧")
        edited.title = "后来改的"
        actions.save(edited, by=None, via="test")
        undone = batches.undo(batch, by=None)
        assert Case.objects.get(slug="旧").title == "后来改的"
        assert not Case.objects.filter(slug="新").exists()
        # It stands on the organization, so that stays as well.
        assert [(table, key) for table, key, _why in undone.kept] == [
            ("cases", "旧"),
            ("organizations", "新机构"),
        ]
        assert "旧" in undone.kept[1][2] or "后来改的" in undone.kept[1][2]

    def test_what_was_deleted_since_is_named(self, before: None, folder: Path) -> None:
        batch = put(folder, cases=CASES.replace("新机构", "腾讯"))
        actions.delete([Case.objects.get(slug="新")], by=None, via="test")
        assert [kept[1] for kept in batches.undo(batch, by=None).kept] == ["新"]

    def test_what_it_would_need_again_is_named(self, before: None, folder: Path) -> None:
        industry = make.make_industry(slug="旧行业")
        actions.save(Case.objects.get(slug="旧"), by=None, via="test", links={"industries": [industry]})
        batch = put(folder, cases=CASES.replace("新机构", "腾讯"))
        actions.delete([Industry.objects.get(slug="旧行业")], by=None, via="test")
        ((table, key, why),) = batches.undo(batch, by=None).kept
        assert (table, key, "旧行业" in why) == ("cases", "旧", True)


class TestUndoBesideNewerDrafts:
    """What an import wrote of a record is kept aside where the record was published meanwhile."""

    def put(self, case: Case) -> Batch:
        plan = importing.plan([sheets.read_file(self.file)], partial=True)
        actions.publish([Case.objects.get(pk=case.pk)], by=None, via="test")
        batch = batches.apply(plan, by=None, via="test")
        assert batch
        return batch

    @pytest.fixture(autouse=True)
    def write_file(self, folder: Path) -> None:
        self.file = folder / "cases.csv"
        self.file.write_text("slug,body\n旧,新文\n", encoding="utf-8")

    def aside(self, case: Case, **values: str) -> None:
        record = Case.objects.get(pk=case.pk)
        for name, value in {"status": "draft", **values}.items():
            setattr(record, name, value)
        actions.write([actions.Change(record, aside=True)], by=None, via="test")

    def row(self, case: Case) -> tuple[str, str, str]:
        record = Case.objects.get(pk=case.pk)
        return record.title, record.body, record.status

    def test_a_draft_that_it_began_is_given_up(self, db: None) -> None:
        case = make.make_case("旧题", slug="旧", body="旧文", status="draft")
        batch = self.put(case)
        assert Draft.objects.get().row["body"] == "新文"
        undone = batches.undo(batch, by=None)
        assert not Draft.objects.exists()
        assert (undone.kept, undone.counts) == ([], {"cases": {"changed": 1}})
        assert self.row(case) == ("旧题", "旧文", "published")
        last = undone.revisions.get()
        assert (last.row["body"], last.aside) == ("旧文", False)
        again = batches.undo(undone, by=None)
        assert [key for _table, key, _why in again.kept] == ["旧"]
        assert not again.revisions.exists()

    def test_a_draft_that_it_went_on_with_is_as_before(self, db: None) -> None:
        case = make.make_case("旧题", slug="旧", body="旧文", status="draft")
        plan = importing.plan([sheets.read_file(self.file)], partial=True)
        actions.publish([Case.objects.get(pk=case.pk)], by=None, via="test")
        self.aside(case, title="草稿")
        batch = batches.apply(plan, by=None, via="test")
        assert batch
        assert (Draft.objects.get().row["title"], Draft.objects.get().row["body"]) == ("草稿", "新文")
        undone = batches.undo(batch, by=None)
        assert (Draft.objects.get().row["title"], Draft.objects.get().row["body"]) == ("草稿", "旧文")
        assert self.row(case) == ("旧题", "旧文", "published")
        batches.undo(undone, by=None)
        assert Draft.objects.get().row["body"] == "新文"

    def test_the_table_gets_what_was_published_and_not_the_draft(self, db: None) -> None:
        case = make.make_case("旧题", slug="旧", body="旧文")
        self.aside(case, title="草稿")
        batch = batches.apply(
            importing.plan([sheets.read_file(self.file)], partial=True), by=None, via="test"
        )
        assert batch
        assert self.row(case) == ("旧题", "新文", "published")
        batches.undo(batch, by=None)
        assert self.row(case) == ("旧题", "旧文", "published")
        assert Draft.objects.get().row["title"] == "草稿"

    def test_one_that_was_edited_since_is_named(self, db: None) -> None:
        case = make.make_case("旧题", slug="旧", body="旧文", status="draft")
        batch = self.put(case)
        draft = Case.objects.get(pk=case.pk)
        draft.body, draft.status = "再改", "draft"
        actions.write([actions.Change(draft, from_draft=True, aside=True)], by=None, via="test")
        assert [key for _table, key, _why in batches.undo(batch, by=None).kept] == ["旧"]
        assert Draft.objects.get().row["body"] == "再改"


class TestUndoOfSeveralSavesOfARecord:
    """A batch may write a record more than once; what stood before the first comes back."""

    def write(self, batch: Batch, case: Case, **values: str) -> None:
        record = Case.objects.get(pk=case.pk)
        for name, value in values.items():
            setattr(record, name, value)
        actions.write([actions.Change(record)], by=None, via="test", batch=batch)

    def begin(self) -> Batch:
        return actions.begin_batch(by=None, via="test", files="x")

    def test_it_is_as_before_the_first(self, db: None) -> None:
        case, batch = make.make_case("旧题", body="旧文"), self.begin()
        self.write(batch, case, title="新题")
        self.write(batch, case, body="新文")
        undone = batches.undo(batch, by=None)
        found = Case.objects.get(pk=case.pk)
        assert (found.title, found.body, undone.kept) == ("旧题", "旧文", [])
        assert undone.counts == {"cases": {"changed": 1}}
        batches.undo(undone, by=None)
        found = Case.objects.get(pk=case.pk)
        assert (found.title, found.body) == ("新题", "新文")

    @pytest.mark.parametrize("title", ["旧题", "新题"])
    def test_one_that_was_deleted_in_the_end_comes_back_as_it_was(self, db: None, title: str) -> None:
        case, batch = make.make_case("旧题"), self.begin()
        self.write(batch, case, title=title)
        actions.delete([Case.objects.get(pk=case.pk)], by=None, via="test", batch=batch)
        assert batches.undo(batch, by=None).kept == []
        found = Case.objects.get(pk=case.pk)
        assert (found.title, found.version) == ("旧题", 4)

    def test_one_that_was_made_and_saved_again_goes(self, db: None) -> None:
        batch, organization = self.begin(), make.make_organization()
        case = Case(title="新", slug="新", organization=organization)
        actions.write([actions.Change(case)], by=None, via="test", batch=batch)
        self.write(batch, case, title="更新")
        assert batches.undo(batch, by=None).kept == []
        assert not Case.objects.exists()

    def test_one_that_was_edited_since_is_named_once(self, db: None) -> None:
        case, batch = make.make_case("旧题"), self.begin()
        self.write(batch, case, title="新题")
        self.write(batch, case, body="新文")
        record = Case.objects.get(pk=case.pk)
        record.title = "后来"
        actions.save(record, by=None, via="test")
        assert [key for _table, key, _why in batches.undo(batch, by=None).kept] == [case.slug]


class TestCommand:
    def test_the_latest_are_listed_and_one_is_undone(
        self, seed: None, command: Callable[..., Outcome], folder: Path, tmp_path: Path
    ) -> None:
        tables = tables_now(tmp_path)
        (folder / "cases.csv").write_bytes((FIXTURES / "cases.csv").read_bytes())
        edit(folder / "cases.csv", set_cell(2, "title", "新名"))
        assert command("import_csv", folder, "--apply").code == 0
        latest = Batch.objects.latest("pk")
        listed = command("undo_import", "--language", "en").out
        assert listed[0].startswith(f"{latest.pk}  ")
        assert listed[0].endswith("cases.csv  cases: 1 changed")
        assert command("undo_import", latest.pk).code == 0
        assert tables_now(tmp_path) == tables

    def test_an_unknown_number_is_an_error(self, command: Callable[..., Outcome]) -> None:
        outcome = command("undo_import", 999_999, "--language", "en")
        assert (outcome.code, outcome.err) == (
            2,
            ["There is no import 999999. Without a number the latest are listed."],
        )

    def test_stale_rows_are_named_and_written_only_with_the_option(
        self, seed: None, command: Callable[..., Outcome], folder: Path
    ) -> None:
        case = Case.objects.get(slug="ET工业大脑")
        case.title = "别人改的"
        actions.save(case, by=None, via="test")
        (folder / "cases.csv").write_text("slug,title,version\nET工业大脑,我改的,1\n", encoding="utf-8")
        first = command("import_csv", folder, "--partial", "--apply", "--language", "en")
        assert "cases.csv: 0 new, 0 changed, 0 same, 0 invalid, 1 stale" in first.out
        assert Case.objects.get(pk=case.pk).title == "别人改的"
        command("import_csv", folder, "--partial", "--stale", "--apply")
        assert Case.objects.get(pk=case.pk).title == "我改的"
