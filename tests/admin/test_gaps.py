"""`/admin/gaps/`: what is missing, drafts too, and one click from a gap to a to-do; also beside a form."""

import pytest
from django.urls import reverse

from research import actions
from research.models import Case, Finding, Todo
from tests import factories as make
from tests.admin.pages import change_url, open_form, posted

pytestmark = pytest.mark.django_db

URL = "/admin/gaps/"


def names(page):
    return [str(line.gap.name) for line in page.context["lines"]]


def sorted_case(**values):
    return make.make_case(mode=make.make_mode(), industries=[make.make_industry()], **values)


@pytest.fixture
def case(db):
    return sorted_case(title="城市大脑", slug="a", status="draft")


def test_it_lists_drafts_as_well(editing, case):
    sorted_case(slug="b")
    page = editing.get(URL)
    assert names(page) == ["uncited_case cases/a", "uncited_case cases/b"]
    assert names(editing.get(URL, {"seen": "readers"})) == ["uncited_case cases/b"]
    assert change_url(case) in page.content.decode()


def test_filters(editing, case):
    other = make.make_organization(slug="o")
    make.make_comparison(slug="c", organizations=[other])
    sorted_case(slug="b", organization=other, body="待补充")
    assert names(editing.get(URL, {"kind": "placeholder"})) == ["placeholder cases/b 待补充"]
    assert names(editing.get(URL, {"organization": "o", "kind": "uncited_case"})) == ["uncited_case cases/b"]
    assert len(names(editing.get(URL, {"comparison": "c"}))) == 2


def test_one_click_makes_a_to_do(editing, case):
    response = editing.post(URL, {"gap": "uncited_case cases/a", "back": f"{URL}?kind=uncited_case"})
    assert response["Location"] == f"{URL}?kind=uncited_case"
    todo = Todo.objects.get()
    assert (todo.gap, todo.status, todo.created_by) == (
        "uncited_case cases/a",
        "draft",
        response.wsgi_request.user,
    )
    [line] = editing.get(URL).context["lines"]
    assert line.todo == todo
    assert f'value="{todo.gap}"' not in editing.get(URL).content.decode(), (
        "there is nothing to click any more"
    )


def test_several_that_are_ticked(editing, case):
    sorted_case(slug="b")
    editing.post(URL, {"gap": ["uncited_case cases/a", "uncited_case cases/b"]})
    assert Todo.objects.count() == 2


def test_fixing_the_gap_in_the_form_removes_it_and_closes_its_to_do(editing, case):
    make.make_source(key="s", status="draft")
    case.body = "文"
    actions.save(case, by=None, via="test")
    editing.post(URL, {"gap": "uncited_case cases/a"})
    data = open_form(editing, case, body="有据 [@s]")
    assert editing.post(change_url(case), data).status_code == 302
    assert Todo.objects.get().state == "done"
    assert names(editing.get(URL)) == []


def test_a_to_do_that_ended_is_shown_and_another_can_be_made(editing, case):
    editing.post(URL, {"gap": "uncited_case cases/a"})
    todo = Todo.objects.get()
    todo.state = "dropped"
    actions.save(todo, by=None, via="test")
    [line] = editing.get(URL).context["lines"]
    assert (line.todo, line.has_open_todo) == (todo, False)
    editing.post(URL, {"gap": "uncited_case cases/a"})
    assert editing.get(URL).context["lines"][0].todo == Todo.objects.get(state="open")


def test_an_empty_cell_leads_to_the_form_that_fills_it(editing, client):
    organization, criterion = make.make_organization(), make.make_criterion()
    comparison = make.make_comparison(organizations=[organization], criteria=[criterion])
    [line] = editing.get(URL, {"kind": "empty_cell"}).context["lines"]
    for page in (URL, change_url(comparison)):
        assert line.fill.replace("&", "&amp;") in editing.get(page).content.decode()
    form = editing.get(line.fill)
    values = {**posted(form), "value": "45.5"}
    assert (values["organization"], values["criterion"]) == ([str(organization.pk)], [str(criterion.pk)])
    client.force_login(make.make_user("viewer"))
    assert [line.fill for line in client.get(URL, {"kind": "empty_cell"}).context["lines"]] == [""]
    editing.post(line.fill, values)
    finding = Finding.objects.get()
    assert (finding.organization, finding.criterion) == (organization, criterion)


def test_whoever_closes_a_gap_is_told_which_to_do_is_done(editing, case):
    make.make_source(key="s")
    editing.post(URL, {"gap": "uncited_case cases/a"})
    todo = Todo.objects.get()
    page = editing.post(change_url(case), open_form(editing, case, title="新题"), follow=True)
    assert change_url(todo) not in page.content.decode()
    page = editing.post(change_url(case), open_form(editing, case, body="[@s]"), follow=True)
    assert f'<a href="{change_url(todo)}">{todo}</a>' in page.content.decode()
    todo.refresh_from_db()
    assert todo.state == "done"


