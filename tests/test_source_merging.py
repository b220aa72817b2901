"""One source takes in another: what stands afterwards, what is refused, and undoing it as one step."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from research import actions, batches, search
from research.models import Batch, Case, Citation, Draft, Link, Note, Revision, Source
from research.queries.former_keys import successor
from research.rows import TABLES
from research.source_merging import Renaming, merge_sources, united
from tests import factories as make
from tests.public.changed import edit, keep_aside

pytestmark = pytest.mark.django_db


def state():
    """All that people see of the tables: rows, drafts, and what is derived."""
    keys = {
        (codec.table, pk): row[codec.key()]
        for codec in TABLES.values()
        for pk, _version, row in codec().saved()
    }
    return {
        "rows": {table: list(codec().rows()) for table, codec in TABLES.items()},
        "drafts": {(one.table, one.record_id): one.row for one in Draft.objects.all()},
        "citations": sorted(
            (keys[one.table, one.record_id], one.position, one.key, one.source and one.source.key)
            for one in Citation.objects.select_related("source")
        ),
        "links": sorted((keys[one.table, one.record_id], one.target_key) for one in Link.objects.all()),
    }


def fresh(record):
    return type(record).objects.get(pk=record.pk)


def merge(kept, other, *, by=None, why="", **choices):
    return merge_sources(fresh(kept), fresh(other), choices, by=by, why=why)


@pytest.fixture
def kept():
    return make.make_source("产业互联网白皮书", key="neu", issued="2018", tags=["云"], extra="volume: 3")


@pytest.fixture
def other():
    return make.make_source(
        "产业互联网 白皮书",
        key="alt",
        issued="2018-05",
        url="https://a.cn/b",
        tags=["端"],
        extra="volume: 4\npage: 1-9",
        body="见 [@alt]。",
    )


class TestTheSourceThatStays:
    def test_it_has_what_it_lacked_and_stays_as_it_was_else(self, kept, other):
        merge(kept, other)
        found = fresh(kept)
        assert (found.key, found.title, found.issued, found.url) == (
            *("neu", "产业互联网白皮书"),
            *("2018", "https://a.cn/b"),
        )
        assert found.extra == "volume: 3\npage: 1-9"
        assert sorted(found.tags.names()) == ["云", "端"]
        assert found.body == "见 [@neu]。"
        assert not Source.objects.filter(key="alt").exists()

    def test_it_has_what_was_chosen(self, kept, other):
        edit(kept, body="甲")
        merge(kept, other, **{"title": "others", "extra.volume": "others", "body": "both", "issued": "ours"})
        found = fresh(kept)
        assert (found.title, found.issued) == ("产业互联网 白皮书", "2018")
        assert (found.extra, found.body) == ("volume: 4\npage: 1-9", "甲\n\n见 [@neu]。")

    def test_what_is_asked_is_what_differs_and_is_not_empty(self, kept, other):
        union = united(fresh(kept), fresh(other), {})
        assert [one.name for one in union.differences] == ["title", "issued", "extra.volume"]
        assert union.filled == ["url", "body", "tags", "extra.page"]

    @pytest.mark.parametrize(
        ("kept_is", "other_is", "status"),
        [
            ("draft", "published", "published"),
            ("published", "draft", "published"),
            ("review", "draft", "review"),
            ("draft", "review", "draft"),
        ],
    )
    def test_it_is_public_if_one_of_them_was(self, kept_is, other_is, status):
        kept, other = make.make_source(status=kept_is), make.make_source(status=other_is)
        merge(kept, other)
        assert fresh(kept).status == status


class TestTheTexts:
    def test_all_that_cite_or_link_the_other_follow(self, kept, other):
        case = make.make_case(body="据[@alt, p. 6]，`@alt`，@alt认为。[[alt]] [[sources/alt|它]]")
        draft = make.make_note(body="[@alt]", status="draft")
        todo = make.make_todo(body="查 [@alt]", results="见 [@alt; @neu]")
        third = make.make_source(key="dritte", body="引自 [@alt]")
        untouched = make.make_event(body="[@neu] alt")
        versions = {record: record.version for record in (case, draft, todo, third, untouched)}
        batch = merge(kept, other, why="重复")
        assert fresh(case).body == "据[@neu, p. 6]，`@alt`，@neu认为。[[neu]] [[sources/neu|它]]"
        assert (fresh(draft).body, fresh(third).body) == ("[@neu]", "引自 [@neu]")
        assert (fresh(todo).body, fresh(todo).results) == ("查 [@neu]", "见 [@neu; @neu]")
        assert {record: fresh(record).version - version for record, version in versions.items()} == {
            **dict.fromkeys((case, draft, todo, third), 1),
            untouched: 0,
        }
        assert not Citation.objects.filter(key="alt").exists()
        resting = {(one.table, one.record_id) for one in Citation.objects.filter(source=kept)}
        assert resting >= {("cases", case.pk), ("notes", draft.pk), ("sources", third.pk), ("todos", todo.pk)}
        assert search.find("查")[0].count == 1
        assert batch.counts == {
            "sources": {"changed": 2, "deleted": 1},
            "notes": {"changed": 1},
            "cases": {"changed": 1},
            "todos": {"changed": 1},
        }

    def test_each_has_a_revision_that_says_why(self, kept, other):
        case = make.make_case(body="[@alt]")
        user = make.make_user("reviewer")
        batch = merge(kept, other, by=user, why="同一份")
        for revision in batch.revisions.all():
            assert "alt" in revision.note
            assert revision.note.endswith("同一份")
            assert (revision.by, revision.via) == (user, "merge")
        assert {(one.table, one.record_id, one.deleted) for one in batch.revisions.all()} == {
            ("sources", kept.pk, False),
            ("sources", other.pk, True),
            ("cases", case.pk, False),
        }

    def test_newer_drafts_follow_too(self, kept, other):
        case = make.make_case(body="[@alt]")
        keep_aside(case, body="[@alt, p. 7]", status="review")
        unrelated = make.make_case(body="甲")
        keep_aside(unrelated, body="引 [@alt]", status="draft")
        merge(kept, other)
        drafts = {one.record_id: (one.row["body"], one.status) for one in Draft.objects.all()}
        assert drafts == {case.pk: ("[@neu, p. 7]", "review"), unrelated.pk: ("引 [@neu]", "draft")}
        assert (fresh(case).body, fresh(unrelated).body) == ("[@neu]", "甲")
        assert fresh(case).status == "published"
        actions.publish([fresh(case)], by=None, via="test")
        assert fresh(case).body == "[@neu, p. 7]"

    def test_a_link_that_may_mean_another_record_stays(self, kept, other):
        make.make_case("别的", slug="alt")
        note = make.make_note(body="[[alt]] [[sources/alt]] [[cases/alt]]")
        merge(kept, other)
        assert fresh(note).body == "[[alt]] [[sources/neu]] [[cases/alt]]"

    def test_keys_that_differ_in_case_are_two(self, kept, other):
        make.make_source(key="Alt")
        case = make.make_case(body="[@Alt] [@alt]")
        merge(kept, other)
        assert fresh(case).body == "[@Alt] [@neu]"

    def test_the_number_of_queries_does_not_grow_with_them(self, kept, other):
        def cost(key, number):
            source = make.make_source(key=key)
            organization, criterion = make.make_organization(), make.make_criterion()
            with make.together():
                for _ in range(number):
                    make.make_finding(organization=organization, criterion=criterion, body=f"[@{key}]")
                    make.make_case(organization=organization, tags=["云"], body=f"[@{key}]")
            with CaptureQueriesContext(connection) as queries:
                merge(kept, source)
            return len(queries)

        assert cost("wenig", 5) == cost("viel", 100)


class TestUndoing:
    def test_all_is_as_before(self, kept, other):
        case = make.make_case(body="[@alt] [[alt]]")
        keep_aside(case, body="[@alt, p. 7]", status="draft")
        make.make_organization(summary="[@alt]")
        make.make_note(body="[@alt]", status="draft")
        before, pk = state(), other.pk
        batch = merge(kept, other, title="others")
        after = state()
        assert after != before
        undone = batches.undo(batch, by=None)
        assert (state(), undone.kept) == (before, [])
        assert Source.objects.get(key="alt").pk == pk
        assert undone.counts == {
            "organizations": {"changed": 1},
            "sources": {"changed": 1, "new": 1},
            "notes": {"changed": 1},
            "cases": {"changed": 1},
        }

    def test_undoing_can_be_undone_and_that_again(self, kept, other):
        case = make.make_case(body="[@alt]")
        keep_aside(case, body="[@alt, p. 7]", status="draft")
        before = state()
        batch = merge(kept, other)
        after = state()
        first = batches.undo(batch, by=None)
        second = batches.undo(first, by=None)
        assert (state(), second.kept) == (after, [])
        assert successor("alt") == kept
        third = batches.undo(second, by=None)
        assert (state(), third.kept) == (before, [])

    def test_a_draft_can_be_published_before_and_after(self, kept, other):
        """Whoever wrote it is asked nothing: only the merging has changed what is public."""
        texts = []
        for undone in (False, True):
            case = make.make_case(body="[@alt]")
            keep_aside(case, body="[@alt, p. 7]", status="draft")
            batch = merge(kept, Source.objects.get(key="alt"))
            batches.undo(batch, by=None)
            if not undone:
                batches.undo(Batch.objects.latest("pk"), by=None)
            actions.publish([fresh(case)], by=None, via="test")
            texts.append(fresh(case).body)
            if not undone:
                batches.undo(Batch.objects.latest("pk"), by=None)
        assert texts == ["[@neu, p. 7]", "[@alt, p. 7]"]

    def test_a_draft_that_was_behind_still_is_compared(self, kept, other):
        case = make.make_case(body="[@alt]", title="旧题")
        keep_aside(case, title="我的题", status="draft")
        record = fresh(case)
        record.title = "别人的题"
        actions.write([actions.Change(record)], by=None, via="test")
        merge(kept, other)
        with pytest.raises(actions.Conflict):
            actions.publish([fresh(case)], by=None, via="test")

    def test_what_was_edited_since_is_left_and_named(self, kept, other):
        case, note = make.make_case(body="[@alt]"), make.make_note(body="[@alt]")
        batch = merge(kept, other)
        edit(note, body="[@neu] 后来")
        undone = batches.undo(batch, by=None)
        assert [(table, key) for table, key, _why in undone.kept] == [("notes", note.slug)]
        assert (fresh(case).body, fresh(note).body) == ("[@alt]", "[@neu] 后来")

    def test_a_draft_that_was_edited_since_is_left_with_its_record(self, kept, other):
        case = make.make_case(body="[@alt]")
        keep_aside(case, body="[@alt, p. 7]", status="draft")
        batch = merge(kept, other)
        draft = fresh(case)
        draft.body, draft.status = "后来", "draft"
        actions.write([actions.Change(draft, from_draft=True, aside=True)], by=None, via="test")
        undone = batches.undo(batch, by=None)
        assert {(table, key) for table, key, _why in undone.kept} == {("cases", case.slug)}
        assert Draft.objects.get().row["body"] == "后来"

    def test_a_key_that_is_taken_again_is_named(self, kept, other):
        batch = merge(kept, other)
        make.make_source("另一个", key="alt")
        undone = batches.undo(batch, by=None)
        assert [(table, key) for table, key, _why in undone.kept] == [("sources", "alt")]


class TestRefusals:
    """Nothing is half-applied: all is as it was."""

    @pytest.fixture
    def refused(self, kept, other):
        make.make_case(body="[@alt]")
        before = state(), Revision.objects.count(), Batch.objects.count()
        yield
        found = state()
        del found["citations"], before[0]["citations"]
        assert (found, Revision.objects.count(), Batch.objects.count()) == before

    def test_the_other_was_changed_meanwhile(self, kept, other, refused):
        seen = fresh(other)
        seen.version -= 1
        with pytest.raises(actions.Conflict):
            merge_sources(fresh(kept), seen, {}, by=None)

    def test_an_editor_changes_nothing_public(self, kept, other, refused):
        with pytest.raises(actions.NotAllowed):
            merge(kept, other, by=make.make_user("editor"))

    def test_a_source_is_not_merged_into_itself(self, kept, other, refused):
        with pytest.raises(ValueError, match="itself"):
            merge(kept, kept)

    def test_a_text_that_cannot_follow(self, kept, other):
        clumsy = make.make_source(key="刘松")
        note = make.make_note(body="@alt@b", slug="云")
        count = Revision.objects.count()
        with pytest.raises(batches.Refused) as refused:
            merge(clumsy, other)
        assert note.title in str(refused.value)
        assert (fresh(note).body, Revision.objects.count()) == ("@alt@b", count)

    def test_one_with_a_newer_draft(self, kept, other):
        keep_aside(other, title="新的", status="draft")
        count = Revision.objects.count()
        with pytest.raises(batches.Refused):
            merge(kept, other)
        assert (Revision.objects.count(), Draft.objects.count()) == (count, 1)


class TestMeanwhile:
    def test_what_others_changed_in_the_one_that_stays_is_merged(self, kept, other):
        seen = fresh(kept)
        edit(kept, publisher="别人填的")
        seen = fresh(kept)
        seen.version -= 1
        merge_sources(seen, fresh(other), {"title": "others"}, by=None)
        found = fresh(kept)
        assert (found.publisher, found.title) == ("别人填的", "产业互联网 白皮书")

    def test_what_clashes_is_refused(self, kept, other):
        edit(kept, title="别人改的")
        seen = fresh(kept)
        seen.version -= 1
        count = Revision.objects.count()
        with pytest.raises(actions.Conflict):
            merge_sources(seen, fresh(other), {"title": "others"}, by=None)
        assert (fresh(kept).title, Revision.objects.count()) == ("别人改的", count)


def test_a_source_that_cites_itself_can_be_deleted():
    source = make.make_source(key="selbst", body="[@selbst]")
    actions.delete([source], by=None, via="test")
    assert not Source.objects.exists()
    assert not Citation.objects.exists()


def test_a_bare_link_means_the_source_unless_another_record_has_the_name(kept, other):
    assert Renaming(other, kept).bare
    make.make_organization(slug="alt")
    assert not Renaming(other, kept).bare


def test_naming_tells_what_will_be_written(kept, other):
    case, note = make.make_case(body="[@alt]"), make.make_note(body="甲")
    keep_aside(note, body="[@alt]", status="draft")
    naming = Renaming(other, kept).naming()
    assert (naming.ids, [draft.record_id for draft in naming.drafts]) == ({"cases": [case.pk]}, [note.pk])
    assert (naming.tables, naming.count) == (["notes", "cases"], 2)
    assert Case.objects.get().body == "[@alt]"
    assert Note.objects.get().body == "甲"
