"""A gap becomes a to-do, and the to-do is done of itself when the gap is closed, whatever path closed it."""

import re

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from research import actions, batches, importing
from research.models import Batch, Case, Citation, Draft, LinkCheck, Revision, Source, Todo
from research.queries import gaps
from research.queries.gaps import Name, Scope
from research.rows import TABLES
from research.sheets import read_file
from research.source_merging import merge_sources
from tests import factories as make
from tests.link_checks import days_pass, found

pytestmark = pytest.mark.django_db


def todo_of(name, **values):
    """The to-do of the gap, made as by a click."""
    [todo] = actions.make_gap_todos(gaps.named([Name.read(name)]), by=None, via="form")
    if values:
        for column, value in values.items():
            setattr(todo, column, value)
        actions.save(todo, by=None, via="test")
    return todo


def state(todo):
    return Todo.objects.get(pk=todo.pk).state


@pytest.fixture
def case(db):
    make.make_source(key="s")
    return make.make_case("城市大脑", slug="a")


@pytest.fixture
def todo(case):
    return todo_of("uncited_case cases/a")


def cite(case, by=None, via="form"):
    case = Case.objects.get(pk=case.pk)
    case.body = "有据 [@s]"
    actions.save(case, by=by, via=via)


class TestMaking:
    def test_a_to_do_says_what_is_missing_and_links_where(self, todo):
        assert (todo.status, todo.state, todo.gap) == ("draft", "open", "uncited_case cases/a")
        assert "城市大脑" in todo.title
        assert "[[cases/a]]" in todo.body
        assert todo.slug == "uncited-case-a"

    def test_it_tells_of_citations_and_cites_nothing(self, client, todo):
        todo.status = "published"
        actions.save(todo, by=None, via="test")
        assert "[@key, p. 6]" in client.get(todo.get_absolute_url()).content.decode()
        make.make_source(key="hidden", status="draft")
        make.make_case(slug="b", body="[@hidden]")
        assert "`[@hidden]`" in todo_of("cites_draft cases/b [@hidden]").body
        assert not Citation.objects.filter(table="todos").exists()

    def test_of_a_note_it_belongs_to_the_note(self):
        note = make.make_note(slug="n", body="「时间点」")
        assert todo_of("placeholder notes/n 「时间点」").note == note

    def test_an_empty_cell_names_its_sides(self):
        make.make_comparison(
            slug="c",
            organizations=[make.make_organization(slug="o")],
            criteria=[make.make_criterion(slug="q")],
        )
        body = todo_of("empty_cell comparisons/c organizations/o criteria/q").body
        assert "[[comparisons/c]] [[organizations/o]] [[criteria/q]]" in body

    def test_of_every_gap_of_the_seed(self, seed):
        done = set(Todo.objects.filter(state="done"))
        every = list(gaps.each(Scope()))
        made = actions.make_gap_todos(every, by=None, via="form")
        assert [todo.gap for todo in made] == [str(gap.name) for gap in every]
        after = [gap.name for gap in gaps.each(Scope())]
        assert after == [gap.name for gap in every], "a to-do makes no gaps of its own"
        assert set(Todo.objects.filter(state="done")) == done

    def test_there_is_one_unfinished_to_do_of_a_gap(self, todo):
        [gap] = gaps.named([Name.read(todo.gap)])
        assert actions.make_gap_todos([gap, gap], by=None, via="form") == []
        with pytest.raises(IntegrityError), transaction.atomic():
            make.make_todo(gap=todo.gap)

    def test_after_one_that_was_dropped_there_may_be_another(self, todo):
        todo.state = "dropped"
        actions.save(todo, by=None, via="test")
        assert todo_of(todo.gap).slug == "uncited-case-a-2"


