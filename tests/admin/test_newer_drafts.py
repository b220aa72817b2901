"""Newer drafts beside what is published, where they meet places, inlines, lists, imports and deletion."""

from django.test import Client
from django.utils.translation import gettext as _

from research import actions
from research.actions import Change
from research.models import Case, Comparison, Draft
from research.rows import TABLES
from tests.admin.pages import change_url, errors, open_form, posted, revisions, url
from tests.factories import (
    make_argument,
    make_case,
    make_comparison,
    make_criterion,
    make_finding,
    make_industry,
    make_organization,
    make_thesis,
    make_todo,
    make_user,
)


def same(record):
    return type(record).objects.get(pk=record.pk)


def aside(record, **cells):
    """Write the record's newer draft with these cells of its row."""
    draft = Draft.objects.filter(table=record.table, record_id=record.pk).first()
    codec = TABLES[record.table]()
    row = {**(draft.row if draft else {**codec.row(same(record)), "status": "draft"}), **cells}
    decoded = codec.decode(row, same(record))
    assert not decoded.errors
    change = Change(decoded.record, decoded.links, row, from_draft=draft is not None, aside=True)
    actions.write([change], by=None, via="test")


def draft_of(record):
    return Draft.objects.get(table=record.table, record_id=record.pk).row


def row(record):
    return TABLES[record.table]().row(same(record))


def saved(response):
    assert response.status_code == 302, errors(response)
    return response


class TestPlaces:
    def comparison(self) -> Comparison:
        places = [make_organization(slug=slug) for slug in "abc"]
        criteria = [make_criterion(slug=slug) for slug in "xy"]
        comparison = make_comparison(organizations=places, criteria=criteria)
        aside(comparison, organizations="c; a", criteria="y; x")
        return comparison

    def test_the_form_shows_those_of_the_draft(self, editing):
        page = editing.get(change_url(self.comparison()))
        shown = {
            inline.formset.relation: [
                (getattr(form.instance, inline.formset.target).slug, form["position"].value())
                for form in inline.formset.initial_forms
            ]
            for inline in page.context["inline_admin_formsets"]
        }
        assert shown == {"organizations": [("c", 1), ("a", 2)], "criteria": [("y", 1), ("x", 2)]}

    def test_saved_unchanged_nothing_is_written(self, drafting):
        comparison = self.comparison()
        saved(drafting.post(change_url(comparison), open_form(drafting, comparison)))
        assert len(revisions(comparison)) == 2

    def test_they_are_kept_where_only_the_text_changes(self, drafting):
        comparison = self.comparison()
        saved(drafting.post(change_url(comparison), open_form(drafting, comparison, title="改")))
        draft = draft_of(comparison)
        assert (draft["title"], draft["organizations"], draft["criteria"]) == ("改", "c; a", "y; x")
        assert row(comparison)["organizations"] == "a; b; c"

    def test_they_are_edited_from_the_draft_s(self, drafting):
        comparison = self.comparison()
        data = open_form(drafting, comparison, **{"organization_places-1-DELETE": "on"})
        saved(drafting.post(change_url(comparison), data))
        assert draft_of(comparison)["organizations"] == "c"
        data = open_form(drafting, comparison, **{"criterion_places-0-position": "5"})
        saved(drafting.post(change_url(comparison), data))
        assert (draft_of(comparison)["organizations"], draft_of(comparison)["criteria"]) == ("c", "x; y")

    def test_publishing_publishes_them(self, editing):
        comparison = self.comparison()
        data = open_form(editing, comparison, _publish="x", **{"criterion_places-1-DELETE": "on"})
        saved(editing.post(change_url(comparison), data))
        now = row(comparison)
        assert (now["organizations"], now["criteria"], now["status"]) == ("c; a", "y", "published")
        assert not Draft.objects.exists()

    def test_another_s_order_of_the_draft_is_merged_with_my_text(self, drafting):
        comparison = self.comparison()
        data = open_form(drafting, comparison, title="我的")
        aside(comparison, organizations="a; c; b")
        saved(drafting.post(change_url(comparison), data))
        draft = draft_of(comparison)
        assert (draft["title"], draft["organizations"]) == ("我的", "a; c; b")

    def test_two_orders_of_the_draft_clash(self, drafting):
        comparison = self.comparison()
        data = open_form(drafting, comparison, **{"organization_places-0-position": "9"})
        aside(comparison, organizations="c; a; b")
        page = drafting.post(change_url(comparison), data)
        assert page.status_code == 409
        [question] = page.context["questions"]
        fields: dict[str, list[str]] = {}
        for name, value in page.context["fields"]:
            fields.setdefault(name, []).append(value)
        [hunk] = question.hunks
        saved(drafting.post(change_url(comparison), fields | {hunk.field: ["mine"]}))
        assert draft_of(comparison)["organizations"] == "a; c"

    def test_a_refused_form_shows_what_was_typed(self, drafting):
        comparison = self.comparison()
        data = open_form(drafting, comparison, title="", **{"organization_places-0-position": "9"})
        page = drafting.post(change_url(comparison), data)
        assert errors(page)
        again = posted(page, title="改")
        assert again["organization_places-0-position"] == "9"
        assert "organization_places-0-DELETE" in page.content.decode()
        saved(drafting.post(change_url(comparison), again))
        assert draft_of(comparison)["organizations"] == "a; c"

    def test_a_form_opened_before_the_draft_was_begun(self, drafting):
        comparison = make_comparison(organizations=[make_organization(slug=slug) for slug in "abc"])
        data = open_form(drafting, comparison, title="我的")
        aside(comparison, organizations="c; b")
        saved(drafting.post(change_url(comparison), data))
        assert (draft_of(comparison)["title"], draft_of(comparison)["organizations"]) == ("我的", "c; b")

    def test_brought_back_after_a_deletion(self, editing):
        comparison = self.comparison()
        data = open_form(editing, comparison, title="我的", **{"organization_places-1-DELETE": "on"})
        actions.delete([same(comparison)], by=None, via="test")
        assert errors(editing.post(change_url(comparison), data))
        saved(editing.post(change_url(comparison), {**data, "_revive": "1"}))
        now = row(comparison)
        assert (now["title"], now["organizations"], now["criteria"]) == ("我的", "c", "y; x")
        assert (now["status"], Draft.objects.count()) == ("draft", 0)


