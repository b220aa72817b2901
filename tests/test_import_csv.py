"""`import_csv PATH…`: a dry run that says what would change; `--apply` writes all or nothing."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import IntegrityError

from research import actions, batches, exporting, importing, sheets
from research.actions import Conflict
from research.models import Case, Organization, Revision
from research.plans import Plan
from research.rows import TABLES
from tests import factories as make
from tests.conftest import FIXTURES, Outcome
from tests.csv_files import database, edit, set_cell

pytestmark = pytest.mark.django_db


def delete_everything() -> None:
    codecs = [*reversed(TABLES.values())]
    codecs.sort(key=lambda codec: codec.table == "sources")  # cited by all others
    for codec in codecs:
        actions.delete(codec.model.objects.all(), by=None, via="test")


class TestItWorks:
    def test_an_export_of_the_seed_is_the_same_everywhere(
        self, seed: None, import_csv: Callable[..., Outcome]
    ) -> None:
        outcome = import_csv(FIXTURES, "--language", "en")
        assert (outcome.code, outcome.err) == (0, [])
        assert "cases.csv: 0 new, 0 changed, 42 same, 0 invalid" in outcome.out
        assert len([line for line in outcome.out if ": 0 new, 0 changed," in line]) == len(TABLES)

    def test_a_dry_run_writes_nothing(self, import_csv: Callable[..., Outcome], tmp_path: Path) -> None:
        before = database(tmp_path)
        outcome = import_csv(FIXTURES, "--language", "en")
        assert outcome.code == 0
        assert "cases.csv: 42 new, 0 changed, 0 same, 0 invalid" in outcome.out
        assert database(tmp_path) == before

    def test_after_deleting_everything_it_all_comes_back(
        self, seed: None, import_csv: Callable[..., Outcome], tmp_path: Path
    ) -> None:
        delete_everything()
        assert not any(codec.model.objects.exists() for codec in TABLES.values())
        assert import_csv(FIXTURES, "--apply").code == 0
        exporting.export_folder(tmp_path / "out")
        for file in FIXTURES.iterdir():
            assert (tmp_path / "out" / file.name).read_bytes() == file.read_bytes()

    def test_files_may_come_in_any_order_and_one_by_one(self, import_csv: Callable[..., Outcome]) -> None:
        files = sorted(FIXTURES.iterdir(), reverse=True)
        assert import_csv(*files, "--apply").code == 0
        assert Case.objects.count() == 42

    def test_new_and_changed_rows_are_counted_and_written(
        self, seed: None, import_csv: Callable[..., Outcome], folder: Path
    ) -> None:
        edit(folder / "cases.csv", set_cell(2, "title", "新名"))
        edit(folder / "cases.csv", set_cell(3, "tags", "新标签；云"))
        edit(folder / "cases.csv", lambda rows: rows.append([*["新案", "新案", "腾讯"], *[""] * 5, "draft"]))
        outcome = import_csv(folder, "--apply", "--language", "en")
        assert "cases.csv: 1 new, 2 changed, 40 same, 0 invalid" in outcome.out
        assert outcome.out[-1] == "Written: 3 rows."
        assert Case.objects.get(slug="新案").status == "draft"
        changed = Revision.objects.filter(table="cases", version=2)
        assert {revision.via for revision in changed} == {"command"}
        assert "云; 新标签" in {revision.row["tags"] for revision in changed}
        assert "cases.csv: 0 new, 0 changed, 43 same, 0 invalid" in import_csv(folder, "--language", "en").out

    def test_rows_that_are_not_in_the_file_stay(
        self, seed: None, import_csv: Callable[..., Outcome], folder: Path
    ) -> None:
        edit(folder / "cases.csv", lambda rows: rows.__delitem__(slice(3, None)))
        assert import_csv(folder / "cases.csv", "--apply").code == 0
        assert Case.objects.count() == 42

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
    @pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
    def test_spreadsheets_may_write_as_they_do(
        self, import_csv: Callable[..., Outcome], tmp_path: Path, encoding: str, newline: str
    ) -> None:
        text = '"slug", name ,position\n"云","a,""b""",2\n,,\n金融,金融\xa0业,\n'
        (tmp_path / "industries.csv").write_bytes(text.replace("\n", newline).encode(encoding))
        assert import_csv(tmp_path, "--apply").code == 0
        rows = list(TABLES["industries"]().rows())
        assert [(row["slug"], row["name"], row["position"]) for row in rows] == [
            ("云", 'a,"b"', "2"),
            ("金融", "金融\xa0业", "0"),
        ]

    def test_a_file_with_a_header_only_changes_nothing(
        self, seed: None, import_csv: Callable[..., Outcome], folder: Path
    ) -> None:
        edit(folder / "cases.csv", lambda rows: rows.__delitem__(slice(1, None)))
        outcome = import_csv(folder / "cases.csv", "--apply", "--language", "en")
        assert "cases.csv: 0 new, 0 changed, 0 same, 0 invalid" in outcome.out
        assert outcome.out[-1] == "Written: 0 rows."

    def test_more_rows_than_one_batch_point_to_each_other(
        self, import_csv: Callable[..., Outcome], tmp_path: Path
    ) -> None:
        places = [f"o{number},名,,,,云; 端,published" for number in range(1200)]
        cases = [f"c{number},案,o{1199 - number},,,,文,,published" for number in range(1200)]
        for table, lines in {"organizations": places, "cases": cases}.items():
            text = "\n".join([",".join(TABLES[table].columns), *lines])
            (tmp_path / f"{table}.csv").write_text(text, encoding="utf-8")
        assert import_csv(tmp_path, "--apply").code == 0
        assert Case.objects.get(slug="c0").organization.slug == "o1199"
        assert Revision.objects.count() == 2400


