"""The only writer: one transaction is version check, record, relations, traces and revision."""

from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from taggit.models import Tag, TaggedItem

from research import actions, search
from research.actions import Change, Conflict, InUse
from research.models import Case, Citation, Link, Note, Passage, Record, Revision
from research.rows import TABLES
from tests import factories as make

pytestmark = pytest.mark.django_db


def same(record: Any) -> Any:
    """The record as another person reads it now."""
    return type(record).objects.get(pk=record.pk)


def revisions(record: Any) -> list[Revision]:
    return list(Revision.objects.filter(table=record.table, record_id=record.pk).order_by("version"))


def cited(record: Any) -> list[tuple[int, str, str, int | None]]:
    found = Citation.objects.filter(table=record.table, record_id=record.pk).order_by("position")
    return list(found.values_list("position", "key", "locator", "source_id"))


def everything() -> dict[str, list[Any]]:
    """All that an action may write; equal before and after where it must have written nothing."""
    traces: list[Any] = [Citation, Link, Passage, Revision, Tag, TaggedItem]
    state: dict[str, list[Any]] = {
        table: list(codec.model.objects.order_by("pk").values()) for table, codec in TABLES.items()
    }
    state |= {model.__name__: list(model.objects.order_by("pk").values()) for model in traces}
    state["rows"] = [list(codec().rows()) for codec in TABLES.values()]
    return state


class TestSave:
    def test_a_new_record_has_its_author_and_one_revision(self) -> None:
        editor = make.make_user(username="liu")
        case = make.make_case("城市大脑", tags=["云"], by=editor)
        assert (same(case).version, same(case).created_by, same(case).updated_by) == (1, editor, editor)
        (revision,) = revisions(case)
        assert (revision.version, revision.key, revision.by, revision.author) == (1, case.slug, editor, "liu")
        assert (revision.via, revision.deleted) == ("test", False)
        assert revision.row == TABLES["cases"]().row(same(case))
        assert revision.row["tags"] == "云"

    def test_a_change_has_its_own_author_and_revision(self) -> None:
        first, second = make.make_user(), make.make_user()
        case = make.make_case("城市大脑", by=first)
        case.title = "工业大脑"
        actions.save(case, by=second, via="form")
        assert (same(case).version, same(case).created_by, same(case).updated_by) == (2, first, second)
        assert [(found.version, found.row["title"], found.via) for found in revisions(case)] == [
            (1, "城市大脑", "test"),
            (2, "工业大脑", "form"),
        ]

    def test_the_history_keeps_a_name_that_is_gone(self) -> None:
        editor = make.make_user(username="liu")
        case = make.make_case(by=editor)
        editor.delete()
        assert [(found.by, found.author) for found in revisions(case)] == [(None, "liu")]

    def test_a_relation_that_is_not_named_stays(self) -> None:
        case = make.make_case(tags=["云"], industries=[make.make_industry(slug="i")])
        actions.save(case, by=None, via="test")
        assert revisions(case)[-1].row["tags"] == "云"
        actions.save(case, by=None, via="test", links={"tags": ["端"]})
        actions.save(case, by=None, via="test", links={"industries": []})
        assert (revisions(case)[-1].row["tags"], revisions(case)[-1].row["industries"]) == ("端", "")

    def test_a_list_keeps_the_order_it_was_given(self) -> None:
        places = [make.make_organization(slug=slug) for slug in "cab"]
        comparison = make.make_comparison(organizations=places)
        actions.save(comparison, by=None, via="test", links={"organizations": [*reversed(places)]})
        assert [found.row["organizations"] for found in revisions(comparison)] == ["c; a; b", "b; a; c"]
        kept = comparison.organization_places.values_list("position", "organization__slug")
        assert list(kept) == [(1, "b"), (2, "a"), (3, "c")]

    def test_a_tag_is_shared_and_belongs_to_its_table(self) -> None:
        case, note = make.make_case(tags=["云"]), make.make_note(tags=["云"])
        assert Tag.objects.count() == 1
        actions.save(note, by=None, via="test", links={"tags": []})
        kept = TaggedItem.objects.get()
        assert (kept.content_type, kept.object_id) == (ContentType.objects.get_for_model(Case), case.pk)

    def test_a_batch_may_point_to_its_own_new_records(self) -> None:
        with make.together():
            case = make.make_case(industries=[make.make_industry(slug="i")], tags=["云"])
        assert (same(case).organization, revisions(case)[0].row["industries"]) == (case.organization, "i")

    def test_a_batch_takes_as_many_queries_for_thirty_new_records_as_for_three(self) -> None:
        organization, industry = make.make_organization(), make.make_industry()
        make.make_source(key="a")
        make.make_case(tags=["云"])  # so that the tag and its content type are known
        counts = []
        for size in (3, 30):
            with CaptureQueriesContext(connection) as captured, make.together():
                for _ in range(size):
                    make.make_case(
                        organization=organization, industries=[industry], tags=["云"], body="[@a] [[b]]"
                    )
            counts.append(len(captured))
        assert counts[0] == counts[1]


