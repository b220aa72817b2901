"""Two writers of one record: what only one changed stands, what both changed is told, and nothing is lost."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from research import actions
from research.actions import Change, Clash, Conflict
from research.merging import Merge
from research.models import Case, Citation, Comparison, Draft, Record, Revision, Status
from research.rows import TABLES
from research.text.merging import Hunk
from tests import factories as make

pytestmark = pytest.mark.django_db


def clash_of(refused: pytest.ExceptionInfo[Conflict]) -> tuple[Clash, Merge]:
    [clash] = refused.value.clashes
    assert clash.merged
    return clash, clash.merged


def same(record: Any) -> Any:  # as another person opens it
    return type(record).objects.get(pk=record.pk)


def change(record: Record, *, links=None, **values):
    for name, value in values.items():
        setattr(record, name, value)
    return Change(record, links or {})


def write(record: Record, *, by=None, links=None, **values):
    return actions.write([change(record, links=links, **values)], by=by, via="test")


def row(record: Record) -> dict[str, str]:
    return TABLES[record.table]().row(same(record))


def versions(record: Record) -> list[int]:
    return [*Revision.objects.of(record).values_list("version", flat=True)]


class TestDifferentColumns:
    def test_both_stand_and_the_writer_is_told(self):
        case = make.make_case("城市大脑", body="一")
        mine, theirs = same(case), same(case)
        write(theirs, by=make.make_user(username="liu"), title="工业大脑")
        [merged] = write(mine, body="二")
        assert (row(case)["title"], row(case)["body"]) == ("工业大脑", "二")
        assert (merged.theirs, merged.mine, merged.author) == (["title"], ["body"], "liu")
        assert versions(case) == [3, 2, 1], "one revision a save"
        assert Revision.objects.of(case)[0].row == row(case)

    def test_the_writer_s_record_is_what_was_written(self):
        case = make.make_case("城市大脑", body="一")
        mine = same(case)
        write(same(case), title="工业大脑")
        write(mine, body="二")
        assert (mine.title, mine.version) == ("工业大脑", 3)
        write(mine, body="三")
        assert row(case)["body"] == "三"

    def test_what_follows_from_the_text_follows_from_the_merged_one(self):
        make.make_source(key="a")
        make.make_source(key="b")
        case = make.make_case(body="[@a]\n\n结尾")
        mine = same(case)
        write(same(case), body="[@a]\n\n结尾 [@b]")
        write(mine, body="开头\n\n[@a]\n\n结尾")
        assert row(case)["body"] == "开头\n\n[@a]\n\n结尾 [@b]"
        cited = Citation.objects.filter(table="cases", record_id=case.pk)
        assert [*cited.values_list("key", flat=True)] == ["a", "b"]

    def test_tags_and_relations_are_merged_by_their_members(self):
        finance, retail = make.make_industry(slug="金融"), make.make_industry(slug="零售")
        case = make.make_case(tags=["云", "端"], industries=[finance])
        mine = same(case)
        write(same(case), links={"tags": ["云", "端", "网"], "industries": [finance, retail]})
        write(mine, links={"tags": ["云", "芯"], "industries": []})
        assert (row(case)["tags"], row(case)["industries"]) == ("云; 网; 芯", "零售")

    def test_a_column_that_the_writer_did_not_mean_is_not_the_writer_s(self):
        """The form of a list has two columns; the rest of its record may be older than what stands."""
        case = make.make_case("城市大脑")
        mine = same(case)
        write(same(case), title="工业大脑")
        write(same(case), title="金融大脑")
        mine.title = "工业大脑"
        actions.write([Change(mine, {"tags": ["云"]}, columns={"tags"})], by=None, via="list")
        assert (row(case)["title"], row(case)["tags"]) == ("金融大脑", "云")

    def test_the_same_change_by_both_is_written_once(self):
        case = make.make_case("城市大脑")
        mine = same(case)
        write(same(case), title="工业大脑")
        write(mine, title="工业大脑")
        assert versions(case) == [2, 1]

    def test_a_merge_takes_a_fixed_number_of_queries(self):
        counts = []
        for size in (3, 30):
            organization = make.make_organization()
            cases = [make.make_case(organization=organization, body="一") for _ in range(size)]
            mine = [same(case) for case in cases]
            actions.write([change(same(case), title="新") for case in cases], by=None, via="test")
            with CaptureQueriesContext(connection) as captured:
                actions.write([change(case, body="二") for case in mine], by=None, via="test")
            counts.append(len(captured))
        assert counts[0] == counts[1]


class TestTheSameColumn:
    def test_all_three_are_told_and_nothing_is_written(self):
        case = make.make_case("城市大脑", body="一\n\n二\n\n三")
        mine = same(case)
        write(same(case), by=make.make_user(username="liu"), title="工业大脑", body="一\n\n贰\n\n三")
        with pytest.raises(Conflict) as refused:
            write(mine, title="金融大脑", body="一\n\n2\n\n三", links={"tags": ["云"]})
        clash, merged = clash_of(refused)
        assert merged.clashes == {
            "title": [Hunk("城市大脑", "工业大脑", "金融大脑")],
            "body": ["一\n\n", Hunk("二", "贰", "2"), "\n\n三"],
        }
        assert (clash.version, clash.last and clash.last.author, merged.row["tags"]) == (2, "liu", "云")
        assert (row(case)["title"], row(case)["tags"]) == ("工业大脑", "")

    def test_of_many_records_all_that_clash_are_told(self):
        cases = [make.make_case(f"案例{number}") for number in range(3)]
        mine = [same(case) for case in cases]
        for case in cases[:2]:
            write(same(case), title=f"{case.title}甲")
        with pytest.raises(Conflict) as refused:
            actions.write([change(case, title=f"{case.title}乙") for case in mine], by=None, via="test")
        assert len(refused.value.clashes) == 2
        assert row(cases[2])["title"] == "案例2"

    def test_two_that_together_break_a_rule_are_a_clash(self):
        todo = make.make_todo(state="open", results="写好了")
        mine = same(todo)
        write(same(todo), results="")
        with pytest.raises(Conflict) as refused:
            write(mine, state="done")
        assert clash_of(refused)[1].clashes == {"state": [Hunk("open", "open", "done")]}

    def test_an_order_is_the_team_s_and_not_mixed(self):
        places = [make.make_organization(slug=slug) for slug in "abc"]
        comparison = make.make_comparison(organizations=places)
        mine: Comparison = same(comparison)
        write(same(comparison), links={"organizations": [places[1], places[0], places[2]]})
        with pytest.raises(Conflict) as refused:
            write(mine, links={"organizations": [places[2], places[0], places[1]]})
        assert [*clash_of(refused)[1].clashes] == ["organizations"]

    def test_a_deleted_record_is_told_with_what_i_typed(self):
        case = make.make_case("城市大脑")
        mine = same(case)
        actions.delete([same(case)], by=None, via="test")
        with pytest.raises(Conflict) as refused:
            write(mine, title="工业大脑")
        [clash] = refused.value.clashes
        assert (clash.base["title"], clash.theirs, clash.mine["title"]) == ("城市大脑", {}, "工业大脑")

    def test_deleting_what_another_has_edited_is_told(self):
        case = make.make_case("城市大脑")
        mine = same(case)
        write(same(case), title="工业大脑")
        with pytest.raises(Conflict) as refused:
            actions.delete([mine], by=None, via="test")
        [clash] = refused.value.clashes
        assert (clash.base["title"], clash.theirs["title"], clash.mine) == ("城市大脑", "工业大脑", {})


class TestDrafts:
    """What is published stays public as it is while a newer draft of it is written."""

    def aside(self, record, **values):
        written = change(record, **values)
        written.from_draft, written.aside = Draft.objects.filter(record_id=record.pk).exists(), True
        actions.write([written], by=None, via="test")

    def opened(self, case) -> Case:
        """As the form opens it: with the draft's values."""
        record = same(case)
        TABLES["cases"]().decode(Draft.objects.get(record_id=case.pk).row, record)
        return record

    def test_it_is_kept_aside_and_the_table_holds_what_is_published(self):
        case = make.make_case("城市大脑", body="旧")
        self.aside(same(case), body="新", status="review")
        draft = Draft.objects.get()
        assert (row(case)["body"], row(case)["status"]) == ("旧", "published")
        assert (draft.row["body"], draft.status, draft.base) == ("新", "review", 1)
        assert [(one.version, one.aside) for one in Revision.objects.of(case)] == [(2, True), (1, False)]

    def test_publishing_puts_it_in_the_place_of_what_is_public(self):
        case = make.make_case("城市大脑", body="旧")
        self.aside(same(case), body="新", status="draft")
        assert len(actions.publish([same(case)], by=None, via="action")) == 1
        assert (row(case)["body"], row(case)["status"]) == ("新", "published")
        assert not Draft.objects.exists()
        assert [(one.version, one.aside) for one in Revision.objects.of(case)][:1] == [(3, False)]

    def test_what_was_published_since_is_merged_into_it(self):
        case = make.make_case("城市大脑", body="旧")
        self.aside(same(case), body="新", status="draft")
        write(same(case), title="工业大脑")  # an import, say, which knows only what is published
        assert Draft.objects.get().row["title"] == "城市大脑"
        actions.publish([same(case)], by=None, via="action")
        assert (row(case)["title"], row(case)["body"]) == ("工业大脑", "新")

    def test_the_same_published_since_clashes_and_is_settled_once(self):
        case = make.make_case("城市大脑", body="旧")
        self.aside(same(case), body="新", status="draft")
        write(same(case), body="更新")
        with pytest.raises(Conflict) as refused:
            actions.publish([same(case)], by=None, via="action")
        clash, merged = clash_of(refused)
        assert merged.clashes == {"body": [Hunk("旧", "更新", "新")]}
        chosen = {**clash.mine, "body": "新", "status": "published"}
        decoded = TABLES["cases"]().decode(chosen, same(case))
        settled = Change(decoded.record, decoded.links, chosen, from_draft=True, settled=clash.version)
        actions.write([settled], by=None, via="form")
        assert (row(case)["body"], Draft.objects.count()) == ("新", 0)

    def test_two_writers_of_one_draft_are_merged(self):
        case = make.make_case("城市大脑", body="一\n\n二")
        self.aside(same(case), body="一\n\n二\n\n三", status="draft")
        mine, theirs = self.opened(case), self.opened(case)
        self.aside(theirs, title="工业大脑")
        self.aside(mine, body="壹\n\n二\n\n三")
        draft = Draft.objects.get().row
        assert (draft["title"], draft["body"]) == ("工业大脑", "壹\n\n二\n\n三")

    def test_text_typed_before_it_was_published_does_not_become_public(self):
        case = make.make_case("城市大脑", body="旧", status="draft")
        mine = same(case)
        actions.publish([same(case)], by=None, via="action")
        [merged] = write(mine, body="还没审过")
        assert merged.aside
        assert (row(case)["body"], row(case)["status"]) == ("旧", "published")
        assert Draft.objects.get().row["body"] == "还没审过"

    def test_withdrawn_meanwhile_it_goes_into_the_table(self):
        """Nothing is kept aside beside what is not public."""
        case = make.make_case("城市大脑", body="旧")
        mine = change(same(case), body="新", status="draft")
        actions.withdraw([same(case)], by=None, via="action")
        actions.submit([same(case)], by=None, via="action")
        mine.aside = True
        [merged] = actions.write([mine], by=None, via="form")
        assert not merged.aside
        assert (row(case)["body"], row(case)["status"], Draft.objects.count()) == ("新", "review", 0)
        assert not Revision.objects.of(case)[0].aside

    def test_withdrawn_meanwhile_with_its_draft(self):
        case = make.make_case("城市大脑", body="旧")
        self.aside(same(case), body="新", status="review")
        mine = change(self.opened(case), title="工业大脑")
        mine.from_draft = mine.aside = True
        actions.withdraw([same(case)], by=None, via="action")
        actions.write([mine], by=None, via="form")
        now = row(case)
        assert (now["title"], now["body"], now["status"]) == ("工业大脑", "新", "draft")
        assert not Draft.objects.exists()

    def test_text_typed_before_it_was_published_joins_the_draft_that_was_begun_since(self):
        case = make.make_case("城市大脑", body="旧", status="draft")
        mine = same(case)
        actions.publish([same(case)], by=None, via="action")
        self.aside(same(case), title="草稿", status="draft")
        [merged] = write(mine, body="还没审过")
        assert merged.aside
        draft = Draft.objects.get().row
        assert (draft["title"], draft["body"]) == ("草稿", "还没审过")
        assert (row(case)["title"], row(case)["body"]) == ("城市大脑", "旧")

    def test_withdrawing_takes_the_draft_with_it(self):
        case = make.make_case("城市大脑", body="旧")
        self.aside(same(case), body="新", status="review")
        actions.withdraw([same(case)], by=None, via="action")
        assert (row(case)["body"], row(case)["status"], Draft.objects.count()) == ("新", "draft", 0)

    def test_the_steps_of_a_review_leave_what_is_public_alone(self):
        case = make.make_case("城市大脑", body="旧")
        self.aside(same(case), body="新", status="draft")
        for step, status in ((actions.submit, Status.REVIEW), (actions.give_back, Status.DRAFT)):
            assert len(step([same(case)], by=None, via="action")) == 1
            assert step([same(case)], by=None, via="action") == []
            assert Draft.objects.get().status == status
        assert row(case)["body"] == "旧"
        assert len(versions(case)) == 4

    def test_deleting_the_record_deletes_it(self):
        case = make.make_case("城市大脑")
        self.aside(same(case), body="新", status="draft")
        actions.delete([same(case)], by=None, via="test")
        assert not Draft.objects.exists()
        assert Revision.objects.of(case)[1].row["body"] == "新"

    def test_one_that_names_what_is_gone_is_refused_by_column(self):
        industry = make.make_industry(slug="金融")
        case = make.make_case("城市大脑")
        self.aside(same(case), links={"industries": [industry]}, status="draft")
        actions.delete([industry], by=None, via="test")
        with pytest.raises(actions.Invalid, match=r"industries: .*金融"):
            actions.publish([same(case)], by=None, via="action")


class TestRevival:
    def test_a_deleted_record_comes_back_under_its_id_and_its_history_goes_on(self):
        case = make.make_case("城市大脑", tags=["云"])
        actions.delete([same(case)], by=None, via="test")
        last = Revision.objects.of(case)[0]
        decoded = TABLES["cases"]().decode(last.row, Case())
        actions.revive(last, decoded.record)
        actions.write([Change(decoded.record, decoded.links)], by=None, via="restore")
        assert row(case) == last.row
        assert versions(case) == [3, 2, 1]