class TestAStatusThatIsNotMine:
    """A reviewer's form, sent on by an editor after the log-in had expired."""

    def send(self, drafting, case, **changes):
        reviewer = Client()
        reviewer.force_login(make_user("reviewer"))
        return drafting.post(change_url(case), open_form(reviewer, case, **changes))

    def test_it_is_said_and_saved_again_as_a_newer_draft(self, drafting):
        case = make_case("城市大脑")
        page = self.send(drafting, case, title="改", body="我打的字")
        assert str(
            _("You may not publish this. What stands here can be saved as a draft or for review.")
        ) in errors(page)
        assert "errornote" in page.content.decode()
        again = posted(page)
        assert (again["title"], again["body"], again["status"]) == ("改", "我打的字", "draft")
        saved(drafting.post(change_url(case), again))
        assert (row(case)["title"], draft_of(case)["title"]) == ("城市大脑", "改")

    def test_what_is_no_draft_yet_of_a_published_record(self, drafting):
        case = make_case("城市大脑", status="review")
        page = self.send(drafting, case, title="改", _publish="x")
        assert errors(page)
        assert posted(page)["status"] == "review"
        saved(drafting.post(change_url(case), posted(page)))
        assert (row(case)["title"], row(case)["status"]) == ("改", "review")

    def test_a_new_record(self, drafting):
        organization = make_organization()
        data = posted(drafting.get(url(Case, "add")), title="新", slug="新", organization=organization.pk)
        page = drafting.post(url(Case, "add"), {**data, "_publish": "x"})
        assert errors(page)
        saved(drafting.post(url(Case, "add"), posted(page)))
        assert Case.objects.get().status == "draft"

    def test_one_that_is_unknown_or_absent(self, editing):
        case = make_case(status="review")
        data = open_form(editing, case, title="改")
        for wrong in ({**data, "status": "x"}, {name: data[name] for name in data if name != "status"}):
            page = editing.post(change_url(case), wrong)
            assert errors(page)
            assert posted(page)["status"] == "review"

    def test_rows_of_an_inline(self, drafting):
        thesis = make_thesis()
        argument = make_argument("伙伴更多。", thesis=thesis)
        page = self.send(drafting, thesis, **{"arguments-0-claim": "改"})
        assert errors(page)
        assert posted(page)["arguments-0-status"] == ["draft"]
        saved(drafting.post(change_url(thesis), posted(page)))
        assert (row(argument)["claim"], draft_of(argument)["claim"]) == ("伙伴更多。", "改")
        assert len(revisions(thesis)) == 1