class TestClosing:
    def test_it_is_done_with_what_closed_it(self, todo, case):
        user = make.make_user("editor", username="刘松")
        actions.withdraw([case], by=None, via="test")
        cite(case, by=user)
        done = Todo.objects.get()
        assert done.state == "done"
        for word in ("城市大脑", "刘松", str(Case.objects.get().version)):
            assert word in done.results
        last = Revision.objects.of(done)[0]
        assert (last.via, last.by, last.version) == ("gap", user, done.version)
        assert last.row == TABLES["todos"]().row(done)

    def test_what_leaves_the_gap_leaves_it_open(self, todo, case):
        case.title = "新题"
        actions.save(case, by=None, via="form")
        assert state(todo) == "open"

    def test_one_in_progress_is_done_and_keeps_what_was_written(self, todo, case):
        todo.state, todo.results = "doing", "问过了。"
        actions.save(todo, by=None, via="test")
        cite(case)
        done = Todo.objects.get()
        assert done.state == "done"
        assert done.results.startswith("问过了。\n\n")

    def test_a_published_one_is_done_by_who_may_not_publish(self, todo, case):
        actions.publish([todo], by=None, via="test")
        actions.withdraw([case], by=None, via="test")
        cite(case, by=make.make_user("editor"))
        done = Todo.objects.get()
        assert (done.state, done.status) == ("done", "published")

    @pytest.mark.parametrize("go", [actions.withdraw, actions.delete])
    def test_a_published_one_does_not_name_what_readers_do_not_see(self, todo, case, go):
        actions.publish([todo], by=None, via="test")
        if go is actions.withdraw:
            case.title = "绝密"
            actions.save(case, by=None, via="test")
        go([case], by=None, via="test")
        if go is actions.withdraw:
            cite(case)
        done = Todo.objects.get()
        assert (done.state, done.status) == ("done", "published")
        assert done.results
        for word in ("绝密", "城市大脑", "cases/a"):
            assert word not in done.results

    def test_its_newer_draft_stays_and_takes_the_state(self, todo, case):
        actions.publish([todo], by=None, via="test")
        todo.refresh_from_db()
        todo.title, todo.status = "新题", "draft"
        actions.write([actions.Change(todo, aside=True)], by=None, via="test")
        cite(case)
        assert Draft.objects.get().row["title"] == "新题"
        actions.publish([Todo.objects.get()], by=None, via="test")
        done = Todo.objects.get()
        assert (done.title, done.state) == ("新题", "done")

    def test_who_closes_it_at_the_same_moment_writes_nothing_twice(self, todo, case, monkeypatch):
        """Another has closed it between the question and the lock, as PostgreSQL lets them."""
        closed = gaps.closed

        def closed_by_another(names):
            found = closed(names)
            Todo.objects.filter(pk=todo.pk).update(state="done", results="schon zu")
            return found

        monkeypatch.setattr(gaps, "closed", closed_by_another)
        cite(case)
        assert (Todo.objects.get().results, Todo.objects.get().version) == ("schon zu", todo.version)

    @pytest.mark.parametrize(
        ("gap", "table"),
        [
            ("uncited_case cases/a", "cases"),
            ("empty_cell comparisons/c organizations/o criteria/q", "comparisons"),
            ("empty_cell comparisons/c organizations/o criteria/q", "organizations"),
            ("empty_cell comparisons/c organizations/o criteria/q", "criteria"),
            ("cites_draft cases/a [@hidden]", "sources"),
        ],
    )
    def test_what_its_gap_names_keeps_its_key_till_then(self, case, gap, table):
        """Under another key the gap would seem closed."""
        make.make_source(key="hidden", status="draft")
        organization, criterion = make.make_organization(slug="o"), make.make_criterion(slug="q")
        make.make_comparison(slug="c", organizations=[organization], criteria=[criterion])
        if "hidden" in gap:
            case.body = "[@hidden]"
            actions.save(case, by=None, via="test")
        todo = todo_of(gap, body="ohne Verweis")
        if "hidden" in gap:
            case.body = ""  # the citation would keep the key by itself
            Citation.objects.all().delete()
        key = re.search(rf"{table}/(\w+)", gap)
        model = TABLES[table].model
        record = model.objects.get(**{model.key_field: key[1] if key else "hidden"})
        setattr(record, model.key_field, "neu")
        with pytest.raises(actions.StillNamed):
            actions.save(record, by=None, via="form")
        assert state(todo) == "open"
        todo.refresh_from_db()
        todo.state = "dropped"
        actions.save(todo, by=None, via="test")
        actions.save(record, by=None, via="form")
        assert model.objects.filter(**{model.key_field: "neu"}).exists()

    def test_deleting_the_record_closes_it(self, todo, case):
        actions.delete([Case.objects.get()], by=None, via="form")
        assert state(todo) == "done"
        assert "cases/a" in Todo.objects.get().results

    def test_when_the_gap_opens_again_another_can_be_made(self, todo, case):
        cite(case)
        again = Case.objects.get()
        again.body = ""
        actions.save(again, by=None, via="form")
        assert state(todo) == "done"
        assert todo_of(todo.gap).pk != todo.pk

    def test_publishing_a_source_closes_that_of_its_readers(self):
        source = make.make_source(key="draft", status="draft")
        make.make_case(slug="b", body="[@draft]")
        todos = [todo_of("uncited_case cases/b"), todo_of("cites_draft cases/b [@draft]")]
        actions.publish([source], by=None, via="review")
        assert [state(todo) for todo in todos] == ["done", "done"]

    def test_a_gap_that_nobody_knows_is_left_alone(self):
        todo = make.make_todo(gap="something to be done")
        other = make.make_todo(gap="no_such_kind cases/a")
        make.make_case()
        assert (state(todo), state(other)) == ("open", "open")