class TestConflict:
    def test_the_second_of_two_writers_is_refused_and_nothing_is_written(self) -> None:
        case = make.make_case("城市大脑")
        mine, theirs = same(case), same(case)
        theirs.title = "工业大脑"
        actions.save(theirs, by=None, via="test")
        before = everything()
        mine.title = "金融大脑"
        with pytest.raises(Conflict, match="金融大脑") as refused:
            actions.save(mine, by=None, via="test", links={"tags": ["云"]})
        assert refused.value.records == [mine]
        assert everything() == before

    def test_a_record_that_was_deleted_meanwhile_is_a_conflict(self) -> None:
        case = make.make_case()
        mine = same(case)
        actions.delete([case], by=None, via="test")
        with pytest.raises(Conflict):
            actions.save(mine, by=None, via="test")
        with pytest.raises(Conflict):
            actions.delete([mine], by=None, via="test")

    def test_one_stale_record_stops_its_whole_batch(self) -> None:
        good, stale = make.make_case("甲"), make.make_case("乙")
        theirs = same(stale)
        theirs.title = "丁"
        actions.save(theirs, by=None, via="test")
        before = everything()
        good.title, stale.title = "丙", "戊"
        with pytest.raises(Conflict):
            actions.write(
                [Change(good), Change(stale), Change(Note(slug="n", title="新"))], by=None, via="test"
            )
        assert everything() == before

    def test_deleting_what_someone_has_changed_is_refused(self) -> None:
        case = make.make_case()
        mine = same(case)
        actions.save(case, by=None, via="test")
        with pytest.raises(Conflict):
            actions.delete([mine], by=None, via="test")
        assert Case.objects.filter(pk=case.pk).exists()


class TestAllOrNothing:
    def test_a_failure_in_the_middle_leaves_nothing(self) -> None:
        case = make.make_case("甲", slug="taken", body="[@a] [[b]]", tags=["云"])
        before = everything()
        case.title = "乙"
        new_tag = Change(Note(slug="n", title="新", body="[@c]"), {"tags": ["新"]})
        bad = Change(Case(slug="taken", title="丙", organization=case.organization))
        with pytest.raises(IntegrityError):
            actions.write([new_tag, Change(case, {"tags": []}), bad], by=None, via="test")
        assert everything() == before

    def test_a_rule_of_the_database_holds_without_validation(self) -> None:
        todo = make.make_todo()
        todo.state = "done"
        with pytest.raises(IntegrityError, match="todo_done_has_result"):
            actions.save(todo, by=None, via="test")