class TestWhatTheBrowserKeeps:
    """What was typed is forgotten once it is saved, and not before."""

    def kept(self, response):
        return [name for name in response.cookies if name.startswith("saved.")]

    def test_a_save_through_the_conflict_page(self, editing):
        case = make_case()
        data = open_form(editing, case, title="我的")
        actions.write([Change(renamed(case, "他的"))], by=None, via="form")
        page = editing.post(change_url(case), data)
        assert (page.status_code, self.kept(page)) == (409, [])
        fields = dict(page.context["fields"]) | {"_take": "mine"}
        assert self.kept(saved(editing.post(change_url(case), fields))) == [f"saved.case.{case.pk}"]
        assert row(case)["title"] == "我的"

    def test_a_step_saves_nothing_of_what_was_typed(self, editing):
        case = make_case(status="review")
        step = {"step": "give_back", "version": 1}
        assert self.kept(saved(editing.post(url(Case, "step", case.pk), step))) == []

    def test_the_buttons_that_save_under_a_status(self, editing):
        case = make_case()
        for button in ("_draft", "_review", "_publish"):
            response = editing.post(change_url(case), open_form(editing, case, **{button: "x"}))
            assert self.kept(saved(response)) == [f"saved.case.{case.pk}"]

    def test_what_was_typed_before_a_step_does_not_take_it_back(self, editing):
        """The browser puts the text back with the version and the status that it began from."""
        case = make_case("城市大脑", status="review")
        data = open_form(editing, case, title="改")
        editing.post(url(Case, "step", case.pk), {"step": "give_back", "version": 1})
        saved(editing.post(change_url(case), data))
        assert (row(case)["title"], row(case)["status"]) == ("改", "draft")


class TestInlines:
    def test_a_row_shows_its_draft_and_goes_on_from_it(self, drafting):
        argument = make_argument("伙伴更多。", body="旧")
        aside(argument, claim="草稿", body="新")
        data = open_form(drafting, argument.thesis, **{"arguments-0-body": "更新"})
        assert data["arguments-0-claim"] == "草稿"
        saved(drafting.post(change_url(argument.thesis), data))
        assert (draft_of(argument)["claim"], draft_of(argument)["body"]) == ("草稿", "更新")
        assert (row(argument)["claim"], row(argument)["body"]) == ("伙伴更多。", "旧")

    def test_a_draft_that_moves_to_another_record_still_does(self, drafting):
        argument, other = make_argument("伙伴更多。"), make_thesis(slug="另一个")
        aside(argument, thesis="另一个")
        data = open_form(drafting, argument.thesis, **{"arguments-0-body": "更新"})
        saved(drafting.post(change_url(argument.thesis), data))
        assert (draft_of(argument)["body"], draft_of(argument)["thesis"]) == ("更新", "另一个")
        assert row(argument)["thesis"] != other.slug

    def test_a_row_with_a_draft_is_deleted_with_it(self, editing):
        argument = make_argument()
        aside(argument, claim="草稿")
        data = open_form(editing, argument.thesis, **{"arguments-0-DELETE": "on"})
        saved(editing.post(change_url(argument.thesis), data))
        assert not Draft.objects.exists()
        assert revisions(argument)[-1].row["claim"] == "伙伴更多。"

    def test_a_row_deleted_meanwhile_is_asked_and_comes_back(self, editing):
        finding = make_finding("领先")
        aside(finding, value="草稿")
        data = open_form(editing, finding.criterion, **{"findings-0-body": "我打的字"})
        actions.delete([same(finding)], by=None, via="test")
        page = editing.post(change_url(finding.criterion), data)
        assert page.status_code == 409
        fields = dict(page.context["fields"]) | {"_take": "mine"}
        saved(editing.post(change_url(finding.criterion), fields))
        now = row(finding)
        assert (now["value"], now["body"], now["status"]) == ("草稿", "我打的字", "draft")