def imported(tmp_path, table, **row):
    """The row through an import's plan; returns the batch."""
    codec = TABLES[table]
    record = codec.model.objects.keyed(row[codec.key()]).first()
    whole = (codec().row(record) if record else dict.fromkeys(codec.columns, "")) | row
    file = tmp_path / f"{table}.csv"
    file.write_text("\n".join(",".join(line) for line in (whole.keys(), whole.values())), encoding="utf-8")
    plan = importing.plan([read_file(file)])
    assert not plan.problems
    return batches.apply(plan, by=None, via="import")


class TestOtherPaths:
    def test_an_import_closes_and_its_undoing_opens(self, todo, case, tmp_path):
        batch = imported(tmp_path, "cases", slug="a", body="有据 [@s]")
        assert state(todo) == "done"
        assert Revision.objects.of(todo)[0].batch == batch
        batches.undo(batch, by=None)
        assert (state(todo), Todo.objects.get().results) == ("open", "")
        assert [str(gap.name) for gap in gaps.each(Scope(), ["uncited_case"])] == [todo.gap]

    def test_undoing_an_import_that_opened_the_gap_closes_it(self, tmp_path):
        batch = imported(tmp_path, "notes", slug="n", title="札记", body="待补充", status="published")
        todo = todo_of("placeholder notes/n 待补充")
        note_todo = Todo.objects.get()
        note_todo.note = None
        actions.save(note_todo, by=None, via="test")
        batches.undo(batch, by=None)
        assert state(todo) == "done"

    def test_restoring(self, todo, case):
        cite(case)
        [revision] = Revision.objects.of(case).filter(version=2)
        again = Case.objects.get()
        again.body = ""
        actions.save(again, by=None, via="form")
        second = todo_of(todo.gap)
        actions.write([actions.restoring(revision, public=True)], by=None, via="restore")
        assert state(second) == "done"

    def test_merging_sources_closes_those_of_what_was_taken_in(self):
        kept, other = make.make_source(key="kept"), make.make_source(key="other")
        make.make_case(body="[@kept]")
        todo = todo_of("uncited_source sources/other")
        batch = merge_sources(kept, other, {}, by=None)
        assert state(todo) == "done"
        assert Revision.objects.of(todo)[0].batch == batch

    def test_merging_sources_closes_what_the_one_that_stays_lacked(self):
        kept, other = make.make_source(key="kept"), make.make_source(key="other")
        make.make_case(body="[@other]")
        todo = todo_of("uncited_source sources/kept")
        merge_sources(kept, other, {}, by=None)
        assert state(todo) == "done"

    def test_to_dos_come_back_from_their_table_as_they_were(self, todo, tmp_path):
        row = TABLES["todos"]().row(Todo.objects.get())
        actions.delete([Todo.objects.get()], by=None, via="test")
        imported(tmp_path, "todos", **{**row, "body": ""})
        assert (Todo.objects.get().state, Todo.objects.get().gap) == ("open", todo.gap)


