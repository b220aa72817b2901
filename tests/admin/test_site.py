"""The first page, the lists, the history, and what holds for every page."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from research import actions
from research.models import Case
from research.rows import MODELS
from tests.admin.pages import all_tables, change_url, count_queries, revisions, url
from tests.factories import (
    MAKERS,
    make_argument,
    make_case,
    make_changelog_entry,
    make_criterion,
    make_finding,
    make_organization,
    make_source,
    make_thesis,
    make_todo,
    make_user,
    together,
)

INDEX = "admin:index"


def many(table, count):
    """Records of the table, each with relations of its own where it has some."""
    with together():
        for _number in range(count):
            MAKERS[table]()


class TestDashboard:
    def test_what_is_open(self, editing):
        make_todo("将到期", due=timezone.localdate() + timedelta(days=3))
        make_todo("已逾期", due=timezone.localdate() - timedelta(days=3))
        make_todo("做完了", state="done", results="好", due=timezone.localdate() - timedelta(days=9))
        make_case("无出处", status="draft", body="")
        make_source(key="bai", status="review")
        make_case("有出处", body="[@bai]")
        context = editing.get(reverse(INDEX)).context
        assert {str(figure.label): figure.count for figure in context["todo_states"]}
        assert [figure.count for figure in context["todo_states"]] == [2, 0, 1, 0]
        assert (context["overdue"].count, context["overdue"].attention) == (1, True)
        assert [todo.title for todo in context["next_todos"]] == ["已逾期", "将到期"]
        assert {(table.draft.count, table.review.count) for table in context["pending"]} == {(1, 0), (0, 1)}
        missing = {figure.url.partition("=")[2]: figure.count for figure in context["missing"]}
        assert missing["uncited_case"] == 2, "readers do not see the source in review"
        assert "uncited_finding" not in missing

    def test_its_links_lead_to_lists_of_as_many(self, editing):
        make_todo(due=timezone.localdate() - timedelta(days=3))
        make_case(status="draft")
        context = editing.get(reverse(INDEX)).context
        for figure in context["missing"]:
            assert editing.get(figure.url).context["page"].paginator.count == figure.count, figure
        figures = [*context["todo_states"], context["overdue"]]
        figures += [figure for table in context["pending"] for figure in (table.draft, table.review)]
        for figure in figures:
            assert editing.get(figure.url).context["cl"].result_count == figure.count, figure

    def test_what_changed_is_called_by_its_name(self, editing, editor):
        number = make_criterion("客户", slug="客户", value_kind="number")
        finding = make_finding("47.6", organization=make_organization("甲", slug="甲"), criterion=number)
        entry = make_changelog_entry(kind="add", stamp="190912")
        names = []
        for record in (finding, entry):
            actions.save(record, by=editor, via="form")
            names.append(str(record))
        changes = editing.get(reverse(INDEX)).context["changes"]
        assert [change.name for change in changes[1::-1]] == ["甲 · 客户：47.6", "190912 add"] == names

    def test_what_changed(self, editing, editor):
        case, gone = make_case("在的"), make_case("删了的")
        actions.save(case, by=editor, via="form")
        gone_id = gone.pk
        actions.delete([gone], by=editor, via="form")
        first, second, *_rest = editing.get(reverse(INDEX)).context["changes"]
        history = url(Case, "history", gone_id)
        assert (first.name, first.url, first.gone) == ("删了的", history, True)
        assert (second.name, second.url, second.revision.author) == (
            "在的",
            change_url(case),
            editor.username,
        )

    def test_only_tables_that_one_may_read(self, client, db):
        make_case(status="draft")
        user = make_user("reader")
        user.is_staff = True
        user.save()
        client.force_login(user)
        context = client.get(reverse(INDEX)).context
        assert (context["pending"], context["missing"], context["changes"]) == ([], [], [])
        assert "todo_states" not in context

    def test_queries_do_not_grow(self, editing):
        counts = []
        for more in (20, 180):
            for table in MODELS:
                many(table, more)
            counts.append(count_queries(editing, reverse(INDEX)))
        assert counts[0] == counts[1] < 60

    def test_tables_stand_in_working_order(self, editing):
        apps = editing.get(reverse(INDEX)).context["app_list"]
        names = [model["object_name"] for app in apps for model in app["models"]]
        assert names[:4] == ["Note", "Case", "Event", "Source"]
        assert set(names) == {model.__name__ for model in MODELS.values()} | {"Batch"}


class TestLists:
    @all_tables
    def test_queries_do_not_grow(self, table, editing):
        counts = []
        for more in (5, 35):
            many(table, more)
            counts.append(count_queries(editing, url(MODELS[table], "changelist")))
        assert counts[0] == counts[1]

    @all_tables
    def test_search_and_every_filter(self, table, editing):
        MAKERS[table]()
        response = editing.get(url(MODELS[table], "changelist"), {"q": "x"})
        assert response.status_code == 200
        for spec in response.context["cl"].filter_specs:
            for choice in list(spec.choices(response.context["cl"]))[1:4]:
                assert (
                    editing.get(url(MODELS[table], "changelist") + choice["query_string"]).status_code == 200
                )

    def test_by_tag(self, editing):
        make_case("云的", tags=["云"])
        make_case("别的", tags=["别"])
        found = editing.get(url(Case, "changelist"), {"tag": "云"}).context["cl"].result_list
        assert [case.title for case in found] == ["云的"]

    @pytest.mark.parametrize("table", ["organizations", "findings", "cases", "notes"])
    def test_autocomplete_queries_do_not_grow(self, table, editing):
        model, name = {
            "organizations": ("case", "organization"),
            "findings": ("argument", "findings"),
            "cases": ("argument", "cases"),
            "notes": ("todo", "note"),
        }[table]
        address = reverse("admin:autocomplete") + f"?app_label=research&model_name={model}&field_name={name}"
        counts = []
        for more in (2, 18):
            many(table, more)
            counts.append(count_queries(editing, address))
        assert counts[0] == counts[1]


class TestForms:
    def test_queries_of_a_form_with_inlines_grow_with_nothing_but_their_choices(self, editing):
        """A row's chosen relations cost a query each; the rows and their names cost none."""
        thesis, criterion = make_thesis(), make_criterion()
        counts = []
        for more in (2, 2):
            for _number in range(more):
                make_argument(thesis=thesis)
                make_finding(criterion=criterion)
            counts.append(
                (count_queries(editing, change_url(thesis)), count_queries(editing, change_url(criterion)))
            )
        assert counts[1][0] - counts[0][0] <= 4
        assert counts[1][1] - counts[0][1] <= 2

    def test_a_source_names_what_rests_on_it(self, editing):
        source = make_source(key="bai")
        case = make_case("用它的", body="[@bai, p. 6]", status="draft")
        html = editing.get(change_url(source)).content.decode()
        assert f'<a href="{change_url(case)}">用它的</a>' in html
        assert "p. 6" in html

    def test_only_public_records_link_to_their_page(self, editing):
        case = make_case()
        assert case.get_absolute_url() in editing.get(change_url(case)).content.decode()
        actions.withdraw([case], by=None, via="test")
        assert case.get_absolute_url() not in editing.get(change_url(case)).content.decode()


