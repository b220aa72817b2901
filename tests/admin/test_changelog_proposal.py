"""Publishing proposes a changelog entry that names what has changed since the last one."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from research import actions
from research.models import ChangelogEntry, Status
from research.queries import changes
from research.queries.changes import proposal
from tests import factories as make
from tests.admin.pages import count_queries, open_form, posted, url
from tests.public.changed import edit, keep_aside, publish_entry

pytestmark = pytest.mark.django_db

PROPOSE = reverse("admin:research_changelogentry_add") + "?propose=1"


def proposed():
    return [(record.kind.value, record.table, record.key) for record in proposal().records]


def run(client, name, records):
    data = {"action": name, "_selected_action": [record.pk for record in records]}
    return client.post(url(type(records[0]), "changelist"), data, follow=True)


def offers(response):
    return [str(message) for message in response.context["messages"] if "propose" in str(message)]


def stamp():
    return timezone.localdate().strftime("%y%m%d")


@pytest.fixture
def case():
    """Published, and known by the last entry, 190912."""
    found = make.make_case("城市大脑", slug="城市大脑")
    publish_entry(stamp="190912")
    return found


class TestWhatHasChanged:
    def test_new_changed_withdrawn_and_deleted_in_the_order_of_the_tables(self, case):
        gone, deleted = make.make_note("旧文", slug="旧"), make.make_event("旧事", slug="旧事")
        publish_entry(stamp="190913")
        make.make_source("白皮书", key="k")
        make.make_mode("新模式", slug="新模式")
        edit(case, body="改")
        edit(gone, status="draft")
        actions.delete([deleted], by=None, via="test")
        assert proposed() == [
            ("new", "modes", "新模式"),
            ("new", "sources", "k"),
            ("withdrawn", "notes", "旧"),
            ("changed", "cases", "城市大脑"),
            ("withdrawn", "events", "旧事"),
        ]

    def test_only_what_the_public_saw(self, case):
        make.make_note("草稿", status="draft")
        make.make_case("孤儿", organization=make.make_organization(status="draft"))
        keep_aside(case, body="新草稿")
        there_and_back = make.make_note("来去")
        edit(there_and_back, status="draft")
        edit(case, body="改")
        edit(case, body="")
        publish_entry(status="draft")
        assert proposed() == []

    def test_a_newer_draft_counts_once_it_is_published(self, case):
        keep_aside(case, title="城市大脑 2.0")
        actions.publish([case], by=None, via="test")
        assert [(record.kind.value, record.name) for record in proposal().records] == [
            ("changed", "城市大脑 2.0")
        ]

    def test_a_withdrawn_record_is_named_as_it_was_public(self, case):
        edit(case, status="draft", title="密稿")
        assert [record.name for record in proposal().records] == ["城市大脑"]

    def test_since_the_last_entry_that_is_public(self, case):
        edit(case, body="改")
        entry = publish_entry(stamp="190914")
        assert proposed() == []
        actions.withdraw([entry], by=None, via="test")
        assert proposed() == [("changed", "cases", "城市大脑")]
        assert str(proposal().since).startswith("190912")

    def test_publishing_an_entry_again_is_no_new_beginning(self, case):
        edit(case, body="改")
        entry = ChangelogEntry.objects.get()
        actions.withdraw([entry], by=None, via="test")
        actions.publish([entry], by=None, via="test")
        assert proposed() == [("changed", "cases", "城市大脑")]

    def test_without_any_entry_all_is_new(self):
        make.make_note(slug="甲")
        assert proposed() == [("new", "notes", "甲")]
        assert proposal().since is None

    def test_of_very_many_it_names_the_newest_and_says_so(self, case, monkeypatch):
        monkeypatch.setattr(changes, "MOST", 2)
        for name in "甲乙丙":
            make.make_note(name, slug=name)
        found = proposal()
        assert [record.key for record in found.records] == ["丙", "乙"]
        assert found.more

    def test_a_fixed_number_of_queries(self, django_assert_max_num_queries, case):
        def fill(number):
            with make.together():
                for _ in range(number):
                    make.make_note()
                    make.make_case(organization=case.organization, status="draft")

        fill(10)
        with django_assert_max_num_queries(60) as few:
            proposal()
        fill(400)
        with django_assert_max_num_queries(60) as many:
            proposal()
        assert len(many) == len(few)


class TestTheOffer:
    def test_after_a_bulk_action(self, editing, case):
        notes = [make.make_note(status="draft"), make.make_note(status="draft")]
        [offer] = offers(run(editing, "publish", notes))
        assert f'href="{PROPOSE}"' in offer
        assert "2" in offer
        assert "190912" in offer

    def test_after_a_form(self, editing, case):
        data = open_form(editing, case, title="城市大脑 2.0", status="published")
        response = editing.post(url(type(case), "change", case.pk), data, follow=True)
        assert len(offers(response)) == 1

    def test_not_for_a_draft_nor_when_nothing_changed(self, editing, case):
        note = make.make_note(status="draft")
        data = open_form(editing, note, title="草稿")
        assert offers(editing.post(url(type(note), "change", note.pk), data, follow=True)) == []
        data = open_form(editing, case)
        assert offers(editing.post(url(type(case), "change", case.pk), data, follow=True)) == []
        assert offers(run(editing, "submit", [note])) == []

    def test_not_for_the_entry_itself(self, editing, case):
        edit(case, body="改")
        entry = publish_entry(case, status="draft")
        assert offers(run(editing, "publish", [entry])) == []

    def test_not_to_whoever_may_make_no_entry(self, client, case):
        user = make.make_user("reader")
        user.is_staff = True
        user.save()
        names = ["view_case", "change_case", "publish_case"]
        user.user_permissions.set(Permission.objects.filter(codename__in=names))
        client.force_login(user)
        other = make.make_case(organization=case.organization, status="draft")
        response = run(client, "publish", [other])
        other.refresh_from_db()
        assert other.status == Status.PUBLISHED
        assert offers(response) == []
        assert client.get(PROPOSE).status_code == 403

    def test_on_the_first_page_and_on_the_list(self, editing, case):
        assert PROPOSE not in editing.get(reverse("admin:index")).content.decode()
        edit(case, body="改")
        assert PROPOSE in editing.get(reverse("admin:index")).content.decode()
        assert PROPOSE in editing.get(url(ChangelogEntry, "changelist")).content.decode()

    def test_the_first_page_asks_as_often_for_many(self, editing, case):
        make.make_note()
        address = reverse("admin:index")
        few = count_queries(editing, address)
        with make.together():
            for _ in range(50):
                make.make_note()
        assert count_queries(editing, address) == few


class TestTheForm:
    def test_it_is_filled_in_and_nothing_is_made(self, editing, case):
        edit(case, body="改")
        make.make_source("白[皮]书", key="k")
        before = ChangelogEntry.objects.count()
        values = posted(editing.get(PROPOSE))
        assert ChangelogEntry.objects.count() == before
        assert values["date"].replace("/", "-") == str(timezone.localdate())
        assert values["stamp"] == stamp()
        assert values["kind"] == "revise"
        assert values["slug"] == f"{stamp()}-revise"
        assert values["status"] == "draft"
        source, changed = values["summary"].splitlines()
        assert "[[sources/k|白(皮)书]]" in source
        assert "[[cases/城市大脑|城市大脑]]" in changed

    def test_a_person_words_and_saves_it_and_readers_see_the_differences(self, editing, case):
        edit(case, body="改")
        data = posted(editing.get(PROPOSE), status="published")
        data["summary"] += "\n\n另改了标点。"
        response = editing.post(PROPOSE, data)
        assert response.status_code == 302
        entry = ChangelogEntry.objects.get(stamp=stamp())
        page = editing.get(entry.get_absolute_url())
        assert [(record, change.kind.value) for record, change in page.context["named"]] == [
            (case, "changed")
        ]
        assert proposed() == []

    def test_the_note_if_all_belongs_to_it(self, editing, case):
        note = make.make_note(slug="札记")
        make.make_todo(note=note)
        assert posted(editing.get(PROPOSE))["note"] == [str(note.pk)]
        make.make_todo()
        assert posted(editing.get(PROPOSE))["note"] == [""]

    def test_only_new_records_are_an_addition_with_a_free_slug(self, editing, case):
        publish_entry(slug=f"{stamp()}-add", date=str(timezone.localdate() - timedelta(1)))
        make.make_note()
        values = posted(editing.get(PROPOSE))
        assert (values["kind"], values["slug"]) == ("add", f"{stamp()}-add-2")

    def test_a_long_list_says_that_there_is_more(self, editing, case, monkeypatch):
        monkeypatch.setattr(changes, "MOST", 1)
        make.make_note()
        make.make_note()
        assert len(posted(editing.get("/en" + PROPOSE))["summary"].splitlines()) == 2

    def test_when_nothing_has_changed_it_says_so(self, editing, case):
        response = editing.get(PROPOSE)
        assert "190912" in " ".join(str(message) for message in response.context["messages"])
        assert not posted(response).get("summary")

    def test_without_being_asked_the_form_is_empty(self, editing, case):
        edit(case, body="改")
        values = posted(editing.get(reverse("admin:research_changelogentry_add")))
        assert not values.get("summary")
