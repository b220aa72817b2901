"""The review block of a form, its buttons and steps, the lists' column and filter, and the first page."""

import pytest
from django.urls import reverse

from research import actions
from research.models import Case, Draft
from tests.admin.pages import change_url, count_queries, open_form, revisions, url
from tests.factories import make_case, make_note, make_organization, make_user

pytestmark = pytest.mark.django_db


def redraft(case, status="draft", **values):
    seen = Case.objects.get(pk=case.pk)
    for name, value in {"status": status, **values}.items():
        setattr(seen, name, value)
    actions.write([actions.Change(seen, aside=True)], by=make_user("editor"), via="form")
    return Case.objects.get(pk=case.pk)


def buttons(client, record):
    """Those that save, and those that take a step, by name."""
    found = client.get(change_url(record)).context["standing"]
    return [one.name for one in found.saves], [one.name for one in found.steps]


def take(client, record, step, **more):
    data = {"step": step, "version": record.version, **more}
    return client.post(url(Case, "step", record.pk), data, follow=True)


def said(response):
    return [(message.level_tag, str(message)) for message in response.context["messages"]]


class TestTheForm:
    def test_a_reviewer_s_buttons(self, editing):
        assert buttons(editing, make_case(status="draft")) == (["_review", "_publish"], [])
        assert buttons(editing, make_case(status="review")) == (["_publish"], ["publish", "give_back"])
        assert buttons(editing, make_case()) == (["_draft", "_review"], ["withdraw"])
        newer = redraft(make_case(), "review")
        assert buttons(editing, newer) == (["_publish"], ["publish", "give_back", "discard", "withdraw"])

    def test_an_editor_s_buttons(self, drafting):
        assert buttons(drafting, make_case(status="draft")) == (["_review"], [])
        assert buttons(drafting, make_case(status="review")) == ([], [])
        assert buttons(drafting, make_case()) == (["_review"], [])
        assert buttons(drafting, redraft(make_case())) == (["_review"], ["discard"])

    def test_a_viewer_has_none(self, client):
        client.force_login(make_user("viewer"))
        assert buttons(client, redraft(make_case())) == ([], [])

    def test_it_says_where_the_record_stands_and_what_the_draft_changes(self, editing):
        case = redraft(make_case("城市大脑", body="一段"), "review", title="工业大脑")
        page = editing.get(change_url(case)).content.decode()
        assert case.get_absolute_url() in page
        assert "<del>城市</del><ins>工业</ins>大脑" in page
        assert 'name="title" value="工业大脑"' in page, "the form opens the draft"
        assert [str(name) for name, _html in editing.get(change_url(case)).context["standing"].changes] == [
            "标题"
        ]

    def test_the_buttons_set_the_status_in_the_same_save(self, drafting, editing):
        case = make_case(status="draft")
        drafting.post(change_url(case), open_form(drafting, case, title="改", _review="x"))
        case.refresh_from_db()
        assert (case.title, case.status, len(revisions(case))) == ("改", "review", 2)
        editing.post(change_url(case), open_form(editing, case, _publish="x"))
        case.refresh_from_db()
        assert (case.status, len(revisions(case))) == ("published", 3)

    def test_an_editor_s_save_of_what_is_published_is_a_newer_draft(self, drafting):
        case = make_case("城市大脑")
        drafting.post(change_url(case), open_form(drafting, case, title="改"))
        assert Case.objects.get().title == "城市大脑"
        assert Draft.objects.get().row["title"] == "改"

    def test_queries_do_not_depend_on_the_length_of_the_history(self, editing):
        case, counts = make_case(body="一"), []
        for saves in (1, 20):
            for _number in range(saves):
                actions.save(Case.objects.get(pk=case.pk), by=None, via="test")
            counts.append(count_queries(editing, change_url(case)))
        assert counts[0] == counts[1]


class TestSteps:
    def test_returned_with_a_comment(self, editing):
        case = redraft(make_case(), "review", title="改")
        response = take(editing, case, "give_back", note="缺来源")
        assert "缺来源" in response.content.decode()
        last = revisions(case)[-1]
        assert (last.via, last.note, last.row["status"], last.aside) == ("review", "缺来源", "draft", True)
        assert Case.objects.get().status == "published"

    def test_a_discarded_draft_leaves_a_revision_as_what_is_published(self, drafting):
        case = redraft(make_case("城市大脑"), title="改")
        take(drafting, case, "discard")
        steps = revisions(case)
        assert not Draft.objects.exists()
        assert [step.row["title"] for step in steps] == ["城市大脑", "改", "城市大脑"]
        assert steps[2].row == steps[0].row
        page = drafting.get(change_url(case)).content.decode()
        assert 'name="title" value="城市大脑"' in page

    def test_what_was_saved_meanwhile_is_looked_at_first(self, editing):
        case = redraft(make_case(), "review")
        redraft(case, "review", title="又改")
        assert [level for level, _text in said(take(editing, case, "publish"))] == ["error"]
        assert Case.objects.get().title == "城市大脑"

    @pytest.mark.parametrize("step", ["publish", "give_back", "withdraw", "delete", ""])
    def test_an_editor_takes_none_of_a_reviewer_s(self, step, drafting):
        assert take(drafting, make_case(), step).status_code == 403

    def test_another_way_or_another_record(self, editing):
        assert editing.get(url(Case, "step", make_case().pk)).status_code == 403
        assert editing.post(url(Case, "step", 99999), {"step": "publish"}).status_code == 302

    def test_a_draft_that_breaks_a_rule_by_now_is_told(self, editing):
        organization = make_organization()
        case = redraft(make_case(), "review", organization=organization)
        actions.delete([organization], by=None, via="test")
        assert [level for level, _text in said(take(editing, case, "publish"))] == ["error"]


class TestLists:
    def test_a_newer_draft_is_named_and_found(self, editing):
        redraft(make_case("甲"), "review")
        make_case("乙", status="draft")
        make_case("丙")
        address = url(Case, "changelist")
        for value, names in {
            "draft": ["乙"],
            "review": ["甲"],
            "published": ["丙", "甲"],
            "newer": ["甲"],
        }.items():
            found = editing.get(address, {"standing": value}).context["cl"].result_list
            assert sorted(case.title for case in found) == names

    def test_the_first_page_counts_newer_drafts(self, editing):
        make_case(status="draft")
        redraft(make_case())
        redraft(make_case(), "review")
        make_note()
        [pending] = editing.get(reverse("admin:index")).context["pending"]
        assert (pending.draft.count, pending.review.count) == (2, 1)
        for figure in (pending.draft, pending.review):
            assert editing.get(figure.url).context["cl"].result_count == figure.count


class TestBulk:
    def test_an_editor_is_offered_no_reviewer_s_action(self, drafting, editing):
        make_case()
        names = [
            {
                name
                for name, _label in client.get(url(Case, "changelist"))
                .context["action_form"]
                .fields["action"]
                .choices
            }
            for client in (drafting, editing)
        ]
        assert {"submit", "discard"} <= names[0]
        assert names[1] - names[0] == {"publish", "give_back", "withdraw"}