class TestBesideARecord:
    def test_its_form_says_what_is_missing(self, editing, case):
        page = editing.get(change_url(case))
        assert [str(line.gap.name) for line in page.context["own_gaps"]] == ["uncited_case cases/a"]
        text = page.content.decode()
        assert 'form="gap-form"' in text
        assert text.index('id="own-gaps"') < text.index('id="case_form"')

    def test_not_where_nothing_is(self, editing):
        make.make_source(key="s")
        page = editing.get(change_url(sorted_case(body="[@s]")))
        assert 'id="own-gaps"' not in page.content.decode()

    def test_of_many_the_first_and_the_rest_folded_away(self, editing):
        organizations = [make.make_organization() for _ in range(3)]
        comparison = make.make_comparison(
            organizations=organizations, criteria=[make.make_criterion() for _ in range(9)]
        )
        page = editing.get(change_url(comparison))
        kinds = ("own_gaps", "further_own_gaps")
        assert [len(page.context[kind]) for kind in kinds] == [5, 15]
        assert page.context["more_own_gaps"] == 7
        assert page.content.decode().index("<details>") < page.content.decode().index('id="comparison_form"')

    def test_the_form_of_a_to_do_shows_its_gap_and_does_not_change_it(self, editing, case):
        editing.post(URL, {"gap": "uncited_case cases/a"})
        todo = Todo.objects.get()
        assert "uncited_case cases/a" in editing.get(change_url(todo)).content.decode()
        editing.post(change_url(todo), open_form(editing, todo, title="新题", gap="x"))
        todo.refresh_from_db()
        assert (todo.title, todo.gap) == ("新题", "uncited_case cases/a")

    def test_the_shelf_life_is_in_the_form_of_a_criterion(self, editing):
        criterion = make.make_criterion()
        assert (
            editing.post(change_url(criterion), open_form(editing, criterion, shelf_life="12")).status_code
            == 302
        )
        criterion.refresh_from_db()
        assert criterion.shelf_life == 12
        for wrong in ("0", "-1", "1201", "一年"):
            page = editing.post(change_url(criterion), open_form(editing, criterion, shelf_life=wrong))
            assert page.context["adminform"].form.errors.keys() == {"shelf_life"}


def test_reopening_one_beside_another_is_refused_kindly(editing, case):
    editing.post(URL, {"gap": "uncited_case cases/a"})
    first = Todo.objects.get()
    first.state = "dropped"
    actions.save(first, by=None, via="test")
    editing.post(URL, {"gap": "uncited_case cases/a"})
    page = editing.post(change_url(first), open_form(editing, first, state="open"))
    assert page.status_code == 200
    assert Todo.objects.filter(state="open").count() == 1


def test_the_first_page_counts_them(editing, case):
    [figure] = editing.get("/admin/").context["missing"]
    assert (figure.count, figure.url) == (1, f"{URL}?kind=uncited_case")


@pytest.mark.parametrize(
    "name", ["", "x", "uncited_case cases/nothing", "no_kind cases/a", "uncited_case cases/a\x00", "a" * 9000]
)
def test_what_is_no_gap_makes_no_to_do(editing, case, name):
    assert editing.post(URL, {"gap": name}).status_code == 302
    assert not Todo.objects.exists()


@pytest.mark.parametrize(
    "back", ["https://elsewhere.example/", "//elsewhere.example", "javascript:x", "\x00"]
)
def test_nobody_is_led_elsewhere(editing, case, back):
    assert editing.post(URL, {"gap": "x", "back": back})["Location"] == reverse("admin:gaps")


@pytest.mark.parametrize(
    "params", [{"kind": "x"}, {"kind": "\x00"}, {"comparison": "\x00"}, {"p": "x"}, {"p": "999"}]
)
def test_bad_parameters_are_answered(editing, case, params):
    assert editing.get(URL, params).status_code == 200


def test_who_may_not_add_to_dos_sees_no_button(client, case):
    client.force_login(make.make_user("viewer"))
    page = client.get(URL)
    assert names(page) == ["uncited_case cases/a"]
    assert "<button" not in page.content.decode().partition('class="gap-list"')[2]
    assert client.post(URL, {"gap": "uncited_case cases/a"}).status_code == 403


def test_readers_are_asked_to_log_in(client):
    assert client.get(URL).status_code == 302


def test_a_case_that_is_gone_is_no_gap(editing, case):
    actions.delete([Case.objects.get()], by=None, via="test")
    editing.post(URL, {"gap": "uncited_case cases/a"})
    assert not Todo.objects.exists()