class TestTraces:
    def test_citations_stand_in_order_with_their_locators(self) -> None:
        first, second = make.make_source(key="a"), make.make_source(key="b")
        case = make.make_case(body="甲 [@b, p. 6]。\n\n乙 [见 @a pp. 3-5; @b, 第12页]")
        assert cited(case) == [
            (1, "b", "p. 6", second.pk),
            (2, "a", "pp. 3-5", first.pk),
            (3, "b", "第12页", second.pk),
        ]

    def test_both_texts_of_a_to_do_are_read(self) -> None:
        todo = make.make_todo(body="[@a]", state="done", results="[@b]")
        assert [key for _place, key, _locator, _source in cited(todo)] == ["a", "b"]

    def test_sources_that_are_only_listed_count(self) -> None:
        source = make.make_source(key="a")
        note = make.make_note(body="文\n\n<!-- nocite: [@a, p. 6] -->")
        assert cited(note) == [(1, "a", "p. 6", source.pk)]

    def test_a_key_without_a_source_waits_for_it(self) -> None:
        case, note = make.make_case(body="[@later]"), make.make_note(body="[@later; @never]")
        assert cited(case) == [(1, "later", "", None)]
        source = make.make_source(key="later")
        assert cited(case) == [(1, "later", "", source.pk)]
        assert cited(note) == [(1, "later", "", source.pk), (2, "never", "", None)]

    def test_a_source_that_takes_another_key_is_found_under_it(self) -> None:
        source = make.make_source(key="old")
        case = make.make_case(body="[@new]")
        source.key = "new"
        actions.save(source, by=None, via="test")
        assert cited(case) == [(1, "new", "", source.pk)]

    def test_a_source_that_takes_a_key_that_is_waited_for_is_found(self) -> None:
        source = make.make_source(key="old")
        case = make.make_case(body="[@new]")
        source.key = "new"
        actions.save(source, by=None, via="test")
        assert cited(case) == [(1, "new", "", source.pk)]

    def test_a_source_in_the_same_batch_is_found(self) -> None:
        with make.together():
            case = make.make_case(body="[@a]")
            source = make.make_source(key="a")
        assert cited(case) == [(1, "a", "", source.pk)]

    def test_traces_follow_the_text(self) -> None:
        case = make.make_case(body="[@a] [[甲]]")
        case.body = "[@b] [[cases/乙|那个]] [[cases/乙]]"
        actions.save(case, by=None, via="test")
        assert [key for _place, key, _locator, _source in cited(case)] == ["b"]
        links = Link.objects.filter(table="cases", record_id=case.pk)
        assert list(links.values_list("target_table", "target_key")) == [("cases", "乙")]

    def test_code_cites_nothing(self) -> None:
        assert cited(make.make_case(body="`[@a]`\n\n    [@b]\n\nme@c.example")) == []

    @pytest.mark.parametrize(
        "body", ["[@" + "k" * 300 + "]", "[[" + "s" * 199 + "]]", "[@a, " + "p" * 300 + "]"]
    )
    def test_names_longer_than_any_record_break_nothing(self, body: str) -> None:
        assert same(make.make_case(body=body)).body == body