class TestPartial:
    def test_absent_columns_change_nothing(self, import_csv: Callable[..., Outcome], tmp_path: Path) -> None:
        make.make_case("旧", slug="c", body="文", tags=["云"])
        (tmp_path / "cases.csv").write_text("title,slug\n新,c\n", encoding="utf-8")
        assert import_csv(tmp_path, "--apply").code == 2
        assert import_csv(tmp_path, "--apply", "--partial").code == 0
        row = next(TABLES["cases"]().rows())
        assert (row["title"], row["body"], row["tags"]) == ("新", "文", "云")

    def test_a_column_that_came_later_may_be_absent(
        self, import_csv: Callable[..., Outcome], tmp_path: Path
    ) -> None:
        source = make.make_source(key="a2019", extra="volume: 3")
        row = TABLES["sources"]().row(source)
        columns = [name for name in row if name != "extra"]
        cells = {**row, "title": "新"}
        (tmp_path / "sources.csv").write_text(
            ",".join(columns) + "\n" + ",".join(cells[name] for name in columns) + "\n", encoding="utf-8"
        )
        assert import_csv(tmp_path, "--apply").code == 0
        row = next(TABLES["sources"]().rows())
        assert (row["title"], row["extra"]) == ("新", "volume: 3")

    def test_the_key_must_be_there(self, import_csv: Callable[..., Outcome], tmp_path: Path) -> None:
        (tmp_path / "cases.csv").write_text("title\n新\n", encoding="utf-8")
        outcome = import_csv(tmp_path, "--partial", "--language", "en")
        assert (outcome.code, outcome.err[0]) == (2, "cases.csv, row 1, column slug: This column is missing.")

    def test_a_new_record_needs_what_every_record_needs(
        self, import_csv: Callable[..., Outcome], tmp_path: Path
    ) -> None:
        (tmp_path / "cases.csv").write_text("slug\n新\n", encoding="utf-8")
        outcome = import_csv(tmp_path, "--partial", "--apply", "--language", "en")
        assert outcome.code == 2
        columns = [line.split(":")[0] for line in outcome.err[:-1]]
        assert sorted(columns) == ["cases.csv, row 2, column organization", "cases.csv, row 2, column title"]


class TestPaths:
    def test_a_file_that_is_no_table_is_refused(
        self, import_csv: Callable[..., Outcome], tmp_path: Path
    ) -> None:
        shutil.copy(FIXTURES / "cases.csv", tmp_path / "fälle.csv")
        outcome = import_csv(tmp_path, "--language", "en")
        assert outcome.code == 2
        assert outcome.err[0].startswith(
            "fälle.csv: This is no table's name. Tables are: organizations.csv, "
        )

    def test_a_path_that_is_not_there_is_named(
        self, import_csv: Callable[..., Outcome], tmp_path: Path
    ) -> None:
        outcome = import_csv(FIXTURES, tmp_path / "gone", "--apply")
        assert outcome.code == 2
        assert str(tmp_path / "gone") in outcome.err[0]
        assert not Organization.objects.exists()

    def test_a_folder_without_tables_is_named(
        self, import_csv: Callable[..., Outcome], tmp_path: Path
    ) -> None:
        (tmp_path / "cases.csv").mkdir()
        outcome = import_csv(tmp_path)
        assert (outcome.code, str(tmp_path) in outcome.err[0]) == (2, True)

    def test_a_table_that_comes_twice_is_refused(
        self, import_csv: Callable[..., Outcome], folder: Path
    ) -> None:
        outcome = import_csv(FIXTURES, folder / "cases.csv", "--language", "en")
        assert outcome.code == 2
        assert outcome.err[0] == "cases.csv: The table came already, in cases.csv."


class TestMeanwhile:
    def plan(self) -> Plan:
        return importing.plan(sheets.read_file(file) for file in sheets.find_files([FIXTURES]))

    def test_a_record_that_changed_after_the_plan_stops_it(
        self, seed: None, folder: Path, tmp_path: Path
    ) -> None:
        edit(folder / "cases.csv", set_cell(2, "title", "计划里的"))
        edit(folder / "cases.csv", set_cell(3, "title", "也是"))
        plan = importing.plan([sheets.read_file(folder / "cases.csv")])
        theirs = Case.objects.earliest("slug")
        theirs.title = "别人的"
        actions.save(theirs, by=None, via="test")
        before = database(tmp_path)
        with pytest.raises(Conflict):
            batches.apply(plan, by=None, via="test")
        assert database(tmp_path) == before

    def test_a_key_that_was_taken_after_the_plan_stops_it(self, tmp_path: Path) -> None:
        plan = self.plan()
        make.make_todo(slug="190912-3-资料之外的论证角度")
        before = database(tmp_path)
        with pytest.raises(IntegrityError):
            batches.apply(plan, by=None, via="test")
        assert database(tmp_path) == before

    def test_a_plan_with_problems_is_never_applied(self, folder: Path) -> None:
        edit(folder / "cases.csv", set_cell(7, "period", "去年"))
        plan = importing.plan(sheets.read_file(file) for file in sheets.find_files([folder]))
        with pytest.raises(ValueError, match="problems"):
            batches.apply(plan, by=None, via="test")
        assert not Organization.objects.exists()