class TestLists:
    def test_a_row_that_has_a_draft_by_now_keeps_it(self, editing):
        todo = make_todo(state="open")
        address = url(type(todo), "changelist")
        formset = editing.get(address).context["cl"].formset
        data = {"form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 1, "_save": "x"}
        data |= {
            field.html_name: field.value() for field in formset.forms[0] if field.value() not in (None, False)
        }
        aside(todo, title="草稿")
        saved(editing.post(address, {**data, "form-0-state": "dropped"}))
        assert (row(todo)["state"], row(todo)["status"]) == ("dropped", "published")
        assert (draft_of(todo)["title"], draft_of(todo)["state"]) == ("草稿", "open")
        actions.publish([same(todo)], by=None, via="test")
        assert (row(todo)["title"], row(todo)["state"]) == ("草稿", "dropped")


class TestDeletionAndWithdrawal:
    def test_a_form_of_the_draft_brings_it_back_as_it_was_typed(self, drafting):
        industries = [make_industry(slug=slug) for slug in "ab"]
        case = make_case("城市大脑", industries=industries, tags=["云"])
        aside(case, title="草稿", industries="b", tags="端")
        data = open_form(drafting, case, body="我打的字")
        actions.delete([same(case)], by=None, via="test")
        assert errors(drafting.post(change_url(case), data))
        saved(drafting.post(change_url(case), {**data, "_revive": "1"}))
        now = row(case)
        assert (now["title"], now["body"], now["industries"], now["tags"]) == ("草稿", "我打的字", "b", "端")
        assert (now["status"], Draft.objects.count()) == ("draft", 0)
        saved(drafting.post(change_url(case), open_form(drafting, case, title="再改")))
        assert row(case)["title"] == "再改"

    def test_a_list_that_names_what_is_gone_keeps_the_rest(self, drafting):
        industries = [make_industry(slug=slug) for slug in "abc"]
        case = make_case(industries=industries[:1])
        aside(case, industries="b; c")
        actions.delete(industries[2:], by=None, via="test")
        saved(drafting.post(change_url(case), open_form(drafting, case, title="改")))
        assert (draft_of(case)["industries"], row(case)["industries"]) == ("b", "a")

    def test_withdrawn_while_the_form_of_its_draft_was_open(self, drafting):
        case = make_case("城市大脑")
        aside(case, title="草稿")
        data = open_form(drafting, case, body="我打的字")
        actions.withdraw([same(case)], by=None, via="test")
        saved(drafting.post(change_url(case), data))
        now = row(case)
        assert (now["title"], now["body"], now["status"]) == ("草稿", "我打的字", "draft")
        assert not Draft.objects.exists()

    def test_discarded_while_its_form_was_open(self, drafting):
        case = make_case("城市大脑", body="旧")
        aside(case, title="草稿")
        data = open_form(drafting, case, body="我打的字")
        actions.discard([same(case)], by=None, via="test")
        saved(drafting.post(change_url(case), data))
        assert (draft_of(case)["title"], draft_of(case)["body"]) == ("城市大脑", "我打的字")
        assert (row(case)["title"], row(case)["body"]) == ("城市大脑", "旧")

    def test_an_import_that_withdraws_leaves_the_draft_to_be_saved(self, drafting):
        case = make_case("城市大脑")
        aside(case, title="草稿")
        withdrawn = same(case)
        withdrawn.status = "draft"
        actions.write([Change(withdrawn)], by=None, via="import")
        data = open_form(drafting, case, body="我打的字")
        assert data["title"] == "草稿"
        saved(drafting.post(change_url(case), data))
        assert (row(case)["title"], row(case)["body"], row(case)["status"]) == ("草稿", "我打的字", "draft")
        assert not Draft.objects.exists()


def renamed(case, title):
    record = same(case)
    record.title = title
    return record