class TestLinks:
    def dead(self, **values):
        source = make.make_source(key="s", url="https://a.example/x", **values)
        for _ in range(4):
            found(source, "missing", status=404)
            days_pass(30)
        found(source, "missing", status=404)
        return source

    def test_a_dead_link_closes_when_it_is_alive(self):
        source = self.dead()
        todo = todo_of("dead_link sources/s url")
        found(source, "missing", status=404)
        assert state(todo) == "open"
        found(source, "ok", status=200)
        assert state(todo) == "done"

    def test_or_when_the_source_has_another_address(self):
        source = self.dead()
        todo = todo_of("dead_link sources/s url")
        source.url = "https://b.example/x"
        actions.save(source, by=None, via="form")
        assert state(todo) == "done"

    def test_in_a_copy_of_the_tables_nothing_is_known_of_it(self):
        source = self.dead()
        todo = todo_of("dead_link sources/s url")
        LinkCheck.objects.all().delete()
        source.title = "新题"
        actions.save(source, by=None, via="form")
        assert state(todo) == "open"

    def test_the_to_do_of_the_link_panel_is_that_of_the_gap(self):
        source = self.dead()
        [todo] = actions.make_link_todos(LinkCheck.objects.select_related("source"), by=None, via="links")
        assert todo.gap == "dead_link sources/s url"
        found(source, "ok", status=200)
        assert state(todo) == "done"

    def test_the_link_panel_takes_the_one_that_there_is(self):
        self.dead()
        todo = todo_of("dead_link sources/s url")
        assert actions.make_link_todos(LinkCheck.objects.select_related("source"), by=None, via="links") == []
        assert LinkCheck.objects.get().todo == todo

    def test_one_never_checked_closes_when_it_is(self):
        source = make.make_source(key="s", url="https://a.example/x")
        todo = todo_of("unchecked_link sources/s")
        found(source, "ok")
        assert state(todo) == "done"


def queries_of_a_save(case):
    case = Case.objects.get(pk=case.pk)
    case.title += "了"
    with CaptureQueriesContext(connection) as queries:
        actions.save(case, by=None, via="form")
    return len(queries)


def test_it_costs_one_query_without_gap_to_dos_and_a_fixed_number_with(seed):
    case = make.make_case()
    queries_of_a_save(case)
    without = queries_of_a_save(case)
    every = list(gaps.each(Scope()))
    of_each_kind = list({(gap.kind.name, gap.record.table): gap for gap in every}.values())
    actions.make_gap_todos(of_each_kind, by=None, via="form")
    few = queries_of_a_save(case)
    actions.make_gap_todos(every, by=None, via="form")
    assert queries_of_a_save(case) == few
    assert without < few < without + 45


def test_closing_many_takes_as_many_queries_as_closing_few():
    def closing(number):
        with make.together():
            for place in range(number):
                make.make_case(slug=f"{number}-{place}", body="TODO")
        todos = list(gaps.each(Scope(), ["placeholder"]))
        actions.make_gap_todos(todos, by=None, via="form")
        cases = list(Case.objects.filter(slug__startswith=f"{number}-"))
        for case in cases:
            case.body = ""
        with CaptureQueriesContext(connection) as queries:
            actions.write([actions.Change(case) for case in cases], by=None, via="form")
        assert not Todo.objects.exclude(state="done").exists()
        return len(queries)

    closing(2)
    assert closing(3) == closing(40)


def test_the_gap_is_nowhere_in_public(client, seed):
    make.make_source(key="绝密", status="draft")
    make.make_case(slug="b", body="[@绝密]")
    todo = todo_of("cites_draft cases/b [@绝密]", body="公开的话", title="题")
    actions.publish([Todo.objects.get(pk=todo.pk)], by=None, via="test")
    for address in ("/todos.csv", "/todos.json", f"/todos/{todo.slug}/"):
        assert "绝密" not in client.get(address).getvalue().decode()
    assert TABLES["todos"]().row(Todo.objects.get(pk=todo.pk))["gap"] == "cites_draft cases/b [@绝密]"
    assert Source.objects.filter(key="绝密").exists()
    assert Batch.objects.exists()
