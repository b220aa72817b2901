"""The versions of a comparison beside its form: listed, frozen by hand, withdrawn with a reason."""

import pytest
from django.urls import reverse

from research import actions
from research.models import Comparison, ComparisonVersion
from tests.admin.pages import change_url, count_queries, open_form, revisions, url
from tests.frozen import last, make_world, numbers
from tests.public.changed import edit

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_world()


def versions_url(comparison):
    return reverse("admin:research_comparison_versions", args=[comparison.pk])


def withdraw_url(version):
    return reverse("admin:research_comparison_version_withdraw", args=[version.comparison_id, version.number])


def told(response):
    return [str(message) for message in response.context["messages"]]


def test_the_form_names_the_newest_and_leads_to_all(editing, world):
    text = editing.get(change_url(world.comparison)).content.decode()
    assert versions_url(world.comparison) in text
    assert f"{last(world.comparison).at:%Y-%m}" in text
    assert editing.get(url(Comparison, "add")).status_code == 200


def test_saving_the_form_freezes_one(editing, world):
    data = open_form(editing, world.comparison, title="第二题", why="题目更准")
    assert editing.post(change_url(world.comparison), data).status_code == 302
    version = last(world.comparison)
    assert (version.number, version.title) == (2, "第二题")
    assert version.note == "", "why somebody saved is the team's"


def test_the_page_lists_all_newest_first(editing, world):
    edit(world.comparison, title="第二题")
    text = editing.get(versions_url(world.comparison)).content.decode()
    assert 0 < text.index("version-2") < text.index("version-1")
    for number in (1, 2):
        assert f'href="/comparisons/two/v/{number}/"' in text


class TestFreezing:
    def test_what_changed_since(self, editing, world, editor):
        edit(world.cases[0], title="改过")
        response = editing.post(versions_url(world.comparison), {"note": "补了案例"}, follow=True)
        version = last(world.comparison)
        assert (version.number, version.note, version.by, version.via) == (2, "补了案例", editor, "form")
        assert len(told(response)) == 1
        assert len(revisions(world.comparison)) == 1, "its row is as it was"

    def test_nothing_where_nothing_changed(self, editing, world):
        response = editing.post(versions_url(world.comparison), {"note": ""}, follow=True)
        assert numbers(world.comparison) == [1]
        assert len(told(response)) == 1

    def test_not_what_is_hidden(self, editing, world):
        actions.withdraw([world.comparison], by=None, via="test")
        assert 'id="freeze"' not in editing.get(versions_url(world.comparison)).content.decode()
        editing.post(versions_url(world.comparison), {"note": ""})
        assert numbers(world.comparison) == [1]

    @pytest.mark.parametrize("note", ["x" * 301, "\x00"])
    def test_a_note_that_cannot_be_kept(self, editing, world, note):
        edit(world.cases[0], title="改过")
        response = editing.post(versions_url(world.comparison), {"note": note})
        assert response.context["form"].errors["note"]
        assert numbers(world.comparison) == [1]

    def test_not_by_an_editor(self, drafting, world):
        edit(world.cases[0], title="改过")
        assert 'id="freeze"' not in drafting.get(versions_url(world.comparison)).content.decode()
        assert drafting.post(versions_url(world.comparison), {"note": ""}).status_code == 403
        assert numbers(world.comparison) == [1]


class TestWithdrawing:
    def test_for_a_reason(self, editing, world, editor):
        version = last(world.comparison)
        assert withdraw_url(version) in editing.get(versions_url(world.comparison)).content.decode()
        assert editing.get(withdraw_url(version)).status_code == 200
        response = editing.post(withdraw_url(version), {"reason": "权利人要求"}, follow=True)
        version.refresh_from_db()
        assert (version.withdrawn_for, version.withdrawn_author) == ("权利人要求", editor.username)
        text = response.content.decode()
        assert "权利人要求" in text
        assert withdraw_url(version) not in text

    @pytest.mark.parametrize("reason", ["", "  ", "x" * 301, "\x00"])
    def test_not_without(self, editing, world, reason):
        version = last(world.comparison)
        response = editing.post(withdraw_url(version), {"reason": reason})
        assert response.context["form"].errors["reason"]
        version.refresh_from_db()
        assert version.withdrawn_at is None

    def test_not_twice(self, editing, world):
        version = last(world.comparison)
        editing.post(withdraw_url(version), {"reason": "eins"})
        response = editing.post(withdraw_url(version), {"reason": "zwei"}, follow=True)
        assert len(told(response)) >= 1
        version.refresh_from_db()
        assert version.withdrawn_for == "eins"

    def test_not_by_an_editor(self, drafting, world):
        version = last(world.comparison)
        assert drafting.get(withdraw_url(version)).status_code == 403
        assert drafting.post(withdraw_url(version), {"reason": "x"}).status_code == 403

    def test_the_action_wants_a_reason_and_a_right(self, world, drafting):
        version = last(world.comparison)
        with pytest.raises(actions.Invalid):
            actions.withdraw_version(version, reason=" ", by=None)
        someone = drafting.get(change_url(world.comparison)).wsgi_request.user
        with pytest.raises(actions.NotAllowed):
            actions.withdraw_version(version, reason="x", by=someone)


def test_what_is_not_there(editing, world):
    pk = world.comparison.pk
    for address in (
        f"{pk + 99}/versions/",
        f"{pk}/versions/9/withdraw/",
        f"{pk}/versions/{10**20}/withdraw/",
    ):
        assert editing.get(f"/admin/research/comparison/{address}").status_code == 404


def test_the_page_takes_a_fixed_number_of_queries(editing, world):
    few = count_queries(editing, versions_url(world.comparison))
    for number in range(5):
        edit(world.comparison, title=f"第{number}题")
    assert ComparisonVersion.objects.count() == 6
    assert count_queries(editing, versions_url(world.comparison)) == few