class TestDelete:
    def test_the_last_row_stays_in_the_history(self) -> None:
        editor = make.make_user(username="liu")
        case = make.make_case("城市大脑", slug="gone", body="[@a] [[b]]", tags=["云"])
        pk, row = case.pk, revisions(case)[-1].row
        actions.delete([case], by=editor, via="form")
        assert not Case.objects.exists()
        last = Revision.objects.get(table="cases", record_id=pk, version=2)
        assert (last.deleted, last.author, last.via, last.key, last.row) == (True, "liu", "form", "gone", row)

    def test_nothing_derived_stays_behind(self) -> None:
        case = make.make_case("城市大脑", body="[@a] [[b]]", tags=["云"])
        actions.delete([same(case)], by=None, via="test")
        assert not Citation.objects.exists()
        assert not Link.objects.exists()
        assert not TaggedItem.objects.exists()
        assert not Passage.objects.filter(table="cases").exists()
        assert search.find("城市大脑") == []

    def test_a_cited_source_is_kept_and_its_users_are_named(self) -> None:
        source = make.make_source(key="a")
        make.make_case("城市大脑", body="[@a]", status="draft")
        self.assert_kept(source, "城市大脑")

    @pytest.mark.parametrize("user", [make.make_case, make.make_finding])
    def test_an_organization_with_records_is_kept(self, user: Any) -> None:
        record = user()
        self.assert_kept(record.organization, str(record))

    def test_what_stands_in_the_list_of_another_is_kept(self) -> None:
        organization, industry, case = make.make_organization(), make.make_industry(), make.make_case()
        event = make.make_event("大会", organizations=[organization])
        self.assert_kept(organization, "大会")
        actions.delete([event], by=None, via="test")
        make.make_comparison("对照", organizations=[organization])
        self.assert_kept(organization, "对照")
        make.make_case("智能零售", industries=[industry])
        self.assert_kept(industry, "智能零售")
        make.make_argument("伙伴更多。", cases=[case])
        self.assert_kept(case, "伙伴更多。")

    def test_a_thesis_with_arguments_a_mode_and_a_note_in_use_are_kept(self) -> None:
        self.assert_kept(make.make_argument("伙伴更多。").thesis, "伙伴更多。")
        self.assert_kept(make.make_case("城市大脑", mode=make.make_mode()).mode, "城市大脑")
        self.assert_kept(make.make_todo("补时间点", note=make.make_note()).note, "补时间点")

    def test_one_that_is_needed_stops_all(self) -> None:
        free, needed = make.make_organization(), make.make_case().organization
        before = everything()
        with pytest.raises(InUse):
            actions.delete([free, needed], by=None, via="test")
        assert everything() == before

    def test_a_source_and_what_cites_it_may_go_together(self) -> None:
        source, case = make.make_source(key="a"), make.make_case(body="[@a]")
        actions.delete([case, source], by=None, via="test")
        assert Revision.objects.filter(deleted=True).count() == 2

    def assert_kept(self, record: Record | None, user: str) -> None:
        before = everything()
        with pytest.raises(InUse) as refused:
            actions.delete([same(record)], by=None, via="test")
        assert user in str(refused.value)
        assert [str(found) for found in refused.value.users] == [user]
        assert everything() == before


class TestSetStatus:
    def test_only_those_that_change_are_written(self) -> None:
        draft, published = make.make_case(status="draft"), make.make_case()
        assert len(actions.publish([draft, published], by=None, via="action")) == 1
        assert (same(draft).status, same(draft).version, same(published).version) == ("published", 2, 1)
        assert revisions(draft)[-1].row["status"] == "published"

    def test_publishing_shows_and_withdrawing_hides(self) -> None:
        case = make.make_case("城市大脑", status="draft")
        assert search.find("城市大脑") == []
        actions.publish([case], by=None, via="action")
        assert len(search.find("城市大脑")) == 1
        actions.withdraw([case], by=None, via="action")
        assert search.find("城市大脑") == []


class TestRenaming:
    """Texts name records by their keys: a renamed one would be lost to them without a word."""

    def test_what_nobody_names_can_be_renamed(self) -> None:
        note = make.make_note(slug="旧", body="[[旧]]")
        note.slug = "新"
        actions.save(note, by=None, via="test")
        note.refresh_from_db()
        assert note.slug == "新"

    def test_what_a_text_links_cannot(self) -> None:
        note = make.make_note(slug="旧")
        make.make_case(body="[[旧]]")
        make.make_case(body="[[notes/旧]]")
        note.slug = "新"
        with pytest.raises(actions.StillNamed) as refused:
            actions.save(note, by=None, via="test")
        assert refused.value.count == 2
        note.refresh_from_db()
        assert note.slug == "旧"

    def test_what_a_text_cites_cannot(self) -> None:
        source = make.make_source(key="idc")
        make.make_finding(body="[@idc]")
        source.key = "idc2017"
        with pytest.raises(actions.StillNamed):
            actions.save(source, by=None, via="test")

    def test_a_link_to_another_table_does_not_hold_it(self) -> None:
        note = make.make_note(slug="旧")
        make.make_case(body="[[cases/旧]]")
        note.slug = "新"
        actions.save(note, by=None, via="test")