class TestHistory:
    def test_each_revision_says_who_when_how_and_what(self, editing, editor):
        case = make_case("旧题")
        case.title = "新题"
        actions.save(case, by=editor, via="form", links={"tags": ["云"]})
        response = editing.get(url(Case, "history", case.pk))
        html = response.content.decode()
        assert [step.revision.version for step in response.context["steps"]] == [2, 1]
        assert [str(name) for name, _difference in response.context["steps"][0].changes] == ["标题", "标签"]
        assert "<del>旧</del><ins>新</ins>题" in html
        assert editor.username in html

    def test_pages_join(self, editing):
        case = make_case("0")
        for number in range(1, 60):
            case.title = str(number)
            actions.save(case, by=None, via="test")
        assert len(revisions(case)) == 60
        first = editing.get(url(Case, "history", case.pk))
        second = editing.get(url(Case, "history", case.pk), {"p": 2})
        assert len(first.context["steps"]) == 50
        assert all(step.changes for step in first.context["steps"])
        assert [step.is_first for step in second.context["steps"]] == [False] * 9 + [True]
        counts = [count_queries(editing, url(Case, "history", pk)) for pk in (case.pk, make_case().pk)]
        assert counts[0] - counts[1] <= 1, "a page more costs one query: the revision before its last"

    def test_of_a_record_that_is_gone(self, editing):
        assert editing.get(url(Case, "history", 99)).status_code == 302


class TestEveryPage:
    INLINE = re.compile(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=|javascript:", re.IGNORECASE)

    @all_tables
    def test_nothing_inline(self, table, editing):
        record = MAKERS[table]()
        model = MODELS[table]
        pages = [url(model, view) for view in ("changelist", "add", "import", "export")]
        pages += [url(model, view, record.pk) for view in ("change", "history", "delete")]
        for page in [*pages, reverse(INDEX), reverse("admin:app_list", args=["research"])]:
            response = editing.get(page)
            assert response.status_code == 200, page
            assert not self.INLINE.search(response.content.decode()), page
            assert "unsafe" not in response["Content-Security-Policy"]

    def test_the_other_language_is_one_link_away(self, editing):
        address = change_url(make_case())
        assert f'href="/en{address}"' in editing.get(address).content.decode()
        english = editing.get(f"/en{address}?_changelist_filters=q%3Dx").content.decode()
        assert f'href="{address}?_changelist_filters=q%3Dx"' in english
        assert 'href="/en/"' in english

    def test_the_way_in_has_it_too(self, client, db):
        assert 'hreflang="en"' in client.get(reverse("admin:login")).content.decode()

    def test_tags_are_not_changed_past_the_records(self, editing):
        assert editing.get("/admin/taggit/tag/").status_code == 404


def test_organizations_lead_to_their_records(editing):
    organization = make_organization()
    make_case(organization=organization)
    page = editing.get(change_url(organization)).content.decode()
    address = f"{url(Case, 'changelist')}?organization__id__exact={organization.pk}"
    assert address in page
    assert editing.get(address).context["cl"].result_count == 1
